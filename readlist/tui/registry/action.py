"""What an action is."""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """Something a person can do.

    ``handler`` is the action method of the screen, as Textual writes it (``verdict('read')``); where it has ``{}``,
    that is the number of the key among the action's keys. ``places`` are the screens and windows that have it.
    ``hint`` is the rank in the footer, 0 for none; ``label`` is its short name there.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    description: str
    handler: str
    places: frozenset[str]
    hint: int = 0
    counted: bool = False


def do(
    name: str,
    keys: str,
    label: str,
    handler: str,
    places: frozenset[str],
    description: str,
    hint: int = 0,
    counted: bool = False,
) -> Action:
    """An action, its keys with blanks between them."""
    return Action(name, tuple(keys.split()), label, description, handler, places, hint, counted)
