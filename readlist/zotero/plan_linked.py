"""The plan for papers that have an item: thrown away on a side, or compared field by field."""

from __future__ import annotations

from dataclasses import replace

from readlist.paper import Paper, Revision
from readlist.zotero import incoming, mapping
from readlist.zotero.changes import Pull, Row, Taking
from readlist.zotero.compare import compare, shown, tags_after
from readlist.zotero.planner import Planner, listed
from readlist.zotero.recognise import identities_of_paper
from readlist.zotero.state import Fields, ItemState


class LinkedPlanner(Planner):
    """Papers and their items."""

    def unlinked(self, paper: Paper, pending: ItemState | None) -> None:
        """A paper that has no item, or none any more."""
        raise NotImplementedError

    def take_over(self, paper: Paper, twins: list[str]) -> None:
        """Items that are nobody's are this paper."""
        raise NotImplementedError

    def linked(self, paper: Paper, state: ItemState) -> None:
        if state.in_step and state.in_step == self._digest(paper):
            self._unchanged += 1
            return
        if state.deleted:
            self._erased(paper, state)
            return
        local = self._local(paper, state.key)
        there = self._remote(state.there, str(local.fields["arxiv"]))
        ours, theirs = paper.removed is not None, bool(there["trashed"])
        changed_here = state.here.get("trashed", ours) != ours
        changed_there = state.base.get("trashed", theirs) != theirs
        if ours and theirs:
            self._unchanged += 1
            self._agree(paper, state, trashed=True)
        elif ours:
            self._removed_here(paper, local, state, there, restored=changed_there and not changed_here)
        elif theirs:
            self._trashed_there(paper, local, state, there, changed_here=changed_here, changed_there=changed_there)
        else:
            self._alive(paper, local, state, there)

    def _removed_here(
        self, paper: Paper, local: mapping.Local, state: ItemState, there: Fields, *, restored: bool
    ) -> None:
        if restored:
            if self._rules.pull:
                self._pull_trash(paper, state, there, Taking.RESTORE)
        elif self._rules.push and (state.made_by_us or self._rules.trash_others) and not state.here.get("trashed"):
            self._update(paper, local, state, there, {"trashed"})
            return
        self._unchanged += not restored

    def _trashed_there(
        self,
        paper: Paper,
        local: mapping.Local,
        state: ItemState,
        there: Fields,
        *,
        changed_here: bool,
        changed_there: bool,
    ) -> None:
        if changed_here:  # it was removed on both sides, and brought back here
            if self._rules.push:
                self._update(paper, local, state, there, {"trashed"})
        elif changed_there and self._rules.pull:
            if not self._replaced(paper):
                self._pull_trash(paper, state, there, Taking.REMOVE)
        else:
            self._notice(paper, state.key, paper.title, "its item is in Zotero's trash and is left there")
            self._unchanged += 1

    def _pull_trash(self, paper: Paper, state: ItemState, there: Fields, action: Taking) -> None:
        removed = action is Taking.REMOVE
        row = Row(paper.id, state.key, paper.title, {"trashed": (not removed, removed)})
        names = frozenset({"trashed"})
        revision = Revision(removed=removed)
        self._pulls.append(Pull(action, row, state, {**there, "trashed": removed}, names, revision))

    def _replaced(self, paper: Paper) -> bool:
        """Somebody merged two items of this paper in Zotero: the one that was kept is its item now."""
        found = self._index.find(identities_of_paper(paper))
        twins = [key for key in found if key not in self._taken and not self._state.seen[key].trashed]
        if twins:
            self.take_over(paper, twins)
        return bool(twins)

    def _erased(self, paper: Paper, state: ItemState) -> None:
        gone = bool(state.here.get("trashed"))
        if paper.removed is not None:
            self._agree(paper, state, trashed=True)
            self._unchanged += 1
        elif gone and self._rules.push and listed(paper):
            # A person brought it back: it gets an item again.
            self.unlinked(paper, None)
        elif not gone and self._rules.pull:
            if not self._replaced(paper):
                self._pull_trash(paper, state, {"trashed": True}, Taking.REMOVE)
        else:
            self._notice(paper, state.key, paper.title, "its item was deleted in Zotero; it is not made again")

    def _alive(self, paper: Paper, local: mapping.Local, state: ItemState, there: Fields) -> None:
        """Neither side has thrown it away: field by field."""
        data = self._data(state)
        found = compare(paper, local, state, there, data, self._rules, placed=self._places.main is not None)
        revision, taken = incoming.revision(found.theirs, paper, data, there)
        fields = {name: (shown(name, local.fields[name]), shown(name, there[name])) for name in taken}
        if found.tags_theirs is not None:
            added, dropped = found.tags_theirs
            revision = replace(revision, tags_added=added, tags_dropped=dropped)
            kept = mapping.folded(list(paper.tags))
            gone = mapping.folded(list(dropped))
            after = sorted({*added, *(kept[fold] for fold in kept.keys() - gone.keys())})
            fields["tags"] = (list(paper.tags), after)
            taken |= {"tags"}
        note = self._note_change(paper, state)
        if note.pulled is not None:
            revision = replace(revision, note=note.pulled)
            fields["note"] = (paper.note or None, note.pulled)
        if fields:
            row = Row(paper.id, state.key, paper.title, fields)
            tags = tuple(tags_after(state, found))
            self._pulls.append(
                Pull(
                    Taking.UPDATE,
                    row,
                    state,
                    there,
                    frozenset(taken),
                    revision,
                    note=note.theirs if note.pulled is not None else None,
                    html=note.html,
                    tags_here=tags,
                )
            )
        if found.conflicts:
            self._conflicts.append(Row(paper.id, state.key, paper.title, found.conflicts))
        if note.write is not None:
            self._note_writes.append(note.write)
        open_fields = frozenset(found.conflicts) | taken | found.waiting
        stand = found.stand | (found.theirs - taken)
        busy = bool(fields) or note.write is not None
        state = replace(state, here={**state.here, **note.here}, base={**state.base, **note.base})
        if note.agreed is not None:
            state = replace(state, note=note.agreed)
        self._update(paper, local, state, there, found.ours, open_fields, stand, busy=busy)
