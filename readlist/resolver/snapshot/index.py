"""Looking papers up in the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from readlist.errors import LibraryError
from readlist.paper import Record
from readlist.resolver.index_files import updates_path
from readlist.resolver.question import Answer, Question
from readlist.resolver.snapshot.part import Asked, Part, Stored
from readlist.resolver.snapshot.reading import record_of

#: The source's name in matches.
NAME = "snapshot"


@dataclass(frozen=True, slots=True)
class Info:
    """What an index was built from.

    ``records``: how many ids it has. ``newest``: the highest arXiv id in it. ``changed``: the newest day on which one
    of its records changed. ``updated``: when it was last brought up to date, if ever. ``bytes``: on disk.
    """

    path: Path
    records: int
    source: str
    newest: str
    built: datetime
    bytes: int
    changed: date | None = None
    updated: datetime | None = None


class SnapshotIndex:
    """An open index and its updates, if it has any; for one thread."""

    def __init__(self, path: Path) -> None:
        """Open the index. Raises `LibraryError` when there is none or it has another layout."""
        self._path = path
        try:
            self._base = Part(path)
        except FileNotFoundError as error:
            raise LibraryError(
                f"{path}: there is no snapshot index yet; readlist snapshot build FILE makes one from arXiv's metadata"
            ) from error
        self._updates: Part | None = None
        updates = updates_path(path)
        try:
            self._updates = Part(updates)
        except FileNotFoundError:
            pass
        except LibraryError as error:
            self._base.close()
            raise LibraryError(
                f"{updates}: these updates of the snapshot index cannot be used; remove the file, then run readlist "
                f"snapshot update again ({error})"
            ) from error

    def close(self) -> None:
        self._base.close()
        if self._updates is not None:
            self._updates.close()

    def __enter__(self) -> SnapshotIndex:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @cached_property
    def info(self) -> Info:
        """What the index was built from, its updates included."""
        tables = [self._base.table] + ([self._updates.table] if self._updates else [])
        records = self._base.records
        if self._updates:
            records += self._updates.records - self._updates.also_in(self._base)
        changed = max(str(table["changed"]) for table in tables)
        return Info(
            path=self._path,
            records=records,
            source=self._base.table["source"],
            newest=max(table["newest"] for table in tables),
            built=datetime.fromisoformat(self._base.table["built"]),
            bytes=self._base.size + (self._updates.size if self._updates else 0),
            changed=date.fromisoformat(changed) if changed else None,
            updated=datetime.fromisoformat(self._updates.table["built"]) if self._updates else None,
        )

    def look_up(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """The candidates for each question, found by id, title, title words and runs of the abstract."""
        for question in questions:
            yield Answer(question, tuple(self.candidates(question)), NAME)

    def candidates(self, question: Question) -> list[Record]:
        """Records that a question may mean."""
        if question.arxiv_id is not None:
            return list(self.by_ids([question.arxiv_id]).values())
        asked = Asked.of(question.titles, question.abstract)
        return self._records({part: part.candidates(asked) for part in self._parts()})

    def exact(self, title: str) -> list[str]:
        """The arXiv ids of the records of this very title, as `readlist.text.key` sees it.

        A record that the updates have under another title is still found by the one that it had.
        """
        return list(dict.fromkeys(data["id"] for part in self._parts() for data in part.exact(title)))

    def by_ids(self, arxiv_ids: Iterable[str]) -> dict[str, Record]:
        """Records by arXiv id; unknown ids are absent."""
        found: dict[str, Record] = {}
        for arxiv_id in arxiv_ids:
            for part in self._parts():
                if (data := part.by_id(arxiv_id)) is not None:
                    found[arxiv_id] = record_of(data)
                    break
        return found

    def _parts(self) -> list[Part]:
        return [self._base] if self._updates is None else [self._updates, self._base]

    def _records(self, found: Mapping[Part, list[Stored]]) -> list[Record]:
        """One record for each id found; what was found in the base is taken from the updates where they have it."""
        records: dict[str, Record] = {}
        for part, stored in found.items():
            newer = self._updates if part is self._base else None
            for data in stored:
                arxiv_id = data["id"]
                if arxiv_id not in records:
                    records[arxiv_id] = record_of((newer and newer.by_id(arxiv_id)) or data)
        return list(records.values())
