"""Keys that a person chose: read, checked, shown everywhere, and a slip keeps nobody out."""

from __future__ import annotations

from pathlib import Path

import pytest

from readlist.tui import registry
from readlist.tui.jobs import Jobs, Outcome
from readlist.tui.keyboard import Keyboard, read_key, read_keys
from readlist.tui.screens.help import HelpPage
from readlist.tui.screens.page import Page
from readlist.tui.views import PLACES, TRASH
from readlist.tui.widgets.lines import LineList
from tests.support import Cli
from tests.tui.conftest import NARROW, WIDE, opened


@pytest.mark.parametrize(
    ("written", "key", "shown"),
    [
        ("j", "j", "j"),
        ("G", "G", "G"),
        ("shift+g", "G", "G"),
        ("/", "slash", "/"),
        ("slash", "slash", "/"),
        ("<", "less_than_sign", "<"),
        ("+", "plus", "+"),
        ("ctrl++", "ctrl+plus", "Ctrl++"),
        ("Ctrl+R", "ctrl+r", "Ctrl+R"),
        ("alt+x", "alt+x", "Alt+X"),
        ("Esc", "escape", "Esc"),
        ("PgUp", "pageup", "PgUp"),
        ("Space", "space", "Space"),
        ("F2", "f2", "F2"),
        ("ctrl+shift+up", "ctrl+shift+up", "Ctrl+Shift+Up"),
        ("ctrl+i", "tab", "Tab"),
        ("ctrl+m", "enter", "Enter"),
        ("ä", "ä", "ä"),
    ],
)
def test_keys_are_read_as_people_write_them(written: str, key: str, shown: str) -> None:
    assert read_key(written) == key
    assert registry.key_name(key) == shown


@pytest.mark.parametrize("written", ["nope", "ctrl+", "hyper+x", "ctrl+ctrl+x", "f99", ""])
def test_what_is_no_key(written: str) -> None:
    with pytest.raises(ValueError, match="there is no key"):
        read_key(written)


def test_every_default_key_is_read_as_itself_and_as_it_is_shown() -> None:
    for action in registry.ACTIONS:
        for key in action.keys:
            assert read_key(key) == key
            assert read_key(registry.key_name(key)) == key


