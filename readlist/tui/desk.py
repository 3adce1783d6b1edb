"""What the screens ask for and what they are told: decisions, searches, counts and jobs, none of it in their way.

Decisions go to one thread in the order in which keys were pressed, reads to another, jobs to a third. Each answers
with a message; the app hands it to the screens, which own what is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Event

from textual.message import Message

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.actions.progress import Progress, Report, TimeLeft
from readlist.errors import LibraryError, LibraryGone
from readlist.paper import Record
from readlist.tui.backroom import Backroom
from readlist.tui.decisions import Decisions
from readlist.tui.jobs import Cancelled, Outcome
from readlist.tui.living import Living
from readlist.tui.messages import (
    Changed,
    Completed,
    Counted,
    Fetched,
    Found,
    JobEnded,
    JobTold,
    Kept,
    Looked,
    Said,
    SavedCounted,
    Search,
)
from readlist.tui.views import ALL

#: Least time between two reports of a job that reach the screen, seconds.
_REPORT_EVERY = 0.1
#: So many papers written are worth moving them from the library's log into its file.
_MUCH = 100
#: How long a job gives way to a decision each time it tells something, seconds at most.
_WAY = 0.25


class Desk(Decisions):
    """The library as the screens use it. ``library`` is for quick reads in the app's own thread."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime],
        deliver: Callable[[Message], object],
        keep_living: Callable[[Library], list[str]] | None = None,
        tell: Callable[[str], object] | None = None,
        keep_fault: Callable[[Exception], object] | None = None,
    ) -> None:
        self.library = Library.open(path, tell=tell)
        writer = Backroom(self.library, deliver, keep_fault, Library.defer_checkpoints)
        self._rooms = (writer, *(Backroom(self.library, deliver, keep_fault) for _ in range(5)))
        _, reader, self._counter, self._completer, self._jobs, self._fetcher = self._rooms
        super().__init__(clock, writer, reader)
        self._deliver = deliver
        #: The files that follow the library.
        self.living = Living(self.library, deliver, keep_living)
        #: The numbers as they were counted last.
        self.counted: Counted | None = None
        self._stop, self._closing = Event(), Event()
        self._next: Search | None = None
        self._completing: tuple[str, str] | None = None
        self._complete_next: tuple[str, str] | None = None
        self._searching = self._counting = self._count_again = False
        #: How many papers were written since the log was moved into the file.
        self._written = 0
        self.running: str | None = None
        self.progress: Progress | None = None
        self._seen = self.library.version()

    @property
    def busy(self) -> bool:
        """Whether any thread has work whose answer has not been handled."""
        return self.living.busy or any(room.busy for room in self._rooms)

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
        self.living.close(changed=self.moved_outside())
        self.library.close()

    def moved_outside(self) -> bool:
        """Whether another connection has written since this was asked last."""
        try:
            version = self.library.version()
        except LibraryError:  # whoever reads next says what it is
            return False
        moved, self._seen = version != self._seen, version
        return moved

    def lost(self) -> str:
        """Why nothing can be read or written now: the library is not where it was. Empty where it is."""
        try:
            self.library.check_in_place()
        except LibraryGone as gone:
            return str(gone)
        return ""

    # Reads.

    def search(self, search: Search) -> None:
        """Find the ids for a list. While one search runs only the newest of the others is kept."""
        if self._searching:
            self._next = search
            return
        self._searching = True
        now = self.clock()

        def work(library: Library) -> Message:
            found = find(library, search, now)
            elsewhere = 0 if found else _elsewhere(library, search, now)
            if found or elsewhere or search.meanwhile is None:
                return Found(search, found, elsewhere)
            return Found(search, find(library, search._replace(query=search.meanwhile), now), meanwhile=True)

        self._reader.submit("search", work)

    def count(self) -> None:
        """Count again; many calls while one runs make one more."""
        if self._counting:
            self._count_again = True
            return
        self._counting = True
        now = self.clock()
        much = self._written > _MUCH
        if much:
            self._written = 0

        def work(library: Library) -> Message:
            searches = browsing.saved_searches(library)
            numbers, tags = browsing.counts(library), browsing.tag_counts(library)
            self._deliver(Counted(numbers, tags, browsing.tag_colours(library), searches))
            if much:
                library.checkpoint()
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

    def look(self, what: str, work: Callable[[Library], object]) -> None:
        """Read something that takes its time; what comes of it is told by `Looked`."""
        self._reader.submit("look", lambda library: Looked(what, work(library)))

    def answered(self, message: Message) -> None:
        """A message is about to be handled: account for it, and start what waited for it."""
        if isinstance(message, Changed) or (isinstance(message, Said) and message.copied is not None):
            self._decision_over(message)
        elif isinstance(message, Found):
            self._search_over()
        elif isinstance(message, SavedCounted):
            self._count_over()
        elif isinstance(message, Looked | Said):
            self._reader.handled()
        elif isinstance(message, Completed):
            self._complete_over()
        elif isinstance(message, Kept):
            self._writer.handled()
        elif isinstance(message, JobEnded):
            self._jobs.handled()
            self.running = self.progress = None
            self.living.changed()
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
        elif what == "look":
            self._reader.handled()
        elif what == "completion":
            self._complete_over()
        elif what == "job":
            self._jobs.handled()
            self.running = self.progress = None
        elif what == "fetch":
            self._fetcher.handled()
        else:
            self._writer.handled()
            if what in ("undo", "redo"):
                self.replaying = ""

    def _decision_over(self, message: Changed | Said) -> None:
        self._writer.handled()
        self.living.changed()
        if isinstance(message, Changed):
            self._written += len(message.ids)
            self.replaying = self.replaying if message.kind == "do" else ""

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

    def start(self, name: str, job: Callable[[Library, Report], str | Outcome]) -> bool:
        """Start a job, one at a time; returns False while another runs."""
        if self.running is not None:
            return False
        self.running, self.progress = name, None
        self._stop.clear()
        told = self._teller(name)

        def work(library: Library) -> Message:
            try:
                outcome = job(library, told)
            except Cancelled:
                told_so_far = f"{name} stopped{self._so_far()}; what was done stays"
                return JobEnded(name, Outcome(told_so_far), stopped=True)
            except Exception as error:
                return JobEnded(name, Outcome(f"{name} failed: {self._jobs.told(error)}", bad=True))
            return JobEnded(name, outcome if isinstance(outcome, Outcome) else Outcome(outcome))

        self._jobs.submit("job", work)
        return True

    def _teller(self, name: str) -> Report:
        """What a job tells its progress to: it stops the job where that was asked for, and lets decisions go first."""
        last = 0.0
        pace = TimeLeft()

        def report(progress: Progress) -> None:
            nonlocal last
            if self._stop.is_set():
                raise Cancelled
            now = time.monotonic()
            left = pace.of(progress)
            if now - last >= _REPORT_EVERY:
                last = now
                self._deliver(JobTold(name, progress, left))
            # A job writes again and again; a decision that waits for its turn would hardly ever get it.
            while self._writer.busy and time.monotonic() - now < _WAY and not self._stop.is_set():
                time.sleep(0.002)

        return report

    def _so_far(self) -> str:
        told = self.progress
        return f" at {told.done:,} of {told.total:,}" if told is not None and told.total else ""

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
                return Fetched(wanted, None, self._fetcher.told(error), ids, then)

        self._fetcher.submit("fetch", work, ids)

    def mind_living(self) -> None:
        """Bring the living files up to date where it is time and nobody else writes; to be called now and then."""
        if self.running is None and not self.deciding:
            self.living.mind()

    def cancel(self) -> bool:
        """Ask the running job to stop; returns whether there is one."""
        self._stop.set()
        return self.running is not None


def _elsewhere(library: Library, search: Search, now: datetime) -> int:
    """How many papers of the whole list are found where a place has none."""
    if not search.query or search.view == ALL:
        return 0
    from readlist.actions.searches import count_search

    return count_search(library, search.query, now) or 0


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
