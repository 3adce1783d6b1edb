"""readlist status, tag, star, note, remove, trash."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import click

from readlist.actions import triage
from readlist.actions.browsing import Library, find, get, ids, list_rows
from readlist.cli.app import DashArguments, Session, one_id, pass_session, read_ids
from readlist.cli.completion import PAPERS, PAPERS_AND_TAGS
from readlist.cli.output import count, plain
from readlist.errors import PartlyDone, WrongUsage
from readlist.paper import Status


def _papers(library: Library, words: Sequence[str], *, removed: bool | None = False) -> list[int]:
    found = list(dict.fromkeys(find(library, word, removed=removed) for word in read_ids(words)))
    if not found and "-" not in words:  # nothing came through a pipe: nothing to do
        raise WrongUsage("no papers named: an ID is p42, an arXiv id, a citation key or the start of a title")
    return found


@click.command("status")
@click.argument("status", type=click.Choice([str(status) for status in Status]))
@click.argument("papers", metavar="ID...", nargs=-1, required=True, shell_complete=PAPERS)
@pass_session
def status_command(session: Session, status: str, papers: tuple[str, ...]) -> None:
    """Set the read status: new, to-read, reading, read or skipped. - reads ids from standard input."""
    with session.library(create=False) as library:
        changed = triage.set_status(library, _papers(library, papers), Status(status), session.settings.now())
    session.output.done(f"{count(changed, 'paper')} → {status}")


@click.command("tag", cls=DashArguments)
@click.argument("words", metavar="ID... +TAG -TAG", nargs=-1, required=True, shell_complete=PAPERS_AND_TAGS)
@pass_session
def tag_command(session: Session, words: tuple[str, ...]) -> None:
    """Add (+TAG) and remove (-TAG) tags. - alone reads ids from standard input."""
    add = [word[1:] for word in words if word.startswith("+")]
    drop = [word[1:] for word in words if word.startswith("-") and word != "-"]
    if not add and not drop:
        raise WrongUsage("no tag named: write +TAG to add and -TAG to remove, as in readlist tag p42 +faces -later")
    with session.library(create=False) as library:
        numbers = _papers(library, [word for word in words if not word.startswith(("+", "-")) or word == "-"])
        changed = triage.change_tags(library, numbers, session.settings.now(), add=add, remove=drop)
    session.output.done(f"{count(changed, 'paper')} changed")


@click.command("star")
@click.argument("words", metavar="ID... [0-3]", nargs=-1, required=True, shell_complete=PAPERS)
@pass_session
def star_command(session: Session, words: tuple[str, ...]) -> None:
    """Set the priority: 0 (none) to 3; without a number, 1."""
    priority, names = 1, list(words)
    # A number of one or two digits names no paper: 9 is a slip, which the action refuses.
    if len(names) > 1 and re.fullmatch(r"\d{1,2}", names[-1], re.ASCII):
        priority = int(names.pop())
    with session.library(create=False) as library:
        changed = triage.set_priority(library, _papers(library, names), priority, session.settings.now())
    session.output.done(f"{count(changed, 'paper')} changed to priority {priority}")


@click.command("note")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@click.argument("text", required=False)
@pass_session
def note_command(session: Session, paper: str, text: str | None) -> None:
    """Set the note on a paper (Markdown): TEXT, - for standard input, or your editor."""
    with session.library(create=False) as library:
        number = find(library, one_id(paper))
        if text == "-":
            text = sys.stdin.read()
        elif text is None:
            found = get(library, number)
            assert found is not None
            if not session.output.interactive:
                raise PartlyDone("the editor needs a terminal; give the note as TEXT, or - for standard input")
            text = click.edit(found.note, extension=".md")
            if text is None:
                session.output.say("The note stays as it was.")
                return
        changed = triage.set_note(library, number, text, session.settings.now())
    session.output.done("note set" if changed else "the note is the same")


@click.command("remove")
@click.argument("papers", metavar="ID...", nargs=-1, required=True, shell_complete=PAPERS)
@pass_session
def remove_command(session: Session, papers: tuple[str, ...]) -> None:
    """Move papers into the trash; readlist undo or readlist trash restore brings them back."""
    with session.library(create=False) as library:
        changed = triage.remove(library, _papers(library, papers), session.settings.now())
    session.output.done(f"{count(changed, 'paper')} moved to the trash")


@click.group("trash")
def trash_command() -> None:
    """List, restore or empty the trash."""


@trash_command.command("list")
@pass_session
def trash_list_command(session: Session) -> None:
    """What is in the trash."""
    with session.library_if_any() as library:
        for row in list_rows(library, ids(library, now=session.settings.now(), removed=True)):
            session.output.data(f"p{row.id:<6} {plain(row.title)}")


@trash_command.command("restore")
@click.argument("papers", metavar="ID...", nargs=-1, required=True, shell_complete=PAPERS)
@pass_session
def trash_restore_command(session: Session, papers: tuple[str, ...]) -> None:
    """Bring papers back into the list."""
    with session.library(create=False) as library:
        changed = triage.restore(library, _papers(library, papers, removed=True), session.settings.now())
    session.output.done(f"{count(changed, 'paper')} restored")


@trash_command.command("empty")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def trash_empty_command(session: Session, yes: bool) -> None:
    """Delete what is in the trash; readlist undo still brings it back."""
    with session.library(create=False) as library:
        number = len(ids(library, now=session.settings.now(), removed=True))
        if number and not yes:
            ask(session, f"Delete {count(number, 'paper')}?")
        gone = triage.empty_trash(library, session.settings.now())
    session.output.done(f"{count(gone, 'paper')} deleted")


def ask(session: Session, question: str) -> None:
    """Ask for a yes at a terminal; without one, refuse and name the option. Raises `PartlyDone` for a no."""
    if not session.output.interactive:
        raise PartlyDone(f"{question} There is no terminal to ask at; --yes says yes.")
    agree(question)


def agree(question: str) -> None:
    """Ask for a yes. Raises `PartlyDone` for a no; who interrupts is told that nothing was changed."""
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:
        raise KeyboardInterrupt("interrupted; nothing was changed") from None
    if not agreed:
        raise PartlyDone("nothing was changed")
