"""One registry: every key of the interface page, no key twice, every handler there."""

from __future__ import annotations

import re

import pytest

from readlist.tui import registry
from readlist.tui.glyphs import ASCII, UNICODE
from readlist.tui.screens.help import HelpPage, help_lines
from readlist.tui.screens.home import HomePage
from readlist.tui.screens.page import Page
from readlist.tui.screens.paper import PaperPage
from readlist.tui.screens.review import ReviewPage
from readlist.tui.screens.statistics import StatisticsPage
from readlist.tui.screens.triage import TriagePage
from readlist.tui.spans import plain

SCREENS: dict[str, type[Page]] = {
    page.PLACE: page for page in (HomePage, PaperPage, TriagePage, ReviewPage, StatisticsPage)
}

#: INTERFACE.md, "Default keys of the TUI".
DEFAULTS = {
    "j": "down", "down": "down", "k": "up", "up": "up", "g": "first", "G": "last", "enter": "open", "escape": "back",
    "1": "status-new", "2": "status-to-read", "3": "status-reading", "4": "status-read", "5": "status-skipped",
    "0": "clear-priority", "asterisk": "raise-priority", "space": "mark", "t": "tags", "n": "note", "o": "open-page",
    "p": "open-pdf", "x": "export", "z": "zotero", "m": "review", "T": "triage", "i": "import", "s": "statistics",
    "u": "undo", "ctrl+r": "redo", "slash": "search", "question_mark": "help", "ctrl+p": "palette", "q": "quit",
}  # fmt: skip


def test_the_keys_of_the_interface_page() -> None:
    keys = {key: action.name for action in registry.actions(registry.HOME) for key in action.keys}
    assert {key: keys.get(key) for key in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize("place", SCREENS)
def test_no_key_has_two_meanings(place: str) -> None:
    keys = [key for action in registry.actions(place) for key in action.keys]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("place", SCREENS)
def test_every_action_has_its_method(place: str) -> None:
    for action in registry.actions(place):
        name = re.match(r"\w+", action.handler)
        assert name
        assert hasattr(SCREENS[place], f"action_{name[0]}"), action


def test_names_are_unique_and_every_action_is_somewhere() -> None:
    names = [action.name for action in registry.ACTIONS]
    assert sorted(names) == sorted(set(names))
    assert all(action.places and action.description for action in registry.ACTIONS)
    assert all(registry.group_of(action) in registry.GROUPS for action in registry.ACTIONS)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_help_shows_every_action_of_a_place(glyphs: object) -> None:
    from readlist.tui.glyphs import Glyphs

    assert isinstance(glyphs, Glyphs)
    text = "\n".join(map(plain, help_lines(registry.HOME, "", glyphs)))
    for action in registry.actions(registry.HOME):
        assert action.description in text
    assert glyphs is UNICODE or text.isascii()


def test_help_can_be_searched() -> None:
    text = "\n".join(map(plain, help_lines(registry.HOME, "undo", UNICODE)))
    assert "take the last change back" not in "\n".join(map(plain, help_lines(registry.HOME, "trash", UNICODE)))
    assert "Ctrl+R" not in text or "again" in text
    assert plain(help_lines(registry.HOME, "no such thing", UNICODE)[0]).strip() == "no action is called that"


def test_help_has_no_keys_but_its_own() -> None:
    assert HelpPage.PLACE == registry.READER
