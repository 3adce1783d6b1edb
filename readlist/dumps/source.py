"""From bytes to lines, and what reading a source gives."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from typing import Protocol

from readlist.errors import UnreadableSource
from readlist.paper import Entry


class Tell(Protocol):
    """Hears how many of how many are done in a stage of the reading."""

    def __call__(self, done: int, total: int, stage: str = "read", /) -> None: ...


def untold(_done: int, _total: int, _stage: str = "read", /) -> None:
    """For readers to which nobody listens."""


#: As text editors count lines, for the lines that messages name.
LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that is part of no entry, or of one by a guess; ``why`` says which. ``line`` counts from 1."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Dump:
    """A source that was read: its entries in order, and the lines that could not be used or are in doubt.

    ``page``: the numbers of the lines that are known to be no part of papers: header, menus, footer, who submitted.
    """

    source: str
    format: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    page: tuple[int, ...] = ()


def decode(data: bytes, source: str) -> str:
    """Text from bytes: UTF-8 with or without a byte order mark, UTF-16 (as Windows' Notepad may write) with one.

    Raises `UnreadableSource` naming line and byte for anything else, and for an empty file.
    """
    encoding, shown = ("utf-16", "UTF-16") if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8-sig", "UTF-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if _is_binary(data):
            raise UnreadableSource(f"{source}: this is no text, so there is nothing to import from it") from None
        # What is before the fault is sound: its line ends are counted as text.
        line = len(LINE_END.findall(data[: error.start].decode(encoding, "ignore"))) + 1
        raise UnreadableSource(
            f"{source}: line {line}: byte 0x{data[error.start]:02x} at offset {error.start}: this is not {shown}; "
            "save the file as UTF-8 and import it again"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableSource(f"{source}: line {line}: byte 0x00: this is not a text file")
    if not text.strip():
        raise UnreadableSource(f"{source}: the file is empty")
    return text


def _is_binary(data: bytes) -> bool:
    """Whether bytes that are no UTF-8 are no text in another encoding either: PDFs, archives, pictures."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return False
    return b"\0" in data[:8192] or data.startswith((b"%PDF-", b"PK\x03\x04", b"\x1f\x8b"))


def split_lines(text: str) -> list[tuple[int, str]]:
    """The lines that hold something, with their numbers from 1; blanks and tabs are collapsed."""
    lines = ((number, " ".join(line.split())) for number, line in enumerate(LINE_END.split(text), 1))
    return [(number, line.strip("\u200b\ufeff ")) for number, line in lines if line.strip("\u200b\ufeff ")]
