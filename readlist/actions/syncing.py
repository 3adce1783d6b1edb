"""Keeping Zotero in step. Importing this is cheap; running it loads pyzotero."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from readlist.actions.exporting import freeze_keys
from readlist.actions.progress import Progress, Report, silent
from readlist.library import Library, papers
from readlist.paper import Paper, Status

if TYPE_CHECKING:
    from readlist.zotero.changes import Notice, Row
    from readlist.zotero.events import Event
    from readlist.zotero.push import SyncResult

__all__ = ["Change", "Notice", "Rights", "Row", "Side", "SyncResult", "ZoteroAccess", "changes", "push", "rights"]


class Side(StrEnum):
    """Where a change of a plan is made; a conflict waits for a person on neither."""

    PUSH = "push"
    PULL = "pull"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan, or of what was done: ``verb`` is ``create``, ``update``, ``trash``, or empty in conflicts."""

    side: Side
    verb: str
    row: Row


def changes(result: SyncResult) -> list[Change]:
    """The rows of a plan or of what was done, conflicts last."""
    groups = (
        (Side.PUSH, "create", result.created),
        (Side.PUSH, "update", result.updated),
        (Side.PUSH, "trash", result.trashed),
        (Side.CONFLICT, "", result.conflicts),
    )
    return [Change(side, verb, row) for side, verb, rows in groups for row in rows]


@dataclass(frozen=True, slots=True)
class ZoteroAccess:
    """Where to sync to: the key, the library (None: the key owner's own), the server and the collection."""

    key: str
    library: str | None
    url: str
    collection: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What a key may do. ``library``: where a sync would go; ``write``: whether it may change items there."""

    user: str
    library: str
    read: bool
    write: bool


def push(
    library: Library,
    access: ZoteroAccess,
    now: datetime,
    *,
    dry_run: bool = False,
    prefer: str | None = None,
    leave_out: Collection[int] = (),
    report: Report = silent,
) -> SyncResult:
    """Bring Zotero up to date with the list; nothing is read back into it.

    Papers with a record or added by hand, and not skipped, get an item; items that are there already are taken over.
    ``leave_out``: papers whose items are not touched this time; the next push plans them again.
    State is stored after each request: an interrupted push goes on where it was. Raises `ServiceError` and
    `WrongUsage`.
    """
    from readlist.zotero.client import ZoteroClient
    from readlist.zotero.library_store import LibraryStore
    from readlist.zotero.push import push as run

    listed = [number for number in papers.ids(library, now=now, sort="id") if number not in leave_out]
    if not dry_run:
        # Zotero shows the citation key, so it is frozen now.
        freeze_keys(library, [paper for paper in papers.many(library, listed, evidence=False) if _gets_item(paper)])
    removed = papers.ids(library, now=now, sort="id", removed=True)
    numbers = listed + [number for number in removed if number not in leave_out]
    with ZoteroClient(access.key, library=access.library, url=access.url, progress=_listener(report)) as client:
        return run(
            papers.many(library, numbers),
            LibraryStore(library),
            client,
            now=now,
            collection=access.collection,
            dry_run=dry_run,
            prefer=prefer,
            progress=_listener(report),
        )


def _gets_item(paper: Paper) -> bool:
    return paper.citable and paper.status is not Status.SKIPPED


def rights(access: ZoteroAccess) -> Rights:
    """What the key may do. Raises `ServiceError` and `WrongUsage` for a key that is not valid."""
    from readlist.zotero.client import ZoteroClient

    with ZoteroClient(access.key, library=access.library, url=access.url) as client:
        found = client.access()
        may_read, may_write = found.rights(client.library)
        return Rights(found.username, str(client.library), may_read, may_write)


def _listener(report: Report) -> Callable[[Event], None]:
    from readlist.zotero.events import Reading, Waiting, Writing

    def listen(event: Event) -> None:
        match event:
            case Waiting():
                report(Progress("Zotero", text=event.reason, wait=event.seconds))
            case Reading():
                report(Progress("read", event.done, event.total))
            case Writing():
                report(Progress("write", event.done, event.total))

    return listen
