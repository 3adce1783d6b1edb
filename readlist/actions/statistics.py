"""Counts over the library and its journal, and the charts that both faces show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from readlist.library import Library, figures, papers
from readlist.library.figures import week_of
from readlist.paper import Status
from readlist.text import count

#: Weeks that charts go back, this one included.
WEEKS = 12
#: Weeks that a pace is taken from, this one included.
PACE_WEEKS = 4
#: Before so many days of use there is no pace to tell: the first import is most of what was done.
_EARLY = 7
#: Bars of one chart.
_MOST = 20
#: How old what waits in the inbox is, in days: the first limit that is not passed.
_AGES = ((0, "today"), (6, "this week"), (13, "1 to 2 weeks"), (27, "2 to 4 weeks"), (91, "1 to 3 months"))
_OLDER = "older"
_TOO_EARLY = "the pace is told after a week of use"


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of papers. Weeks are ISO weeks (2026-W47), oldest first; ``decided`` counts verdicts, not papers.

    ``weeks`` are the last twelve; ``over_time``: papers of each read status at the end of each of these, as far as the
    journal tells. ``priorities``: those not read yet, and all. ``waiting``: days that the new papers wait, the median
    and the most; ``days_to_read``: days from import to read, the median. None where there is nothing to tell from.
    ``pace_days``: the days that a pace is taken from, none before the library was used for a week.
    """

    total: int
    trash: int
    status: dict[str, int]
    match: dict[str, int]
    added: dict[str, int]
    decided: dict[str, int]
    read: dict[str, int]
    weeks: tuple[str, ...]
    over_time: dict[str, tuple[int, ...]]
    categories: dict[str, int]
    tags: dict[str, int]
    priorities: dict[int, tuple[int, int]]
    inbox_age: dict[str, int]
    waiting: tuple[int, int] | None
    days_to_read: int | None
    pace_days: int

    def pace(self, weeks: Mapping[str, int]) -> float | None:
        """How many a week, over the last four or as many as the library is in use; None where it is too early."""
        if not self.pace_days:
            return None
        return sum(weeks.get(week, 0) for week in self.weeks[-PACE_WEEKS:]) * 7 / self.pace_days

    @property
    def pace_over(self) -> str:
        """What a pace is taken from, in words."""
        return f"over {count(round(self.pace_days / 7), 'week')}"


def statistics(library: Library, today: date) -> Statistics:
    """Count papers by status, match, week, category, tag and priority."""
    counts = papers.counts(library)
    status = {str(status): number for status, number in counts.status.items()}
    added = figures.added_by_week(library)
    weeks = tuple(week_of(today - timedelta(weeks=back)) for back in reversed(range(WEEKS)))
    ages = {(today - day).days: number for day, number in figures.inbox_days(library).items()}
    return Statistics(
        total=counts.total,
        trash=counts.trash,
        status=status,
        match={str(state): number for state, number in counts.match.items()},
        added=added,
        decided=figures.decided_by_week(library),
        read=figures.read_by_week(library),
        weeks=weeks,
        over_time=_over_time(status, added, figures.moves_by_week(library), weeks),
        categories=figures.category_counts(library),
        tags=papers.tag_counts(library),
        priorities=dict.fromkeys((3, 2, 1, 0), (0, 0)) | figures.priority_counts(library),
        inbox_age=_by_age(ages),
        waiting=(_median(ages), max(ages)) if ages else None,
        days_to_read=_median(days) if (days := figures.days_to_read(library)) else None,
        pace_days=_pace_days(figures.first_day(library), today),
    )


def _pace_days(first: date | None, today: date) -> int:
    """The days of use within the weeks that a pace is taken from."""
    used = (today - first).days if first is not None else 0
    return min(used + 1, 7 * (PACE_WEEKS - 1) + today.isoweekday()) if used >= _EARLY else 0


def _over_time(
    status: Mapping[str, int],
    added: Mapping[str, int],
    moves: Mapping[str, Mapping[tuple[str, str], int]],
    weeks: tuple[str, ...],
) -> dict[str, tuple[int, ...]]:
    """From today backwards: what was decided in a week is taken back, and then what was added goes."""
    now = dict(status)
    ends: list[dict[str, int]] = []
    for week in reversed(weeks):
        ends.append(dict(now))
        for (before, after), number in moves.get(week, {}).items():
            now[after] = now.get(after, 0) - number
            now[before] = now.get(before, 0) + number
        now[Status.NEW] = now.get(Status.NEW, 0) - added.get(week, 0)
    return {name: tuple(max(end.get(name, 0), 0) for end in reversed(ends)) for name in status}


def _by_age(ages: Mapping[int, int]) -> dict[str, int]:
    found = {label: 0 for _, label in _AGES} | {_OLDER: 0}
    for days, number in ages.items():
        found[next((label for limit, label in _AGES if days <= limit), _OLDER)] += number
    return found


def _median(counted: Mapping[int, int]) -> int:
    """The middle of numbers that are given with how often they come; the lower one of two."""
    left = (sum(counted.values()) + 1) // 2
    for value in sorted(counted):
        left -= counted[value]
        if left <= 0:
            return value
    return 0


