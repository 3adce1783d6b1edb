"""What the screens ask for and what they are told: decisions, searches, counts and jobs, none of it in their way.

Decisions go to one thread in the order in which keys were pressed, reads to another, jobs to a third. Each answers
with a message; the app hands it to the screens, which own what is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Event

from textual.message import Message

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.actions.progress import Progress, Report
from readlist.errors import ReadlistError
from readlist.paper import Record, Status
from readlist.tui.backroom import Backroom
from readlist.tui.jobs import Cancelled
from readlist.tui.messages import (
    Changed,
    Completed,
    Counted,
    Fetched,
    Found,
    JobEnded,
    JobTold,
    Kept,
    SavedCounted,
    Search,
)

__all__ = [
    "Changed",
    "Completed",
    "Counted",
    "Desk",
    "Fetched",
    "Found",
    "JobEnded",
    "JobTold",
    "Kept",
    "SavedCounted",
    "Search",
]

#: Least time between two reports of a job that reach the screen, seconds.
_REPORT_EVERY = 0.1
_MOST_STARS = 3


class Desk:
    """The library as the screens use it. ``library`` is for quick reads in the app's own thread."""

    def __init__(self, path: Path, clock: Callable[[], datetime], deliver: Callable[[Message], object]) -> None:
        self.path, self.clock = path, clock
        self.library = Library.open(path)
        self._deliver = deliver
        self._writer = Backroom(path, deliver)
        self._reader = Backroom(path, deliver)
        self._counter = Backroom(path, deliver)
        self._completer = Backroom(path, deliver)
        self._jobs = Backroom(path, deliver)
        self._fetcher = Backroom(path, deliver)
        self._rooms = (self._writer, self._reader, self._counter, self._completer, self._jobs, self._fetcher)
        #: The numbers as they were counted last.
        self.counted: Counted | None = None
        self._stop, self._closing = Event(), Event()
        self._next: Search | None = None
        self._completing: tuple[str, str] | None = None
        self._complete_next: tuple[str, str] | None = None
        self._searching = self._counting = self._count_again = False
        self.running: str | None = None
        self.progress: Progress | None = None
        self._seen = self.library.version()

    @property
    def busy(self) -> bool:
        """Whether any thread has work whose answer has not been handled."""
        return any(room.busy for room in self._rooms)

    @property
    def deciding(self) -> bool:
        """Whether a decision is not in the library yet."""
        return self._writer.busy

    def close(self) -> None:
        """Finish what was decided, stop what runs, close everything."""
        self._stop.set()
        self._closing.set()
        for room in self._rooms:
            room.close()
        self.library.close()

    def moved_outside(self) -> bool:
        """Whether another connection has written since this was asked last."""
        version = self.library.version()
        moved, self._seen = version != self._seen, version
        return moved

    # Decisions. What carries them out is loaded by the first one, in its thread: the first paint does not wait for it.

    def status(self, ids: Sequence[int], status: Status) -> None:
        now = self.clock()

        def change(library: Library) -> int:
            from readlist.actions.triage import set_status

            return set_status(library, ids, status, now)

        self._decide("status", ids, change)

    def priority(self, ids: Sequence[int], priority: int) -> None:
        now = self.clock()

        def change(library: Library) -> int:
            from readlist.actions.triage import set_priority

            return set_priority(library, ids, priority, now)

        self._decide("priority", ids, change)

    def raise_priority(self, ids: Sequence[int]) -> None:
        """One star more than the highest of these has, at most three; read where it is written, for quick fingers."""
        now = self.clock()

        def work(library: Library) -> Message:
            from readlist.actions.triage import set_priority

            stars = max((row.priority for row in browsing.list_rows(library, ids)), default=0)
            if stars >= _MOST_STARS:
                return Changed("three stars are the most; 0 clears them", ids, "do", 0)
            count = set_priority(library, ids, stars + 1, now)
            return Changed(library.history(1)[0].summary if count else "", ids, "do", count)

        self._writer.submit("priority", work, ids)

    def tags(self, ids: Sequence[int], add: Iterable[str], remove: Iterable[str]) -> None:
        now, add, remove = self.clock(), list(add), list(remove)

        def change(library: Library) -> int:
            from readlist.actions.triage import change_tags

            return change_tags(library, ids, now, add=add, remove=remove)

        self._decide("tags", ids, change)

    def note(self, paper_id: int, note: str) -> None:
        now = self.clock()

        def change(library: Library) -> int:
            from readlist.actions.triage import set_note

            return int(set_note(library, paper_id, note, now))

        self._decide("note", [paper_id], change)

    def remove(self, ids: Sequence[int], *, restore: bool) -> None:
        now = self.clock()

        def change(library: Library) -> int:
            from readlist.actions import triage

            return (triage.restore if restore else triage.remove)(library, ids, now)

        self._decide("trash", ids, change)

    def decide_match(self, ids: Sequence[int], change: Callable[[Library], str]) -> None:
        """A decision that comes from `Jobs`: it answers with a sentence."""

        def work(library: Library) -> Message:
            return Changed(change(library), ids, "do", 1)

        self._writer.submit("match", work, ids)

    def change(self, what: str, change: Callable[[Library, datetime], int]) -> None:
        """A change that concerns more than papers in sight (a tag everywhere, a saved search)."""
        now = self.clock()
        self._decide(what, (), lambda library: change(library, now))

    def keep(self, name: str, value: object) -> None:
        """Write down how the list looks; `Failed` tells where that cannot be."""

        def work(library: Library) -> Message:
            browsing.keep_preference(library, name, value)
            return Kept()

        self._writer.submit("preference", work)

    def _decide(self, what: str, ids: Sequence[int], change: Callable[[Library], int]) -> None:
        def work(library: Library) -> Message:
            count = change(library)
            summary = library.history(1)[0].summary if count else ""
            return Changed(summary, ids, "do", count)

        self._writer.submit(what, work, ids)

    def undo(self, count: int) -> None:
        self._replay("undo", count)

    def redo(self, count: int) -> None:
        self._replay("redo", count)

    def _replay(self, kind: str, count: int) -> None:
        def work(library: Library) -> Message:
            from readlist.actions import triage

            actions = (triage.undo if kind == "undo" else triage.redo)(library, count)
            ids = [paper_id for action in actions[-1:] for paper_id in browsing.touched(library, action.id)]
            told = "; ".join(action.summary for action in actions[:3])
            others = f"; and {len(actions) - 3:,} more" if len(actions) > 3 else ""
            return Changed(told + others, ids, kind, len(actions))

        self._writer.submit(kind, work)

    # Reads.

    def search(self, search: Search) -> None:
        """Find the ids for a list. While one search runs only the newest of the others is kept."""
        if self._searching:
            self._next = search
            return
        self._searching = True
        now = self.clock()

        def work(library: Library) -> Message:
            return Found(search, find(library, search, now))

        self._reader.submit("search", work)

    def count(self) -> None:
        """Count again; many calls while one runs make one more."""
        if self._counting:
            self._count_again = True
            return
        self._counting = True
        now = self.clock()

        def work(library: Library) -> Message:
            searches = browsing.saved_searches(library)
            numbers, tags = browsing.counts(library), browsing.tag_counts(library)
            self._deliver(Counted(numbers, tags, browsing.tag_colours(library), searches))
            if not searches:
                return SavedCounted({})
            from readlist.actions.searches import count_search

            return SavedCounted({search.id: count_search(library, search.query, now) for search in searches})

        self._counter.submit("count", work)

    def complete(self, name: str, start: str) -> None:
        """Look up what a filter can be given. While one look-up runs only the newest of the others is kept."""
        if self._completing is not None:
            self._complete_next = (name, start)
            return
        self._completing = (name, start)
        self._completer.submit(
            "completion", lambda library: Completed(name, start, browsing.values(library, name, start))
        )

    def _complete_over(self) -> None:
        self._completer.handled()
        self._completing, following, self._complete_next = None, self._complete_next, None
        if following is not None:
            self.complete(*following)

    def tag_counts(self) -> dict[str, int]:
        """Tags and on how many papers they are, as counted last; a key never waits for a new count."""
        return self.counted.tags if self.counted is not None else browsing.tag_counts(self.library)

    def answered(self, message: Message) -> None:
        """A message is about to be handled: account for it, and start what waited for it."""
        if isinstance(message, Changed):
            self._writer.handled()
        elif isinstance(message, Found):
            self._search_over()
        elif isinstance(message, SavedCounted):
            self._count_over()
        elif isinstance(message, Completed):
            self._complete_over()
        elif isinstance(message, Kept):
            self._writer.handled()
        elif isinstance(message, JobEnded):
            self._jobs.handled()
            self.running = self.progress = None
        elif isinstance(message, Fetched):
            self._fetcher.handled()
            if message.record is not None and message.then is not None:
                message.then()

    def failed(self, what: str) -> None:
        """The same for work that failed."""
        if what == "search":
            self._search_over()
        elif what == "count":
            self._count_over()
        elif what == "completion":
            self._complete_over()
        elif what == "job":
            self._jobs.handled()
            self.running = self.progress = None
        elif what == "fetch":
            self._fetcher.handled()
        else:
            self._writer.handled()

    def _search_over(self) -> None:
        self._reader.handled()
        self._searching = False
        following, self._next = self._next, None
        if following is not None:
            self.search(following)

    def _count_over(self) -> None:
        self._counter.handled()
        self._counting = False
        if self._count_again:
            self._count_again = False
            self.count()

    # Jobs.

    def start(self, name: str, job: Callable[[Library, Report], str]) -> bool:
        """Start a job, one at a time; returns False while another runs."""
        if self.running is not None:
            return False
        self.running, self.progress = name, None
        self._stop.clear()
        last = 0.0

        def report(progress: Progress) -> None:
            nonlocal last
            if self._stop.is_set():
                raise Cancelled
            now = time.monotonic()
            if now - last >= _REPORT_EVERY:
                last = now
                self._deliver(JobTold(name, progress))

        def work(library: Library) -> Message:
            try:
                return JobEnded(name, job(library, report))
            except Cancelled:
                return JobEnded(name, f"{name} stopped; what was done stays")
            except Exception as error:
                told = str(error) if isinstance(error, ReadlistError) else f"{type(error).__name__}: {error}"
                return JobEnded(name, f"{name} failed: {told}", bad=True)

        self._jobs.submit("job", work)
        return True

    def fetch(
        self,
        wanted: str,
        job: Callable[[Library, str, Report], Record],
        ids: Sequence[int] = (),
        then: Callable[[], None] | None = None,
    ) -> None:
        """Fetch a record while decisions go on; what comes of it is told by `Fetched`."""

        def report(_progress: Progress) -> None:
            if self._closing.is_set():
                raise Cancelled

        def work(library: Library) -> Message:
            if self._closing.is_set():
                return Fetched(wanted, None, "readlist is being left", ids, then)
            try:
                return Fetched(wanted, job(library, wanted, report), "", ids, then)
            except Exception as error:
                told = str(error) if isinstance(error, ReadlistError) else f"{type(error).__name__}: {error}"
                return Fetched(wanted, None, told, ids, then)

        self._fetcher.submit("fetch", work, ids)

    def cancel(self) -> bool:
        """Ask the running job to stop; returns whether there is one."""
        self._stop.set()
        return self.running is not None


def find(library: Library, search: Search, now: datetime, limit: int | None = None) -> list[int]:
    """The ids that a list shows. Raises `QueryError`."""
    return browsing.ids(
        library,
        search.query,
        now=now,
        sort=search.sort,
        limit=limit,
        removed=search.view.removed,
        extra=search.view.condition(now),
    )
