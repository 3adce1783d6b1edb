"""Looking records up again: preprints that were published since, new versions, withdrawals.

Looking and taking over are two steps, so that a person sees what would change before it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from readlist.actions.progress import Progress, Report, silent
from readlist.actions.resolving import Service, open_snapshot
from readlist.errors import WrongUsage
from readlist.library import Library, edits, papers
from readlist.paper import MatchState, Paper, Record, long_date
from readlist.resolver.question import Question
from readlist.text import collapse, count, key

#: The tag that marks papers whose authors took them back.
WITHDRAWN = "withdrawn"
_WITHDRAWN = re.compile(
    r"(?:paper|article|submission|manuscript|work|preprint|version|it)\s+(?:has\s+been|have\s+been|was|is)\s+"
    r"(?:being\s+|now\s+|temporarily\s+)?withdrawn|\bwithdrawn\s+by\b|^\W*withdrawn\b|\bwithdraw(?:n|al)\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a paper's record says now that it did not say before: ``told`` in sentences, the most important first."""

    paper_id: int
    title: str
    record: Record
    told: tuple[str, ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Refresh:
    """What looking again found. ``asked``: papers looked up; ``unknown``: short ids whose arXiv id has no record.

    ``without``: papers of the query that have no record to look up. ``failed`` papers could not be asked about, ``why``
    in the service's words.
    """

    asked: int
    changes: tuple[Change, ...]
    unknown: tuple[str, ...] = ()
    without: int = 0
    failed: int = 0
    why: str = ""
    requests: int = 0


def look_again(
    library: Library,
    now: datetime,
    *,
    query: str = "",
    source: str = "api",
    snapshot: Path,
    service: Callable[[], AbstractContextManager[Service]],
    report: Report = silent,
) -> Refresh:
    """Look the records of matched papers up by their ids and compare; changes nothing.

    ``source``: ``api`` (a hundred ids in one request) or ``snapshot``. Raises `LibraryError` where there is no
    snapshot, `WrongUsage` for an unknown source.
    """
    if source not in {"api", "snapshot"}:
        raise WrongUsage(f"no source {source!r}; there are api, snapshot")
    chosen = papers.many(library, papers.ids(library, query, now=now, sort="id"), evidence=False)
    known = {paper.arxiv_id: paper for paper in chosen if paper.arxiv_id is not None}
    without = len(chosen) - len(known)
    if not known:
        return Refresh(0, (), without=without)
    found: dict[str, Record] = {}
    failed: list[str] = []
    requests = 0
    if source == "snapshot":
        with open_snapshot(snapshot) as index:
            found = index.by_ids(known)
    else:
        with service() as client:
            questions = [Question(paper.id, (), arxiv_id=arxiv_id) for arxiv_id, paper in known.items()]
            for answer in client.look_up(questions):
                failed += [answer.failed] if answer.failed else []
                found.update((record.arxiv_id, record) for record in answer.records)
            requests = client.requests
    report(Progress("refresh", len(found), len(known)))
    changes = (_compared(paper, found[arxiv_id]) for arxiv_id, paper in known.items() if arxiv_id in found)
    unknown = () if failed else tuple(paper.short_id for arxiv_id, paper in known.items() if arxiv_id not in found)
    return Refresh(
        asked=len(known),
        changes=tuple(change for change in changes if change is not None),
        unknown=unknown,
        without=without,
        failed=len(failed),
        why=failed[0] if failed else "",
        requests=requests,
    )


def take_over(library: Library, changes: Sequence[Change], now: datetime) -> int:
    """Take the records over, as one step of undo; returns how many papers changed.

    Citation keys, statuses, tags and notes stay; what a record no longer says is kept; withdrawn papers get the tag
    ``withdrawn`` and keep the abstract that they had.
    """
    changed = 0
    with library.action("refresh", "", now) as writer:
        for change in changes:
            paper = papers.get(library, change.paper_id)
            # Since it was compared, the paper may be gone or be another record.
            if paper is None or paper.arxiv_id != change.record.arxiv_id:
                continue
            record = change.record
            if change.withdrawn:
                record = replace(record, abstract=paper.abstract or record.abstract)
                edits.change_tags(writer, [paper.id], [WITHDRAWN], [])
            edits.renew_record(writer, paper.id, record)
            changed += 1
        writer.summary = f"refreshed {count(changed, 'record')}"
    return changed


def _compared(paper: Paper, record: Record) -> Change | None:
    """What the record says that the paper does not; None for nothing new and for an older record."""
    if paper.match.state is not MatchState.MATCHED or _is_older(record, paper):
        return None
    withdrawn = is_withdrawn(record)
    told = tuple(_told(paper, record, withdrawn))
    return Change(paper.id, paper.title, record, told, withdrawn) if told else None


def _is_older(record: Record, paper: Paper) -> bool:
    """A snapshot may know less than we do."""
    if record.version is not None and paper.arxiv_version is not None:
        return record.version < paper.arxiv_version
    return record.updated is not None and paper.updated is not None and record.updated < paper.updated


def is_withdrawn(record: Record) -> bool:
    """Whether the authors say that they took the paper back: arXiv has no flag for it, only words."""
    return _WITHDRAWN.search(record.comment or "") is not None or _WITHDRAWN.search(record.abstract[:200]) is not None


def _told(paper: Paper, record: Record, withdrawn: bool) -> Iterator[str]:
    if withdrawn and WITHDRAWN not in {tag.casefold() for tag in paper.tags}:
        yield f"withdrawn: {collapse(record.comment or record.abstract)[:100]}"
    published = [record.journal_ref] if _is_news(record.journal_ref, paper.journal_ref) else []
    published += [f"DOI {record.doi}"] if _is_news(record.doi, paper.doi) else []
    if published:
        yield f"published: {', '.join(collapse(part or '') for part in published)}"
    if record.version is not None and record.version != paper.arxiv_version:
        day = f" of {long_date(record.updated)}" if record.updated else ""
        before = f", was {paper.arxiv_version}" if paper.arxiv_version is not None else ""
        yield f"version {record.version}{day}{before}"
    if _is_news(record.title, paper.title):
        yield f"title: {collapse(record.title)}"
    if _is_news(*(" ".join(author.name for author in one.authors) for one in (record, paper))):
        yield f"authors: {', '.join(author.name for author in record.authors[:3])}" + (
            f" and {len(record.authors) - 3:,} more" if len(record.authors) > 3 else ""
        )
    if _is_news(record.comment, paper.comment) and not withdrawn:
        # Authors write here where they were accepted: their word, and no reference that could be cited.
        yield f"comment: {collapse(record.comment or '')}"
    if _is_news(record.abstract, paper.abstract) and not withdrawn:
        yield "abstract revised"
    if record.categories and record.categories != paper.categories:
        yield f"categories: {' '.join(record.categories)}"


def _is_news(now: str | None, before: str | None) -> bool:
    """Whether there is something else now; TeX or Unicode, case and blanks are how sources differ, and no news."""
    return bool(now) and key(now or "") != key(before or "")