def test_keys_may_be_swapped_and_taken_away() -> None:
    keyboard = read_keys({"note": "t", "tags": "n  N", "up": ""})
    assert keyboard == Keyboard({"note": ("t",), "tags": ("n", "N"), "up": ()})
    assert keyboard.shown("tags") == "n"
    assert keyboard.says("up", "goes up") == ""
    assert keyboard.says("undo", "takes it back") == "u takes it back"


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"notte": "N"}, "tui.keys.notte: there is no such action; did you mean note?"),
        ({"note": "crtl+n"}, "tui.keys.note: there is no key 'crtl+n'"),
        ({"note": 7}, "tui.keys.note: write the keys as text"),
        ({"note": "t"}, "tui.keys.note: t is the key of tags on the screen list already"),
        ({"quit": "escape"}, "tui.keys.quit: Escape always goes back"),
        ({"note": "f5", "sort": "f5"}, "tui.keys.sort: F5 is the key of note on the screen list already"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_the_default_stays(chosen: dict[str, object], problem: str) -> None:
    read = read_keys({**chosen, "search": "f3"})
    assert len(read.problems) == 1
    assert read.problems[0].startswith(problem)
    assert read.keys["search"] == ("f3",)
    for name in set(chosen) & set(registry.BY_NAME) - set(read.keys):
        assert read.shown(name) == registry.key_name(registry.BY_NAME[name].keys[0])


def test_a_default_that_comes_back_is_checked_too() -> None:
    # Tags wanted the key of note, which note gives away only if its own wish can be met.
    read = read_keys({"tags": "n", "note": "f5 q"})
    assert not read.keys
    assert len(read.problems) == 2


def test_no_settings_can_leave_a_key_with_two_meanings() -> None:
    read = read_keys({action.name: "j" for action in registry.ACTIONS})
    for place in registry.PLACES:
        keys = [key for action in registry.actions(place, read.keys) for key in action.keys]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_chosen_keys_work_and_are_shown_everywhere(library_path: Path, size: tuple[int, int]) -> None:
    keyboard = read_keys({"status-to-read": "f6", "undo": "U", "search": "f3", "help": "f1", "palette": "f4"})
    async with opened(library_path, size, keyboard=keyboard) as drive:
        assert "F6 to read" in drive.screen[-1]
        assert "/ search" not in drive.screen[-1]
        await drive.press("2", "u", "f6")
        assert drive.status(1) == "to-read"
        assert "U takes it back" in drive.message
        await drive.press("U")
        assert drive.status(1) == "new"
        await drive.press("slash", "question_mark", "ctrl+p")
        assert drive.app.screen is drive.app.home
        assert not drive.app.home.query("#search")
        await drive.press("f3")
        assert drive.app.home.query("#search")
        await drive.press("escape", "T", "f6", "U", "escape")
        assert drive.status(1) == "new"
        await drive.press("f1")
        assert isinstance(drive.app.screen, HelpPage)
        await drive.type("take the last")
        assert drive.shows("U take the last change back")
        await drive.press("escape", "f4")
        await drive.type("take the last")
        await drive.pilot.pause(0.3)
        assert drive.shows("(U)")


async def test_digits_that_are_no_keys_begin_a_count(library_path: Path) -> None:
    keyboard = read_keys({f"status-{name}": "" for name in ("new", "to-read", "reading", "read", "skipped")})
    async with opened(library_path, keyboard=keyboard) as drive:
        await drive.press("3", "j")
        assert drive.app.home.shelf.cursor == 3
        await drive.press("5", "G")
        assert drive.app.home.shelf.cursor == 4
        await drive.press("2", "g")
        assert drive.app.home.shelf.cursor == 1
        await drive.press("1", "0", "g")
        assert drive.app.home.shelf.cursor == 9


async def test_a_slip_in_the_settings_is_told_on_the_screen(library_path: Path) -> None:
    read = read_keys({"notte": "N"})
    warnings = [f"config.toml: {problem}" for problem in read.problems]
    async with opened(library_path, WIDE, keyboard=read, warnings=warnings) as drive:
        assert drive.message.startswith("config.toml: tui.keys.notte: there is no such action; did you mean note?")
        await drive.press("n")
        assert not isinstance(drive.app.screen, Page)


def test_config_lists_chosen_keys_and_what_is_wrong_with_them(cli: Cli) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text("[tui.keys]\nnotte = 'N'\nundo = 'U'\n", encoding="utf-8")
    done = cli("config")
    assert "tui.keys.undo      U" in done.out
    assert "config.toml: tui.keys.notte: there is no such action; did you mean note?" in done.err
    cli.setenv(READLIST_TUI_KEYS_COPY_LINK="Z")
    assert "tui.keys.copy-link Z" in cli("config").out


def test_keys_must_be_a_table(cli: Cli) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text("[tui]\nkeys = 'N'\n", encoding="utf-8")
    assert "config.toml: line 2: tui.keys is a table" in cli("config").err


def test_keys_of_windows_are_chosen_and_checked_too() -> None:
    read = read_keys({"forget-note": "ctrl+s", "keep-note": "x", "rename-tag": "d", "tick": "f7", "down": "f8"})
    assert read.keys == {"tick": ("f7",), "down": ("f8",)}
    assert set(read.problems) == {
        "tui.keys.forget-note: Ctrl+S is the key of keep-note in the window note already",
        "tui.keys.keep-note: x is typed there; choose one with Ctrl, or a function key",
        "tui.keys.rename-tag: d is the key of delete-tag in the window all-tags already",
    }


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_chosen_keys_work_and_are_shown_in_windows(library_path: Path, size: tuple[int, int]) -> None:
    chosen = {"tick": "f7", "down": "f8", "keep-note": "f9", "choose-number": "a b c", "mark-file": "f10"}
    async with opened(library_path, size, keyboard=read_keys(chosen), actions=Jobs(export=nothing_to_do)) as drive:
        await drive.press("C", "f8", "f8", "f7")
        assert drive.shows("F7 show it or not")
        assert drive.app.screen.query_one(LineList).cursor == 2
        assert drive.shows("[ ] first author")
        await drive.press("question_mark")
        assert drive.shows("F7 fill the box")
        await drive.press("escape", "escape", "n")
        assert drive.shows("F9 keep it")
        await drive.type("mine")
        await drive.press("f9")
        assert drive.paper(1)["note"] == "mine"
        await drive.press("x")
        assert drive.shows("b biblatex")
        await drive.press("2", "b")
        assert drive.shows("as biblatex to")


def nothing_to_do(*_given: object) -> Outcome:
    return Outcome("")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_footer_is_silent_below_a_window_and_follows_the_situation(
    library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size) as drive:
        assert "2 to read" in drive.screen[-1]
        assert "q quit" in drive.screen[-1]
        await drive.press("t")
        assert "to read" not in drive.screen[-1]
        assert drive.shows("Tab complete Down to the boxes")
        await drive.press("escape", "space")
        assert "Esc clear marks" in drive.screen[-1]
        await drive.press("escape", "d")
        drive.app.home.show_view(TRASH)
        await drive.settle()
        assert drive.screen[-1].startswith(" d restore  E empty it  u undo")
        drive.app.home.show_view(PLACES[2])
        await drive.settle()
        assert drive.screen[-1].startswith(" i import  Tab other place")
        assert "to read" not in drive.screen[-1]


async def test_control_c_ends_nothing(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("ctrl+c")
        assert drive.app.is_running
        assert drive.message.startswith("q leaves readlist")
        await drive.press("ctrl+q")
        assert drive.app.return_code == 0
