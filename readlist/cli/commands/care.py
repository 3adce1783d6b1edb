"""readlist backup, restore, doctor."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path

import click

from readlist.actions.care import backup, backup_path, check_copy, doctor, newest_copy, restore
from readlist.cli.app import Session, pass_session, writable
from readlist.cli.commands.deciding import ask
from readlist.cli.completion import FILES


@click.command("backup")
@click.argument("file", required=False, shell_complete=FILES)
@pass_session
def backup_command(session: Session, file: str | None) -> None:
    """Write a copy of the library: to FILE, or into the data folder under today's date."""
    settings = session.settings
    target = writable(file) if file else backup_path(settings.backups, "library", settings.now())
    with session.library(create=False) as library:
        backup(library, target)
    session.output.data(str(target))


@click.command("restore")
@click.argument("file", shell_complete=FILES)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def restore_command(session: Session, file: str, yes: bool) -> None:
    """Put a copy in the library's place; what was there is kept as a backup."""
    settings, copy = session.settings, writable(file)
    check_copy(copy, settings.library)  # before the question, which would be idle
    if settings.library.exists() and not yes:
        ask(session, f"Replace {settings.library} by {file}?")
    kept = restore(copy, settings.library, settings.backups, settings.now())
    session.output.data(f"restored {settings.library}")
    if kept is not None:
        session.output.say(f"What was there before is {kept}")
    with session.library(create=False) as library:
        session.keep_living(library)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def doctor_command(session: Session, as_json: bool) -> int:
    """Check the library: exit 0 when it is sound or there is none yet, 1 when it is damaged, 3 when nobody can say."""
    settings, output = session.settings, session.output
    report = doctor(settings.library)
    said = [report.unchecked] if report.unchecked else list(report.problems)
    if as_json:
        output.json(
            {
                "library": str(settings.library),
                "exists": report.exists,
                "sound": None if report.unchecked else not report.problems,
                "papers": report.papers,
                "problems": said,
            }
        )
    elif not report.exists:
        output.data(f"{settings.library}: no library yet; readlist import FILE starts one")
    elif said:
        for problem in said:
            output.data(f"{settings.library}: {problem}")
    else:
        output.data(f"{settings.library}: sound, {report.papers:,} papers")
    if report.unchecked:
        output.complain("not checked: this is no sign of damage, and the same command checks again")
        return 3
    if report.problems:
        copy = newest_copy(settings.backups)
        newest = f"brings back the newest copy, of {_day(copy)}" if copy else "brings back a copy"
        output.say(f"readlist restore {shlex.quote(str(copy)) if copy else 'FILE'} {newest}")
    return 1 if report.problems else 0


def _day(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d %H:%M}"
