"""From the bytes of an answer to records, or to the fault that it shows.

The feed parser of the ``arxiv`` package reads the entries. It repairs what is broken and skips what it does not
understand, which would make half a record of a cut-off one; so everything is looked through strictly before.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import arxiv
from arxiv import _feed

from readlist.identifiers import ArxivId, normalise_doi, parse_arxiv_id
from readlist.names import split_name
from readlist.paper import Record
from readlist.resolver.arxiv_api import strictly
from readlist.resolver.arxiv_api.faults import Passing, Refused
from readlist.text import collapse

# The package tells of entries that it skips on standard error, which is ours; we find them by ourselves.
_LOGGER = logging.getLogger("arxiv")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False

_ATOM = "{http://www.w3.org/2005/Atom}"
# Errors that say that the request is wrong, as opposed to those that say that the service is.
_OUR_MISTAKE = re.compile(r"incorrect id format|invalid query|must be|must not|malformed|syntax", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer: its distinct records, how many results the service counts, where the page starts.

    ``missing`` says how many entries the page should have had more than it has; ``unread`` are the arXiv ids of entries
    that are not whole (empty where even the id is missing), which count as missing; ``cached``: it is one of the last
    day.
    """

    records: tuple[Record, ...]
    total: int
    start: int
    missing: int
    unread: tuple[str, ...] = ()
    cached: bool = False

    @property
    def whole(self) -> bool:
        """Nothing is missing and something is there: fit to be kept for a day."""
        return not self.missing and bool(self.records)

    @property
    def gap(self) -> str:
        """What is not right with the page, as a sentence; empty where nothing is."""
        if self.unread:
            return f"arXiv sent an entry that is not whole ({self.unread[0] or 'one without an id'})"
        whole = self.missing + len(self.records)
        return f"arXiv's answer lacks {self.missing:,} of {whole:,} entries" if self.missing else ""

    @property
    def more(self) -> bool:
        """The service has further results behind this page."""
        return self.total > self.start + len(self.records) + self.missing


def read_page(content: bytes, *, start: int, max_results: int) -> Page:
    """Read an answer that came with status 200 for these parameters.

    Raises Passing for what is no feed or not all of one, and Refused for an error entry about the request.
    """
    feed, content = _strict(content)
    entries = feed.findall(f"{_ATOM}entry")
    message = _error_in(entries)
    if message is not None and _OUR_MISTAKE.search(message):
        raise Refused(f"arXiv refused the query: {message}")
    if message is not None:
        raise Passing(f"arXiv reported an error: {message}", perhaps_ours=True)
    try:
        parsed = _feed.parse(content)
    except (ValueError, TypeError, OverflowError) as error:
        raise Passing(f"arXiv's answer has an entry that cannot be read ({error})", perhaps_ours=True) from error
    records = distinct(record for result in parsed.results if (record := to_record(result)) is not None)
    total = parsed.header.total_results
    expected = max(min(total - start, max_results), 0)
    unread = tuple(_unread(entries, {record.arxiv_id for record in records}))
    return Page(records, total, start, max(expected - len(records), len(unread)), unread)


def error_message(content: bytes) -> str:
    """What an error feed says, or the empty string when the answer is none."""
    try:
        feed, _ = _strict(content)
    except Passing:
        return ""
    return _error_in(feed.findall(f"{_ATOM}entry")) or ""


def _strict(content: bytes) -> tuple[Any, bytes]:
    return strictly.parse(content, f"{_ATOM}feed", "a feed")


def _error_in(entries: list[Any]) -> str | None:
    """The message of an error entry: one paper called "Error" to whoever does not look."""
    for entry in entries:
        title = collapse(entry.findtext(f"{_ATOM}title") or "")
        identifier = entry.findtext(f"{_ATOM}id") or ""
        if "/api/errors" in identifier or (title == "Error" and entry.find(f"{_ATOM}published") is None):
            return collapse(entry.findtext(f"{_ATOM}summary") or "") or "no reason given"
    return None


def _unread(entries: list[Any], read: set[str]) -> Iterator[str]:
    """The ids of the entries that did not become a record though they are arXiv's."""
    for entry in entries:
        name = collapse(entry.findtext(f"{_ATOM}id") or "")
        identifier = _identifier(name)
        if not name or (identifier is not None and identifier.id not in read):
            yield identifier.id if identifier else ""


def _identifier(entry_id: str) -> ArxivId | None:
    # Old ids hold a slash, so the id is what stands behind /abs/.
    return parse_arxiv_id(entry_id.strip().rpartition("/abs/")[2])


def distinct(records: Iterable[Record]) -> tuple[Record, ...]:
    """Each paper once, in its highest version."""
    known: dict[str, Record] = {}
    for record in records:
        other = known.get(record.arxiv_id)
        if other is None or (record.version or 0) > (other.version or 0):
            known[record.arxiv_id] = record
    return tuple(known.values())


def to_record(result: arxiv.Result) -> Record | None:
    """An entry as a record, or None when its id is not one of arXiv's or something is missing that each paper has."""
    identifier = _identifier(result.entry_id)
    title = collapse(result.title or "")
    names = [collapse(author.name or "") for author in result.authors]
    if identifier is None or not title or not names or not all(names):
        return None
    first = collapse(result.primary_category or "")
    categories = dict.fromkeys(c for c in (first, *(collapse(term) for term in result.categories)) if c)
    doi = (result.doi or "").split()
    return Record(
        arxiv_id=identifier.id,
        title=title,
        abstract=collapse(result.summary or ""),
        authors=tuple(split_name(name) for name in names),
        version=identifier.version,
        published=result.published.date(),
        updated=result.updated.date(),
        categories=tuple(categories),
        doi=normalise_doi(doi[0]) if doi else None,
        journal_ref=collapse(result.journal_ref or "") or None,
        comment=collapse(result.comment or "") or None,
    )
