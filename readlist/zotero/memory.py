"""What a sync knows while it runs, stored as it learns it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from readlist.zotero.state import ChildNote, ItemState, LibraryState, Seen, SyncStore


class Memory:
    """The state of one Zotero library. What is kept is durable when the call returns; a dry run stores nothing."""

    def __init__(self, store: SyncStore, library: str, *, dry_run: bool) -> None:
        self._store, self.library, self._dry = store, library, dry_run
        self.state: LibraryState = store.zotero_state(library)

    def keep(self, items: Mapping[int, ItemState | None], seen: Mapping[str, Seen | None] | None = None) -> None:
        """Keep or (None) forget papers' items, and items that are no paper's. One that became a paper's is no longer
        that."""
        if items and not self._dry:
            self._store.save_zotero_items(self.library, items)
        self.learn(items, seen)

    def learn(self, items: Mapping[int, ItemState | None], seen: Mapping[str, Seen | None] | None = None) -> None:
        """As `keep`, for items that are stored already."""
        if items:
            merged = {**self.state.items, **items}
            self.state = replace(self.state, items={k: item for k, item in merged.items() if item is not None})
        keys = {item.key for item in items.values() if item is not None}
        seen = {**(seen or {}), **dict.fromkeys(keys & self.state.seen.keys())}
        if seen:
            known = {**self.state.seen, **seen}
            self.state = replace(self.state, seen={k: row for k, row in known.items() if row is not None})
            if not self._dry:
                self._store.save_zotero_seen(self.library, seen)

    def keep_notes(self, notes: Mapping[str, ChildNote | None]) -> None:
        """Keep or (None) forget our notes, by the item that they hang on."""
        if notes:
            merged = {**self.state.notes, **notes}
            self.state = replace(self.state, notes={k: note for k, note in merged.items() if note is not None})
            if not self._dry:
                self._store.save_zotero_notes(self.library, notes)

    def reached(self, version: int) -> None:
        """Everything up to this version is known."""
        self.state = replace(self.state, library_version=version)
        if not self._dry:
            self._store.save_zotero_library(self.library, version=version)

    def keep_collections(self, keys: Mapping[str, str], pulled: Mapping[str, int] | None = None) -> None:
        """Keep the keys of collections, and up to which version they were looked through."""
        pulled = {**self.state.pulled, **(pulled or {})}
        self.state = replace(self.state, collections={**self.state.collections, **keys}, pulled=pulled)
        if not self._dry:
            self._store.save_zotero_library(self.library, collections=self.state.collections, pulled=pulled)

    def keep_pulled(self, versions: Mapping[str, int]) -> None:
        """Keep up to which version places were looked through."""
        self.state = replace(self.state, pulled={**self.state.pulled, **versions})
        if not self._dry:
            self._store.save_zotero_library(self.library, pulled=self.state.pulled)
