"""readlist stats."""

from __future__ import annotations

import sys

import click

from readlist.actions import plots
from readlist.actions.statistics import Statistics, charts, statistics
from readlist.cli.app import Session, pass_session
from readlist.cli.output import plain

_WIDTH = 78
#: Terminal styles of the roles that charts use; others are drawn as they are.
_STYLES = {"heading": "1", "dim": "2"}


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def stats_command(session: Session, as_json: bool) -> None:
    """Counts and plots: status, weeks, tags, reading pace, priorities, inbox."""
    with session.library_if_any() as library:
        found = statistics(library, session.settings.now().date())
    output = session.output
    if as_json:
        output.json(stats_json(found))
        return
    marks = plots.Marks() if _speaks_blocks() else plots.ASCII
    for number, chart in enumerate(charts(found)):
        if number:
            output.data()
        for line in plots.draw(chart, _WIDTH, marks, _fit):
            drawn = [output.style(text, _STYLES[role]) if role in _STYLES else text for text, role in line]
            output.data("".join(drawn).rstrip())


def _fit(text: str, width: int) -> str:
    return f"{plain(text)[:width]:<{width}}"


def _speaks_blocks() -> bool:
    """Whether what is written there can hold block characters."""
    try:
        plots.Marks().columns.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def stats_json(found: Statistics) -> dict[str, object]:
    """The JSON of the statistics."""
    return {
        "papers": found.total,
        "trash": found.trash,
        "status": found.status,
        "match": found.match,
        "added_by_week": found.added,
        "decided_by_week": found.decided,
        "read_by_week": found.read,
        "status_by_week": {
            week: {name: values[place] for name, values in found.over_time.items()}
            for place, week in enumerate(found.weeks)
        },
        "categories": found.categories,
        "tags": found.tags,
        "priorities": {str(number): papers for number, (_, papers) in found.priorities.items()},
        "inbox_age": found.inbox_age,
        "days_to_read": found.days_to_read,
    }
