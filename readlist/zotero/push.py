"""Push: make the Zotero library say what the reading list says, and be interruptible anywhere.

The order is what makes it safe: keys of items to be made are stored before they are sent; what the server took is
stored before the library version that it led to. Whatever is lost in between, the next look at what changed since
the stored version shows it, and the plan finds it done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from readlist.errors import ServiceError
from readlist.paper import Paper
from readlist.zotero.changes import Notice, Plan, Row, Write
from readlist.zotero.events import Progress, Writing, ignore
from readlist.zotero.plan import absorb, forget_sent, make_plan
from readlist.zotero.state import ItemState, LibraryState, Seen, SyncStore, new_key

if TYPE_CHECKING:
    from readlist.zotero.client import Listing, Report, ZoteroClient

#: How often we start over because others write at the same time, or answers get lost, before we stop.
_ROUNDS = 8
_BATCH = 50


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a push did (or, as a dry run, would do).

    ``left`` are papers that could not be written, with the reason; ``stopped`` says why the push ended early: the
    same command goes on from there.
    """

    library: str
    library_version: int
    created: tuple[Row, ...] = ()
    updated: tuple[Row, ...] = ()
    trashed: tuple[Row, ...] = ()
    conflicts: tuple[Row, ...] = ()
    unchanged: int = 0
    left: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()
    requests: int = 0
    dry_run: bool = False
    stopped: str | None = None

    @property
    def complete(self) -> bool:
        return not self.left and self.stopped is None

    def to_json(self) -> dict[str, object]:
        """The document of ``zotero plan --json`` and ``zotero sync --json``."""
        document: dict[str, object] = {
            "push": {
                "create": [row.to_json() for row in self.created],
                "update": [row.to_json() for row in self.updated],
                "trash": [row.to_json() for row in self.trashed],
            },
            "pull": {"create": [], "update": [], "remove": []},
            "conflicts": [row.to_json() for row in self.conflicts],
            "unchanged": self.unchanged,
            "requests": self.requests,
            "library": self.library,
            "library_version": self.library_version,
            "notices": [notice.to_json() for notice in self.notices],
        }
        if not self.dry_run:
            document["left"] = [notice.to_json() for notice in self.left]
        return document


def push(
    papers: Sequence[Paper],
    store: SyncStore,
    client: ZoteroClient,
    *,
    now: datetime,
    collection: str = "Reading list",
    dry_run: bool = False,
    prefer: str | None = None,
    selected: Callable[[Paper], bool] | None = None,
    progress: Progress = ignore,
    make_key: Callable[[], str] = new_key,
) -> SyncResult:
    """Push papers into a Zotero library.

    Args:
        papers: all papers of the list, those in the trash too (their items of ours follow them).
        collection: name of the collection that items are put into; made where it is missing.
        dry_run: plan only; nothing is written there or stored here.
        prefer: ``local`` writes our side of conflicts; otherwise they are left and reported.
        selected: which papers may get an item (all that are citable and not skipped, by default).

    Raises:
        ServiceError: nothing could be done at all. After the first write, the result says why it stopped.
    """
    return _Push(papers, store, client, now, collection, dry_run, prefer, selected, progress, make_key).run()


class _Push:
    def __init__(
        self,
        papers: Sequence[Paper],
        store: SyncStore,
        client: ZoteroClient,
        now: datetime,
        collection: str,
        dry_run: bool,
        prefer: str | None,
        selected: Callable[[Paper], bool] | None,
        progress: Progress,
        make_key: Callable[[], str],
    ) -> None:
        self._papers, self._store, self._client, self._now = papers, store, client, now
        self._name, self._dry_run, self._prefer = collection, dry_run, prefer
        self._selected, self._progress, self._make_key = selected, progress, make_key
        self._state = LibraryState()
        self._collection: str | None = None
        self._listed: Listing | None = None
        self._fresh: dict[str, Mapping[str, object]] = {}
        self._done: dict[int, Write] = {}
        self._left: dict[int, Notice] = {}
        self._doubtful: set[int] = set()
        self._done_before = 0

    def run(self) -> SyncResult:
        if self._dry_run:
            self._client.access()
        else:
            self._client.require_write()
        self._library = str(self._client.library)
        self._state = self._store.zotero_state(self._library)
        self._refresh()
        plan = Plan()
        stopped: str | None = None
        try:
            plan = self._until_done()
        except ServiceError as error:
            if not self._done:
                raise
            stopped = str(error)
            plan = self._plan()
            for write in self._open(plan):
                self._leave(write, stopped)
        return self._result(plan, stopped)

    def _until_done(self) -> Plan:
        for _ in range(_ROUNDS):
            plan = self._ready_plan()
            if self._dry_run:
                return plan
            self._settle(plan.settled)
            if self._apply(self._open(plan)):
                return plan
            self._refresh()
        raise ServiceError("The Zotero library keeps changing, or answers keep getting lost.")

    def _open(self, plan: Plan) -> list[Write]:
        return [write for write in plan.writes if write.row.paper_id not in self._left]

    def _plan(self) -> Plan:
        self._done_before = len(self._done)  # what is done already counts as unchanged in a new plan
        return make_plan(
            self._papers,
            self._state,
            items=self._fresh,
            collection=self._collection,
            now=self._now,
            prefer=self._prefer,
            selected=self._selected,
            make_key=self._make_key,
        )

    def _ready_plan(self) -> Plan:
        """A plan that lacks nothing: items to be taken over are read, the collection is there."""
        plan = self._plan()
        while True:
            if plan.fetch:
                self._fetch(plan.fetch)
            elif self._collection is None and not self._dry_run and (plan.needs_collection or self._collection_lost()):
                self._make_collection()
            else:
                return plan
            plan = self._plan()

    # Looking

    def _refresh(self) -> None:
        """Learn what changed in the library since we last looked, and remember it."""

        for _ in range(_ROUNDS):
            since = self._state.library_version
            found = self._client.changed_items(since)
            if found is None:
                self._remember(forget_sent(self._state), {})
                if self._listed is None:
                    self._collection = self._state.collections.get(self._name)
                return
            self._listed, self._fresh = None, {}
            gone: list[str] = []
            if since:
                gone = self._client.deleted(since)[0].get("items", [])
            self._listed = self._client.collections()
            if self._listed.version != found.version:
                continue  # somebody wrote between these requests: together they are no state of the library
            items, seen = absorb(self._state, found.items, gone, complete=not since)
            self._fresh = {item["key"]: item for item in found.items}
            self._remember(items, seen)
            self._pick_collection(self._listed)
            self._reached(found.version)
            return
        raise ServiceError("The Zotero library keeps changing while it is read. Try again in a moment.")

    def _fetch(self, keys: Iterable[str]) -> None:
        wanted = sorted(keys)
        found = self._client.items_by_key(wanted)
        items, seen = absorb(self._state, found.items, ())
        self._fresh |= {item["key"]: item for item in found.items}
        missing = set(wanted) - self._fresh.keys()
        seen |= dict.fromkeys(missing & self._state.seen.keys())
        owners = {state.key: paper_id for paper_id, state in self._state.items.items()}
        items |= {owners[key]: replace(self._state.items[owners[key]], deleted=True) for key in missing & owners.keys()}
        self._remember(items, seen)

    def _collection_lost(self) -> bool:
        """The collection was deleted in Zotero, and items of ours were in it."""
        return self._name in self._state.collections and any(
            not item.deleted and not item.trashed for item in self._state.items.values()
        )

    def _pick_collection(self, listing: Listing) -> None:
        rows = [row["data"] | {"key": row["key"]} for row in listing.items]
        live = [row for row in rows if not row.get("deleted")]
        known = self._state.collections.get(self._name)
        named = sorted(
            (row for row in live if row["name"] == self._name),
            key=lambda row: (bool(row.get("parentCollection")), row["key"]),
        )
        if any(row["key"] == known for row in live):
            self._collection = known
        elif named:
            self._collection = str(named[0]["key"])
            self._keep_collection(self._collection)
        else:
            self._collection = None

    def _make_collection(self) -> None:
        from readlist.zotero.client import AmbiguousWrite, StaleLibrary

        if self._listed is None:
            self._listed = self._client.collections()
            self._pick_collection(self._listed)
            if self._collection is not None:
                return
        for _ in range(_ROUNDS):
            try:
                report = self._client.create_collection(self._name, version=self._state.library_version)
            except (StaleLibrary, AmbiguousWrite):
                self._refresh()
                if self._listed is None:
                    self._listed = self._client.collections()
                    self._pick_collection(self._listed)
                if self._collection is not None:
                    return
                continue
            if 0 not in report.successful:
                _, reason = report.failed.get(0, (0, "no reason given"))
                raise ServiceError(f"Zotero does not take the collection '{self._name}': {reason}")
            self._collection = str(report.successful[0]["key"])
            self._keep_collection(self._collection)
            self._reached(report.version)
            return
        raise ServiceError(f"The collection '{self._name}' could not be made: answers keep getting lost.")

    # Writing

    def _apply(self, writes: Sequence[Write]) -> bool:
        """Send the writes, 50 at a time; false when we have to look and plan again."""
        from readlist.zotero.client import AmbiguousWrite, StaleLibrary

        total = len(self._done) + len(writes)
        certain = True
        for start in range(0, len(writes), _BATCH):
            batch = writes[start : start + _BATCH]
            sending = {write.row.paper_id: write.sending() for write in batch}
            self._remember({paper_id: state for paper_id, state in sending.items() if state is not None}, {})
            try:
                report = self._client.write_items(
                    [write.payload for write in batch], version=self._state.library_version
                )
            except (StaleLibrary, AmbiguousWrite):
                return False
            certain &= self._keep(batch, report)
            self._progress(Writing(len(self._done), total))
        return certain

    def _keep(self, batch: Sequence[Write], report: Report) -> bool:
        """Remember what became of a batch; false when some objects have to be looked at again."""
        items: dict[int, ItemState] = {}
        again: dict[int, Write] = {}
        for place, write in enumerate(batch):
            paper_id = write.row.paper_id
            if place in report.successful:
                answer: Mapping[str, Any] = report.successful[place]
                items[paper_id] = write.landed(int(answer["version"]), answer["data"], self._collection)
            elif place in report.unchanged:
                items[paper_id] = write.landed(write.state.version, None, self._collection)
            else:
                code, reason = report.failed.get(place, (0, "the server says nothing about it"))
                if code in {0, 404, 409, 412} and paper_id not in self._doubtful:
                    again[paper_id] = write
                else:
                    self._leave(write, reason)
                continue
            self._done[paper_id] = write
        taken = {state.key: None for state in items.values() if state.key in self._state.seen}
        self._remember(items, taken)
        self._reached(report.version)
        if again:
            self._doubtful |= again.keys()
            self._look_again(again)
        return not again

    def _look_again(self, again: Mapping[int, Write]) -> None:
        """Objects that the server refused as out of date: see what they are now, and what became of the
        collection."""
        self._listed = self._client.collections()
        self._pick_collection(self._listed)
        found = self._client.items_by_key(sorted(write.row.key for write in again.values()))
        present = {item["key"] for item in found.items}
        items, _ = absorb(self._state, found.items, ())
        for paper_id, write in again.items():
            known = self._state.items.get(paper_id)
            if known is not None and not known.pending and write.row.key not in present:
                items[paper_id] = replace(known, deleted=True)
        self._remember(items, {})

    def _leave(self, write: Write, reason: str) -> None:
        row = write.row
        self._left[row.paper_id] = Notice(row.paper_id, row.key, row.title, reason)

    def _settle(self, settled: Mapping[int, ItemState]) -> None:
        taken = {state.key: None for state in settled.values() if state.key in self._state.seen}
        self._remember(settled, taken)

    # Remembering

    def _remember(self, items: Mapping[int, ItemState], seen: Mapping[str, Seen | None]) -> None:
        if items:
            self._state = replace(self._state, items={**self._state.items, **items})
            if not self._dry_run:
                self._store.save_zotero_items(self._library, items)
        if seen:
            merged = {**self._state.seen, **seen}
            kept = {key: value for key, value in merged.items() if value is not None}
            self._state = replace(self._state, seen=kept)
            if not self._dry_run:
                self._store.save_zotero_seen(self._library, seen)

    def _reached(self, version: int) -> None:
        self._state = replace(self._state, library_version=version)
        if not self._dry_run:
            self._store.save_zotero_library(self._library, version=version)

    def _keep_collection(self, key: str) -> None:
        self._state = replace(self._state, collections={**self._state.collections, self._name: key})
        if not self._dry_run:
            self._store.save_zotero_library(self._library, collections=self._state.collections)

    def _result(self, plan: Plan, stopped: str | None) -> SyncResult:
        if self._dry_run:
            creates, updates, trashes = (plan.rows(action) for action in ("create", "update", "trash"))
        else:
            creates, updates, trashes = (
                [write.row for write in self._done.values() if write.action == action]
                for action in ("create", "update", "trash")
            )
        return SyncResult(
            library=self._library,
            library_version=self._state.library_version,
            created=tuple(creates),
            updated=tuple(updates),
            trashed=tuple(trashes),
            conflicts=plan.conflicts,
            unchanged=max(0, plan.unchanged - self._done_before),
            left=tuple(self._left.values()),
            notices=plan.notices,
            requests=self._client.requests,
            dry_run=self._dry_run,
            stopped=stopped,
        )
