"""What a plan consists of: rows for people, writes for the server, notices. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from readlist.zotero import mapping
from readlist.zotero.state import Fields, ItemState, remember


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the plan: a paper, its item, and what differs (before and after; in conflicts: here and there)."""

    paper_id: int
    key: str
    title: str
    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        changes = {name: [before, after] for name, (before, after) in self.fields.items()}
        return {"id": f"p{self.paper_id}", "key": self.key, "title": self.title, "fields": changes}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about a paper, or what of it is left undone; ``text`` is a sentence."""

    paper_id: int
    key: str | None
    title: str
    text: str

    def to_json(self) -> dict[str, object]:
        return {"id": f"p{self.paper_id}", "key": self.key, "title": self.title, "reason": self.text}


@dataclass(frozen=True, slots=True)
class Write:
    """One object to send. `sending` is the state to keep before it is sent, `landed` the one once the server took it;
    ``known`` is the state of the item as it is now, None for one that is made or taken over."""

    action: str
    row: Row
    payload: Mapping[str, object]
    state: ItemState
    local: Fields
    pushed: frozenset[str]
    known: ItemState | None = None

    def sending(self) -> ItemState | None:
        """What must be remembered in case the answer is lost. An item that is taken over is found again as it was."""
        if self.action == "create":
            return self.state
        if self.known is None:
            return None
        return replace(self.known, sent={name: remember(self.local[name]) for name in self.pushed})

    def landed(self, version: int, data: Fields | None, collection: str | None) -> ItemState:
        """The state after the server took the object; ``data`` is the item in its answer, None where it only said
        that nothing changed."""
        if data is None:
            data = {**self.state.there, **self.payload}
        arxiv_id = str(self.local["arxiv"])
        there = mapping.remote(data, arxiv_id=arxiv_id, collection=collection or "")
        # Agreed tags are not all the tags that the item has: those of others are news for a pull.
        base = {name: remember(there[name]) for name in self.pushed - {"tags"}}
        return replace(self.state, version=version, there=mapping.subset(data), base={**self.state.base, **base})


@dataclass(frozen=True, slots=True)
class Plan:
    """``settled`` are states to keep without a write, ``fetch`` the keys of items that must be read first."""

    writes: tuple[Write, ...] = ()
    conflicts: tuple[Row, ...] = ()
    unchanged: int = 0
    settled: Mapping[int, ItemState] = field(default_factory=dict)
    fetch: frozenset[str] = frozenset()
    notices: tuple[Notice, ...] = ()

    def rows(self, action: str) -> list[Row]:
        """Rows of one action: ``create``, ``update`` or ``trash``."""
        return [write.row for write in self.writes if write.action == action]

    @property
    def needs_collection(self) -> bool:
        """Something is to be put into the collection."""
        return any(write.action == "create" or "collection" in write.pushed for write in self.writes)
