"""readlist resolve, readlist review."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import click

from readlist.actions import reviewing
from readlist.actions.browsing import Library, find, ids, many
from readlist.actions.progress import Report, silent
from readlist.actions.resolving import ResolveResult, open_snapshot, resolve
from readlist.cli.app import DashArguments, Session, one_id, pass_session
from readlist.cli.output import count, plain
from readlist.errors import PartlyDone
from readlist.paper import MatchState, Record
from readlist.settings import Settings

if TYPE_CHECKING:
    from readlist.actions.services import ArxivClient


def arxiv_service(settings: Settings, report: Report = silent) -> AbstractContextManager[ArxivClient]:
    """The arXiv API as the settings say."""
    from readlist.actions.services import arxiv

    return arxiv(settings.arxiv_url, settings.arxiv_delay, settings.home, report)


@click.command("resolve", cls=DashArguments)
@click.argument("query", nargs=-1)
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
    session: Session, library: Library, query: str, source: str, *, again: bool, as_json: bool, quiet: bool = False
) -> int:
    """Resolve and print what came of it; returns the exit code."""
    settings, output = session.settings, session.output
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
    if as_json:
        output.json(resolve_json(result))
    elif not quiet:
        output.done(sentence(result))
        if result.review:
            output.say("Next: readlist review decides the doubtful ones.")
    if result.failed:
        raise PartlyDone(f"{count(result.failed, 'paper')} not asked for: {result.why}\nThe same command continues.")
    return 0


def sentence(result: ResolveResult) -> str:
    """What a resolve did, for people."""
    if not result.tried:
        return "Nothing to resolve."
    asked = f", {count(result.requests, 'request')}" if result.requests else ""
    return (
        f"{count(result.tried, 'paper')}: {result.matched} matched, {result.review} for review, "
        f"{result.not_found} not found ({result.source}{asked}, {result.seconds:.1f} s)"
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


@click.group("review", invoke_without_command=True)
@click.option("--list", "as_list", is_flag=True, help="Print the doubtful matches.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def review_command(ctx: click.Context, as_list: bool, as_json: bool) -> None:  # noqa: ARG001 - listing is the default
    """Decide on doubtful matches; your decision is never overwritten."""
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.ensure_object(Session)
    output = session.output
    with session.library(create=False) as library:
        waiting = many(library, ids(library, "match:review", now=session.settings.now(), sort="id"))
    if as_json:
        from readlist.actions.exporting import paper_json

        output.json([paper_json(paper) for paper in waiting])
        return
    for paper in waiting:
        output.data(f"{paper.short_id}  {output.style(plain(paper.title), '1')}")
        for candidate in paper.match.candidates:
            output.data(f"    {candidate.score:.2f}  {candidate.arxiv_id}  {plain(candidate.title)}")
            output.data(output.style(f"          {'; '.join(candidate.reasons)}", "2"))
    if waiting:
        first = waiting[0].short_id
        output.say(
            f"readlist review accept {first} [ARXIV_ID], reject {first}, set {first} ARXIV_ID, not-on-arxiv {first}"
        )
    else:
        output.say("No doubtful matches.")


def fetch_record(settings: Settings) -> reviewing.Fetch:
    """One record by id: from the snapshot where there is one, else from the API."""

    def fetch(arxiv_id: str) -> Record | None:
        if settings.snapshot.exists():
            with open_snapshot(settings.snapshot) as index:
                found = index.by_ids([arxiv_id]).get(arxiv_id)
            if found is not None:
                return found
        from readlist.actions.services import one_record

        with arxiv_service(settings) as client:
            return one_record(client, arxiv_id)

    return fetch


@review_command.command("accept")
@click.argument("paper", metavar="ID")
@click.argument("arxiv_id", required=False)
@pass_session
def accept_command(session: Session, paper: str, arxiv_id: str | None) -> None:
    """Accept a candidate: the best one, or the one named."""
    now = session.settings.now()
    with session.library(create=False) as library:
        number = reviewing.accept(library, find(library, one_id(paper)), arxiv_id, now, fetch_record(session.settings))
        _show(session, library, number)


@review_command.command("reject")
@click.argument("paper", metavar="ID")
@pass_session
def reject_command(session: Session, paper: str) -> None:
    """None of the candidates is the paper."""
    with session.library(create=False) as library:
        number = find(library, one_id(paper))
        reviewing.reject(library, number, session.settings.now())
        _show(session, library, number)


@review_command.command("not-on-arxiv")
@click.argument("paper", metavar="ID")
@pass_session
def not_on_arxiv_command(session: Session, paper: str) -> None:
    """The paper is not on arXiv; it is not looked for again."""
    with session.library(create=False) as library:
        number = find(library, one_id(paper))
        reviewing.not_on_arxiv(library, number, session.settings.now())
        _show(session, library, number)


@review_command.command("set")
@click.argument("paper", metavar="ID")
@click.argument("arxiv_id", metavar="ARXIV_ID_OR_URL")
@pass_session
def set_command(session: Session, paper: str, arxiv_id: str) -> None:
    """Say which arXiv paper it is."""
    now = session.settings.now()
    with session.library(create=False) as library:
        number = reviewing.set_record(
            library, find(library, one_id(paper)), arxiv_id, now, fetch_record(session.settings)
        )
        _show(session, library, number)


def _show(session: Session, library: Library, number: int) -> None:
    paper = many(library, [number])[0]
    what = paper.arxiv_id if paper.match.state is MatchState.MATCHED else str(paper.match.state)
    session.output.done(f"{paper.short_id}  {what}  {plain(paper.title)}")
