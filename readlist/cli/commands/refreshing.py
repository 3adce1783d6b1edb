"""readlist refresh."""

from __future__ import annotations

import click

from readlist.actions.refreshing import Refresh, look_again, take_over
from readlist.cli.app import DashArguments, Session, pass_session
from readlist.cli.commands.deciding import ask
from readlist.cli.commands.resolving import arxiv_service
from readlist.cli.completion import QUERY
from readlist.cli.output import Output, count, plain
from readlist.errors import PartlyDone


@click.command("refresh", cls=DashArguments)
@click.argument("query", nargs=-1, shell_complete=QUERY)
@click.option("--source", type=click.Choice(["api", "snapshot"]), default="api", show_default=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def refresh_command(session: Session, query: tuple[str, ...], source: str, yes: bool) -> int:
    """Look the records up again: published versions, new versions, withdrawals.

    Shows what would change and asks. Citation keys stay; withdrawn papers get the tag "withdrawn". A venue that only
    the authors' comment names stays a comment. One undo takes all of it back.
    """
    settings, output = session.settings, session.output
    with session.library(create=False) as library:
        with output.progress() as report:
            found = look_again(
                library,
                settings.now(),
                query=" ".join(query),
                source=source,
                snapshot=settings.snapshot,
                service=lambda: arxiv_service(settings, report),
                report=report,
            )
        _print(output, found)
        if found.changes:
            if not yes:
                ask(session, f"Take over what is new about {count(len(found.changes), 'paper')}?")
            output.done(f"{count(take_over(library, found.changes, settings.now()), 'paper')} refreshed")
    if found.failed:
        raise PartlyDone(f"{count(found.failed, 'paper')} not asked for: {found.why}\nThe same command continues.")
    return 0


def _print(output: Output, found: Refresh) -> None:
    for change in found.changes:
        output.data(f"p{change.paper_id}  {plain(change.title)}")
        for sentence in change.told:
            output.data(f"      {plain(sentence)}")
    if found.unknown:
        output.say(f"No record any more: {' '.join(found.unknown)}")
    if found.without:
        output.say(f"{count(found.without, 'paper')} without a record left out")
    if not found.asked:
        output.done("Nothing to refresh: no paper with an arXiv record here.")
    elif not found.changes and not found.failed:
        output.done(f"Nothing new about {count(found.asked, 'paper')}.")
