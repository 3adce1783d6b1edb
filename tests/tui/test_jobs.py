"""Long work runs in a thread, tells how far it is, can be stopped, and its errors end nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual import events

from readlist.actions.progress import Progress, Report
from readlist.errors import ServiceError
from readlist.library import Library, edits
from readlist.paper import Entry
from tests.tui.conftest import NARROW, NOW, WIDE, Drive, jobs, opened


def take_in(library: Library, text: str, report: Report) -> str:
    titles = [line for line in text.splitlines() if line.strip()]
    with library.action("import", f"{len(titles)} papers", NOW) as writer:
        for number, title in enumerate(titles):
            edits.take_in(writer, Entry(title, "", "pasted", number + 1))
    report(Progress("import", len(titles), len(titles)))
    return f"{len(titles)} new papers"


def take_files(library: Library, paths: Sequence[Path], report: Report) -> str:
    return take_in(library, "".join(path.read_text() for path in paths), report)


async def paste(drive: Drive, text: str) -> None:
    target = drive.app.screen.focused or drive.app.screen
    target.post_message(events.Paste(text))
    await drive.settle()


async def shown(drive: Drive, text: str) -> None:
    """Wait for a message while a job runs, when the app does not settle."""
    for _ in range(250):
        if text in drive.message:
            return
        await asyncio.sleep(0.02)
        await drive.pilot.pause(0)
    pytest.fail(f"{text!r} is not said, but {drive.message!r}")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_import_a_file(library_path: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    dump = tmp_path / "dump.txt"
    dump.write_text("Omega\nSigma\n")
    async with opened(library_path, size, actions=jobs(import_files=take_files)) as drive:
        await drive.press("i")
        drive.app.screen.query_one("Input").value = str(dump) + "x"  # type: ignore[attr-defined]
        await drive.press("enter")
        assert drive.shows("there is no file or folder")
        await drive.press("backspace", "enter")
        assert drive.app.screen is drive.app.home
        assert "2 new papers" in drive.message
        assert drive.shows("Omega")
        assert len(drive.app.home.listing) == 12


async def test_paste_a_listing_into_the_window_and_into_the_list(library_path: Path) -> None:
    async with opened(library_path, actions=jobs(import_text=take_in)) as drive:
        await drive.press("i")
        await paste(drive, "Omega\nSigma\n")
        assert drive.shows("pasted: 2 lines")
        await drive.press("enter")
        assert "2 new papers" in drive.message
        await paste(drive, "Rho\nTau\nPi\n")
        assert "3 new papers" in drive.message
        await drive.press("i")
        await paste(drive, "one line")
        assert drive.app.screen.query_one("Input").value == "one line"  # type: ignore[attr-defined]
        await drive.press("escape")
        assert drive.app.screen is drive.app.home


async def test_progress_a_second_job_and_cancel(library_path: Path) -> None:
    going, stop_asked = threading.Event(), threading.Event()

    def slow(library: Library, report: Report) -> str:
        assert library.path == library_path
        report(Progress("Resolving", 3, 9, "asking arXiv", wait=3.0))
        going.set()
        stop_asked.wait(5)
        report(Progress("Resolving", 4, 9))
        return "never told"

    async with opened(library_path, actions=jobs(resolve=slow, zotero_push=slow)) as drive:
        await drive.press_only("R")
        await asyncio.to_thread(going.wait, 5)
        await drive.pilot.pause(0)
        await asyncio.sleep(0.01)
        await drive.pilot.pause(0)
        assert "Resolving 3 of 9" in " ".join(drive.message.split())
        await drive.press_only("j", "2")
        await shown(drive, "→ to-read")
        await drive.press_only("z")
        await asyncio.sleep(0.05)
        await drive.pilot.pause(0)
        assert drive.shows("Send to Zotero?")
        await drive.press_only("1")
        await shown(drive, "resolve is not over yet")
        await drive.press_only("c")
        stop_asked.set()
        await drive.settle()
        assert "resolve stopped" in drive.message
        assert drive.app.desk.running is None
        assert drive.status(2) == "to-read"
        await drive.press("c")
        assert "nothing is running" in drive.message


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ServiceError("arXiv answers nonsense; try again later"), "resolve failed: arXiv answers nonsense"),
        (KeyError("[bold red]x"), "resolve failed: KeyError: '[bold red]x'"),
    ],
)
async def test_an_error_in_a_job_is_a_sentence_and_the_app_goes_on(
    library_path: Path, error: Exception, told: str
) -> None:
    def broken(_library: Library, _report: Report) -> str:
        raise error

    async with opened(library_path, actions=jobs(resolve=broken)) as drive:
        await drive.press("R")
        assert told in drive.message
        await drive.press("2")
        assert drive.status(1) == "to-read"


async def test_export_of_what_is_shown_and_of_what_is_marked(library_path: Path) -> None:
    asked: list[tuple[str, list[int]]] = []

    def export(_library: Library, name: str, ids: Sequence[int], _report: Report) -> str:
        asked.append((name, list(ids)))
        return f"{len(ids)} papers written"

    async with opened(library_path, actions=jobs(export=export)) as drive:
        await drive.press("x")
        assert drive.shows("Export 10 papers as")
        await drive.press("j", "k", "j", "enter")
        assert "10 papers written" in drive.message
        await drive.press("space", "x", "3", "x", "escape")
        assert asked == [("biblatex", [1, 2, 3, 4, 5, 6, 7, 8, 11, 12]), ("csl-json", [1])]


async def test_zotero_asks_first(library_path: Path) -> None:
    async with opened(library_path, actions=jobs(zotero_push=lambda _library, _report: "2 created")) as drive:
        await drive.press("z", "2")
        assert "2 created" not in drive.message
        await drive.press("z", "enter")
        assert "2 created" in drive.message


async def test_pages_and_pdfs(library_path: Path) -> None:
    opened_pages: list[int] = []

    def page(_library: Library, paper_id: int, _report: Report) -> str:
        opened_pages.append(paper_id)
        return "opened"

    async with opened(library_path, actions=jobs(open_page=page, open_pdf=page)) as drive:
        await drive.press("o")
        await drive.press("j", "p")
        assert opened_pages == [1, 2]


async def test_keys_whose_job_is_missing_say_so(library_path: Path) -> None:
    async with opened(library_path) as drive:
        for key in ("i", "x", "z", "o", "p", "R"):
            await drive.press(key)
            assert "not available here" in drive.message, key
            assert drive.app.screen is drive.app.home


async def test_a_job_that_cannot_open_the_library(library_path: Path) -> None:
    async with opened(library_path, actions=jobs(resolve=lambda _library, _report: "done")) as drive:
        drive.app.desk._jobs._path = Path("/dev/null/x")
        await drive.press("R")
        assert "cannot open the library" in drive.message
        assert drive.app.desk.running is None
        await drive.press("R")
        assert "cannot open the library" in drive.message


async def test_what_no_name_can_be_is_only_not_there(library_path: Path) -> None:
    async with opened(library_path, actions=jobs(import_files=take_files)) as drive:
        await drive.press("i")
        drive.app.screen.query_one("Input").value = "long " * 80  # type: ignore[attr-defined]
        await drive.settle()
        assert drive.shows("nothing there so far")
        await drive.press("enter")
        assert drive.shows("there is no file or folder")
        await drive.press("escape")


async def test_an_arxiv_id_is_imported(library_path: Path) -> None:
    asked: list[Sequence[Path]] = []

    def take(_library: Library, paths: Sequence[Path], _report: Report) -> str:
        asked.append(paths)
        return "taken"

    async with opened(library_path, actions=jobs(import_files=take)) as drive:
        await drive.press("i")
        await drive.type("https://arxiv.org/abs/2405.00001v2")
        await drive.press("enter")
        await drive.settle()
    assert asked == [(Path("2405.00001v2"),)]
