"""The plan: what a sync would change on each side, from papers, remembered state and the items as last seen. Pure.

Three-way, field by field. A field that only the paper changed is written; one that only the item changed is taken
over; one that both changed alike is agreed; one that both changed differently is a conflict and untouched. Tags are
merged as sets and notes block by block: they never conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from readlist.paper import PROGRESS, Paper, Status
from readlist.zotero import incoming, mapping, notes
from readlist.zotero.changes import PUSH_ONLY, Places, Plan, Pull, Row, Rules, Taking, Write
from readlist.zotero.compare import fillable, shown
from readlist.zotero.note_plan import text_of
from readlist.zotero.plan_linked import LinkedPlanner
from readlist.zotero.recognise import NOT_WORKS, Index, identities_of_item, identities_of_paper
from readlist.zotero.state import Fields, ItemState, LibraryState, new_key, remember

#: What of an item that becomes a paper is shown.
_TELLING = frozenset({"title", "authors", "date", "doi", "arxiv", "citekey", "status", "tags"})


def make_plan(
    papers: Sequence[Paper],
    state: LibraryState,
    *,
    items: Mapping[str, Mapping[str, object]],
    places: Places,
    now: datetime,
    rules: Rules = PUSH_ONLY,
    source: str = "zotero",
    make_key: Callable[[], str] = new_key,
) -> Plan:
    """Plan a sync.

    Args:
        papers: all papers of the list, removed ones included.
        items: items read in this run, by key (the whole object with ``version`` and ``data``).
        places: the collections, as far as they exist.
        source: what a paper that comes from Zotero has as its source.
        make_key: chooses keys for new items.
    """
    planner = _Planner(papers, state, items, places, now, rules, make_key)
    # Papers that have an item come first: their items are nobody else's.
    for paper in sorted(papers, key=lambda paper: (paper.id not in state.items, paper.id)):
        if paper.id in rules.leave_out:
            continue
        known = state.items.get(paper.id)
        if known is not None and not known.pending:
            planner.linked(paper, known)
        elif paper.removed is None:
            planner.unlinked(paper, known)
    planner.orphans()
    if rules.pull:
        planner.strangers(source)
    return planner.plan()


class _Planner(LinkedPlanner):
    """Papers without items, and items without papers."""

    _linked: Index | None = None

    # A paper without an item

    def unlinked(self, paper: Paper, pending: ItemState | None) -> None:
        wanted = self._wanted(paper)
        if not wanted and not self._rules.pull:
            return
        identities = identities_of_paper(paper)
        twins = [key for key in self._index.find(identities) if key not in self._taken]
        if not wanted:
            # A paper that gets no item of its own is kept in step with the one that a person keeps in the collection.
            twins = [key for key in twins if self._in_scope(key)]
        if twins:
            self.take_over(paper, sorted(twins, key=lambda key: self._state.seen[key].trashed))
        elif lost := next((one for one in self._lost.find(identities) if int(one) in self._orphans), None):
            self._found_again(paper, int(lost))
        elif wanted and self._rules.push and not self._twice_here(paper, identities):
            self._create(paper, pending)

    def _twice_here(self, paper: Paper, identities: Sequence[str]) -> bool:
        """Another paper of the list is the same work and has an item: it will be found out once both have records. One
        in the trash leaves its item to the one that is in the list."""
        if self._linked is None:
            linked = (self._papers[number] for number in self._state.items.keys() & self._papers.keys())
            self._linked = Index({str(other.id): identities_of_paper(other) for other in linked})
        for number in self._linked.find(identities):
            other, item = self._papers[int(number)], self._state.items[int(number)]
            if other.id in self._handed_on:
                self._notice(paper, None, paper.title, "it is the same work as another paper of the list")
                return True
            if other.removed is not None and not item.deleted and not item.pending:
                self._handed_on.add(other.id)
                self._writes = [write for write in self._writes if write.owner != other.id]
                self._settled[other.id] = None
                self._inherit(paper, item)
                return True
            if other.id != paper.id and other.removed is None:
                text = f"it is the same work as p{number}, which has an item (readlist resolve joins the two)"
                self._notice(paper, None, paper.title, text)
                return True
        return False

    def _create(self, paper: Paper, pending: ItemState | None) -> None:
        if paper.citekey is None:
            self._unkeyed.add(paper.id)
        key = pending.key if pending is not None and not pending.deleted else self._make_key()
        local = self._local(paper, key)
        payload = mapping.new_item(local)
        self._taken.add(key)
        names = frozenset(local.fields)
        there = self._remote(payload, str(local.fields["arxiv"]))
        state = ItemState(key, 0, _remembered(local.fields), _remembered(there), {}, True, self._now)
        hidden = {"collections", "trashed"}
        fields = {name: value for name, value in local.fields.items() if value and name not in hidden}
        if paper.note:
            fields["note"] = paper.note
        row = Row(paper.id, key, paper.title, {name: (None, shown(name, fields[name])) for name in fields})
        payload = {"key": key, "version": 0} | payload
        options = self._rules.options
        self._writes.append(Write("create", row, paper.id, payload, state, local.fields, names, options=options))

    def _found_again(self, paper: Paper, number: int) -> None:
        """The paper was deleted here for good and is back: its item is still the one."""
        item = self._orphans.pop(number)
        self._settled[number] = None
        self._inherit(paper, item)

    def _inherit(self, paper: Paper, item: ItemState) -> None:
        """An item finds another paper: the two meet for the first time, and nothing that it says is wiped out."""
        local = self._local(paper, item.key)
        there = self._remote(item.there, str(local.fields["arxiv"]))
        state = self._met(paper, local, there, item.there, item.key, item.version)
        here = {**state.here, "trashed": item.here.get("trashed", False)}
        base = {**state.base, "trashed": item.base.get("trashed", False)}
        state = replace(state, here=here, base=base, made_by_us=item.made_by_us, copied=item.copied)
        self._settled[paper.id] = state
        self.linked(paper, state)

    def take_over(self, paper: Paper, twins: list[str]) -> None:
        """Somebody's item is this paper: nothing was agreed until now."""
        key = twins[0]
        self._taken.add(key)
        if len(twins) > 1:
            self._doubled(paper, key, twins[1:])
        found = self._items.get(key)
        if found is None:
            self._fetch.add(key)
            return
        data = found["data"]
        assert isinstance(data, Mapping)
        local = self._local(paper, key)
        there = self._remote(data, str(local.fields["arxiv"]))
        version = int(str(found["version"]))
        state = self._met(paper, local, there, data, key, version)
        if there["trashed"]:
            self._settled[paper.id] = state
            self._notice(paper, key, paper.title, "its item is in Zotero's trash; it is linked and left there")
            return
        self._alive(paper, local, state, there)

    def _met(
        self, paper: Paper, local: mapping.Local, there: Fields, data: Fields, key: str, version: int
    ) -> ItemState:
        """The state of an item and a paper between which nothing was agreed until now."""
        here, base = _remembered(local.fields), _remembered(there)
        # What stands there is somebody's wording and stays; what is empty is filled.
        for name in {*mapping.BIBLIOGRAPHIC, "citekey"}:
            if local.fields.get(name) and not there[name] and fillable(name, data, paper):
                here[name] = "" if name != "authors" else []
        if there["citekey"] and paper.citekey is None:
            base["citekey"] = ""  # a key that was given there is kept
        here |= {"tags": [], "collections": []}
        base |= {"tags": []}
        here["status"], base["status"] = self._first_status(paper, local, there)
        return ItemState(key, version, here, base, mapping.subset(data), False, self._now)

    def _first_status(self, paper: Paper, local: mapping.Local, there: Fields) -> tuple[object, object]:
        """What counts as said by both sides before: the further status wins, and nobody decided on a new paper."""
        ours, theirs = local.fields["status"], there["status"]
        if ours == theirs:
            return ours, theirs
        if self._rules.prefer == "remote" and theirs:
            return ours, ""
        if not theirs or self._ours_is_further(paper.status, theirs):
            return "", theirs
        if paper.status is Status.NEW:
            return ours, ""
        return "", ""

    def _ours_is_further(self, ours: Status, theirs: object) -> bool:
        if self._rules.prefer == "local":
            return True
        return ours is not Status.NEW and theirs in set(Status) and PROGRESS[ours] >= PROGRESS[Status(str(theirs))]

    def _doubled(self, paper: Paper, key: str, others: Sequence[str]) -> None:
        named = ", ".join(others)
        text = f"Zotero holds this paper more than once (also {named}); the others are untouched"
        self._notice(paper, key, paper.title, text)

    # Items that are no paper's

    def orphans(self) -> None:
        """Items whose papers were deleted here for good, or joined to another."""
        if not self._orphans:
            return
        alive = Index(
            {
                str(number): identities_of_item(item.there)
                for number, item in self._state.items.items()
                if number in self._papers and not item.deleted and not item.pending
            }
        )
        for number, item in sorted(self._orphans.items()):
            there = self._remote(item.there, str(item.here.get("arxiv") or ""))
            if item.deleted or there["trashed"] or item.here.get("trashed") or number in self._rules.leave_out:
                continue
            title = str(there["title"])
            if twins := list(alive.find(identities_of_item(item.there))):
                paper = self._papers[int(twins[0])]
                self._doubled(paper, self._state.items[paper.id].key, [item.key])
            elif self._rules.push and (item.made_by_us or (self._rules.trash_others and not item.copied)):
                row = Row(number, item.key, title, {"trashed": (False, True)})
                payload = {"key": item.key, "version": item.version, "deleted": 1}
                local: dict[str, object] = {**there, "trashed": True}
                kept = replace(item, here={**item.here, "trashed": True}, synced=self._now, sent={})
                names = frozenset({"trashed"})
                options = self._rules.options
                self._writes.append(
                    Write("trash", row, number, payload, kept, local, names, known=item, options=options)
                )

    def strangers(self, source: str) -> None:
        """Items in the collections that the list does not know: they become papers."""
        unknown = [key for key in self._items if key not in self._taken and self._in_scope(key)]
        if not unknown:
            return
        papers = Index({str(number): identities_of_paper(paper) for number, paper in self._papers.items()})
        found: dict[str, str] = {}
        for key in sorted(unknown, key=lambda key: int(str(self._items[key]["version"]))):
            item = self._items[key]
            data = item["data"]
            assert isinstance(data, Mapping)
            if key in self._rules.leave_keys:
                continue
            title = incoming.plain_title(str(data.get("title") or ""))
            if data.get("deleted") or not title:
                continue
            identities = identities_of_item(data)
            if known := next(iter(papers.find(identities)), None):
                self._known_stranger(self._papers[int(known)], key, title)
                continue
            if twin := next((found[identity] for identity in identities if identity in found), None):
                text = f"Zotero holds this paper more than once ({twin} and this one); one paper is made"
                self._notice(None, key, title, text)
                continue
            found |= dict.fromkeys(identities, key)
            self._pulls.append(self._new_paper(key, item, data, title, identities, source))

    def _known_stranger(self, paper: Paper, key: str, title: str) -> None:
        if paper.removed is not None:
            self._notice(paper, key, title, "its paper is in the trash of the list and stays there")
        elif paper.id in self._state.items and not self._state.items[paper.id].deleted:
            self._doubled(paper, self._state.items[paper.id].key, [key])

    def _new_paper(
        self, key: str, item: Mapping[str, object], data: Fields, title: str, identities: Sequence[str], source: str
    ) -> Pull:
        arxiv_id = next((name.removeprefix("arxiv:") for name in identities if name.startswith("arxiv:")), None)
        there = self._remote(data, arxiv_id or "")
        html = text_of(self._state.notes.get(key))
        note = notes.from_html(html) if html else ""
        entry = incoming.entry(data, there, source=source, arxiv_id=arxiv_id, note=note)
        fields = {name: (None, shown(name, value)) for name, value in there.items() if value and name in _TELLING}
        row = Row(None, key, title, fields)
        version = int(str(item["version"]))
        state = ItemState(key, version, {}, {}, mapping.subset(data), False, self._now, copied=True)
        names = frozenset(there)
        return Pull(Taking.CREATE, row, state, there, names, entry=entry, note=note if html else None, html=html)

    def _in_scope(self, key: str) -> bool:
        found = self._items.get(key)
        if found is None:
            return False
        data = found["data"]
        assert isinstance(data, Mapping)
        if data.get("itemType") in NOT_WORKS:
            return False
        return self._rules.whole_library or bool(self._places.known & set(mapping.strings(data.get("collections"))))


def _remembered(fields: Fields) -> dict[str, object]:
    return {name: remember(value) for name, value in fields.items()}
