"""What the footer shows where the usual keys are of no use: an empty list, the trash, marked papers, the end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from readlist.tui.registry.places import COLUMNS, HELP, HOME, NOTE, PAPER, REVIEW, TAGS, TRIAGE, ZOTERO

#: How a place may be: nothing is in the list, it is the trash, papers are marked, a search is on, all was looked at,
#: a text is being typed.
EMPTY, TRASH, MARKED, SEARCHED, OVER, TYPED = "empty", "trash", "marked", "searched", "over", "typed"
Situation = frozenset[str]
PLAIN: Situation = frozenset()


class Footer(NamedTuple):
    """The actions in their order, and names of their own for some of them. ``names`` empty: by their ranks."""

    names: tuple[str, ...] = ()
    labels: Mapping[str, str] = MappingProxyType({})


#: By place and what the situation has, the first that fits.
_FOOTERS: Mapping[tuple[str, Situation], Footer] = {
    (HOME, frozenset({EMPTY, SEARCHED})): Footer(("search", "next-view", "undo", "import", "help", "palette")),
    (HOME, frozenset({EMPTY, TRASH})): Footer(("next-view", "undo", "import", "help", "palette")),
    (HOME, frozenset({EMPTY})): Footer(
        ("import", "next-view", "undo", "zotero", "statistics", "help", "palette"), {"next-view": "other place"}
    ),
    (HOME, frozenset({TRASH})): Footer(
        ("remove", "empty-trash", "undo", "mark", "mark-all", "open", "search", "next-view", "help", "palette"),
        {"remove": "restore", "empty-trash": "empty it"},
    ),
    (HOME, frozenset({MARKED})): Footer(
        ("status-to-read", "status-reading", "status-read", "status-skipped", "tags", "export", "raise-priority",
         "remove", "undo", "copy-bibtex", "copy-link", "mark-range", "mark-all", "triage", "help", "palette")
    ),
    (PAPER, frozenset({EMPTY})): Footer(("undo", "help", "palette")),
    (PAPER, frozenset({TRASH})): Footer(
        ("remove", "undo", "help", "next-paper", "previous-paper", "palette"), {"remove": "restore"}
    ),
    (TRIAGE, frozenset({OVER})): Footer(("undo", "help", "palette")),
    (HELP, PLAIN): Footer(("down", "up", "page-down", "page-up")),
    (REVIEW, frozenset({OVER})): Footer(("undo", "previous-doubt", "help", "palette")),
    (REVIEW, PLAIN): Footer(
        ("accept", "reject", "not-on-arxiv", "next-doubt", "undo", "next-candidate", "type-id", "open-record", "help",
         "previous-doubt", "palette")
    ),
    (ZOTERO, frozenset({EMPTY})): Footer(("plan-again", "cancel", "undo", "help", "palette")),
    (COLUMNS, PLAIN): Footer(labels={"submit": "keep them", "tick": "show it or not"}),
    (TAGS, frozenset({TYPED})): Footer(("complete", "down", "submit", "help"), {"down": "to the boxes"}),
    (TAGS, PLAIN): Footer(("tick", "complete", "submit", "help"), {"complete": "to the line"}),
}  # fmt: skip
_USUAL = Footer()


def footer(place: str, situation: Situation) -> Footer:
    """What the footer of a place shows in a situation."""
    found = (footer for (where, has), footer in _FOOTERS.items() if where == place and has <= situation)
    return next(found, _USUAL)


def way_out(place: str, situation: Situation) -> tuple[str, str]:
    """The action that leads out of a place, which stays in sight, and its name there; an empty one: its own."""
    if place == NOTE:
        return "keep-note", ""
    if place != HOME:
        return "back", ""
    if MARKED in situation:
        return "back", "clear marks"
    return ("back", "clear search") if SEARCHED in situation else ("quit", "")
