"""readlist list, show, open."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

import click

from readlist.actions.browsing import FILTERS, Row, find, get, ids, list_rows, many, unknown_filters
from readlist.actions.links import address_of, open_in_browser, open_in_viewer
from readlist.actions.pdfs import PdfAccess, fetch_pdf
from readlist.actions.wording import likelihood, other_title
from readlist.cli.app import DashArguments, Session, Whole, one_id, pass_session
from readlist.cli.completion import ORDERS, PAPERS, QUERY
from readlist.cli.output import Output, count, plain, plain_title
from readlist.paper import MatchState, Paper, Status

# The same marks as in the TUI.
_MARKS = {Status.NEW: "●", Status.TO_READ: "▷", Status.READING: "◐", Status.READ: "✓", Status.SKIPPED: "×"}
_COLOURS = {Status.NEW: "36", Status.TO_READ: "33", Status.READING: "35", Status.READ: "32", Status.SKIPPED: "2"}


@click.command("list", cls=DashArguments)
@click.argument("query", nargs=-1, shell_complete=QUERY)
@click.option(
    "--sort",
    default="added",
    show_default=True,
    metavar="KEY",
    help="Put - before it to turn it round.",
    shell_complete=ORDERS,
)
@click.option("--limit", type=Whole(0, 10**9), metavar="N")
@click.option("--ids", "ids_only", is_flag=True, help="Ids only, for pipes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def list_command(
    session: Session, query: tuple[str, ...], sort: str, limit: int | None, ids_only: bool, as_json: bool
) -> None:
    """List papers, one line each.

    Words and "quoted phrases" search title, abstract, authors, tags and notes. Filters: status:to-read tag:faces
    author:wang year:2023..2025 cat:cs.CV source:FILE match:review added:7d has:note is:published arxiv:2401.07519;
    - before a term negates it, OR stands between terms.
    """
    output = session.output
    if not session.settings.library.exists():
        session.output.say(f"{session.settings.library}: there is no library yet; readlist import FILE starts one")
    with session.library_if_any() as library:
        found = ids(library, " ".join(query), now=session.settings.now(), sort=sort, limit=limit)
        hint_at_filters(output, " ".join(query), found)
        if as_json:
            from readlist.actions.exporting import paper_json

            output.json([paper_json(paper) for paper in many(library, found)])
        elif ids_only:
            for number in found:
                output.data(f"p{number}")
        else:
            width = shutil.get_terminal_size((100, 24)).columns if output.out.isatty() else 0
            for row in list_rows(library, found):
                output.data(_line(output, row, width))
            output.detail(count(len(found), "paper"))


def hint_at_filters(output: Output, query: str, found: Sequence[int]) -> None:
    """Where nothing was found: that what looks like a filter is none, and was searched for as a word."""
    for name in [] if found else unknown_filters(query):
        known = ", ".join(FILTERS)
        output.say(f"No filter is called {plain(name)!r}, so it was looked for as a word; there are {known}")


def _line(output: Output, row: Row, width: int) -> str:
    author = plain(row.first_author or "")[:14]
    if (row.author_count or 0) > 1:
        author = f"{author}+{(row.author_count or 1) - 1}" if author else f"{row.author_count} authors"
    tags = "".join(f" #{plain(tag)}" for tag in row.tags)
    doubt = "" if row.match in (MatchState.MATCHED, MatchState.NOT_ON_ARXIV) else f" ({row.match})"
    mark = output.style(_MARKS[row.status], _COLOURS[row.status])
    stars = "*" * row.priority + (" " if row.priority else "")
    head = f"{'p' + str(row.id):<6} {mark} {row.status:<8}{row.when:<8} {author:<18} "
    title = plain_title(row.title)
    if width:
        room = max(width - len(head) - len(tags) - len(doubt) - len(stars) + (len(mark) - 1), 20)
        title = title if len(title) <= room else title[: room - 1] + "…"
    return f"{head}{stars}{title}{output.style(tags, '34')}{output.style(doubt, '2')}"


@click.command("show")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def show_command(session: Session, paper: str, as_json: bool) -> None:
    """Show one paper in full."""
    output = session.output
    with session.library(create=False) as library:
        found = get(library, find(library, one_id(paper), removed=None))
    assert found is not None
    if as_json:
        from readlist.actions.exporting import paper_json

        output.json(paper_json(found))
        return
    _full(output, found)


def _full(output: Output, paper: Paper) -> None:
    width = min(shutil.get_terminal_size((88, 24)).columns, 88)

    def field(name: str, value: object) -> None:
        if value not in (None, "", ()):
            text = textwrap.wrap(plain(str(value)), max(width - 12, 20)) or [""]
            output.data(f"{output.style(f'{name:<11}', '2')} " + f"\n{'':<12}".join(text))

    output.data(output.style("\n".join(textwrap.wrap(plain_title(paper.title), width)), "1"))
    names = [author.name for author in paper.authors]
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
    field("authors", shown)
    field("id", " ".join(filter(None, (paper.short_id, paper.arxiv_id and f"arXiv:{paper.arxiv_id}", paper.citekey))))
    field("date", f"{paper.published or paper.year or ''}")
    field("category", " ".join(paper.categories))
    field("published", " ".join(filter(None, (paper.journal_ref, paper.doi))))
    field("comment", paper.comment)
    field("link", paper.url)
    field("status", f"{paper.status}{', priority ' + str(paper.priority) if paper.priority else ''}")
    field("tags", " ".join(f"#{tag}" for tag in paper.tags))
    field("match", _match(paper))
    for sighting in paper.sightings:
        entry = sighting.entry
        listed = entry.listing.shown if entry.listing else "no date"
        parts = [
            f"{entry.source}, line {entry.line} ({listed})",
            f"{entry.author_count:,} authors" if entry.author_count else None,
            entry.organisation.name if entry.organisation else None,
            entry.date.shown if entry.date else None,
            count(entry.comments, "comment") if entry.comments else None,
        ]
        title = other_title(paper, entry)
        parts.append(f"as “{plain_title(title)}”" if title else None)
        field("seen", ", ".join(part for part in parts if part))
    if paper.zotero:
        field("zotero", f"{paper.zotero.library} {paper.zotero.key}")
    if paper.removed:
        field("removed", paper.removed.date())
    if paper.abstract:
        output.data("\n" + "\n".join(textwrap.wrap(plain(paper.abstract), width)))
    if paper.note:
        output.data("\n" + "\n".join(plain(line) for line in paper.note.splitlines()))


def _match(paper: Paper) -> str:
    match = paper.match
    yours = match.decided_by == "person"
    # What a person decided has no chance of being wrong.
    score = f", {likelihood(match.score)}" if match.score is not None and not yours else ""
    by = " by you" if yours else ""
    why = f": {'; '.join(match.reasons)}" if match.reasons else ""
    return f"{match.state}{score}{by}{why}"


@click.command("open")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@click.option("--pdf", "what", flag_value="pdf", help="The PDF, downloaded once and kept.")
@click.option("--listing", "what", flag_value="listing", help="The Hugging Face page.")
@click.option("--code", "what", flag_value="code", help="The code or project link in abstract or comment.")
@pass_session
def open_command(session: Session, paper: str, what: str | None) -> None:
    """Open a paper's page in the browser, or its PDF in the viewer."""
    with session.library(create=False) as library:
        found = get(library, find(library, one_id(paper)))
    assert found is not None
    if what == "pdf":
        with session.output.progress() as report:
            path = fetch_pdf(found, pdf_access(session), report=report)
        session.output.data(str(path))
        open_in_viewer(path)
    else:
        address = address_of(found, what or "abs")
        session.output.data(address)
        open_in_browser(address)


def pdf_access(session: Session) -> PdfAccess:
    """Where PDFs come from and are kept, from the settings. Raises `SettingsError` for a pace that is too quick."""
    settings = session.settings
    settings.need("arxiv.pdf_url", "arxiv.contact")
    settings.check_delay(settings.pdf_url)
    folder = settings.home / "pdfs"
    return PdfAccess(settings.pdf_url, settings.arxiv_delay, folder, settings.home, settings.arxiv_contact)
