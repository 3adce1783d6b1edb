"""readlist export, readlist key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from readlist.actions.browsing import Library, find, get, many
from readlist.actions.export_options import ADDABLE, LAYOUTS, ORDERS, general_options, read_options, style_of
from readlist.actions.exporting import default_path, export, ordered_ids, save, set_key
from readlist.cli.app import DashArguments, Session, one_id, pass_session, writable
from readlist.cli.commands.deciding import ask
from readlist.cli.commands.listing import hint_at_filters
from readlist.cli.completion import EXPORT_ORDERS, FILES, FORMATS, PAPERS, QUERY
from readlist.cli.output import count
from readlist.errors import PartlyDone, ReadlistError, WrongUsage


@click.command("export", cls=DashArguments)
@click.argument("format_name", metavar="FORMAT", required=False, shell_complete=FORMATS)
@click.argument("query", nargs=-1, shell_complete=QUERY)
@click.option(
    "-o", "--output", "target", metavar="FILE", help="Where to write; - is standard output.", shell_complete=FILES
)
@click.option("--all", "everything", is_flag=True, help="Bring every [[export.target]] of the settings up to date.")
@click.option(
    "--cited",
    multiple=True,
    metavar="FILE",
    help="Only what this document cites: .aux, .bcf or .tex.",
    shell_complete=FILES,
)
@click.option("--abstract", is_flag=True, help="With abstracts (bibtex, biblatex).")
@click.option("--note", is_flag=True, help="With notes (bibtex, biblatex).")
@click.option("--add", metavar="FIELD,...", help=f"With these fields: {', '.join(ADDABLE)} (bibtex, biblatex).")
@click.option("--leave-out", metavar="FIELD,...", help="Without these fields (bibtex, biblatex).")
@click.option(
    "--sort",
    metavar="KEY",
    help=f"The order of the papers: {', '.join(ORDERS)}; -KEY the other way.",
    shell_complete=EXPORT_ORDERS,
)
@click.option("--layout", type=click.Choice(LAYOUTS), help="A field a line, wrapped, or an entry a line.")
@click.option("--most-authors", metavar="N", help='"and others" after N authors (bibtex, biblatex).')
@click.option("--eprinttype/--no-eprinttype", default=None, help="With eprinttype, for Zotero (bibtex).")
@click.option(
    "--venues/--no-venues", default=None, help="Believe a venue that only a comment names (bibtex, biblatex)."
)
@pass_session
def export_command(
    session: Session,
    /,
    format_name: str | None,
    query: tuple[str, ...],
    target: str | None,
    everything: bool,
    cited: tuple[str, ...],
    abstract: bool,
    note: bool,
    **asked: Any,
) -> None:
    """Write papers as bibtex, biblatex, csl-json, ris, markdown, csv or json.

    bibtex, biblatex, ris and csl-json hold papers with a record or added by hand. Citation keys stay as they are
    once written. Without -o the file is exports/library.EXT, or
    exports/selection.EXT for a query. A file that readlist has not written is kept beside it, with .bak behind its
    name; its folder must be there.
    """
    if everything:
        if format_name is not None or target or cited:
            raise WrongUsage("--all takes everything from the settings: no format, query, -o or --cited beside it")
        _refresh_all(session)
        return
    if format_name is None:
        raise WrongUsage("export needs a format: bibtex, biblatex, csl-json, ris, markdown, csv or json")
    settings, output = session.settings, session.output
    settings.need("export.folder", "keys")
    added = [name for name, wanted in (("abstract", abstract), ("note", note)) if wanted]
    asked = {name: value for name, value in asked.items() if value is not None}
    if added or "add" in asked:
        asked["add"] = [*added, *(asked.get("add") or "").split(",")]
    here = read_options(asked, "readlist export")
    options = {**general_options(settings), **here}
    style = style_of(format_name, options, here)
    _check_folder(target)
    with session.library(create=False) as library:
        found = ordered_ids(library, " ".join(query), settings.now(), options)
        hint_at_filters(output, " ".join(query), found)
        unknown: list[str] = []
        if cited:
            found, unknown = _cited(session, library, found, cited)
        if format_name == "markdown" and target is not None and (target.endswith("/") or writable(target).is_dir()):
            left_out = _write_notes(session, library, found, target)
        else:
            left_out = _write_file(
                session, library, format_name, found, target, not query and not cited, options, style
            )
    if left_out:
        output.say(f"{count(left_out, 'paper')} left out: no arXiv record yet (readlist resolve looks for them)")
    if unknown:
        names = "\n".join(unknown)
        raise PartlyDone(f"{count(len(unknown), 'key')} cited that no paper of the list has:\n{names}")


def _check_folder(target: str | None) -> None:
    """Folders that are named are not made: a slip of the finger would become a tree of them."""
    if target not in (None, "-") and not writable(target).parent.is_dir():
        raise ReadlistError(f"{target}: there is no folder {writable(target).parent}; make it first")


def _write_file(
    session: Session,
    library: Library,
    format_name: str,
    found: Sequence[int],
    target: str | None,
    whole: bool,
    options: Mapping[str, Any],
    style: Mapping[str, Any],
) -> int:
    """Write papers to a file or to standard output; returns how many have no record and are left out."""
    settings, output = session.settings, session.output
    by_key = options.get("sort") == "key"
    done = export(library, format_name, found, template=settings.key_template, by_key=by_key, **style)
    if target == "-":
        output.raw(done.text)
        return len(done.left_out)
    path = writable(target) if target else default_path(settings.export_folder, format_name, everything=whole)
    written, kept = save(library, path, done)
    output.done(str(path))
    if kept is not None:
        output.say(f"The file held what readlist has not written; it is kept as {kept}")
    output.say(f"{count(done.papers, 'paper')}{'' if written else ', nothing changed'}")
    return len(done.left_out)


def _write_notes(session: Session, library: Library, found: Sequence[int], target: str) -> int:
    """Write a note a paper into a folder; returns how many have no record and are left out."""
    from readlist.actions.exporting import keyed
    from readlist.actions.notes import write_notes

    chosen = keyed(library, many(library, found, evidence=False), session.settings.key_template)
    done = write_notes(library, writable(target), chosen)
    session.output.done(str(writable(target)))
    session.output.say(f"{count(len(chosen), 'paper')}, {count(len(done.written), 'file')} written")
    for said in done.said:
        session.output.say(said)
    return len(found) - len(chosen)


def _cited(
    session: Session, library: Library, found: Sequence[int], documents: Sequence[str]
) -> tuple[list[int], list[str]]:
    """Those of some papers that documents cite, and the keys that nobody knows."""
    from readlist.actions.cited import chosen, read_cited

    cited = read_cited([writable(name) for name in documents])
    for path in cited.missing:
        session.output.say(f"{path}: the document includes this file, which is not there; what it cites is not known")
    return chosen(library, found, cited)


def _refresh_all(session: Session) -> None:
    from readlist.actions.living import refresh_targets

    session.settings.need("export")
    if not session.settings.targets:
        raise WrongUsage(f"{session.settings.config} names no file to keep up to date: add an [[export.target]] there")
    with session.library(create=False) as library:
        done = refresh_targets(library, session.settings)
    for target in done:
        if target.error is not None:
            continue
        session.output.done(str(target.path))
        left = f", {target.left_out:,} left out" if target.left_out else ""
        session.output.say(f"{count(target.papers, 'paper')}{left}{'' if target.changed else ', nothing changed'}")
    wrong = [text for target in done for text in ([target.error] if target.error else target.conflicts)]
    if wrong:
        if not all(target.error for target in done):
            raise PartlyDone("\n".join(wrong))
        raise (WrongUsage if all(target.misused for target in done) else ReadlistError)("\n".join(wrong))


@click.command("key")
@click.argument("paper", metavar="ID", required=False, shell_complete=PAPERS)
@click.argument("key", metavar="[KEY]", required=False)
@click.option("--regenerate", is_flag=True, help="Make keys anew by the settings' template; asks.")
@click.option("--yes", is_flag=True, help="With --regenerate: do not ask.")
@pass_session
def key_command(session: Session, paper: str | None, key: str | None, regenerate: bool, yes: bool) -> None:
    """Show a paper's citation key, or set it by hand.

    Keys set by hand, imported or from Zotero stay as they are in --regenerate.
    """
    if regenerate:
        if paper is not None:
            raise WrongUsage("--regenerate is for all keys: no ID beside it")
        _regenerate(session, yes)
        return
    if paper is None or yes:
        raise WrongUsage("key needs an ID; --yes goes with --regenerate" if yes else "key needs an ID or --regenerate")
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


def _regenerate(session: Session, yes: bool) -> None:
    from readlist.actions.rekeying import new_keys, set_keys

    output = session.output
    with session.library(create=False) as library:
        changes = new_keys(library, session.settings.key_template)
        for change in changes:
            output.data(f"{change.old} -> {change.new}  {change.short_id}")
        if not changes:
            output.say("every key is as the template makes it, or somebody chose it")
            return
        if not yes:
            ask(session, f"Change {count(len(changes), 'key')}? Documents that cite the old ones must follow.")
        set_keys(library, changes, session.settings.now())
    output.say(f"{count(len(changes), 'key')} changed; readlist undo takes it back")
