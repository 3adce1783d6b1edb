"""A library that vanishes while it is open: a sentence, nothing written elsewhere, and on it goes once it is back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from readlist.actions.progress import Report
from readlist.errors import LibraryError, LibraryGone
from readlist.library import Library
from tests.tui.conftest import NARROW, NOW, TITLES, WIDE, jobs, opened


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_library_that_is_moved_away_and_back(library_path: Path, size: tuple[int, int]) -> None:
    away = library_path.with_name("gone.sqlite3")
    async with opened(library_path, size) as drive:
        await drive.press("j", "k")
        library_path.rename(away)
        await drive.until("the library is gone")
        assert drive.shows("put it back, or leave")
        await drive.press("2")
        assert drive.message.startswith("the library is gone")
        await drive.press("tab")
        assert drive.shows("The library cannot be read.")
        await drive.press("T", "escape", "i", "escape", "u", "enter", "escape")
        assert not library_path.exists()
        away.rename(library_path)
        await drive.until("the library is there again")
        await drive.press("shift+tab")
        await drive.until(TITLES[0])
        assert drive.status(1) == "new"
        await drive.press("g", "2")
        assert drive.status(1) == "to-read"
    with Library.open(library_path) as library:
        assert library.history(1)[0].name == "status"


async def test_a_decision_before_anybody_has_looked_at_the_file(
    library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library_path) as drive:
        with monkeypatch.context() as patch:
            patch.setattr(drive.app.desk, "lost", lambda: "")
            library_path.rename(library_path.with_name("gone.sqlite3"))
            await drive.press("2", "T", "3", "escape")
            assert drive.shows("the library is gone")
            assert not library_path.exists()
        await drive.until("put it back, or leave")
        await drive.press("q")
    assert not library_path.exists()


async def test_another_file_in_its_place_is_not_written_into(library_path: Path) -> None:
    async with opened(library_path) as drive:
        other = Path(shutil.copy(library_path, library_path.with_name("other.sqlite3")))
        before = other.read_bytes()
        library_path.rename(library_path.with_name("gone.sqlite3"))
        other.rename(library_path)
        await drive.until("another file is in the library's place")
        await drive.press("2", "asterisk", "R")
        assert drive.app.is_running
    assert library_path.read_bytes() == before


async def test_a_job_is_not_begun_without_its_library(library_path: Path) -> None:
    def resolve(_library: Library, _report: Report) -> str:
        raise AssertionError("this must not be called")

    async with opened(library_path, actions=jobs(resolve=resolve)) as drive:
        library_path.rename(library_path.with_name("gone.sqlite3"))
        await drive.press("R")
        assert drive.shows("the library is gone")
        assert drive.app.desk.running is None
        assert not library_path.exists()


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_cannot_be_read_for_the_screen_is_a_sentence(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        # As when the disk under it is gone: whatever the screens read themselves fails.
        drive.app.desk.library.connection.close()
        drive.app.home.listing.stale()
        drive.app.home.shelf.changed()
        await drive.settle()
        assert drive.shows("cannot read the library")
        for key in ("j", "o", "n", "t", "m", "T", "escape", "enter", "escape", "p", "escape", "x", "escape", "slash"):
            await drive.press(key)
        assert drive.app.is_running


def test_an_open_library_writes_nowhere_else(library_path: Path) -> None:
    away = library_path.with_name("gone.sqlite3")
    with Library.open(library_path) as library:
        library_path.rename(away)
        with pytest.raises(LibraryGone, match="is not there any more"), library.action("note", "x", NOW):
            raise AssertionError("nothing can be written here")
        with pytest.raises(LibraryError, match="no library yet"):
            Library.open(library_path, create=False)
        assert not library_path.exists()
        away.rename(library_path)
        library.check_in_place()
