"""Review: both sides in sight, one key decides, the next one comes up, undo goes back, nothing is lost."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.widgets import Input

from readlist.actions import reviewing, triage
from readlist.actions.comparing import compare
from readlist.actions.progress import Progress, Report
from readlist.errors import ServiceError
from readlist.library import Library, edits, papers
from readlist.paper import Candidate, Entry, ListedDate, Match, MatchState, Paper, Record, Sighting
from readlist.tui.comparison import comparison_lines
from readlist.tui.glyphs import ASCII, UNICODE
from readlist.tui.jobs import Jobs
from readlist.tui.screens.review import ReviewPage
from readlist.tui.spans import plain
from tests.support import abstract, record
from tests.tui.conftest import NARROW, NOW, WIDE, Drive, jobs, opened

ONE = record("2401.00001", "Faces in the wild", abstract("faces"), published=date(2024, 1, 12))
MORE = abstract("faces") + " And more besides."
TWO = record("2402.00002", "Faces in the laboratory", MORE, published=date(2024, 2, 2))
FAR = record("2403.00003", "Somewhere else", abstract("far"))
DAY = ListedDate(1, 15, 2024, "Jan 15, 2024")


def doubt(*records: Record) -> Match:
    chances = (0.62, 0.31, 0.2)
    found = tuple(
        Candidate(one.arxiv_id, one.title, chance, ("title 0.80 alike", "2 authors"))
        for one, chance in zip(records, chances, strict=False)
    )
    return Match(MatchState.REVIEW, 0.62, "api", "resolver", (), found)


def build(path: Path) -> None:
    """p1 to p3 in doubt, p4 matched to one of p1's candidates."""
    with Library.open(path) as library:
        with library.action("import", "four", NOW) as writer:
            for number, title in enumerate(("Faces in the street", "Second doubt", "Third doubt", "Wild faces"), 1):
                edits.take_in(
                    writer, Entry(title, abstract("faces" if number == 1 else title), "june.txt", number, 5, date=DAY)
                )
            edits.set_match(writer, 1, doubt(ONE, TWO))
            edits.set_match(writer, 2, doubt(TWO))
            edits.set_match(writer, 3, doubt(TWO, ONE))
            edits.set_match(writer, 4, Match(MatchState.MATCHED, 0.99, "api", "resolver"), ONE)
        papers.keep_records(library, [ONE, TWO], NOW)
        triage.change_tags(library, [4], NOW, add=["kept"])


@pytest.fixture(scope="session")
def review_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "library.sqlite3"
    build(path)
    return path


@pytest.fixture
def path(review_built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(review_built, tmp_path / "library.sqlite3"))


Fetch = Callable[[str, Report], Record]


def all_jobs(fetch: Fetch | None = None, **more: Any) -> Jobs:
    def nothing(_arxiv_id: str) -> Record | None:
        return None

    def fetch_record(library: Library, arxiv_id: str, report: Report) -> Record:
        assert fetch is not None
        return reviewing.look_up(library, arxiv_id, NOW, lambda wanted: fetch(wanted, report))

    def accept(library: Library, paper_id: int, arxiv_id: str, now: datetime) -> str:
        return reviewing.accept(library, paper_id, arxiv_id, now, nothing).told

    def set_match(library: Library, paper_id: int, arxiv_id: str, now: datetime) -> str:
        return reviewing.set_record(library, paper_id, arxiv_id, now, nothing).told

    values: dict[str, Any] = {
        "accept_match": accept,
        "set_match": set_match,
        "reject_match": lambda library, paper_id, now: reviewing.reject(library, paper_id, now).told,
        "not_on_arxiv": lambda library, paper_id, now: reviewing.not_on_arxiv(library, paper_id, now).told,
        "fetch_record": fetch_record if fetch else None,
    }
    return jobs(**values | more)


def page(drive: Drive) -> ReviewPage:
    screen = drive.app.screen
    assert isinstance(screen, ReviewPage)
    return screen


def matched(drive: Drive, paper_id: int) -> str:
    row = drive.paper(paper_id)
    return str(row["arxiv_id"] or row["match_state"]) if row else "gone"


def drop_records(path: Path) -> None:
    with Library.open(path) as library, library.unjournaled() as connection:
        connection.execute("DELETE FROM record")


SHOWN = (
    "1 of 3",
    "1 of 2 62 % 2401.00001 Faces in the wild",
    "2 of 2 31 % 2402.00002",
    "Faces in the street",
    "5 authors",
    "2 authors: Ada Lovelace, Alan Turing",
    "listed Jan 15, 2024",
    "submitted 12 Jan 2024",
    "listed 3 days after",
    "62 % likely: title 0.80 alike",
    "june.txt:1",
    "≠",
)


