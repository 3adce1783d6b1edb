"""A listing beside a record, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from readlist.actions.comparing import Agreement, compare, further_reasons
from readlist.actions.wording import likelihood, where
from readlist.paper import Candidate, Entry, ListedDate, Organisation, Paper, Sighting
from tests.support import abstract, record

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ENTRY = Entry("Faces in the wild", abstract(1), "june.txt", 96, 5, date=ListedDate(1, 15, 2024, "Jan 15, 2024"))
CANDIDATE = Candidate("2401.07519", "Faces in the lab", 0.62, ())
RECORD = record("2401.07519", "Faces in the lab", abstract(1), published=date(2024, 1, 12), authors="A B, C D, E F")


def paper(*entries: Entry) -> Paper:
    sightings = tuple(Sighting(number, entry) for number, entry in enumerate(entries))
    return Paper(1, "A title", "An abstract", NOW, NOW, sightings=sightings)


def test_facts_are_set_side_by_side() -> None:
    found = compare(paper(ENTRY), CANDIDATE, RECORD)
    authors, day = found.facts
    assert (authors.listed, authors.recorded) == ("5 authors", "3 authors: A B, C D, E F")
    assert (authors.agreement, authors.note) == (Agreement.NEAR, "")
    assert (day.listed, day.recorded) == ("listed Jan 15, 2024", "submitted 12 Jan 2024")
    assert (day.agreement, day.note) == (Agreement.NEAR, "listed 3 days after")
    assert not found.title_differences.same
    assert found.abstract_differences is not None
    assert found.abstract_differences.same


def test_a_number_of_authors_is_told_once() -> None:
    reasons = ("title 0.92", "4 authors, record has 5", "1,024 authors", "1 author", "authors of one group")
    candidate = Candidate("2401.07519", "Faces in the lab", 0.62, reasons)
    assert further_reasons(candidate, compare(paper(ENTRY), candidate, RECORD)) == (
        "title 0.92",
        "authors of one group",
    )
    assert further_reasons(candidate, compare(paper(ENTRY), candidate, None)) == reasons


@pytest.mark.parametrize(
    ("count", "listed", "agreements"),
    [
        (3, ListedDate(1, 12, 2024, "Jan 12, 2024"), (Agreement.EQUAL, Agreement.EQUAL)),
        (9, ListedDate(3, 1, 2024, "Mar 1, 2024"), (Agreement.DIFFERENT, Agreement.DIFFERENT)),
        (None, None, (Agreement.UNKNOWN, Agreement.UNKNOWN)),
        (3, ListedDate(1, 12, None, "Jan 12"), (Agreement.EQUAL, Agreement.UNKNOWN)),
    ],
)
def test_how_facts_agree(count: int | None, listed: ListedDate | None, agreements: tuple[Agreement, Agreement]) -> None:
    found = compare(paper(replace(ENTRY, author_count=count, date=listed)), CANDIDATE, RECORD)
    assert tuple(fact.agreement for fact in found.facts) == agreements


def test_the_sighting_that_fits_best_is_shown_and_the_other_titles_told() -> None:
    other = replace(
        ENTRY, title="Faces in the lab", line=7, organisation=Organisation("ab", "A Lab"), author_count=None
    )
    found = compare(paper(ENTRY, other, replace(ENTRY, title="faces in the WILD")), CANDIDATE, RECORD)
    assert found.entry is other
    assert found.title_differences.same
    assert found.also_listed == ("faces in the WILD",)
    assert found.facts[0].listed == "A Lab"


def test_without_a_record_or_a_sighting() -> None:
    found = compare(paper(), CANDIDATE, None)
    assert (found.entry, found.title, found.record_title) == (None, "A title", "Faces in the lab")
    assert found.abstract_differences is None
    assert all(fact.agreement is Agreement.UNKNOWN for fact in found.facts)


def test_texts_are_cleaned_before_they_are_compared() -> None:
    found = compare(paper(replace(ENTRY, title="Fa\x1bces")), CANDIDATE, RECORD, lambda text: text.replace("\x1b", ""))
    assert found.title == "Faces"


@pytest.mark.parametrize(
    ("score", "told"),
    [(1.0, "certain"), (0.999, "over 99 % likely"), (0.62, "62 % likely"), (0.004, "under 1 % likely")],
)
def test_likelihood(score: float, told: str) -> None:
    assert likelihood(score) == told


def test_where_it_stood() -> None:
    assert where(ENTRY) == "june.txt:96"
    assert where(replace(ENTRY, listing=ListedDate(6, 17, None, "Jun 17"))) == "june.txt:96, listing of Jun 17"
