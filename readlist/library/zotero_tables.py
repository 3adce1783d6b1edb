"""The tables that mirror Zotero, as plain rows: what they mean is `readlist.zotero`'s matter."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from readlist.library.store import Library

_ITEM = (
    *("key", "version", "here", "base", "there", "made_by_us", "trashed", "deleted", "synced"),
    *("copied", "note", "in_step"),
)
_NOTE = ("key", "version", "html", "trashed")
_SEEN = ("version", "title", "identities", "trashed")


def version(library: Library, name: str) -> int:
    """The version of a Zotero library up to which it was read; 0 when it never was."""
    row = library.connection.execute("SELECT version FROM zotero_library WHERE library = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def collections(library: Library, name: str) -> dict[str, str]:
    """Keys of collections by their names."""
    found = library.connection.execute("SELECT name, key FROM zotero_collection WHERE library = ?", (name,))
    return {row[0]: row[1] for row in found}


def items(library: Library, name: str) -> dict[int, Mapping[str, Any]]:
    """Rows of papers' items, by paper."""
    found = library.connection.execute("SELECT * FROM zotero_item WHERE library = ?", (name,))
    return {row["paper_id"]: dict(row) for row in found}


def item_keys(library: Library, paper_id: int) -> list[str]:
    """Keys of the items that are remembered under the number of a paper, which may be gone."""
    found = library.connection.execute(
        "SELECT key FROM zotero_item WHERE paper_id = ? AND version > 0 AND deleted = 0 ORDER BY id", (paper_id,)
    )
    return [row[0] for row in found]


def seen(library: Library, name: str) -> dict[str, Mapping[str, Any]]:
    """Rows of items that are no paper's, by key."""
    found = library.connection.execute("SELECT * FROM zotero_seen WHERE library = ?", (name,))
    return {row["key"]: dict(row) for row in found}


def pulled(library: Library, name: str) -> dict[str, int]:
    """Up to which version each collection was looked through for papers."""
    row = library.connection.execute("SELECT pulled FROM zotero_library WHERE library = ?", (name,)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def notes(library: Library, name: str) -> dict[str, Mapping[str, Any]]:
    """Rows of our child notes, by the key of their item."""
    found = library.connection.execute("SELECT * FROM zotero_note WHERE library = ?", (name,))
    return {row["parent"]: dict(row) for row in found}


def libraries(library: Library) -> list[str]:
    """The Zotero libraries that something is remembered of."""
    return [row[0] for row in library.connection.execute("SELECT library FROM zotero_library ORDER BY library")]


def save_items(library: Library, name: str, rows: Iterable[tuple[int, Mapping[str, Any] | None]]) -> None:
    """Keep or (None) forget papers' items, in one transaction."""
    with library.unjournaled() as connection:
        put_items(connection, name, rows)


def put_items(connection: sqlite3.Connection, name: str, rows: Iterable[tuple[int, Mapping[str, Any] | None]]) -> None:
    """`save_items` inside the caller's transaction."""
    for paper_id, row in rows:
        if row is None:
            connection.execute("DELETE FROM zotero_item WHERE library = ? AND paper_id = ?", (name, paper_id))
        else:
            connection.execute(
                f"INSERT INTO zotero_item (library, paper_id, {', '.join(_ITEM)}) "
                f"VALUES (?, ?, {', '.join('?' * len(_ITEM))}) ON CONFLICT (library, paper_id) DO UPDATE SET "
                + ", ".join(f"{column} = excluded.{column}" for column in _ITEM),
                (name, paper_id, *(row[column] for column in _ITEM)),
            )


def save_notes(library: Library, name: str, rows: Iterable[tuple[str, Mapping[str, Any] | None]]) -> None:
    """Keep or (None) forget our child notes, in one transaction."""
    with library.unjournaled() as connection:
        for parent, row in rows:
            if row is None:
                connection.execute("DELETE FROM zotero_note WHERE library = ? AND parent = ?", (name, parent))
            else:
                connection.execute(
                    f"INSERT OR REPLACE INTO zotero_note (library, parent, {', '.join(_NOTE)}) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (name, parent, *(row[column] for column in _NOTE)),
                )


def save_seen(library: Library, name: str, rows: Iterable[tuple[str, Mapping[str, Any] | None]]) -> None:
    """Keep or (None) forget items that are no paper's, in one transaction."""
    with library.unjournaled() as connection:
        for key, row in rows:
            if row is None:
                connection.execute("DELETE FROM zotero_seen WHERE library = ? AND key = ?", (name, key))
            else:
                connection.execute(
                    f"INSERT OR REPLACE INTO zotero_seen (library, key, {', '.join(_SEEN)}) VALUES (?, ?, ?, ?, ?, ?)",
                    (name, key, *(row[column] for column in _SEEN)),
                )


def save_library(
    library: Library,
    name: str,
    number: int | None,
    keys: Mapping[str, str] | None,
    pulled: Mapping[str, int] | None = None,
) -> None:
    """Keep the version read up to, the collections in use and up to where they were looked through, in one
    transaction; None leaves what is kept."""
    with library.unjournaled() as connection:
        connection.execute("INSERT OR IGNORE INTO zotero_library (library) VALUES (?)", (name,))
        if number is not None:
            connection.execute("UPDATE zotero_library SET version = ? WHERE library = ?", (number, name))
        if pulled is not None:
            connection.execute("UPDATE zotero_library SET pulled = ? WHERE library = ?", (json.dumps(pulled), name))
        if keys is not None:
            connection.execute("DELETE FROM zotero_collection WHERE library = ?", (name,))
            connection.executemany(
                "INSERT INTO zotero_collection (library, name, key) VALUES (?, ?, ?)",
                [(name, title, key) for title, key in keys.items()],
            )
