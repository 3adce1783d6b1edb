"""From bytes to lines, and what reading a source gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from readlist.errors import UnreadableSource
from readlist.paper import Entry

_LINE_END = re.compile("\r\n|\r|\n")
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that is part of no entry. ``line`` counts from 1."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Dump:
    """A source that was read: its entries in order, and the lines that could not be used."""

    source: str
    format: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, source: str) -> str:
    """Text from UTF-8 bytes, with or without a byte order mark.

    Raises `UnreadableSource` naming line and byte for anything else, and for an empty file.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = _BOMS.get(data[:2])
        what = f"it looks like {hint}" if hint else "this is not UTF-8"
        raise UnreadableSource(
            f"{source}: line {line}: byte 0x{data[error.start]:02x} at offset {error.start}: {what}; "
            "save the file as UTF-8 and import it again"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableSource(f"{source}: line {line}: byte 0x00: this is not a text file")
    if not text.strip():
        raise UnreadableSource(f"{source}: the file is empty")
    return text


def split_lines(text: str) -> list[tuple[int, str]]:
    """The lines that hold something, with their numbers from 1; blanks and tabs are collapsed."""
    lines = ((number, " ".join(line.split())) for number, line in enumerate(_LINE_END.split(text), 1))
    return [(number, line.strip("\u200b\ufeff ")) for number, line in lines if line.strip("\u200b\ufeff ")]
