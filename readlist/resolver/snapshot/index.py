"""Looking papers up in the index."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import orjson
import zstandard
from rapidfuzz import fuzz

from readlist.errors import LibraryError
from readlist.paper import Author, Record
from readlist.resolver.question import Answer, Question
from readlist.resolver.snapshot.build import LAYOUT, unpacked
from readlist.resolver.snapshot.features import runs, title_hash, title_words
from readlist.text import words

#: The source's name in matches.
NAME = "snapshot"
#: Words with more records than this find too much to be read; the rarest words of a title are enough.
_COMMON = 20_000
#: How many words of a title are followed, the rarest first.
_WORDS = 5
#: How many records are weighed for one question: those that share most words, and most runs of the abstract.
_BY_WORDS, _BY_RUNS = 6, 5
#: Records read to rank by title before weighing.
_RANKED = 24


@dataclass(frozen=True, slots=True)
class Info:
    """What an index was built from. ``newest``: the highest arXiv id in it."""

    path: Path
    records: int
    source: str
    newest: str
    built: datetime
    bytes: int


class SnapshotIndex:
    """An open index, for one thread."""

    def __init__(self, path: Path) -> None:
        """Open the index. Raises `LibraryError` when there is none or it has another layout."""
        if not path.exists():
            raise LibraryError(
                f"{path}: there is no snapshot index yet; readlist snapshot build FILE makes one from arXiv's metadata"
            )
        try:
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            meta = dict(self._connection.execute("SELECT name, value FROM meta").fetchall())
            dictionary = self._connection.execute("SELECT data FROM dictionary").fetchone()[0]
        except (sqlite3.Error, TypeError) as error:
            raise LibraryError(f"{path}: not a snapshot index ({error}); build it again") from error
        if meta.get("layout") != str(LAYOUT):
            self._connection.close()
            raise LibraryError(f"{path}: built by another readlist; readlist snapshot build FILE makes it anew")
        data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._decompressor = zstandard.ZstdDecompressor(dict_data=data)
        self.info = Info(
            path=path,
            records=int(meta["records"]),
            source=meta["source"],
            newest=meta["newest"],
            built=datetime.fromisoformat(meta["built"]),
            bytes=path.stat().st_size,
        )

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> SnapshotIndex:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def look_up(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """The candidates for each question, found by id, title, rare title words and runs of the abstract."""
        for question in questions:
            yield Answer(question, tuple(self.candidates(question)), NAME)

    def candidates(self, question: Question) -> list[Record]:
        """Records that a question may mean."""
        if question.arxiv_id is not None:
            return list(self.by_ids([question.arxiv_id]).values())
        found = dict.fromkeys(self._by_title(question.titles))
        found |= dict.fromkeys(self._by_runs(question.abstract))
        records = self._read(found)
        known = set(found)
        records |= self._by_words(question.titles, known)
        return list(records.values())

    def by_ids(self, arxiv_ids: Iterable[str]) -> dict[str, Record]:
        """Records by arXiv id; unknown ids are absent."""
        numbers = self._connection.execute(
            "SELECT id FROM record WHERE arxiv_id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(arxiv_ids)).decode(),),
        )
        return {record.arxiv_id: record for record in self._read(row[0] for row in numbers).values()}

    def _by_title(self, titles: Iterable[str]) -> list[int]:
        found: list[int] = []
        for title in titles:
            rows = self._connection.execute("SELECT record FROM title WHERE hash = ? LIMIT 20", (title_hash(title),))
            found += [row[0] for row in rows]
        return found

    def _by_runs(self, abstract: str) -> list[int]:
        hits: Counter[int] = Counter()
        for run in runs(abstract):
            # A run that many records share says nothing; reading stops where that shows.
            rows = self._connection.execute("SELECT record FROM run WHERE hash = ? LIMIT 40", (run,)).fetchall()
            if len(rows) < 40:
                hits.update(row[0] for row in rows)
        return [number for number, count in hits.most_common(_BY_RUNS) if count >= 2]

    def _by_words(self, titles: Iterable[str], known: set[int]) -> dict[int, Record]:
        ranked: Counter[int] = Counter()
        for title in titles:
            postings = []
            for word in title_words(title):
                row = self._connection.execute("SELECT records FROM word WHERE word = ?", (word,)).fetchone()
                if row is not None:
                    postings.append(unpacked(row[0]))
            postings.sort(key=len)
            for numbers in postings[:_WORDS]:
                if len(numbers) <= _COMMON:
                    ranked.update(numbers)
        best = [number for number, _count in ranked.most_common(_RANKED) if number not in known]
        if not best:
            return {}
        folded = [" ".join(words(title)) for title in titles]
        records = self._read(best)
        alike = {
            number: max(fuzz.ratio(title, " ".join(words(record.title))) for title in folded)
            for number, record in records.items()
        }
        chosen = sorted(alike, key=lambda number: -alike[number])[:_BY_WORDS]
        return {number: records[number] for number in chosen}

    def _read(self, numbers: Iterable[int]) -> dict[int, Record]:
        rows = self._connection.execute(
            "SELECT id, data FROM record WHERE id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(numbers)).decode(),),
        )
        return {number: self._record(data) for number, data in rows}

    def _record(self, data: bytes) -> Record:
        arxiv_id, title, abstract, authors, version, published, updated, categories, doi, journal, comment = (
            orjson.loads(self._decompressor.decompress(data))
        )
        return Record(
            arxiv_id=arxiv_id,
            title=title,
            abstract=abstract,
            authors=tuple(Author(*parts) for parts in authors),
            version=version,
            published=date.fromisoformat(published) if published else None,
            updated=date.fromisoformat(updated) if updated else None,
            categories=tuple(categories),
            doi=doi,
            journal_ref=journal,
            comment=comment,
        )
