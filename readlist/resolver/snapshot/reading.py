"""The metadata snapshot's file: JSON lines in the Kaggle shape, plain or packed, to `Record` values.

Fields may be absent or null; titles and abstracts carry raw TeX and line breaks.
https://www.kaggle.com/datasets/Cornell-University/arxiv
"""

from __future__ import annotations

import gzip
import io
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


@contextmanager
def open_lines(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes], int]]:
    """Open a snapshot file for reading lines: ``.json``, ``.jsonl``, ``.gz``, ``.zip`` (its largest member), ``.zst``.

    Yields the lines, the file whose position tells progress, and its size in bytes. Raises `UnreadableSource`.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            yield _unpacked(path, file), file, size
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, zstandard.ZstdError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableSource(f"{path}: cannot read the snapshot: {reason}") from error


def _unpacked(path: Path, file: IO[bytes]) -> IO[bytes]:
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


def record_of(data: Any) -> Record:
    """The record in one object of the snapshot. Raises ValueError when it is none: no object, no usable id or title."""
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    identifier = parse_arxiv_id(str(data.get("id") or ""))
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
    try:
        return parsedate_to_datetime(version["created"]).date()  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        return None
