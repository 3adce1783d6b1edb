"""Long work runs in a thread, tells how far it is, can be stopped, and its errors end nothing."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from readlist.actions import triage
from readlist.actions.progress import Progress, Report, TimeLeft
from readlist.errors import LibraryError, ServiceError
from readlist.library import Library, edits
from readlist.paper import Entry
from readlist.tui.glyphs import UNICODE
from readlist.tui.jobs import Outcome, Section
from readlist.tui.progress_line import progress_line
from readlist.tui.sources import read_sources
from readlist.tui.sources import told as sources_told
from readlist.tui.spans import fit_line, plain
from tests.tui.conftest import NARROW, NOW, WIDE, Drive, jobs, opened

DAY = "https://huggingface.co/papers/date/2026-11-19"


def take_in(library: Library, text: str, report: Report) -> str:
    titles = [line for line in text.splitlines() if line.strip()]
    with library.action("import", f"{len(titles)} papers", NOW) as writer:
        for number, title in enumerate(titles):
            edits.take_in(writer, Entry(title, "", "pasted", number + 1))
    report(Progress("import", len(titles), len(titles)))
    return f"{len(titles)} new papers"


def take_files(library: Library, names: Sequence[str], report: Report) -> str:
    return take_in(library, "".join(Path(name).read_text() for name in names), report)


async def paste(drive: Drive, text: str) -> None:
    target = drive.app.screen.focused or drive.app.screen
    target.post_message(events.Paste(text))
    await drive.settle()


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
        assert "arXiv records" not in drive.message
        await paste(drive, "Rho\nTau\nPi\n")
        assert drive.shows("pasted: 3 lines, 0 kB")
        assert drive.shows("Tau")
        await drive.press("enter")
        assert "3 new papers" in drive.message
        await drive.press("i")
        await paste(drive, "one line")
        assert drive.app.screen.query_one("Input").value == "one line"  # type: ignore[attr-defined]
        await drive.press("escape")
        assert drive.app.screen is drive.app.home


async def test_what_comes_after_an_import_is_said(library_path: Path) -> None:
    given = jobs(import_text=take_in, resolve=lambda _library, _report: "2 papers matched")
    async with opened(library_path, actions=given) as drive:
        await paste(drive, "Omega\nSigma\n")
        await drive.press("enter")
        assert "2 new papers R finds the arXiv records" in " ".join(drive.message.split())
        await drive.press("R")
        assert "2 papers matched" in drive.message
        assert "arXiv records" not in drive.message


async def test_progress_a_second_job_and_cancel(library_path: Path) -> None:
    going, stop_asked = threading.Event(), threading.Event()

    def slow(library: Library, report: Report) -> str:
        assert library.path == library_path
        report(Progress("Resolving", 3, 9, "asking arXiv", wait=3.0))
        going.set()
        stop_asked.wait(30)
        report(Progress("Resolving", 4, 9))
        return "never told"

    async with opened(library_path, actions=jobs(resolve=slow, zotero_plan=slow)) as drive:
        await drive.press_only("R")
        await drive.until("3 of 9 waits 3 s c stops it asking arXiv")
        await drive.press_only("j", "2")
        await drive.until("→ to-read")
        await drive.press_only("z")
        await drive.until("resolve is not over yet. c stops it, r looks at Zotero when it is over.")
        await drive.press_only("escape", "c")
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


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_export_of_what_is_shown_and_of_what_is_marked(
    library_path: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    asked: list[tuple[str, list[int], Path]] = []

    def export(_library: Library, name: str, ids: Sequence[int], target: Path, _report: Report) -> Outcome:
        asked.append((name, list(ids), target))
        return Outcome(f"{len(ids)} papers written", (Section("Left out", (("p3", "no record"),)),))

    def target(name: str, everything: bool) -> Path:
        return tmp_path / f"{'library' if everything else 'selection'}.{name}"

    async with opened(library_path, size, actions=jobs(export=export, export_target=target)) as drive:
        await drive.press("x")
        assert drive.shows("Export 10 papers as")
        await drive.press("j", "k", "j", "enter")
        assert drive.shows("Export 10 papers as biblatex to")
        assert drive.shows("a new file in")
        await drive.press("enter")
        assert "10 papers written" in drive.message
        await drive.press("L")
        assert drive.shows("p3 no record")
        await drive.press("escape", "space", "x", "3")
        box = drive.app.screen.query_one(Input)
        box.value = str(tmp_path)
        await drive.press("enter")
        assert drive.shows("this is a folder: add the name of a file")
        box.value = ""
        await drive.press("enter")
        assert drive.shows("type the name of a file")
        box.value = str(library_path)
        await drive.settle()
        assert drive.shows("this file is replaced")
        await drive.press("end", "backspace", "enter")
        await drive.press("x", "3")
        assert drive.app.screen.query_one(Input).value == str(library_path)[:-1]
        await drive.press("escape", "x", "escape")
        assert drive.app.screen is drive.app.home
    assert asked == [
        ("biblatex", [1, 2, 3, 4, 5, 6, 7, 8, 11, 12], tmp_path / "selection.biblatex"),
        ("csl-json", [1], Path(str(library_path)[:-1])),
    ]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_pages_and_pdfs(library_path: Path, size: tuple[int, int]) -> None:
    opened_there: list[object] = []

    def page(address: str) -> str:
        opened_there.append(address)
        return f"opened {address}"

    def pdf(_library: Library, paper_id: int, report: Report) -> str:
        report(Progress("PDF, kB", 1, 2))
        opened_there.append(paper_id)
        return "opened the PDF"

    async with opened(library_path, size, actions=jobs(open_address=page, open_pdf=pdf)) as drive:
        await drive.press("o")
        assert "opened https://arxiv.org/abs/2506.00001" in drive.message
        await drive.press("j", "p")
        assert "opened the PDF" in drive.message
        await drive.press("O")
        assert drive.shows("Open “")
        assert drive.shows("Hugging Face page: https://huggingface.co/papers/2506.00002")
        await drive.press("2")
        await drive.press("O", "3")  # one job at a time: this one is over before the next key
        await drive.press("enter", "p")
        assert "opened the PDF" in drive.message
        await drive.press("escape", "G", "o")
        assert "it has no arXiv record yet R looks for it" in " ".join(drive.message.split())
        await drive.press("O", "space", "k", "space", "o")
        assert "opening is for one paper" in drive.message
    assert opened_there == [
        "https://arxiv.org/abs/2506.00001", 2, "https://huggingface.co/papers/2506.00002", 2, 2,
    ]  # fmt: skip


async def test_a_page_is_opened_while_a_job_runs(library_path: Path) -> None:
    over = threading.Event()

    def slow(_library: Library, _report: Report) -> str:
        over.wait(30)
        return "over"

    async with opened(
        library_path, actions=jobs(resolve=slow, open_address=lambda address: f"opened {address}")
    ) as drive:
        await drive.press_only("R", "o")
        await drive.until("opened https://arxiv.org/abs/2506.00001")
        over.set()


async def test_copying(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(library_path) as drive:
        taken: list[str] = []
        monkeypatch.setattr(drive.app, "copy_to_clipboard", taken.append)
        await drive.press("y", "I", "Y", "b")
        assert drive.message.startswith("copied: @misc{name1")
        assert taken[:3] == ["https://arxiv.org/abs/2506.00001", "2506.00001", taken[2]]
        assert f"{{{taken[2]}," in taken[3]
        await drive.press("space", "space", "Y")
        assert "copied: 2 citation keys" in drive.message
        assert taken[4].count(",") == 1
        await drive.press("escape", "G", "b")
        assert "no BibTeX entry is known" in drive.message
        await drive.press("g", "enter", "y")
        assert "copied: https://arxiv.org/abs/2506.00001" in drive.message


async def test_keys_whose_job_is_missing_say_so(library_path: Path) -> None:
    async with opened(library_path) as drive:
        for key in ("i", "x", "z", "o", "p", "R"):
            await drive.press(key)
            assert "not available here" in drive.message, key
            assert drive.app.screen is drive.app.home


async def test_a_job_that_cannot_open_the_library(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path, **_options: object) -> Library:
        raise LibraryError(f"{path}: cannot open the library: another program is writing to it")

    async with opened(library_path, actions=jobs(resolve=lambda _library, _report: "done")) as drive:
        monkeypatch.setattr(Library, "open", locked)
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


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize(
    ("typed", "told", "names"),
    [
        ("https://arxiv.org/abs/2405.00001v2", "an arXiv paper", ("2405.00001v2",)),
        ("2401.07519 2403.11641, arXiv:2405.00001", "3 arXiv papers", ("2401.07519", "2403.11641", "2405.00001")),
        (DAY, "a page, which is fetched", (DAY,)),
        (f"2401.07519 {DAY}", "1 arXiv paper, 1 page", ("2401.07519", DAY)),
    ],
)
async def test_ids_and_addresses_are_imported(
    library_path: Path, size: tuple[int, int], typed: str, told: str, names: tuple[str, ...]
) -> None:
    asked: list[Sequence[str]] = []

    def take(_library: Library, names: Sequence[str], _report: Report) -> str:
        asked.append(names)
        return "taken"

    async with opened(library_path, size, actions=jobs(import_files=take)) as drive:
        await drive.press("i")
        await drive.type(typed)
        assert drive.shows(told)
        await drive.press("enter")
        await drive.until("taken")
    assert asked == [names]


def test_what_is_typed_as_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two words.txt").write_text("x")
    (tmp_path / "dumps").mkdir()
    both = ["two words.txt", "dumps"]
    assert [(one.name, one.kind) for one in read_sources("'two words.txt'")] == [("two words.txt", "file")]
    assert [one.name for one in read_sources("two words.txt")] == ["two words.txt"]
    assert [one.name for one in read_sources("'two words.txt' dumps")] == both
    assert sources_told(read_sources("'two words.txt' dumps")) == "1 file, 1 folder"
    assert [one.kind for one in read_sources("2401.07519 nowhere 'open")] == ["arXiv paper", None, None]
    assert [one.kind for one in read_sources("https:// http://[x")] == [None]
    assert read_sources("  ") == []
    assert sources_told(read_sources("")) is None


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_paste_of_megabytes_is_told_and_not_drawn(library_path: Path, size: tuple[int, int]) -> None:
    taken: list[int] = []

    def take(_library: Library, text: str, _report: Report) -> str:
        taken.append(len(text))
        return "taken"

    text = "[bold red]Title \x1b[31m of a paper\n" * 150_000
    async with opened(library_path, size, actions=jobs(import_text=take)) as drive:
        await paste(drive, text)
        assert drive.shows("pasted: 150,000 lines, 5.0 MB")
        assert drive.shows("[bold red]Title ␛[31m of a paper")
        assert drive.shows("and 149,992 more")
        await drive.press("enter")
        assert drive.message.startswith("taken")
    assert taken == [len(text)]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_files_are_completed_picked_and_marked(
    library_path: Path, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "dumps" / "june"
    folder.mkdir(parents=True)
    for name in ("jun17.txt", "jun18.txt", "[red]other.txt", ".hidden"):
        (folder / name).write_text(f"Paper of {name}\n")
    monkeypatch.chdir(tmp_path)
    asked: list[Sequence[Path]] = []

    def take(library: Library, names: Sequence[str], report: Report) -> str:
        asked.append([Path(name).absolute() for name in names])
        return take_files(library, names, report)

    async with opened(library_path, size, actions=jobs(import_files=take)) as drive:

        def box() -> Input:
            return drive.app.screen.query_one(Input)

        await drive.press("i", "d", "tab")
        assert box().value == "dumps/"
        await drive.press("tab", "j", "tab")
        assert box().value == "dumps/june/jun1"
        assert not drive.shows("other.txt")
        await drive.press("down", "space")
        assert drive.shows("1 file marked")
        await drive.press("enter")  # the next one, with the one that is marked
        assert asked == [[folder / "jun17.txt", folder / "jun18.txt"]]
        assert "2 new papers" in drive.message
        await drive.press("i", "down", "enter")
        assert box().value == "dumps/"
        await drive.press("down", "enter", "down")
        assert drive.shows("[red]other.txt")
        assert not drive.shows(".hidden")
        await drive.press("backspace")
        assert box().value.endswith("/dumps/")
        await drive.press("escape", "escape")
        assert drive.app.screen is drive.app.home


async def test_files_by_mouse(library_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "jun17.txt").write_text("Omega\n")
    monkeypatch.chdir(tmp_path)
    async with opened(library_path, actions=jobs(import_files=take_files)) as drive:
        await drive.press("i")
        await drive.click("FileList", 6, 0)
        assert drive.app.screen.query_one("Input").value == "dumps/"  # type: ignore[attr-defined]
        await drive.click("FileList", 6, 0, times=2)
        assert "1 new papers" in drive.message


async def test_problems_can_be_read_in_full(library_path: Path) -> None:
    why = "this line belongs to no entry " * 8
    sections = (
        Section("jun17.txt (hf-text): 1 entry", tuple((f"line {n}", f"{why}: [bold]\x1b[2J{n}") for n in range(1, 40))),
    )

    def take(_library: Library, _text: str, _report: Report) -> Outcome:
        return Outcome("1 entry; 39 lines not used", sections)

    async with opened(library_path, actions=jobs(import_text=take)) as drive:
        await drive.press("L")
        assert "nothing more to say" in drive.message
        await paste(drive, "one\ntwo")
        await drive.press("enter")
        assert "L tells all of it" in drive.message
        await drive.press("L")
        assert drive.shows("line 1 this line belongs to no entry")
        assert drive.shows("[bold]␛[2J1")
        await drive.press("G")
        assert drive.shows("[bold]␛[2J39")
        await drive.press("escape")
        assert drive.app.screen is drive.app.home


async def test_a_decision_goes_before_a_job_that_writes_and_writes(library_path: Path) -> None:
    """A job gives way between its transactions; else the decision would wait until the lock is free by chance."""
    waited: list[str] = []
    going = threading.Event()

    def status(library: Library) -> str:
        return str(library.connection.execute("SELECT status FROM paper WHERE id = 1").fetchone()[0])

    def greedy(library: Library, report: Report) -> str:
        for number in range(4000):
            with library.action("import", "more", NOW) as writer:
                edits.take_in(writer, Entry(f"Paper {number} of many", "", "pasted", number + 1))
                time.sleep(0.005)
            going.set()
            deciding = drive.app.desk.deciding
            report(Progress("import", number, 4000))
            if deciding and status(library) == "new":
                waited.append("a whole turn")
        return "over"

    async with opened(library_path, actions=jobs(resolve=greedy)) as drive:
        await drive.press_only("R")
        await asyncio.to_thread(going.wait, 30)
        await drive.press_only("2")
        await drive.until("→ to-read")
        await drive.press_only("c")
        await drive.until("resolve stopped at")
    assert len(waited) < 10


def test_time_left_is_told_once_something_is_known() -> None:
    now = 0.0
    left = TimeLeft(lambda: now)
    assert left.of(Progress("import", 0, 100)) is None
    now = 0.5
    assert left.of(Progress("import", 10, 100)) is None
    now = 2.0
    assert left.of(Progress("import", 20, 100)) == 8.0
    assert left.of(Progress("settle", 5, 10)) is None
    now = 4.0
    assert left.of(Progress("settle", 6, 10)) == 8.0
    assert left.of(Progress("arXiv", 1, None, left=7.0)) == 7.0


@pytest.mark.parametrize("width", [80, 160])
def test_the_progress_line_says_what_matters_before_it_is_cut(width: int) -> None:
    progress = Progress("arXiv", 1_234, 10_000, "request 12 " + "x" * 300, wait=2.6)
    line = plain(fit_line(progress_line("resolve", progress, UNICODE, 75.0, "c stops it"), width - 20))
    assert line.startswith("arXiv  █─────────  1,234 of 10,000  1:15 left  waits 3 s")
    assert plain(progress_line("resolve", progress, UNICODE, 75.0, "c stops it")).index("c stops it") < 78


def test_what_is_read_is_named_and_no_time_is_promised_while_something_has_to_pass() -> None:
    line = plain(progress_line("import", Progress("read", text="what was pasted"), UNICODE, None, "c stops it"))
    assert line == "read  what was pasted  c stops it"
    now = 0.0
    left = TimeLeft(lambda: now)
    assert left.of(Progress("arXiv", 0, 10, "no connection to x", wait=1.0, left=4.0)) is None
    assert left.of(Progress("arXiv", 0, 10, wait=1.0, left=4.0)) == 4.0


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_paper_that_is_not_on_arxiv_leads_in_no_circle(library_path: Path, size: tuple[int, int]) -> None:
    with Library.open(library_path) as library:
        triage.add_by_hand(library, NOW, title="Aa with a DOI", doi="10.1000/182")
        triage.add_by_hand(library, NOW, title="Aa with nothing")

    def pdf(_library: Library, _paper_id: int, _report: Report) -> str:
        raise AssertionError("there is none")

    made = jobs(open_address=lambda address: f"opened {address}", open_pdf=pdf)
    async with opened(library_path, size, actions=made) as drive:
        await drive.press("slash")
        await drive.type("aa")
        await drive.press("enter")
        titles = {title: number for number, title in ((n, drive.paper(n)["title"]) for n in (13, 14))}
        drive.app.home.shelf.move_to(drive.app.home.listing.ids.index(titles["Aa with a DOI"]))
        await drive.press("p")
        assert "you said that it is not on arXiv o opens its page" in " ".join(drive.message.split())
        await drive.press("o")
        await drive.until("opened https://doi.org/10.1000/182")
        drive.app.home.shelf.move_to(drive.app.home.listing.ids.index(titles["Aa with nothing"]))
        for key in ("o", "p", "O"):
            await drive.press(key)
            assert drive.shows("you said that it is not on arXiv readlist review set p14 ARXIV_ID names its record")
