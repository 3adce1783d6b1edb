"""The plan: what a push would write, from papers, remembered state and the items as last seen. Pure.

Three-way, field by field. A field that only the paper changed is written; one that only the item changed is left for
a pull; one that both changed alike is agreed; one that both changed differently is a conflict and untouched. Tags
are merged as sets and never conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from readlist.paper import PROGRESS, Paper, Status
from readlist.zotero import mapping
from readlist.zotero.changes import Notice, Plan, Row, Write
from readlist.zotero.recognise import Index, identities_of_item, identities_of_paper
from readlist.zotero.state import Fields, ItemState, LibraryState, Seen, new_key, remember

#: Fields that are merged as sets or only ever added to: two changes are no conflict.
_ADDITIVE = frozenset({"tags", "collection"})


def absorb(
    state: LibraryState, listing: Iterable[Mapping[str, object]], gone: Iterable[str], *, complete: bool = False
) -> tuple[dict[int, ItemState], dict[str, Seen | None]]:
    """What a listing of changed items and of erased keys changes in the remembered state.

    ``complete``: the listing is the whole library, so items of ours that are not in it are erased.
    """
    owners = {item.key: paper_id for paper_id, item in state.items.items()}
    items: dict[int, ItemState] = {}
    seen: dict[str, Seen | None] = {}
    present: set[str] = set()
    arrived: set[int] = set()
    for item in listing:
        key, version, data = str(item["key"]), int(str(item["version"])), item["data"]
        assert isinstance(data, Mapping)
        present.add(key)
        if key in owners:
            known = state.items[owners[key]]
            if known.version != version or known.deleted:
                items[owners[key]] = replace(_recognised(known, data), version=version, deleted=False)
                arrived.add(owners[key])
        elif identities := identities_of_item(data):
            title, trashed = str(data.get("title") or ""), bool(data.get("deleted"))
            seen[key] = Seen(key, version, title, identities, trashed)
    items |= {paper_id: item for paper_id, item in forget_sent(state).items() if paper_id not in arrived}
    lost = set(gone)
    if complete:
        lost |= {item.key for item in state.items.values() if not item.pending} - present
    for key in lost - present:
        if key in owners:
            items[owners[key]] = replace(state.items[owners[key]], deleted=True, sent={})
        elif key in state.seen:
            seen[key] = None
    return items, seen


def forget_sent(state: LibraryState) -> dict[int, ItemState]:
    """For a library that shows no trace of what was sent to it: it never arrived."""
    return {paper_id: replace(item, sent={}) for paper_id, item in state.items.items() if item.sent}


def _recognised(known: ItemState, data: Fields) -> ItemState:
    """The item as it is now; what we sent without getting an answer, and find in it, is agreed."""
    arxiv_id = str(known.sent.get("arxiv") or known.here.get("arxiv") or "")
    collection = str(known.sent.get("collection") or known.here.get("collection") or "")
    there = mapping.remote(data, arxiv_id=arxiv_id, collection=collection)
    arrived = {
        name: value
        for name, value in known.sent.items()
        if remember(there[name]) == value or (name == "tags" and set(_words(value)) <= set(_words(there[name])))
    }
    return replace(
        known, here={**known.here, **arrived}, base={**known.base, **arrived}, there=mapping.subset(data), sent={}
    )


def make_plan(
    papers: Sequence[Paper],
    state: LibraryState,
    *,
    items: Mapping[str, Mapping[str, object]],
    collection: str | None,
    now: datetime,
    prefer: str | None = None,
    selected: Callable[[Paper], bool] | None = None,
    make_key: Callable[[], str] = new_key,
) -> Plan:
    """Plan a push.

    Args:
        papers: all papers of the list, removed ones included.
        items: items read in this run, by key (the whole object with ``version`` and ``data``).
        collection: key of the collection, None while it does not exist.
        prefer: ``local`` writes the paper's side of conflicts.
        selected: which papers may get an item; default: all. Those that have one are kept in step anyway.
        make_key: chooses keys for new items.
    """
    planner = _Planner(state, items, collection, now, prefer, make_key)
    # Papers that have an item come first: their items are nobody else's.
    for paper in sorted(papers, key=lambda paper: (paper.id not in state.items, paper.id)):
        known = state.items.get(paper.id)
        if known is not None and not known.pending:
            planner.linked(paper, known)
        elif _listed(paper) and (selected is None or selected(paper)):
            planner.unlinked(paper, known)
    return planner.plan()


def _listed(paper: Paper) -> bool:
    """Does this paper get an item at all?"""
    return paper.removed is None and paper.citable and paper.status is not Status.SKIPPED


class _Planner:
    def __init__(
        self,
        state: LibraryState,
        items: Mapping[str, Mapping[str, object]],
        collection: str | None,
        now: datetime,
        prefer: str | None,
        make_key: Callable[[], str],
    ) -> None:
        self._state, self._items, self._collection = state, items, collection
        self._now, self._prefer, self._make_key = now, prefer, make_key
        self._index = Index({seen.key: seen.identities for seen in state.seen.values()})
        self._taken = {item.key for item in state.items.values()}
        self._writes: list[Write] = []
        self._conflicts: list[Row] = []
        self._settled: dict[int, ItemState] = {}
        self._fetch: set[str] = set()
        self._notices: list[Notice] = []
        self._unchanged = 0

    def plan(self) -> Plan:
        order = {"create": 0, "update": 1, "trash": 2}
        return Plan(
            tuple(sorted(self._writes, key=lambda write: order[write.action])),
            tuple(self._conflicts),
            self._unchanged,
            self._settled,
            frozenset(self._fetch),
            tuple(self._notices),
        )

    def _note(self, paper: Paper, key: str | None, text: str) -> None:
        self._notices.append(Notice(paper.id, key, paper.title, text))

    def _local(self, paper: Paper, key: str | None) -> mapping.Local:
        local = mapping.local(paper, collection=self._collection)
        for problem in local.problems:
            self._note(paper, key, problem)
        return local

    # A paper without an item

    def unlinked(self, paper: Paper, pending: ItemState | None) -> None:
        twins = [key for key in self._index.find(identities_of_paper(paper)) if key not in self._taken]
        if twins:
            self._take_over(paper, sorted(twins, key=lambda key: self._state.seen[key].trashed))
            return
        key = pending.key if pending is not None and not pending.deleted else self._make_key()
        local = self._local(paper, key)
        payload = mapping.new_item(local)
        self._taken.add(key)
        names = frozenset(mapping.FIELDS)
        there = self._remote(payload, local)
        state = ItemState(key, 0, _remembered(local.fields), _remembered(there), {}, True, self._now)
        shown = {name: value for name, value in local.fields.items() if value and name != "collection"}
        row = Row(paper.id, key, paper.title, {name: (None, _shown(name, shown[name])) for name in shown})
        payload = {"key": key, "version": 0} | payload
        self._writes.append(Write("create", row, payload, state, local.fields, names))

    def _take_over(self, paper: Paper, twins: list[str]) -> None:
        key = twins[0]
        self._taken.add(key)
        if len(twins) > 1:
            others = ", ".join(twins[1:])
            self._note(paper, key, f"Zotero holds this paper more than once (also {others}); the others are untouched")
        found = self._items.get(key)
        if found is None:
            self._fetch.add(key)
            return
        data = found["data"]
        assert isinstance(data, Mapping)
        local = self._local(paper, key)
        there = self._remote(data, local)
        version = int(str(found["version"]))
        here, base = _remembered(local.fields), _remembered(there)
        state = ItemState(key, version, here, base, mapping.subset(data), False, self._now)
        if there["trashed"]:
            self._settled[paper.id] = state
            self._note(paper, key, "its item is in Zotero's trash; it is linked and left there")
            return
        names = {
            name
            for name in mapping.FIELDS
            if name not in {"status", "tags"}
            and local.fields[name]
            and not there[name]
            and _fillable(name, data, paper)
        }
        if not set(_words(local.fields["tags"])) <= set(_words(there["tags"])):
            names.add("tags")
        # Until now nothing was agreed: what Zotero says, and we do not, is news from there.
        base |= {"tags": [], "status": there["status"] if local.fields["status"] == there["status"] else ""}
        open_fields: frozenset[str] = frozenset()
        if local.fields["status"] != there["status"]:
            if not there["status"] or self._ours_is_further(paper.status, there["status"]):
                names.add("status")
            elif paper.status is not Status.NEW:  # a new paper's status is nobody's decision
                here["status"] = ""
                open_fields = frozenset({"status"})
                both = {"status": (local.fields["status"], there["status"])}
                self._conflicts.append(Row(paper.id, key, paper.title, both))
        self._update(paper, local, replace(state, here=here, base=base), there, names, open_fields)

    def _ours_is_further(self, ours: Status, theirs: object) -> bool:
        if self._prefer == "local":
            return True
        return ours is not Status.NEW and theirs in set(Status) and PROGRESS[ours] >= PROGRESS[Status(str(theirs))]

    # A paper with an item

    def linked(self, paper: Paper, state: ItemState) -> None:
        if state.deleted:
            if paper.removed is None:
                self._note(paper, state.key, "its item was deleted in Zotero; it is not made again")
            return
        local = self._local(paper, state.key)
        there = self._remote(state.there, local)
        changed = self._changed_here(local, state)
        if paper.removed is not None:
            if state.made_by_us and "trashed" in changed:
                self._update(paper, local, state, there, set() if there["trashed"] else {"trashed"})
            else:
                self._unchanged += 1
            return
        if there["trashed"] and "trashed" not in changed:
            self._note(paper, state.key, "its item is in Zotero's trash and is left there")
            self._unchanged += 1
            return
        names, conflicts = self._differences(local, state, there, changed)
        if conflicts:
            self._conflicts.append(Row(paper.id, state.key, paper.title, conflicts))
        self._update(paper, local, state, there, names, frozenset(conflicts))

    def _differences(
        self, local: mapping.Local, state: ItemState, there: Fields, changed: set[str]
    ) -> tuple[set[str], dict[str, tuple[object, object]]]:
        """Of the fields that changed here: those to write, and those that changed there too, and otherwise."""
        names: set[str] = set()
        conflicts: dict[str, tuple[object, object]] = {}
        for name in sorted(changed, key=mapping.FIELDS.index):
            ours, theirs = local.fields[name], there[name]
            if ours == theirs:
                continue
            theirs_changed = name in state.base and remember(theirs) != state.base[name]
            if theirs_changed and name not in _ADDITIVE and self._prefer != "local":
                conflicts[name] = (_shown(name, ours), _shown(name, theirs))
            elif _allowed(name, state.there):
                names.add(name)
        return names, conflicts

    def _remote(self, data: Fields, local: mapping.Local) -> dict[str, object]:
        return mapping.remote(data, arxiv_id=str(local.fields["arxiv"]), collection=self._collection or "")

    def _changed_here(self, local: mapping.Local, state: ItemState) -> set[str]:
        changed = {
            name for name, value in local.fields.items() if name in state.here and remember(value) != state.here[name]
        }
        return changed - {"collection"} if self._collection is None else changed

    def _update(
        self,
        paper: Paper,
        local: mapping.Local,
        state: ItemState,
        there: Fields,
        names: set[str],
        open_fields: frozenset[str] = frozenset(),
    ) -> None:
        """Write the fields ``names``; what both sides say alike is agreed, ``open_fields`` stay as they were."""
        if "collection" in names and state.key not in self._items:
            self._fetch.add(state.key)  # a deleted collection leaves its members without moving their versions
            return
        data = self._data(state)
        old_arxiv = str(state.here.get("arxiv") or "")
        if names & {"arxiv", "status"}:
            extra = mapping.merged_extra(names, local, data, old_arxiv=old_arxiv)
            if len(extra.encode(errors="replace")) > mapping.FIELD_BYTES:
                names -= {"arxiv", "status"}
                open_fields |= {"arxiv", "status"}
                self._note(paper, state.key, "the item's Extra field is full: the read status was not written there")
        ours, before = set(_words(local.fields["tags"])), self._old_tags(paper, state)
        sent = mapping.properties(
            names, local, data, old_arxiv=old_arxiv, add_tags=ours - before, drop_tags=before - ours
        )
        if "tags" in sent and _same_tags(sent["tags"], data.get("tags")):
            del sent["tags"]  # the server takes any list of tags for a change
        kept = self._kept(local, state, there, names, open_fields)
        if "tags" in names:
            agreed = (set(_words(state.base.get("tags"))) | (ours - before)) - (before - ours)
            kept = replace(kept, base={**kept.base, "tags": sorted(agreed)})
        if not sent:
            self._unchanged += not open_fields
            known = self._state.items.get(paper.id)
            if known is None or replace(kept, synced=known.synced) != known:
                self._settled[paper.id] = kept
            return
        shown = {
            name: (_shown(name, there[name]), _shown(name, local.fields[name]))
            for name in mapping.FIELDS
            if name in names and (name != "tags" or name in sent)
        }
        if "tags" in sent:
            shown["tags"] = (there["tags"], mapping.manual_tags(sent))
        row = Row(paper.id, state.key, paper.title, shown)
        payload = {"key": state.key, "version": state.version} | sent
        action = "trash" if sent.get("deleted") == 1 else "update"
        known = self._state.items.get(paper.id)
        known = known if known is not None and known.key == state.key else None
        self._writes.append(Write(action, row, payload, kept, local.fields, frozenset(names), known))

    def _data(self, state: ItemState) -> Fields:
        found = self._items.get(state.key)
        data = found["data"] if found is not None else state.there
        assert isinstance(data, Mapping)
        return data

    def _old_tags(self, paper: Paper, state: ItemState) -> set[str]:
        """Our tags when both were last in step: none for an item that is taken over just now."""
        known = self._state.items.get(paper.id)
        return set(_words(state.here.get("tags"))) if known is not None and known.key == state.key else set()

    def _kept(
        self, local: mapping.Local, state: ItemState, there: Fields, names: set[str], open_fields: frozenset[str]
    ) -> ItemState:
        """The state once ``names`` are written: what is written or the same on both sides is agreed."""
        here, base = dict(state.here), dict(state.base)
        for name, value in local.fields.items():
            if name in open_fields or (name == "collection" and self._collection is None):
                continue
            if name in names or value == there[name]:
                here[name], base[name] = remember(value), remember(there[name])
            elif not _allowed(name, self._data(state)):
                here[name] = remember(value)  # items of this type have no such field: nothing is left to do
        return replace(state, here=here, base=base, synced=self._now, sent={})


def _remembered(fields: Fields) -> dict[str, object]:
    return {name: remember(value) for name, value in fields.items()}


def _words(value: object) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _same_tags(first: object, second: object) -> bool:
    def names(tags: object) -> set[tuple[object, object]]:
        rows = tags if isinstance(tags, list) else []
        return {(tag.get("tag"), tag.get("type") or 0) for tag in rows if isinstance(tag, dict)}

    return names(first) == names(second)


def _allowed(name: str, data: Fields) -> bool:
    """An item's JSON names every field that its type has, the empty ones too."""
    return name not in mapping.TEXT_FIELDS or mapping.TEXT_FIELDS[name] in data


def _fillable(name: str, data: Fields, paper: Paper) -> bool:
    """May this empty field of somebody's item be filled? Not with what would be untrue of it: an article from a
    publisher's page was not catalogued by arXiv and does not carry arXiv's DOI."""
    if name == "catalog":
        return False
    if name == "doi" and data.get("itemType") != "preprint" and paper.doi is None:
        return False
    return _allowed(name, data)


def _shown(name: str, value: object) -> object:
    """A value as the plan's rows show it: names for creators, null for nothing."""
    if name == "authors" and isinstance(value, list):
        people = [creator for creator in value if isinstance(creator, dict)]
        value = [
            str(person.get("name") or f"{person.get('firstName', '')} {person.get('lastName', '')}".strip())
            for person in people
        ]
    return None if value in ("", []) else value
