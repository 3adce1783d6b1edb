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
#: What an undo says that would have to take back what was not done on its page.
ELSEWHERE = "something else was done since; that is taken back in the list, and first"
_NO_CHANGE = "that had changed nothing"
#: Tags to add, and tags to remove.
Tagging = tuple[tuple[str, ...], tuple[str, ...]]


class Decided:
    """A decision. ``action``: its row of the journal, once it is in the library and has changed anything there."""

    def __init__(self, action: int | None = None) -> None:
        self.action = action


class Decisions:
    """Each decision is answered by `Changed`, or by `Failed` where it could not be carried out."""

    def __init__(self, clock: Callable[[], datetime], writer: Backroom, reader: Backroom) -> None:
        self.clock, self._writer, self._reader = clock, writer, reader
        #: ``undo`` or ``redo`` while one is under way.
        self.replaying = ""
        #: Notes that are not in the library yet, by their paper, and tags that could not get there, by the papers.
        #: The thread that writes keeps account of both.
        self.notes: dict[int, str] = {}
        self.tagged: dict[tuple[int, ...], Tagging] = {}

    # What carries them out is loaded by the first one, in its thread: the first paint does not wait for it.

    def status(self, ids: Sequence[int], status: Status) -> Decided:
        now = self.clock()

        def change(library: Library) -> int:
            from readlist.actions.triage import set_status

            return set_status(library, ids, status, now)

        return self._decide("status", ids, change)

    def priority(self, ids: Sequence[int], priority: int) -> Decided:
        now = self.clock()

        def change(library: Library) -> int:
            from readlist.actions.triage import set_priority

            return set_priority(library, ids, priority, now)

        return self._decide("priority", ids, change)

    def raise_priority(self, ids: Sequence[int]) -> Decided:
        """One star more than the highest of these has, at most three; read where it is written, for quick fingers."""
        now = self.clock()

        def work(library: Library) -> Message:
            from readlist.actions.triage import set_priority

            stars = max((row.priority for row in browsing.list_rows(library, ids)), default=0)
            if stars >= _MOST_STARS:
                return Changed("three stars are the most; 0 clears them", ids, "do", 0)
            count = set_priority(library, ids, stars + 1, now)
            return Changed(library.history(1)[0].summary if count else "", ids, "do", count)

        return self._noted("priority", work, ids)

    def tags(self, ids: Sequence[int], add: Iterable[str], remove: Iterable[str]) -> Decided:
        now, tagging = self.clock(), (tuple(add), tuple(remove))

        def change(library: Library) -> int:
            from readlist.actions.triage import change_tags

            try:
                return change_tags(library, ids, now, add=tagging[0], remove=tagging[1])
            except Exception:
                self.tagged[tuple(ids)] = tagging
                raise

        return self._decide("tags", ids, change)

    def note(self, paper_id: int, note: str) -> Decided:
        now = self.clock()
        self.notes[paper_id] = note

        def change(library: Library) -> int:
            from readlist.actions.triage import set_note

            changed = set_note(library, paper_id, note, now)
            if self.notes.get(paper_id) is note:  # another may have been typed meanwhile
                del self.notes[paper_id]
            return int(changed)

        return self._decide("note", [paper_id], change)

    def note_again(self) -> None:
        """Try once more to write the notes that could not be written."""
        for paper_id, note in list(self.notes.items()):
            self.note(paper_id, note)

    def remove(self, ids: Sequence[int], *, restore: bool) -> None:
        now = self.clock()

        def change(library: Library) -> int:
            from readlist.actions import triage

            return (triage.restore if restore else triage.remove)(library, ids, now)

        self._decide("trash", ids, change)

    def empty_trash(self) -> None:
        """Delete what is in the trash."""

        def change(library: Library, now: datetime) -> int:
            from readlist.actions.triage import empty_trash

            return empty_trash(library, now)

        self.change("emptying the trash", change)

    def decide_match(self, ids: Sequence[int], change: Callable[[Library], str]) -> Decided:
        """A decision that comes from `Jobs`: it answers with a sentence."""

        def work(library: Library) -> Message:
            return Changed(change(library), ids, "do", 1)

        return self._noted("match", work, ids)

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

    def _decide(self, what: str, ids: Sequence[int], change: Callable[[Library], int]) -> Decided:
        def work(library: Library) -> Message:
            count = change(library)
            summary = library.history(1)[0].summary if count else ""
            return Changed(summary, ids, "do", count)

        return self._noted(what, work, ids)

    def _noted(self, what: str, work: Callable[[Library], Message], ids: Sequence[int]) -> Decided:
        """Carry out a decision, and note which row of the journal it became."""
        decided = Decided()

        def noted(library: Library) -> Message:
            before = library.last_action
            message = work(library)
            decided.action = library.last_action if library.last_action != before else None
            return message

        self._writer.submit(what, noted, ids)
        return decided

    def undo(self, count: int, among: Sequence[Decided] | None = None) -> None:
        """Take back the last changes; ``among``: as far as they are these, so that a page takes back only its own."""
        self._replay("undo", count, among)

    def redo(self, count: int, among: Sequence[Decided] | None = None) -> None:
        self._replay("redo", count, among)

    def _replay(self, kind: str, count: int, among: Sequence[Decided] | None) -> None:
        self.replaying = kind

        def work(library: Library) -> Message:
            from readlist.actions import triage

            # Read here: decisions that were still on their way are in the library by now.
            own = None if among is None else {one.action for one in among if one.action is not None}
            actions = (triage.undo if kind == "undo" else triage.redo)(library, count, own)
            if own is not None and not actions:
                return Changed(ELSEWHERE if own else _NO_CHANGE, (), kind, 0)
            ids = [paper_id for action in actions[-1:] for paper_id in browsing.touched(library, action.id)]
            told = "; ".join(action.summary for action in actions[:3])
            others = f"; and {len(actions) - 3:,} more" if len(actions) > 3 else ""
            return Changed(told + others, ids, kind, len(actions))

        self._writer.submit(kind, work)
