"""The nouns: what readlist is about, as plain values.

An `Entry` is a paper as one dump shows it, a `Sighting` is an entry kept as evidence on its `Paper`, a `Record` is
what arXiv knows about a paper, and a `Match` ties paper and record together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from readlist.identifiers import abs_url, stand_in, year_and_month


class Status(StrEnum):
    """Read status: the five of the Zotero Reading List plugin."""

    NEW = "new"
    TO_READ = "to-read"
    READING = "reading"
    READ = "read"
    SKIPPED = "skipped"


#: How far reading has come, to keep the further one when two papers turn out to be one.
PROGRESS = {Status.NEW: 0, Status.SKIPPED: 1, Status.TO_READ: 2, Status.READING: 3, Status.READ: 4}


class MatchState(StrEnum):
    """What is known about which arXiv record a paper is."""

    UNRESOLVED = "unresolved"
    MATCHED = "matched"
    REVIEW = "review"
    NOT_FOUND = "not-found"
    NOT_ON_ARXIV = "not-on-arxiv"


class Author(NamedTuple):
    """A person or group; ``given`` is empty for groups and single names.

    A named tuple, for a library of 10,000 papers has 50,000 of them and a frozen dataclass takes three times as long.
    """

    name: str
    family: str
    given: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as a listing shows it in place of the authors."""

    handle: str
    name: str | None


def day_or_none(year: int, month: int, day: int) -> date | None:
    """A day, or None where that year has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def long_date(day: date) -> str:
    """A day as people write it, the same in every locale."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{day.day} {months[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class ListedDate:
    """A date as a listing shows it; ``year`` is None while nothing tells which year was left out."""

    month: int
    day: int
    year: int | None
    text: str

    @classmethod
    def of_day(cls, day: date) -> ListedDate:
        """A day that is known whole, as data names it."""
        return cls(day.month, day.day, day.year, day.isoformat())

    @property
    def date(self) -> date | None:
        """The whole date, or None without a year (or when that year has no such day)."""
        return None if self.year is None else day_or_none(self.year, self.month, self.day)

    @property
    def shown(self) -> str:
        """As the listing shows it, with the year that it left out where that is known: ``Sep 8, 2025``."""
        return self.text if self.date is None or str(self.year) in self.text else f"{self.text}, {self.year}"


@dataclass(frozen=True, slots=True)
class Given:
    """What a bibliography that a person keeps says of a paper, beyond title and abstract.

    ``doi`` is that of the publication, never arXiv's own; ``url`` an address that is no arXiv page. ``status`` and
    ``priority`` are None where the bibliography says nothing about them.
    """

    authors: tuple[Author, ...] = ()
    year: int | None = None
    doi: str | None = None
    url: str | None = None
    journal_ref: str | None = None
    citekey: str | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    status: Status | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What a person changed of a paper in another program. None: nothing about that was changed.

    An empty ``doi`` or ``abstract`` was taken away; ``year`` counts where no day of publication is known.
    """

    title: str | None = None
    abstract: str | None = None
    authors: tuple[Author, ...] | None = None
    published: date | None = None
    year: int | None = None
    doi: str | None = None
    url: str | None = None
    citekey: str | None = None
    status: Status | None = None
    status_changed: datetime | None = None
    tags_added: tuple[str, ...] = ()
    tags_dropped: tuple[str, ...] = ()
    note: str | None = None
    removed: bool | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper as one dump shows it, and where it stood. ``line`` counts from 1."""

    title: str
    abstract: str
    source: str
    line: int
    author_count: int | None = None
    organisation: Organisation | None = None
    date: ListedDate | None = None
    comments: int | None = None
    listing: ListedDate | None = None
    arxiv_id: str | None = None
    given: Given | None = None

    @property
    def id_only(self) -> bool:
        """Whether nothing but its arXiv id is known: the title stands in for one."""
        return self.arxiv_id is not None and self.title == stand_in(self.arxiv_id)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry kept as evidence on its paper."""

    id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Record:
    """What arXiv says about one paper. Dates are days in UTC; unknown values are None, never guessed."""

    arxiv_id: str
    title: str
    abstract: str
    authors: tuple[Author, ...] = ()
    version: int | None = None
    published: date | None = None
    updated: date | None = None
    categories: tuple[str, ...] = ()
    doi: str | None = None
    journal_ref: str | None = None
    comment: str | None = None

    @property
    def primary_category(self) -> str | None:
        return self.categories[0] if self.categories else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a paper may be; ``score`` is a probability, ``reasons`` are sentences for people."""

    arxiv_id: str
    title: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Which record a paper is: how sure, why, and who decided."""

    state: MatchState = MatchState.UNRESOLVED
    score: float | None = None
    source: str | None = None
    decided_by: str | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoteroLink:
    """The Zotero item that a paper is kept in step with."""

    library: str
    key: str
    version: int
    synced: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """One work in the list. ``added``, ``status_changed`` and ``removed`` are UTC times."""

    id: int
    title: str
    abstract: str
    added: datetime
    status_changed: datetime
    authors: tuple[Author, ...] = ()
    arxiv_id: str | None = None
    arxiv_version: int | None = None
    published: date | None = None
    updated: date | None = None
    given_year: int | None = None
    categories: tuple[str, ...] = ()
    doi: str | None = None
    journal_ref: str | None = None
    comment: str | None = None
    given_url: str | None = None
    status: Status = Status.NEW
    tags: tuple[str, ...] = ()
    note: str = ""
    citekey: str | None = None
    priority: int = 0
    match: Match = field(default_factory=Match)
    by_hand: bool = False
    removed: datetime | None = None
    sightings: tuple[Sighting, ...] = ()
    zotero: ZoteroLink | None = None

    @property
    def short_id(self) -> str:
        return f"p{self.id}"

    @property
    def year(self) -> int | None:
        """Year of first publication: from the record's dates, else from the arXiv id, else as given by hand."""
        if self.published is not None:
            return self.published.year
        if self.arxiv_id is not None:
            return year_and_month(self.arxiv_id)[0]
        return self.given_year

    @property
    def month(self) -> int | None:
        """Month of first publication, known as `year` is."""
        if self.published is not None:
            return self.published.month
        return year_and_month(self.arxiv_id)[1] if self.arxiv_id is not None else None

    @property
    def primary_category(self) -> str | None:
        return self.categories[0] if self.categories else None

    @property
    def url(self) -> str | None:
        return abs_url(self.arxiv_id) if self.arxiv_id is not None else self.given_url

    @property
    def citable(self) -> bool:
        """Known well enough for a bibliography: a record was found, or a person typed it in."""
        return self.arxiv_id is not None or self.by_hand
