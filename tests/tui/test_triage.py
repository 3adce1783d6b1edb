"""Triage: one after the other, undo goes back to the paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from readlist.actions import triage
from readlist.errors import LibraryError
from readlist.library import Library
from readlist.tui.screens.triage import TriagePage, time_left
from tests.tui.conftest import NARROW, NOW, TITLES, WIDE, opened


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
        assert drive.message.startswith("3 papers decided: 2 to-read, 1 read  6 to go, 1 put off")
        await drive.press("T", "escape")
        assert "decided" not in drive.screen[-1]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_undo_walks_back_over_what_was_done_here_and_no_further(
    library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("asterisk")
        await drive.press("T", "u")
        assert drive.message.startswith("nothing was decided here that could be taken back")
        await drive.press("space", "2", "space", "asterisk", "1", "space")
        assert drive.shows("6 of 10")
        await drive.press("u")
        assert drive.shows("5 of 10")
        await drive.press("u")  # the verdict "new" on a new paper has changed nothing
        assert drive.shows("4 of 10")
        assert "that had changed nothing" in drive.message
        assert drive.paper(4)["priority"] == 1
        await drive.press("u")
        assert drive.paper(4)["priority"] == 0
        assert drive.shows("4 of 10")
        await drive.press("u")
        assert drive.shows("3 of 10")
        await drive.press("u")
        assert drive.status(2) == "new"
        assert drive.shows(TITLES[1])
        await drive.press("u")
        assert drive.shows(TITLES[0])
        await drive.press("u")
        assert drive.message.startswith("nothing was decided here that could be taken back")
        assert drive.paper(1)["priority"] == 1
        await drive.press("ctrl+r", "ctrl+r")
        assert drive.status(2) == "to-read"
        assert drive.shows("3 of 10")
        await drive.press("comma", "2", "ctrl+r")
        assert drive.paper(4)["priority"] == 1
        await drive.press("comma", "9", "u")
        assert drive.shows("1 of 10")
        assert (drive.status(2), drive.paper(4)["priority"], drive.paper(1)["priority"]) == ("new", 0, 1)


async def test_what_was_put_off_comes_again_and_is_counted(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("space", "space", "space", "T", "space", "2", "space")
        assert drive.shows("That was all")
        assert drive.shows("later 2")
        assert drive.shows("goes through what was put off")
        await drive.press("space")
        assert drive.shows(TITLES[0])
        assert drive.shows("2 of 3")
        await drive.press("4", "u", "u")
        assert drive.shows("That was all")
        assert drive.status(1) == "new"
        await drive.press("space", "4", "space")
        assert drive.shows("later 1")
        await drive.press("escape", "escape")
        await drive.press("T", "2", "space", "space", "escape")
        assert "1 paper decided: 1 to-read 5 to go, 2 put off" in " ".join(drive.message.split())


async def test_triage_takes_back_nothing_that_came_from_elsewhere_since(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("T", "2")
        with Library.open(library_path) as other:
            triage.set_note(other, 7, "from elsewhere", NOW)
        await drive.press("u")
        assert "something else was done since" in drive.message
        assert (drive.status(1), drive.paper(7)["note"]) == ("to-read", "from elsewhere")
        assert drive.shows("2 of 10")


async def test_a_verdict_that_could_not_be_taken_back_stays(
    library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_args: object) -> None:
        raise LibraryError("another program is writing to it")

    async with opened(library_path) as drive:
        await drive.press("T", "2")
        with monkeypatch.context() as patch:
            patch.setattr(triage, "undo", locked)
            await drive.press("u")
            assert "another program is writing" in drive.message
            assert drive.shows("2 of 10")
        await drive.press("u")
        assert drive.shows("1 of 10")
        assert drive.status(1) == "new"
