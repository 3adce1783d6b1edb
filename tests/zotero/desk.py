"""A list on one machine, and its syncs with the local server."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from readlist.actions.exporting import freeze_keys
from readlist.library import Library, edits, papers
from readlist.paper import Match, MatchState, Paper, Record, Status
from readlist.zotero.changes import Rules
from readlist.zotero.library_store import LibraryPapers, LibraryStore
from readlist.zotero.sync import sync
from readlist.zotero.task import PaperList, SyncResult, Task
from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import NOW, connect, paper

MATCHED = Match(MatchState.MATCHED, 1.0, "snapshot", "resolver")


def record(number: int) -> Record:
    """The record of the paper that `paper` makes."""
    made = paper(number)
    assert made.arxiv_id is not None
    return Record(
        made.arxiv_id,
        made.title,
        made.abstract,
        made.authors,
        2,
        made.published,
        made.updated,
        made.categories,
        comment="Accepted <at> CVPR" if number == 1 else None,
    )


class Desk:
    """A list on one machine, and its syncs. Time goes on by a minute with each change."""

    def __init__(self, path: Path, server: ZoteroServer) -> None:
        self.library, self.server, self.now = Library.open(path), server, NOW

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def add(self, *numbers: int) -> None:
        """Papers with records, as `paper` makes them."""
        with self.library.action("import", "", self.tick()) as writer:
            for number in numbers:
                values = {"title": paper(number).title, "title_key": "", "status": "to-read"}
                values |= {"status_changed": "2026-11-20T09:00:00Z", "added": "2026-11-20T09:00:00Z"}
                edits.set_match(writer, writer.insert("paper", values), MATCHED, record(number))

    def resolve(self) -> None:
        """Give papers that came from Zotero their records."""
        found = self.library.connection.execute(
            "SELECT paper.id, sighting.arxiv_id FROM paper JOIN sighting ON paper_id = paper.id "
            "WHERE paper.arxiv_id IS NULL AND sighting.arxiv_id IS NOT NULL"
        ).fetchall()
        with self.library.action("resolve", "", self.tick()) as writer:
            for row in found:
                edits.set_match(writer, row[0], MATCHED, record(int(row[1].rpartition(".")[2])))

    def sync(self, **rules: Any) -> SyncResult:
        dry_run, sure = rules.pop("dry_run", False), rules.pop("sure", True)
        collections, progress = rules.pop("tag_collections", {}), rules.pop("progress", lambda _event: None)
        listed, store = self.sides()
        task = Task(
            self.now, Rules(**rules), dry_run=dry_run, sure=sure, tag_collections=collections, progress=progress
        )
        with connect(self.server) as client:
            return sync(listed, store, client, task)

    def sides(self) -> tuple[PaperList, LibraryStore]:
        """List and store, as a sync takes them."""
        listed = LibraryPapers(self.library, self.tick(), lambda found: freeze_keys(self.library, list(found)))
        return listed, LibraryStore(self.library)

    def paper(self, number: int = 1) -> Paper:
        found = papers.get(self.library, number)
        assert found is not None
        return found

    def all(self) -> list[Paper]:
        return [self.paper(number) for number in papers.ids(self.library, now=self.now, sort="id")]

    def status(self, status: Status, *numbers: int) -> None:
        with self.library.action("status", "", self.tick()) as writer:
            edits.set_status(writer, numbers or (1,), status)

    def tag(self, *, add: str = "", drop: str = "", number: int = 1) -> None:
        with self.library.action("tag", "", self.tick()) as writer:
            edits.change_tags(writer, [number], add.split(), drop.split())

    def note(self, text: str, number: int = 1) -> None:
        with self.library.action("note", "", self.tick()) as writer:
            edits.set_note(writer, number, text)

    def remove(self, *numbers: int, removed: bool = True) -> None:
        with self.library.action("remove", "", self.tick()) as writer:
            edits.set_removed(writer, numbers, removed)

    def key(self, number: int = 1) -> str:
        state = LibraryStore(self.library).zotero_state("user:12345")
        return state.items[number].key
