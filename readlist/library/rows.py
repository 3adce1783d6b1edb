"""Between table rows and the nouns: the only place that knows how a value is spelled in the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from readlist.paper import (
    Author,
    Candidate,
    Entry,
    ListedDate,
    Match,
    MatchState,
    Organisation,
    Paper,
    Record,
    Sighting,
    Status,
    ZoteroLink,
)
from readlist.text import collapse, key

Values = dict[str, Any]


def time_text(moment: datetime) -> str:
    """A time as it stands in the file: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=1024)
def read_time(text: str) -> datetime:
    """A time from the file; the papers of one import share theirs."""
    return datetime.fromisoformat(text)


# Made once: json.dumps makes one each time, which takes as long as the work itself.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: object) -> str:
    return _ENCODER.encode(value)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


#: The columns that `paper_from` takes, in its order: named access costs a third of the time to read 10,000 papers.
PAPER_COLUMNS = (
    "id, title, abstract, added, status_changed, authors, arxiv_id, arxiv_version, published, updated, year, "
    "categories, doi, journal_ref, comment, url, status, tags, note, citekey, priority, by_hand, removed, "
    "match_state, match_score, match_source, match_decided_by, match_reasons, match_candidates"
)
_STATUS = {str(status): status for status in Status}
_STATE = {str(state): state for state in MatchState}


def paper_from(row: sqlite3.Row, sightings: Iterable[Sighting] = (), zotero: ZoteroLink | None = None) -> Paper:
    """A paper from a row of `PAPER_COLUMNS`, with what stands in other tables."""
    (
        number, title, abstract, added, status_changed, authors, arxiv_id, arxiv_version, published, updated, year,
        categories, doi, journal_ref, comment, url, status, tags, note, citekey, priority, by_hand, removed,
        state, score, source, decided_by, reasons, shown,
    ) = row  # fmt: skip
    return Paper(
        id=number,
        title=title,
        abstract=abstract,
        added=read_time(added),
        status_changed=read_time(status_changed),
        authors=tuple(map(Author._make, json.loads(authors))),
        arxiv_id=arxiv_id,
        arxiv_version=arxiv_version,
        published=_day(published),
        updated=_day(updated),
        given_year=year if arxiv_id is None else None,
        categories=_strings(categories),
        doi=doi,
        journal_ref=journal_ref,
        comment=comment,
        given_url=url,
        status=_STATUS[status],
        tags=_strings(tags),
        note=note,
        citekey=citekey,
        priority=priority,
        match=Match(_STATE[state], score, source, decided_by, _strings(reasons), candidates(shown)),
        by_hand=bool(by_hand),
        removed=read_time(removed) if removed else None,
        sightings=tuple(sightings),
        zotero=zotero,
    )


@lru_cache(maxsize=4096)
def _strings(text: str) -> tuple[str, ...]:
    """A JSON list of strings; tags, categories and reasons repeat from paper to paper."""
    return tuple(json.loads(text))


def candidates(text: str) -> tuple[Candidate, ...]:
    """The candidates of a doubtful match, best first, from their column."""
    if text == "[]":
        return ()
    return tuple(Candidate(identifier, title, score, tuple(why)) for identifier, title, score, why in json.loads(text))


def match_values(match: Match) -> Values:
    return {
        "match_state": str(match.state),
        "match_score": match.score,
        "match_source": match.source,
        "match_decided_by": match.decided_by,
        "match_reasons": to_json(match.reasons),
        "match_candidates": to_json([[c.arxiv_id, c.title, c.score, c.reasons] for c in match.candidates]),
    }


def record_values(record: Record) -> Values:
    """The columns of a paper that its record fills. ``year`` follows from dates or id, as `Paper.year` does."""
    at = datetime(1970, 1, 1, tzinfo=UTC)
    year = Paper(0, "", "", at, at, arxiv_id=record.arxiv_id, published=record.published).year
    return {
        "title": record.title,
        "title_key": key(record.title),
        "abstract": record.abstract,
        "authors": authors_text(record.authors),
        "arxiv_id": record.arxiv_id,
        "arxiv_version": record.version,
        "published": _day_text(record.published),
        "updated": _day_text(record.updated),
        "year": year,
        "categories": to_json(record.categories),
        "doi": record.doi,
        "journal_ref": record.journal_ref,
        "comment": record.comment,
    }


