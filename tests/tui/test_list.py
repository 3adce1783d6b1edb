"""The list by key: moving, marking, deciding, taking back; at both sizes."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.geometry import Region

from readlist.actions import triage
from readlist.actions.browsing import Action
from readlist.library import Library
from readlist.tui.views import ALL, TRASH
from readlist.tui.widgets.paper_pane import PaperPane
from tests.tui.conftest import NARROW, NOW, TITLES, WIDE, opened


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_first_screen_shows_the_inbox_with_counts_and_the_paper(
    library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size) as drive:
        assert drive.shows("Alpha faces in the wild")
        assert drive.shows("We study alpha faces")
        assert not drive.shows("Kappa statistics")
        assert (
            drive.shows("Inbox 10")
            if size == NARROW
            else any("Inbox" in line and "10" in line for line in drive.screen)
        )
        assert drive.message.endswith("1 of 10")
        assert all(len(line) == size[0] for line in drive.screen)
        if size == WIDE:
            assert drive.shows("# faces")
            assert drive.shows("cs.CV")


async def test_moving(library_path: Path) -> None:
    async with opened(library_path) as drive:
        place = drive.app.home.shelf
        steps = (
            "j=1 down,j=3 k=2 up=1 G=9 j=9 g=0 k=0 end=9 home=0 pagedown=9 pageup=0 ctrl+d=6 ctrl+u=0 "
            "7,j=7 comma,3,k=4 comma,2,G=1 6,escape,j=2 comma,1,0,j=9"
        )
        for step in steps.split():
            names, _, expected = step.partition("=")
            await drive.press(*names.split(","))
            assert place.cursor == int(expected), step
        assert drive.app.home.current_paper_here() is not None
        assert drive.status(1) == "new"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_verdict_takes_the_paper_out_of_the_inbox_and_the_next_comes(
    library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("j", "2")
        assert drive.status(2) == "to-read"
        assert drive.app.home.shelf.current == 3
        assert drive.app.home.shelf.cursor == 1
        assert not any("Beta swapping" in line for line in drive.screen[:-2])
        assert "Beta swapping of faces” → to-read" in drive.message
        assert "u takes it back" in drive.message
        assert drive.message.endswith("2 of 9")
        assert drive.shows("Inbox 9") if size == NARROW else True
        await drive.press("u")
        assert drive.status(2) == "new"
        assert drive.app.home.shelf.current == 2
        assert "taken back" in drive.message
        await drive.press("ctrl+r")
        assert drive.status(2) == "to-read"
        assert "done again" in drive.message


@pytest.mark.parametrize(
    ("key", "status"), [("1", "new"), ("2", "to-read"), ("3", "reading"), ("4", "read"), ("5", "skipped")]
)
async def test_every_status_by_its_key(library_path: Path, key: str, status: str) -> None:
    async with opened(library_path) as drive:
        await drive.press(key)
        assert drive.status(1) == status


async def test_the_last_papers_of_the_inbox(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("G", "4", "4")
        assert (drive.status(12), drive.status(11)) == ("read", "read")
        assert drive.app.home.shelf.cursor == 7
        await drive.press("a", "5")
        assert drive.shows("The inbox is empty")
        assert "8 papers → skipped" in drive.message
        await drive.press("j", "2", "t", "n", "enter", "space", "asterisk", "o", "y", "x", "T")
        assert drive.app.screen is drive.app.home
        await drive.press("u")
        assert drive.message.endswith("of 8")


async def test_many_quick_verdicts_all_get_in(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press(*"2345234523")
        assert drive.shows("The inbox is empty")
        statuses = [drive.status(paper_id) for paper_id in (1, 2, 3, 4, 5, 6, 7, 8, 11, 12)]
        assert statuses == ["to-read", "reading", "read", "skipped"] * 2 + ["to-read", "reading"]
        await drive.press("comma", "1", "0", "u")
        assert drive.message.endswith("of 10")
        assert "10 steps" in drive.message


async def test_in_all_papers_a_verdict_moves_on_and_the_row_stays(library_path: Path) -> None:
    async with opened(library_path) as drive:
        drive.app.home.show_view(ALL)
        await drive.settle()
        await drive.press("4")
        assert drive.app.home.shelf.cursor == 1
        assert any("✓r" in line and TITLES[0] in line for line in drive.screen)


async def test_marks_and_a_verdict_on_all_of_them_is_one_step(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        await drive.press("space", "j", "space")
        assert drive.app.home.listing.marked == {1, 3}
        assert "2 marked" in drive.message
        assert drive.app.home.shelf.cursor == 3
        await drive.press("3")
        assert [drive.status(paper_id) for paper_id in (1, 2, 3)] == ["reading", "new", "reading"]
        assert "2 papers → reading" in drive.message
        assert drive.app.home.shelf.current == 4
        await drive.press("u")
        assert [drive.status(paper_id) for paper_id in (1, 2, 3)] == ["new", "new", "new"]
        assert drive.app.home.shelf.current == 1


async def test_marks_stay_with_papers_that_stay_in_the_list(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        await drive.press("tab", "tab", "tab", "tab", "tab")
        home = drive.app.home
        assert home.view == ALL
        await drive.press("space", "space")
        marked = set(home.listing.marked)
        assert len(marked) == 2
        here = home.shelf.current
        for keys in (("3",), ("asterisk",), ("t", "n", "e", "w", "enter"), ("2",)):
            await drive.press(*keys)
            assert home.listing.marked == marked, keys
            assert home.shelf.current == here
        assert {drive.status(number) for number in marked} == {"to-read"}
        await drive.press("d")
        assert home.listing.marked == set()  # they are in the trash


async def test_marking_with_counts_ranges_and_all(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("comma", "3", "space")
        assert drive.app.home.listing.marked == {1, 2, 3}
        await drive.press("7", "j", "v")
        assert len(drive.app.home.listing.marked) == 10
        await drive.press("escape")
        assert not drive.app.home.listing.marked
        await drive.press("a")
        assert len(drive.app.home.listing.marked) == 10
        await drive.press("a")
        assert not drive.app.home.listing.marked
        await drive.press("escape", "escape")
        assert drive.app.is_running


async def test_priority(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("asterisk", "asterisk")
        assert drive.paper(1)["priority"] == 2
        assert any("★2" in line for line in drive.screen)
        await drive.press("asterisk", "asterisk")
        assert drive.paper(1)["priority"] == 3
        assert "three stars are the most" in drive.message
        await drive.press("0")
        assert drive.paper(1)["priority"] == 0


async def test_trash_and_back(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("d")
        assert drive.paper(1)["removed"]
        assert drive.app.home.shelf.current == 2
        drive.app.home.show_view(TRASH)
        await drive.settle()
        assert drive.shows(TITLES[0])
        await drive.press("delete")
        assert not drive.paper(1)["removed"]
        assert drive.shows("Nothing here")


async def test_places_by_key(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        home = drive.app.home
        names = []
        for key in ("tab", "l", "right_square_bracket", "right", "tab", "tab", "tab", "tab", "tab", "tab"):
            await drive.press(key)
            names.append(home.view.name)
        assert names == [
            "To read", "Reading", "Read", "Skipped", "All", "Review", "Trash", "faces", "to cite", "Inbox",
        ]  # fmt: skip
        await drive.press("h", "shift+tab")
        assert home.view.name == "faces"
        assert len(home.listing) == 2
        await drive.press("left", "left", "left_square_bracket")
        assert home.view.name == "All"
        assert len(home.listing) == 12


async def test_sorting_keeps_the_paper(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("j", "j", "S")
        assert drive.shows("when it was added newest first")
        await drive.press("j", "enter")
        assert drive.app.home.sort == "title"
        assert drive.app.home.shelf.current == 3
        assert drive.message.startswith("sorted by title, A to Z")
        await drive.press("S", "space", "enter")
        assert drive.app.home.sort == "-title"
        assert drive.app.home.shelf.current == 3
        assert drive.app.home.listing.ids[0] == 6
        assert drive.message.startswith("sorted by title, Z to A")


async def test_open_shows_the_paper_and_escape_goes_back(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        await drive.press("enter")
        assert drive.shows("arXiv:2506.00001")
        assert drive.shows("jun17.txt:10")
        assert drive.shows("https://arxiv.org/abs/2506.00001")
        assert drive.shows("#faces #to cite")
        await drive.press("right_square_bracket")
        assert drive.shows("Beta swapping of faces")
        await drive.press("h", "2")
        assert drive.status(1) == "to-read"
        assert drive.shows("Beta swapping of faces")
        await drive.press("j", "G", "g", "pagedown", "u")
        assert drive.status(1) == "new"
        assert drive.shows("taken back")
        await drive.press("d")
        assert drive.paper(1)["removed"]
        await drive.press("escape", "escape")
        assert drive.app.screen is drive.app.home
        assert drive.app.is_running


async def test_undo_across_a_restart(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("j", "2", "4")
    async with opened(library_path) as drive:
        assert (drive.status(2), drive.status(3)) == ("to-read", "read")
        await drive.press("u")
        assert drive.status(3) == "new"
        assert drive.app.home.shelf.current == 3
        await drive.press("u")
        assert drive.status(2) == "new"
        assert drive.app.home.shelf.current == 2
    async with opened(library_path) as drive:
        await drive.press("ctrl+r")
        assert drive.status(2) == "to-read"


async def test_nothing_to_undo(tmp_path: Path) -> None:
    async with opened(tmp_path / "empty.sqlite3") as drive:
        assert drive.shows("The inbox is empty")
        assert drive.shows("i imports a listing")
        await drive.press("u")
        assert drive.message.startswith("nothing to take back")
        await drive.press("ctrl+r")
        assert drive.message.startswith("nothing to do again")


async def test_an_empty_inbox_opens_all_papers(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("a", "4")
    async with opened(library_path) as drive:
        assert drive.app.home.view == ALL
        assert len(drive.app.home.listing) == 12


async def test_quit(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press_only("2", "q")
    with Library.open(library_path) as library:
        assert library.history(1)[0].summary.endswith("to-read")
    assert drive.app.return_code == 0


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_first_screen_names_its_columns_and_wraps_the_paper(
    library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size) as drive:
        assert drive.shows("First author")
        pane = drive.app.home.query_one(PaperPane)
        assert pane.size.width > 20
        assert max(sum(len(text) for text, _ in line) for line in pane.lines) <= pane.size.width


async def test_undo_goes_back_to_its_paper_though_the_list_is_read_again_meanwhile(library_path: Path) -> None:
    async with opened(library_path) as drive:
        home = drive.app.home
        await drive.press("2", "G")
        drive.app.desk.undo(1)
        await drive.settle()
        await drive.press("G")
        home.refind(1)
        home.refind(keep=True)
        await drive.settle()
        assert home.shelf.current == 1
        await drive.press("G")
        home.refind(keep=True)
        await drive.settle()
        assert home.shelf.current == 12


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_marks_by_mouse(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        marked = drive.app.home.listing.marked
        await drive.pilot.click("#list", offset=(20, 1), control=True)
        await drive.settle()
        assert drive.app.home.listing.marked == {2}
        await drive.pilot.click("#list", offset=(20, 4), shift=True)
        await drive.settle()
        assert marked == {2, 3, 4, 5}
        await drive.pilot.click("#list", offset=(20, 2), control=True)
        await drive.click("#list", 1, 6)
        assert marked == {2, 4, 5, 7}
        await drive.press("5")
        assert "4 papers → skipped" in drive.message
        assert "u takes it back" in drive.message
        await drive.press("u")
        assert "taken back: 4 papers → skipped" in drive.message
        assert "Ctrl+R does it again" in drive.message


async def test_a_range_begins_at_the_paper_that_was_marked_wherever_it_is_now(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("j", "j", "space", "S", "j", "space", "enter")
        home = drive.app.home
        assert home.sort == "-title"
        place = home.listing.ids.index(3)
        await drive.press("g", "v")
        assert home.listing.marked == set(home.listing.ids[: place + 1])


async def test_all_of_a_search_and_every_action_on_it_is_one_step(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("of")
        await drive.press("enter", "space", "a")
        home = drive.app.home
        ids = list(home.listing.ids)
        assert home.listing.marked == set(ids)
        steps = len(drive.app.desk.library.history(100))
        what = f"{len(ids)} papers"
        await drive.press("asterisk")
        assert f"{what}: priority 1" in drive.message
        await drive.press("0")
        assert f"{what}: priority 0" in drive.message
        await drive.press("t")
        await drive.type("all of them")
        await drive.press("enter")
        assert f"{what}: +all of them" in drive.message
        await drive.press("d")
        assert f"{what} removed" in drive.message
        assert len(drive.app.desk.library.history(100)) == steps + 4
        await drive.press("comma", "4", "u")
        assert "taken back: 4 steps" in drive.message
        assert "; and 1 more" in drive.message
        assert home.listing.ids == ids
        await drive.press("comma", "4", "ctrl+r")
        assert "done again: 4 steps" in drive.message


async def test_only_lines_that_show_something_else_are_drawn_again(
    library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While an import runs the list is read again and again; drawing it all each time would hold keys up."""
    async with opened(library_path, WIDE) as drive:
        home = drive.app.home
        home.refind(keep=True)
        await drive.settle()
        regions: list[tuple[Region, ...]] = []
        refresh = home.shelf.refresh

        def kept(*given: Region, **options: bool) -> object:
            regions.append(given)
            return refresh(*given, **options)

        monkeypatch.setattr(home.shelf, "refresh", kept)
        with Library.open(library_path) as other:
            triage.set_priority(other, [3], 3, NOW)
        home.refind(keep=True)
        await drive.settle()
        assert any("Gamma" in line and "★3" in line for line in drive.screen)
        assert {region.y for given in regions for region in given} == {0, 2}


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_cursor_is_in_one_place_after_the_list_was_read_again(
    library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size) as drive:

        def at_cursor() -> str:
            (line,) = [line for line in drive.screen if "▌" in line]
            return line

        drive.app.home.refind(keep=True)
        await drive.press("j")
        assert "Beta" in at_cursor(), "moved while the list was read"
        drive.app.home.refind(keep=True)
        await drive.settle()
        await drive.press("j")
        assert "Gamma" in at_cursor(), "moved once it was read"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_long_undo_says_so_and_takes_back_one_thing(
    library_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()
    undo = triage.undo

    def slow(library: Library, *rest: Any) -> list[Action]:
        go_on.wait(30)
        return undo(library, *rest)

    async with opened(library_path, size) as drive:
        await drive.press("asterisk")
        await drive.press("2")
        monkeypatch.setattr(triage, "undo", slow)
        await drive.press_only("u")
        await drive.until("taking back: “Alpha faces in the wild” → to-read")
        await drive.press_only("u", "u")
        await drive.until("still taking back")
        go_on.set()
        await drive.until("taken back")
        assert drive.status(1) == "new"
        assert drive.paper(1)["priority"] == 1
        await drive.press("u")
        assert drive.paper(1)["priority"] == 0
