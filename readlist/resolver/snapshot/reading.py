"""The metadata snapshot's file: JSON lines in the Kaggle shape, plain or packed, to `Record` values.

Fields may be absent or null; titles and abstracts carry raw TeX and line breaks.
https://www.kaggle.com/datasets/Cornell-University/arxiv
"""

from __future__ import annotations

import gzip
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any, cast

import zstandard

from readlist.errors import UnreadableSource
from readlist.identifiers import parse_arxiv_id
from readlist.names import from_parsed, split_author_line
from readlist.paper import Record
from readlist.text import collapse

#: A line longer than this is no record; nobody's metadata is, and it is not to fill the memory.
LONGEST_LINE = 16 << 20
#: Stands for a line that was longer.
TOO_LONG = b"too long"
_LINE_END = b"\n"
# The day of a version as all of arXiv's are written; the library for such dates takes ten times as long.
_DAY = re.compile(r"[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) \d\d:\d\d:\d\d GMT").fullmatch
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What goes wrong in reading the snapshot file within becomes `UnreadableSource`."""
    try:
        yield
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, zstandard.ZstdError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableSource(f"{path}: cannot read the snapshot: {reason}") from error


def is_packed(path: Path) -> bool:
    """Is it a packed file (or no regular one), to be read from its beginning only?

    ``.gz``, ``.zip`` (its largest member) and ``.zst`` are known by their first bytes. Raises `UnreadableSource`.
    """
    with reading(path):
        if not stat.S_ISREG(path.stat().st_mode):
            return True
        with path.open("rb") as file, _unpacked(path, file) as stream:
            return stream is not file


def lines_between(path: Path, begin: int, end: int) -> bytes:
    """The lines of a plain file that begin in bytes ``begin`` to ``end``, as they stand. Raises `UnreadableSource`."""
    with reading(path), path.open("rb") as file:
        before = min(begin, 1)
        file.seek(begin - before)
        data = file.read(end - begin + before)
        if before:
            cut = data.find(_LINE_END)
            data = data[cut + 1 :] if cut >= 0 else b""
        if data and not data.endswith(_LINE_END):
            data += file.readline(LONGEST_LINE + 1)
            start = data.rfind(_LINE_END, 0, -1) + 1
            if len(data) - start > LONGEST_LINE:
                data = data[:start] + TOO_LONG + _LINE_END
        return data


def pieces(path: Path, size: int) -> Iterator[tuple[bytes, int]]:
    """Whole lines of a packed file, about ``size`` bytes at a time, with the position in the packed file.

    Raises `UnreadableSource`.
    """
    with reading(path), path.open("rb") as file, _unpacked(path, file) as stream:
        rest = b""
        skipping = False
        while data := stream.read(size):
            if skipping:
                cut = data.find(_LINE_END) + 1
                if not cut:
                    continue
                yield TOO_LONG + _LINE_END, _position(file)
                data, skipping = data[cut:], False
            cut = data.rfind(_LINE_END) + 1
            if cut:
                yield rest + data[:cut], _position(file)
                rest = data[cut:]
            else:
                rest += data
            if len(rest) > LONGEST_LINE:
                rest, skipping = b"", True
        if rest or skipping:
            yield TOO_LONG if skipping else rest, _position(file)


def _position(file: IO[bytes]) -> int:
    return file.tell() if file.seekable() else 0


def _unpacked(path: Path, file: IO[bytes]) -> IO[bytes]:
    if not file.seekable():
        return file
    magic = file.read(4)
    file.seek(0)
    if magic[:2] == b"\x1f\x8b":
        return cast(IO[bytes], gzip.open(file))
    if magic == b"PK\x03\x04":
        archive = zipfile.ZipFile(file)
        members = [member for member in archive.infolist() if not member.is_dir()]
        return archive.open(max(members, key=lambda member: member.file_size))
    if magic == b"\x28\xb5\x2f\xfd":
        return io.BufferedReader(_ZstdFile(file), 1 << 20)
    if path.suffix in {".gz", ".zip", ".zst"}:
        raise UnreadableSource(f"{path}: this is not a {path.suffix} file")
    return file


class _ZstdFile(io.RawIOBase):
    """Reads zstd frames and, unlike the package's own reader, takes a file that is cut off for an error."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            packed = self._frame.unused_data if self._frame.eof else b""
            packed = packed or self._file.read(1 << 18)
            if not packed:
                if self._begun and not self._frame.eof:
                    raise EOFError("it is cut off")
                return 0
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            self._begun = True
            self._ready = self._frame.decompress(packed)
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def id_in(data: dict[str, Any]) -> str:
    """The id of an object. Raises ValueError for a number: 2401.0002 may have been 2401.00020."""
    found = data.get("id") or ""
    if not isinstance(found, str):
        raise ValueError("its id is a number, not text")
    return found


def record_of(data: Any) -> Record:
    """The record in one object of the snapshot. Raises ValueError when it is none: no object, no usable id or title."""
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    identifier = parse_arxiv_id(id_in(data))
    title = collapse(str(data.get("title") or ""))
    if identifier is None or not title:
        raise ValueError("no arXiv id" if identifier is None else "no title")
    versions = data.get("versions") or []
    # What was harvested names the day of the current version, and not which version that is.
    updated = _day(data.get("updated"))
    parsed = data.get("authors_parsed") or []
    line = str(data.get("authors") or "")
    return Record(
        arxiv_id=identifier.id,
        title=title,
        abstract=collapse(str(data.get("abstract") or "")),
        authors=tuple(from_parsed(parts) for parts in parsed) if parsed else split_author_line(line),
        version=_version(versions[-1]) if versions and updated is None else None,
        published=_created(versions[0]) if versions else None,
        updated=updated or (_created(versions[-1]) if versions and _version(versions[-1]) else None),
        categories=tuple(str(data.get("categories") or "").split()),
        doi=_text(data.get("doi")),
        journal_ref=_text(data.get("journal-ref")),
        comment=_text(data.get("comments")),
    )


def _text(value: object) -> str | None:
    return collapse(str(value)) or None if value else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _version(version: object) -> int | None:
    """The number in ``v2``."""
    number = str(version.get("version", "")).removeprefix("v") if isinstance(version, dict) else ""
    return int(number) if number.isdigit() else None


def _created(version: object) -> date | None:
    """The day of ``Mon, 2 Apr 2007 19:18:42 GMT``."""
    try:
        text: str = version["created"]  # type: ignore[index]
        if found := _DAY(text):
            return date(int(found[3]), _MONTHS[found[2]], int(found[1]))
        return parsedate_to_datetime(text).date()
    except (KeyError, TypeError, ValueError):
        return None
