"""What was last written into living files and other exports, in a small file of its own beside the library.

It is the base of a three-way merge, so it tells of the files and not of the list: undo, restore and backup leave it
alone. Without it nothing is lost; only, fields that differ in a file are then taken for somebody else's work.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from readlist.errors import LibraryError
from readlist.library.opening import BUSY_SECONDS

_SCHEMA = """
CREATE TABLE IF NOT EXISTS target (
    id     INTEGER PRIMARY KEY,
    path   TEXT NOT NULL UNIQUE,
    digest BLOB,                     -- of the whole file as it was left; NULL: nothing written yet
    whole  INTEGER NOT NULL DEFAULT 0  -- nobody else's work was in it then
);
CREATE TABLE IF NOT EXISTS entry (
    target      INTEGER NOT NULL,
    paper       INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,       -- of all that the entry was made from
    key         TEXT NOT NULL,
    text        TEXT NOT NULL,
    base_key    TEXT,                -- what the file holds of ours, where that is another text; NULL: nothing
    base_text   TEXT,
    in_step     INTEGER NOT NULL,    -- the file holds `text`
    PRIMARY KEY (target, paper)
) WITHOUT ROWID;
-- To see what changed without reading the texts.
CREATE INDEX IF NOT EXISTS entry_known ON entry (target, in_step, paper, fingerprint);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper's entry as rendered, and what the file holds of it: the same (``in_step``), a base, or nothing (None)."""

    fingerprint: bytes
    key: str
    text: str
    base_key: str | None
    base_text: str | None
    in_step: bool

    @property
    def held(self) -> tuple[str, str] | None:
        """Key and text of what the file holds of this entry."""
        if self.in_step:
            return self.key, self.text
        return None if self.base_key is None or self.base_text is None else (self.base_key, self.base_text)


class Target:
    """The memory of one file, inside a transaction."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        connection.execute("INSERT OR IGNORE INTO target (path) VALUES (?)", (str(path),))
        found = connection.execute("SELECT id, digest, whole FROM target WHERE path = ?", (str(path),)).fetchone()
        self._id = found[0]
        #: Of the file as it was left, None before the first time.
        self.digest: bytes | None = found[1]
        #: Whether nobody else's work was in it then.
        self.whole = bool(found[2])

    def fingerprints(self) -> dict[int, bytes]:
        """What each paper's entry was made from."""
        sql = "SELECT paper, fingerprint FROM entry INDEXED BY entry_known WHERE target = ?"
        return dict(self._connection.execute(sql, (self._id,)).fetchall())

    def entries(self, papers: Iterable[int] | None = None) -> dict[int, Kept]:
        """Entries by paper: of all, or of some."""
        sql = "SELECT paper, fingerprint, key, text, base_key, base_text, in_step FROM entry WHERE target = ?"
        if papers is None:
            found = self._connection.execute(sql, (self._id,))
        else:
            sql += " AND paper IN (SELECT value FROM json_each(?))"
            found = self._connection.execute(sql, (self._id, json.dumps(list(papers))))
        return {row[0]: Kept(row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in found}

    def all_in_step(self) -> bool:
        """Whether the file holds every entry as rendered."""
        sql = "SELECT NOT EXISTS (SELECT 1 FROM entry WHERE target = ? AND NOT in_step)"
        return bool(self._connection.execute(sql, (self._id,)).fetchone()[0])

    def keep(self, digest: bytes, whole: bool, changed: Mapping[int, Kept], gone: Iterable[int]) -> None:
        """Remember what was written."""
        self._connection.execute("UPDATE target SET digest = ?, whole = ? WHERE id = ?", (digest, whole, self._id))
        self._connection.executemany(
            "DELETE FROM entry WHERE target = ? AND paper = ?", [(self._id, paper) for paper in gone]
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO entry (target, paper, fingerprint, key, text, base_key, base_text, in_step) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (self._id, paper, row.fingerprint, row.key, row.text, row.base_key, row.base_text, row.in_step)
                for paper, row in changed.items()
            ],
        )


@contextmanager
def target(library: Path, path: Path) -> Iterator[Target]:
    """The memory of a file that a library was written to, for one process at a time.

    Raises `LibraryError` where it cannot be read or written.
    """
    memory = library.with_name(library.stem + ".living.sqlite3")
    try:
        connection = sqlite3.connect(memory, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Target(connection, path)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise LibraryError(f"{memory}: cannot remember what was written to {path}: {error}") from error
