"""Keeping Zotero in step. Importing this is cheap; running it loads pyzotero."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readlist.actions.exporting import freeze_keys
from readlist.actions.progress import Progress, Report, silent
from readlist.errors import NeedsYes, ReadlistError, ServiceError
from readlist.library import Library, papers
from readlist.paper import Paper, Status
from readlist.settings import KEY_TEMPLATE
from readlist.text import count

if TYPE_CHECKING:
    from readlist.zotero.changes import Notice, Plan, Row, Rules
    from readlist.zotero.events import Event
    from readlist.zotero.mapping import Publication
    from readlist.zotero.task import SyncResult, Task

__all__ = [
    "Change",
    "Direction",
    "Notice",
    "Row",
    "Side",
    "SyncResult",
    "ZoteroAccess",
    "changes",
    "conflicts",
    "decide",
    "sync",
]


class Direction(StrEnum):
    """Which side a sync changes."""

    BOTH = "both"
    PUSH = "push"
    PULL = "pull"


class Side(StrEnum):
    """Where a change of a plan is made; a conflict waits for a person on neither."""

    PUSH = "push"
    PULL = "pull"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan, or of what was done: ``verb`` is ``create``, ``update``, ``trash`` or ``remove``, and empty
    in conflicts."""

    side: Side
    verb: str
    row: Row


def changes(result: SyncResult) -> list[Change]:
    """The rows of a plan or of what was done, conflicts last."""
    groups = (
        (Side.PUSH, "create", result.created),
        (Side.PUSH, "update", result.updated),
        (Side.PUSH, "trash", result.trashed),
        (Side.PULL, "create", result.pulled),
        (Side.PULL, "update", result.revised),
        (Side.PULL, "remove", result.removed),
        (Side.CONFLICT, "", result.conflicts),
    )
    return [Change(side, verb, row) for side, verb, rows in groups for row in rows]


@dataclass(frozen=True, slots=True)
class ZoteroAccess:
    """Where to sync to: the key, the library (None: the key owner's own), the server and the collection.

    ``more``: further libraries; each paper gets an item in each. ``query``: the papers that get an item; all by
    default. ``tag_collections``: names of further collections, by tag. ``whole_library``: papers come from all of the
    library, not from the collections alone. ``trash_others``: a paper that is removed takes its item along even where
    somebody else made it. ``status_names``: what the Reading List plugin was told to call the read statuses, where that
    is not its own. ``published``, ``attach`` and ``extras``: see the settings; ``pdf_of`` knows the PDFs that are here,
    and ``key_template`` says how citation keys are made.
    ``contact``: whom Zotero's staff may write to. ``keep_key`` keeps a key that the program on this machine gave.
    """

    key: str
    library: str | None
    url: str
    collection: str
    more: tuple[str, ...] = ()
    query: str = ""
    tag_collections: Mapping[str, str] = field(default_factory=dict)
    whole_library: bool = False
    trash_others: bool = False
    status_names: Mapping[str, str] = field(default_factory=dict)
    published: bool = False
    attach: str = "none"
    extras: tuple[str, ...] = ()
    pdf_of: Callable[[Paper], Path | None] | None = None
    key_template: str = KEY_TEMPLATE
    contact: str | None = None
    keep_key: Callable[[str], object] | None = None


def sync(
    library: Library,
    access: ZoteroAccess,
    now: datetime,
    *,
    direction: Direction = Direction.BOTH,
    dry_run: bool = False,
    prefer: str | None = None,
    sure: bool = False,
    leave_out: Collection[int] = (),
    leave_keys: Collection[str] = (),
    decided: Mapping[int, str] | None = None,
    confirm: Callable[[SyncResult], None] | None = None,
    report: Report = silent,
) -> SyncResult:
    """Make the list and a Zotero library say the same.

    Papers with a record or added by hand, and not skipped, get an item; items that are there already are taken over.
    What changed in Zotero changes the list, in one step of undo; what a person changed on both sides is a conflict.
    State is stored after each request: an interrupted sync goes on where it was.

    ``leave_out`` and ``leave_keys``: papers, and items that are no paper's yet, that are not touched this time; the
    next sync plans them again. ``decided``: whose side (``local`` or ``remote``) a person took in the conflicts of a
    paper. ``confirm`` is shown the plan before anything is done and ends the sync by raising.
    Raises `ServiceError`, `WrongUsage`, and `NeedsYes` where much would be removed and nobody is ``sure``.
    """
    from readlist.zotero.task import Task

    chosen = set(papers.ids(library, access.query, now=now, sort="id")) if access.query else None
    rules = replace(
        _rules(access),
        push=direction is not Direction.PULL,
        pull=direction is not Direction.PUSH,
        prefer=prefer,
        selected=(lambda paper: paper.id in chosen) if chosen is not None else None,
        leave_out=frozenset(leave_out),
        leave_keys=frozenset(leave_keys),
        decided=decided or {},
    )
    names, told = access.tag_collections, _listener(report)
    task = Task(now, rules, access.collection, names, dry_run=dry_run, sure=sure, confirm=confirm, progress=told)
    results: list[SyncResult] = []
    for name in (access.library, *access.more):
        try:
            results.append(_sync_one(library, replace(access, library=name), task))
        except (ServiceError, NeedsYes) as error:
            if not results:
                raise
            results[-1] = replace(results[-1], stopped=f"{name}: {error}")
            break
    return _together(results)


