"""The state of syncs kept in the library file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from readlist.library import Library
from readlist.library import zotero_tables as tables
from readlist.library.rows import read_time, time_text, to_json
from readlist.zotero.state import ItemState, LibraryState, Seen


class LibraryStore:
    """A `SyncStore` over an open library; each save is one transaction."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def zotero_state(self, library: str) -> LibraryState:
        """All that is remembered of one Zotero library."""
        return LibraryState(
            library_version=tables.version(self._library, library),
            collections=tables.collections(self._library, library),
            items={paper_id: _item(row) for paper_id, row in tables.items(self._library, library).items()},
            seen={key: _seen(row) for key, row in tables.seen(self._library, library).items()},
        )

    def save_zotero_items(self, library: str, items: Mapping[int, ItemState | None]) -> None:
        """Keep or (None) forget papers' items."""
        tables.save_items(
            self._library,
            library,
            [(paper_id, None if item is None else _item_row(item)) for paper_id, item in items.items()],
        )

    def save_zotero_seen(self, library: str, seen: Mapping[str, Seen | None]) -> None:
        """Keep or (None) forget items that are no paper's."""
        tables.save_seen(
            self._library, library, [(key, None if row is None else _seen_row(row)) for key, row in seen.items()]
        )

    def save_zotero_library(
        self, library: str, *, version: int | None = None, collections: Mapping[str, str] | None = None
    ) -> None:
        """Keep the version read up to and the collections in use."""
        tables.save_library(self._library, library, version, collections)


# No field has this name; what was sent is kept in the column of what our side said.
_SENT = "(sent)"


def _item(row: Mapping[str, Any]) -> ItemState:
    here = json.loads(row["here"])
    return ItemState(
        key=row["key"],
        version=row["version"],
        sent=here.pop(_SENT, {}),
        here=here,
        base=json.loads(row["base"]),
        there=json.loads(row["there"]),
        made_by_us=bool(row["made_by_us"]),
        synced=read_time(row["synced"]),
        deleted=bool(row["deleted"]),
    )


def _item_row(item: ItemState) -> dict[str, Any]:
    return {
        "key": item.key,
        "version": item.version,
        "here": to_json({**item.here, **({_SENT: dict(item.sent)} if item.sent else {})}),
        "base": to_json(dict(item.base)),
        "there": to_json(dict(item.there)),
        "made_by_us": item.made_by_us,
        "trashed": item.trashed,
        "deleted": item.deleted,
        "synced": time_text(item.synced),
    }


def _seen(row: Mapping[str, Any]) -> Seen:
    return Seen(row["key"], row["version"], row["title"], tuple(json.loads(row["identities"])), bool(row["trashed"]))


def _seen_row(seen: Seen) -> dict[str, Any]:
    return {
        "version": seen.version,
        "title": seen.title,
        "identities": to_json(list(seen.identities)),
        "trashed": seen.trashed,
    }
