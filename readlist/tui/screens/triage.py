"""Triage: the inbox one paper at a time. One key a verdict, the next paper comes by itself, undo goes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.actions import browsing
from readlist.paper import Status
from readlist.text import count
from readlist.tui import registry
from readlist.tui.backroom import Failed
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
    return f"about {minutes} minute{'' if minutes == 1 else 's'} left at this pace"


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

    def concerned(self) -> list[int]:
        return [] if self.over else [self._queue[self._at]]

    def _show(self) -> None:
        total = len(self._queue)
        self.set_class(self.over, "-over")
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
        later = len(self._later - self.verdicts.keys())
        if later:
            lines.append([(f"     {'later':<8}", "dim"), (f"{later:>6,}", "strong")])
        lines.append([])
        if decided:
            pace = f", {seconds / decided:.0f} seconds a paper" if seconds else ""
            took = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
            lines.append([(f"   {decided:,} decided in {took}{pace}.", "text")])
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
            left = len(self._queue) - self._at
            self.home_app.home.sum_up(f"{count(len(self.verdicts), 'paper')} decided: {told}", f"{left:,} to go")

    def action_later(self) -> None:
        self.counted_key()
        if not self.over:
            self._later.add(self._queue[self._at])
            self._at += 1
            self.say("left for later", "dim")
            self._show()

    def changed(self, change: Changed) -> None:
        self.say_change(change)
        if change.kind != "do":
            for paper_id in change.ids:
                if paper_id in self._queue:
                    self._go_back(paper_id, undone=change.kind == "undo")
        self._show()

    def _go_back(self, paper_id: int, *, undone: bool) -> None:
        row = browsing.list_rows(self.desk.library, [paper_id])
        if undone and row and row[0].status is Status.NEW:
            self.verdicts.pop(paper_id, None)
        elif row and row[0].status is not Status.NEW:
            self.verdicts[paper_id] = row[0].status
        place = self._queue.index(paper_id)
        self._at = place if undone else place + (1 if row and row[0].status is not Status.NEW else 0)

    def failed(self, failed: Failed) -> None:
        super().failed(failed)
        if failed.what == "status":
            # The verdict did not get into the library: the paper is to be decided on again.
            self._at = max(0, self._at - 1)
            if not self.over:
                self.verdicts.pop(self._queue[self._at], None)
            self._show()

    def outside(self) -> None:
        self._show()

    def on_resize(self) -> None:
        if self.ready:
            self._show()
