"""Search as one types, tags and notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from readlist.tui.completion import unfinished
from readlist.tui.screens.tags import TagBoxes, Wanted, last_word, read_tags
from readlist.tui.spans import plain
from readlist.tui.views import ALL
from tests.tui.conftest import NARROW, WIDE, Drive, opened


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_search_as_you_type(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        home = drive.app.home
        await drive.press("slash")
        await drive.type("fac")
        assert home.listing.ids == [1, 2]
        assert home.shelf.words == ("fac",)
        await drive.press("enter", "j")
        assert home.shelf.current == 2
        assert home.shelf.has_focus
        assert drive.shows("/fac")
        await drive.press("2")
        assert home.listing.ids == [1]
        await drive.press("escape")
        assert len(home.listing) == 9
        assert home.shelf.current == 1


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_is_typed_in_one_burst_goes_where_it_is_meant_for(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        home = drive.app.home
        await drive.burst("slash", *"tag", "colon", *"faces", "enter", "j")
        assert home.query_text == "tag:faces"
        assert home.shelf.has_focus
        assert home._search_box() is None
        await drive.burst("escape", "slash", *"fa", "tab", *"year", "colon", *"1987", "enter")
        assert home.query_text.endswith("year:1987")
        await drive.press("escape")
        await drive.burst("t", *"new", "enter")
        assert drive.shows("#new")
        await drive.burst("question_mark", *"undo", "escape")
        assert drive.app.screen is home


async def test_escape_in_the_box_clears_and_keeps_the_paper(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("theta")
        assert drive.app.home.listing.ids == [8]
        await drive.press("escape")
        assert len(drive.app.home.listing) == 10
        assert drive.app.home.shelf.current == 8
        assert drive.app.home.shelf.has_focus


async def test_a_bad_query_is_shown_at_its_place_and_the_last_result_stays(library_path: Path) -> None:
    async with opened(library_path) as drive:
        home = drive.app.home
        await drive.press("slash")
        await drive.type("faces year:2024")
        assert home.listing.ids == []
        await drive.press("backspace", "backspace")
        assert "year" in drive.message
        box = home._search_box()
        assert box is not None
        assert box._fault.position == 6
        assert home.listing.ids == []
        await drive.type("25")
        assert home.listing.ids == [1, 2]
        assert box._fault.position is None
        await drive.type(' "never')
        assert "never closed" in drive.message
        assert home.listing.ids == [1, 2]


async def test_search_within_a_place_and_over_all(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("status:read")
        assert drive.app.home.listing.ids == []
        assert drive.shows("Nothing in Inbox, but 2 in All")
        await drive.press("enter")
        drive.app.home.show_view(ALL)
        await drive.settle()
        assert drive.app.home.listing.ids == [9, 10]
        await drive.press("slash", "slash")
        assert len(drive.app.home.query("#search")) == 1
        await drive.press("backspace", "up")
        assert drive.app.home.shelf.has_focus


async def test_marks_out_of_sight_are_not_acted_on(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("comma", "5", "space", "slash")
        await drive.type("faces")
        await drive.press("enter", "5")
        assert [drive.status(paper_id) for paper_id in range(1, 6)] == ["skipped"] * 2 + ["new"] * 3


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("faces", Wanted(("faces",))),
        ("faces, to cite", Wanted(("faces", "to cite"))),
        ("+faces -old", Wanted(("faces",), ("old",))),
        ("+deep learning -to cite", Wanted(("deep learning",), ("to cite",))),
        ("a, -b, +c d", Wanted(("a", "c d"), ("b",))),
        ("  , ,", Wanted()),
        ("re-identification", Wanted(("re-identification",))),
        ("a, a", Wanted(("a",))),
        ("", Wanted()),
    ],
)
def test_what_typed_tags_mean(typed: str, wanted: Wanted) -> None:
    assert read_tags(typed) == wanted


def test_the_tag_that_is_being_typed() -> None:
    assert last_word("a, to c") == ("a, ", "to c")
    assert last_word("+fa") == ("+", "fa")
    assert last_word("+x -to") == ("+x -", "to")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_tags_with_completion(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("j", "j", "t")
        assert drive.shows("Tags: none yet")
        assert drive.shows("[ ] # faces")
        await drive.type("fa")
        boxes = drive.app.screen.query_one(TagBoxes)
        assert [plain(boxes.line(index, 30)).split() for index in range(boxes.count)] == [["[", "]", "#", "faces", "2"]]
        await drive.press("tab")
        await drive.type(", new one")
        await drive.press("enter")
        assert drive.paper(3)["tags"] == '["faces","new one"]'
        assert drive.app.home.shelf.current == 3
        await drive.press("t")
        await drive.type("-faces")
        await drive.press("enter")
        assert drive.paper(3)["tags"] == '["new one"]'
        await drive.press("u", "u")
        assert drive.paper(3)["tags"] == "[]"


async def test_tags_of_marked_papers(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("space", "space", "space", "t")
        assert drive.shows("Tags of 3 papers")
        await drive.type("group")
        await drive.press("enter")
        assert all("group" in drive.paper(paper_id)["tags"] for paper_id in (1, 2, 3))
        assert len(drive.app.home.listing.marked) == 3


def boxes(drive: Drive) -> dict[str, str]:
    """The tags of the window with their boxes and numbers."""
    found = drive.app.screen.query_one(TagBoxes)
    lines = [plain(found.line(index, 40)).split(" # ") for index in range(found.count)]
    return {line[1].split("  ")[0]: f"{line[0].strip()} {line[1].split('  ')[-1].strip()}" for line in lines}


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_boxes_show_all_some_and_none_and_only_what_was_touched_changes(
    library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size) as drive:
        drive.app.desk.tags([1], ["one"], [])
        drive.app.desk.tags([1, 2, 3], ["every"], [])
        await drive.settle()
        before = drive.app.desk.library.history(1)[0].id
        await drive.press("comma", "3", "space", "t")
        assert boxes(drive) == {"every": "[x] 3", "faces": "[-] 2 of 3", "to cite": "[-] 2 of 3", "one": "[-] 1 of 3"}
        await drive.press("down", "space", "space")
        assert boxes(drive)["every"].startswith("[ ]")
        assert boxes(drive)["faces"].startswith("[x]")
        await drive.click("TagBoxes", 3, 2)
        await drive.click("TagBoxes", 3, 2)
        assert boxes(drive)["to cite"].startswith("[ ]")
        await drive.click("TagBoxes", 3, 2)
        assert boxes(drive)["to cite"].startswith("[-]")
        assert drive.app.screen.query_one(TagBoxes).touched == {"every": "none", "faces": "all"}
        await drive.press("k", "k", "k")
        assert drive.app.screen.query_one(Input).has_focus
        await drive.type("new")
        assert boxes(drive) == {}
        await drive.press("enter")
        assert [drive.paper(paper_id)["tags"] for paper_id in (1, 2, 3)] == [
            '["faces","new","one","to cite"]',
            '["faces","new","to cite"]',
            '["faces","new"]',
        ]
        assert drive.app.desk.library.history(1)[0].id == before + 1
        await drive.press("u")
        assert drive.paper(3)["tags"] == '["every"]'


async def test_an_impossible_tag_is_an_error_in_a_sentence(library_path: Path) -> None:
    async with opened(library_path) as drive:
        drive.app.desk.tags([1], ["x" * 300], [])
        await drive.settle()
        assert "at most 255" in drive.message


async def test_leaving_tags_and_notes_changes_nothing(library_path: Path) -> None:
    async with opened(library_path) as drive:
        before = drive.app.desk.library.history(1)[0].id
        await drive.press("t", "x", "escape", "t", "enter", "n", "escape", "n", "x", "ctrl+g")
        assert drive.app.screen is drive.app.home
        assert drive.app.desk.library.history(1)[0].id == before


async def test_note(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        await drive.press("n")
        await drive.type("see table 3")
        await drive.press("enter")
        await drive.type("1j")
        await drive.press("escape")
        assert drive.paper(1)["note"] == "see table 3\n1j"
        assert drive.status(1) == "new"
        assert "  see table 3\n   1j" in "\n".join(map(plain, drive.app.home.side_pane.lines))
        await drive.press("n")
        await drive.type("!")
        await drive.press("ctrl+s")
        assert drive.paper(1)["note"].endswith("1j!")
        await drive.press("u", "u")
        assert drive.paper(1)["note"] == ""
        await drive.press("space", "space", "n")
        assert "one paper" in drive.message


async def test_what_is_found_elsewhere_is_said(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("kappa")
        assert drive.shows("Nothing in Inbox, but 1 in All.")


async def test_what_is_found_elsewhere_is_said_once_the_last_was_decided(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("alpha")
        await drive.press("enter", "4")
        await drive.until("Nothing in Inbox, but 1 in All.")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_filter_that_is_being_typed_does_not_empty_the_list(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("slash")
        assert drive.screen[-1].startswith("/search: words")
        await drive.type("faces status")
        assert drive.app.home.listing.ids == [1, 2]
        assert drive.shows("nothing has “status”; shown without it")
        await drive.type(":bogus")
        assert drive.app.home.listing.ids == [1, 2]
        assert drive.shows("no status 'bogus'")
        await drive.press(*["backspace"] * len("status:bogus"))
        await drive.type("year:2020..20")
        assert drive.app.home.listing.ids == [1, 2]
        assert drive.shows("'2020..20' ends before it begins")


async def test_a_word_that_is_all_typed_is_searched_for(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("faces status")
        assert drive.app.home.listing.ids == [1, 2]
        await drive.press("enter")
        await drive.until("Nothing is found here.")
        assert drive.app.home.listing.ids == []


async def test_a_word_that_is_found_in_all_is_no_filter_to_come(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("kapp")
        assert drive.shows("but 1 in All")
        await drive.press(*["backspace"] * 4)
        await drive.type("is")
        assert not drive.shows("shown without it")


@pytest.mark.parametrize(
    ("text", "cursor", "rest"),
    [
        ("wang sta", 8, ("sta", "wang ")),
        ("wang -status", 12, ("-status", "wang ")),
        ("Sta wang", 3, ("Sta", " wang")),
        ("wang status:", 12, None),
        ("wang stax", 9, None),
        ('wang "sta', 9, None),
        ("wang sta", 7, None),
        ("wang ", 5, None),
    ],
)
def test_what_may_become_a_filter(text: str, cursor: int, rest: tuple[str, str] | None) -> None:
    assert unfinished(text, cursor) == rest
