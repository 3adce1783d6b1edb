"""A library made once and copied for each test, and a way to drive the app with it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from readlist.actions import triage
from readlist.library import Library, edits
from readlist.paper import Author, Candidate, Entry, ListedDate, Match, MatchState, Record, Status
from readlist.tui.app import ReadlistApp, settled
from readlist.tui.jobs import Jobs
from readlist.tui.widgets.bars import HintBar, MessageLine

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
NARROW, WIDE = (80, 24), (160, 45)


#: What keys with a name type.
CHARACTERS = {
    "space": " ", "slash": "/", "colon": ":", "full_stop": ".", "comma": ",", "plus": "+", "minus": "-",
    "asterisk": "*",
    "quotation_mark": '"', "question_mark": "?", "exclamation_mark": "!", "enter": "\r", "tab": "\t",
    "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


class Clock:
    """Goes on by a fixed step at each look, so that nothing depends on how fast a test runs."""

    def __init__(self, step: float = 1.0) -> None:
        self.now, self.step = NOW, step

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=self.step)
        return self.now


class Drive:
    """An app under test: keys, clicks, and what is on the screen."""

    def __init__(self, app: ReadlistApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and wait until all is done and drawn."""
        for key in keys:
            await self.press_only(key)
            if self.app.desk.replaying:  # a second undo is for who has seen the first
                await self.settle()
        await self.settle()

    async def press_only(self, *keys: str) -> None:
        """Press keys, and wait for what they do on the screen but not for the threads.

        A pilot waits for an idle processor after each key, which takes most of a test's time.
        """
        for key in keys:
            self._send(key)
            await self.pilot.pause(0)
            await self.pilot.pause(0)
            while self.app.has_mail:
                await self.pilot.pause(0)

    async def burst(self, *keys: str) -> None:
        """Keys that a terminal delivers all at once."""
        for key in keys:
            self._send(key)
        await self.settle()

    def _send(self, key: str) -> None:
        driver = self.app._driver
        assert driver is not None
        event = events.Key(key, key if len(key) == 1 else CHARACTERS.get(key))
        event.set_sender(self.app)
        driver.send_message(event)

    async def type(self, text: str) -> None:
        names = {character: name for name, character in CHARACTERS.items()}
        await self.press(*(names.get(character, character) for character in text))

    async def click(self, selector: str, x: int, y: int, times: int = 1) -> None:
        await self.pilot.click(selector, offset=(x, y), times=times)
        await self.settle()

    @property
    def hints(self) -> dict[str, tuple[int, int]]:
        """The actions whose keys are in sight at the bottom, and where on that bar."""
        bar = self.app.screen.query_one(HintBar)
        return {action.name: (at, y) for y, line in enumerate(bar.hints) for at, action in line}

    async def click_hint(self, name: str) -> None:
        """Click what the bar of keys says of an action."""
        x, y = self.hints[name]
        await self.pilot.click(self.app.screen.query_one(HintBar), offset=(x + 1, y))
        await self.settle()

    async def settle(self) -> None:
        await settled(self.app, lambda: self.pilot.pause(0))

    async def until(self, what: str | Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until the screen says this, or this is so: for all that threads, timers and other programs do."""
        end = monotonic() + seconds
        while not (self.shows(what) if isinstance(what, str) else what()):
            if monotonic() > end:
                pytest.fail(f"{what!r} is not shown, or not so:\n" + "\n".join(self.screen))
            await asyncio.sleep(0.02)
            self.app.catch_up()
            await self.pilot.pause(0)

    @property
    def screen(self) -> list[str]:
        """The lines of the screen as text."""
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return ["".join(segment.text for segment in strip) for strip in strips]

    def shows(self, text: str) -> bool:
        """Whether the screen has this, wherever lines were broken."""
        wanted = " ".join(text.split())
        return wanted in " ".join(" ".join(self.screen).split())

    @property
    def message(self) -> str:
        """What says what was done, wherever it was broken."""
        found = self.app.screen.query(MessageLine)
        if not found:
            return self.screen[-2].strip()
        height = found.first().size.height
        return " ".join(line.strip() for line in self.screen[-1 - height : -1]).strip()

    def status(self, paper_id: int) -> str:
        row = self.paper(paper_id)
        return str(row["status"])

    def paper(self, paper_id: int) -> Any:
        return self.app.desk.library.connection.execute("SELECT * FROM paper WHERE id = ?", (paper_id,)).fetchone()


TITLES = (
    "Alpha faces in the wild",
    "Beta swapping of faces",
    "Gamma rays of the crab",
    "Delta rules revisited",
    "Epsilon greedy search",
    "Zeta functions for all",
    "Eta mesons and more",
    "Theta rhythms in sleep",
    "Iota, a small language",
    "Kappa statistics misused",
    "Lambda calculus today",
    "Mu opioid receptors",
)


def _build(path: Path) -> None:
    with Library.open(path) as library:
        with library.action("import", "12 papers", NOW) as writer:
            for number, title in enumerate(TITLES):
                day = ListedDate(6, number + 1, 2025, f"Jun {number + 1}, 2025")
                abstract = f"We study {title.lower()}. " + "It is a long story about identity. " * 12
                edits.take_in(writer, Entry(title, abstract, "jun17.txt", 10 + number, 3, date=day, comments=number))
            for paper_id in range(1, 11):
                authors = tuple(
                    Author(f"Given{n} Name{n}", f"Name{n}", f"Given{n}") for n in range(1, paper_id % 4 + 2)
                )
                row = writer.connection.execute("SELECT * FROM paper WHERE id = ?", (paper_id,)).fetchone()
                record = Record(
                    f"2506.{paper_id:05}", row["title"], row["abstract"], authors, 1, date(2025, 6, paper_id),
                    date(2025, 6, paper_id), ("cs.CV", "cs.AI"),
                )  # fmt: skip
                match = Match(MatchState.MATCHED, 0.99, "snapshot", "resolver", ("title", "abstract"))
                edits.set_match(writer, paper_id, match, record)
            doubt = (
                Candidate("2401.07519", "A candidate", 0.6, ("title 0.92",)),
                Candidate("2401.00002", "B", 0.5, ()),
            )
            edits.set_match(writer, 11, Match(MatchState.REVIEW, 0.6, "api", "resolver", ("two are near",), doubt))
        triage.set_status(library, [9, 10], Status.READ, NOW)
        triage.change_tags(library, [1, 2], NOW, add=["faces", "to cite"])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve papers: ten new (one in doubt, two without a record), two read; two with tags."""
    path = tmp_path_factory.mktemp("tui") / "library.sqlite3"
    _build(path)
    return path


@pytest.fixture
def library_path(built: Path, tmp_path: Path) -> Path:
    """A copy of the library of twelve papers."""
    return Path(shutil.copy(built, tmp_path / "library.sqlite3"))


Open = Callable[..., Any]


@asynccontextmanager
async def opened(
    path: Path, size: tuple[int, int] = NARROW, *, step: float = 1.0, **options: Any
) -> AsyncIterator[Drive]:
    """The app on a library, settled."""
    app = ReadlistApp(path, clock=Clock(step), **options)
    async with app.run_test(size=size) as pilot:
        drive = Drive(app, pilot)
        await drive.settle()
        yield drive


def jobs(**changes: Any) -> Jobs:
    return Jobs(**changes)
