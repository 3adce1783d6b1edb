"""A person's decision on a doubtful match. The resolver never overwrites it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from readlist.errors import WrongUsage
from readlist.identifiers import parse_arxiv_id
from readlist.library import Library, edits, papers
from readlist.paper import Match, MatchState, Paper, Record

#: Looks one record up by its arXiv id; None when there is none.
Fetch = Callable[[str], Record | None]


def accept(library: Library, paper_id: int, arxiv_id: str | None, now: datetime, fetch: Fetch) -> int:
    """Accept a candidate (the best one, if none is named); returns the id of the paper that stays.

    Raises `WrongUsage` when the paper has no candidates, or not that one.
    """
    paper = _paper(library, paper_id)
    if not paper.match.candidates:
        raise WrongUsage(
            f"{paper.short_id} is not in review; readlist review set {paper.short_id} ARXIV_ID sets a record"
        )
    wanted = paper.match.candidates[0].arxiv_id if arxiv_id is None else _identifier(arxiv_id)
    candidate = next((one for one in paper.match.candidates if one.arxiv_id == wanted), None)
    if candidate is None:
        short = paper.short_id
        raise WrongUsage(
            f"{wanted} is no candidate of {short}; readlist review set {short} {wanted} sets it all the same"
        )
    record = papers.candidate_record(library, wanted) or fetch(wanted)
    if record is None:
        raise WrongUsage(f"no record of {wanted} is to be had here; try again with a network or a snapshot")
    match = Match(MatchState.MATCHED, candidate.score, paper.match.source, "person", candidate.reasons)
    return _decide(library, paper, match, record, now, f"is {wanted}")


def set_record(library: Library, paper_id: int, arxiv_id: str, now: datetime, fetch: Fetch) -> int:
    """Say which arXiv paper it is, whatever the resolver thinks; returns the id of the paper that stays."""
    paper, wanted = _paper(library, paper_id), _identifier(arxiv_id)
    record = papers.candidate_record(library, wanted) or fetch(wanted)
    if record is None:
        raise WrongUsage(f"no record of {wanted} was found")
    match = Match(MatchState.MATCHED, 1.0, paper.match.source, "person", ("a person said so",))
    return _decide(library, paper, match, record, now, f"is {wanted}")


def reject(library: Library, paper_id: int, now: datetime) -> None:
    """None of the candidates is the paper."""
    paper = _paper(library, paper_id)
    if paper.match.state is not MatchState.REVIEW:
        raise WrongUsage(f"{paper.short_id} is not in review")
    match = Match(MatchState.NOT_FOUND, decided_by="person")
    _decide(library, paper, match, None, now, "is none of the candidates")


def not_on_arxiv(library: Library, paper_id: int, now: datetime) -> None:
    """The paper is not on arXiv; it is not looked for again."""
    paper = _paper(library, paper_id)
    match = Match(MatchState.NOT_ON_ARXIV, decided_by="person")
    with library.action("review", f"{_short(paper)} is not on arXiv", now) as writer:
        if paper.arxiv_id is not None:
            edits.forget_match(writer, paper.id, match)
        else:
            edits.set_match(writer, paper.id, match)


def _decide(library: Library, paper: Paper, match: Match, record: Record | None, now: datetime, what: str) -> int:
    with library.action("review", f"{_short(paper)} {what}", now) as writer:
        if record is not None and paper.arxiv_id not in (None, record.arxiv_id):
            edits.forget_match(writer, paper.id, replace(match, state=MatchState.UNRESOLVED))
        return edits.set_match(writer, paper.id, match, record)


def _short(paper: Paper) -> str:
    return f"“{paper.title[:50]}”"


def _paper(library: Library, paper_id: int) -> Paper:
    paper = papers.get(library, paper_id)
    if paper is None:
        raise WrongUsage(f"no paper p{paper_id}")
    return paper


def _identifier(text: str) -> str:
    identifier = parse_arxiv_id(text)
    if identifier is None:
        raise WrongUsage(f"{text!r} is not an arXiv id or the address of a paper")
    return identifier.id
