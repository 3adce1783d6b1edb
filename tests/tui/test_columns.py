"""Columns and order: chosen by key and by mouse, kept with the library."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readlist.actions import browsing, triage
from readlist.library import Library
from readlist.library.orders import SORTS
from readlist.tui.glyphs import ASCII, UNICODE
from readlist.tui.rows import COLUMNS, DEFAULT, LEAD, columns, falls, heading, read_columns, row_line
from readlist.tui.screens.columns import ORDERS, _Columns, _Orders, order_text, turned
from readlist.tui.spans import plain
from readlist.tui.widgets.paper_list import ColumnHeads
from tests.tui.conftest import NARROW, NOW, WIDE, Drive, opened

VERY_WIDE = (200, 50)


def names(width: int, chosen: tuple[str, ...] = DEFAULT) -> list[str]:
    return [name for name, _ in columns(width, chosen)]


def test_a_wider_list_shows_more() -> None:
    assert names(30) == ["status", "title", "flags", "sync"]
    assert names(79) == ["status", "title", "author", "date", "flags", "sync"]
    assert names(96) == ["status", "title", "author", "date", "category", "tags", "flags", "sync"]
    assert names(99) == list(DEFAULT)
    assert dict(columns(200))["tags"] == 26


@pytest.mark.parametrize("unused", [frozenset(), frozenset({"tags"}), frozenset({"tags", "sync"})])
def test_a_wider_list_never_shows_less(unused: frozenset[str]) -> None:
    before: dict[str, int] = {}
    for width in range(20, 300):
        now = dict(columns(width, unused=unused))
        assert unused.isdisjoint(now)
        assert all(now.get(name, 0) >= cells for name, cells in before.items() if name != "title"), width
        assert now["title"] >= (39 if "tags" in now else 8)
        before = now


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (159, DEFAULT),
        (160, ("status", "title", "author", "date", "tags", "flags", "sync")),
        (200, DEFAULT),
        (240, DEFAULT),
    ],
)
async def test_the_list_beside_the_paper(library_path: Path, width: int, shown: tuple[str, ...]) -> None:
    async with opened(library_path, (width, 45)) as drive:
        home = drive.app.home
        found = dict(home.shelf.columns)
        assert tuple(found) == tuple(name for name in shown if name != "sync")  # nothing is in Zotero
        assert found["title"] >= 40
        text = max(len(line) for line in (plain(line).strip() for line in home.side_pane.lines))
        assert (home.side_pane.region.y < 3) == (width >= 160)
        if width == 200:
            assert 66 <= home.side_pane.size.width - 3 <= 80
            assert text > 60


@pytest.mark.parametrize("size", [NARROW, WIDE, VERY_WIDE])
async def test_a_column_comes_with_the_first_paper_that_has_anything_in_it(
    library_path: Path, size: tuple[int, int]
) -> None:
    with Library.open(library_path) as library:
        triage.change_tags(library, [1, 2], NOW, remove=["faces", "to cite"])
    async with opened(library_path, size) as drive:
        assert "tags" not in dict(drive.app.home.shelf.columns)
        await drive.press("C")
        assert next(line for line in drive.screen if "] Tags" in line or "] tags" in line).count("nothing yet") == 1
        await drive.press("escape", "t", "n", "e", "w", "enter")
        assert drive.paper(1) is not None
        assert ("tags" in dict(drive.app.home.shelf.columns)) == (size != NARROW)
        assert ("Tags" in heads(drive)) == (size != NARROW)
        await drive.press("u")
        assert "tags" not in dict(drive.app.home.shelf.columns)
        assert "Tags" not in heads(drive)


def test_what_is_not_wanted_leaves_room_for_others() -> None:
    assert names(79, ("tags", "title", "comments")) == ["tags", "title", "comments"]
    assert dict(columns(79, ("title", "tags")))["title"] == 79 - LEAD - 1 - 17


@given(st.integers(12, 300), st.permutations(DEFAULT), st.integers(0, len(DEFAULT)))
def test_lines_never_are_wider_than_the_list(width: int, order: list[str], number: int) -> None:
    chosen = tuple(dict.fromkeys(["title", *order[:number]]))
    shown = columns(width, chosen)
    assert [name for name, _ in shown] == [name for name in chosen if name in dict(shown)]
    taken = LEAD - 1 + sum(size + 1 for _, size in shown)
    assert taken <= max(width - 1, LEAD + 9 + 2 * 3 + 3)


@pytest.mark.parametrize("kept", [None, 7, [], ["tags"], "title", [["title"]]])
def test_columns_that_cannot_be_read_are_all_of_them(kept: object) -> None:
    assert read_columns(kept) == DEFAULT


def test_columns_that_are_not_known_are_left_out() -> None:
    assert read_columns(["tags", "of tomorrow", "title", 3, "tags"]) == ("tags", "title")


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_headings_have_the_width_of_their_columns_and_an_arrow(sort: str, glyphs: object) -> None:
    from readlist.tui.glyphs import Glyphs

    assert isinstance(glyphs, Glyphs)
    for width in (40, 79, 150, 200):
        shown = columns(width)
        cells = heading(shown, sort, glyphs)
        assert [(name, cell_len(plain(line))) for name, line in cells] == list(shown)
        if sort.removeprefix("-") in {column.sort for column, (name, _) in zip(COLUMNS, shown, strict=False)}:
            arrow = glyphs.falling if falls(sort) else glyphs.rising
            assert sum(arrow in plain(line) for _, line in cells) <= 1


def test_every_order_has_words_and_turns() -> None:
    assert list(ORDERS) == list(SORTS)
    for sort in SORTS:
        assert turned(turned(sort)) == sort
        assert order_text(sort) != order_text(turned(sort))
        assert falls(sort) != falls(turned(sort))


@pytest.mark.parametrize("sort", SORTS)
def test_an_order_turned_is_the_list_turned(library_path: Path, sort: str) -> None:
    with Library.open(library_path) as library:
        there = browsing.ids(library, now=NOW, sort=sort)
        assert browsing.ids(library, now=NOW, sort=f"-{sort}") == there[::-1]
        assert browsing.ids(library, now=NOW, sort=f"-{sort}", limit=3) == there[::-1][:3]


def heads(drive: Drive) -> str:
    shown = drive.app.home.query_one(ColumnHeads)
    return "".join(segment.text for segment in shown.render_line(0))


@pytest.mark.parametrize("size", [NARROW, WIDE, VERY_WIDE])
async def test_columns_by_key_are_kept_across_a_restart(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("C")
        assert drive.shows("[x] first author and how many there are")
        assert all(len(line) == size[0] for line in drive.screen)
        await drive.press("space", "j", "space", "K")
        assert drive.app.screen.query_one(_Columns).chosen[:2] == ("title", "author")
        await drive.press("j", "j", "j", "space", "j", "j", "J", "enter")
        chosen = drive.app.home.shelf.chosen
        assert chosen[:2] == ("title", "author")
        assert "status" not in chosen
        assert heads(drive).split()[0] == "Title"
        assert drive.app.desk.library.history(1)[0].name != "columns"
    async with opened(library_path, size) as drive:
        assert drive.app.home.shelf.chosen == chosen
        assert heads(drive).split()[0] == "Title"
        await drive.press("C", "r", "enter")
        assert drive.app.home.shelf.chosen == DEFAULT
        await drive.press("C", "space", "escape")
        assert drive.app.home.shelf.chosen == DEFAULT


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_columns_by_mouse(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("C")
        box = drive.app.screen.query_one(_Columns)
        await drive.click("_Columns", 2, 2)
        assert "author" not in box.chosen
        await drive.click("_Columns", box.size.width - 3, 3)
        assert box.names.index("date") == 4
        await drive.click("_Columns", box.size.width - 5, 4)
        assert box.names.index("date") == 3
        assert drive.shows("Enter keep them")
        await drive.click_hint("submit")
        assert "author" not in drive.app.home.shelf.chosen


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_click_on_a_heading_sorts_and_a_second_one_turns(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        home = drive.app.home
        await drive.click("#heading", heads(drive).index("Title"), 0)
        assert home.sort == "title"
        assert "Title ▲" in heads(drive)
        await drive.click("#heading", heads(drive).index("Title"), 0)
        assert home.sort == "-title"
        assert "Title ▼" in heads(drive)
        assert home.listing.ids[0] == 6
    async with opened(library_path, size) as drive:
        assert drive.app.home.sort == "-title"
        assert drive.app.home.listing.ids[0] == 6
        await drive.press("S")
        await drive.click("_Orders", 1, 0)
        assert drive.app.screen.query_one(_Orders).sorts[0] == "-added"
        await drive.click("_Orders", 8, 0)
        assert drive.app.home.sort == "-added"


async def test_a_click_on_the_status_marks_only_where_it_stands_first(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.click("#list", 4, 1)
        assert drive.app.home.listing.marked == {2}
        await drive.press("C", "J", "enter")
        await drive.click("#list", 4, 2)
        assert drive.app.home.listing.marked == {2}
        await drive.click("#list", 1, 2)
        assert drive.app.home.listing.marked == {2, 3}


async def test_a_library_that_cannot_be_written_to_keeps_the_look_for_now(
    library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library_path) as drive:
        monkeypatch.setattr("readlist.library.opening.BUSY_SECONDS", 0.0)
        with Library.open(library_path) as other, other.unjournaled() as connection:
            connection.execute("SELECT 1")
            drive.app.home.sort_by("title")
            await drive.settle()
            assert "another program is writing" in drive.message
        assert drive.app.home.listing.ids[0] == 1


def test_every_column_draws_its_width(library_path: Path) -> None:
    with Library.open(library_path) as library:
        for row in browsing.list_rows(library, range(1, 13)):
            for width in (40, 79, 120, 200):
                shown = columns(width)
                line = row_line(row, shown, UNICODE, chosen=False, here=True, words=())
                assert cell_len(plain(line)) == LEAD - 1 + sum(size + 1 for _, size in shown)
