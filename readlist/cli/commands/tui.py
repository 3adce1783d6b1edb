"""readlist tui, and readlist alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from readlist.actions.browsing import counts
from readlist.cli.app import Session, pass_session, writable


@click.command("tui")
@click.option("--screenshot", metavar="FILE.svg", help="Write a picture of the screen and stop.")
@click.option("--size", default="120x36", show_default=True, metavar="COLUMNSxLINES", help="Of the picture.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with plain ASCII only.")
@pass_session
def tui_command(session: Session, screenshot: str | None, size: str, ascii_only: bool) -> int:
    """Open the terminal interface (as readlist alone does)."""
    if screenshot is None:
        return open_tui(session, session.settings.library, ascii_only=ascii_only)
    from readlist.tui.app import screenshot as draw

    columns, _, lines = size.partition("x")
    if not (columns.isdigit() and lines.isdigit() and 20 <= int(columns) <= 500 and 10 <= int(lines) <= 200):
        raise click.BadParameter(f"{size!r} is not a size such as 80x24", param_hint="--size")
    draw(session.settings.library, session.settings.now, (int(columns), int(lines)), writable(screenshot))
    session.output.done(screenshot)
    return 0


def open_tui(
    session: Session,
    library: Path,
    *,
    export_folder: Path | None = None,
    snapshot: Path | None = None,
    ascii_only: bool = False,
) -> int:
    """Open the TUI on a library; returns the exit code when the person quits."""
    from readlist import tui
    from readlist.cli.jobs import jobs

    made = jobs(session, export_folder=export_folder, snapshot=snapshot)
    return tui.run(library, session.settings.now, ascii_only=ascii_only, actions=made)


def start(session: Session) -> None:
    """readlist alone: the TUI at a terminal, else the counts by status and how to start."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        open_tui(session, session.settings.library)
        return
    with session.library() as library:
        found = counts(library)
    for status, number in found.status.items():
        session.output.data(f"{status:<9} {number:>7,}")
    if not found.total:
        session.output.say("The list is empty. readlist demo shows how it works; readlist import FILE starts yours.")
    else:
        session.output.say("readlist at a terminal opens the list; readlist --help names the commands.")
