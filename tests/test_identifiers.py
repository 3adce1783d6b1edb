"""arXiv ids and DOIs in every spelling that people paste."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.identifiers import ArxivId, normalise_doi, parse_arxiv_id, slip_in, still_to_come, year_and_month


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2401.07519", ArxivId("2401.07519")),
        (" arXiv:2401.07519v2 ", ArxivId("2401.07519", 2)),
        ("0704.0001", ArxivId("0704.0001")),
        ("math/0309136", ArxivId("math/0309136")),
        ("math.GT/0309136v12", ArxivId("math/0309136", 12)),
        ("cs.CV/0303109", ArxivId("cs/0303109")),
        ("https://arxiv.org/abs/2401.07519v1", ArxivId("2401.07519", 1)),
        ("http://www.arxiv.org/pdf/2401.07519v3.pdf", ArxivId("2401.07519", 3)),
        ("https://arxiv.org/html/2401.07519?x=1#S2", ArxivId("2401.07519")),
        ("https://huggingface.co/papers/2401.07519", ArxivId("2401.07519")),
        ("https://www.alphaxiv.org/abs/2401.07519", ArxivId("2401.07519")),
        ("https://doi.org/10.48550/arXiv.2401.07519", ArxivId("2401.07519")),
        ("2413.07519", None),
        ("2401.075", None),
        ("2401.07519v0", None),
        ("2401.0751", None),
        ("1403.12345", None),
        ("1412.1234", ArxivId("1412.1234")),
        ("1501.00001", ArxivId("1501.00001")),
        ("0703.0001", None),
        ("hep-th/9901001", ArxivId("hep-th/9901001")),
        ("hep-th/0703001", ArxivId("hep-th/0703001")),
        ("hep-th/0704001", None),
        ("hep-th/9013001", None),
        ("https://example.org/abs/2401.07519", None),
        ("see 2401.07519", None),
        ("", None),
    ],
)
def test_arxiv_ids(text: str, found: ArxivId | None) -> None:
    assert parse_arxiv_id(text) == found


@given(st.integers(8, 99), st.integers(1, 12), st.integers(0, 9999))
def test_an_id_survives_its_spellings(year: int, month: int, number: int) -> None:
    identifier = f"{year:02}{month:02}.{number:0{4 if year < 15 else 5}}"
    for spelling in (identifier, f"arXiv:{identifier}", f"https://arxiv.org/abs/{identifier}v3"):
        found = parse_arxiv_id(spelling)
        assert found is not None
        assert found.id == identifier


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2401.0751", "five digits"),
        ("arXiv:1403.12345v2", "four digits"),
        ("2413.07519", "no month 13"),
        ("0612.1234", "hep-th/9901001"),
        ("2401.07519", None),
        ("3.14159", None),
        ("june.txt", None),
    ],
)
def test_what_is_wrong_with_an_id(text: str, said: str | None) -> None:
    found = slip_in(text)
    assert found is None if said is None else found is not None and said in found


def test_ids_of_months_to_come() -> None:
    today = date(2026, 12, 1)
    assert not still_to_come("2701.00001", today)
    assert still_to_come("2702.00001", today)
    assert not still_to_come("math/9912001", today)


def test_dates_of_ids() -> None:
    assert year_and_month("2401.07519") == (2024, 1)
    assert year_and_month("math/9912001") == (1999, 12)
    assert year_and_month("0704.0001") == (2007, 4)


def test_dois() -> None:
    assert normalise_doi("https://doi.org/10.1000/ABC.") == "10.1000/abc"
    assert normalise_doi("doi: 10.1000/182") == "10.1000/182"
    assert normalise_doi("11.1000/182") is None
