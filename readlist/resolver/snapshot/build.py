"""Building the index: the snapshot is streamed once, the index is made beside the old one and swapped in at the end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson
import zstandard

from readlist.errors import LibraryError, UnreadableSource
from readlist.paper import Record
from readlist.resolver.snapshot.features import sketch, title_hash, title_words
from readlist.resolver.snapshot.reading import open_lines, record_of

#: Raised when the layout changes; an index of another layout is built anew.
LAYOUT = 1
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE dictionary (data BLOB NOT NULL);
CREATE TABLE record (id INTEGER PRIMARY KEY, arxiv_id TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE title (hash INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (hash, record)) WITHOUT ROWID;
CREATE TABLE run (hash INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (hash, record)) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY, records BLOB NOT NULL) WITHOUT ROWID;
"""
_CHUNK_LINES = 2000
_DICTIONARY_BYTES = 32 * 1024
_DICTIONARY_RECORDS = 2000
_ZSTD_LEVEL = 3
#: Below this many bytes (as they lie on disk) starting helpers takes longer than they save.
_WORTH_HELPERS = 4_000_000
#: How many bad lines are reported by number; all are counted.
_SHOWN_BAD_LINES = 20
# What a line raises that is JSON but not a record.
_ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError)
#: Sent back for a line that is no record.
_BAD = "bad"


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a build. ``bad_lines``: the first lines that hold no record, with the reason."""

    records: int
    bad: int
    bad_lines: tuple[tuple[int, str], ...]
    bytes: int


_Encoded = tuple[str, bytes, int, list[str], list[int]]


def build(source: Path, target: Path, now: datetime, report: Callable[[int, int, int], None] | None = None) -> Built:
    """Index a snapshot file into ``target``.

    ``report(bytes read, size, records)`` is told how far it is; raising from it stops the build and leaves the old
    index in place. Bad lines are counted, not fatal. Raises `UnreadableSource` for a file without a single record.
    """
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        connection = sqlite3.connect(partial, isolation_level=None)
        try:
            built = _fill(connection, source, now, report)
        finally:
            connection.close()
        if not built.records:
            detail = f" (line {built.bad_lines[0][0]}: {built.bad_lines[0][1]})" if built.bad_lines else ""
            raise UnreadableSource(f"{source}: no arXiv records in it{detail}")
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(f"{target}: cannot write the snapshot index: {error}") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return Built(built.records, built.bad, built.bad_lines, target.stat().st_size)


def _fill(
    connection: sqlite3.Connection, source: Path, now: datetime, report: Callable[[int, int, int], None] | None
) -> Built:
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    postings: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    titles: list[tuple[int, int]] = []
    run_rows: list[tuple[int, int]] = []
    bad: list[tuple[int, str]] = []
    records = bad_count = 0
    newest = ""
    with open_lines(source) as (lines, file, size):
        dictionary, head = _dictionary(lines)
        connection.execute("INSERT INTO dictionary VALUES (?)", (dictionary,))
        with _Encoder(dictionary, size) as encoder:
            for first_line, results in encoder.run(_chunks(head, lines)):
                rows: list[tuple[int, str, bytes]] = []
                for offset, result in enumerate(results):
                    if result is None:
                        continue
                    if result[0] == _BAD:
                        bad_count += 1
                        if len(bad) < _SHOWN_BAD_LINES:
                            bad.append((first_line + offset, str(result[1])))
                        continue
                    arxiv_id, data, title, title_terms, run_hashes = result
                    records += 1
                    rows.append((records, arxiv_id, data))
                    titles.append((title, records))
                    run_rows += [(run, records) for run in run_hashes]
                    for term in title_terms:
                        postings[term].append(records)
                    newest = max(newest, arxiv_id if arxiv_id[:1].isdigit() else "")
                connection.executemany("INSERT INTO record VALUES (?, ?, ?)", rows)
                if report is not None:
                    report(file.tell(), size, records)
    titles.sort()
    connection.executemany("INSERT OR IGNORE INTO title VALUES (?, ?)", titles)
    run_rows.sort()
    connection.executemany("INSERT OR IGNORE INTO run VALUES (?, ?)", run_rows)
    connection.executemany(
        "INSERT INTO word VALUES (?, ?)", ((term, _packed(postings[term])) for term in sorted(postings))
    )
    connection.execute("CREATE INDEX record_arxiv_id ON record (arxiv_id)")
    meta = {"layout": LAYOUT, "records": records, "source": source.name, "newest": newest, "built": now.isoformat()}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", [(name, str(value)) for name, value in meta.items()])
    connection.execute("COMMIT")
    return Built(records, bad_count, tuple(bad), 0)


def _packed(numbers: array[int]) -> bytes:
    return zstandard.compress(numbers.tobytes(), 1) if len(numbers) > 64 else b"\0" + numbers.tobytes()


def unpacked(data: bytes) -> array[int]:
    """Record numbers of a word, ascending."""
    numbers: array[int] = array("I")
    numbers.frombytes(data[1:] if data[:1] == b"\0" else zstandard.decompress(data))
    return numbers


def _chunks(head: list[bytes], lines: IO[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Lines in chunks, each with the number of its first line."""
    number, chunk = 1, []
    for source in (head, lines):
        for line in source:
            chunk.append(line)
            if len(chunk) == _CHUNK_LINES:
                yield number, chunk
                number, chunk = number + len(chunk), []
    if chunk:
        yield number, chunk


