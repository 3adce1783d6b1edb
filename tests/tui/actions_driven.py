"""A library, jobs and ways in for the table of actions: every place of the registry, and how it may be."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from readlist.actions import reviewing, triage
from readlist.actions.progress import Progress, Report
from readlist.library import Library, edits, papers
from readlist.paper import Author, Candidate, Entry, Match, MatchState, Record, Status
from readlist.tui import registry
from readlist.tui.app import ReadlistApp
from readlist.tui.colours import DARK
from readlist.tui.jobs import Jobs, Outcome, Section
from readlist.tui.rows import DEFAULT
from readlist.tui.screens.home import HomePage
from readlist.tui.screens.page import Page
from readlist.tui.views import ALL, PLACES, TRASH
from readlist.zotero.changes import Row
from readlist.zotero.task import SyncResult
from tests.tui.conftest import NOW, Drive

PAPERS = 90
#: Papers that are in doubt, and papers in the trash.
DOUBTS, REMOVED = (86, 87, 88), (89, 90)
LONG = "It is a long story about identity, told at length. " * 200
Act = Callable[[], Awaitable[None]]


def _record(number: int, title: str, month: int = 2506) -> Record:
    return Record(
        f"{month}.{number:05}", title, LONG, (Author("Ada Lovelace", "Lovelace", "Ada"),), 1, date(2025, 6, 1),
        date(2025, 6, 1), ("cs.CV",),
    )  # fmt: skip


def title_of(number: int) -> str:
    return f"Paper {number:03} of the table"


def build(path: Path) -> None:
    """Ninety new papers with records and long abstracts; thirty tags, three doubts, two in the trash."""
    with Library.open(path) as library:
        records = {number: _record(number, title_of(number)) for number in range(1, PAPERS + 1)}
        with library.action("import", "ninety", NOW) as writer:
            for number, one in records.items():
                edits.take_in(writer, Entry(one.title, LONG, "june.txt", number))
                match = Match(MatchState.MATCHED, 0.99, "snapshot", "resolver")
                if number in DOUBTS:
                    found = tuple(
                        Candidate(f"2401.{number * 2 + twin:05}", f"Candidate {twin}", 0.6, ()) for twin in (0, 1)
                    )
                    match = Match(MatchState.REVIEW, 0.6, "api", "resolver", (), found)
                edits.set_match(writer, number, match, None if number in DOUBTS else one)
        known = [(number * 2 + twin, f"Candidate {twin}") for number in DOUBTS for twin in (0, 1)]
        papers.keep_records(library, [_record(n, title, 2401) for n, title in known], NOW)
        for number in range(1, 31):
            triage.change_tags(library, [number + 30], NOW, add=[f"tag {number:02}"])
        triage.remove(library, REMOVED, NOW)


class Worked:
    """Jobs that note what they were asked, and the one that goes on until it is stopped."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.pdfs: list[int] = []
        self.sources: list[tuple[str, ...]] = []
        self.exported: list[Path] = []
        self.edited: list[str] = []
        self.plans = 0
        self.hold = threading.Event()

    def jobs(self) -> Jobs:
        def fetch(_library: Library, _wanted: str, _report: Report) -> Record:
            return _record(7, "Fetched")

        def pdf(_library: Library, paper: int, _report: Report) -> str:
            self.pdfs.append(paper)
            return f"the PDF of p{paper} is open"

        def address(url: str) -> str:
            self.addresses.append(url)
            return f"opened {url}"

        def files(_library: Library, names: Sequence[str], _report: Report) -> str:
            self.sources.append(tuple(names))
            return f"{len(names)} imported"

        def export(_library: Library, _name: str, ids: Sequence[int], path: Path, _report: Report) -> Outcome:
            self.exported.append(path)
            return Outcome(f"{len(ids)} papers in {path.name}")

        def edit(text: str) -> str:
            self.edited.append(text)
            return "from the editor"

        return Jobs(
            import_files=files,
            import_text=lambda _library, _text, _report: "imported",
            resolve=lambda _library, _report: Outcome("all resolved", (Section("Told", (("p1", LONG),)),)),
            export=export,
            zotero_plan=self._plan,
            zotero_apply=lambda *_given: Outcome("all written"),
            open_address=address,
            open_pdf=pdf,
            edit_text=edit,
            fetch_record=fetch,
            accept_match=lambda library, paper, arxiv_id, now: (
                reviewing.accept(library, paper, arxiv_id, now, partial(_no_fetch)).sentence
            ),
            set_match=lambda *_given: "set",
            reject_match=lambda library, paper, now: reviewing.reject(library, paper, now).sentence,
            not_on_arxiv=lambda library, paper, now: reviewing.not_on_arxiv(library, paper, now).sentence,
        )

    def _plan(self, _library: Library, _report: Report) -> Outcome:
        self.plans += 1
        fields: dict[str, tuple[object, object]] = {f"field {n}": ("x", "y") for n in range(60)}
        rows = tuple(Row(number, f"KEY{number}", title_of(number), fields) for number in range(1, 81))
        return Outcome(
            f"plan {self.plans}",
            value=SyncResult("user:1", 1, created=rows[1:], conflicts=rows[:1], dry_run=True),
        )

    def running(self, library: Library, report: Report) -> str:
        """A job that goes on until it is stopped."""
        del library
        while not self.hold.wait(0.01):
            report(Progress("held", 1, 2))
        return "let go"


