"""readlist alone: the TUI at a terminal, else the counts by status and how to start.

A list that opens at once is worth a way of its own: no CLI library is loaded, and no job before it is started.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from readlist import settings
from readlist.cli.output import Output
from readlist.cli.session import Session, guarded


def main() -> int:
    """Run ``readlist`` without arguments; returns the exit code."""
    output = Output.of_process(0)
    return guarded(lambda: start(Session(settings.load(os.environ), output)), output)


def start(session: Session) -> int:
    """Open the TUI, or print the counts where there is no terminal; returns the exit code."""
    session.settings.need_library()
    session.warn()
    if session.output.interactive:
        return open_tui(session, session.settings.library)
    from readlist.actions.browsing import counts

    with session.library_if_any() as library:
        found = counts(library)
    for status, number in found.status.items():
        session.output.data(f"{status:<9} {number:>7,}")
    if not found.total:
        session.output.say("The list is empty. readlist demo shows how it works; readlist import FILE starts yours.")
    else:
        session.output.say("readlist at a terminal opens the list; readlist --help names the commands.")
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
    settings = session.settings
    return tui.run(
        library,
        settings.now,
        # Where the terminal takes no UTF-8 all other marks would be question marks.
        ascii_only=ascii_only or "utf" not in (sys.stdout.encoding or "").lower(),
        actions=made,
        keys=settings.tui_keys,
        settings_file=settings.config,
        tell=session.output.say,
    )
