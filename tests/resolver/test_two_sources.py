"""When a snapshot has the last word, and when another source is asked as well."""

from __future__ import annotations

from datetime import date

import pytest

from readlist.paper import Match, MatchState
from readlist.resolver.question import Answer, Question
from readlist.resolver.two_sources import decide_together, known_until, may_be_newer, needs_another
from tests.support import abstract, record

OLD = record("2401.00001", "Wandering lanterns in the fog", abstract("lanterns"), published=date(2024, 1, 2))
SURE = Match(MatchState.MATCHED, 0.99, "snapshot", "resolver")
UNTIL = date(2024, 1, 28)


@pytest.mark.parametrize(
    ("newest", "changed", "until"),
    [
        ("2402.12345", None, date(2024, 1, 28)),
        ("math/0309136", None, date(2003, 8, 28)),
        ("", None, None),
        ("2413.00001", None, None),
        ("2402.12345", date(2024, 2, 20), date(2024, 2, 16)),
    ],
)
def test_how_far_a_snapshot_reaches(newest: str, changed: date | None, until: date | None) -> None:
    assert known_until(newest, changed) == until


def asked(title: str = OLD.title, text: str = OLD.abstract, day: date | None = date(2024, 2, 20)) -> Question:
    return Question(1, (title,), text, dates=(day,) if day else ())


def test_a_paper_without_a_date_is_not_called_new() -> None:
    assert not may_be_newer(asked(day=None), UNTIL)
    assert not may_be_newer(asked(), None)
    assert not may_be_newer(asked(day=UNTIL), UNTIL)
    assert may_be_newer(asked(), UNTIL)


@pytest.mark.parametrize(
    ("question", "needs"),
    [
        (asked(), False),
        (asked(text=f"Lately. {OLD.abstract}"), False),
        (asked(title=f"{OLD.title}, part II"), True),
        (asked(text=""), True),
        (asked(text=abstract("something else")), True),
        (asked(text="", day=date(2024, 1, 3)), False),
        (asked(text="", day=None), False),
        (Question(1, ("x",), "", dates=(date(2024, 2, 20),), arxiv_id=OLD.arxiv_id), False),
    ],
)
def test_of_a_newer_paper_only_the_same_title_with_the_same_text_is_sure(question: Question, needs: bool) -> None:
    assert needs_another(question, SURE, OLD, UNTIL) is needs


def test_what_was_not_found_and_newer_questions_need_another() -> None:
    nothing, doubt = Match(MatchState.NOT_FOUND), Match(MatchState.REVIEW)
    assert needs_another(asked(day=None), nothing, None, None)
    assert needs_another(asked(), doubt, None, UNTIL)
    assert not needs_another(asked(day=None), doubt, None, UNTIL)


def test_of_two_copies_of_a_record_the_younger_one_counts() -> None:
    newer = record(OLD.arxiv_id, OLD.title, OLD.abstract, version=3)
    match, found, records = decide_together(asked(), [OLD], Answer(asked(), (newer,), "api"), "snapshot+api")
    assert (found, records, match.source) == (newer, (newer,), "api")


def test_a_record_of_the_first_source_keeps_its_name() -> None:
    match, found, _ = decide_together(asked(), [OLD], Answer(asked(), (), "api"), "snapshot+api")
    assert (found, match.source) == (OLD, "snapshot")
    match, found, _ = decide_together(asked(), [], Answer(asked(), (), "api"), "snapshot+api")
    assert (found, match.state, match.source) == (None, MatchState.NOT_FOUND, "snapshot+api")
