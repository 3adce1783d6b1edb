"""Dates as listings show them, and the year that they leave out.

The site shows "Jan 15, 2024" and leaves out the year when it is the year of the listing ("May 17").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from readlist.paper import ListedDate, day_or_none

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: ``Jan 15, 2024``, ``Jan 15, 2024 8`` (with a discussion count behind), ``May 17``, ``Jan 4 6``.
DATE_LINE = re.compile(
    r"(?P<text>(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? (?P<day>\d{1,2})"
    r"(?:, (?P<year>\d{4}))?)(?: (?P<comments>\d[\d,]*))?"
)
# A leap year: a day that no year has is found out without knowing the year.
_LEAP_YEAR = 2024


def read_date(found: re.Match[str]) -> ListedDate | None:
    """The date in a match of `DATE_LINE`; None for a day that does not exist, such as Feb 30."""
    month = _MONTHS.index(found["month"].lower()) + 1
    year = int(found["year"]) if found["year"] else None
    if day_or_none(year or _LEAP_YEAR, month, int(found["day"])) is None:
        return None
    return ListedDate(month, int(found["day"]), year, found["text"])


def listing_year(listed: ListedDate, shown_years: Iterable[int], today: date) -> int | None:
    """The year of a listing: later than every year it shows and not after today, where that leaves exactly one.

    None where several years would do or none: it is never guessed.
    """
    if listed.year is not None:
        return listed.year
    latest = max(shown_years, default=None)
    if latest is None:
        return None
    years = [
        year
        for year in range(latest + 1, today.year + 1)
        if (day := day_or_none(year, listed.month, listed.day)) is not None and day <= today
    ]
    return years[0] if len(years) == 1 else None


def in_year(day: ListedDate, year: int | None, today: date) -> ListedDate:
    """A date without a year in the year of its listing, unless that day does not exist or is still to come."""
    if day.year is not None or year is None:
        return day
    whole = day_or_none(year, day.month, day.day)
    return day if whole is None or whole > today else ListedDate(day.month, day.day, year, day.text)
