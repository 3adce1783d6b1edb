"""readlist undo, redo, history."""

from __future__ import annotations

import click

from readlist.actions import triage
from readlist.actions.browsing import Action, time_text
from readlist.cli.app import Session, Whole, pass_session
from readlist.cli.output import plain


@click.command("undo")
@click.argument("steps", metavar="[N]", type=Whole(1), default=1)
@pass_session
def undo_command(session: Session, steps: int) -> None:
    """Take back the last change, or the last N; a bulk change is one."""
    with session.library_if_any() as library:
        _print(session, triage.undo(library, steps), steps, "undone", "to undo")


@click.command("redo")
@click.argument("steps", metavar="[N]", type=Whole(1), default=1)
@pass_session
def redo_command(session: Session, steps: int) -> None:
    """Do again what was undone last."""
    with session.library_if_any() as library:
        _print(session, triage.redo(library, steps), steps, "done again", "to redo")


def _print(session: Session, actions: list[Action], steps: int, what: str, to_do: str) -> None:
    for action in actions:
        session.output.done(f"{what}: {plain(action.summary)}")
    if len(actions) < steps:
        session.output.say(f"Nothing {'more ' if actions else ''}{to_do}.")


@click.command("history")
@click.option("--limit", type=Whole(1, 10**9), default=50, show_default=True, metavar="N")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def history_command(session: Session, limit: int, as_json: bool) -> None:
    """What was changed, the last first."""
    with session.library_if_any() as library:
        found = library.history(limit + 1)
    actions = found[:limit]
    if as_json:
        session.output.json(
            [
                {
                    "id": action.id,
                    "at": time_text(action.at),
                    "action": action.name,
                    "summary": action.summary,
                    "state": action.state,
                    "changes": action.changes,
                }
                for action in actions
            ]
        )
        return
    for action in actions:
        state = "" if action.state == "done" else f" ({action.state})"
        session.output.data(f"{action.at:%Y-%m-%d %H:%M}  {plain(action.summary)}{state}")
    if len(found) > limit:
        session.output.say(f"There are earlier ones; readlist history --limit {limit * 10} shows more of them.")