def authors_text(authors: Iterable[Author]) -> str:
    return to_json([[author.name, author.family, author.given] for author in authors])


def tags_text(tags: Iterable[str]) -> str:
    """The column of tags: sorted, each once whatever its case."""
    unique: dict[str, str] = {}
    for tag in tags:
        unique.setdefault(tag.casefold(), tag)
    return to_json(sorted(unique.values(), key=str.casefold))


def record_text(record: Record) -> str:
    """A record as JSON, for the table of candidates."""
    return to_json(
        {
            "arxiv_id": record.arxiv_id,
            "title": record.title,
            "abstract": record.abstract,
            "authors": [[author.name, author.family, author.given] for author in record.authors],
            "version": record.version,
            "published": _day_text(record.published),
            "updated": _day_text(record.updated),
            "categories": record.categories,
            "doi": record.doi,
            "journal_ref": record.journal_ref,
            "comment": record.comment,
        }
    )


def record_from(text: str) -> Record:
    """A record from that JSON."""
    data: Mapping[str, Any] = json.loads(text)
    return Record(
        **{
            **data,
            "authors": tuple(Author(*parts) for parts in data["authors"]),
            "published": _day(data["published"]),
            "updated": _day(data["updated"]),
            "categories": tuple(data["categories"]),
        }
    )


def fingerprint(entry: Entry) -> str:
    """Equal for the same text under the same listing month and day, whatever file it stands in."""
    listed = entry.listing
    organisation = entry.organisation
    parts = [
        f"{listed.month}-{listed.day}" if listed else "",
        collapse(entry.title),
        collapse(entry.abstract),
        str(entry.author_count or ""),
        f"{organisation.handle} {organisation.name or ''}" if organisation else "",
        entry.date.text if entry.date else "",
        "" if entry.comments is None else str(entry.comments),
        entry.arxiv_id or "",
    ]
    if entry.given is not None:
        # What a person changed in a bibliography is news about the paper.
        parts.append(repr(entry.given))
    from hashlib import blake2b

    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def sighting_values(entry: Entry, paper_id: int, now: datetime) -> Values:
    """The columns of an entry that is kept as a sighting."""
    organisation, day, listed = entry.organisation, entry.date, entry.listing
    return {
        "paper_id": paper_id,
        "fingerprint": fingerprint(entry),
        "title_key": key(entry.title),
        "source": entry.source,
        "line": entry.line,
        "title": entry.title,
        "abstract": entry.abstract,
        "arxiv_id": entry.arxiv_id,
        "author_count": entry.author_count,
        "organisation_handle": organisation.handle if organisation else None,
        "organisation_name": organisation.name if organisation else None,
        "comments": entry.comments,
        "date_month": day.month if day else None,
        "date_day": day.day if day else None,
        "date_year": day.year if day else None,
        "date_text": day.text if day else None,
        "listed_month": listed.month if listed else None,
        "listed_day": listed.day if listed else None,
        "listed_year": listed.year if listed else None,
        "listed_text": listed.text if listed else None,
        "seen": time_text(now),
    }


def sighting_from(row: sqlite3.Row) -> Sighting:
    """A sighting from its row."""
    organisation = None
    if row["organisation_handle"] is not None:
        organisation = Organisation(row["organisation_handle"], row["organisation_name"])
    entry = Entry(
        title=row["title"],
        abstract=row["abstract"],
        source=row["source"],
        line=row["line"],
        author_count=row["author_count"],
        organisation=organisation,
        date=_listed_date(row, "date"),
        comments=row["comments"],
        listing=_listed_date(row, "listed"),
        arxiv_id=row["arxiv_id"],
    )
    return Sighting(row["id"], entry)


def _listed_date(row: sqlite3.Row, prefix: str) -> ListedDate | None:
    if row[f"{prefix}_month"] is None:
        return None
    return ListedDate(row[f"{prefix}_month"], row[f"{prefix}_day"], row[f"{prefix}_year"], row[f"{prefix}_text"])
