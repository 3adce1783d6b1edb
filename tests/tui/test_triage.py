"""Triage: one after the other, undo goes back to the paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from readlist.tui.screens.triage import TriagePage, time_left
from tests.tui.conftest import NARROW, TITLES, WIDE, opened


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_whole_triage(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("T")
        assert drive.shows("1 of 10")
        assert drive.shows(TITLES[0])
        await drive.press("2")
        assert drive.status(1) == "to-read"
        assert drive.shows(TITLES[1])
        assert drive.shows("2 of 10")
        await drive.press("space", "asterisk", "5", "4")
        assert [drive.status(paper_id) for paper_id in (2, 3, 4)] == ["new", "skipped", "read"]
        assert drive.paper(3)["priority"] == 1
        assert drive.shows("left at this pace")
        await drive.press("t")
        await drive.type("later")
        await drive.press("enter")
        assert drive.paper(5)["tags"] == '["later"]'
        assert drive.shows(TITLES[4])
        await drive.press("3", "4", "4", "4", "2", "2")
        assert drive.shows("That was all")
        assert drive.shows("9 decided")
        assert drive.shows("later 1")
        await drive.press("j", "2", "space", "escape")
        assert drive.app.screen is drive.app.home
        assert drive.app.home.listing.ids == [2]


async def test_undo_in_triage_goes_back_to_the_paper(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("T", "2", "3", "u")
        page = drive.app.screen
        assert isinstance(page, TriagePage)
        assert drive.shows(TITLES[1])
        assert drive.shows("2 of 10")
        assert list(page.verdicts) == [1]
        await drive.press("u")
        assert drive.shows(TITLES[0])
        await drive.press("ctrl+r")
        assert drive.status(1) == "to-read"
        assert drive.shows(TITLES[1])
        await drive.press("comma", "1", "u")
        await drive.press("n")
        await drive.type("why")
        await drive.press("escape")
        assert drive.paper(page.concerned()[0])["note"] == "why"


async def test_triage_of_marked_papers_and_of_none(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("space", "space", "T", "5", "5")
        assert drive.shows("That was all")
        await drive.press("escape", "a", "a", "escape")
        assert drive.app.home.listing.ids[0] == 3
        await drive.press("a", "4")
        await drive.press("T")
        assert "the inbox is empty" in drive.message


@pytest.mark.parametrize(
    ("decided", "left", "seconds", "told"),
    [
        (2, 100, 60, ""),
        (37, 109, 37 * 3.3, "about 6 minutes left at this pace"),
        (10, 6, 100, "about 1 minute left at this pace"),
        (10, 2, 100, "less than a minute left at this pace"),
        (10, 0, 100, ""),
        (10, 5, 0, ""),
    ],
)
def test_time_left(decided: int, left: int, seconds: float, told: str) -> None:
    assert time_left(decided, left, seconds) == told


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_leaving_before_the_end_says_what_was_decided(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("T", "2", "4", "2", "space", "escape")
        assert drive.app.screen is drive.app.home
        assert drive.message.startswith("3 papers decided: 2 to-read, 1 read  6 to go")
        await drive.press("T", "escape")
        assert "decided" not in drive.screen[-1]
