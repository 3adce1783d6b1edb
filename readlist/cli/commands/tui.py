"""readlist tui, and readlist alone."""

from __future__ import annotations

import sys

import click

from readlist.actions.browsing import counts
from readlist.cli.app import Session, pass_session


@click.command("tui")
@click.option("--screenshot", metavar="FILE.svg", help="Write a picture of the screen and stop.")
@pass_session
def tui_command(session: Session, screenshot: str | None) -> int:
    """Open the terminal interface (as readlist alone does)."""
    raise NotImplementedError(screenshot)


def start(session: Session) -> None:
    """readlist alone: the TUI at a terminal, else the counts by status and how to start."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        raise NotImplementedError
    with session.library() as library:
        found = counts(library)
    for status, number in found.status.items():
        session.output.data(f"{status:<9} {number:>7,}")
    if not found.total:
        session.output.say("The list is empty. readlist demo shows how it works; readlist import FILE starts yours.")
    else:
        session.output.say("readlist at a terminal opens the list; readlist --help names the commands.")
