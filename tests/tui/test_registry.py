"""One registry: every key of the interface page, no key twice, every handler there."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from textual.widget import Widget

from readlist.tui import registry
from readlist.tui.app import ReadlistApp
from readlist.tui.glyphs import ASCII, UNICODE
from readlist.tui.screens.ask import AskPage
from readlist.tui.screens.choice import ChoicePage
from readlist.tui.screens.columns import ColumnsPage, SortPage
from readlist.tui.screens.files import FileList
from readlist.tui.screens.help import HelpPage, help_lines
from readlist.tui.screens.home import HomePage
from readlist.tui.screens.identifier import IdentifierPage
from readlist.tui.screens.importing import ImportPage
from readlist.tui.screens.note import NotePage
from readlist.tui.screens.paper import PaperPage
from readlist.tui.screens.report import ReportPage
from readlist.tui.screens.review import ReviewPage
from readlist.tui.screens.said import SaidPage
from readlist.tui.screens.statistics import StatisticsPage
from readlist.tui.screens.tag_list import TagListPage
from readlist.tui.screens.tags import TagPage
from readlist.tui.screens.target import TargetPage
from readlist.tui.screens.triage import TriagePage
from readlist.tui.screens.zotero import ZoteroPage
from readlist.tui.spans import line_width, plain

SCREENS: dict[str, list[type[Widget]]] = {
    registry.HOME: [HomePage],
    registry.PAPER: [PaperPage],
    registry.TRIAGE: [TriagePage],
    registry.REVIEW: [ReviewPage],
    registry.STATISTICS: [StatisticsPage],
    registry.ZOTERO: [ZoteroPage],
    registry.READER: [ReportPage, SaidPage],
    registry.HELP: [HelpPage],
    registry.CHOICE: [ChoicePage],
    registry.LINE: [AskPage, TargetPage, IdentifierPage],
    registry.LINES: [AskPage],
    registry.TAGS: [TagPage],
    registry.ALL_TAGS: [TagListPage],
    registry.COLUMNS: [ColumnsPage],
    registry.SORT: [SortPage],
    registry.NOTE: [NotePage],
    registry.IMPORT: [ImportPage],
    registry.FILES: [FileList],
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
        name = re.match(r"(app\.)?(\w+)", action.handler)
        assert name
        for widget in SCREENS[place]:
            assert hasattr(ReadlistApp if name[1] else widget, f"action_{name[2]}"), (widget, action)


def test_every_place_is_a_screen_or_a_window() -> None:
    assert set(SCREENS) == set(registry.PLACES)


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


@pytest.mark.parametrize("place", sorted(registry.TYPING))
def test_no_action_has_a_key_that_is_typed(place: str) -> None:
    assert not [key for action in registry.actions(place) for key in action.keys if registry.types(key)]


@pytest.mark.parametrize("width", [40, 79])
@pytest.mark.parametrize("place", registry.PLACES)
def test_help_is_wrapped_not_cut(place: str, width: int) -> None:
    lines = help_lines(place, "", UNICODE, {"undo": ("ctrl+shift+up", "ctrl+shift+down", "ctrl+alt+u")}, width)
    assert max(map(line_width, lines)) <= width
    # What stands at the right, as one text: the columns left of it are the keys.
    text = " ".join(" ".join(plain(line)[24:] for line in lines).split())
    for action in registry.actions(place):
        assert action.description in text


def test_the_way_out_is_the_last_hint_everywhere() -> None:
    for place in registry.PLACES:
        for size in range(3):
            for names in combinations((registry.EMPTY, registry.TRASH, registry.MARKED, registry.OVER), size):
                shown = registry.hints(place, situation=frozenset(names))
                assert shown[-1].name in {"back", "quit", "keep-note"}, place
                assert len({action.name for action in shown}) == len(shown)
