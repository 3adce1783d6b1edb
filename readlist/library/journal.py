"""Writing with a journal: every action is one transaction, one journal row and a change for each row it touched.

Undo and redo replay those changes. Nothing else writes to the tables named here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from readlist.library.rows import Values, read_time, time_text, to_json

#: Tables whose rows people's actions change. Names go into SQL text, so they come from here only.
JOURNALED = ("paper", "sighting", "citekey", "zotero_item", "saved_search", "tag_colour")


class Action(NamedTuple):
    """A row of the journal. ``state``: done, undone, or dropped (undone, then something else was done)."""

    id: int
    at: datetime
    name: str
    summary: str
    state: str
    changes: int


class Writer:
    """The writes of one action, inside its transaction. Made by `Library.action`."""

    def __init__(self, connection: sqlite3.Connection, action_id: int | None, now: datetime) -> None:
        self._connection = connection
        self._action_id = action_id
        self.now = now
        self.summary = ""

    @property
    def connection(self) -> sqlite3.Connection:
        """For reads inside the transaction and for writes to tables that are not journaled."""
        return self._connection

    @property
    def action_id(self) -> int | None:
        """The journal row, or None while the action has changed nothing."""
        return self._action_id

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Add a row and return its id."""
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cursor = self._connection.execute(
            f"INSERT INTO {_known(table)} ({columns}) VALUES ({marks})", tuple(values.values())
        )
        row_id = cursor.lastrowid
        assert row_id is not None
        self._note(table, [(row_id, None, None)])
        return row_id

    def update(self, table: str, row_id: int, values: Mapping[str, Any]) -> bool:
        """Change columns of one row; returns whether anything was different."""
        return bool(self.update_many(table, [(row_id, values)]))

    def update_many(self, table: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> int:
        """Change columns of many rows (the same columns in each); returns how many were different."""
        if not rows:
            return 0
        columns = list(rows[0][1])
        before = self._read(table, columns, [row_id for row_id, _ in rows])
        changed: list[tuple[int, Values, Values]] = []
        for row_id, values in rows:
            old = before.get(row_id)
            if old is None:
                continue
            new = {name: value for name, value in values.items() if old[name] != value}
            if new:
                changed.append((row_id, {name: old[name] for name in new}, new))
        self._write(table, [(row_id, new) for row_id, _, new in changed])
        self._note(table, [(row_id, to_json(old), to_json(new)) for row_id, old, new in changed])
        return len(changed)

    def delete(self, table: str, row_id: int) -> None:
        """Remove a row for good; the journal keeps it whole."""
        old = self._connection.execute(f"SELECT * FROM {_known(table)} WHERE id = ?", (row_id,)).fetchone()
        if old is None:
            return
        self._connection.execute(f"DELETE FROM {_known(table)} WHERE id = ?", (row_id,))
        self._note(table, [(row_id, to_json(dict(old)), None)])

    def _read(self, table: str, columns: list[str], ids: list[int]) -> dict[int, sqlite3.Row]:
        rows = self._connection.execute(
            f"SELECT id, {', '.join(columns)} FROM {_known(table)} WHERE id IN (SELECT value FROM json_each(?))",
            (to_json(ids),),
        )
        return {row["id"]: row for row in rows}

    def _write(self, table: str, rows: list[tuple[int, Values]]) -> None:
        # A bulk change writes the same into every row: one statement for all of them.
        alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
        for row_id, values in rows:
            alike.setdefault(tuple(values.items()), []).append(row_id)
        for values_, ids in alike.items():
            assignments = ", ".join(f"{column} = ?" for column, _ in values_)
            self._connection.execute(
                f"UPDATE {_known(table)} SET {assignments} WHERE id IN (SELECT value FROM json_each(?))",
                (*(value for _, value in values_), to_json(ids)),
            )

    def _note(self, table: str, changes: Iterable[tuple[int, str | None, str | None]]) -> None:
        changes = list(changes)
        if not changes:
            return
        if self._action_id is None:
            # What was undone and not redone is out of reach once something new is done.
            self._connection.execute("UPDATE action SET state = 'dropped' WHERE state = 'undone'")
            cursor = self._connection.execute(
                "INSERT INTO action (at, name, summary) VALUES (?, '', '')", (time_text(self.now),)
            )
            self._action_id = cursor.lastrowid
        self._connection.executemany(
            "INSERT INTO change (action_id, table_name, row_id, before, after) VALUES (?, ?, ?, ?, ?)",
            [(self._action_id, table, row_id, before, after) for row_id, before, after in changes],
        )


def newest(connection: sqlite3.Connection) -> int | None:
    """Id of the last action, unless it was undone since."""
    row = connection.execute("SELECT id, state FROM action ORDER BY id DESC LIMIT 1").fetchone()
    return int(row["id"]) if row is not None and row["state"] == "done" else None


def history(connection: sqlite3.Connection, limit: int) -> list[Action]:
    """The last actions, newest first."""
    rows = connection.execute(
        "SELECT id, at, name, summary, state, (SELECT count(*) FROM change WHERE action_id = action.id) AS changes "
        "FROM action ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [_action(row) for row in rows]


def next_to_undo(connection: sqlite3.Connection) -> Action | None:
    return _one(connection, "state = 'done' ORDER BY id DESC")


def next_to_redo(connection: sqlite3.Connection) -> Action | None:
    return _one(connection, "state = 'undone' ORDER BY id")


def undo(connection: sqlite3.Connection, action: Action) -> set[int]:
    """Take one action back, inside the caller's transaction; returns the papers it touched."""
    touched: set[int] = set()
    #: Rows that go, by table, each with its change: many at once, for each statement writes out the full text anew.
    going: dict[str, dict[int, int]] = {}
    rows = connection.execute("SELECT * FROM change WHERE action_id = ? ORDER BY id DESC", (action.id,)).fetchall()
    for row in rows:
        table = _known(row["table_name"])
        if row["before"] is None:
            going.setdefault(table, {})[row["row_id"]] = row["id"]
        else:
            # A key that it takes back may be that of a row that goes.
            _take_out(connection, going)
            going = {}
            if row["after"] is None:
                _put_back(connection, table, json.loads(row["before"]))
            else:
                _set(connection, table, row["row_id"], json.loads(row["before"]))
        if table == "paper":
            touched.add(row["row_id"])
    _take_out(connection, going)
    connection.execute("UPDATE action SET state = 'undone' WHERE id = ?", (action.id,))
    return touched


def _take_out(connection: sqlite3.Connection, going: Mapping[str, Mapping[int, int]]) -> None:
    """Delete rows; each is kept whole in the journal, for redo. Papers go last, after what belongs to them."""
    for table, changes in sorted(going.items(), key=lambda one: one[0] == "paper"):
        ids = to_json(list(changes))
        which = "WHERE id IN (SELECT value FROM json_each(?))"
        found = connection.execute(f"SELECT * FROM {table} {which}", (ids,))
        kept = [(to_json(dict(old)), changes[old["id"]]) for old in found]
        connection.executemany("UPDATE change SET after = ? WHERE id = ?", kept)
        connection.execute(f"DELETE FROM {table} {which}", (ids,))


def redo(connection: sqlite3.Connection, action: Action) -> set[int]:
    """Do one undone action again, inside the caller's transaction; returns the papers it touched."""
    touched: set[int] = set()
    rows = connection.execute("SELECT * FROM change WHERE action_id = ? ORDER BY id", (action.id,)).fetchall()
    for row in rows:
        table = _known(row["table_name"])
        if row["before"] is None:
            _put_back(connection, table, json.loads(row["after"]))
            connection.execute("UPDATE change SET after = NULL WHERE id = ?", (row["id"],))
        elif row["after"] is None:
            connection.execute(f"DELETE FROM {table} WHERE id = ?", (row["row_id"],))
        else:
            _set(connection, table, row["row_id"], json.loads(row["after"]))
        if table == "paper":
            touched.add(row["row_id"])
    connection.execute("UPDATE action SET state = 'done' WHERE id = ?", (action.id,))
    return touched


def _set(connection: sqlite3.Connection, table: str, row_id: int, values: Values) -> None:
    assignments = ", ".join(f"{column} = ?" for column in values)
    connection.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*values.values(), row_id))


def _put_back(connection: sqlite3.Connection, table: str, values: Values) -> None:
    columns = ", ".join(values)
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(values))})", (*values.values(),))


def _known(table: str) -> str:
    if table not in JOURNALED:
        raise ValueError(f"not a journaled table: {table}")
    return table


def _one(connection: sqlite3.Connection, condition: str) -> Action | None:
    row = connection.execute(
        "SELECT id, at, name, summary, state, (SELECT count(*) FROM change WHERE action_id = action.id) AS changes "
        f"FROM action WHERE {condition} LIMIT 1"
    ).fetchone()
    return _action(row) if row else None


def _action(row: sqlite3.Row) -> Action:
    return Action(row["id"], read_time(row["at"]), row["name"], row["summary"], row["state"], row["changes"])
