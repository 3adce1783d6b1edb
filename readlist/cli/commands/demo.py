"""readlist demo."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

import click

from readlist.actions.demo import Demo, demo
from readlist.cli.app import Session, pass_session, writable
from readlist.cli.commands.resolving import sentence
from readlist.cli.completion import FOLDERS
from readlist.cli.output import Output, called, count


@click.command("demo")
@click.option("--tui/--no-tui", default=True, show_default=True, help="Open the TUI at the end, at a terminal.")
@click.option(
    "--folder", metavar="DIR", shell_complete=FOLDERS, help="Where to keep it; default: a new folder, named at the end."
)
@pass_session
def demo_command(session: Session, tui: bool, folder: str | None) -> int:
    """The whole job on a bundled sample, offline: import, resolve, export, then the TUI.

    Your own library is never touched. DIR is empty or new, or holds an earlier demo: that is begun anew where nothing
    in it was changed since, and otherwise left as it is and opened. A folder with other things is refused.
    """
    output = session.output
    place = writable(folder) if folder else Path(tempfile.mkdtemp(prefix="readlist-demo-"))
    with output.progress() as report:
        done = demo(place, session.settings.now(), own=session.settings.library, report=report)
    library = place / "library.sqlite3"
    if done is not None:
        _print(output, done)
        output.say(f"Your own list is untouched; this one is in {place}")
    else:
        output.say(
            f"{place} holds an earlier demo that was changed since, or not finished: it is left as it is; "
            "--folder with a new folder begins anew"
        )
    output.say(f"Look at it again: {called()} --library {shlex.quote(str(library))}")
    if tui and output.interactive:
        from readlist.cli.start import open_tui

        return open_tui(session, library, export_folder=place / "exports", snapshot=place / "snapshot.sqlite3")
    return 0


def _print(output: Output, done: Demo) -> None:
    imported = done.imported
    for source in imported.sources:
        output.data(f"import   {Path(source.source).name}: {count(source.entries, 'entry')}, {source.new} new")
    output.data(f"resolve  {sentence(done.resolved)}")
    for path in done.files:
        output.data(f"export   {path}")
