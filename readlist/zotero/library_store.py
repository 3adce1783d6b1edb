"""The state of syncs kept in the library file, and the list that is synced."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from readlist.identifiers import normalise_doi
from readlist.library import Library, edits, papers
from readlist.library import zotero_tables as tables
from readlist.library.journal import Writer
from readlist.library.revising import revise
from readlist.library.rows import read_time, time_text, to_json
from readlist.paper import Entry, Paper
from readlist.text import key
from readlist.zotero.changes import Pull, Taking
from readlist.zotero.state import ChildNote, Fields, ItemState, LibraryState, Seen
from readlist.zotero.task import Taken


class LibraryStore:
    """A `SyncStore` over an open library; each save is one transaction."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def zotero_state(self, library: str) -> LibraryState:
        """All that is remembered of one Zotero library."""
        return LibraryState(
            library_version=tables.version(self._library, library),
            collections=tables.collections(self._library, library),
            items={paper_id: _item(row) for paper_id, row in tables.items(self._library, library).items()},
            seen={key: _seen(row) for key, row in tables.seen(self._library, library).items()},
            notes={parent: _note(row) for parent, row in tables.notes(self._library, library).items()},
            pulled=tables.pulled(self._library, library),
        )

    def save_zotero_items(self, library: str, items: Mapping[int, ItemState | None]) -> None:
        """Keep or (None) forget papers' items."""
        tables.save_items(
            self._library,
            library,
            [(paper_id, None if item is None else _item_row(item)) for paper_id, item in items.items()],
        )

    def save_zotero_seen(self, library: str, seen: Mapping[str, Seen | None]) -> None:
        """Keep or (None) forget items that are no paper's."""
        tables.save_seen(
            self._library, library, [(key, None if row is None else _seen_row(row)) for key, row in seen.items()]
        )

    def save_zotero_notes(self, library: str, notes: Mapping[str, ChildNote | None]) -> None:
        """Keep or (None) forget our notes, by the item that they hang on."""
        tables.save_notes(
            self._library, library, [(parent, None if row is None else _note_row(row)) for parent, row in notes.items()]
        )

    def save_zotero_library(
        self,
        library: str,
        *,
        version: int | None = None,
        collections: Mapping[str, str] | None = None,
        pulled: Mapping[str, int] | None = None,
    ) -> None:
        """Keep the version read up to, the collections in use and up to where they were looked through."""
        tables.save_library(self._library, library, version, collections, pulled)


class LibraryPapers:
    """A `PaperList` over an open library: each sync that changes it is one step of undo.

    ``freeze`` gives papers their citation keys.
    """

    def __init__(self, library: Library, now: datetime, freeze: Callable[[Sequence[Paper]], object]) -> None:
        self._library, self._now, self._freeze = library, now, freeze
        self._action: int | None = None
        self._read: dict[int, Paper] | None = None
        self._stale: set[int] = set()

    def papers(self) -> Sequence[Paper]:
        """All papers, those in the trash too; only what changed since is read again."""
        if self._read is None:
            numbers = [
                *papers.ids(self._library, now=self._now, sort="id"),
                *papers.ids(self._library, now=self._now, sort="id", removed=True),
            ]
            self._read = {paper.id: paper for paper in papers.many(self._library, numbers, evidence=False)}
        elif self._stale:
            self._read |= {paper.id: paper for paper in papers.many(self._library, sorted(self._stale), evidence=False)}
        self._stale = set()
        return list(self._read.values())

    def freeze_keys(self, paper_ids: Iterable[int]) -> None:
        """Give papers their citation keys, for good."""
        numbers = list(paper_ids)
        self._freeze(papers.many(self._library, numbers, evidence=False))
        self._stale |= set(numbers)

    def take_over(
        self, library: str, pulls: Sequence[Pull], linked: frozenset[int], finish: Callable[[Pull, Paper], ItemState]
    ) -> Sequence[Taken]:
        """Change the list as pulls say; see `PaperList`."""
        owners: list[tuple[int | None, str]] = []
        done: dict[int, ItemState] = {}
        with self._library.action("zotero", _summary(pulls), self._now, extends=self._action) as writer:
            changed = self._changed_meanwhile(pulls)
            taken = set(linked)
            for pull in pulls:
                owner = (None, "") if pull.row.paper_id in changed else _take(writer, pull, taken)
                taken |= {owner[0]} if owner[0] is not None else set()
                owners.append(owner)
            numbers = [number for number, _ in owners if number is not None]
            found = {paper.id: paper for paper in papers.many(self._library, numbers, evidence=False)}
            for pull, (number, _) in zip(pulls, owners, strict=True):
                if number is not None:
                    done[number] = finish(pull, found[number])
            tables.put_items(writer.connection, library, [(number, _item_row(item)) for number, item in done.items()])
            self._action = writer.action_id
        self._stale |= done.keys() | changed
        return [
            Taken(None, None, stale=pull.row.paper_id in changed)
            if number is None
            else Taken(found[number], done[number], doubt)
            for pull, (number, doubt) in zip(pulls, owners, strict=True)
        ]

    def _changed_meanwhile(self, pulls: Sequence[Pull]) -> set[int]:
        """Papers that a person changed since the plan was made: it says nothing of them any more."""
        numbers = sorted({pull.row.paper_id for pull in pulls if pull.row.paper_id is not None})
        now = {paper.id: paper for paper in papers.many(self._library, numbers, evidence=False)}
        planned = self._read or {}
        return {number for number in numbers if now.get(number) != planned.get(number)}


