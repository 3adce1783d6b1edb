"""What a plan consists of: rows for people, writes for the server, revisions for the list, notices. Plain values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from readlist.paper import Entry, Paper, Revision, Status
from readlist.zotero import mapping
from readlist.zotero.mapping import STANDARD, Options
from readlist.zotero.state import ChildNote, Fields, ItemState, remember


@dataclass(frozen=True, slots=True)
class Rules:
    """How a person wants to sync. ``prefer``: ``local`` or ``remote`` wins a conflict; None leaves it to the person.

    ``selected``: which papers may get an item. ``trash_others``: a paper that is removed takes its item along even
    where somebody else made it. ``whole_library``: papers come from everywhere, not from the collections alone.
    """

    push: bool = True
    pull: bool = True
    prefer: str | None = None
    selected: Callable[[Paper], bool] | None = None
    trash_others: bool = False
    whole_library: bool = False
    options: Options = STANDARD
    #: ``link`` puts the PDF's address below an item of ours, ``upload`` the file where ``pdf_of`` knows one.
    attach: str = ""
    pdf_of: Callable[[Paper], Path | None] | None = None
    #: arXiv's comment goes below an item of ours, as a note.
    comments: bool = False
    #: Papers, and items that are no paper's yet, that are not touched this time.
    leave_out: frozenset[int] = frozenset()
    leave_keys: frozenset[str] = frozenset()
    #: Whose side a person took in the conflicts of a paper.
    decided: Mapping[int, str] = field(default_factory=dict)


PUSH_ONLY = Rules(pull=False)


@dataclass(frozen=True, slots=True)
class Places:
    """Keys of the collections: the one for all, and those for papers with a tag (lower case). None: not made yet."""

    main: str | None = None
    by_tag: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        return frozenset(key for key in (self.main, *self.by_tag.values()) if key)

    def of(self, paper: Paper) -> list[str]:
        """The collections that a paper belongs in."""
        named = [self.by_tag.get(tag.casefold()) for tag in paper.tags] if self.by_tag else []
        return sorted({key for key in (self.main, *named) if key})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the plan: a paper, its item, and what differs (before and after; in conflicts: here and there).

    ``paper_id`` is None for a paper that is not in the list yet.
    """

    paper_id: int | None
    key: str
    title: str
    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        changes = {name: [before, after] for name, (before, after) in self.fields.items()}
        return {"id": _short(self.paper_id), "key": self.key, "title": self.title, "fields": changes}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about a paper, or what of it is left undone; ``text`` is a sentence."""

    paper_id: int | None
    key: str | None
    title: str
    text: str

    @property
    def name(self) -> str:
        """What it is about, in short: the paper, or the item that is no paper's."""
        return _short(self.paper_id) or str(self.key)

    def to_json(self) -> dict[str, object]:
        return {"id": _short(self.paper_id), "key": self.key, "title": self.title, "reason": self.text}


def _short(paper_id: int | None) -> str | None:
    return None if paper_id is None else f"p{paper_id}"


@dataclass(frozen=True, slots=True)
class Write:
    """One object to send. `sending` is the state to keep before it is sent, `landed` the one once the server took it;
    ``known`` is the state of the item as it is now, None for one that is made or taken over."""

    action: str
    row: Row
    owner: int
    payload: Mapping[str, object]
    state: ItemState
    local: Fields
    pushed: frozenset[str]
    known: ItemState | None = None
    options: Options = STANDARD

    def sending(self) -> ItemState | None:
        """What must be remembered in case the answer is lost. An item that is taken over is found again as it was."""
        if self.action == "create":
            return self.state
        if self.known is None:
            return None
        return replace(self.known, sent={name: remember(self.local[name]) for name in self.pushed})

    def landed(self, version: int, data: Fields | None, collections: Collection[str]) -> ItemState:
        """The state after the server took the object; ``data`` is the item in its answer, None where it only said
        that nothing changed."""
        if data is None:
            data = {**self.state.there, **self.payload}
        arxiv_id = str(self.local["arxiv"])
        there = mapping.remote(data, arxiv_id=arxiv_id, collections=collections, options=self.options)
        # Agreed tags are not all the tags that the item has: those of others are news for a pull.
        base = {name: remember(there[name]) for name in self.pushed - {"tags"}}
        return replace(
            self.state, version=version, there=mapping.subset(data), base={**self.state.base, **base}, in_step=""
        )


