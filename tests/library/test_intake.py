"""One paper and one sighting: what is new, what is known, and what happens when two papers are one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from readlist.actions import triage
from readlist.library import Library, edits, papers
from readlist.paper import Entry, ListedDate, Match, MatchState, Organisation, Paper, Status
from tests.support import abstract, record

SURE = Match(MatchState.MATCHED, 0.99, "test", "resolver")
JUNE = ListedDate(6, 17, None, "Jun 17")
MARCH = ListedDate(3, 12, None, "Mar 12")


def take(library: Library, now: datetime, *entries: Entry) -> list[edits.Intake]:
    with library.action("import", "imported", now) as writer:
        return [edits.take_in(writer, entry) for entry in entries]


def paper(library: Library, number: int) -> Paper:
    found = papers.get(library, number)
    assert found is not None
    return found


def entry(title: str = "A title", text: str | None = None, source: str = "june.txt", line: int = 1) -> Entry:
    return Entry(title, abstract(title) if text is None else text, source, line, listing=JUNE)


def test_the_same_text_under_the_same_day_is_one_sighting(library: Library, now: datetime) -> None:
    first = entry()
    again = replace(first, source="copy.txt", line=99, listing=replace(JUNE, text="17 June"))
    assert [i.new_sighting for i in take(library, now, first, first, again)] == [True, False, False]
    elsewhere = take(library, now, replace(first, listing=MARCH))[0]
    assert (elsewhere.paper_id, elsewhere.new_paper, elsewhere.new_sighting) == (1, False, True)


@pytest.mark.parametrize(
    "title", ["a TITLE of: Faces", "A title—of faces", "A Title of Fac{\\'e}s", "A title of “faces”"]
)
def test_typography_makes_no_new_paper(library: Library, now: datetime, title: str) -> None:
    text = abstract(1)
    found = take(library, now, entry("A title of faces", text), replace(entry(title, text), listing=MARCH))
    assert [i.new_paper for i in found] == [True, False]


def test_two_works_with_one_title_stay_two(library: Library, now: datetime) -> None:
    one, other = entry("Natural Language Generation", abstract(1)), entry("Natural Language Generation", abstract(2))
    assert [i.paper_id for i in take(library, now, one, other, replace(other, listing=MARCH))] == [1, 2, 2]


def test_a_missing_abstract_is_no_difference_and_is_filled_in(library: Library, now: datetime) -> None:
    found = take(library, now, entry("A title", ""), replace(entry("A title", abstract(1)), listing=MARCH))
    assert [i.paper_id for i in found] == [1, 1]
    assert paper(library, 1).abstract == abstract(1)


def test_sightings_keep_what_each_knew(library: Library, now: datetime) -> None:
    bare = replace(entry(), listing=MARCH)
    rich = replace(
        entry(), author_count=5, date=ListedDate(1, 15, 2024, "Jan 15, 2024"), comments=8,
        organisation=Organisation("stepfun-ai", "StepFun"),
    )  # fmt: skip
    take(library, now, bare, rich)
    assert [sighting.entry for sighting in paper(library, 1).sightings] == [bare, rich]
    assert papers.list_rows(library, [1])[0].comments == 8


def test_a_renamed_paper_is_known_by_its_old_title(library: Library, now: datetime) -> None:
    take(library, now, entry("AnyMaker", abstract(1)))
    with library.action("resolve", "", now) as writer:
        edits.set_match(writer, 1, SURE, record("2406.11643", "CustAny", abstract(1)))
    found = take(library, now, replace(entry("AnyMaker", abstract(1)), listing=MARCH), entry("CustAny", abstract(1)))
    assert [i.paper_id for i in found] == [1, 1]


def test_two_papers_that_are_one_record_are_joined(library: Library, now: datetime) -> None:
    take(library, now, entry("MagicDance", abstract(1)), replace(entry("MagicPose", abstract(2)), source="may.txt"))
    triage.set_status(library, [1], Status.SKIPPED, now)
    triage.set_status(library, [2], Status.READING, now)
    triage.change_tags(library, [1], now, add=["dance"])
    triage.change_tags(library, [2], now, add=["pose"])
    triage.set_note(library, 1, "first", now)
    triage.set_note(library, 2, "second", now)
    triage.set_priority(library, [2], 2, now)
    before = papers.many(library, [1, 2])
    found = record("2311.12052", "MagicPose")
    with library.action("resolve", "resolved", now) as writer:
        assert edits.set_match(writer, 1, SURE, found) == 1
        assert edits.set_match(writer, 2, SURE, found) == 1
    joined = paper(library, 1)
    assert papers.get(library, 2) is None
    assert (joined.status, joined.tags, joined.priority) == (Status.READING, ("dance", "pose"), 2)
    assert joined.note == "first\n\nsecond"
    assert [s.entry.title for s in joined.sightings] == ["MagicDance", "MagicPose"]
    triage.undo(library)
    assert papers.many(library, [1, 2]) == before


def test_a_persons_decision_survives_a_join(library: Library, now: datetime) -> None:
    take(library, now, entry("One", abstract(1)), entry("Other", abstract(2)))
    found = record("2311.12052", "One")
    with library.action("review", "", now) as writer:
        edits.set_match(writer, 1, Match(MatchState.MATCHED, 1.0, "test", "person"), found)
    with library.action("resolve", "", now) as writer:
        edits.set_match(writer, 2, SURE, found)
    assert paper(library, 1).match.decided_by == "person"


def test_the_resolver_never_overwrites_a_person_or_stronger_evidence(library: Library, now: datetime) -> None:
    take(library, now, entry("One", abstract(1)), entry("Two", abstract(2)))
    missing = Match(MatchState.NOT_FOUND, decided_by="resolver")
    with library.action("x", "", now) as writer:
        edits.set_match(writer, 1, Match(MatchState.NOT_ON_ARXIV, decided_by="person"))
        edits.set_match(writer, 2, Match(MatchState.REVIEW, 0.5, "test", "resolver"))
        assert edits.offer_match(writer, 1, SURE, record("2401.00001", "One")) is MatchState.NOT_ON_ARXIV
        assert edits.offer_match(writer, 2, missing, None) is MatchState.REVIEW
        assert edits.offer_match(writer, 2, SURE, record("2401.00002", "Two")) is MatchState.MATCHED


def dated(title: str, text: str, listed: ListedDate = JUNE, source: str = "june.txt") -> Entry:
    months = {"Jan": 1, "Feb": 2, "May": 5}
    day = ListedDate(months[text[:3]], int(text.split()[1].strip(",")), None, text)
    return replace(entry(title, source=source), date=day, listing=listed)


def settled(library: Library, now: datetime, days: dict[str, date | None], *entries: Entry) -> list[int | None]:
    take(library, now, *entries)
    with library.action("resolve", "", now) as writer:
        for number, (title, day) in enumerate(days.items(), 1):
            edits.set_match(writer, number, SURE, record(f"2401.0000{number}", title, published=day))
        edits.settle_years(writer, now.date())
    return [s.entry.date.year for p in papers.many(library, [1, 2, 3]) for s in p.sightings if s.entry.date is not None]


def test_records_settle_the_year_that_a_listing_left_out(library: Library, now: datetime) -> None:
    days: dict[str, date | None] = {"One": date(2025, 5, 16), "Two": date(2025, 1, 6), "Three": date(2023, 9, 9)}
    years = settled(library, now, days, dated("One", "May 17"), dated("Two", "Jan 4"), dated("Three", "Feb 29"))
    assert years == [2025, 2025, None]  # 2025 has no Feb 29
    listing = paper(library, 1).sightings[0].entry.listing
    assert listing is not None
    assert listing.date == date(2025, 6, 17)


@pytest.mark.parametrize(
    "days",
    [
        {"One": date(2025, 5, 20), "Two": date(2024, 1, 9)},  # three days and more away
        {"One": date(2025, 5, 17), "Two": date(2024, 1, 4)},  # no majority
        {"One": None, "Two": None},
        {"One": date(2026, 12, 31), "Two": None},
    ],
)
def test_a_year_is_never_guessed(library: Library, now: datetime, days: dict[str, date | None]) -> None:
    assert settled(library, now, days, dated("One", "May 17"), dated("Two", "Jan 4")) == [None, None]


def test_a_listing_day_given_later_tells_known_sightings(library: Library, now: datetime) -> None:
    take(library, now, dated("One", "May 17"))
    year = replace(dated("One", "May 17"), listing=replace(JUNE, year=2025), date=ListedDate(5, 17, 2025, "May 17"))
    assert [i.new_sighting for i in take(library, now, year)] == [False]
    shown = paper(library, 1).sightings[0].entry
    assert shown.date is not None
    assert shown.date.date == date(2025, 5, 17)


def test_a_sighting_without_an_abstract_does_not_join_two_works(library: Library, now: datetime) -> None:
    name = "Natural Language Generation"
    bare = replace(entry(name, ""), listing=MARCH)
    assert [i.paper_id for i in take(library, now, entry(name, abstract(1)), bare, entry(name, abstract(2)))] == [
        1,
        1,
        2,
    ]


def test_a_better_doubt_is_not_replaced_by_a_worse_one(library: Library, now: datetime) -> None:
    take(library, now, entry("One", abstract(1)))
    with library.action("x", "", now) as writer:
        edits.offer_match(writer, 1, Match(MatchState.REVIEW, 0.9, "snapshot", "resolver"), None)
        edits.offer_match(writer, 1, Match(MatchState.REVIEW, 0.3, "api", "resolver"), None)
    assert paper(library, 1).match.score == 0.9


def test_a_persons_decision_on_the_paper_that_goes_survives_a_join(library: Library, now: datetime) -> None:
    take(library, now, entry("One", abstract(1)), entry("Other", abstract(2)))
    found = record("2311.12052", "One")
    with library.action("review", "", now) as writer:
        edits.set_match(writer, 2, Match(MatchState.MATCHED, 1.0, "test", "person"), found)
    with library.action("resolve", "", now) as writer:
        assert edits.set_match(writer, 1, SURE, found) == 1
    assert (paper(library, 1).match.decided_by, paper(library, 1).arxiv_id) == ("person", "2311.12052")


def test_taking_a_join_back_gives_each_paper_its_key_and_item(library: Library, now: datetime) -> None:
    from readlist.zotero.library_store import LibraryStore
    from readlist.zotero.state import ItemState

    take(library, now, entry("One", abstract(1)), entry("Other", abstract(2)))
    papers.keep_citekeys(library, {2: "other2024"})
    item = ItemState("ABCD2345", 7, {}, {}, {}, True, now)
    LibraryStore(library).save_zotero_items("user:1", {2: item})
    found = record("2311.12052", "One")
    with library.action("resolve", "", now) as writer:
        edits.set_match(writer, 1, SURE, found)
        edits.set_match(writer, 2, SURE, found)
    link = paper(library, 1).zotero
    assert link is not None
    assert link.key == "ABCD2345"
    assert papers.find(library, "other2024") == 1
    library.undo()
    assert paper(library, 1).zotero is None
    assert papers.find(library, "other2024") == 2
    assert LibraryStore(library).zotero_state("user:1").items[2].key == "ABCD2345"


def test_listings_of_one_name_and_day_in_two_years_are_two(library: Library, now: datetime) -> None:
    days: dict[str, date | None] = {"One": date(2024, 5, 17), "Two": date(2024, 1, 4), "Three": date(2025, 2, 11)}
    take(library, now.replace(year=2024), dated("One", "May 17"), dated("Two", "Jan 4"))
    take(library, now.replace(year=2025), dated("Three", "Feb 11"))
    with library.action("resolve", "", now) as writer:
        for number, (title, day) in enumerate(days.items(), 1):
            edits.set_match(writer, number, SURE, record(f"2401.0000{number}", title, published=day))
        edits.settle_years(writer, now.date())
    shown = [s.entry.listing for p in papers.many(library, [1, 2, 3]) for s in p.sightings]
    assert [listed.year for listed in shown if listed] == [2024, 2024, 2025]


def test_the_abstract_survives_when_a_record_is_taken_away(library: Library, now: datetime) -> None:
    take(library, now, entry("One", ""), replace(entry("One", abstract(1)), listing=MARCH))
    with library.action("review", "", now) as writer:
        edits.set_match(writer, 1, SURE, record("2401.00001", "One"))
        edits.forget_match(writer, 1, Match(MatchState.NOT_ON_ARXIV, decided_by="person"))
    assert paper(library, 1).abstract == abstract(1)
