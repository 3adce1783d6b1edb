"""What a person keeps beside the papers: saved searches, colours of tags, and how a face shows the library."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import NamedTuple

from readlist.library.journal import Writer
from readlist.library.query import parse
from readlist.library.store import Library


class SavedSearch(NamedTuple):
    """A search under a name; ``query`` is in the query language."""

    id: int
    name: str
    query: str


def saved_searches(library: Library) -> list[SavedSearch]:
    """All saved searches, by name."""
    found = _rows(library, "SELECT id, name, query FROM saved_search ORDER BY name COLLATE NOCASE, id")
    return [SavedSearch(*row) for row in found]


def _rows(library: Library, sql: str, *parameters: object) -> list[sqlite3.Row]:
    try:
        return library.connection.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        # An older file in a place that cannot be written to is read as it is, without the tables of today.
        if "no such table" in str(error):
            return []
        raise


def keep_search(writer: Writer, name: str, query: str) -> int:
    """Save a search, in place of one of the same name; returns its id."""
    row = writer.connection.execute("SELECT id FROM saved_search WHERE name = ?", (name,)).fetchone()
    if row is None:
        return writer.insert("saved_search", {"name": name, "query": query})
    writer.update("saved_search", row[0], {"name": name, "query": query})
    return int(row[0])


def change_search(writer: Writer, search_id: int, name: str, query: str) -> bool:
    """Give a saved search another name or query; returns whether anything was different."""
    return writer.update("saved_search", search_id, {"name": name, "query": query})


def forget_search(writer: Writer, search_id: int) -> None:
    """Remove a saved search."""
    writer.delete("saved_search", search_id)


def number_found(library: Library, query: str, now: datetime) -> int:
    """How many papers a query finds, those in the trash left out. Raises `QueryError`."""
    condition = parse(query, now)
    sql = f"SELECT count(*) FROM paper WHERE paper.removed IS NULL AND {condition.sql}"
    found: int = library.connection.execute(sql, condition.parameters).fetchone()[0]
    return found


def tag_colours(library: Library) -> dict[str, str]:
    """The names of colours by tag, its case folded."""
    return {row[0].casefold(): row[1] for row in _rows(library, "SELECT tag, colour FROM tag_colour")}


def set_tag_colour(writer: Writer, tag: str, colour: str | None) -> bool:
    """Give a tag a colour, or take it away; returns whether it had another one."""
    row = writer.connection.execute("SELECT id FROM tag_colour WHERE tag = ?", (tag,)).fetchone()
    if row is None:
        if colour is not None:
            writer.insert("tag_colour", {"tag": tag, "colour": colour})
        return colour is not None
    if colour is None:
        writer.delete("tag_colour", row[0])
        return True
    return writer.update("tag_colour", row[0], {"tag": tag, "colour": colour})


def preference(library: Library, name: str) -> object:
    """How a face shows something, as it was kept; None where nothing was, or nothing that can be read."""
    found = _rows(library, "SELECT value FROM preference WHERE name = ?", name)
    try:
        value: object = json.loads(found[0][0]) if found else None
    except ValueError:
        return None
    return value


def keep_preference(library: Library, name: str, value: object) -> None:
    """Keep how a face shows something; ``value`` is anything that JSON can hold. Raises `LibraryError`."""
    with library.unjournaled() as connection:
        connection.execute(
            "INSERT INTO preference (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )
