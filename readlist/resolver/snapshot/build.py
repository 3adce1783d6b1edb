"""Building the index: the snapshot is read once, the index is made beside the old one and swapped in at the end."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from readlist.errors import LibraryError, UnreadableSource
from readlist.resolver.index_files import sync_folder
from readlist.resolver.snapshot.crew import Crew, Task, processors
from readlist.resolver.snapshot.encode import BLOCK, BYTES_AN_ADDRESS, MOST_BAD_LINES, Encoded
from readlist.resolver.snapshot.layout import Writer
from readlist.resolver.snapshot.postings import KINDS, PARTS
from readlist.resolver.snapshot.reading import is_packed, pieces
from readlist.resolver.snapshot.sample import Sample, of_plain

#: Bytes of the unpacked file that are encoded at a time.
_PIECE = 2 << 20
#: Below this many bytes (as they lie on disk) starting helpers takes longer than they save.
_WORTH_HELPERS = 4_000_000
#: Postings that are kept in memory, in bytes, before they go to disk until they are sorted.
_IN_MEMORY = 32 << 20
#: Addresses have 32 bits.
_LONGEST_FILE = BYTES_AN_ADDRESS << 32
_PARTIAL = ".partial"

Report = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a build. ``bad_lines``: the lines that hold no record, with the reason."""

    records: int
    bad: int
    bad_lines: tuple[tuple[int, str], ...]
    bytes: int


def build(source: Path, target: Path, now: datetime, report: Report | None = None) -> Built:
    """Index a snapshot file into ``target``.

    ``report(bytes read, size, records)`` is told how far it is; raising from it stops the build and leaves the old
    index in place. Bad lines are counted, not fatal; of two lines with one id the later counts. Raises
    `UnreadableSource` for a file without a single record, `LibraryError` where the index cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(target) as file, TemporaryFile(dir=target.parent) as spilled:
            return _Build(source, Writer(file), _Lists(spilled), report or _silent).run(now)
    except OSError as error:
        raise LibraryError(f"{target}: cannot write the snapshot index: {error.strerror or error}") from error


def _silent(_position: int, _size: int, _records: int) -> None:
    pass


@contextmanager
def _beside(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes the target's place when all went well, and is gone when not."""
    # What builds that were killed have left goes. One that is still at work then fails in the end, as it should: each
    # has a name of its own, so neither can put the other's unfinished file in place.
    for path in target.parent.iterdir():
        name = path.name
        middle = name.removeprefix(target.name + ".").removesuffix(_PARTIAL)
        if middle.isdigit() and name == f"{target.name}.{middle}{_PARTIAL}":
            path.unlink(missing_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}{_PARTIAL}")
    try:
        with partial.open("xb") as file:
            yield file
            # On the disk before it has its name: a power cut leaves the old index or the new one, whole.
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        sync_folder(target.parent)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