def _no_fetch(*_given: object) -> Any:
    raise AssertionError("the records are known")


class Driven:
    """An app in one place, brought back to where it began before each check."""

    def __init__(self, drive: Drive, worked: Worked, place: str, how: str) -> None:
        self.drive, self.worked, self.place, self.how = drive, worked, place, how
        #: The papers that keys were for when the check began.
        self.papers: list[int] = []
        self.left: list[int] = []
        self.suspended: list[str] = []
        self._base = drive.app.desk.library.history(1)[0].id
        #: The newest row of the journal, and the screen, when the place was entered.
        self._last: tuple[int, str] = (0, "")
        self._ground: Any = None
        self._kept = False

    # What checks ask for.

    @property
    def app(self) -> ReadlistApp:
        return self.drive.app

    @property
    def home(self) -> HomePage:
        return self.drive.app.home

    @property
    def screen(self) -> Any:
        """The screen in front; which one it is, is known to who asks."""
        return self.drive.app.screen

    @property
    def page(self) -> Page:
        assert self.app.front is not None
        return self.app.front

    @property
    def concerned(self) -> list[int]:
        return cast("list[int]", cast(Any, self.page).concerned())

    def says(self, text: str) -> None:
        assert text in self.drive.message, self.drive.message

    def shows(self, text: str) -> None:
        assert self.drive.shows(text), "\n".join(self.drive.screen)

    def are(self, column: str, value: object) -> None:
        """What the papers have that the key was for."""
        assert self.papers
        assert {self.drive.paper(paper)[column] for paper in self.papers} == {value}

    async def change(self, work: Callable[[], object]) -> None:
        work()
        await self.drive.settle()

    # Going there, and doing it.

    async def begin(self, *, keep: bool = False) -> None:
        """To the place, with everything as it was at first. ``keep``: what comes now leaves it as it is."""
        kept, self._kept = self._kept, keep
        if self._ground in self.app.screen_stack and (self.place not in registry.WINDOWS or kept):
            while self.app.screen is not self._ground:
                self.app.pop_screen()
                await self.drive.settle()
            if await self._as_before():
                self._forget()
                return
        await self._begin()

    async def _as_before(self) -> bool:
        """Put back what is put back at once; returns whether that was all."""
        home, screen = self.home, self.screen
        journal = self.app.desk.library.history(1)[0]
        if (journal.id, journal.state) != self._last or self.how or home.query("#search") or self.app.desk.running:
            return False
        if (home.query_text, home.sort, home.view) != ("", "id", ALL) or self.app.theme != DARK.name:
            return False
        if home.listing.marked:
            home.listing.marked.clear()
            home.shelf.changed()
        home.shelf.move_to(0)
        home.show_position()
        if self.place in (registry.TRIAGE, registry.REVIEW):
            screen._at = 0
        if self.place == registry.REVIEW:
            screen._candidate = 0
        if self.place == registry.ZOTERO:
            screen._list.left_out.clear()
            screen._list.decided.clear()
            screen._list.changed()
            screen._head()
        if self.place in (registry.TRIAGE, registry.REVIEW, registry.PAPER):
            screen._show()
        await self.drive.settle()
        return True

    def _forget(self) -> None:
        """What was noted of the last check."""
        for known in (self.worked.addresses, self.worked.pdfs, self.worked.sources, self.worked.exported,
                      self.worked.edited, self.left, self.suspended, self.app.said):  # fmt: skip
            cast("list[object]", known).clear()
        self.app._clipboard = ""
        self.home.last_report = ("A report", (Section("Told", (("p1", LONG),)),))
        if self.place not in registry.WINDOWS:
            self.page.say("")
        self.papers = self.concerned if hasattr(self.page, "concerned") else []

    async def _begin(self) -> None:
        app, home, desk = self.app, self.home, self.app.desk
        self.worked.hold.set()
        await self.drive.settle()
        while len(app.screen_stack) > 1:
            app.pop_screen()
            await self.drive.settle()
        if home.query("#search"):
            await self.drive.press("escape")
        steps = sum(action.id > self._base and action.state == "done" for action in desk.library.history(50))
        if steps:
            desk.undo(steps)
            await self.drive.settle()
        self.worked.hold.clear()
        desk.notes.clear()
        app.theme = DARK.name
        home.sort, home.shelf.chosen, home.query_text, home._mark_anchor = "id", DEFAULT, "", None
        home.listing.marked.clear()
        home.show_view(ALL)
        home.last_report = ("A report", (Section("Told", (("p1", LONG),)),))
        await self.drive.settle()
        home.shelf.move_to(0)
        home.side_pane.scroll_to_line(0)
        home.say("")
        await WAYS[self.place](self)
        if self.how:
            await SITUATIONS[self.place, self.how](self)
        self._ground = app.screen
        journal = desk.library.history(1)[0]
        self._last = (journal.id, journal.state)
        self._forget()

    async def key(self, action: registry.Action) -> None:
        if action.keys:
            await self.drive.press(action.keys[0])
        else:  # in the palette alone
            await self.page.perform(action)
            await self.drive.settle()

    async def click(self, action: registry.Action) -> None:
        await self.drive.click_hint(action.name)


