"""The index file: a header, sections of bytes, and a table of contents at the end.

The file is read through a memory map. The header is written last and tells where the table is, its checksum and how
long the whole file is, so that a file that is cut off, was not finished or is none of ours is refused as it is opened.
Numbers are little-endian. The records lie in blocks, each compressed with a checksum of its own.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal
from zlib import crc32

import orjson
import zstandard

from readlist.errors import LibraryError

#: Raised when the layout changes; an index of another layout is built anew.
LAYOUT = 3
_MAGIC = b"readlist index\r\n"
# Magic, layout, checksum of the table, its position, its length, length of the file.
_HEADER = struct.Struct("<16sIIQQQ")
_ALIGNED = 8
# The layout before the second was an SQLite file.
_FIRST_LAYOUT = b"SQLite format 3\0"


def as_dictionary(data: bytes) -> zstandard.ZstdCompressionDict | None:
    """Records that others are compressed against, if there are any."""
    return zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if data else None


class Writer:
    """Writes an index file, section by section."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._position = _HEADER.size
        self.sections: dict[str, tuple[int, int]] = {}
        file.write(bytes(_HEADER.size))

    def append(self, data: bytes | memoryview) -> int:
        """Write bytes where the file ends now; returns the position at which they begin."""
        begin = self._position
        self._file.write(data)
        self._position += len(data)
        return begin

    def align(self) -> None:
        """Fill up to where numbers of any size may begin."""
        self.append(bytes(-self._position % _ALIGNED))

    def section(self, name: str, data: bytes) -> None:
        """Write a section at once."""
        self.align()
        self.sections[name] = self.append(data), len(data)

    def finish(self, table: dict[str, Any]) -> int:
        """Write the table of contents and the header; returns the size of the file in bytes."""
        data = orjson.dumps({**table, "sections": self.sections})
        self.align()
        begin = self.append(data)
        self.align()
        self._file.seek(0)
        self._file.write(_HEADER.pack(_MAGIC, LAYOUT, crc32(data), begin, len(data), self._position))
        self._file.flush()
        return self._position


class Reader:
    """An index file, open for reading. Raises `LibraryError` when it is none or is damaged.

    ``table`` is what the writer was given; ``bytes``, ``halves`` and ``words`` are the whole file as numbers of 1, 2
    and 4 bytes, to be indexed and searched without copying.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self.size = os.fstat(file.fileno()).st_size
                head = file.read(_HEADER.size)
                self._check(head)
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise LibraryError(f"{path}: cannot read the snapshot index: {error}") from error
        self._views = [view := memoryview(self._map)]
        try:
            self.table = self._read_table(head)
            self._views += [view.cast("H"), view.cast("I")]
            self.bytes, self.halves, self.words = self._views
        except BaseException:
            self.close()
            raise

    def _check(self, head: bytes) -> None:
        magic = head[: len(_MAGIC)]
        if magic == _FIRST_LAYOUT or (magic == _MAGIC and head[16:20] not in {b"", struct.pack("<I", LAYOUT)}):
            raise LibraryError(f"{self.path}: built by another readlist; readlist snapshot build FILE makes it anew")
        if len(head) < _HEADER.size or magic != _MAGIC:
            raise LibraryError(f"{self.path}: not a snapshot index; build it again")
        if _HEADER.unpack(head)[5] != self.size:
            raise LibraryError(f"{self.path}: not a whole snapshot index (it is cut off); build it again")
        if sys.byteorder != "little":
            raise LibraryError(f"{self.path}: the snapshot index needs a little-endian machine")

    def _read_table(self, head: bytes) -> dict[str, Any]:
        _magic, _layout, checksum, begin, length, _size = _HEADER.unpack(head)
        data = self._map[begin : begin + length]
        if crc32(data) != checksum:
            raise LibraryError(f"{self.path}: not a sound snapshot index (its table is damaged); build it again")
        table: dict[str, Any] = orjson.loads(data)
        return table

    def section(self, name: str, form: Literal["B", "I", "Q"]) -> memoryview:
        """A section as numbers of 1, 4 or 8 bytes. Released by `close`."""
        begin, length = self.table["sections"][name]
        part = self.bytes[begin : begin + length]
        view = part.cast(form)
        self._views += [part, view]
        return view

    def close(self) -> None:
        """Close the file; views of it are not to be used any more."""
        # What an error's traceback still holds of the file keeps it open until then; the error is what counts.
        for view in reversed(self._views):
            with suppress(BufferError):
                view.release()
        self._views.clear()
        with suppress(BufferError):
            self._map.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self.close()