@dataclass(frozen=True, slots=True)
class Bars:
    """One bar for each label, with the role that its colour goes by."""

    rows: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One number for each week."""

    label: str
    values: tuple[int, ...]
    role: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """Columns over weeks, one band for each series, all on one scale."""

    weeks: tuple[str, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot with a name, and what its numbers say in sentences."""

    name: str
    heading: str
    plot: Bars | Weeks
    told: tuple[str, ...] = ()


def charts(found: Statistics) -> tuple[Chart, ...]:
    """What both faces show, in order."""
    return (
        _by_status(found),
        _by_week(found),
        Chart(
            "Over time",
            "Papers by read status at the end of each week",
            Weeks(found.weeks, tuple(Series(name, found.over_time[name], name) for name in found.status)),
        ),
        _by_tag(found),
        _reading(found),
        _by_priority(found),
        _inbox(found),
    )


def _by_status(found: Statistics) -> Chart:
    new = found.status.get(Status.NEW, 0)
    told = [f"{count(found.total, 'paper')}, {found.trash:,} in the trash"]
    if found.total:
        told.append(f"{100 * (found.total - new) / found.total:.0f} % are decided on")
        states = ", ".join(f"{number:,} {state}" for state, number in found.match.items() if number)
        told.append(f"arXiv records: {states}")
    return Chart(
        "Status", "By status", Bars(tuple((name, number, name) for name, number in found.status.items())), tuple(told)
    )


def _by_week(found: Statistics) -> Chart:
    pace, intake = found.pace(found.decided), found.pace(found.added)
    new = found.status.get(Status.NEW, 0)
    if pace is None or intake is None:
        told = [_TOO_EARLY]
    else:
        told = [f"{intake:.1f} papers and {pace:.1f} verdicts a week, {found.pace_over}"]
        told += _lasts(new, pace, intake)
    return Chart(
        "Weeks",
        "Papers added, and verdicts, by week",
        Weeks(
            found.weeks,
            (_series("added", found.added, found, "bar"), _series("decided", found.decided, found, "bar-2")),
        ),
        tuple(told),
    )


def _lasts(new: int, pace: float, intake: float) -> list[str]:
    """How long the inbox lasts at a pace."""
    if new and pace > intake:
        return [f"the inbox is empty in {_weeks(new / (pace - intake))} at this pace"]
    if new and pace:
        return [f"the inbox lasts {_weeks(new / pace)} if nothing more comes, and grows while it does"]
    return []


def _weeks(number: float) -> str:
    return f"{number:,.1f} weeks"


def _series(label: str, numbers: Mapping[str, int], found: Statistics, role: str) -> Series:
    return Series(label, tuple(numbers.get(week, 0) for week in found.weeks), role)


def _by_tag(found: Statistics) -> Chart:
    tags = list(found.tags.items())
    classes = list(found.categories.items())
    rows = [(f"#{name}", number, "tag") for name, number in tags[:_MOST]]
    rows += [(name, number, "bar") for name, number in classes[:_MOST]]
    told = []
    for what, numbers in (("tag", tags), ("category", classes)):
        more = f", {len(numbers) - _MOST:,} more are not shown" if len(numbers) > _MOST else ""
        told.append(f"{count(len(numbers), what)}{more}")
    return Chart("Tags", "By tag, and by primary category", Bars(tuple(rows)), tuple(told))


def _reading(found: Statistics) -> Chart:
    pace = found.pace(found.read)
    told = [_TOO_EARLY if pace is None else f"{pace:.1f} papers read a week, {found.pace_over}"]
    waiting = found.status.get(Status.TO_READ, 0) + found.status.get(Status.READING, 0)
    if waiting and pace:
        told.append(f"{count(waiting, 'paper')} to read or in reading: {_weeks(waiting / pace)} at this pace")
    elif waiting:
        told.append(f"{count(waiting, 'paper')} to read or in reading")
    if found.days_to_read is not None:
        told.append(f"half of what is read was read within {count(found.days_to_read, 'day')} of its import")
    return Chart(
        "Reading",
        "Papers read, by week",
        Weeks(found.weeks, (_series("read", found.read, found, "read"),)),
        tuple(told),
    )


def _by_priority(found: Statistics) -> Chart:
    rows = tuple(
        (count(number, "star") if number else "none", waiting, "star")
        for number, (waiting, _) in found.priorities.items()
    )
    starred = sum(number for priority, (_, number) in found.priorities.items() if priority)
    return Chart(
        "Priority",
        "By priority, of what is not read or skipped",
        Bars(rows),
        (f"{count(starred, 'paper')} with stars in all",),
    )


def _inbox(found: Statistics) -> Chart:
    told = ["the inbox is empty"]
    if found.waiting is not None:
        median, longest = found.waiting
        recent = "day" if median <= 1 else count(median, "day")
        told = [f"half of the inbox came within the last {recent}; the oldest paper waits {count(longest, 'day')}"]
    rows = tuple((label, number, "new") for label, number in found.inbox_age.items())
    return Chart("Inbox", "How long new papers wait", Bars(rows), tuple(told))
