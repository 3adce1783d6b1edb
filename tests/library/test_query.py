"""The query language: what it finds, and how it says what it cannot read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readlist.actions import triage
from readlist.errors import WrongUsage
from readlist.library import Library, edits, papers
from readlist.library.orders import SORTS
from readlist.library.query import QueryError, parse
from readlist.paper import Author, Entry, Match, MatchState, Record, Status
from tests.support import record


@pytest.fixture
def shelf(library: Library, now: datetime) -> Library:
    """Four papers: faces (2024, matched, tagged), Poincaré (2003, published), swaps (unresolved), one in the trash."""
    with library.action("import", "imported", now - timedelta(days=30)) as writer:
        for line, (title, text, source) in enumerate(
            [
                ("Identity-Preserving Faces", "We keep an identity with pre-training.", "june.txt"),
                ("The Poincaré conjecture", "Ricci flow with surgery.", "june.txt"),
                ("Face swapping 100% better", 'A "quoted" word and under_score.', "may.txt"),
                ("Thrown away", "Nobody wants this one.", "may.txt"),
            ],
            1,
        ):
            edits.take_in(writer, Entry(title, text, source, line))
    with library.action("resolve", "resolved", now) as writer:
        sure = Match(MatchState.MATCHED, 0.99, "test", "resolver")
        edits.set_match(
            writer, 1, sure, record("2401.00001", "Identity-Preserving Faces", categories=("cs.CV", "cs.AI"))
        )
        old = Record(
            "math/0303109",
            "The Poincaré conjecture",
            "Ricci flow with surgery.",
            (Author("Grisha Perelman", "Perelman", "Grisha"),),
            doi="10.1000/1",
            categories=("math.DG",),
        )
        edits.set_match(writer, 2, sure, old)
        edits.set_match(writer, 3, Match(MatchState.REVIEW, 0.5, "test", "resolver"))
    triage.change_tags(library, [1], now, add=["Faces", "to do"])
    triage.set_status(library, [2], Status.READ, now)
    triage.set_note(library, 3, "compare with wolfram", now)
    triage.remove(library, [4], now)
    return library


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("face", [1, 3]),
        ("FACES", [1]),
        ("poincare", [2]),
        ("poincaré", [2]),
        ("perel", [2]),
        ("wolfram", [3]),
        ('"face swapping"', [3]),
        ('"swapping face"', []),
        ("face -swapping", [1]),
        ("-face", [2]),
        ("poincare OR swapping", [2, 3]),
        ("poincare OR swapping status:read", [2]),
        ("status:new", [1, 3]),
        ("-status:new", [2]),
        ("tag:faces", [1]),
        ('tag:"to do"', [1]),
        ("tag:face", []),
        ("author:perelman", [2]),
        ("author:conjecture", []),
        ("year:2024", [1]),
        ("year:2003..2024", [1, 2]),
        ("year:..2010", [2]),
        ("cat:cs.CV", [1]),
        ("cat:cs", [1]),
        ("cat:math.*", [2]),
        ("cat:cs.C", []),
        ("source:may.txt", [3]),
        ("match:review", [3]),
        ("added:7d", []),
        ("added:5w", [1, 2, 3]),
        ("added:2026-10-21", [1, 2, 3]),
        ("added:2026-11-01..", []),
        ("has:note", [3]),
        ("is:published", [2]),
        ("arxiv:2401.00001v3", [1]),
        ("100%", [3]),
        ("under_score", [3]),
        ("pre-training", []),
        ("…", []),
        ("RICCI: ricci:flow", [2]),
    ],
)
def test_queries(shelf: Library, now: datetime, query: str, found: list[int]) -> None:
    assert papers.ids(shelf, query, now=now, sort="id") == found


def test_the_trash_is_looked_into_only_on_request(shelf: Library, now: datetime) -> None:
    assert papers.ids(shelf, "nobody", now=now) == []
    assert papers.ids(shelf, "nobody", now=now, removed=True) == [4]


@pytest.mark.parametrize(
    ("query", "position", "why"),
    [
        ("status:foo", 0, "no status 'foo'"),
        ("a stat:new", 2, "did you mean 'status'"),
        ('abc "def', 4, "never closed"),
        ("a OR", 2, "both sides"),
        ("OR a", 0, "both sides"),
        ("a year:soon", 2, "not a year"),
        ("tag:", 0, "needs a value"),
        ("added:soon", 0, "added:7d"),
        ("arxiv:12", 0, "not an arXiv id"),
        ("a -", 2, "nothing to search for"),
    ],
)
def test_errors_point_at_the_place(query: str, position: int, why: str, now: datetime) -> None:
    with pytest.raises(QueryError, match=why) as caught:
        parse(query, now)
    assert caught.value.position == position
    assert str(caught.value).count("\n") == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(st.text(max_size=40))
def test_no_text_breaks_the_search(shelf: Library, now: datetime, query: str) -> None:
    try:
        found = papers.ids(shelf, query, now=now)
    except QueryError:
        return
    assert set(found) <= {1, 2, 3}


def test_orders(shelf: Library, now: datetime) -> None:
    assert papers.ids(shelf, now=now, sort="title") == [3, 1, 2]
    assert papers.ids(shelf, now=now, sort="-title") == [2, 1, 3]
    assert papers.ids(shelf, now=now, sort="date", limit=1) == [1]
    with pytest.raises(WrongUsage, match="cannot sort by 'colour'"):
        papers.ids(shelf, now=now, sort="colour")
    for name in SORTS:
        assert sorted(papers.ids(shelf, now=now, sort=name)) == [1, 2, 3]


def test_what_an_id_means(shelf: Library) -> None:
    papers.keep_citekeys(shelf, {1: "wang2024identity"})
    for text in ("p1", "P1", "2401.00001", "arXiv:2401.00001v2", "https://arxiv.org/abs/2401.00001", "wang2024identity",
                 "WANG2024identity", "identity-preserving", "Identity Preserving F"):  # fmt: skip
        assert papers.find(shelf, text) == 1, text
    assert papers.find(shelf, "Thrown", removed=True) == 4
    with pytest.raises(WrongUsage, match="no paper 'Thrown'"):
        papers.find(shelf, "Thrown")
    with pytest.raises(WrongUsage, match=r"2402\.11111 is not in the list"):
        papers.find(shelf, "2402.11111")


def test_an_ambiguous_id_lists_what_it_could_mean(library: Library, now: datetime) -> None:
    with library.action("import", "", now) as writer:
        edits.take_in(writer, Entry("Faces of one", "", "a.txt", 1))
        edits.take_in(writer, Entry("Faces of two", "", "a.txt", 2))
    with pytest.raises(WrongUsage, match=r"'faces' could mean p1 Faces of one; p2 Faces of two"):
        papers.find(library, "faces")
