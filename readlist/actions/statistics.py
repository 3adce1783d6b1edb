"""Counts over the library and its journal."""

from __future__ import annotations

from dataclasses import dataclass

from readlist.library import Library, papers


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of papers. Weeks are ISO weeks (2026-W47), oldest first; ``decided`` counts verdicts, not papers."""

    total: int
    trash: int
    status: dict[str, int]
    match: dict[str, int]
    added: dict[str, int]
    decided: dict[str, int]
    categories: dict[str, int]
    tags: dict[str, int]


def statistics(library: Library) -> Statistics:
    """Count papers by status, match, week, category and tag."""
    counts = papers.counts(library)
    return Statistics(
        total=counts.total,
        trash=counts.trash,
        status={str(status): number for status, number in counts.status.items()},
        match={str(state): number for state, number in counts.match.items()},
        added=papers.added_by_week(library),
        decided=papers.decided_by_week(library),
        categories=papers.category_counts(library),
        tags=papers.tag_counts(library),
    )
