"""Sync: make list and Zotero library say the same, and be interruptible anywhere.

The order is what makes it safe: what comes from Zotero is taken over together with what is remembered of it; keys of
items to be made are stored before they are sent; what the server took is stored before the library version that it
led to. Whatever is lost in between, the next look at what changed since the stored version shows it, and the plan
finds it done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from readlist.errors import ServiceError
from readlist.paper import Paper
from readlist.zotero.absorb import absorb, absorb_notes, forget_sent, gone_for_good
from readlist.zotero.changes import NoteWrite, Notice, Plan, Pull, Row, Taking, Write, joined
from readlist.zotero.children import Nursery
from readlist.zotero.events import Working, Writing
from readlist.zotero.guard import guard
from readlist.zotero.memory import Memory
from readlist.zotero.plan import make_plan
from readlist.zotero.sending import batches, refusal, send
from readlist.zotero.shelves import Shelves
from readlist.zotero.state import ChildNote, ItemState, SyncStore
from readlist.zotero.task import PaperList, SyncResult, Task

if TYPE_CHECKING:
    from readlist.zotero.client import Report, ZoteroClient

#: How often we start over because others write at the same time, or answers get lost, before we stop.
_ROUNDS = 12
#: Refusals of an object that may be another one by now, or gone (0: the report leaves it out).
_OUT_OF_DATE = frozenset({0, 404, 409, 412})

AnyWrite = TypeVar("AnyWrite", Write, NoteWrite)


def sync(papers: PaperList, store: SyncStore, client: ZoteroClient, task: Task) -> SyncResult:
    """Sync a list with a Zotero library.

    Raises:
        ServiceError: nothing could be done at all. After the first change, the result says why it stopped.
        NeedsYes: more would be removed than a person may have meant.
    """
    return _Sync(papers, store, client, task).run()


class _Sync:
    def __init__(self, papers: PaperList, store: SyncStore, client: ZoteroClient, task: Task) -> None:
        self._list, self._store, self._client, self._task = papers, store, client, task
        self._rules, self._dry_run = task.rules, task.dry_run
        self._papers: Sequence[Paper] = ()
        self._fresh: dict[str, Mapping[str, object]] = {}
        self._done: dict[int, Write] = {}
        self._noted: dict[int, Row] = {}
        self._pulled: list[tuple[Taking, Row]] = []
        self._left: dict[int, Notice] = {}
        self._told: list[Notice] = []
        self._doubtful: set[int] = set()
        self._frozen: set[int] = set()
        self._done_before = 0
        self._shown = False
        self._first = False

    def run(self) -> SyncResult:
        if self._dry_run or not self._rules.push:
            self._client.access()
        else:
            self._client.require_write()
        self._library = str(self._client.library)
        self._memory = Memory(self._store, self._library, dry_run=self._dry_run)
        self._shelves = Shelves(self._client, self._memory, self._task)
        self._nursery = Nursery(self._client, self._memory, self._rules)
        self._first = not self._memory.state.items
        self._papers = self._list.papers()
        self._refresh()
        self._first = self._first and bool(self._fresh)
        plan = Plan()
        stopped: str | None = None
        try:
            plan = self._until_done()
        except ServiceError as error:
            if not (self._done or self._noted or self._pulled):
                raise
            stopped = str(error)
            plan = self._plan()
            for write in (*self._open(plan.writes), *self._open(plan.notes)):
                self._leave(write, stopped)
        return self._result(plan, stopped)

    def _until_done(self) -> Plan:
        for _ in range(_ROUNDS):
            plan = self._ready_plan()
            if self._dry_run:
                return plan
            if not self._task.sure:
                guard(plan, self._papers, self._memory.state.items.values())
            self._ask(plan)
            self._tell(plan.notices)
            self._memory.keep(plan.settled)
            if plan.pulls:
                self._take(plan.pulls)
                continue
            writes, notes = self._open(plan.writes), self._open(plan.notes)
            children = self._nursery.look_at(self._papers, self._task.make_key) if self._rules.push else []
            if not writes and not notes and not children:
                self._looked_through()
                return plan
            if not (self._apply(writes) and self._apply_notes(notes) and self._nursery.make(children)):
                self._refresh()
        raise ServiceError("The Zotero library keeps changing, or answers keep getting lost.")

    def _open(self, writes: Iterable[Any]) -> list[Any]:
        return [write for write in writes if write.owner not in self._left]

    def _tell(self, notices: Iterable[Notice]) -> None:
        """Of what is to be known, the first that is said of a paper: a later plan sees what this one did."""
        known = {(notice.paper_id, notice.key) for notice in self._told}
        self._told += [notice for notice in notices if (notice.paper_id, notice.key) not in known]

    def _ask(self, plan: Plan) -> None:
        if not self._shown and self._task.confirm is not None:
            self._task.confirm(replace(self._result(plan, None, planned=True), dry_run=True))
        self._shown = True

    def _plan(self) -> Plan:
        self._works("compare", len(self._papers))
        # What is done already counts as unchanged in a new plan.
        self._done_before = len(self._done.keys() | self._noted.keys() | {row.paper_id for _, row in self._pulled})
        return make_plan(
            self._papers,
            self._memory.state,
            items=self._fresh,
            places=self._shelves.places,
            now=self._task.now,
            rules=self._rules,
            source=f"Zotero {self._library}",
            make_key=self._task.make_key,
        )

    def _ready_plan(self) -> Plan:
        """A plan that lacks nothing: items to be taken over are read, keys are frozen, the collections are there."""
        plan = self._plan()
        while True:
            unkeyed = plan.unkeyed - self._frozen
            if plan.fetch:
                self._fetch(plan.fetch)
            elif self._dry_run:
                return plan
            elif unkeyed:
                # Zotero shows the citation key, so it is frozen now.
                self._works("keys", len(unkeyed))
                self._list.freeze_keys(sorted(unkeyed))
                self._frozen |= unkeyed
                self._papers = self._list.papers()
            elif name := self._shelves.missing(plan, self._papers):
                self._shelves.make(name, self._refresh)
            else:
                return plan
            plan = self._plan()

    # Looking

    def _since(self) -> int:
        """The version since which changes matter."""
        version = self._memory.state.library_version
        if not self._rules.pull:
            return version
        return min([version, *(self._memory.state.pulled.get(key, 0) for key in self._shelves.scope())])

    def _wants_notes(self) -> bool:
        return self._rules.pull or bool(self._memory.state.notes) or any(paper.note for paper in self._papers)

    def _refresh(self) -> None:
        """Learn what changed in the library since we last looked, and remember it."""
        for _ in range(_ROUNDS):
            since = self._since()
            found = self._client.changed_items(since, notes=self._wants_notes())
            if found is None:
                self._memory.keep(forget_sent(self._memory.state))
                self._shelves.recall()
                if self._since() >= since:
                    return
                continue
            self._shelves.read, self._fresh = False, {}
            gone: list[str] = []
            if since:
                gone = self._client.deleted(since)[0].get("items", [])
            if self._shelves.look() != found.version:
                continue  # somebody wrote between these requests: together they are no state of the library
            self._absorb(found.items, gone, complete=found.complete)
            self._memory.reached(found.version)
            if self._since() >= since:
                return  # else a collection was not looked through yet
        raise ServiceError("The Zotero library keeps changing while it is read. Try again in a moment.")

    def _absorb(self, listing: Sequence[Mapping[str, Any]], gone: Sequence[str], *, complete: bool) -> None:
        items, seen = absorb(self._memory.state, listing, gone, complete=complete, options=self._rules.options)
        notes = absorb_notes(self._memory.state, listing, gone, complete=complete)
        self._fresh |= {item["key"]: item for item in listing if not item["data"].get("parentItem")}
        owners = {item.key: paper_id for paper_id, item in self._memory.state.items.items()}
        for parent in notes.keys() & owners.keys():
            known = items.get(owners[parent], self._memory.state.items[owners[parent]])
            items[owners[parent]] = replace(known, in_step="")
        self._memory.keep(items, seen)
        self._memory.keep_notes(notes)

    def _fetch(self, keys: Iterable[str]) -> None:
        """Read items anew; those that are not there any more are erased."""
        wanted = set(keys)
        found = self._client.items_by_key(sorted(wanted)).items
        items, seen = absorb(self._memory.state, found, (), options=self._rules.options)
        self._fresh |= {item["key"]: item for item in found}
        missing = wanted - {item["key"] for item in found}
        seen |= dict.fromkeys(missing & self._memory.state.seen.keys())
        items |= {
            paper_id: gone_for_good(item)
            for paper_id, item in self._memory.state.items.items()
            if item.key in missing and not item.pending
        }
        self._memory.keep(items, seen)

    # Taking over

    def _take(self, pulls: Sequence[Pull]) -> None:
        linked = frozenset(
            paper_id for paper_id, item in self._memory.state.items.items() if not item.deleted and not item.pending
        )

        def finish(pull: Pull, paper: Paper) -> ItemState:
            return pull.landed(paper, self._shelves.places.of(paper), self._rules.options)

        self._works("take over", len(pulls))
        taken = self._list.take_over(self._library, pulls, linked, finish)
        items: dict[int, ItemState] = {}
        for pull, result in zip(pulls, taken, strict=True):
            if result.stale:
                continue
            if result.paper is None or result.state is None:
                text = "the list has this paper with another item; this one is untouched"
                self._told.append(Notice(None, pull.row.key, pull.row.title, text))
                self._fresh.pop(pull.row.key, None)
                continue
            items[result.paper.id] = result.state
            self._pulled.append((pull.action, replace(pull.row, paper_id=result.paper.id)))
            if result.doubt:
                self._told.append(Notice(result.paper.id, pull.row.key, result.paper.title, result.doubt))
        self._memory.learn(items)
        self._papers = self._list.papers()

    def _looked_through(self) -> None:
        """Everything that papers come from is looked through up to this version."""
        if not self._rules.pull or self._rules.leave_keys:
            return
        version = self._memory.state.library_version
        news = {key: version for key in self._shelves.scope() if self._memory.state.pulled.get(key, -1) < version}
        if news:
            self._memory.keep_pulled(news)

    # Writing

    def _apply(self, writes: Sequence[Write]) -> bool:
        """Send the writes; false when we have to look and plan again."""
        total = len(self._done) + len(writes)
        if writes:
            self._works("write", len(writes))
        certain = True
        for batch in batches(writes):
            sending = {write.owner: write.sending() for write in batch}
            self._memory.keep({paper_id: state for paper_id, state in sending.items() if state is not None})
            report = send(self._client, self._memory, [write.payload for write in batch])
            if report is None:
                return False
            certain &= self._keep(batch, report)
            self._task.progress(Writing(len(self._done), total))
        return certain

    def _keep(self, batch: Sequence[Write], report: Report) -> bool:
        """Remember what became of a batch; false when some objects have to be looked at again."""
        items: dict[int, ItemState] = {}
        again: list[Write] = []
        for place, write in enumerate(batch):
            if place in report.successful:
                answer: Mapping[str, Any] = report.successful[place]
                items[write.owner] = write.landed(int(answer["version"]), answer["data"], self._shelves.places.known)
            elif place in report.unchanged:
                items[write.owner] = write.landed(write.state.version, None, self._shelves.places.known)
            else:
                again += self._to_look_at(write, *refusal(report, place))
                continue
            self._done[write.owner] = write
        self._memory.keep(items)
        self._memory.reached(report.version)
        if again:
            # They were refused as out of date: see what they are now, and what became of the collections.
            self._shelves.look()
            self._fetch(write.row.key for write in again)
        return not again

    def _to_look_at(self, write: AnyWrite, code: int, reason: str) -> list[AnyWrite]:
        """The write, where its object may be another one by now; the second time it is left."""
        if code in _OUT_OF_DATE and write.owner not in self._doubtful:
            self._doubtful.add(write.owner)
            return [write]
        self._leave(write, reason)
        return []

    def _apply_notes(self, writes: Sequence[NoteWrite]) -> bool:
        """Send child notes; false when we have to look and plan again."""
        for batch in batches(writes):
            new = {write.parent: ChildNote(write.key, 0) for write in batch if not write.payload["version"]}
            self._memory.keep_notes(new)
            report = send(self._client, self._memory, [write.payload for write in batch])
            if report is None or not self._keep_notes(batch, report):
                return False
        return True

    def _keep_notes(self, batch: Sequence[NoteWrite], report: Report) -> bool:
        items: dict[int, ItemState] = {}
        notes: dict[str, ChildNote | None] = {}
        again: list[NoteWrite] = []
        for place, write in enumerate(batch):
            state = self._memory.state.items[write.owner]
            answer = report.successful.get(place)
            if answer is not None or place in report.unchanged:
                version = int(answer["version"]) if answer is not None else int(str(write.payload["version"]))
                landed = write.landed(state, version, answer["data"] if answer is not None else None)
                items[write.owner], notes[write.parent] = landed
                self._noted[write.owner] = write.row
                continue
            code, reason = refusal(report, place)
            again += self._to_look_at(write, code, f"its note: {reason}")
        self._memory.keep(items)
        self._memory.keep_notes(notes)
        self._memory.reached(report.version)
        if not again:
            return True
        found = self._client.items_by_key(sorted(write.key for write in again))
        present = {item["key"] for item in found.items}
        gone = [write.key for write in again if write.key not in present]
        self._memory.keep_notes(absorb_notes(self._memory.state, found.items, gone))
        return False

    def _leave(self, write: Write | NoteWrite, reason: str) -> None:
        row = write.row
        self._left[write.owner] = Notice(row.paper_id, row.key, row.title, reason)

    # Telling

    def _works(self, what: str, papers: int) -> None:
        self._task.progress(Working(what, papers))

    def _result(self, plan: Plan, stopped: str | None, *, planned: bool = False) -> SyncResult:
        if self._dry_run or planned:
            creates, updates, trashes = (plan.rows(action) for action in ("create", "update", "trash"))
            pulled = [(pull.action, pull.row) for pull in plan.pulls]
        else:
            creates, updates, trashes = self._done_rows()
            pulled = self._pulled
        return SyncResult(
            library=self._library,
            library_version=self._memory.state.library_version,
            created=tuple(creates),
            updated=tuple(updates),
            trashed=tuple(trashes),
            pulled=tuple(row for action, row in pulled if action is Taking.CREATE),
            revised=tuple(row for action, row in pulled if action in {Taking.UPDATE, Taking.RESTORE}),
            removed=tuple(row for action, row in pulled if action is Taking.REMOVE),
            conflicts=plan.conflicts,
            unchanged=max(0, plan.unchanged - self._done_before),
            left=(*self._left.values(), *self._nursery.left.values()),
            notices=tuple(self._told) if self._told else plan.notices,
            requests=self._client.requests,
            dry_run=self._dry_run,
            stopped=stopped,
            first=self._first,
        )

    def _done_rows(self) -> tuple[list[Row], list[Row], list[Row]]:
        rows: dict[str, dict[int, Row]] = {"create": {}, "update": {}, "trash": {}}
        for owner, write in self._done.items():
            rows[write.action][owner] = write.row
        attached = [(row.paper_id or 0, row) for row in self._nursery.made]
        for owner, row in (*self._noted.items(), *attached):
            if owner not in rows["create"] and owner not in rows["trash"]:
                rows["update"][owner] = joined(rows["update"].get(owner), row)
        return list(rows["create"].values()), list(rows["update"].values()), list(rows["trash"].values())
