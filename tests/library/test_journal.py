"""Every action is one transaction and one journal row, and every one can be taken back."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from readlist.actions import triage
from readlist.errors import LibraryError
from readlist.library import Library, edits, papers
from readlist.paper import Entry, Match, MatchState, Status
from tests.support import abstract, record


def add(library: Library, now: datetime, *titles: str) -> list[int]:
    with library.action("import", "imported", now) as writer:
        return [
            edits.take_in(writer, Entry(title, abstract(title), "a.txt", line)).paper_id
            for line, title in enumerate(titles, 1)
        ]


def everything(library: Library) -> list[tuple[object, ...]]:
    """All that undo must bring back: rows of papers and sightings, and what search finds by them."""
    connection = library.connection
    rows = [tuple(row) for row in connection.execute("SELECT * FROM paper ORDER BY id")]
    rows += [tuple(row) for row in connection.execute("SELECT * FROM sighting ORDER BY id")]
    rows += [tuple(row) for row in connection.execute("SELECT * FROM paper_tag ORDER BY 1, 2")]
    rows += [tuple(row) for row in connection.execute("SELECT rowid FROM paper_text WHERE paper_text MATCH 'study' ")]
    return rows


def test_a_bulk_change_is_one_step(library: Library, now: datetime) -> None:
    ids = add(library, now, *(f"Paper {n}" for n in range(12)))
    assert triage.set_status(library, ids, Status.TO_READ, now) == 12
    assert papers.counts(library).status[Status.TO_READ] == 12
    (undone,) = triage.undo(library)
    assert undone.summary == "12 papers → to-read"
    assert papers.counts(library).status[Status.NEW] == 12
    triage.redo(library)
    assert papers.counts(library).status[Status.TO_READ] == 12


def test_what_changes_nothing_leaves_no_trace(library: Library, now: datetime) -> None:
    ids = add(library, now, "A paper")
    assert triage.set_status(library, ids, Status.NEW, now) == 0
    assert [action.name for action in library.history()] == ["import"]


def test_a_failed_action_changes_nothing(library: Library, now: datetime) -> None:
    add(library, now, "A paper")
    before = everything(library)
    with pytest.raises(RuntimeError), library.action("import", "", now) as writer:
        edits.take_in(writer, Entry("Another", "", "a.txt", 1))
        raise RuntimeError
    assert everything(library) == before
    assert len(library.history()) == 1


def test_something_new_drops_what_was_undone(library: Library, now: datetime) -> None:
    ids = add(library, now, "A paper", "Another paper")
    triage.set_status(library, ids, Status.READ, now)
    triage.undo(library)
    triage.set_priority(library, ids, 2, now)
    assert triage.redo(library) == []
    assert [action.state for action in library.history()] == ["done", "dropped", "done"]


def test_undo_survives_a_restart(tmp_path: Path, now: datetime) -> None:
    with Library.open(tmp_path / "library.sqlite3") as library:
        ids = add(library, now, "A paper")
        triage.set_note(library, ids[0], "mine", now)
    with Library.open(tmp_path / "library.sqlite3") as library:
        triage.undo(library)
        found = papers.get(library, ids[0])
        assert found is not None
        assert found.note == ""


def test_random_actions_all_the_way_back_and_forth(library: Library, now: datetime) -> None:
    rng = random.Random(20261120)
    states = [everything(library)]
    for step in range(60):
        moment = now + timedelta(minutes=step)
        ids = papers.ids(library, now=now, sort="id")
        some = rng.sample(ids, min(len(ids), rng.randint(1, 4)))
        choice = rng.randrange(9) if ids else 0
        if choice == 0:
            add(library, moment, *(f"Paper {rng.randint(1, 30)}" for _ in range(rng.randint(1, 5))))
        elif choice == 1:
            triage.set_status(library, some, rng.choice(list(Status)), moment)
        elif choice == 2:
            triage.change_tags(
                library, some, moment, add=[f"tag{rng.randint(1, 4)}"], remove=[f"tag{rng.randint(1, 4)}"]
            )
        elif choice == 3:
            triage.set_note(library, some[0], f"note {step}", moment)
        elif choice == 4:
            triage.remove(library, some, moment)
        elif choice == 5:
            triage.restore(library, papers.ids(library, now=now, removed=True)[:2], moment)
        elif choice == 6:
            triage.empty_trash(library, moment)
        elif choice == 7:
            triage.add_by_hand(library, moment, title=f"By hand {step}", authors=["Ada Lovelace"], year=1843)
        else:
            found = record(f"2401.{rng.randint(10001, 10012)}", f"Record {rng.randint(1, 12)}")
            with library.action("resolve", "resolved", moment) as writer:
                edits.set_match(writer, some[0], Match(MatchState.MATCHED, 0.99, "test", "resolver"), found)
        if everything(library) != states[-1]:
            states.append(everything(library))
        assert library.problems() == []
    steps = len([action for action in library.history(200) if action.state == "done"])
    assert steps >= 20
    for expected in reversed(states[:-1]):
        assert len(triage.undo(library)) == 1
        assert everything(library) == expected
    assert triage.undo(library) == []
    for expected in states[1:]:
        triage.redo(library)
        assert everything(library) == expected
    assert library.problems() == []


def test_an_action_that_goes_on_is_one_step(library: Library, now: datetime) -> None:
    ids = add(library, now, "A paper", "Another paper")
    action = None
    for number, paper_id in enumerate(ids):
        with library.action("resolve", "", now, extends=action) as writer:
            edits.set_match(writer, paper_id, Match(MatchState.NOT_FOUND, decided_by="resolver"))
            writer.summary = f"resolved {number + 1}"
        action = writer.action_id
    assert [row.summary for row in library.history()] == ["resolved 2", "imported"]
    triage.undo(library)
    assert papers.counts(library).match[MatchState.UNRESOLVED] == 2


def test_an_action_does_not_go_on_past_another_one(library: Library, now: datetime) -> None:
    ids = add(library, now, "A paper", "Another paper")
    with library.action("resolve", "first", now) as writer:
        edits.set_match(writer, ids[0], Match(MatchState.NOT_FOUND))
    first = writer.action_id
    triage.set_priority(library, ids, 1, now)
    with library.action("resolve", "second", now, extends=first) as writer:
        edits.set_match(writer, ids[1], Match(MatchState.NOT_FOUND))
    assert writer.action_id != first


def test_a_locked_library_is_one_sentence(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readlist.library.opening.BUSY_SECONDS", 0.05)
    path = tmp_path / "library.sqlite3"
    with Library.open(path) as one, Library.open(path) as other, one.action("import", "", now) as writer:
        edits.take_in(writer, Entry("A paper", "", "a.txt", 1))
        with pytest.raises(LibraryError, match="another program is writing"), other.action("import", "", now):
            pass


def test_another_connection_sees_that_something_changed(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "library.sqlite3"
    with Library.open(path) as one, Library.open(path) as other:
        before = one.version()
        add(other, now, "A paper")
        assert one.version() != before


def test_an_action_that_was_undone_does_not_go_on(library: Library, now: datetime) -> None:
    ids = add(library, now, "A paper", "Another paper")
    with library.action("resolve", "first", now) as writer:
        edits.set_match(writer, ids[0], Match(MatchState.NOT_FOUND))
    first = writer.action_id
    triage.undo(library)
    with library.action("resolve", "second", now, extends=first) as writer:
        edits.set_match(writer, ids[1], Match(MatchState.NOT_FOUND))
    assert writer.action_id != first
    assert [action.summary for action in triage.undo(library)] == ["second"]


def test_a_row_changed_twice_in_one_action_comes_all_the_way_back(library: Library, now: datetime) -> None:
    (paper_id,) = add(library, now, "A paper")
    with library.action("status", "twice", now) as writer:
        edits.set_priority(writer, [paper_id], 1)
        edits.set_priority(writer, [paper_id], 3)
    triage.undo(library)
    assert papers.list_rows(library, [paper_id])[0].priority == 0
    triage.redo(library)
    assert papers.list_rows(library, [paper_id])[0].priority == 3
