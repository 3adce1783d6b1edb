"""Saved searches: kept, changed, deleted, taken back, and carried along by copies."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from readlist.actions import searches, triage
from readlist.actions.browsing import SavedSearch, preference, saved_searches
from readlist.actions.care import backup, doctor, restore
from readlist.errors import WrongUsage
from readlist.library import Library, edits
from readlist.library.searches import keep_preference
from readlist.library.store import Library as Store
from readlist.paper import Entry, Status


def fill(library: Library, now: datetime, count: int = 4) -> None:
    with library.action("import", "imported", now) as writer:
        for number in range(count):
            edits.take_in(writer, Entry(f"Paper {number} of faces", "", "a.txt", number + 1))


def test_a_search_is_saved_changed_and_deleted_each_one_step_of_undo(library: Library, now: datetime) -> None:
    fill(library, now)
    first = searches.save_search(library, "  Faces\nnow ", 'faces  status:new "of faces"', now)
    assert saved_searches(library) == [SavedSearch(first, "Faces now", 'faces status:new "of faces"')]
    assert searches.count_search(library, "faces status:new", now) == 4
    triage.set_status(library, [1], Status.READ, now)
    assert searches.count_search(library, "faces status:new", now) == 3
    assert searches.change_search(library, first, "Faces", "faces", now) == 1
    assert library.history(1)[0].summary == "saved search “Faces now” → “Faces”"
    assert searches.forget_search(library, first, now) == 1
    assert saved_searches(library) == []
    library.undo(1)
    assert saved_searches(library) == [SavedSearch(first, "Faces", "faces")]
    library.undo(1)
    assert saved_searches(library)[0].name == "Faces now"
    library.undo(2)
    assert saved_searches(library) == []
    library.redo(3)
    assert saved_searches(library) == [SavedSearch(first, "Faces", "faces")]


def test_the_same_name_takes_the_place_of_the_older_search(library: Library, now: datetime) -> None:
    first = searches.save_search(library, "Later", "status:to-read", now)
    assert searches.save_search(library, "later", "status:reading", now) == first
    assert saved_searches(library) == [SavedSearch(first, "later", "status:reading")]
    library.undo(1)
    assert saved_searches(library) == [SavedSearch(first, "Later", "status:to-read")]


@pytest.mark.parametrize(
    ("name", "query", "why"),
    [
        ("", "x", "needs a name"),
        ("a" * 81, "x", "at most 80"),
        ("a", " ", "nothing to search for"),
        ("a", "year:soon", "not a year"),
        ("a", 'x "y', "never closed"),
    ],
)
def test_what_cannot_be_saved(library: Library, now: datetime, name: str, query: str, why: str) -> None:
    with pytest.raises(WrongUsage, match=why):
        searches.save_search(library, name, query, now)
    assert library.history() == []


def test_two_searches_have_two_names(library: Library, now: datetime) -> None:
    searches.save_search(library, "One", "x", now)
    other = searches.save_search(library, "Two", "y", now)
    with pytest.raises(WrongUsage, match="“One” already"):
        searches.change_search(library, other, "ONE", "y", now)
    assert searches.change_search(library, other, "TWO", "y", now) == 1
    assert searches.change_search(library, other, "TWO", "y", now) == 0


def test_a_query_that_cannot_be_read_any_more_has_no_number(library: Library, now: datetime) -> None:
    assert searches.count_search(library, "year:soon", now) is None


def test_copies_carry_saved_searches(tmp_path: Path, now: datetime) -> None:
    path, copy = tmp_path / "library.sqlite3", tmp_path / "copy.sqlite3"
    with Store.open(path) as library:
        fill(library, now)
        kept = searches.save_search(library, "Faces", "faces", now)
        keep_preference(library, "list.sort", "title")
        backup(library, copy)
        searches.forget_search(library, kept, now)
    restore(copy, path, tmp_path / "backups", now)
    assert doctor(path).problems == ()
    with Store.open(path) as library:
        assert [search.name for search in saved_searches(library)] == ["Faces"]
        assert preference(library, "list.sort") == "title"


#: What a file of the first version lacks.
TABLES = ("saved_search", "tag_colour", "preference")


def older(path: Path) -> None:
    """Make a library of the first version."""
    Store.open(path).close()
    connection = sqlite3.connect(path)
    for table in TABLES:
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DELETE FROM migration WHERE name = 'searches'")
    connection.commit()
    connection.close()


def test_an_older_file_gets_the_tables_that_a_new_one_has(tmp_path: Path, now: datetime) -> None:
    def tables(path: Path) -> dict[str, set[tuple[str, str]]]:
        connection = sqlite3.connect(path)
        found = {
            table: {(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({table})")} for table in TABLES
        }
        connection.close()
        return found

    older(tmp_path / "old.sqlite3")
    Store.open(tmp_path / "new.sqlite3").close()
    assert tables(tmp_path / "old.sqlite3")["preference"] == set()
    with Store.open(tmp_path / "old.sqlite3") as library:
        searches.save_search(library, "Faces", "faces", now)
    assert tables(tmp_path / "old.sqlite3") == tables(tmp_path / "new.sqlite3")
    assert doctor(tmp_path / "old.sqlite3").problems == ()


def test_an_older_file_that_cannot_be_upgraded_is_read_without_them(tmp_path: Path) -> None:
    older(tmp_path / "old.sqlite3")
    connection = sqlite3.connect(f"file:{tmp_path / 'old.sqlite3'}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    library = Store(connection, tmp_path / "old.sqlite3")
    assert saved_searches(library) == []
    assert preference(library, "list.sort") is None
    connection.close()
