"""readlist import, readlist add."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click

from readlist.actions import triage
from readlist.actions.browsing import Library, get
from readlist.actions.importing import FORMATS, ImportResult, exit_error, import_sources
from readlist.actions.progress import Progress, Report
from readlist.cli.app import Session, Whole, pass_session
from readlist.cli.completion import FILES
from readlist.cli.output import Output, count, plain
from readlist.errors import PartlyDone, ReadlistError


class Day(click.ParamType[date]):
    """A day written 2026-06-17."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2026-06-17", param, ctx)


@click.command("import")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=FILES)
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="auto", show_default=True)
@click.option("--listed", type=Day(), help="The day of the listing, where the dump leaves out the year.")
@click.option("--resolve", "and_resolve", is_flag=True, help="Find the arXiv records at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def import_command(
    session: Session, sources: tuple[str, ...], format_name: str, listed: date | None, and_resolve: bool, as_json: bool
) -> int:
    """Read listings, bibliographies, lists of arXiv ids, and single ids or addresses.

    SOURCE is a file, a folder, - for standard input, an arXiv id, the address of a paper, or that of a page to fetch
    (Hugging Face's papers of a day, an arXiv listing). Files are text copied from Hugging Face's papers pages, such
    pages saved or as JSON, BibTeX, RIS, CSL-JSON, or arXiv ids one a line; what they are is found out.

    Each entry is of a new paper or of one that is known ("merged" in the JSON); importing a file again adds nothing,
    and one undo takes back the whole import. Lines that were not used, or read by a guess, are named however quiet.
    """
    output = session.output
    with session.library() as library:
        with output.progress() as report, _told_what_is_kept(report) as heard:
            result = import_sources(
                library,
                sources,
                session.settings.now(),
                format_name=format_name,
                listed=listed,
                read_stdin=sys.stdin.buffer.read,
                fetch=lambda address: fetch_page(session, address, heard),
                report=heard,
            )
        if result.sources:
            _print(output, result, as_json, resolving=and_resolve)
        error = exit_error(result)
        if and_resolve and result.sources:
            error = _join_errors(error, _resolve(session, library, aside=as_json))
    if error is not None:
        raise error
    return 0


@contextmanager
def _told_what_is_kept(report: Report) -> Iterator[Report]:
    """Who interrupts an import is told what of it is in the library: nothing while the sources are still read."""
    kept = 0

    def heard(progress: Progress) -> None:
        nonlocal kept
        kept = progress.done if progress.stage == "import" else kept
        report(progress)

    try:
        yield heard
    except KeyboardInterrupt:
        told = (
            f"{count(kept, 'entry')} kept, and the same command takes in the rest" if kept else "nothing was imported"
        )
        raise KeyboardInterrupt(f"interrupted; {told}") from None


def fetch_page(session: Session, address: str, report: Report) -> bytes:
    """The page at an address, as the settings say. Raises `UnreadableSource`."""
    from readlist.actions.fetching import Sites, fetch

    settings = session.settings
    settings.need("arxiv.site", "arxiv.contact", "huggingface")
    settings.check_delay(settings.arxiv_site)
    arxiv = (settings.arxiv_site, settings.arxiv_delay, settings.home, settings.arxiv_contact)
    sites = Sites(settings.huggingface_url, *arxiv)
    return fetch(address, sites, on_wait=lambda seconds, reason: report(Progress("fetch", text=reason, wait=seconds)))


def _resolve(session: Session, library: Library, *, aside: bool) -> ReadlistError | None:
    """Resolve after an import; what goes wrong leaves the import done in part."""
    from readlist.cli.commands.resolving import run_resolve

    try:
        run_resolve(session, library, "", "auto", again=False, as_json=False, aside=aside)
    except ReadlistError as error:
        return PartlyDone(str(error))
    return None


def _join_errors(*errors: ReadlistError | None) -> ReadlistError | None:
    found = [error for error in errors if error is not None]
    return found[0] if len(found) == 1 else PartlyDone("\n".join(map(str, found))) if found else None


def _print(output: Output, result: ImportResult, as_json: bool, *, resolving: bool) -> None:
    if as_json:
        output.json(import_json(result))
    for source in result.sources:
        for problem in source.problems:
            output.complain(f"{source.source}: line {problem.line}: {plain(problem.why)}: {plain(problem.text)[:60]}")
        if source.page:
            output.detail(
                f"{source.source}: {count(source.page, 'line')} of the page itself (menus and the like) left out"
            )
    _print_left_out(output, result.left_out)
    if result.trashed:
        output.say(in_the_trash(result.trashed))
    if as_json:
        return
    for source in result.sources:
        output.done(f"{source.source}: {count(source.entries, 'entry')}, {source.new:,} new, {source.merged:,} known")
    output.done(f"{count(result.entries, 'entry')}, {count(result.papers, 'paper')}, {result.new:,} new in the list")
    if result.new and not resolving:
        output.say("Next: readlist resolve finds their arXiv records; readlist opens the list.")


def _print_left_out(output: Output, left_out: Sequence[str]) -> None:
    if left_out:
        named = "" if output.verbosity > 0 else " (-v names them)"
        output.say(f"{count(len(left_out), 'file')} left out: no listing and no bibliography by name{named}")
    for name in left_out:
        output.detail(f"left out: {plain(name)}")


def in_the_trash(numbers: Sequence[int]) -> str:
    """That papers of an import are in the trash, and how they come back."""
    ids = " ".join(f"p{number}" for number in numbers[:10]) + (" …" if len(numbers) > 10 else "")
    return f"{len(numbers):,} of them in the trash (readlist trash restore {ids})"


def import_json(result: ImportResult) -> dict[str, object]:
    """The JSON of an import."""
    return {
        "sources": [
            {
                "source": source.source,
                "format": source.format,
                "entries": source.entries,
                "new": source.new,
                "merged": source.merged,
                "problems": [{"line": p.line, "text": p.text, "why": p.why} for p in source.problems],
            }
            for source in result.sources
        ],
        "entries": result.entries,
        "papers": result.papers,
    }


@click.command("add")
@click.option("--title", required=True, metavar="T")
@click.option("--author", "authors", multiple=True, metavar="A", help="Once for each author.")
@click.option("--year", type=Whole(1000, 9999), metavar="Y")
@click.option("--doi", metavar="D")
@click.option("--url", metavar="U")
@pass_session
def add_command(
    session: Session, title: str, authors: tuple[str, ...], year: int | None, doi: str | None, url: str | None
) -> None:
    """Add a paper that is not on arXiv, by hand.

    A title that is in the list already is that paper, unless DOI, authors or year say otherwise. An arXiv address or
    DOI makes it that arXiv paper.
    """
    output = session.output
    with session.library() as library:
        added = triage.add_by_hand(
            library, session.settings.now(), title=title, authors=authors, year=year, doi=doi, url=url
        )
        paper = get(library, added.paper_id)
    assert paper is not None
    output.data(f"{paper.short_id}  {plain(paper.title)}")
    if not added.new:
        output.say(f"This paper is in the list already, as {paper.short_id}; none was added.")
    if added.arxiv_id is not None and paper.arxiv_id is None:
        output.say(f"It is arXiv:{added.arxiv_id}; readlist resolve gets its record.")
