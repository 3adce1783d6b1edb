"""From lines of the snapshot file to blocks of records and packed postings: the work of a helper process.

A record is found by its **address**: the position of its line in the (unpacked) file, over `BYTES_AN_ADDRESS`, plus its
number among the records of its piece of the file. No record fits in so few bytes, so addresses are different, and they
ascend as the lines do, whoever encodes which piece.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import zstandard

from readlist.identifiers import parse_arxiv_id
from readlist.resolver.snapshot.columns import Numbers, Sketches, TitleTerms, ids_of
from readlist.resolver.snapshot.features import word_list
from readlist.resolver.snapshot.layout import as_dictionary
from readlist.resolver.snapshot.packing import packed, part_of_index
from readlist.resolver.snapshot.reading import TOO_LONG, id_in, lines_between, record_of
from readlist.text import collapse

#: So many records are compressed together: more make the index smaller and reading one record slower.
BLOCK = 4
BYTES_AN_ADDRESS = 8
#: How many bad lines are kept with number and reason; all are counted.
MOST_BAD_LINES = 100_000
_ZSTD_LEVEL = 3
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What a line raises that is JSON but not a record.
_ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError)
# An id that is its own canonical form, as nearly all are.
_PLAIN_ID = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}").fullmatch
# Kept as they are where they are given.
_KEPT = ("categories", "doi", "journal-ref", "comments", "update_date")


@dataclass(slots=True)
class Encoded:
    """A piece of the file. ``bad_lines``: number within the piece, from 0, and reason.

    ``blocks``: compressed, one behind the other, with their ``lengths``. ``postings``: of each kind, sorted, with the
    positions of the parts. ``newest``: the highest new-style id, ``changed`` the newest day of update, or empty.
    """

    address: int
    lines: int = 0
    records: int = 0
    bad: int = 0
    bad_lines: list[tuple[int, str]] = field(default_factory=list)
    blocks: bytes = b""
    lengths: list[int] = field(default_factory=list)
    postings: list[tuple[bytes, list[int]]] = field(default_factory=list)
    newest: str = ""
    changed: str = ""


class Encoder:
    """Encodes pieces of a file. ``common_words``, ``common_runs``: what too many records have to be found by;
    ``dictionary``: what blocks of records are compressed against.
    """

    def __init__(self, common_words: AbstractSet[bytes], common_runs: Numbers, dictionary: bytes) -> None:
        self._titles, self._abstracts = TitleTerms(common_words), Sketches(common_runs)
        self._compressor = zstandard.ZstdCompressor(
            level=_ZSTD_LEVEL, dict_data=as_dictionary(dictionary), write_checksum=True
        )

    def between(self, path: Path, begin: int, end: int) -> Encoded:
        """Encode the lines of a plain file that begin in a range of bytes. Raises `UnreadableSource`."""
        return self.piece(lines_between(path, begin, end), begin)

    def piece(self, data: bytes, position: int) -> Encoded:
        """Encode whole lines that begin at a position of the unpacked file."""
        if not position:
            data = data.removeprefix(_BYTE_ORDER_MARK)
        found = Encoded(position // BYTES_AN_ADDRESS)
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        found.lines = len(lines)
        records: list[dict[str, Any]] = []
        stored: list[bytes] = []
        for number, line in enumerate(lines):
            if not line or line.isspace():
                continue
            try:
                record = reduced(orjson.loads(line))
                stored.append(orjson.dumps(record))
            except _ODD as error:
                found.bad += 1
                found.bad_lines.append((number, _reason(line, error)))
            else:
                records.append(record)
        found.records = len(records)
        if records:
            self._compress(stored, found)
            self._index(records, found)
        return found

    def _compress(self, stored: list[bytes], found: Encoded) -> None:
        blocks = [self._compressor.compress(b"\n".join(stored[i : i + BLOCK])) for i in range(0, len(stored), BLOCK)]
        found.blocks, found.lengths = b"".join(blocks), [len(block) for block in blocks]

    def _index(self, records: list[dict[str, Any]], found: Encoded) -> None:
        ids = [record["id"] for record in records]
        titles = [record["title"] for record in records]
        abstracts = [record.get("abstract", "") for record in records]
        keys, terms = self._titles.of(titles, [word_list(title) for title in titles])
        for hashes in ids_of(ids), keys, terms, self._abstracts.of(abstracts):
            found.postings.append(packed(hashes, found.address))
        found.newest = max((arxiv_id for arxiv_id in ids if "/" not in arxiv_id), default="")
        found.changed = max(filter(is_day, {record.get("update_date", "") for record in records}), default="")

    @staticmethod
    def part(data: bytes, newest_only: bool) -> tuple[bytes, int]:
        """A part of a list as it lies in the index: see `packing.part_of_index`."""
        return part_of_index(data, newest_only=newest_only)


def reduced(data: Any) -> dict[str, Any]:  # noqa: C901 - one field after the other
    """What is stored of an object of the snapshot: an object of the same shape with what a record needs.

    Raises ValueError, or another error of a wrong type, for what is no record or could not be read again as one.
    """
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    arxiv_id = id_in(data)
    if not _PLAIN_ID(arxiv_id):
        identifier = parse_arxiv_id(arxiv_id)
        if identifier is None:
            raise ValueError("no arXiv id")
        arxiv_id = identifier.id
    title = collapse(str(data.get("title") or ""))
    if not title:
        raise ValueError("no title")
    kept: dict[str, Any] = {"id": arxiv_id, "title": title}
    if abstract := data.get("abstract"):
        kept["abstract"] = str(abstract).replace("\n", " ").strip()
    if parsed := data.get("authors_parsed"):
        # Joined only to be refused where a name is no text.
        "".join(chain.from_iterable(parsed))
        # Behind last name, first name and suffix there are affiliations.
        kept["authors_parsed"] = parsed if max(map(len, parsed)) <= 3 else [name[:3] for name in parsed]
    elif authors := data.get("authors"):
        kept["authors"] = str(authors)
    if versions := data.get("versions"):
        if not isinstance(versions, list):
            raise ValueError("not of a record's shape")
        kept["versions"] = versions if len(versions) < 3 else (versions[0], versions[-1])
    for name in _KEPT:
        if value := data.get(name):
            kept[name] = str(value)
    if updated := data.get("updated"):
        kept["updated"] = updated
        record_of(kept)
    return kept


def is_day(text: str) -> bool:
    """Is it a day as the snapshot writes it, ``2026-11-20``?"""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _reason(line: bytes, error: Exception) -> str:
    if line == TOO_LONG:
        return "too long for a record"
    return str(error) if isinstance(error, ValueError) else "not of a record's shape"
