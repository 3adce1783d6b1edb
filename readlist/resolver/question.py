"""What the resolver is asked, and what a source of records answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from readlist.identifiers import stand_in
from readlist.paper import Paper, Record
from readlist.text import collapse


@dataclass(frozen=True, slots=True)
class Question:
    """A paper to be identified: everything its sightings knew.

    ``titles`` are the distinct titles it was seen under, ``abstract`` the longest one seen (empty if none);
    ``author_counts`` and ``dates`` support a match and never veto one.
    """

    paper_id: int
    titles: tuple[str, ...]
    abstract: str = ""
    author_counts: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    arxiv_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The records a source has for one question, none where it found nothing.

    ``failed`` says why the source could not be asked; such an answer settles nothing.
    """

    question: Question
    records: tuple[Record, ...]
    source: str
    failed: str | None = None


def question_of(paper: Paper) -> Question:
    """The question that a paper's sightings ask; a paper added by hand asks with its own title."""
    entries = [sighting.entry for sighting in paper.sightings]
    # An entry that is only an id has no title yet; its stand-in is nothing to look for.
    stand_ins = {stand_in(entry.arxiv_id) for entry in entries if entry.arxiv_id}
    shown = [*(entry.title for entry in entries), paper.title]
    titles = dict.fromkeys(collapse(text) for text in shown if text and text not in stand_ins)
    return Question(
        paper_id=paper.id,
        titles=tuple(titles),
        abstract=max([*(entry.abstract for entry in entries), paper.abstract], key=len),
        author_counts=_distinct(entry.author_count for entry in entries),
        dates=tuple(dict.fromkeys(e.date.date for e in entries if e.date is not None and e.date.date is not None)),
        arxiv_id=paper.arxiv_id or next((entry.arxiv_id for entry in entries if entry.arxiv_id), None),
    )


def _distinct(counts: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(count for count in counts if count is not None))