def _take(writer: Writer, pull: Pull, taken: Collection[int]) -> tuple[int | None, str]:
    """The paper that a pull concerns, and what was not kept; None for an entry whose paper has an item already."""
    if pull.entry is None:
        assert pull.row.paper_id is not None
        assert pull.revision is not None
        return pull.row.paper_id, revise(writer, pull.row.paper_id, pull.revision)
    known = edits.known_paper(writer.connection, pull.entry)
    apart = known is not None and _another_work(writer, known, pull.entry)
    if known in taken and not apart:
        return None, ""
    intake = edits.take_in(writer, pull.entry, apart=apart)
    return intake.paper_id, intake.doubt


def _another_work(writer: Writer, paper_id: int, entry: Entry) -> bool:
    """Many works are called Editorial: with another DOI, or by others, it is another one."""
    row = writer.connection.execute("SELECT doi, authors FROM paper WHERE id = ?", (paper_id,)).fetchone()
    given = entry.given
    if given is None:
        return False
    if row["doi"] and given.doi:
        return bool(normalise_doi(row["doi"]) != normalise_doi(given.doi))
    first = next(iter(json.loads(row["authors"])), None)
    return bool(first and given.authors and key(first[1]) != key(given.authors[0].family))


def _summary(pulls: Sequence[Pull]) -> str:
    """What a sync changed in the list, for the history."""
    told = []
    for actions, what in (
        ({Taking.CREATE}, "{} new"),
        ({Taking.UPDATE, Taking.RESTORE}, "{} changed"),
        ({Taking.REMOVE}, "{} to the trash"),
    ):
        number = sum(pull.action in actions for pull in pulls)
        told += [what.format(f"{number:,}")] if number else []
    return f"from Zotero: {', '.join(told)}"


# No field has this name; what was sent is kept in the column of what our side said.
_SENT = "(sent)"


class _Unread(Mapping[str, object]):
    """A JSON object that is read when somebody looks into it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, object] | None = None

    def _read(self) -> dict[str, object]:
        if self._found is None:
            self._found = json.loads(self._text)
        return self._found

    def __getitem__(self, name: str) -> object:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __eq__(self, other: object) -> bool:
        return self._read() == (dict(other) if isinstance(other, Mapping) else other)

    __hash__ = None  # type: ignore[assignment]


def _item(row: Mapping[str, Any]) -> ItemState:
    # Of the items that are in step nobody asks for more: reading JSON would take most of a sync that has nothing to do.
    here: Fields = _Unread(row["here"])
    sent: Fields = {}
    if _SENT in row["here"]:
        known = dict(here)
        sent = known.pop(_SENT)  # type: ignore[assignment]
        here = known
    return ItemState(
        key=row["key"],
        version=row["version"],
        sent=sent,
        here=here,
        base=_Unread(row["base"]),
        there=_Unread(row["there"]),
        made_by_us=bool(row["made_by_us"]),
        synced=read_time(row["synced"]),
        deleted=bool(row["deleted"]),
        copied=bool(row["copied"]),
        note=row["note"],
        in_step=row["in_step"],
    )


def _item_row(item: ItemState) -> dict[str, Any]:
    return {
        "key": item.key,
        "version": item.version,
        "here": to_json({**item.here, **({_SENT: dict(item.sent)} if item.sent else {})}),
        "base": to_json(dict(item.base)),
        "there": to_json(dict(item.there)),
        "made_by_us": item.made_by_us,
        "trashed": item.trashed,
        "deleted": item.deleted,
        "synced": time_text(item.synced),
        "copied": item.copied,
        "note": item.note,
        "in_step": item.in_step,
    }


def _seen(row: Mapping[str, Any]) -> Seen:
    return Seen(row["key"], row["version"], row["title"], tuple(json.loads(row["identities"])), bool(row["trashed"]))


def _note(row: Mapping[str, Any]) -> ChildNote:
    return ChildNote(row["key"], row["version"], row["html"], bool(row["trashed"]))


def _note_row(note: ChildNote) -> dict[str, Any]:
    return {"key": note.key, "version": note.version, "html": note.html, "trashed": note.trashed}


def _seen_row(seen: Seen) -> dict[str, Any]:
    return {
        "version": seen.version,
        "title": seen.title,
        "identities": to_json(list(seen.identities)),
        "trashed": seen.trashed,
    }
