"""The file of a library: found, opened, brought into shape, and what is wrong with it in words."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from readlist.errors import LibraryDamaged, LibraryError, LibraryUnavailable
from readlist.library.migrations import check, migrate, missing

#: How long to wait for another process that is writing, seconds.
BUSY_SECONDS = 5.0
#: An upgrade of as many papers takes longer than people wait without a word.
_MANY = 5000
#: What may help a damaged library.
RESTORE = "; readlist restore FILE brings back a copy"


def is_library(path: Path) -> bool:
    """Whether a file is a library, of whatever version; not a byte of it changes."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            return check(connection, str(path))
        finally:
            connection.close()
    except (sqlite3.Error, LibraryError):
        return False


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """Without ``create`` a file that is gone by now is not made anew."""
    if create:
        return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    address = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)


def file_at(path: Path) -> tuple[int, int] | None:
    """Which file is there, whatever its name; None where there is none, as in memory."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def prepare(connection: sqlite3.Connection, path: Path, tell: Callable[[str], object] | None) -> None:
    """Bring the file into shape. What is not ours is not touched, not even its journal mode."""
    if check(connection, str(path)) and tell is not None and missing(connection, str(path)):
        papers = connection.execute("SELECT count(*) FROM paper").fetchone()[0]
        if papers >= _MANY:
            tell(f"bringing the library of {papers:,} papers up to date, once: some {papers // 8000 + 1} s …")
    # This pragma does not wait for a lock as everything else does.
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous = NORMAL")
    migrate(connection, str(path))


def read_only(path: Path, error: sqlite3.Error) -> sqlite3.Connection:
    """A library in a place that cannot be written to can still be read. Raises `LibraryError` where it cannot."""
    unwritable = not (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK))
    if not (unwritable and os.access(path, os.R_OK)):
        raise failure(path, "open", error) from error
    # Nobody can write there, so the file is taken as it lies: without that, SQLite wants to make a file beside it.
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    try:
        if not check(connection, str(path)) or missing(connection, str(path)):
            raise LibraryError(
                f"{path}: written by an older readlist, and read-only, so that it cannot be brought up to date; "
                "copy it to where it can be written to and name the copy with --library"
            )
    except sqlite3.Error:
        connection.close()
        raise failure(path, "open", error) from error
    except LibraryError:
        connection.close()
        raise
    return connection


def is_read_only(connection: sqlite3.Connection) -> bool:
    """Whether nothing can be written through a connection."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "readonly" in str(error):
            return True
        raise
    return False


def failure(path: Path, what: str, error: Exception) -> LibraryError:
    """What SQLite or the system said about a file, as what it means; ``what`` was being done."""
    text = str(error)
    passing = any(word in text for word in ("locked", "readonly", "unable to open", "is full"))
    kind = LibraryUnavailable if passing or isinstance(error, OSError) else LibraryDamaged
    if path.is_dir():
        return kind(f"{path}: this is a folder; name the library file in it")
    return kind(f"{path}: cannot {what} the library: {reason(error)}")


def reason(error: Exception) -> str:
    """Why something failed, in words that help."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    if "locked" in text:
        return "another program is writing to it; try again in a moment"
    if "readonly" in text or "read-only" in text:
        return "it is read-only; check the permissions of the file and its folder"
    if "not a database" in text or "malformed" in text:
        return f"it is damaged or not an SQLite file ({text}){RESTORE}"
    return text
