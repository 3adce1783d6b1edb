"""The library file: opening it, one transaction an action, undo and redo, copies and checks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from readlist.errors import LibraryError, LibraryGone, LibraryUnavailable
from readlist.library import journal
from readlist.library.journal import Action, Writer
from readlist.library.migrations import check, missing
from readlist.library.opening import connect, failure, file_at, is_read_only, prepare, read_only, reason

#: Pages of the log after which it is moved into the file even where that is put off: 64 MB.
_LOG_PAGES = 16_000


@dataclass
class Step:
    """Several actions that are one step of undo: the journal row that they share, and how many they were."""

    summary: str = ""
    action_id: int | None = None
    parts: int = 0


class Library:
    """An open library. One connection, for one thread; other threads and processes open their own."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        self._step: Step | None = None
        self._changes_seen = connection.total_changes
        self._file = file_at(path)
        #: The journal row of the last action of this run that changed anything.
        self.last_action: int | None = None

    @classmethod
    def open(cls, path: Path, *, create: bool = True, tell: Callable[[str], object] | None = None) -> Library:
        """Open the file, making or upgrading it as needed; ``tell`` is told of an upgrade that takes its time.

        Raises `LibraryError` where it is missing (without ``create``), not a library, newer, locked or not writable.
        """
        if not create and not path.exists():
            raise LibraryError(f"{path}: there is no library yet; readlist import FILE starts one")
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            connection = connect(path, create=create)
        except (OSError, sqlite3.Error) as error:
            raise failure(path, "open", error) from error
        try:
            prepare(connection, path, tell)
        except sqlite3.Error as error:
            connection.close()
            connection = read_only(path, error)
        except LibraryError:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return cls(connection, path)

    @property
    def connection(self) -> sqlite3.Connection:
        """For the queries of this package."""
        return self._connection

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def check_in_place(self) -> None:
        """Look whether the file is still the one that was opened; from any thread. Raises `LibraryGone`.

        What is open goes on to work on a file that was moved or deleted, and what is opened by its name would be
        another library: neither is what a person means to write into.
        """
        if self._file is None:
            return
        found = file_at(self.path)
        if found is None:
            raise LibraryGone(f"the library is gone; put it back, or leave: {self.path} is not there any more")
        if found != self._file:
            raise LibraryGone(
                f"another file is in the library's place; put the library back, or leave and start again: {self.path}"
            )

    def trouble(self, error: Exception) -> LibraryError | None:
        """What an exception that came of reading here is, for people; None where it says nothing about the file."""
        if isinstance(error, LibraryError):
            return error
        if not isinstance(error, sqlite3.Error):
            return None
        try:
            self.check_in_place()
        except LibraryGone as gone:
            return gone
        return failure(self.path, "read", error)

    @contextmanager
    def action(self, name: str, summary: str, now: datetime, *, extends: int | None = None) -> Iterator[Writer]:
        """One action: a transaction with its journal row, all or nothing.

        An action that changes no row leaves no trace. ``extends`` names an action of this run that goes on (a long
        resolve stores each batch as it comes but is one step of undo); it is extended while nothing else was done
        since. The writer's ``summary``, where set, replaces the one given. Raises `LibraryError`.
        """
        with self._transaction():
            step = self._step
            extends = step.action_id if step is not None and extends is None else extends
            going_on = extends is not None and journal.newest(self._connection) == extends
            writer = Writer(self._connection, extends if going_on else None, now)
            yield writer
            if writer.action_id is not None:
                self._connection.execute(
                    "UPDATE action SET name = ?, summary = ? WHERE id = ?",
                    (name, writer.summary or summary, writer.action_id),
                )
                self.last_action = writer.action_id
                if step is not None:
                    step.parts += 1
                    step.action_id = writer.action_id

    @contextmanager
    def one_step(self) -> Iterator[Step]:
        """All actions inside are one step of undo, as far as nobody else does something in between.

        Each is a transaction of its own: what is done is kept when a later one fails. The step's ``summary`` is what
        history shows of several.
        """
        self._step = step = Step()
        try:
            yield step
        finally:
            self._step = None
            if step.parts > 1 and step.summary:
                with self._transaction():
                    self._connection.execute(
                        "UPDATE action SET summary = ? WHERE id = ?", (step.summary, step.action_id)
                    )

    @contextmanager
    def unjournaled(self) -> Iterator[sqlite3.Connection]:
        """A transaction over tables that are no part of undo (keys ever used, records, Zotero's state)."""
        with self._transaction():
            yield self._connection

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.check_in_place()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise failure(self.path, "write", error) from error

    def undo(self, count: int = 1, among: Collection[int] | None = None) -> list[Action]:
        """Take back the last ``count`` actions; returns those taken back, newest first.

        ``among``: ids of the actions that may be; it ends before the first other one.
        """
        return self._replay(count, among, journal.next_to_undo, journal.undo)

    def redo(self, count: int = 1, among: Collection[int] | None = None) -> list[Action]:
        """Do again the last ``count`` undone actions; returns them in the order done."""
        return self._replay(count, among, journal.next_to_redo, journal.redo)

    def next_to_undo(self) -> Action | None:
        """What `undo` takes back next."""
        return journal.next_to_undo(self._connection)

    def _replay(
        self,
        count: int,
        among: Collection[int] | None,
        following: Callable[[sqlite3.Connection], Action | None],
        replay: Callable[[sqlite3.Connection, Action], object],
    ) -> list[Action]:
        actions: list[Action] = []
        with self._transaction():
            for _ in range(count):
                action = following(self._connection)
                if action is None or (among is not None and action.id not in among):
                    break
                replay(self._connection, action)
                actions.append(action)
        return actions

    def history(self, limit: int = 50) -> list[Action]:
        """The last actions, newest first."""
        return journal.history(self._connection, limit)

    def version(self) -> int:
        """A number that changes when another connection has written to the file. Raises `LibraryError`."""
        try:
            value: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            raise failure(self.path, "read", error) from error
        return value

    def take_changed(self) -> bool:
        """Whether anything was written here since the file was opened or this was last asked."""
        seen, self._changes_seen = self._changes_seen, self._connection.total_changes
        return self._changes_seen != seen

    def defer_checkpoints(self) -> None:
        """Leave moving what is written from the log into the file to `checkpoint`, on another connection.

        SQLite does it at a commit now and then, and whoever decided waits for the disk: 10 to 300 ms.
        """
        self._connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")

    def checkpoint(self) -> None:
        """Move what any connection has written into the file, as far as nobody is in the way of that."""
        with suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def backup(self, target: Path) -> None:
        """Write a copy, whole at any moment: beside the target first, then renamed. Raises `LibraryError`."""
        partial = target.with_name(target.name + ".partial")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            copy = sqlite3.connect(partial)
            try:
                self._connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
            partial.replace(target)
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(f"{target}: cannot write the copy: {reason(error)}") from error

    def copy_over(self, other: Library) -> None:
        """Replace what another open library holds by what this one holds. Raises `LibraryError`."""
        try:
            self._connection.backup(other._connection)
        except sqlite3.Error as error:
            raise failure(other.path, "write", error) from error

    def fingerprint(self) -> str:
        """A digest of all that the library holds, history and searches too: another one after any change."""
        from hashlib import sha256  # which every command would load for the demo alone

        digest = sha256()
        tables = self._connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        for (name,) in tables.fetchall():
            for row in self._connection.execute(f'SELECT * FROM "{name}"'):
                digest.update(repr((name, *row)).encode())
        return digest.hexdigest()

    def problems(self) -> list[str]:
        """What is wrong with the file, in sentences; empty when it is sound.

        Raises `LibraryUnavailable` when it cannot be looked at now, which is no damage.
        """
        try:
            found = [row[0] for row in self._connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            orphans = self._connection.execute(
                "SELECT count(*) FROM sighting WHERE paper_id NOT IN (SELECT id FROM paper)"
            ).fetchone()[0]
            if not is_read_only(self._connection):
                for table in ("paper_text", "paper_words"):
                    self._connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            found_out = failure(self.path, "check", error)
            if isinstance(found_out, LibraryUnavailable):
                raise found_out from error
            return [f"damaged: {error}"]
        if orphans:
            found.append(f"{orphans} sightings belong to no paper")
        return found


@contextmanager
def opened(path: Path, *, create: bool = True, tell: Callable[[str], object] | None = None) -> Iterator[Library]:
    """An open library, closed afterwards. Whatever SQLite raises meanwhile becomes a `LibraryError`."""
    with Library.open(path, create=create, tell=tell) as library:
        try:
            yield library
        except sqlite3.Error as error:
            raise failure(path, "read", error) from error


@contextmanager
def looked_at(path: Path) -> Iterator[Library]:
    """A library for looking only, as it is now: no file is made or changed. Raises `LibraryError`."""
    # Without a log nobody writes now, and the file is taken as it lies: else SQLite makes files beside it.
    still = "" if path.with_name(path.name + "-wal").exists() else "&immutable=1"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{still}", uri=True, timeout=0.2)
    except sqlite3.Error as error:
        raise failure(path, "open", error) from error
    try:
        if not check(connection, str(path)) or missing(connection, str(path)):
            raise LibraryError(f"{path}: written by an older readlist")
        connection.row_factory = sqlite3.Row
        yield Library(connection, path)
    except sqlite3.Error as error:
        raise failure(path, "read", error) from error
    finally:
        connection.close()
