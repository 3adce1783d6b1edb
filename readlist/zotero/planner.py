"""What all parts of a plan share: what is known, what was found so far, and how a change of an item is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from readlist.paper import Paper, Status
from readlist.zotero import mapping
from readlist.zotero.changes import NoteWrite, Notice, Places, Plan, Pull, Row, Rules, Write
from readlist.zotero.compare import (
    Found,
    allowed,
    compare_tags,
    same_tags,
    shown,
    with_tags,
)
from readlist.zotero.note_plan import NoteChange, note_change
from readlist.zotero.recognise import Index, identities_of_item
from readlist.zotero.state import Fields, ItemState, LibraryState, remember

#: Fields that stand in Extra.
_EXTRA = frozenset({"arxiv", "status"})


def listed(paper: Paper) -> bool:
    """Does this paper get an item at all?"""
    return paper.citable and paper.status is not Status.SKIPPED


class Planner:
    """A plan in the making."""

    def __init__(
        self,
        papers: Sequence[Paper],
        state: LibraryState,
        items: Mapping[str, Mapping[str, object]],
        places: Places,
        now: datetime,
        rules: Rules,
        make_key: Callable[[], str],
    ) -> None:
        self._papers = {paper.id: paper for paper in papers}
        self._state, self._items, self._places = state, items, places
        self._now, self._rules, self._make_key = now, rules, make_key
        self._index = Index({seen.key: seen.identities for seen in state.seen.values()})
        self._taken = {item.key for item in state.items.values()}
        self._orphans = {
            number: item for number, item in state.items.items() if number not in self._papers and not item.pending
        }
        self._lost = Index(
            {str(number): identities_of_item(item.there) for number, item in self._orphans.items() if not item.deleted}
        )
        #: Papers in the trash whose items went to others.
        self._handed_on: set[int] = set()
        self._writes: list[Write] = []
        self._pulls: list[Pull] = []
        self._note_writes: list[NoteWrite] = []
        self._conflicts: list[Row] = []
        self._settled: dict[int, ItemState | None] = {}
        self._fetch: set[str] = set()
        self._unkeyed: set[int] = set()
        self._notices: list[Notice] = []
        self._unchanged = 0

    def plan(self) -> Plan:
        order = {"create": 0, "update": 1, "trash": 2}
        return Plan(
            tuple(sorted(self._writes, key=lambda write: order[write.action])),
            tuple(self._pulls),
            tuple(self._note_writes),
            tuple(self._conflicts),
            self._unchanged,
            self._settled,
            frozenset(self._fetch),
            frozenset(self._unkeyed),
            tuple(self._notices),
        )

    def _notice(self, paper: Paper | None, key: str | None, title: str, text: str) -> None:
        self._notices.append(Notice(paper.id if paper else None, key, title, text))

    def _local(self, paper: Paper, key: str | None) -> mapping.Local:
        local = mapping.local(paper, collections=self._places.of(paper), options=self._rules.options)
        for problem in local.problems:
            self._notice(paper, key, paper.title, problem)
        return local

    def _remote(self, data: Fields, arxiv_id: str) -> dict[str, object]:
        return mapping.remote(data, arxiv_id=arxiv_id, collections=self._places.known, options=self._rules.options)

    def _digest(self, paper: Paper) -> str:
        """Of everything here that a plan for a paper depends on."""
        said = (
            paper.title,
            paper.abstract,
            *(f"{author.family}\t{author.given}\t{author.name}" for author in paper.authors),
            paper.arxiv_id,
            paper.published,
            paper.given_year,
            paper.primary_category,
            paper.doi,
            paper.given_url,
            paper.journal_ref if self._rules.options.published else "",
            paper.status,
            paper.status_changed,
            *paper.tags,
            paper.note,
            paper.citekey,
            paper.removed,
            *self._places.of(paper),
            *self._rules.options.status_names.values(),
        )
        text = "\x1f".join(map(str, said))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

    def _wanted(self, paper: Paper) -> bool:
        """Is this one of the papers that get an item?"""
        return listed(paper) and (self._rules.selected is None or self._rules.selected(paper))

    def _agree(self, paper: Paper, state: ItemState, *, trashed: bool) -> None:
        both = {"trashed": trashed}
        kept = replace(state, here={**state.here, **both}, base={**state.base, **both})
        if kept != state:
            self._settled[paper.id] = kept

    def _note_change(self, paper: Paper, state: ItemState) -> NoteChange:
        change = note_change(paper, state, self._state.notes.get(state.key), self._rules, self._make_key)
        if change.warning:
            self._notice(paper, state.key, paper.title, change.warning)
        return change

    # Writing

    def _update(
        self,
        paper: Paper,
        local: mapping.Local,
        state: ItemState,
        there: Fields,
        names: set[str],
        open_fields: frozenset[str] = frozenset(),
        stand: Collection[str] = (),
        *,
        busy: bool = False,
    ) -> None:
        """Write the fields ``names``; what both sides say alike is agreed, ``open_fields`` stay as they were, and in
        ``stand`` the two sides may differ."""
        if "collections" in names and state.key not in self._items:
            self._fetch.add(state.key)  # a deleted collection leaves its members without moving their versions
            return
        data = self._data(state)
        old_arxiv = str(state.here.get("arxiv") or "")
        if names & _EXTRA and self._extra_is_full(paper, local, state, names):
            names, open_fields = names - _EXTRA, open_fields | _EXTRA
        tags = Found()
        if "tags" in names:
            compare_tags(tags, local, state, there, self._rules)
        gone = set(mapping.strings(state.here.get("collections"))) - set(mapping.strings(local.fields["collections"]))
        sets = mapping.SetChanges(tags.add_tags, tags.drop_tags, gone)
        sent = mapping.properties(names, local, data, old_arxiv=old_arxiv, sets=sets)
        if "tags" in sent and same_tags(sent["tags"], data.get("tags")):
            del sent["tags"]  # the server takes any list of tags for a change
        kept = self._kept(local, state, there, names, open_fields, stand)
        if "tags" not in open_fields:
            kept = with_tags(kept, local, state, there)
        if not sent:
            idle = not (open_fields or busy or names)
            self._unchanged += idle
            if idle and self._rules.push and self._rules.pull:
                kept = replace(kept, in_step=self._digest(paper))
            known = self._state.items.get(paper.id)
            if known is None or known.key != kept.key or replace(kept, synced=known.synced) != known:
                self._settled[paper.id] = kept
            return
        fields = {
            name: (shown(name, there[name]), shown(name, local.fields[name]))
            for name in mapping.FIELDS
            if name in names and (name != "tags" or name in sent)
        }
        if "tags" in sent:
            fields["tags"] = (there["tags"], mapping.manual_tags(sent))
        row = Row(paper.id, state.key, paper.title, fields)
        payload = {"key": state.key, "version": state.version} | sent
        action = "trash" if sent.get("deleted") == 1 else "update"
        known = self._state.items.get(paper.id)
        known = known if known is not None and known.key == state.key else None
        options = self._rules.options
        self._writes.append(Write(action, row, paper.id, payload, kept, local.fields, frozenset(names), known, options))

    def _extra_is_full(self, paper: Paper, local: mapping.Local, state: ItemState, names: set[str]) -> bool:
        extra = mapping.merged_extra(names, local, self._data(state), old_arxiv=str(state.here.get("arxiv") or ""))
        if len(extra.encode(errors="replace")) <= mapping.FIELD_BYTES:
            return False
        text = "the item's Extra field is full: the read status was not written there"
        self._notice(paper, state.key, paper.title, text)
        return True

    def _data(self, state: ItemState) -> Fields:
        found = self._items.get(state.key)
        data = found["data"] if found is not None else state.there
        assert isinstance(data, Mapping)
        return data

    def _kept(
        self,
        local: mapping.Local,
        state: ItemState,
        there: Fields,
        names: set[str],
        open_fields: frozenset[str],
        stand: Collection[str],
    ) -> ItemState:
        """The state once ``names`` are written: what is written, the same on both sides or to stand is agreed."""
        here, base = dict(state.here), dict(state.base)
        for name, value in local.fields.items():
            if name in open_fields or (name == "collections" and self._places.main is None):
                continue
            if name in names or name in stand or value == there[name]:
                here[name], base[name] = remember(value), remember(there[name])
            elif not allowed(name, self._data(state)):
                here[name] = remember(value)  # items of this type have no such field: nothing is left to do
        return replace(state, here=here, base=base, synced=self._now, sent={}, in_step="")
