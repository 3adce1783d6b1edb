"""The other screens and ways in: help, palette, statistics, themes, mouse, screenshot, any size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.widget import Widget
from textual.widgets import Input

from readlist.tui.app import screenshot
from readlist.tui.colours import THEMES
from readlist.tui.views import ALL, INBOX, PLACES
from readlist.tui.widgets.bars import HintBar
from readlist.tui.widgets.sidebar import CountBar
from tests.tui.conftest import NARROW, TITLES, WIDE, Clock, opened


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_help(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("question_mark")
        assert drive.shows("raise the priority")
        await drive.press("pagedown", "down", "up")
        await drive.type("redo")
        assert drive.shows("do again what was undone")
        assert not drive.shows("raise the priority")
        await drive.press("ctrl+u", "slash")
        assert drive.shows("Find and mark")
        await drive.type("mark")  # as who is used to a slash before what is looked for
        assert drive.shows("mark from the last mark to here")
        await drive.press("escape")
        assert drive.app.screen is drive.app.home
        await drive.press("T", "question_mark")
        assert drive.shows("decide later")
        await drive.press("escape", "escape")
        assert drive.app.screen is drive.app.home


async def test_palette_does_what_the_key_does(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("ctrl+p")
        await drive.type("status read")
        await drive.pilot.pause(0.3)
        await drive.press("enter")
        await drive.settle()
        assert drive.app.screen is drive.app.home
        assert drive.status(1) in {"read", "to-read"}


async def test_mouse_in_the_list(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.click("#list", 20, 3)
        assert drive.app.home.shelf.current == 4
        await drive.click("#list", 1, 1)
        assert drive.app.home.listing.marked == {2}
        await drive.click("#list", 20, 5, times=2)
        assert drive.shows("arXiv:2506.00006")
        await drive.press("escape")
        await drive.click("#hints", 2, 0)
        assert drive.status(2) == "to-read"


async def test_mouse_on_places(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        await drive.click("#sidebar", 6, 5)
        assert drive.app.home.view == ALL
        await drive.click("#sidebar", 6, 10)
        assert drive.app.home.view.tag == "faces"
        await drive.click("#sidebar", 6, 8)
        assert drive.app.home.view.tag == "faces"
    async with opened(library_path) as drive:
        bar = drive.app.home.query_one(CountBar)
        line = "".join(segment.text for segment in bar.render_line(0))
        await drive.click("#counts", line.index("Read "), 0)
        assert drive.app.home.view.name == "Read"
        assert drive.app.home.shelf.current == 9


@pytest.mark.parametrize("width", [20, 40, 60, 80])
async def test_the_place_that_is_shown_is_in_the_count_bar(library_path: Path, width: int) -> None:
    async with opened(library_path, (width, 20)) as drive:
        for _ in range(len(PLACES) + 2):  # the tags too
            await drive.press("tab")
            view = drive.app.home.view
            assert f"[{view.sign}{view.name}" in drive.screen[0]


async def test_the_wheel_scrolls_without_the_cursor(library_path: Path) -> None:
    async with opened(library_path, (80, 11)) as drive:
        home = drive.app.home
        home.shelf.post_message(_wheel(home.shelf))
        await drive.settle()
        assert home.shelf.top > 0
        assert home.shelf.cursor == 0
        await drive.press("j")
        assert home.shelf.top <= 1


def _wheel(widget: Widget) -> events.MouseScrollDown:
    return events.MouseScrollDown(
        widget=widget, x=1, y=1, delta_x=0, delta_y=1, button=0, shift=False, meta=False, ctrl=False
    )


@pytest.mark.parametrize("size", [(200, 60), (120, 35), (60, 16), (30, 8), (12, 4)])
async def test_any_size(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        for keys in (("j", "2"), ("enter",), ("escape", "T"), ("escape", "s"), ("escape", "question_mark")):
            await drive.press(*keys)
            assert all(cell_len(line) == size[0] for line in drive.screen)
        await drive.press("escape")
        await drive.pilot.resize_terminal(90, 30)
        await drive.settle()
        assert drive.shows("Gamma rays") or drive.shows("Delta rules")


@pytest.mark.parametrize("theme", [*(theme.name for theme in THEMES), "textual-light", "ansi-dark", "no such theme"])
async def test_themes(library_path: Path, theme: str) -> None:
    async with opened(library_path, theme=theme) as drive:
        assert drive.shows(TITLES[0])
        drive.app.theme = "readlist-light"
        await drive.settle()
        assert drive.app.look["text"].color is not None
        assert drive.shows(TITLES[0])


async def test_the_theme_that_was_chosen_is_there_again(library_path: Path) -> None:
    async with opened(library_path) as drive:
        drive.app.theme = "readlist-light"
        await drive.settle()
    async with opened(library_path) as drive:
        assert drive.app.theme == "readlist-light"
        assert drive.app.look["text"].color is not None
        drive.app.theme = "readlist-dark"
        await drive.settle()
    async with opened(library_path) as drive:
        assert drive.app.theme == "readlist-dark"


async def test_no_colour(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(library_path) as drive:
        await drive.press("j", "space")
        assert any(line.startswith(" ◆") for line in drive.screen)
        assert any(line.startswith("▌") for line in drive.screen)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_no_colour_is_the_terminals_own(
    library_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(library_path, size) as drive:
        # The list, a search, dialogs, boxes to type in, windows of Textual's own, other screens.
        for typed in ("space", "slash f", "escape", "t", "escape", "n x", "ctrl+t", "ctrl+g", "ctrl+p", "escape", "C",
                      "escape", "s", "escape", "m", "escape"):  # fmt: skip
            keys = tuple(typed.split())
            await drive.press(*keys)
            strips = drive.app.screen._compositor.render_strips(drive.app.size)
            drawn = "".join(strip.render(drive.app.console) for strip in strips)
            codes = {code for found in re.findall(r"\x1b\[([0-9;:]*)m", drawn) for code in re.split("[;:]", found)}
            assert codes <= {"", "0", "1", "2", "3", "4", "7"}, keys
            cursor = [segment for strip in strips for segment in strip if segment.style and segment.style.reverse]
            assert cursor or keys not in {("space",), ("slash", "f"), ("t",), ("n", "x"), ("C",)}, keys
        await drive.click("#heading" if size == WIDE else "#counts", 30, 0)
        assert "by title" in drive.screen[0] or drive.app.home.view is not INBOX


async def test_an_empty_no_color_says_nothing(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    async with opened(library_path) as drive:
        strips = drive.app.screen._compositor.render_strips(drive.app.size)
        assert any(segment.style and segment.style.color for strip in strips for segment in strip)


async def test_hints_fit(library_path: Path) -> None:
    async with opened(library_path) as drive:
        assert drive.screen[-1].startswith(" 2 to read  3 reading  4 read  5 skip  u undo  T triage  / search  ? help")
        assert drive.app.home.query_one(HintBar).size.width == 80


async def test_search_box_is_gone_after_use(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash", "enter")
        assert not drive.app.home.query(Input)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_screenshot(library_path: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    target = tmp_path / "shot.svg"
    screenshot(library_path, Clock(), size, target)
    text = target.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "Alpha&#160;faces" in text
