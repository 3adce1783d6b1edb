"""What a listing shows beside a record that it may be: what is equal, what is not, in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from readlist.actions.differences import Differences, differences
from readlist.identifiers import year_and_month
from readlist.library import Library, papers
from readlist.paper import Candidate, Entry, Paper, Record, long_date
from readlist.text import count, key

# As near as dates of listings usually are, days; versions of a paper gain or lose an author or two.
_NEAR_DAYS, _NEAR_AUTHORS = 3, 2
#: What the resolver says of numbers of authors.
_COUNTED = re.compile(r"[\d,]+ authors?(, record has [\d,]+)?")


class Agreement(StrEnum):
    """How two sides of a fact go together, with the sign for it (plain ASCII)."""

    EQUAL = "="
    NEAR = "~"
    DIFFERENT = "!"
    UNKNOWN = " "


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that both sides may tell; a side that does not is empty. ``note`` says how far they are apart."""

    name: str
    listed: str
    recorded: str
    agreement: Agreement
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A paper as it was listed, beside a record. ``entry``: the sighting that fits best, None for none.

    ``also_listed`` are its other titles. ``abstract_differences`` is None where a side has no abstract.
    """

    entry: Entry | None
    title: str
    also_listed: tuple[str, ...]
    abstract: str
    record_title: str
    record_abstract: str
    title_differences: Differences
    abstract_differences: Differences | None
    facts: tuple[Fact, ...]


def compare(
    paper: Paper,
    candidate: Candidate,
    record: Record | None,
    clean: Callable[[str], str] = str,
    clean_title: Callable[[str], str] | None = None,
) -> Comparison:
    """Set a paper beside a candidate (and its record, where that is known).

    ``clean`` makes text from outside fit to be shown, ``clean_title`` (otherwise the same) does so with titles;
    differences are places in the cleaned texts.
    """
    clean_title = clean_title or clean
    record_title = clean_title(record.title if record else candidate.title)
    record_abstract = clean(record.abstract) if record else ""
    entry, title, abstract, told = _best(paper, record_title, record_abstract, clean, clean_title)
    titles = {key(seen): seen for seen in (clean_title(sighting.entry.title) for sighting in paper.sightings)}
    titles.pop(key(title), None)
    return Comparison(
        entry=entry,
        title=title,
        also_listed=tuple(titles.values()),
        abstract=abstract,
        record_title=record_title,
        record_abstract=record_abstract,
        title_differences=differences(title, record_title),
        abstract_differences=told,
        facts=_facts(paper, entry, record, clean),
    )


def further_reasons(candidate: Candidate, found: Comparison) -> tuple[str, ...]:
    """The reasons for a score that the facts beside it do not tell: how many authors each side has stands there."""
    if not any(fact.name == "Authors" and fact.listed and fact.recorded for fact in found.facts):
        return candidate.reasons
    return tuple(reason for reason in candidate.reasons if not _COUNTED.fullmatch(reason))


def joins(library: Library, paper: Paper, arxiv_id: str) -> str:
    """What accepting a record would join: a sentence where it is another paper's already, else empty."""
    number = papers.holder(library, arxiv_id)
    twin = papers.get(library, number) if number not in (None, paper.id) else None
    if twin is None:
        return ""
    trashed = " in the trash" if twin.removed is not None else " in the list"
    return f"{arxiv_id} is {twin.short_id}{trashed} already: accepting it joins the two."


def _best(
    paper: Paper, title: str, abstract: str, clean: Callable[[str], str], clean_title: Callable[[str], str]
) -> tuple[Entry | None, str, str, Differences | None]:
    """The sighting that fits the record best, with its texts and how its abstract differs."""
    best: tuple[float, Entry | None, str, str, Differences | None] | None = None
    seen: dict[tuple[str, str], Entry] = {}
    for sighting in paper.sightings:
        seen.setdefault((clean_title(sighting.entry.title), clean(sighting.entry.abstract)), sighting.entry)
    told: dict[str, Differences | None] = {}
    for (listed, text), entry in seen.items() or {(clean_title(paper.title), clean(paper.abstract)): None}.items():
        if text not in told:
            told[text] = differences(text, abstract) if text and abstract else None
        found = told[text]
        fit = differences(listed, title).share + (found.share if found else 0.0)
        if best is None or fit > best[0]:
            best = (fit, entry, listed, text, found)
    assert best is not None
    return best[1:]


def _facts(paper: Paper, entry: Entry | None, record: Record | None, clean: Callable[[str], str]) -> tuple[Fact, ...]:
    return (_authors(paper, entry, record, clean), _date(entry, record))


def _authors(paper: Paper, entry: Entry | None, record: Record | None, clean: Callable[[str], str]) -> Fact:
    number = entry.author_count if entry else len(paper.authors) or None
    house = clean(entry.organisation.name or entry.organisation.handle) if entry and entry.organisation else ""
    listed = ", ".join(part for part in (count(number, "author") if number else "", house) if part)
    if record is None or not record.authors:
        return Fact("Authors", listed, "", Agreement.UNKNOWN)
    here = len(record.authors)
    names = ", ".join(clean(author.name) for author in record.authors[:4])
    recorded = f"{count(here, 'author')}: {names}" + (f" and {here - 4:,} more" if here > 4 else "")
    if not number:
        return Fact("Authors", listed, recorded, Agreement.UNKNOWN)
    if number == here:
        return Fact("Authors", listed, recorded, Agreement.EQUAL)
    agreement = Agreement.NEAR if abs(number - here) <= _NEAR_AUTHORS else Agreement.DIFFERENT
    return Fact("Authors", listed, recorded, agreement)


def _date(entry: Entry | None, record: Record | None) -> Fact:
    shown = entry.date or entry.listing if entry else None
    listed = f"listed {shown.shown}" if shown else ""
    if record is None:
        return Fact("Date", listed, "", Agreement.UNKNOWN)
    if record.published is None:
        year, month = year_and_month(record.arxiv_id)
        return Fact("Date", listed, f"its id is of {long_date(date(year, month, 1))[2:]}", Agreement.UNKNOWN)
    recorded = f"submitted {long_date(record.published)}"
    day = shown.date if shown and entry and entry.date else None
    if day is None:
        return Fact("Date", listed, recorded, Agreement.UNKNOWN)
    days = (day - record.published).days
    if days == 0:
        return Fact("Date", listed, recorded, Agreement.EQUAL, "the same day")
    note = f"listed {count(abs(days), 'day')} {'after' if days > 0 else 'before'}"
    return Fact("Date", listed, recorded, Agreement.NEAR if abs(days) <= _NEAR_DAYS else Agreement.DIFFERENT, note)
