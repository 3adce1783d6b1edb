"""A person decides: what is kept, what is joined, and that one step back restores it exactly."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlist.actions import reviewing, triage
from readlist.errors import ServiceError, WrongUsage
from readlist.library import Library, edits, papers
from readlist.paper import PROGRESS, Candidate, Entry, Match, MatchState, Paper, Record, Status
from readlist.zotero.library_store import LibraryStore
from readlist.zotero.state import ItemState
from tests.support import abstract, record

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FOUND = record("2401.00001", "The true title", abstract("true"))
OTHER = record("2402.00002", "Another title", abstract("other"))
SURE = Match(MatchState.MATCHED, 0.99, "snapshot", "resolver", ("title equal",))
DOUBT = Match(
    MatchState.REVIEW, 0.6, "api", "resolver", ("near",),
    (Candidate("2401.00001", "The true title", 0.6, ("near",)), Candidate("2402.00002", "Another title", 0.3, ())),
)  # fmt: skip


def nothing(_arxiv_id: str) -> Record | None:
    return None


def entry(title: str, line: int = 1, **values: Any) -> Entry:
    return Entry(title, abstract(title), "june.txt", line, **values)


def paper(library: Library, number: int) -> Paper:
    found = papers.get(library, number)
    assert found is not None
    return found


@pytest.fixture
def listed(library: Library) -> Library:
    """p1 in doubt, p2 matched to the first of its candidates, p3 not tried."""
    fill(library)
    return library


def fill(library: Library) -> None:
    with library.action("import", "three", NOW) as writer:
        for number, title in enumerate(("A true title", "The true title", "Third"), 1):
            edits.take_in(writer, entry(title, number))
        edits.set_match(writer, 1, DOUBT)
        edits.set_match(writer, 2, SURE, FOUND)
    papers.keep_records(library, [FOUND, OTHER], NOW)


def test_accepting_says_what_was_decided(listed: Library) -> None:
    decided = reviewing.accept(listed, 1, "2402.00002", NOW, nothing)
    assert (decided.paper_id, decided.joined, decided.sentence) == (1, None, "“A true title” is 2402.00002")
    found = paper(listed, 1)
    assert (found.title, found.match.decided_by, found.match.score) == ("Another title", "person", 0.3)


def test_a_stub_is_fetched_and_kept(listed: Library) -> None:
    with listed.unjournaled() as connection:
        connection.execute("DELETE FROM record")
    asked: list[str] = []

    def fetch(arxiv_id: str) -> Record | None:
        asked.append(arxiv_id)
        return OTHER

    reviewing.accept(listed, 1, "2402.00002", NOW, fetch)
    listed.undo()
    reviewing.accept(listed, 1, "2402.00002", NOW, fetch)
    assert asked == ["2402.00002"]


def test_a_record_that_cannot_be_had_leaves_the_paper_in_review(listed: Library) -> None:
    with listed.unjournaled() as connection:
        connection.execute("DELETE FROM record")

    def broken(_arxiv_id: str) -> Record | None:
        raise ServiceError("arXiv cannot be reached")

    before = paper(listed, 1)
    with pytest.raises(WrongUsage, match="no record of 2401.00001 was found; p1 stays in review"):
        reviewing.accept(listed, 1, None, NOW, nothing)
    with pytest.raises(ServiceError):
        reviewing.accept(listed, 1, None, NOW, broken)
    assert paper(listed, 1) == before


def test_wrong_candidates_name_the_right_ones(listed: Library) -> None:
    with pytest.raises(WrongUsage, match=r"2401.99999 is no candidate of p1 \(they are 2401.00001, 2402.00002\)"):
        reviewing.accept(listed, 1, "2401.99999", NOW, nothing)
    with pytest.raises(WrongUsage, match="p3 is not in review; readlist review set p3"):
        reviewing.accept(listed, 3, None, NOW, nothing)


def test_accepting_a_record_that_another_paper_has_joins_them(listed: Library) -> None:
    triage.change_tags(listed, [2], NOW, add=["faces"])
    triage.set_note(listed, 2, "mine", NOW)
    before = papers.many(listed, [1, 2])
    decided = reviewing.accept(listed, 1, None, NOW, nothing)
    assert (decided.paper_id, decided.joined) == (1, 2)
    assert decided.sentence == "“A true title” is 2401.00001, joined with p2: 2 sightings, tags, note kept"
    assert listed.history(1)[0].summary == "“A true title” is 2401.00001, joined with p2"
    assert papers.get(listed, 2) is None
    assert len(paper(listed, 1).sightings) == 2
    listed.undo()
    assert papers.many(listed, [1, 2]) == before
    listed.redo()
    assert papers.get(listed, 2) is None


def test_joining_with_a_paper_in_the_trash_says_so_and_stays_in_the_list(listed: Library) -> None:
    triage.remove(listed, [2], NOW)
    decided = reviewing.accept(listed, 1, None, NOW, nothing)
    assert "joined with p2, which was in the trash" in decided.told
    assert paper(listed, 1).removed is None
    listed.undo()
    assert paper(listed, 2).removed is not None


def test_joining_with_a_paper_that_a_person_matched(listed: Library) -> None:
    reviewing.set_record(listed, 2, "2402.00002", NOW, nothing)
    reviewing.accept(listed, 1, "2402.00002", NOW, nothing)
    found = paper(listed, 1)
    assert (found.match.decided_by, found.arxiv_id) == ("person", "2402.00002")


def test_a_wrong_match_is_corrected_and_the_resolver_keeps_off(listed: Library) -> None:
    reviewing.set_record(listed, 2, "https://arxiv.org/abs/2402.00002v3", NOW, nothing)
    with listed.action("resolve", "", NOW) as writer:
        assert edits.offer_match(writer, 2, SURE, FOUND) is MatchState.MATCHED
    assert paper(listed, 2).arxiv_id == "2402.00002"
    assert papers.unresolved(listed, "", NOW, again=True, service=True) == [1, 3]


def test_a_wrong_automatic_match_is_rejected(listed: Library) -> None:
    papers.keep_citekeys(listed, {2: "true2024"})
    before = paper(listed, 2)
    decided = reviewing.reject(listed, 2, NOW)
    assert decided.sentence == "“The true title” is not 2401.00001; its citation key true2024 stays"
    found = paper(listed, 2)
    assert (found.arxiv_id, found.authors, found.citable, found.citekey) == (None, (), False, "true2024")
    assert found.abstract == abstract("The true title")
    assert (found.match.state, found.match.decided_by) == (MatchState.NOT_FOUND, "person")
    assert found.match.reasons == ("a person said it is not 2401.00001",)
    assert 2 not in papers.unresolved(listed, "", NOW, again=True, service=True)
    listed.undo()
    assert paper(listed, 2) == before


def test_rejecting_keeps_what_was_rejected(listed: Library) -> None:
    assert reviewing.reject(listed, 1, NOW).sentence == "“A true title” is none of the candidates"
    assert paper(listed, 1).match.reasons == ("a person said it is none of 2401.00001, 2402.00002",)
    with pytest.raises(WrongUsage, match="p1 is not in review and has no record"):
        reviewing.reject(listed, 1, NOW)
    with pytest.raises(WrongUsage, match="p3 is not in review and has no record"):
        reviewing.reject(listed, 3, NOW)


def test_what_is_known_by_its_id_only_is_not_rejected(library: Library) -> None:
    with library.action("import", "", NOW) as writer:
        edits.take_in(writer, Entry("arXiv:2401.00001", "", "ids", 1, arxiv_id="2401.00001"))
        edits.set_match(writer, 1, SURE, FOUND)
    for decide in (reviewing.reject, reviewing.not_on_arxiv):
        with pytest.raises(WrongUsage, match="imported as arXiv:2401.00001 and is known by nothing else"):
            decide(library, 1, NOW)


def item(key: str, **values: Any) -> ItemState:
    return ItemState(
        key, values.pop("version", 7), {}, {}, values.pop("there", {}), values.pop("ours", True), NOW, **values
    )


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (item("AAAA2222"), item("BBBB2222"), "AAAA2222"),
        (item("AAAA2222", version=0), item("BBBB2222"), "BBBB2222"),
        (item("AAAA2222", deleted=True), item("BBBB2222"), "BBBB2222"),
        (item("AAAA2222", there={"deleted": 1}), item("BBBB2222"), "BBBB2222"),
        (item("AAAA2222"), item("BBBB2222", ours=False), "BBBB2222"),
        (item("AAAA2222"), item("BBBB2222", ours=False, deleted=True), "AAAA2222"),
    ],
)
def test_the_better_zotero_item_is_kept_in_step_and_the_other_remembered(
    listed: Library, first: ItemState, second: ItemState, kept: str
) -> None:
    store = LibraryStore(listed)
    store.save_zotero_items("user:1", {1: first, 2: second})
    store.save_zotero_items("group:2", {2: item("CCCC2222")})
    before = store.zotero_state("user:1")
    told = reviewing.accept(listed, 1, None, NOW, nothing).told
    items = store.zotero_state("user:1").items
    assert items[1].key == kept
    assert {one.key for one in items.values()} == {"AAAA2222", "BBBB2222"}
    assert store.zotero_state("group:2").items[1].key == "CCCC2222"
    left = items[2]
    assert ("Zotero has it twice" in told) == (left.version > 0 and not left.deleted)
    listed.undo()
    assert store.zotero_state("user:1") == before
    listed.redo()
    assert store.zotero_state("user:1").items[1].key == kept


@contextmanager
def fresh() -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "library.sqlite3") as library:
        yield library


def everything(library: Library) -> dict[str, list[dict[str, Any]]]:
    """All rows that people's actions change."""
    tables = ("paper", "sighting", "citekey", "zotero_item", "paper_tag")
    found: dict[str, list[sqlite3.Row]] = {
        table: library.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables
    }
    return {table: [dict(row) for row in rows] for table, rows in found.items()}


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20).map(str.strip)
sides = st.fixed_dictionaries(
    {
        "status": st.sampled_from(list(Status)),
        "tags": st.lists(st.sampled_from(["faces", "Faces", "to cite", "é"]), max_size=3),
        "note": texts,
        "priority": st.integers(0, 3),
        "citekey": st.booleans(),
        "sightings": st.integers(1, 3),
        "items": st.sets(st.sampled_from(["user:1", "group:2"])),
        "removed": st.booleans(),
        "person": st.booleans(),
    }
)


