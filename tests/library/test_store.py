"""Opening, upgrading, copying and checking the file."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from readlist.actions import triage
from readlist.actions.care import backup, doctor, restore
from readlist.errors import LibraryError
from readlist.library import Library, edits, opening, papers, store
from readlist.library.migrations import MIGRATIONS, Migration, migrate
from readlist.paper import Entry, Status


def test_a_new_file_is_a_library_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "library.sqlite3"
    with Library.open(path) as library:
        assert library.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert library.problems() == []
    with pytest.raises(LibraryError, match="there is no library yet"):
        Library.open(tmp_path / "other.sqlite3", create=False)


@pytest.mark.parametrize("content", [b"this is no database, " * 100, b"SQLite format 3\0" + b"x" * 4000])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="library.sqlite3"):
        Library.open(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE items (id)")
    connection.close()
    with pytest.raises(LibraryError, match="not a readlist library"):
        Library.open(path)


def test_older_files_are_brought_up_to_date_and_newer_ones_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Library.open(path).close()

    def add_colour(db: sqlite3.Connection) -> None:
        db.execute("ALTER TABLE paper ADD COLUMN colour TEXT")

    step = Migration("0001_colour", add_colour)
    connection = sqlite3.connect(path, isolation_level=None)
    assert migrate(connection, "x", [*MIGRATIONS, step]) == ["0001_colour"]
    assert migrate(connection, "x", [*MIGRATIONS, step]) == []
    connection.execute("SELECT colour FROM paper")
    connection.close()
    with pytest.raises(LibraryError, match="written by a newer readlist.*0001_colour"):
        Library.open(path)


def test_a_failing_migration_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Library.open(path).close()

    def broken(db: sqlite3.Connection) -> None:
        db.execute("ALTER TABLE paper ADD COLUMN colour TEXT")
        raise RuntimeError

    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(RuntimeError):
        migrate(connection, "x", [*MIGRATIONS, Migration("0001_broken", broken)])
    connection.close()
    with Library.open(path) as library:
        columns = {row["name"] for row in library.connection.execute("PRAGMA table_info(paper)")}
    assert "colour" not in columns


#: The full text of the first version: one index for all, and the triggers that kept it.
FIRST_FULL_TEXT = """
    DROP TRIGGER paper_inserted; DROP TRIGGER paper_deleted; DROP TRIGGER paper_text_changed;
    DROP TRIGGER paper_words_changed; DROP TABLE paper_text; DROP TABLE paper_words;
    DROP INDEX paper_home; CREATE INDEX paper_home ON paper (removed, added DESC, id);
    CREATE VIRTUAL TABLE paper_text USING fts5 (
        title, abstract, authors, tags, note,
        content = 'paper', content_rowid = 'id', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER paper_inserted AFTER INSERT ON paper BEGIN SELECT 1; END;
    CREATE TRIGGER paper_deleted AFTER DELETE ON paper BEGIN SELECT 1; END;
    CREATE TRIGGER paper_text_changed AFTER UPDATE OF tags, note ON paper BEGIN SELECT 1; END;
    INSERT INTO paper_text (paper_text) VALUES ('rebuild');
"""


def structure(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Every table, index and trigger; of the latter two what they say, too."""
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2")
    return [(*row[:3], "" if row[0] == "table" else " ".join((row[3] or "").split())) for row in found]


def as_the_first_version(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(FIRST_FULL_TEXT)
    connection.executescript(
        "DROP TRIGGER paper_stamped; DROP TRIGGER paper_stamped_anew; DROP TRIGGER paper_stamp_deleted;"
        "ALTER TABLE citekey DROP COLUMN given;"
    )
    for table in ("tried", "saved_search", "tag_colour", "preference", "paper_stamp", "zotero_note"):
        connection.execute(f"DROP TABLE {table}")
    zotero = [f"zotero_item.{name}" for name in ("copied", "note", "in_step")]
    for column in ("paper.worded", "zotero_library.pulled", *zotero):
        table, _, name = column.partition(".")
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    connection.execute("DELETE FROM migration WHERE name <> 'schema'")
    connection.close()


def test_a_file_of_the_first_version_has_all_tables_of_this_one(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "library.sqlite3"
    filled(path, now)
    with Library.open(path) as library:
        today = structure(library.connection)
        with library.action("tag", "", now) as writer:
            edits.change_tags(writer, [2], ["faces"], [])
            edits.set_note(writer, 3, "Ask Wang")
    as_the_first_version(path)
    with Library.open(path) as library:
        assert structure(library.connection) == today
        assert [papers.ids(library, word, now=now) for word in ("paper", "faces", "wang")] == [[1, 2, 3], [2], [3]]
        assert library.problems() == []


def test_an_upgrade_that_takes_its_time_is_told(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.sqlite3"
    filled(path, now)
    as_the_first_version(path)
    monkeypatch.setattr(opening, "_MANY", 3)
    told: list[str] = []
    Library.open(path, tell=told.append).close()
    assert told == ["bringing the library of 3 papers up to date, once: some 1 s …"]
    Library.open(path, tell=told.append).close()
    assert len(told) == 1


def test_the_text_of_a_paper_is_not_indexed_again_for_a_tag(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "library.sqlite3"
    filled(path, now)
    with Library.open(path) as library:
        index = "SELECT id, block FROM paper_text_data ORDER BY id"
        before = [tuple(row) for row in library.connection.execute(index)]
        triage.change_tags(library, [1, 2, 3], now, add=["faces"])
        triage.set_status(library, [1, 2, 3], Status.READ, now)
        triage.set_note(library, 1, "see *Wang*", now)
        assert [tuple(row) for row in library.connection.execute(index)] == before
        assert papers.ids(library, "faces", now=now) == [1, 2, 3]
        assert papers.ids(library, "fac -wang", now=now) == [2, 3]
        library.undo(3)
        assert papers.ids(library, "faces OR wang", now=now) == []
        assert library.problems() == []


def test_an_old_library_that_cannot_be_written_to_says_what_to_do(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.sqlite3"
    filled(path, now)
    as_the_first_version(path)

    def unwritable(*_arguments: object) -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(store, "prepare", unwritable)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode == os.R_OK)
    with pytest.raises(LibraryError, match="older readlist.*copy it"):
        Library.open(path)


def filled(path: Path, now: datetime, count: int = 3) -> None:
    with Library.open(path) as library, library.action("import", "imported", now) as writer:
        for number in range(count):
            edits.take_in(writer, Entry(f"Paper {number}", "", "a.txt", number + 1))


def in_the_file(path: Path, status: Status) -> int:
    """How many papers of a status the file itself holds, whatever waits in the log beside it."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM paper WHERE status = ?", (status,)).fetchone()[0])
    finally:
        connection.close()


@pytest.mark.parametrize("put_off", [False, True])
def test_what_is_written_is_moved_into_the_file_at_a_commit_or_by_somebody_else(
    tmp_path: Path, now: datetime, put_off: bool
) -> None:
    path = tmp_path / "library.sqlite3"
    filled(path, now)
    with Library.open(path) as writer, Library.open(path) as other:
        writer.connection.execute("PRAGMA wal_autocheckpoint = 1")
        if put_off:
            writer.defer_checkpoints()
        triage.set_status(writer, [1, 2, 3], Status.READ, now)
        assert in_the_file(path, Status.READ) == (0 if put_off else 3)
        with writer.unjournaled():
            # Not for anything does it wait, or fail: a write is going on.
            other.checkpoint()
        other.checkpoint()
        assert in_the_file(path, Status.READ) == 3


def test_copies_are_whole_and_come_back(tmp_path: Path, now: datetime) -> None:
    path, copy = tmp_path / "library.sqlite3", tmp_path / "copy.sqlite3"
    filled(path, now)
    with Library.open(path) as library:
        backup(library, copy)
        with library.action("trash", "", now) as writer:
            edits.set_removed(writer, [1, 2, 3], True)
        kept = restore(copy, path, tmp_path / "backups", now)
        # An open library sees the restored papers without being opened again.
        assert papers.counts(library).total == 3
    assert kept is not None
    with Library.open(kept) as before:
        assert papers.counts(before).trash == 3


def test_a_bad_copy_is_not_restored(tmp_path: Path, now: datetime) -> None:
    path, bad = tmp_path / "library.sqlite3", tmp_path / "bad.sqlite3"
    filled(path, now)
    bad.write_bytes(b"nonsense" * 1000)
    with pytest.raises(LibraryError, match="bad.sqlite3"):
        restore(bad, path, tmp_path / "backups", now)
    with Library.open(path) as library:
        assert papers.counts(library).total == 3


def test_a_damaged_library_is_found_out_and_replaced(tmp_path: Path, now: datetime) -> None:
    path, copy = tmp_path / "library.sqlite3", tmp_path / "copy.sqlite3"
    filled(path, now, 200)
    with Library.open(path) as library:
        backup(library, copy)
        library.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[4096:12000] = b"\x55" * (12000 - 4096)
    path.write_bytes(bytes(data))
    assert doctor(path).problems
    kept = restore(copy, path, tmp_path / "backups", now)
    assert kept is not None
    assert kept.read_bytes() == bytes(data)
    assert doctor(path).problems == ()
    assert doctor(path).papers == 200


def test_no_library_is_no_damage(tmp_path: Path) -> None:
    assert doctor(tmp_path / "none.sqlite3").problems == ()


def test_not_a_byte_of_another_programs_database_changes(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE items (id)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError):
        Library.open(path)
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_lock_is_no_damage(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readlist.library.opening.BUSY_SECONDS", 0.05)
    path = tmp_path / "library.sqlite3"
    filled(path, now)
    with Library.open(path) as other, other.action("import", "", now) as writer:
        edits.take_in(writer, Entry("A paper", "", "a.txt", 1))
        checked = doctor(path)
        assert checked.problems == ()
        assert "another program is writing" in (checked.unchecked or "")


def test_many_may_make_the_library_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readlist.library.opening.BUSY_SECONDS", 120.0)

    def make(_number: int) -> list[str]:
        with Library.open(tmp_path / "library.sqlite3") as library:
            return library.problems()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(24))) == [[]] * 24
