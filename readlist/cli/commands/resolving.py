"""readlist resolve."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from readlist.actions.browsing import Library, ids, many
from readlist.actions.progress import Report, silent
from readlist.actions.resolving import ResolveResult, resolve
from readlist.cli.app import DashArguments, Session, pass_session
from readlist.cli.completion import QUERY
from readlist.cli.output import count
from readlist.errors import PartlyDone
from readlist.settings import Settings

if TYPE_CHECKING:
    from readlist.actions.services import ArxivClient


def arxiv_service(settings: Settings, report: Report = silent) -> AbstractContextManager[ArxivClient]:
    """The arXiv API as the settings say."""
    from readlist.actions.services import arxiv

    settings.need("arxiv")
    return arxiv(settings.arxiv_url, settings.arxiv_delay, settings.home, report, contact=settings.arxiv_contact)


@click.command("resolve", cls=DashArguments)
@click.argument("query", nargs=-1, shell_complete=QUERY)
@click.option("--source", type=click.Choice(["auto", "snapshot", "api"]), default="auto", show_default=True)
@click.option("--again", is_flag=True, help="Also those in review and not found.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def resolve_command(session: Session, query: tuple[str, ...], source: str, again: bool, as_json: bool) -> int:
    """Find out which arXiv record each paper is.

    Asks the local snapshot first where there is one, then the arXiv API, one request every three seconds. Interrupt
    it at any time: what was answered is kept. Doubtful matches wait in readlist review.
    """
    with session.library() as library:
        return run_resolve(session, library, " ".join(query), source, again=again, as_json=as_json)


def run_resolve(
    session: Session, library: Library, query: str, source: str, *, again: bool, as_json: bool, aside: bool = False
) -> int:
    """Resolve and print what came of it; returns the exit code. ``aside``: standard output holds another document."""
    settings, output = session.settings, session.output
    try:
        with output.progress() as report:
            result = resolve(
                library,
                settings.now(),
                query=query,
                source=source,
                again=again,
                snapshot=settings.snapshot,
                service=lambda: arxiv_service(settings, report),
                report=report,
            )
    except KeyboardInterrupt:
        left = len(ids(library, f"{query} match:unresolved", now=settings.now()))
        kept = f"what was answered is kept, {count(left, 'paper')} left"
        raise KeyboardInterrupt(f"interrupted; {kept}, and the same command goes on from there") from None
    if as_json:
        output.json(resolve_json(result))
    else:
        told = sentence(result) if result.tried else _nothing(library, query, settings.now())
        (output.say if aside else output.done)(told)
        if result.review:
            output.say("Next: readlist review decides the doubtful ones.")
    if open_ := what_is_left(result):
        raise PartlyDone(open_)
    return 0


def _nothing(library: Library, query: str, now: datetime) -> str:
    """Why there was nothing to resolve, and what can be done all the same."""
    if not ids(library, query, now=now):
        return f"No paper matches {query!r}." if query.strip() else "Nothing to resolve: the list is empty."
    told = []
    for state, what in (
        ("review", "in doubt (readlist review decides)"),
        ("not-found", "not found (--again looks once more)"),
        ("not-on-arxiv", "not on arXiv, as you said"),
    ):
        found = many(library, ids(library, f"{query} match:{state}", now=now), evidence=False)
        yours = sum(paper.match.decided_by == "person" for paper in found) if state == "not-found" else 0
        if yours:
            told.append(f"{yours:,} without a record, as you said (readlist review set ID ARXIV_ID names one)")
        if len(found) > yours:
            told.append(f"{len(found) - yours:,} {what}")
    return f"Nothing to resolve: {'; '.join(told)}." if told else "Nothing to resolve: every paper has its record."


def what_is_left(result: ResolveResult) -> str:
    """What a service that could not be asked left open and how it goes on, for people; empty where nothing is left."""
    told = []
    if result.failed:
        told.append(f"{count(result.failed, 'paper')} not asked for")
    if result.unconfirmed:
        told.append(f"{count(result.unconfirmed, 'paper')} newer than the snapshot in review, not asked for")
    return f"{'; '.join(told)}: {result.why}\nThe same command continues." if told else ""


def sentence(result: ResolveResult) -> str:
    """What a resolve did, for people."""
    if not result.tried:
        return "Nothing to resolve."
    left = result.tried - result.matched - result.review - result.not_found
    more = f", {left:,} left" if left else ""
    more += f", {result.joined:,} of them joined with another" if result.joined else ""
    asked = f", {count(result.requests, 'request')}" if result.requests else ""
    return (
        f"{count(result.tried, 'paper')}: {result.matched} matched, {result.review} for review, "
        f"{result.not_found} not found{more} ({result.source}{asked}, {result.seconds:.1f} s)"
    )


def resolve_json(result: ResolveResult) -> dict[str, object]:
    """The JSON of a resolve."""
    return {
        "tried": result.tried,
        "matched": result.matched,
        "review": result.review,
        "not_found": result.not_found,
        "failed": result.failed,
        "requests": result.requests,
        "seconds": result.seconds,
        "source": result.source,
    }