def keys(*pressed: str) -> Callable[[Driven], Awaitable[None]]:
    async def go(driven: Driven) -> None:
        for key in pressed:
            await driven.drive.press(key)

    return go


async def _lines(driven: Driven) -> None:
    driven.home.query_text = "paper"
    await driven.drive.press("w")


async def _files(driven: Driven) -> None:
    await driven.drive.press("i")
    await driven.drive.type("many/")
    await driven.drive.press("down")


async def _zotero(driven: Driven) -> None:
    await driven.drive.press("z")
    await driven.drive.until("of 79 changes chosen")
    driven.screen._list.left_out.clear()
    driven.screen._list.decided.clear()
    driven.screen._list.changed()


#: From the list to each place.
WAYS: dict[str, Callable[[Driven], Awaitable[None]]] = {
    registry.HOME: keys(),
    registry.PAPER: keys("enter"),
    registry.TRIAGE: keys("T"),
    registry.REVIEW: keys("m"),
    registry.STATISTICS: keys("s"),
    registry.ZOTERO: _zotero,
    registry.READER: keys("L"),
    registry.HELP: keys("question_mark"),
    registry.CHOICE: keys("x"),
    registry.LINE: keys("x", "1"),
    registry.LINES: _lines,
    registry.TAGS: keys("t", "down"),
    registry.ALL_TAGS: keys("number_sign"),
    registry.COLUMNS: keys("C"),
    registry.SORT: keys("S"),
    registry.NOTE: keys("n"),
    registry.IMPORT: keys("i"),
    registry.FILES: _files,
}


async def _trash(driven: Driven) -> None:
    driven.home.show_view(TRASH)
    await driven.drive.settle()


async def _empty(driven: Driven) -> None:
    driven.home.show_view(next(view for view in PLACES if view.status is Status.READING))
    await driven.drive.settle()


async def _searched(driven: Driven) -> None:
    driven.home.set_query("nothing like it")
    await driven.drive.settle()


async def _paper_of_trash(driven: Driven) -> None:
    await driven.drive.press("escape")
    await _trash(driven)
    await driven.drive.press("enter")


async def _over(driven: Driven) -> None:
    driven.screen._at = len(driven.screen._queue)
    driven.screen._show()
    await driven.drive.settle()


async def _no_plan(driven: Driven) -> None:
    driven.screen._show([], "Nothing to change.")
    await driven.drive.settle()


#: Ways in which a place may be that have a footer of their own.
SITUATIONS: dict[tuple[str, str], Callable[[Driven], Awaitable[None]]] = {
    (registry.HOME, registry.MARKED): keys("space", "space"),
    (registry.HOME, registry.TRASH): _trash,
    (registry.HOME, registry.EMPTY): _empty,
    (registry.HOME, registry.SEARCHED): _searched,
    (registry.PAPER, registry.TRASH): _paper_of_trash,
    (registry.TRIAGE, registry.OVER): _over,
    (registry.REVIEW, registry.OVER): _over,
    (registry.ZOTERO, registry.EMPTY): _no_plan,
    (registry.TAGS, registry.TYPED): keys("tab"),
}


@pytest.fixture(scope="session")
def table_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "library.sqlite3"
    build(path)
    return path


def clock() -> datetime:
    return datetime(2026, 11, 20, 9, tzinfo=UTC)