@settings(max_examples=60, deadline=None)
@given(sides, sides)
def test_two_papers_that_are_one_lose_nothing_and_part_again(one: dict[str, Any], other: dict[str, Any]) -> None:
    with fresh() as library:
        fill(library)
        later = NOW + timedelta(hours=1)
        for number, side in ((1, one), (2, other)):
            triage.set_status(library, [number], side["status"], later)
            triage.change_tags(library, [number], later, add=side["tags"])
            triage.set_note(library, number, side["note"], later)
            triage.set_priority(library, [number], side["priority"], later)
            if side["citekey"]:
                papers.keep_citekeys(library, {number: f"key{number}"})
            title = paper(library, number).sightings[0].entry.title
            with library.action("import", "", later) as writer:
                for line in range(1, side["sightings"]):
                    edits.take_in(writer, entry(title, line, comments=line))
            LibraryStore(library).save_zotero_items(
                "user:1", {number: item(f"U{number}")} if "user:1" in side["items"] else {}
            )
            LibraryStore(library).save_zotero_items(
                "group:2", {number: item(f"G{number}")} if "group:2" in side["items"] else {}
            )
        if other["person"]:
            reviewing.set_record(library, 2, "2401.00001", later, nothing)
        if other["removed"]:
            triage.remove(library, [2], later)
        before, actions = everything(library), len(library.history())
        decided = reviewing.accept(library, 1, None, later, nothing)
        found = paper(library, 1)

        assert (decided.joined, papers.get(library, 2)) == (2, None)
        assert (found.match.state, found.match.decided_by, found.arxiv_id) == ("matched", "person", "2401.00001")
        assert len(found.sightings) == one["sightings"] + other["sightings"]
        assert {tag.casefold() for tag in found.tags} == {tag.casefold() for tag in one["tags"] + other["tags"]}
        assert one["note"] in found.note
        assert other["note"] in found.note
        assert found.priority == max(one["priority"], other["priority"])
        assert PROGRESS[found.status] == max(PROGRESS[one["status"]], PROGRESS[other["status"]])
        assert found.removed is None
        for number, side in ((1, one), (2, other)):
            if side["citekey"]:
                assert papers.find(library, f"key{number}") == 1
        keys = {row["key"] for row in everything(library)["zotero_item"]}
        assert keys == {row["key"] for row in before["zotero_item"]}
        for name in ("user:1", "group:2"):
            assert (1 in LibraryStore(library).zotero_state(name).items) == (name in one["items"] | other["items"])
        after = everything(library)

        assert len(library.history()) == actions + 1
        library.undo()
        assert everything(library) == before
        library.redo()
        assert everything(library) == after
        assert library.problems() == []