@dataclass(frozen=True, slots=True)
class NoteWrite:
    """Our child note to send. ``text`` is what both sides agree on once it is there, ``local`` the paper's note."""

    row: Row
    owner: int
    parent: str
    payload: Mapping[str, object]
    text: str
    local: str

    @property
    def key(self) -> str:
        return str(self.payload["key"])

    def landed(self, state: ItemState, version: int, data: Fields | None) -> tuple[ItemState, ChildNote]:
        """The states of item and note after the server took it."""
        said = self.payload if data is None else data
        note = ChildNote(self.key, version, str(said.get("note") or ""), bool(said.get("deleted")))
        html = "" if note.trashed else note.html
        here, base = {**state.here, "note": remember(self.local)}, {**state.base, "note": remember(html)}
        return replace(state, here=here, base=base, note=self.text, in_step=""), note


class Taking(StrEnum):
    """What a pull does to the list."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Pull:
    """A change that goes from Zotero into the list: a ``revision`` of a paper, or an ``entry`` for a new one.

    ``state`` is the item's as it is now. ``names`` are the fields that are taken over and ``there`` what the item
    says; ``note`` is the text of the child note, None where it is not taken over.
    """

    action: Taking
    row: Row
    state: ItemState
    there: Fields
    names: frozenset[str] = frozenset()
    revision: Revision | None = None
    entry: Entry | None = None
    note: str | None = None
    html: str = ""
    tags_here: tuple[str, ...] = ()

    def landed(self, paper: Paper, collections: Collection[str], options: Options) -> ItemState:
        """The state once the paper says it too."""
        local = mapping.local(paper, collections=collections, options=options).fields
        here, base = dict(self.state.here), dict(self.state.base)
        for name in self.names:
            here[name] = remember(local[name] if name != "tags" else list(self.tags_here))
            base[name] = remember(self.there[name])
        if self.entry is not None:
            here = {name: remember(value) for name, value in local.items()}
            base = {name: remember(self.there[name]) for name in local}
            # The list may have known the paper already: then it says more than the item, which is to follow.
            here["tags"] = base["tags"]
            here["status"] = self.there["status"] or str(Status.NEW)
            here["citekey"] = here["citekey"] if self.there["citekey"] else ""
        state = replace(self.state, here=here, base=base)
        return self._with_note(state, paper)

    def _with_note(self, state: ItemState, paper: Paper) -> ItemState:
        if self.note is None:
            return state
        # Where both sides wrote, the paper has more now than the item: that is what is to be sent.
        agreed = paper.note if paper.note.strip() == self.note.strip() else self.note
        here, base = {**state.here, "note": remember(agreed)}, {**state.base, "note": remember(self.html)}
        return replace(state, here=here, base=base, note=self.note)


@dataclass(frozen=True, slots=True)
class Plan:
    """``settled`` are states to keep without a write (None: forget), ``fetch`` the keys of items that must be read
    first, ``unkeyed`` papers whose citation key has to be frozen before their items are made."""

    writes: tuple[Write, ...] = ()
    pulls: tuple[Pull, ...] = ()
    notes: tuple[NoteWrite, ...] = ()
    conflicts: tuple[Row, ...] = ()
    unchanged: int = 0
    settled: Mapping[int, ItemState | None] = field(default_factory=dict)
    fetch: frozenset[str] = frozenset()
    unkeyed: frozenset[int] = frozenset()
    notices: tuple[Notice, ...] = ()

    def rows(self, action: str) -> list[Row]:
        """Rows of what is written: ``create``, ``update`` or ``trash``. An item and its note are one row."""
        rows = {write.owner: write.row for write in self.writes if write.action == action}
        if action == "update":
            made = {write.owner for write in self.writes if write.action != "update"}
            for note in self.notes:
                if note.owner not in made:
                    rows[note.owner] = joined(rows.get(note.owner), note.row)
        return list(rows.values())

    def taken(self, *actions: Taking) -> list[Row]:
        """Rows of what is pulled."""
        return [pull.row for pull in self.pulls if pull.action in actions]

    @property
    def needs_collection(self) -> bool:
        """Something is to be put into a collection."""
        return any(write.action == "create" or "collections" in write.pushed for write in self.writes)


def joined(first: Row | None, second: Row) -> Row:
    """Two rows of one paper as one."""
    return second if first is None else replace(first, fields={**first.fields, **second.fields})
