"""Counts over the library and its journal: by week, by day, by category. Papers in the trash are not counted."""

from __future__ import annotations

from datetime import date

from readlist.library.store import Library

#: Changes of papers' read status by actions that stand.
_VERDICTS = (
    "FROM change JOIN action ON action.id = action_id JOIN paper ON paper.id = row_id AND removed IS NULL "
    "WHERE table_name = 'paper' AND state = 'done' AND after IS NOT NULL "
    "AND json_extract(before, '$.status') IS NOT NULL"
)


def week_of(day: date) -> str:
    """The ISO week of a day: ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def first_day(library: Library) -> date | None:
    """The day of the first change; None where nothing was changed yet."""
    (day,) = library.connection.execute("SELECT min(substr(at, 1, 10)) FROM action").fetchone()
    return date.fromisoformat(day) if day else None


def added_by_week(library: Library) -> dict[str, int]:
    """Papers added in each ISO week, oldest first."""
    return _by_week(library, "SELECT substr(added, 1, 10), count(*) FROM paper WHERE removed IS NULL GROUP BY 1")


def decided_by_week(library: Library) -> dict[str, int]:
    """Changes of the read status in each ISO week, those undone not counted."""
    return _by_week(
        library,
        "SELECT substr(at, 1, 10), count(*) FROM change JOIN action ON action.id = action_id "
        "WHERE name = 'status' AND state = 'done' AND table_name = 'paper' GROUP BY 1",
    )


def read_by_week(library: Library) -> dict[str, int]:
    """How often a paper became read in each ISO week, what was undone not counted."""
    return _by_week(
        library,
        f"SELECT substr(at, 1, 10), count(*) {_VERDICTS} AND json_extract(after, '$.status') = 'read' GROUP BY 1",
    )


def moves_by_week(library: Library) -> dict[str, dict[tuple[str, str], int]]:
    """How many papers went from which read status to which, in each ISO week."""
    weeks: dict[str, dict[tuple[str, str], int]] = {}
    found = library.connection.execute(
        "SELECT substr(at, 1, 10), json_extract(before, '$.status'), json_extract(after, '$.status'), count(*) "
        f"{_VERDICTS} GROUP BY 1, 2, 3"
    )
    for day, before, after, number in found:
        moves = weeks.setdefault(week_of(date.fromisoformat(day)), {})
        moves[before, after] = moves.get((before, after), 0) + number
    return dict(sorted(weeks.items()))


def _by_week(library: Library, sql: str) -> dict[str, int]:
    weeks: dict[str, int] = {}
    for day, number in library.connection.execute(sql):
        name = week_of(date.fromisoformat(day))
        weeks[name] = weeks.get(name, 0) + number
    return dict(sorted(weeks.items()))


def category_counts(library: Library) -> dict[str, int]:
    """Papers by primary category, the most first."""
    return dict(
        library.connection.execute(
            "SELECT json_extract(categories, '$[0]') AS category, count(*) FROM paper "
            "WHERE removed IS NULL AND category IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
    )


def priority_counts(library: Library) -> dict[int, tuple[int, int]]:
    """Papers by priority, the highest first: those still to be read or being read, and all."""
    return {
        priority: (waiting, number)
        for priority, waiting, number in library.connection.execute(
            "SELECT priority, sum(status IN ('new', 'to-read', 'reading')), count(*) FROM paper "
            "WHERE removed IS NULL GROUP BY 1 ORDER BY 1 DESC"
        )
    }


def inbox_days(library: Library) -> dict[date, int]:
    """New papers by the day on which they were added, oldest first."""
    found = library.connection.execute(
        "SELECT substr(added, 1, 10), count(*) FROM paper WHERE removed IS NULL AND status = 'new' "
        "GROUP BY 1 ORDER BY 1"
    )
    return {date.fromisoformat(day): number for day, number in found}


def days_to_read(library: Library) -> dict[int, int]:
    """How many read papers took how many days from the import until they were read, in order of the days."""
    return dict(
        library.connection.execute(
            "SELECT max(CAST(julianday(status_changed) - julianday(added) AS INTEGER), 0), count(*) FROM paper "
            "WHERE removed IS NULL AND status = 'read' GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )
