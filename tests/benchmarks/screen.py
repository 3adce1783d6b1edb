"""The TUI with 100,000 papers: the first paint, memory, keys, and keys while something else goes on."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.measures import NOW, ROOT, Figure, at_most, at_most_ratio, fill
from tests.benchmarks.terminal import Terminal, first_sight
from tests.support import abstract, listing

COUNT = 100_000
BARE = [sys.executable, "-m", "tests.benchmarks.bare"]
OURS = [sys.executable, "-m", "readlist"]
#: The end of what a key writes, and the time of a key that is held down, seconds.
_SILENCE, _REPEAT = 0.04, 1 / 30
_POSITION = re.compile(rb"([\d,]+) of [\d,]+")
_WORDS = ("study", "paper number 77", "things", "lattice", "number 4711")


def _home(folder: Path, count: int = COUNT) -> dict[str, str]:
    """A library, and what a program needs to open it. What is installed is compiled, so both programs are here."""
    home = folder / str(count)
    home.mkdir()
    fill(home / "library.sqlite3", count)
    return {
        "READLIST_HOME": str(home),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "PYTHONDONTWRITEBYTECODE": "",
    }


def _load(what: str) -> Figure:
    return Figure(f"{what}: load of the machine", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()}", "", False)


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def paint(folder: Path) -> Iterator[Figure]:
    """From the start of the process until titles are on the screen, by turns with a bare app."""
    for count in (10_000, COUNT):
        environment = _home(folder, count)
        pairs = [
            (
                first_sight(BARE, b"bare", ROOT, **environment),
                first_sight(OURS, b"Paper number", ROOT, **environment),
            )
            for _ in range(16)
        ][1:]
        bare, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
        yield at_most_ratio(f"TUI: first paint with {count:,} papers", ours, bare, 1.3, "a bare Textual app")
    yield _load("paint")


def keys(folder: Path) -> Iterator[Figure]:
    """Memory, searching as one types, a key held down, and a verdict on a thousand papers."""
    environment = _home(folder)
    typed = [_box(environment)]
    with Terminal(OURS, ROOT, **environment) as terminal:
        terminal.wait_for(f"of {COUNT:,}".encode())
        terminal.rest(1.0)
        now, most = terminal.memory()
        yield at_most(f"TUI: memory with {COUNT:,} papers", now, 110, "MB", f" (at most {most:.0f})")
        yield from _held(terminal)
        terminal.send(b"/")
        terminal.rest(0.5)
        typed.append([])
        for words in _WORDS:
            for letter in words:
                typed[1].append(terminal.last_byte(letter.encode(), _SILENCE))
                time.sleep(0.03)
            terminal.rest(0.5)
            terminal.send(b"\x15\x7f")
            terminal.rest(0.5)
        most = terminal.memory()[1]
        yield at_most("TUI: memory after searching, at most", most, 110, "MB")
    bare, ours = (statistics.median(times) for times in typed)
    note = f" (p95 {1000 * _p95(typed[1]):.0f})"
    yield at_most("TUI: search, key to last byte", 1000 * ours, 1000 * bare + 16, "ms", note)
    yield from asyncio.run(_handlers(environment))
    yield from _verdict(environment)
    yield _load("keys")


def _box(environment: dict[str, str]) -> list[float]:
    """Key to last byte in a bare box to type in."""
    with Terminal([*BARE, "box"], ROOT, **environment) as terminal:
        terminal.wait_for(b"bare")
        terminal.rest(0.5)
        return [terminal.last_byte(letter.encode(), _SILENCE) for letter in "".join(_WORDS)]


def _held(terminal: Terminal) -> Iterator[Figure]:
    """``j`` held down: each line is on the screen before the key comes again."""
    before = terminal.processor()
    lags = _moves(terminal, 2, 120, _REPEAT)
    used = (terminal.processor() - before) / 120
    note = f" (median {1000 * statistics.median(lags):.0f}; processor {1000 * used:.0f} a key)"
    yield at_most("TUI: j held down, key to position shown, p95", 1000 * _p95(lags), 1000 * _REPEAT, "ms", note)
    terminal.send(b"g")
    terminal.rest(0.5)


def _moves(
    terminal: Terminal, first: int, most: int, every: float, over: Callable[[bytes], bool] = lambda _seen: False
) -> list[float]:
    """Press ``j`` again and again; returns how long each took until its position was on the screen, seconds."""
    pending: dict[int, float] = {}
    lags: list[float] = []
    tail, terminal.seen = b"", b""
    next_at, number, last = time.perf_counter(), first, first + most
    while pending or number < last:
        if time.perf_counter() >= next_at and number < last:
            pending[number] = terminal.send(b"j")
            number, next_at = number + 1, next_at + every
        elif time.perf_counter() > next_at + 30:
            raise RuntimeError(f"position {next(iter(pending))} was never seen; the last was {tail[-300:]!r}")
        terminal.read(next_at - time.perf_counter() if number < last else 0.5)
        tail, terminal.seen = tail[-200:] + terminal.seen, b""
        at = time.perf_counter()
        # A position that was passed before it could be drawn is told by a later one.
        shown = max((int(found.replace(b",", b"")) for found in _POSITION.findall(tail)), default=0)
        told = [moved for moved in pending if moved <= shown]
        lags += [at - pending.pop(moved) for moved in told]
        if over(tail):
            last = number
    return lags


async def _handlers(environment: dict[str, str]) -> list[Figure]:
    """How long the app's own thread is held by a letter of a search, and by what the search found."""
    from readlist.tui import app as application
    from readlist.tui.screens.home import HomePage

    times: dict[str, list[float]] = {"on_input_changed": [], "found": []}

    def timed(name: str) -> None:
        work = getattr(HomePage, name)

        def run(self: HomePage, *arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(self, *arguments)
            finally:
                times[name].append(time.perf_counter() - start)

        setattr(HomePage, name, run)

    for name in times:
        timed(name)
    path = Path(environment["READLIST_HOME"]) / "library.sqlite3"
    app = application.ReadlistApp(path, clock=lambda: NOW)
    gc.disable()  # as the program starts; the app turns it on once it is painted
    async with app.run_test(size=(160, 45)) as pilot:
        await application.settled(app, pilot.pause)
        await pilot.press("slash")
        for words in _WORDS:
            for letter in words:
                await pilot.press("space" if letter == " " else letter)
                await asyncio.sleep(0.03)
            await application.settled(app, pilot.pause)
            await pilot.press("ctrl+u")
    yielded = [("handler of a letter, p95", "on_input_changed"), ("handler of what was found, p95", "found")]
    return [at_most(f"TUI: search, {what}", 1000 * _p95(times[name]), 8, "ms") for what, name in yielded]


def _verdict(environment: dict[str, str]) -> Iterator[Figure]:
    """A thousand papers marked: from the key until the list has changed, and until what was done is told."""
    seen, told = [], []
    left = COUNT
    with Terminal(OURS, ROOT, **environment) as terminal:
        terminal.wait_for(f"of {COUNT:,}".encode())
        terminal.rest(1.0)
        for key, name in ((b"2", b"to-read"), (b"3", b"reading"), (b"4", b"read"), (b"5", b"skipped")):
            terminal.send(b",1000 ")
            terminal.wait_for(b"1,000 marked")
            terminal.rest(0.3)
            left -= 1000
            sent = terminal.send(key)
            seen.append(terminal.wait_for(f"of {left:,}".encode()) - sent)
            told.append(terminal.wait_for("1,000 papers → ".encode() + name) - sent)
            terminal.rest(0.5)
    note = f" (to the journal's words: {1000 * statistics.median(told):.0f})"
    listed = 1000 * statistics.median(seen)
    yield at_most("TUI: verdict on 1,000 marked papers, key to list", listed, 50, "ms", note)


def moving(folder: Path) -> Iterator[Figure]:
    """10,000 entries pasted and imported while the list is moved in."""
    environment = _home(folder)
    text = listing([(f"Pasted {n}: a study of other things", abstract(f"pasted {n}", 130)) for n in range(10_000)])
    with Terminal(OURS, ROOT, **environment) as terminal:
        terminal.wait_for(f"of {COUNT:,}".encode())
        terminal.rest(1.0)
        terminal.send(b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")
        terminal.wait_for(b"pasted: ")
        terminal.rest(1.0)
        terminal.send(b"\r")
        terminal.wait_for(b"import ")
        start = time.perf_counter()
        lags = _moves(terminal, 2, 3000, 0.1, lambda seen: b"10,000 entries" in seen)
        took = time.perf_counter() - start
    over = sum(lag > 0.05 for lag in lags)
    note = f" (p95 {1000 * _p95(lags):.0f}; {over} of {len(lags)} keys over 50 ms; import {took:.0f} s)"
    yield at_most("TUI: keys while 10,000 entries are imported, most", 1000 * max(lags), 50, "ms", note)
    yield _load("moving")