class _Lists:
    """Packed postings by kind and part, in memory and, where they grow too large for that, in a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting = 0
        self._chunks: list[list[list[bytes]]] = [[[] for _ in range(PARTS)] for _ in KINDS]
        self._extents: list[list[list[tuple[int, int]]]] = [[[] for _ in range(PARTS)] for _ in KINDS]

    def add(self, kind: int, data: bytes, bounds: list[int]) -> None:
        for part, (begin, end) in enumerate(zip([0, *bounds], [*bounds, len(data)], strict=True)):
            if begin < end:
                self._chunks[kind][part].append(data[begin:end])
        self._waiting += len(data)
        if self._waiting > _IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        self._waiting = 0
        position = self._file.seek(0, 2)
        for chunks_of_kind, extents_of_kind in zip(self._chunks, self._extents, strict=True):
            for chunks, extents in zip(chunks_of_kind, extents_of_kind, strict=True):
                if chunks:
                    data = b"".join(chunks)
                    chunks.clear()
                    self._file.write(data)
                    extents.append((position, len(data)))
                    position += len(data)

    def part(self, kind: int, part: int) -> bytes:
        """All postings of a part, in the order in which they were added; they are not kept."""
        found = []
        for position, length in self._extents[kind][part]:
            self._file.seek(position)
            found.append(self._file.read(length))
        found += self._chunks[kind][part]
        self._chunks[kind][part] = []
        return b"".join(found)


class _Build:
    def __init__(self, source: Path, writer: Writer, lists: _Lists, report: Report) -> None:
        self._source, self._writer, self._lists, self._report = source, writer, lists, report
        self._size = self._position = 0
        self._records = self._lines = self._bad = 0
        self._bad_lines: list[tuple[int, str]] = []
        self._newest = self._changed = ""
        self._offsets = array("Q")
        self._first_addresses, self._first_blocks = array("I"), array("I")
        self._positions: list[int] = []

    def run(self, now: datetime) -> Built:
        packed = is_packed(self._source)
        self._size = self._source.stat().st_size
        helpers = processors() if packed or self._size >= _WORTH_HELPERS else 0
        with Crew(helpers if helpers > 1 else 0) as crew:
            if packed:
                sample, tasks = self._unpacked()
            else:
                sample, tasks = of_plain(self._source, self._size), self._ranges()
            common_words = sample.common_words()
            crew.set_up(common_words, sample.common_runs(), sample.dictionary)
            for encoded in crew.run(tasks):
                self._take(encoded)
            if not self._records:
                detail = f" (line {self._bad_lines[0][0]}: {self._bad_lines[0][1]})" if self._bad_lines else ""
                raise UnreadableSource(f"{self._source}: no arXiv records in it{detail}")
            parts = self._write_lists(crew)
        self._offsets.append(self._writer.append(b""))
        self._writer.section("offsets", self._offsets.tobytes())
        self._writer.section("first addresses", self._first_addresses.tobytes())
        self._writer.section("first blocks", self._first_blocks.tobytes())
        distinct = sum(count for _position, count in parts["id"])
        self._writer.section("dictionary", sample.dictionary)
        self._writer.section("common words", b" ".join(sorted(common_words)))
        table = {
            "records": distinct, "source": self._source.name, "newest": self._newest, "changed": self._changed,
            "built": now.isoformat(), "block": BLOCK, "parts": parts,
        }  # fmt: skip
        size = self._writer.finish(table)
        return Built(distinct, self._bad, tuple(self._bad_lines), size)

    def _ranges(self) -> Iterator[Task]:
        if self._size > _LONGEST_FILE:
            raise UnreadableSource(f"{self._source}: larger than {_LONGEST_FILE >> 30} GB")
        for begin in range(0, self._size, _PIECE):
            end = min(begin + _PIECE, self._size)
            self._positions.append(end)
            yield "between", (self._source, begin, end)

    def _unpacked(self) -> tuple[Sample, Iterator[Task]]:
        """A sample from the head of a packed file, and the tasks of all of it."""
        coming = pieces(self._source, _PIECE)
        first, read = next(coming, (b"", 0))
        sample = Sample(first, len(first) * self._size // max(read, 1))

        def tasks() -> Iterator[Task]:
            position = 0
            data, read_so_far = first, read
            while data:
                if position + len(data) > _LONGEST_FILE:
                    raise UnreadableSource(f"{self._source}: larger than {_LONGEST_FILE >> 30} GB unpacked")
                self._positions.append(read_so_far)
                yield "piece", (data, position)
                position += len(data)
                data, read_so_far = next(coming, (b"", 0))

        return sample, tasks()

    def _take(self, encoded: Encoded) -> None:
        self._bad += encoded.bad
        for number, reason in encoded.bad_lines[: MOST_BAD_LINES - len(self._bad_lines)]:
            self._bad_lines.append((self._lines + number + 1, reason))
        self._lines += encoded.lines
        self._records += encoded.records
        self._newest = max(self._newest, encoded.newest)
        self._changed = max(self._changed, encoded.changed)
        if encoded.records:
            self._first_addresses.append(encoded.address)
            self._first_blocks.append(len(self._offsets))
            position = self._writer.append(encoded.blocks)
            for length in encoded.lengths:
                self._offsets.append(position)
                position += length
            for kind, (data, bounds) in enumerate(encoded.postings):
                self._lists.add(kind, data, bounds)
        self._position = self._positions.pop(0)
        self._report(self._position, self._size, self._records)

    def _write_lists(self, crew: Crew) -> dict[str, list[tuple[int, int]]]:
        """Sort and write all lists; returns where each part is and how many postings it has."""
        tasks: Iterator[Task] = (
            ("part", (self._lists.part(kind, part), name == "id"))
            for kind, name in enumerate(KINDS)
            for part in range(PARTS)
        )
        written: list[tuple[int, int]] = []
        for data, count in crew.run(tasks):
            self._writer.align()
            written.append((self._writer.append(data), count))
            self._report(self._position, self._size, self._records)
        return {name: written[kind * PARTS : (kind + 1) * PARTS] for kind, name in enumerate(KINDS)}
