"""What is to be done about a paper's note and the child note of its item: three-way, block by block. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from readlist.paper import Paper
from readlist.zotero import notes
from readlist.zotero.changes import NoteWrite, Row, Rules
from readlist.zotero.state import ChildNote, Fields, ItemState, remember


@dataclass(frozen=True, slots=True)
class NoteChange:
    """Take over ``pulled`` (``theirs`` being the item's own text), write, or keep what is ``agreed``, with what both
    sides said; ``warning`` is a sentence on what is left as it is."""

    pulled: str | None = None
    theirs: str = ""
    html: str = ""
    write: NoteWrite | None = None
    here: Fields = field(default_factory=dict)
    base: Fields = field(default_factory=dict)
    agreed: str | None = None
    warning: str = ""


_NOTHING = NoteChange()


def text_of(child: ChildNote | None) -> str:
    """The HTML of a child note; empty for one that is in the trash or was never seen."""
    return child.html if child is not None and child.version and not child.trashed else ""


def note_change(
    paper: Paper, state: ItemState, child: ChildNote | None, rules: Rules, make_key: Callable[[], str]
) -> NoteChange:
    """Compare a paper's note with the child note of its item.

    A note that was thrown away in Zotero stays in the list: notes lose nothing.
    """
    html = text_of(child)
    empty = remember("")
    changed_here = remember(paper.note) != state.here.get("note", empty)
    changed_there = remember(html) != state.base.get("note", empty)
    if not changed_here and not changed_there:
        return _NOTHING
    as_it_is = NoteChange(here={"note": remember(paper.note)}, base={"note": remember(html)})
    theirs = notes.from_html(html) if html else ""
    # Thrown away, or only spelled otherwise by Zotero's editor: nobody wrote anything.
    changed_there = changed_there and bool(html) and theirs != state.note
    if not changed_here and not changed_there:
        return as_it_is
    ours = notes.normal(paper.note) if paper.note.strip() else ""
    if ours == theirs:
        return replace(as_it_is, agreed=theirs)
    if changed_there:
        return _taken_over(state, ours, theirs, html, rules, changed_here=changed_here)
    if not rules.push:
        return _NOTHING
    return NoteChange(write=_write(paper, state, child, ours, theirs, make_key))


def _taken_over(state: ItemState, ours: str, theirs: str, html: str, rules: Rules, *, changed_here: bool) -> NoteChange:
    if rules.pull:
        merged = notes.merge(state.note, ours, theirs) if changed_here else theirs
        return NoteChange(pulled=merged.strip(), theirs=theirs, html=html)
    if changed_here:
        return NoteChange(warning="its note was changed in Zotero too; a sync in both directions joins the two")
    return _NOTHING


def _write(
    paper: Paper, state: ItemState, child: ChildNote | None, ours: str, theirs: str, make_key: Callable[[], str]
) -> NoteWrite:
    row = Row(paper.id, state.key, paper.title, {"note": (theirs or None, ours or None)})
    payload: dict[str, object]
    if child is not None and child.version:
        payload = {"key": child.key, "version": child.version}
        payload |= {"note": notes.to_html(paper.note)} if ours else {"deleted": 1}
        payload |= {"deleted": 0} if ours and child.trashed else {}
    else:
        key = child.key if child is not None else make_key()
        payload = {"key": key, "version": 0, "itemType": "note", "parentItem": state.key}
        payload |= {"note": notes.to_html(paper.note), "tags": []}
    return NoteWrite(row, paper.id, state.key, payload, ours, paper.note)