def _dictionary(lines: IO[bytes]) -> tuple[bytes, list[bytes]]:
    """A compression dictionary from the first records, and the lines read for it."""
    head: list[bytes] = []
    for line in lines:
        head.append(line)
        if len(head) == _DICTIONARY_RECORDS:
            break
    samples: list[bytes | bytearray | memoryview] = []
    for line in head:
        with suppress(*_ODD):
            samples.append(packed_record(record_of(orjson.loads(line))))
    try:
        return zstandard.train_dictionary(_DICTIONARY_BYTES, samples).as_bytes(), head
    except zstandard.ZstdError:  # too few records to learn from
        return b"", head


def packed_record(record: Record) -> bytes:
    """A record as it lies in the index, before compression."""
    return orjson.dumps(
        [
            record.arxiv_id,
            record.title,
            record.abstract,
            [[author.name, author.family, author.given] for author in record.authors],
            record.version,
            record.published,
            record.updated,
            record.categories,
            record.doi,
            record.journal_ref,
            record.comment,
        ]
    )


class _Encoder:
    """Turns chunks of lines into rows, in helper processes where the file is large."""

    def __init__(self, dictionary: bytes, size: int) -> None:
        self._dictionary = dictionary
        workers = min(os.cpu_count() or 1, 4)
        self._pool: Any = None
        if size >= _WORTH_HELPERS and workers > 1:
            context = multiprocessing.get_context("spawn")
            self._pool = context.Pool(workers, _set_up_helper, (dictionary,))
        else:
            _set_up(dictionary)

    def __enter__(self) -> _Encoder:
        return self

    def __exit__(self, kind: object, *_exc: object) -> None:
        if self._pool is not None:
            self._pool.terminate() if kind else self._pool.close()
            self._pool.join()

    def run(self, chunks: Iterable[tuple[int, list[bytes]]]) -> Iterable[tuple[int, list[Any]]]:
        return self._pool.imap(_encode, chunks) if self._pool is not None else map(_encode, chunks)


_compressor: zstandard.ZstdCompressor | None = None


def _set_up_helper(dictionary: bytes) -> None:
    # Ctrl-C reaches every process of the terminal; the one that was started decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _set_up(dictionary)


def _set_up(dictionary: bytes) -> None:
    global _compressor  # noqa: PLW0603 - state of a helper process, set once as it starts
    data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    _compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, dict_data=data)


def _encode(chunk: tuple[int, list[bytes]]) -> tuple[int, list[_Encoded | tuple[str, str] | None]]:
    number, lines = chunk
    return number, [_encode_line(line) for line in lines]


def _encode_line(line: bytes) -> _Encoded | tuple[str, str] | None:
    if not line.strip():
        return None
    try:
        record = record_of(orjson.loads(line))
    except _ODD as error:
        return _BAD, str(error) if isinstance(error, ValueError) else "not of a record's shape"
    assert _compressor is not None
    return (
        record.arxiv_id,
        _compressor.compress(packed_record(record)),
        title_hash(record.title),
        sorted(title_words(record.title)),
        sketch(record.abstract),
    )
