"""A person's decision on a doubtful match. The resolver never overwrites it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from readlist.errors import WrongUsage
from readlist.identifiers import parse_arxiv_id
from readlist.library import Library, edits, papers, zotero_tables
from readlist.paper import Match, MatchState, Paper, Record
from readlist.text import count

#: Looks one record up by its arXiv id; None when there is none. Raises `ServiceError` when it cannot be asked.
Fetch = Callable[[str], Record | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided. ``paper_id``: the paper that stays; ``joined``: the one that it took in, if any.

    ``told`` says it behind the name of the paper: ``is 2401.07519, joined with p12: 2 sightings, note kept``.
    """

    paper_id: int
    title: str
    told: str
    joined: int | None = None

    @property
    def sentence(self) -> str:
        """What was decided on which paper, by its title."""
        return f"{_short(self.title)} {self.told}"


def accept(library: Library, paper_id: int, arxiv_id: str | None, now: datetime, fetch: Fetch) -> Decision:
    """Accept a candidate: the best one, if none is named.

    Raises `WrongUsage` when the paper has no candidates, or not that one.
    """
    paper = _paper(library, paper_id)
    short = paper.short_id
    if not paper.match.candidates:
        raise WrongUsage(f"{short} is not in review; readlist review set {short} ARXIV_ID sets a record")
    wanted = paper.match.candidates[0].arxiv_id if arxiv_id is None else _identifier(arxiv_id)
    candidate = next((one for one in paper.match.candidates if one.arxiv_id == wanted), None)
    if candidate is None:
        known = ", ".join(one.arxiv_id for one in paper.match.candidates)
        raise WrongUsage(
            f"{wanted} is no candidate of {short} (they are {known}); "
            f"readlist review set {short} {wanted} sets it all the same"
        )
    record = fetched(library, wanted, now, fetch)
    if record is None:
        raise WrongUsage(f"no record of {wanted} was found; {short} stays in review")
    match = Match(MatchState.MATCHED, candidate.score, paper.match.source, "person", candidate.reasons)
    return _take(library, paper, match, record, now)


def set_record(library: Library, paper_id: int, arxiv_id: str, now: datetime, fetch: Fetch) -> Decision:
    """Say which arXiv paper it is, whatever the resolver thinks. Raises `WrongUsage` where there is none of that id."""
    paper = _paper(library, paper_id)
    record = look_up(library, arxiv_id, now, fetch)
    match = Match(MatchState.MATCHED, 1.0, paper.match.source, "person", ("a person said so",))
    return _take(library, paper, match, record, now)


def look_up(library: Library, typed: str, now: datetime, fetch: Fetch) -> Record:
    """The record that a typed id or address names. Raises `WrongUsage` where there is none."""
    wanted = _identifier(typed)
    record = fetched(library, wanted, now, fetch)
    if record is None:
        raise WrongUsage(f"no record of {wanted} was found")
    return record


def fetched(library: Library, arxiv_id: str, now: datetime, fetch: Fetch) -> Record | None:
    """A record by its id: kept here already, or fetched and kept; None where there is none."""
    known = papers.candidate_record(library, arxiv_id)
    if known is not None:
        return known
    record = fetch(arxiv_id)
    if record is not None:
        papers.keep_records(library, [record], now)
    return record


def reject(library: Library, paper_id: int, now: datetime) -> Decision:
    """None of the candidates is the paper; or the record that it was matched to is another paper's.

    It is not looked for again; `set_record` can still name a record. A record that it had is forgotten, its citation
    key stays: a document may cite it already. Raises `WrongUsage` where there is nothing to reject.
    """
    paper = _paper(library, paper_id)
    match = Match(MatchState.NOT_FOUND, decided_by="person")
    if paper.match.state is MatchState.REVIEW:
        rejected = ", ".join(one.arxiv_id for one in paper.match.candidates)
        match = replace(match, reasons=(f"a person said it is none of {rejected}",))
        return _without_record(library, paper, match, now, "is none of the candidates")
    if paper.arxiv_id is None:
        raise WrongUsage(f"{paper.short_id} is not in review and has no record: there is nothing to reject")
    match = replace(match, reasons=(f"a person said it is not {paper.arxiv_id}",))
    return _without_record(library, paper, match, now, f"is not {paper.arxiv_id}")


def not_on_arxiv(library: Library, paper_id: int, now: datetime) -> Decision:
    """The paper is not on arXiv; it is not looked for again."""
    paper = _paper(library, paper_id)
    match = Match(MatchState.NOT_ON_ARXIV, decided_by="person")
    return _without_record(library, paper, match, now, "is not on arXiv")


def _without_record(library: Library, paper: Paper, match: Match, now: datetime, what: str) -> Decision:
    if paper.arxiv_id is not None and _known_by_id_only(paper):
        raise WrongUsage(
            f"{paper.short_id} was imported as arXiv:{paper.arxiv_id} and is known by nothing else; "
            f"readlist review set {paper.short_id} ARXIV_ID corrects it, readlist remove {paper.short_id} removes it"
        )
    with library.action("review", f"{_short(paper.title)} {what}", now) as writer:
        if paper.arxiv_id is not None:
            edits.forget_match(writer, paper.id, match)
        else:
            edits.set_match(writer, paper.id, match)
    if paper.arxiv_id is not None and paper.citekey:
        what += f"; its citation key {paper.citekey} stays"
    return Decision(paper.id, paper.title, what)


def _known_by_id_only(paper: Paper) -> bool:
    entries = [sighting.entry for sighting in paper.sightings]
    return bool(entries) and all(entry.id_only for entry in entries)


def _take(library: Library, paper: Paper, match: Match, record: Record, now: datetime) -> Decision:
    told = f"is {record.arxiv_id}"
    with library.action("review", f"{_short(paper.title)} {told}", now) as writer:
        number = papers.holder(library, record.arxiv_id)
        twin = papers.get(library, number) if number is not None and number != paper.id else None
        if paper.arxiv_id not in (None, record.arxiv_id):
            edits.forget_match(writer, paper.id, replace(match, state=MatchState.UNRESOLVED))
        stays = edits.set_match(writer, paper.id, match, record)
        if twin is None:
            return Decision(stays, paper.title, told)
        told += f", joined with {_joined(library, paper, twin, stays)}"
        writer.summary = f"{_short(paper.title)} is {record.arxiv_id}, joined with {twin.short_id}"
    return Decision(stays, paper.title, told, paper.id if stays == twin.id else twin.id)


def _joined(library: Library, paper: Paper, twin: Paper, stays: int) -> str:
    """What became of two papers that are one, in words."""
    goes = twin.id if stays == paper.id else paper.id
    name = twin.short_id + (", which was in the trash" if twin.removed is not None else "")
    sightings = len(paper.sightings) + len(twin.sightings)
    kept = [count(sightings, "sighting")]
    if paper.tags or twin.tags:
        kept.append("tags")
    if paper.note or twin.note:
        kept.append("notes" if paper.note and twin.note else "note")
    told = f"{name}: {', '.join(kept)} kept"
    # The item of the paper that went stays remembered under its old number: it is never taken for a new one.
    doubled = zotero_tables.item_keys(library, goes)
    if doubled:
        told += f"; Zotero has it twice, item {', '.join(doubled)} is no longer kept in step"
    return told


def _short(title: str) -> str:
    return f"“{title if len(title) <= 50 else title[:49].rstrip() + '…'}”"


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
