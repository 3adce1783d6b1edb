"""A paper as JSON, for scripts: the fields and their order are a promise (INTERFACE, "JSON of a paper")."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from readlist.paper import ListedDate, Match, MatchState, Paper, Sighting


def paper_json(paper: Paper) -> dict[str, object]:
    """One paper as JSON values. What is unknown is None, never guessed; times are in UTC, with a ``Z``."""
    return {
        "id": paper.short_id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": [{"name": each.name, "family": each.family, "given": each.given} for each in paper.authors],
        "arxiv_id": paper.arxiv_id,
        "arxiv_version": paper.arxiv_version,
        "published": paper.published.isoformat() if paper.published else None,
        "updated": paper.updated.isoformat() if paper.updated else None,
        "year": paper.year,
        "primary_category": paper.primary_category,
        "categories": list(paper.categories),
        "doi": paper.doi,
        "journal_ref": paper.journal_ref,
        "comment": paper.comment,
        "url": paper.url,
        "status": paper.status.value,
        "status_changed": utc(paper.status_changed),
        "tags": list(paper.tags),
        "note": paper.note,
        "citekey": paper.citekey,
        "added": utc(paper.added),
        "match": _match(paper.match),
        "priority": paper.priority,
        "sightings": [_sighting(each) for each in paper.sightings],
        "zotero": None
        if paper.zotero is None
        else {
            "library": paper.zotero.library,
            "key": paper.zotero.key,
            "version": paper.zotero.version,
            "synced": utc(paper.zotero.synced),
        },
    }


def export_json(papers: Iterable[Paper]) -> str:
    """An array of papers, readable and with a final newline."""
    return json.dumps([paper_json(paper) for paper in papers], ensure_ascii=False, indent=2) + "\n"


def utc(time: datetime) -> str:
    """``2026-11-20T09:00:00Z``. A time without a zone is taken as UTC, which is what the library keeps."""
    in_utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return in_utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def _match(match: Match) -> dict[str, object]:
    written: dict[str, object] = {
        "state": match.state.value,
        "score": match.score,
        "source": match.source,
        "decided_by": match.decided_by,
        "reasons": list(match.reasons),
    }
    if match.state is MatchState.REVIEW:
        written["candidates"] = [
            {"arxiv_id": each.arxiv_id, "title": each.title, "score": each.score, "reasons": list(each.reasons)}
            for each in match.candidates
        ]
    return written


def _sighting(sighting: Sighting) -> dict[str, object]:
    entry = sighting.entry
    return {
        "source": entry.source,
        "line": entry.line,
        "title": entry.title,
        "listed": _day(entry.listing),
        "listed_text": entry.listing.text if entry.listing else None,
        "date": _day(entry.date),
        "date_text": entry.date.text if entry.date else None,
        "author_count": entry.author_count,
        "organisation": {"handle": entry.organisation.handle, "name": entry.organisation.name}
        if entry.organisation
        else None,
        "comments": entry.comments,
    }


def _day(listed: ListedDate | None) -> str | None:
    return listed.date.isoformat() if listed and listed.date else None
