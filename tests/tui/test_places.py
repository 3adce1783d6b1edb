"""Places that a person makes: saved searches and tags over the library, by key and by mouse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.color import Color
from textual.widgets import Input

from readlist.actions.browsing import saved_searches, tag_colours
from readlist.actions.tagging import colour_tag
from readlist.actions.triage import change_tags
from readlist.library import Library
from readlist.tui.app import ReadlistApp
from readlist.tui.colours import TAGS, THEMES, styles, tag_role
from readlist.tui.glyphs import ASCII
from readlist.tui.screens.ask import AskPage
from readlist.tui.screens.choice import ChoicePage, _Options
from readlist.tui.screens.tag_list import TagListPage, _TagList
from readlist.tui.spans import plain
from readlist.tui.views import ALL, tag_view
from tests.tui.conftest import NARROW, WIDE, Clock, Drive, opened


async def save(drive: Drive, search: str, name: str) -> None:
    await drive.press("slash")
    await drive.type(search)
    await drive.press("enter", "w")
    await drive.type(name)
    await drive.press("enter")


def searches(drive: Drive) -> list[tuple[str, str]]:
    return [(search.name, search.query) for search in saved_searches(drive.app.desk.library)]


def lines(drive: Drive) -> list[str]:
    """What the sidebar shows."""
    sidebar = drive.app.home.sidebar
    return [" ".join(plain(sidebar.line(index, 20)).split()) for index in range(sidebar.count)]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_search_is_saved_shown_with_its_number_and_opened(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        home = drive.app.home
        await save(drive, "of", "About of")
        assert searches(drive) == [("About of", "status:new of")]
        assert "saved search “About of”" in drive.message
        number = len(home.listing)
        assert lines(drive)[-2:] == ["Searches", f"/ About of {number}"]
        await drive.press("escape", "shift+tab")
        assert home.view.name == "About of"
        assert len(home.listing) == number
        assert drive.shows("/About of")
        await drive.press("2")
        assert lines(drive)[-1] == f"/ About of {number - 1}"
        await drive.press("u", "u")
        assert searches(drive) == []
        assert "Searches" not in lines(drive)
        assert home.view == ALL
        await drive.press("ctrl+r")
        assert searches(drive) == [("About of", "status:new of")]


async def test_saved_searches_are_there_after_a_restart_and_follow_other_programs(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        await save(drive, "of", "About of")
    async with opened(library_path, WIDE) as drive:
        assert lines(drive)[-1].startswith("/ About of")
        with Library.open(library_path) as library:
            from readlist.actions.searches import save_search

            save_search(library, "Zz", "theta", Clock()())
        await drive.until(lambda: lines(drive)[-1] == "/ Zz 1")


async def test_a_search_is_changed_and_deleted_by_key(library_path: Path) -> None:
    async with opened(library_path) as drive:
        home = drive.app.home
        await save(drive, "of", "About of")
        await drive.press("escape", "shift+tab", "W")
        assert drive.shows("The saved search About of")
        await drive.press("1")
        await drive.press(*["backspace"] * 8)
        await drive.type("X")
        await drive.press("tab", "end")
        await drive.type(" year:soon")
        assert drive.shows("'soon' is not a year")
        await drive.press("enter")
        assert isinstance(drive.app.screen, AskPage)
        await drive.press(*["backspace"] * 10)
        await drive.type(" theta")
        await drive.press("enter")
        assert searches(drive) == [("X", "status:new of theta")]
        assert home.view.name == "X"
        assert home.listing.ids == []
        await drive.press("W", "2")
        assert searches(drive) == []
        assert home.view == ALL
        assert "deleted" in drive.message
        await drive.press("u", "u")
        assert searches(drive) == [("About of", "status:new of")]


async def test_what_cannot_be_saved_is_said(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("W")
        assert "this place is always there" in drive.message
        drive.app.home.show_view(ALL)
        await drive.settle()
        await drive.press("w")
        assert "there is no search to save; / begins one" in drive.message
        await drive.press("tab", "tab", "w")
        assert "a search in Trash cannot be saved" in drive.message
        await drive.press("tab", "w")
        assert drive.app.screen.query(Input).last().value == "tag:faces"
        await drive.press("enter")
        assert drive.shows("a saved search needs a name")
        await drive.press("escape")
        assert searches(drive) == []


async def test_a_saved_search_that_cannot_be_read_is_told(library_path: Path) -> None:
    with Library.open(library_path) as library, library.unjournaled() as connection:
        connection.execute("INSERT INTO saved_search (name, query) VALUES ('Odd', 'year:soon')")
    async with opened(library_path, WIDE) as drive:
        assert lines(drive)[-1] == "/ Odd ?"
        await drive.press("shift+tab")
        assert drive.shows("This search cannot be read.")
        assert drive.app.home.listing.ids == []
        await drive.press("2", "tab")
        assert len(drive.app.home.listing) == 10


async def test_places_by_mouse(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        home = drive.app.home
        await save(drive, "of", "About of")
        await drive.press("escape")
        await drive.click("#sidebar", 6, lines(drive).index("# faces 2"))
        assert home.view == tag_view("faces")
        await drive.pilot.click("#sidebar", offset=(6, home.sidebar.count - 1), button=3)
        await drive.settle()
        assert home.view.name == "About of"
        await drive.click(_Options.__name__, 4, 1)
        assert searches(drive) == []
        await drive.pilot.click("#sidebar", offset=(6, lines(drive).index("# faces 2")), button=3)
        await drive.settle()
        await drive.click(_Options.__name__, 4, 1)
        await drive.click(_Options.__name__, 4, 0)
        assert tag_colours(drive.app.desk.library) == {"faces": "red"}


def tags(drive: Drive, paper_id: int) -> list[str]:
    found: list[str] = json.loads(drive.paper(paper_id)["tags"])
    return found


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_tag_is_renamed_coloured_and_deleted_from_its_place(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        home = drive.app.home
        home.show_view(tag_view("faces"))
        await drive.settle()
        await drive.press("W", "1", *["backspace"] * 5)
        assert drive.shows("a tag needs at least one character")
        await drive.press("enter")
        assert isinstance(drive.app.screen, AskPage)
        await drive.type("heads")
        await drive.press("enter")
        assert tags(drive, 1) == ["heads", "to cite"]
        assert home.view == tag_view("heads")
        assert home.listing.ids == [1, 2]
        assert "tag faces → heads: 2 papers" in drive.message
        await drive.press("W", "2", "6")
        assert home.sidebar.tag_role("HEADS") == "tag-blue"
        assert ("#heads", "tag-blue") in [span for line in home.side_pane.lines for span in line]
        await drive.press("W", "3")
        assert tags(drive, 1) == ["to cite"]
        assert home.view == ALL
        await drive.press("u", "u", "u")
        assert tags(drive, 1) == ["faces", "to cite"]
        assert home.sidebar.tag_role("faces") == "tag"


async def test_renaming_onto_another_tag_asks(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("number_sign", "j", "r", *["backspace"] * 7)
        await drive.type("FACES")
        await drive.press("enter")
        assert isinstance(drive.app.screen, ChoicePage)
        assert drive.shows("There is a tag faces already, on 2 papers.")
        await drive.press("2")
        assert tags(drive, 1) == ["faces", "to cite"]
        await drive.press("G", "r", *["backspace"] * 7)
        await drive.type("faces")
        await drive.press("enter", "1")
        assert tags(drive, 1) == ["faces"]
        assert drive.shows("tag to cite merged into faces: 2 papers")
        await drive.press("escape", "u")
        assert tags(drive, 1) == ["faces", "to cite"]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_window_of_all_tags_stays_until_it_is_left(library_path: Path, size: tuple[int, int]) -> None:
    with Library.open(library_path) as library:
        for number, name in enumerate(("alpha", "beta", "gamma"), 3):
            change_tags(library, [number], Clock()(), add=[name])

    def told(drive: Drive) -> tuple[list[str], str]:
        box = drive.app.screen.query_one(_TagList)
        return [tag for tag, _ in box.tags], box.tags[box.cursor][0]

    async with opened(library_path, size) as drive:
        await drive.press("number_sign")
        before, _ = told(drive)
        assert before == ["faces", "to cite", "alpha", "beta", "gamma"]
        await drive.press("j", "j", "r", *["backspace"] * 5)
        await drive.type("delta")
        await drive.press("enter")
        assert told(drive) == (["faces", "to cite", "beta", "delta", "gamma"], "delta"), "renamed: the cursor follows"
        await drive.press("r", *["backspace"] * 5)
        await drive.type("beta")
        await drive.press("enter", "1")
        assert told(drive)[0] == ["beta", "faces", "to cite", "gamma"], "merged"
        await drive.press("end")
        assert told(drive)[1] == "gamma"
        await drive.press("k", "c", "1")
        assert tag_colours(drive.app.desk.library) == {"to cite": "red"}
        assert told(drive)[1] == "to cite", "coloured"
        await drive.press("d")
        assert told(drive) == (["beta", "faces", "gamma"], "gamma"), "deleted: the next one is where it was"
        await drive.press("d")
        assert told(drive) == (["beta", "faces"], "faces")
        await drive.press("d")
        await drive.press("d")
        assert drive.app.screen is drive.app.home, "no tag is left"
        assert not [number for number in range(1, 13) if drive.paper(number)["removed"]]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_all_tags_by_mouse_and_key(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("number_sign")
        assert isinstance(drive.app.screen, TagListPage)
        assert drive.shows("Tags of the library: 2")
        await drive.click(_TagList.__name__, 4, 1, times=2)
        assert drive.app.home.view == tag_view("to cite")
        await drive.press("number_sign")
        assert drive.app.screen.query_one(_TagList).cursor == 1
        await drive.click_hint("delete-tag")
        assert tags(drive, 1) == ["faces"]
        await drive.press("enter")
        assert drive.app.home.view == tag_view("faces")
        await drive.press("number_sign", "escape", "number_sign", "d")
        await drive.press("number_sign")
        assert "no paper has a tag; t adds some" in drive.message


async def test_a_colour_is_never_all_that_tells(library_path: Path) -> None:
    async with opened(library_path, WIDE, ascii_only=True) as drive:
        drive.app.desk.change("colour", lambda library, now: colour_tag(library, "faces", "red", now))
        await drive.settle()
        assert drive.app.glyphs is ASCII
        assert "# faces 2" in lines(drive)
        assert drive.shows("#faces #to cite")
        assert all(line.isascii() for line in drive.screen)
        for key in ("C", "S", "number_sign", "t"):
            await drive.press(key)
            assert all(line.isascii() for line in drive.screen), key
            await drive.press("escape")


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
def test_colours_can_be_read_on_every_ground(library_path: Path, theme: str) -> None:
    app = ReadlistApp(library_path, clock=Clock(), theme=theme)
    ground = Color.parse(app.get_css_variables()["background"])
    look = styles(app)
    for name in TAGS:
        color = look[tag_role(name)].color
        assert color is not None
        assert color.triplet is not None
        shade = Color(*color.triplet)
        light, dark = sorted((luminance(shade), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4, name
    app.desk.close()


def luminance(color: Color) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
