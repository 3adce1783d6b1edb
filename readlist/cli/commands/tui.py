"""readlist tui."""

from __future__ import annotations

from pathlib import Path

import click

from readlist.cli.app import Session, pass_session, writable
from readlist.cli.completion import FILES
from readlist.cli.start import open_tui
from readlist.errors import ReadlistError, WrongUsage


@click.command("tui")
@click.option("--screenshot", metavar="FILE.svg", shell_complete=FILES, help="Write a picture of the screen and stop.")
@click.option("--size", default="120x36", show_default=True, metavar="COLUMNSxLINES", help="Of the picture.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with plain ASCII only.")
@pass_session
def tui_command(session: Session, screenshot: str | None, size: str, ascii_only: bool) -> int:
    """Open the terminal interface (as readlist alone does)."""
    if screenshot is None and not session.output.interactive:
        raise WrongUsage("the terminal interface needs a terminal; readlist list prints the papers")
    if screenshot is None:
        return open_tui(session, session.settings.library, ascii_only=ascii_only)
    from readlist.tui import screenshot as draw

    columns, _, lines = size.partition("x")
    if not (columns.isdigit() and lines.isdigit() and 20 <= int(columns) <= 500 and 10 <= int(lines) <= 200):
        raise click.BadParameter(f"{size!r} is not a size such as 80x24", param_hint="--size")
    path = writable(screenshot)
    _check_picture(path)
    draw(session.settings.library, session.settings.now, (int(columns), int(lines)), path)
    session.output.done(screenshot)
    return 0


def _check_picture(path: Path) -> None:
    """Raise `ReadlistError` where a file is that is no earlier picture of a terminal."""
    try:
        with path.open("rb") as file:
            start = file.read(200)
    except OSError:  # none there, or one that cannot be written either
        return
    if start and b'<svg class="rich-terminal"' not in start:
        raise ReadlistError(f"{path}: there is a file that is no picture of readlist, and it is kept; name another")
