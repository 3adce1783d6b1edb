"""readlist stats."""

from __future__ import annotations

import click

from readlist.actions.statistics import Statistics, statistics
from readlist.cli.app import Session, pass_session
from readlist.cli.output import plain

_BAR = 40


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def stats_command(session: Session, as_json: bool) -> None:
    """Counts by status, match, week, category and tag."""
    with session.library() as library:
        found = statistics(library)
    if as_json:
        session.output.json(stats_json(found))
        return
    output = session.output
    for heading, numbers in (
        ("status", found.status),
        ("match", found.match),
        ("decided, by week", found.decided),
        ("added, by week", found.added),
        ("category", dict(list(found.categories.items())[:8])),
        ("tag", dict(list(found.tags.items())[:12])),
    ):
        if not any(numbers.values()):
            continue
        output.data(output.style(heading, "1"))
        longest = max(numbers.values())
        for name, number in numbers.items():
            bar = "█" * max(round(_BAR * number / longest), 1 if number else 0)
            output.data(f"  {plain(name):<14} {number:>6,}  {bar}")


def stats_json(found: Statistics) -> dict[str, object]:
    """The JSON of the statistics."""
    return {
        "papers": found.total,
        "trash": found.trash,
        "status": found.status,
        "match": found.match,
        "added_by_week": found.added,
        "decided_by_week": found.decided,
        "categories": found.categories,
        "tags": found.tags,
    }