@pytest.mark.parametrize("size", [NARROW, (120, 40), WIDE])
async def test_both_sides_are_in_sight(path: Path, size: tuple[int, int]) -> None:
    async with opened(path, size, actions=all_jobs()) as drive:
        await drive.press("m")
        shown = " ".join(" ".join(line.removesuffix("▐") for line in drive.screen).split())
        for text in SHOWN:
            assert text in shown, text
        assert shown.count("2 authors") == 1
        marked = [
            segment.text.strip()
            for strip in drive.app.screen._compositor.render_strips(drive.app.size)
            for segment in strip
            if segment.style and segment.style.underline and segment.style.bold
        ]
        assert {"street", "wild"} <= set(marked)
        await drive.press("l")
        assert drive.shows("31 % likely")
        assert drive.shows("laboratory")
        await drive.press("tab", "h", "h")
        assert drive.shows("62 % likely")


@pytest.mark.parametrize("key", ["a", "enter"])
async def test_one_key_decides_and_the_next_one_comes_up(path: Path, key: str) -> None:
    async with opened(path, actions=all_jobs()) as drive:
        await drive.press("m", "l", key)
        assert "2402.00002 is only 31 % likely" in drive.message
        assert matched(drive, 1) == "review"
        await drive.press("h", "l", key)
        assert "only 31 % likely" in drive.message  # it was left in between
        await drive.press(key)
        assert "is 2402.00002" in drive.message
        assert "u takes it back" in drive.message
        assert drive.shows("2 of 3")
        assert drive.shows("Second doubt")
        await drive.press("r")
        assert "is none of the candidates" in drive.message
        await drive.press("n")
        assert drive.shows("That was all.")
        for text in ("1 accepted", "1 rejected", "1 not on arXiv"):
            assert drive.shows(text), text
        assert [matched(drive, n) for n in (1, 2, 3)] == ["2402.00002", "not-found", "not-on-arxiv"]
        await drive.press("u")
        assert drive.shows("Third doubt")
        await drive.press("u", "u")
        assert drive.shows("Faces in the street")
        assert [matched(drive, n) for n in (1, 2, 3)] == ["review"] * 3
        await drive.press("ctrl+r")
        await drive.press("escape", "m")
        assert drive.shows("1 of 2")


async def test_leaving_in_doubt_and_coming_back(path: Path) -> None:
    async with opened(path, actions=all_jobs()) as drive:
        await drive.press("m", "backspace")
        assert "none before this one" in drive.message
        await drive.press("space", "r", "space")
        assert drive.shows("2 still in doubt")
        await drive.press("a", "r", "n", "i", "o", "l")
        assert [matched(drive, n) for n in (1, 2, 3)] == ["review", "not-found", "review"]
        await drive.press("backspace")
        assert drive.shows("Third doubt")
        await drive.press("backspace")
        assert drive.shows("Faces in the street")
        await drive.press("comma", "9", "space", "escape")
        assert drive.app.screen is drive.app.home


async def test_two_papers_that_are_one_are_joined_and_parted_again(path: Path) -> None:
    async with opened(path, WIDE, actions=all_jobs()) as drive:
        await drive.press("m", "a")
        assert "joined with p4: 2 sightings, tags kept" in drive.message
        assert (matched(drive, 1), matched(drive, 4)) == ("2401.00001", "gone")
        await drive.press("u")
        assert (matched(drive, 1), matched(drive, 4)) == ("review", "2401.00001")
        assert page(drive).paper is not None
        assert drive.shows("Faces in the street")


async def test_a_paper_of_the_queue_that_was_joined_does_not_come_up(path: Path) -> None:
    async with opened(path, WIDE, actions=all_jobs()) as drive:
        await drive.press("m")
        with Library.open(path) as other:
            reviewing.reject(other, 2, NOW)
        await drive.press("l", "a", "a")
        await drive.press("a")
        assert drive.shows("That was all.")
        assert matched(drive, 3) == "gone"  # joined to the first one


async def test_a_stub_is_fetched_while_the_next_one_comes_up(path: Path) -> None:
    drop_records(path)
    go = threading.Event()

    def fetch(_arxiv_id: str, _report: Report) -> Record:
        assert go.wait(30)
        return TWO

    async with opened(path, actions=all_jobs(fetch)) as drive:
        await drive.press_only("m")
        await drive.press_only("l", "a", "a")
        await drive.until("Second doubt")
        await drive.until("the record of 2402.00002 is being fetched")
        await drive.press_only("r")
        go.set()
        await drive.settle()
        assert [matched(drive, n) for n in (1, 2)] == ["2402.00002", "not-found"]
        assert drive.paper(1)["authors"] != "[]"


