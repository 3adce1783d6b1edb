"""Nothing that is said is cut without a way to read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readlist.library import Library, edits
from readlist.paper import Entry
from readlist.tui.screens.said import SaidPage
from readlist.tui.spans import line_width, plain, squeezed, wrap_line
from readlist.tui.widgets.bars import MessageLine
from tests.tui.conftest import NARROW, NOW, WIDE, opened

LONG = "/somewhere/far/down/library.sqlite3: cannot write the library: " + "it is read-only and stays so; " * 2 + "END"


@given(st.lists(st.tuples(st.text("ab 文é", max_size=20), st.sampled_from(["x", "y"])), max_size=5), st.integers(4, 30))
def test_a_wrapped_line_loses_nothing_but_blanks(line: list[tuple[str, str]], width: int) -> None:
    lines = wrap_line(line, width)
    assert "".join(map(plain, lines)).replace(" ", "") == plain(line).replace(" ", "")
    assert all(line_width(part) <= width for part in lines)
    for role in "xy":
        was = "".join(text for text, own in line if own == role).replace(" ", "")
        now = "".join(text for part in lines for text, own in part if own == role).replace(" ", "")
        assert was == now


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_long_message_takes_more_lines_and_gives_them_back(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        home = drive.app.home
        height = home.shelf.size.height
        home.say(LONG, "bad")
        await drive.settle()
        assert "END" in drive.message
        assert drive.message.endswith("1 of 10")
        assert home.message.size.height == (2 if size == NARROW else 1)
        assert all(len(line) == size[0] for line in drive.screen)
        await drive.press("j")
        assert "END" in drive.message
        assert drive.message.endswith("2 of 10")
        await drive.press("2")
        assert home.message.size.height == 1
        assert home.shelf.size.height == height


async def test_what_is_too_long_for_two_lines_can_be_read(library_path: Path) -> None:
    async with opened(library_path) as drive:
        drive.app.home.say("word " * 100 + "END", "bad")
        await drive.settle()
        assert drive.app.home.message.size.height == MessageLine.MOST
        assert not drive.shows("END")
        assert "…  1 of 10" in drive.screen[-2]
        await drive.press("2")
        await drive.press("M")
        assert drive.shows("END")
        assert drive.screen[1].startswith(" • “Alpha faces in the wild” → to-read")
        await drive.press("j", "escape")
        await drive.click("#message", 3, 0)
        assert isinstance(drive.app.screen, SaidPage)


async def test_a_message_fits_again_in_a_wider_window(library_path: Path) -> None:
    async with opened(library_path) as drive:
        drive.app.home.say("a sentence of some length " * 5)
        await drive.settle()
        assert drive.app.home.message.size.height == 2
        await drive.pilot.resize_terminal(200, 40)
        await drive.settle()
        assert drive.app.home.message.size.height == 1


@pytest.mark.parametrize("size", [(40, 10), NARROW, WIDE])
async def test_a_verdict_takes_one_line_and_says_how_to_take_it_back(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "library.sqlite3"
    with Library.open(path) as library, library.action("import", "papers", NOW) as writer:
        for number in range(6):
            title = f"Large-scale “identity-preserving” generation {number}: does it agree with 漢字漢字漢字漢字 "
            edits.take_in(writer, Entry(title * 2, "", "pasted", 1))
    async with opened(path, size) as drive:
        home = drive.app.home
        height = home.shelf.size.height
        for keys in (("g", "2"), ("g", "3"), ("g", "t", "n", "e", "w", "enter"), ("u",), ("ctrl+r",), ("d",)):
            await drive.press(*keys)
            assert home.message.size.height == 1, drive.screen[-3:]
            assert home.shelf.size.height == height
            back = "Ctrl+R does it again" if keys == ("u",) else "u takes it back"
            if size[0] == 40 and keys in (("u",), ("ctrl+r",)):
                back = "+new"  # there is no room for the key
            assert f"{back}  " in drive.message or drive.message.endswith(back)
            assert size[0] == 40 or re.search(r"\d of \d$", drive.message)
            assert all(cell_len(line) == size[0] for line in drive.screen)


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100])
def test_titles_in_a_line_give_way_to_what_was_done(width: int) -> None:
    line = [("“" + "漢字 faces " * 9 + "” → to-read", "text"), ("  u takes it back", "dim")]
    shown = squeezed(line, width)
    assert line_width(shown) <= max(width, 30)
    assert plain(shown).endswith("” → to-read  u takes it back")
    assert squeezed(line, 500) == line
    assert squeezed([("nothing to cut " * 9, "")], 20) == [("nothing to cut " * 9, "")]


async def test_nothing_said_yet(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("M")
        assert drive.shows("Nothing was said yet.")


async def test_the_fault_of_a_query_is_read_in_full(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("has:nothing")
        assert "there are note, tag, abstract, doi, key, code, zotero" in drive.message


async def test_a_message_never_runs_into_the_place_at_the_right(library_path: Path) -> None:
    async with opened(library_path) as drive:
        for length in range(60, 90):
            drive.app.home.say("x" * length)
            await drive.settle()
            shown = "".join(drive.message.removesuffix("1 of 10").split())
            assert shown == "x" * length, length
            assert drive.message.endswith(" 1 of 10")
