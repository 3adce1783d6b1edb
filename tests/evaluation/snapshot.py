"""The snapshot that an evaluation stands on: its records, or a fair part of them, and an index over all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import orjson

from readlist.paper import Record
from readlist.resolver.snapshot.build import build
from readlist.resolver.snapshot.index import SnapshotIndex
from readlist.resolver.snapshot.reading import pieces, record_of
from readlist.text import jaccard, key, shingles, words

#: Records that entries are drawn from; a larger snapshot is drawn from at random, and indexed whole.
_MOST = 200_000
_PIECE = 1 << 20
#: Two records of one title whose abstracts share so much (Jaccard, runs of three words) are one work submitted twice:
#: read one by one, those above are by the same authors and those below are not, or are about something else.
_SAME_WORK = 0.15


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``hard``: ids of papers that share a title or a coined name, or whose title begins another's; ``twins``: ids of
    papers that were submitted twice, each with its other ids."""

    records: tuple[Record, ...]
    index: SnapshotIndex
    hard: frozenset[str]
    twins: dict[str, frozenset[str]]


@contextmanager
def opened(path: Path, seed: int) -> Iterator[Snapshot]:
    """Read and index a snapshot file. Raises `UnreadableSource`."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "snapshot"
        build(path, target, datetime.now(UTC))
        records = _records(path, Random(seed))
        hard, twins = _confusable(records)
        with SnapshotIndex(target) as index:
            yield Snapshot(records, index, hard, twins)


def _records(path: Path, chance: Random) -> tuple[Record, ...]:
    """All records, or a reservoir of them."""
    kept: list[bytes] = []
    lines = (line for piece, _position in pieces(path, _PIECE) for line in piece.splitlines() if line.strip())
    for number, line in enumerate(lines):
        if len(kept) < _MOST:
            kept.append(line)
        elif (at := chance.randrange(number + 1)) < _MOST:
            kept[at] = line
    found = {}
    for line in kept:
        try:
            record = record_of(orjson.loads(line))
        except ValueError:
            continue
        found[record.arxiv_id] = record
    return tuple(found.values())


def _confusable(records: tuple[Record, ...]) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    by_title: defaultdict[str, list[Record]] = defaultdict(list)
    by_name: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_title[key(record.title)].append(record)
        by_name[key(record.title.partition(":")[0])].append(record)
    hard = {record.arxiv_id for group in by_name.values() if len(group) > 1 for record in group}
    for first, second in zip(in_order := sorted(by_title), in_order[1:], strict=False):
        if len(first) >= 8 and second.startswith(first):
            hard |= {record.arxiv_id for title in (first, second) for record in by_title[title]}
    twins: defaultdict[str, set[str]] = defaultdict(set)
    for group in by_title.values():
        hard |= {record.arxiv_id for record in group if len(group) > 1}
        runs = {record.arxiv_id: shingles(words(record.abstract)) for record in group if len(group) > 1}
        for one, text in runs.items():
            twins[one] |= {two for two, other in runs.items() if two != one and jaccard(text, other) >= _SAME_WORK}
    return frozenset(hard), {one: frozenset(others) for one, others in twins.items() if others}