async def test_a_fetch_that_fails_leaves_the_paper_in_review(path: Path) -> None:
    drop_records(path)

    def fetch(_arxiv_id: str, _report: Report) -> Record:
        raise ServiceError("arXiv cannot be reached")

    async with opened(path, WIDE, actions=all_jobs(fetch)) as drive:
        await drive.press("m", "a")
        assert "p1 stays in review: arXiv cannot be reached" in drive.message
        assert drive.shows("Second doubt")
        await drive.press("r", "r")
        assert drive.shows("Faces in the street")  # it comes again at the end
        await drive.press("r")
        assert drive.shows("3 rejected")


async def test_undo_takes_back_only_what_was_decided_here(path: Path) -> None:
    async with opened(path, WIDE, actions=all_jobs()) as drive:
        await drive.press("m", "u", "u")
        assert "nothing was decided here" in drive.message
        assert {one.state for one in drive.app.desk.library.history(9)} == {"done"}
        await drive.press("r", "u")
        assert matched(drive, 1) == "review"
        assert [one.state for one in drive.app.desk.library.history(9)].count("undone") == 1


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_record_that_another_paper_is_says_so_before_it_is_accepted(path: Path, size: tuple[int, int]) -> None:
    async with opened(path, size, actions=all_jobs()) as drive:
        await drive.press("m")
        assert drive.shows("2401.00001 is p4 in the list already: accepting")
        await drive.press("l")
        assert not drive.shows("joins the two")


async def test_undo_before_the_record_is_there(path: Path) -> None:
    drop_records(path)
    go = threading.Event()

    def fetch(_arxiv_id: str, _report: Report) -> Record:
        assert go.wait(30)
        return ONE

    async with opened(path, actions=all_jobs(fetch)) as drive:
        await drive.press_only("m")
        await drive.press_only("a", "u")
        await drive.until("taken back before its record was there")
        go.set()
        await drive.settle()
        assert matched(drive, 1) == "review"
        assert drive.shows("Faces in the street")


async def test_leaving_while_a_record_is_fetched(path: Path) -> None:
    drop_records(path)
    asked = threading.Event()

    def fetch(_arxiv_id: str, report: Report) -> Record:
        asked.set()
        for _ in range(1000):
            report(Progress("arXiv"))
            threading.Event().wait(0.01)
        raise AssertionError("it was not stopped")

    async with opened(path, actions=all_jobs(fetch)) as drive:
        await drive.press_only("m")
        await drive.press_only("a", "escape")
        assert asked.wait(30)
    with Library.open(path) as library:
        assert papers.many(library, [1])[0].match.state is MatchState.REVIEW


async def test_a_typed_id_is_shown_and_accepted(path: Path) -> None:
    async with opened(path, WIDE, actions=all_jobs(lambda _id, _report: FAR)) as drive:
        await drive.press("m", "i")
        await drive.type("nonsense")
        await drive.press("enter")
        assert drive.shows("this is no arXiv id")
        drive.app.screen.query_one(Input).value = "https://arxiv.org/abs/2403.00003v2"
        await drive.settle()
        assert drive.shows("arXiv:2403.00003")
        await drive.press("enter")
        assert drive.shows("3 of 3 typed 2403.00003 Somewhere else")
        assert drive.shows("you typed its id")
        assert matched(drive, 1) == "review"
        await drive.press("enter")
        assert matched(drive, 1) == "2403.00003"
        assert drive.paper(1)["match_decided_by"] == "person"


async def test_typing_a_candidate_chooses_it(path: Path) -> None:
    async with opened(path, WIDE, actions=all_jobs(lambda _id, _report: FAR)) as drive:
        await drive.press("m", "e")
        await drive.type("2402.00002")
        await drive.press("enter")
        assert drive.shows("31 % likely")
        await drive.press("i", "escape")
        assert drive.shows("31 % likely")


@pytest.mark.parametrize(
    ("error", "told"),
    [(None, "no record of 2403.00003 was found"), (ServiceError("no network here"), "no network here")],
)
async def test_a_typed_id_that_cannot_be_had(path: Path, error: Exception | None, told: str) -> None:
    answers: list[Record | None] = [None, FAR]

    def fetch(_arxiv_id: str, _report: Report) -> Record:
        found = answers.pop(0)
        if found is None and error is not None:
            raise error
        return found  # type: ignore[return-value]

    async with opened(path, WIDE, actions=all_jobs(fetch)) as drive:
        await drive.press("m", "i")
        await drive.type("2403.00003")
        await drive.press("enter")
        assert told in drive.message
        assert drive.shows("1 of 2")
        await drive.press("i")
        assert drive.app.screen.query_one(Input).value == "2403.00003"  # nothing typed is lost
        await drive.press("enter")
        assert drive.shows("3 of 3")


