"""A snapshot first, then a service: what the snapshot is too old to say, and what both say together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from readlist.identifiers import year_and_month
from readlist.paper import Candidate, Match, MatchState, Record
from readlist.resolver.decision import decide
from readlist.resolver.evidence import weigh
from readlist.resolver.question import Answer, Question

#: A paper is announced, and then in a snapshot, up to so many days after its submission (a weekend, a holiday).
_ANNOUNCED = timedelta(days=4)
#: From this share of common text on, a record with the same title is the paper itself and no sequel to it.
_SAME_TEXT = 0.5


def known_until(newest: str, changed: date | None = None) -> date | None:
    """The last day up to which a snapshot has whatever was submitted; None where that cannot be told.

    ``newest`` is the highest arXiv id in it, ``changed`` the day of the latest change that it took in.
    """
    if changed is not None:
        return changed - _ANNOUNCED
    try:
        year, month = year_and_month(newest)
        return date(year, month, 1) - _ANNOUNCED
    except ValueError:
        return None


def may_be_newer(question: Question, until: date | None) -> bool:
    """The paper may be younger than the snapshot, which then cannot know it: only its forerunners and namesakes."""
    return until is not None and any(day > until for day in question.dates)


def needs_another(question: Question, match: Match, record: Record | None, until: date | None) -> bool:
    """Whether a snapshot's answer is not the last word.

    What it did not find is not. Of a paper that may be newer than the snapshot, only the id, or the same title with
    the same text, is sure: a like one may be the first part, the short version or a paper of the same name.
    """
    if match.state is MatchState.NOT_FOUND:
        return True
    if not may_be_newer(question, until):
        return False
    if record is None:
        return True
    evidence = weigh(question, record)
    return not (evidence.same_id or (evidence.title_equal and (evidence.overlap or 0.0) >= _SAME_TEXT))


def decide_together(
    question: Question, before: Iterable[Record], after: Answer, sources: str
) -> tuple[Match, Record | None, tuple[Record, ...]]:
    """Decide from the records of the first source and the answer of the second, whose records are the younger.

    Returns the match, its record and all the records. The match names the source of the best one, or ``sources`` where
    neither had any.
    """
    known = {record.arxiv_id: record for record in before}
    asked = {record.arxiv_id: record for record in after.records}
    records = tuple((known | asked).values())
    match, record = decide(question, records, sources)
    best = record.arxiv_id if record else match.candidates[0].arxiv_id if match.candidates else None
    if best is not None:
        first = sources.partition("+")[0]
        match = replace(match, source=after.source if best in asked else first)
    return match, record, records


def as_question(match: Match, record: Record | None) -> Match:
    """A sure match that could not be confirmed, as a question for a person."""
    if match.state is not MatchState.MATCHED or record is None:
        return match
    candidate = Candidate(record.arxiv_id, record.title, match.score or 0.0, match.reasons)
    return replace(match, state=MatchState.REVIEW, candidates=(candidate,))
