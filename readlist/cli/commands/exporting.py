"""readlist export, readlist key."""

from __future__ import annotations

import click

from readlist.actions.browsing import find, get, ids
from readlist.actions.exporting import default_path, export, save, set_key
from readlist.cli.app import DashArguments, Session, one_id, pass_session, writable
from readlist.cli.output import count
from readlist.errors import WrongUsage


@click.command("export", cls=DashArguments)
@click.argument("format_name", metavar="FORMAT")
@click.argument("query", nargs=-1)
@click.option("-o", "--output", "target", metavar="FILE", help="Where to write; - is standard output.")
@click.option("--abstract", is_flag=True, help="With abstracts (bibtex, biblatex).")
@click.option("--note", is_flag=True, help="With notes (bibtex, biblatex).")
@pass_session
def export_command(
    session: Session, format_name: str, query: tuple[str, ...], target: str | None, abstract: bool, note: bool
) -> None:
    """Write papers as bibtex, biblatex, csl-json, ris, markdown, csv or json.

    bibtex, biblatex, ris and csl-json hold papers with a record or added by hand. Citation keys stay as they are
    once written. Without -o the file is exports/library.EXT, or
    exports/selection.EXT for a query.
    """
    settings, output = session.settings, session.output
    options = {name: True for name, wanted in (("abstract", abstract), ("note", note)) if wanted}
    with session.library() as library:
        found = ids(library, " ".join(query), now=settings.now(), sort="id")
        done = export(library, format_name, found, **options)
        if target == "-":
            output.raw(done.text)
        else:
            path = (
                writable(target) if target else default_path(settings.export_folder, format_name, everything=not query)
            )
            written, kept = save(library, path, done)
            output.done(str(path))
            if kept is not None:
                output.say(f"The file had entries that are not of this list; it is kept as {kept}")
            output.say(f"{count(done.papers, 'paper')}{'' if written else ', nothing changed'}")
    if done.left_out:
        output.say(
            f"{count(len(done.left_out), 'paper')} left out: no arXiv record yet (readlist resolve looks for them)"
        )


@click.command("key")
@click.argument("paper", metavar="ID")
@click.argument("key", metavar="[KEY]", required=False)
@pass_session
def key_command(session: Session, paper: str, key: str | None) -> None:
    """Show a paper's citation key, or set it by hand."""
    with session.library(create=False) as library:
        number = find(library, one_id(paper))
        found = get(library, number)
        assert found is not None
        if key is not None:
            set_key(library, found, key, session.settings.now())
            session.output.data(key)
        elif found.citekey is None:
            raise WrongUsage(f"{found.short_id} has no citation key yet: an export makes one")
        else:
            session.output.data(found.citekey)