async def test_a_decision_that_cannot_be_written(path: Path) -> None:
    def broken(*_args: object) -> str:
        raise ServiceError("the disk is full")

    async with opened(path, WIDE, actions=all_jobs(accept_match=broken)) as drive:
        await drive.press("m", "a")
        assert "it stays in review: the disk is full" in drive.message
        assert page(drive).verdicts == {}
        await drive.press("r", "r")
        assert drive.shows("Faces in the street")


async def test_without_its_jobs_it_says_so(path: Path) -> None:
    async with opened(path) as drive:
        await drive.press("m")
        for key in ("a", "r", "n", "i", "o"):
            await drive.press(key)
            assert "not available here" in drive.message
        await drive.press("j", "k", "G", "g", "escape")
        assert drive.app.screen is drive.app.home


async def test_the_records_page_is_opened(path: Path) -> None:
    opened_pages: list[str] = []

    def open_address(address: str) -> str:
        opened_pages.append(address)
        return f"opened {address}"

    async with opened(path, actions=all_jobs(open_address=open_address)) as drive:
        await drive.press("m", "l", "o")
        assert opened_pages == ["https://arxiv.org/abs/2402.00002"]
        assert drive.message == "opened https://arxiv.org/abs/2402.00002"


async def test_mouse(path: Path) -> None:
    async with opened(path, actions=all_jobs()) as drive:
        await drive.press("m")
        await drive.click("#candidates", 20, 1)
        assert drive.shows("31 % likely")


@pytest.mark.parametrize("size", [(200, 60), (100, 30), (60, 16), (30, 8), (12, 4)])
async def test_any_size(path: Path, size: tuple[int, int]) -> None:
    async with opened(path, size, actions=all_jobs()) as drive:
        await drive.press("m", "l", "j", "G")
        assert all(cell_len(line) == size[0] for line in drive.screen)
        await drive.pilot.resize_terminal(130, 30)
        await drive.settle()
        assert drive.shows("In the listing")


async def test_without_colour_the_marks_are_still_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(path, ascii_only=True, actions=all_jobs()) as drive:
        await drive.press("m", "l", "G")
        text = "\n".join(drive.screen)
        assert "{+And more besides+}" in " ".join(text.split())
        assert text.isascii()


HOSTILE = "[bold red]markup[/] \x1b[2J bell\x07 \u202ebidi \u200f日本語" + "e" + "\u0301" * 9


async def test_text_from_outside_is_text(tmp_path: Path) -> None:
    path = tmp_path / "hostile.sqlite3"
    evil = Record("2401.00009", HOSTILE + " record", HOSTILE * 9, published=date(2024, 1, 2))
    with Library.open(path) as library:
        with library.action("import", "", NOW) as writer:
            for day in (1, 2):
                listed = ListedDate(6, day, None, HOSTILE)
                edits.take_in(writer, Entry(HOSTILE, HOSTILE * 8, HOSTILE, 1, listing=listed))
            edits.set_match(writer, 1, doubt(evil))
        papers.keep_records(library, [evil], NOW)
    for size in (NARROW, WIDE):
        async with opened(path, size, actions=all_jobs()) as drive:
            await drive.press("m")
            assert drive.shows("[bold red]markup[/]")
            for line in drive.screen:
                assert cell_len(line) == size[0]
                assert not {"\x1b", "\x07", "\u202e", "\u200f"} & set(line)


def seen(*entries: Entry) -> Paper:
    return Paper(1, "T", "", NOW, NOW, sightings=tuple(Sighting(n, entry) for n, entry in enumerate(entries)))


@pytest.mark.parametrize("width", [38, 78, 118, 190])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_lines_of_every_kind_fit(width: int, glyphs: Any) -> None:
    listed = Entry("A title — one", abstract(1, 200), "june.txt", 3)
    cases = [
        (listed, ONE), (Entry("A title", "", "june.txt", 3), ONE), (listed, Record("2401.00001", "A title", "")),
        (Entry("A title", "", "june.txt", 3), Record("2401.00001", "A title", "")),
        (listed, Record("2401.00001", "Other", "entirely foreign words " * 30)), (listed, None),
        (listed, Record("2401.00001", "A title: one", abstract(1, 200).replace("study", "look at"))),
    ]  # fmt: skip
    for entry, found in cases:
        candidate = Candidate("2401.00001", "A title", 0.5, ("reason",) * 9)
        paper = seen(entry, Entry("Another title", "", "may.txt", 1))
        lines = comparison_lines(paper, compare(paper, candidate, found), candidate, width, glyphs)
        assert all(cell_len(plain(line)) <= width for line in lines), [plain(line) for line in lines]
        text = " ".join(" ".join(plain(line) for line in lines).split())
        assert "reason; reason" in text
        assert "Another title" in text
