"""What others do to the file: changes show, locks and bad files are sentences."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from readlist.actions import triage
from readlist.errors import LibraryError
from readlist.library import Library, edits, opening
from readlist.paper import Entry, Status
from readlist.tui.app import ReadlistApp
from readlist.tui.messages import Kept
from tests.tui.conftest import NARROW, NOW, WIDE, Clock, jobs, opened


async def test_a_change_from_another_process_shows(library_path: Path) -> None:
    async with opened(library_path, WIDE) as drive:
        await drive.press("j", "j")
        with Library.open(library_path) as other:
            with other.action("import", "one", NOW) as writer:
                edits.take_in(writer, Entry("Omicron from elsewhere", "", "x", 1))
            triage.set_status(other, [1], Status.READ, NOW)
        await drive.until("Omicron from elsewhere")
        assert not any("Alpha faces" in line for line in drive.screen)
        assert drive.app.home.shelf.current == 3
        assert drive.shows("n Inbox 10")


async def test_a_paper_that_somebody_deleted(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(library_path) as drive:
        with monkeypatch.context() as patch:
            # The keys come before anybody has looked at the file.
            patch.setattr(drive.app.desk, "moved_outside", lambda: False)
            with Library.open(library_path) as other:
                triage.remove(other, [1, 2], NOW)
                triage.empty_trash(other, NOW)
            drive.app.home.listing.stale()
            drive.app.home.shelf.changed()
            await drive.settle()
            await drive.press("2", "t", "escape", "n", "enter", "escape", "asterisk")
        await drive.until("of 8")


async def test_a_locked_library_is_a_sentence_and_the_paper_comes_back(
    library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    async with opened(library_path) as drive:
        lock = sqlite3.connect(library_path, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        await drive.press("2")
        assert "another program is writing" in drive.message
        await drive.until("Alpha faces")
        assert drive.status(1) == "new"
        await drive.press("T", "j")
        await drive.press("3")
        assert "another program is writing" in drive.message
        assert drive.shows("1 of 10")
        lock.execute("ROLLBACK")
        lock.close()
        await drive.press("4")
        assert drive.status(1) == "read"


def test_no_library_there_no_traceback(tmp_path: Path) -> None:
    bad = tmp_path / "bad.sqlite3"
    bad.write_bytes(b"this is no library " * 100)
    with pytest.raises(LibraryError, match="damaged or not an SQLite file"):
        ReadlistApp(bad, clock=Clock())
    with pytest.raises(LibraryError, match="cannot open"):
        ReadlistApp(bad / "below" / "library.sqlite3", clock=Clock())


async def test_worker_errors_are_shown_and_the_app_goes_on(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_options: object) -> int:
        raise RuntimeError("out of [bold]paper[/]")

    kept: list[Exception] = []
    async with opened(library_path, actions=jobs(keep_fault=kept.append)) as drive:
        with monkeypatch.context() as patch:
            patch.setattr(triage, "set_status", broken)
            await drive.press("2")
            assert "status failed: RuntimeError: out of [bold]paper[/]" in drive.message
        await drive.press("2")
        assert drive.status(1) == "to-read"
        with monkeypatch.context() as patch:
            patch.setattr("readlist.tui.desk.browsing.counts", broken)
            await drive.press("2")
            assert "count failed" in drive.message
        with monkeypatch.context() as patch:
            patch.setattr("readlist.tui.desk.find", broken)
            await drive.press("tab")
            assert "search failed" in drive.message
        await drive.press("tab")
        assert drive.app.is_running
    assert [str(fault) for fault in kept] == ["out of [bold]paper[/]"] * 3


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_library_that_cannot_be_written(library_path: Path, size: tuple[int, int]) -> None:
    def forbid(library: Library) -> Kept:
        library.connection.execute("PRAGMA query_only = 1")
        return Kept()

    kept: list[Exception] = []
    async with opened(library_path, size, actions=jobs(keep_fault=kept.append)) as drive:
        drive.app.desk._writer.submit("preference", forbid)
        await drive.press("4")
        assert drive.shows("cannot write the library: it is read-only")
        assert drive.status(1) == "new"
        assert drive.shows("1 of 10")
        await drive.press("j", "enter")
        assert drive.shows("We study beta swapping of faces")
    assert kept == []
