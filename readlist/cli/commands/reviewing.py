"""readlist review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from readlist.actions import reviewing
from readlist.actions.browsing import Library, find, ids, many
from readlist.actions.progress import Report, silent
from readlist.actions.resolving import open_snapshot
from readlist.actions.reviewing import Decision
from readlist.cli.app import Session, one_id, pass_session, read_ids
from readlist.cli.completion import PAPERS
from readlist.cli.output import count
from readlist.errors import PartlyDone, ReadlistError, ServiceError, WrongUsage
from readlist.paper import Record
from readlist.settings import Settings


@click.group("review", invoke_without_command=True)
@click.option("--list", "as_list", is_flag=True, help="Print the doubtful matches.")
@click.option("--json", "as_json", is_flag=True, help="Print them as one JSON document.")
@click.pass_context
def review_command(ctx: click.Context, as_list: bool, as_json: bool) -> None:
    """Decide on doubtful matches; your decision is never overwritten.

    At a terminal it goes through them one by one; with --list, or without a terminal, it prints them.
    """
    if ctx.invoked_subcommand is not None:
        if as_list or as_json:
            raise click.UsageError(f"--list and --json go without {ctx.invoked_subcommand}", ctx)
        return
    session = ctx.ensure_object(Session)
    output = session.output
    with session.library_if_any() as library:
        waiting = ids(library, "match:review", now=session.settings.now(), sort="id")
        if as_json:
            from readlist.actions.exporting import paper_json

            output.json([paper_json(paper) for paper in many(library, waiting)])
            return
        if not waiting:
            output.say("No doubtful matches.")
        elif as_list or not output.interactive:
            from readlist.cli.reviewer import print_list

            print_list(output, library, waiting)
        else:
            from readlist.cli.reviewer import Reviewer

            Reviewer(session, library, waiting, fetch(session)).run()


def fetch_record(settings: Settings, report: Report = silent, *, only: Path | None = None) -> reviewing.Fetch:
    """One record by id: from the snapshot where there is one, else from the API. ``only``: a snapshot, and no API."""
    snapshot = only or settings.snapshot

    def fetch_one(arxiv_id: str) -> Record | None:
        if snapshot.exists():
            with open_snapshot(snapshot) as index:
                found = index.by_ids([arxiv_id]).get(arxiv_id)
            if found is not None:
                return found
        if only is not None:
            return None
        from readlist.actions.services import one_record
        from readlist.cli.commands.resolving import arxiv_service

        with arxiv_service(settings, report) as client:
            return one_record(client, arxiv_id)

    return fetch_one


def fetch(session: Session) -> reviewing.Fetch:
    """The same for the command line: with a bar while it waits, and what to do when the service cannot be asked."""

    def fetch_one(arxiv_id: str) -> Record | None:
        try:
            with session.output.progress() as report:
                return fetch_record(session.settings, report)(arxiv_id)
        except ServiceError as error:
            raise PartlyDone(f"{str(error).rstrip('.')}.\nNothing was changed; the same command continues.") from error

    return fetch_one


@review_command.command("accept")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@click.argument("arxiv_id", required=False)
@pass_session
def accept_command(session: Session, paper: str, arxiv_id: str | None) -> None:
    """Accept a candidate: the best one, or the one named. - reads ids from standard input and takes the best."""
    if paper == "-" and arxiv_id is not None:
        raise WrongUsage("review accept - takes the best candidate of each; name an ARXIV_ID with one ID only")
    now, ask = session.settings.now(), fetch(session)
    _decide(session, paper, lambda library, number: reviewing.accept(library, number, arxiv_id, now, ask))


@review_command.command("reject")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@pass_session
def reject_command(session: Session, paper: str) -> None:
    """None of the candidates is the paper; or the record that it was matched to is not. - reads ids."""
    now = session.settings.now()
    _decide(session, paper, lambda library, number: reviewing.reject(library, number, now))


@review_command.command("not-on-arxiv")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@pass_session
def not_on_arxiv_command(session: Session, paper: str) -> None:
    """The paper is not on arXiv; it is not looked for again. - reads ids."""
    now = session.settings.now()
    _decide(session, paper, lambda library, number: reviewing.not_on_arxiv(library, number, now))


@review_command.command("set")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@click.argument("arxiv_id", metavar="ARXIV_ID_OR_URL")
@pass_session
def set_command(session: Session, paper: str, arxiv_id: str) -> None:
    """Say which arXiv paper it is, whatever was decided before."""
    now = session.settings.now()
    with session.library(create=False) as library:
        number = find(library, one_id(paper))
        _tell(session, reviewing.set_record(library, number, arxiv_id, now, fetch(session)))


def _decide(session: Session, word: str, decide: Callable[[Library, int], Decision]) -> None:
    """Decide on one paper, or on all that standard input names: each is done that can be done."""
    with session.library(create=False) as library:
        if word != "-":
            _tell(session, decide(library, find(library, word)))
            return
        _decide_many(session, library, read_ids(["-"]), decide)


def _decide_many(
    session: Session, library: Library, words: Sequence[str], decide: Callable[[Library, int], Decision]
) -> None:
    done: set[int] = set()
    failed: list[ReadlistError] = []
    with library.one_step() as step:
        for word in dict.fromkeys(words):
            try:
                number = find(library, word)
                if number not in done:
                    decision = decide(library, number)
                    done.add(decision.paper_id)
                    step.summary = f"decided on {count(len(done), 'paper')}"
                    _tell(session, decision)
            except PartlyDone:
                # The service cannot be asked: it would not answer for the others either.
                if not done:
                    raise
                told = f"{count(len(done), 'paper')} decided, then the service could not be asked."
                raise PartlyDone(f"{told}\nThe same command continues.") from None
            except WrongUsage as error:
                failed.append(error)
                session.output.complain(str(error))
    if failed and not done:
        raise WrongUsage(f"nothing was decided: {count(len(failed), 'id')} could not be used")
    if failed:
        raise PartlyDone(
            f"{count(len(done), 'paper')} decided; {count(len(failed), 'id')} could not be used (see above)"
        )


def _tell(session: Session, decision: Decision) -> None:
    from readlist.cli.output import plain

    session.output.done(f"p{decision.paper_id}  {plain(decision.sentence)}")