def _sync_one(library: Library, access: ZoteroAccess, task: Task) -> SyncResult:
    from readlist.zotero.client import ZoteroClient
    from readlist.zotero.library_store import LibraryPapers, LibraryStore
    from readlist.zotero.sync import sync as run

    listed = LibraryPapers(library, task.now, _keys(library, access))
    with ZoteroClient(
        access.key,
        library=access.library,
        url=access.url,
        contact=access.contact,
        keep_key=access.keep_key or (lambda _key: None),
        progress=task.progress,
    ) as client:
        return run(listed, LibraryStore(library), client, task)


def _keys(library: Library, access: ZoteroAccess) -> Callable[[Sequence[Paper]], object]:
    """What gives papers their citation keys."""
    return partial(freeze_keys, library, template=access.key_template)


def _together(results: Sequence[SyncResult]) -> SyncResult:
    """The results of several libraries as one."""
    first = results[0]
    if len(results) == 1:
        return first
    parts = ("created", "updated", "trashed", "pulled", "revised", "removed", "conflicts", "left", "notices")
    joined: dict[str, Any] = {name: tuple(row for result in results for row in getattr(result, name)) for name in parts}
    return replace(
        first,
        library=", ".join(result.library for result in results),
        unchanged=sum(result.unchanged for result in results),
        requests=sum(result.requests for result in results),
        stopped=next((result.stopped for result in results if result.stopped), None),
        first=any(result.first for result in results),
        **joined,
    )


def _rules(access: ZoteroAccess) -> Rules:
    from readlist.zotero.categories import category_names
    from readlist.zotero.changes import Rules
    from readlist.zotero.extra import STATUS_NAMES
    from readlist.zotero.mapping import Options

    names = {**STATUS_NAMES, **{Status(name): spelled for name, spelled in access.status_names.items()}}
    tags = category_names() if "categories" in access.extras else {}
    return Rules(
        trash_others=access.trash_others,
        whole_library=access.whole_library,
        options=Options(status_names=names, category_tags=tags, published=_published if access.published else None),
        attach="" if access.attach == "none" else access.attach,
        pdf_of=access.pdf_of,
        comments="comment" in access.extras,
    )


def _published(paper: Paper) -> Publication | None:
    """Where a paper appeared, as far as its record says so beyond doubt."""
    from readlist.exporters.journal import reference_of
    from readlist.zotero.mapping import Publication

    found = reference_of(paper)
    types = {"article": "journalArticle", "inproceedings": "conferencePaper"}
    if found is None or found.kind not in types:
        return None
    pages = (found.pages or "").replace("--", "-")
    return Publication(types[found.kind], found.venue, found.volume or "", found.number or "", pages)


def conflicts(library: Library, access: ZoteroAccess, now: datetime) -> list[Row]:
    """What was changed on both sides, as last seen. Asks nobody."""
    return [row for _, plan in _last_plans(library, access, now) for row in plan.conflicts]


def decide(library: Library, access: ZoteroAccess, paper_id: int, side: str, now: datetime) -> Row:
    """Settle the conflicts of a paper: ``local`` keeps what the list says, ``remote`` takes over what Zotero says.

    The next sync tells Zotero. Raises `ReadlistError` where nothing is in conflict.
    """
    from readlist.zotero.deciding import keep_ours, take_theirs
    from readlist.zotero.library_store import LibraryPapers, LibraryStore

    for name, plan in _last_plans(library, access, now):
        row = next((row for row in plan.conflicts if row.paper_id == paper_id), None)
        if row is None:
            continue
        store, rules = LibraryStore(library), _rules(access)
        if side == "local":
            keep_ours(store, name, paper_id, row.fields, rules.options)
        else:
            listed = LibraryPapers(library, now, _keys(library, access))
            take_theirs(listed, store, name, row, rules.options)
        return row
    raise ReadlistError(f"p{paper_id} is in no conflict that a sync has found; readlist zotero conflicts lists those")


def _names(spec: str, name: str) -> bool:
    from readlist.zotero import local
    from readlist.zotero.state import parse_target

    return name.startswith("local:") if local.is_local(spec) else str(parse_target(spec)) == name


def _last_plans(library: Library, access: ZoteroAccess, now: datetime) -> Iterator[tuple[str, Plan]]:
    """What a sync with each Zotero library would find, going by what was last seen there."""
    from readlist.library import zotero_tables
    from readlist.zotero.changes import Places
    from readlist.zotero.library_store import LibraryPapers, LibraryStore
    from readlist.zotero.plan import make_plan

    listed, rules = LibraryPapers(library, now, _keys(library, access)), _rules(access)
    for name in zotero_tables.libraries(library):
        if access.library is not None and not any(_names(spec, name) for spec in (access.library, *access.more)):
            continue
        state = LibraryStore(library).zotero_state(name)
        places = Places(state.collections.get(access.collection))
        plan = make_plan(listed.papers(), state, items={}, places=places, now=now, rules=rules)
        yield name, plan


def _listener(report: Report) -> Callable[[Event], None]:
    from readlist.zotero.events import Reading, Waiting, Working, Writing

    def listen(event: Event) -> None:
        match event:
            case Waiting():
                report(Progress("Zotero", text=event.reason, wait=event.seconds))
            case Reading():
                report(Progress("read", event.done, event.total))
            case Writing():
                report(Progress("write", event.done, event.total))
            case Working():
                report(Progress(event.what, text=count(event.papers, "paper")))

    return listen
