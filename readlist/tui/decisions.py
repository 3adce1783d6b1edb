"""What a person decides, carried out in the order in which keys were pressed, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from textual.message import Message

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.paper import Status
from readlist.tui.backroom import Backroom
from readlist.tui.messages import Changed, Kept, Said

_MOST_STARS = 3


class Decisions:
    """Each decision is answered by `Changed`, or by `Failed` where it could not be carried out."""

    def __init__(self, clock: Callable[[], datetime], writer: Backroom, reader: Backroom) -> None:
        self.clock, self._writer, self._reader = clock, writer, reader

    # What carries them out is loaded by the first one, in its thread: the first paint does not wait for it.

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

    def copy(self, ids: Sequence[int], what: str, template: str | None = None) -> None:
        """Copy something of papers: ``key``, ``bibtex``, ``id`` or ``link``. A key that is not there yet is made,
        by the template where one is given."""

        def work(library: Library) -> Message:
            from readlist.actions.copying import copied

            text, sentence = copied(library, ids, what, template)
            return Said(sentence, text)

        # Keys are written, so it takes its turn among the decisions.
        self._writer.submit("copy", work, ids)

    def aside(self, work: Callable[[], str]) -> None:
        """Do something that takes a moment and needs no library, such as opening a page, while a job goes on."""
        self._reader.submit("look", lambda _library: Said(work()))

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
