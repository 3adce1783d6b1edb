"""Triage: the inbox one paper at a time. One key a verdict, the next paper comes by itself, undo goes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.actions import browsing
from readlist.paper import Status
from readlist.text import count
from readlist.tui import registry
from readlist.tui.backroom import Failed
from readlist.tui.decisions import ELSEWHERE, Decided
from readlist.tui.glyphs import NAMES
from readlist.tui.messages import Changed
from readlist.tui.screens.deciding import Deciding
from readlist.tui.spans import Line
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine, TwoEnded
from readlist.tui.widgets.lines import FixedText
from readlist.tui.widgets.paper_pane import PaperPane

#: Decisions before a pace is told: the first ones say little.
_ENOUGH = 3


def time_left(decided: int, left: int, seconds: float) -> str:
    """How long the rest takes at this pace, in words; empty while nothing can be said."""
    if decided < _ENOUGH or left <= 0 or seconds <= 0:
        return ""
    rest = seconds / decided * left
    if rest < 50:
        return "less than a minute left at this pace"
    minutes = max(1, round(rest / 60))
    return f"about {count(minutes, 'minute')} left at this pace"


class _Place(NamedTuple):
    """Where a person is: the queue, which is never changed but replaced, and the place in it."""

    queue: list[int]
    at: int


class _Step(NamedTuple):
    """Something that was done here. ``place``: where one was before it; ``decided``: what the library was given."""

    place: _Place
    decided: Decided | None = None
    status: Status | None = None
    #: The paper was left for later.
    later: bool = False

    @property
    def paper_id(self) -> int:
        return self.place.queue[self.place.at]


class TriagePage(Deciding):
    """A queue of papers, each to be decided on or left for later."""

    PLACE = registry.TRIAGE
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.TRIAGE)]
    DEFAULT_CSS = """
    TriagePage PaperPane { height: 1fr; padding: 1 0 0 0; }
    TriagePage #bar { height: 1; }
    TriagePage FixedText { height: 1fr; padding: 1 0 0 0; display: none; }
    TriagePage.-over FixedText { display: block; }
    TriagePage.-over PaperPane { display: none; }
    """

    def __init__(self, queue: Sequence[int]) -> None:
        super().__init__()
        self._queue = list(queue)
        self._at = 0
        self.verdicts: dict[int, Status] = {}
        self._later: set[int] = set()
        #: What was done here, to be taken back one by one; what was taken back, and where one was before that.
        self._steps: list[_Step] = []
        self._undone: list[tuple[_Step, _Place]] = []
        #: How many steps are gone back over where the library does not follow, and how.
        self._revert: tuple[int, Callable[[], None]] = (0, self._back)
        self._start: datetime | None = None

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield TwoEnded(id="bar")
        yield PaperPane(centred=True, focusable=True)
        yield FixedText(focusable=False)
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self._start = self.desk.clock()
        self.query_one(PaperPane).focus()
        self._show()

    @property
    def over(self) -> bool:
        """Whether every paper was looked at."""
        return self._at >= len(self._queue)

    @property
    def situation(self) -> registry.Situation:
        return frozenset({registry.OVER}) if self.over else registry.PLAIN

    def concerned(self) -> list[int]:
        return [] if self.over else [self._queue[self._at]]

    def _show(self) -> None:
        total = len(self._queue)
        self.set_class(self.over, "-over")
        self.show_hints()
        now = min(self._at + 1, total)
        left = time_left(len(self.verdicts), total - self._at, self._seconds())
        shown: Line = [("Triage  ", "heading"), (f"{now:,} of {total:,}", "strong")]
        if left:
            shown.append((f", {left}", "dim"))
        counts = Counter(self.verdicts.values())
        glyphs = self.home_app.glyphs
        done: Line = []
        for status in Status:
            if counts[status]:
                done.append((f"{glyphs.status[status]} {counts[status]:,} ", status.value))
        self.query_one(HeadLine).show(shown, done)
        width = max(self.size.width - 2, 10)
        full = width * self._at // max(total, 1)
        self.query_one("#bar", TwoEnded).show([(glyphs.rule * full, "bar"), (glyphs.rule * (width - full), "faint")])
        if self.over:
            self.query_one(FixedText).show(self._summary())
        else:
            self.query_one(PaperPane).show(browsing.get(self.desk.library, self._queue[self._at]))

    def _seconds(self) -> float:
        return (self.desk.clock() - self._start).total_seconds() if self._start else 0.0

    def _summary(self) -> list[Line]:
        seconds = self._seconds()
        decided = len(self.verdicts)
        lines: list[Line] = [[("   That was all.", "title")], []]
        counts = Counter(self.verdicts.values())
        glyphs = self.home_app.glyphs
        most = max(counts.values(), default=1)
        for status in Status:
            if counts[status]:
                bar = glyphs.bar * max(1, 30 * counts[status] // most)
                lines.append([
                    (f"   {glyphs.status[status]} {NAMES[status]:<8}", status.value),
                    (f"{counts[status]:>6,}  ", "strong"),
                    (bar, status.value),
                ])  # fmt: skip
        later = len(self._put_off)
        if later:
            lines.append([(f"     {'later':<8}", "dim"), (f"{later:>6,}", "strong")])
        lines.append([])
        if decided:
            pace = f", {seconds / decided:.0f} seconds a paper" if seconds else ""
            took = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
            lines.append([(f"   {decided:,} decided in {took}{pace}.", "text")])
        if later:
            lines.append([("   " + self.keyboard.shown("later"), "key"), (" goes through what was put off.", "dim")])
        lines.append(
            [
                ("   " + self.keyboard.shown("undo"), "key"),
                (" takes the last one back, ", "dim"),
                (self.keyboard.shown("back"), "key"),
                (" goes to the list.", "dim"),
            ]
        )
        return lines

    # Actions.

    def after_verdict(self, ids: list[int], status: Status) -> None:
        self.verdicts[ids[0]] = status
        self._at += 1
        self._show()

    def action_back(self) -> None:
        """Back to the list, which says what came of it where that was not shown yet."""
        super().action_back()
        if self.verdicts and not self.over:
            counts = Counter(self.verdicts.values())
            told = ", ".join(f"{counts[status]:,} {status.value}" for status in Status if counts[status])
            left = [f"{len(self._queue) - self._at:,} to go"]
            left += [f"{len(self._put_off):,} put off"] if self._put_off else []
            self.home_app.home.sum_up(f"{count(len(self.verdicts), 'paper')} decided: {told}", ", ".join(left))

    @property
    def _put_off(self) -> list[int]:
        """What was left for later, in the order of the queue. (A paper still to come is none of them.)"""
        seen = self._queue[: self._at]
        return [paper_id for paper_id in seen if paper_id in self._later and paper_id not in self.verdicts]

    @property
    def _place(self) -> _Place:
        return _Place(self._queue, self._at)

    def action_later(self) -> None:
        """Go on to the next paper; at the end, to those that were put off."""
        self.counted_key()
        if not self.over:
            self._did(_Step(self._place, later=True))
            self._later.add(self._queue[self._at])
            self._at += 1
            self.say("left for later", "dim")
        elif self._put_off:
            put_off = self._put_off
            self._did(_Step(self._place))
            self._queue = [paper_id for paper_id in self._queue if paper_id not in put_off] + put_off
            self._at = len(self._queue) - len(put_off)
            self.say("these were put off", "dim")
        self._show()

    def decided(self, decided: Decided, status: Status | None = None) -> None:
        self._did(_Step(self._place, decided, status))

    def _did(self, step: _Step) -> None:
        self._steps.append(step)
        self._undone.clear()

    # Back over what was done here, and on again. What was done before is taken back where it shows: in the list.

    def action_undo(self) -> None:
        self._walk(
            "undo", self._steps[-max(self.counted_key(), 1) :], "nothing was decided here that could be taken back"
        )

    def action_redo(self) -> None:
        steps = [step for step, _ in self._undone[-max(self.counted_key(), 1) :]]
        self._walk("redo", steps, "nothing was taken back here that could be done again")

    def _walk(self, kind: str, steps: Sequence[_Step], nothing: str) -> None:
        """Go back or on over these steps, and let the library follow where it knows of any of them."""
        own = [step.decided for step in steps if step.decided is not None]
        if self.desk.replaying or own:
            if not self.replay(kind, len(own), own):
                return
        elif steps:
            self.say("here it was left for later" if kind == "undo" else "left for later", "dim")
        else:
            self.say(nothing, "dim")
        for _ in steps:
            (self._back if kind == "undo" else self._forward)()
        self._revert = (len(steps) if own else 0, self._forward if kind == "undo" else self._back)
        self._show()

    def _back(self) -> None:
        step = self._steps.pop()
        self._undone.append((step, self._place))
        if step.later:
            self._later.discard(step.paper_id)
        if step.status is not None:
            self.verdicts.pop(step.paper_id, None)
        self._queue, self._at = step.place

    def _forward(self) -> None:
        step, place = self._undone.pop()
        self._steps.append(step)
        if step.later:
            self._later.add(step.paper_id)
        if step.status is not None:
            self.verdicts[step.paper_id] = step.status
        self._queue, self._at = place

    def _put_right(self) -> None:
        (times, move), self._revert = self._revert, (0, self._back)
        for _ in range(times):
            move()

    def changed(self, change: Changed) -> None:
        self.say_change(change)
        if change.kind != "do":
            if not change.count and change.summary == ELSEWHERE:
                self._put_right()
            self._revert = (0, self._back)
        self._show()

    def failed(self, failed: Failed) -> None:
        super().failed(failed)
        if failed.what in ("undo", "redo"):
            self._put_right()
        if failed.what == "status":
            # The verdict did not get into the library: the paper is to be decided on again.
            for step in [step for step in self._steps if step.status is not None and step.paper_id in failed.ids][-1:]:
                self._steps.remove(step)
                self.verdicts.pop(step.paper_id, None)
                self._queue, self._at = step.place
        self._show()

    def outside(self) -> None:
        self._show()

    def on_resize(self) -> None:
        if self.ready:
            self._show()
