"""Doubtful matches: what the dump says beside a record that it may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.paper import Candidate, Paper
from readlist.tui import registry
from readlist.tui.desk import Changed, Desk
from readlist.tui.detail import long_date, names
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, paragraph
from readlist.tui.views import REVIEW
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.lines import TextPane


def doubtful(desk: Desk) -> list[int]:
    """The papers whose match is in doubt."""
    return browsing.ids(desk.library, REVIEW.query, now=desk.clock())


class _Side(TextPane):
    """One side: a paper as the dump shows it, or a candidate as arXiv knows it."""

    paper: Paper | None = None
    candidate: Candidate | None = None
    total = 0
    number = 0

    def lines_for(self, width: int) -> list[Line]:
        if self.paper is None:
            return []
        width -= 2
        lines = self._candidate(width) if self.id == "record" else self._dump(self.paper, width)
        return [[(" ", ""), *line] for line in lines]

    def _dump(self, paper: Paper, width: int) -> list[Line]:
        lines: list[Line] = [[("In the listing", "heading")], []]
        entry = paper.sightings[0].entry if paper.sightings else None
        lines += paragraph(entry.title if entry else paper.title, width, "title")
        lines += paragraph(names((), paper.sightings, self.glyphs), width, "quiet")
        if entry and entry.date:
            lines += paragraph(entry.date.text, width, "dim")
        lines += [[], *paragraph((entry.abstract if entry else "") or paper.abstract, width)]
        return lines

    def _candidate(self, width: int) -> list[Line]:
        candidate = self.candidate
        if candidate is None:
            return [[("No record to compare with", "heading")], [], *paragraph("r says so for good.", width, "dim")]
        lines: list[Line] = [
            [(f"Record {self.number} of {self.total}", "heading"), (f"  score {candidate.score:.2f}", "dim")],
            [],
        ]
        record = browsing.candidate_record(self.library, candidate.arxiv_id)
        lines += paragraph(record.title if record else candidate.title, width, "title")
        if record:
            lines += paragraph(names(record.authors, (), self.glyphs), width, "quiet")
            day = long_date(record.published) if record.published else ""
            lines += paragraph(f"{day}  arXiv:{record.arxiv_id}  {' '.join(record.categories)}", width, "dim")
        else:
            lines += paragraph(f"arXiv:{candidate.arxiv_id}", width, "dim")
        for reason in candidate.reasons:
            lines += paragraph(reason, width, "warn", indent=self.glyphs.bullet + " ")
        return [*lines, [], *paragraph(record.abstract, width)] if record else lines

    @property
    def library(self) -> Library:
        screen = self.screen
        assert isinstance(screen, ReviewPage)
        return screen.desk.library


class ReviewPage(Page):
    """A queue of doubtful matches."""

    PLACE = registry.REVIEW
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.REVIEW)]
    DEFAULT_CSS = """
    ReviewPage Horizontal { height: 1fr; }
    ReviewPage _Side { width: 1fr; height: 1fr; padding: 1 0 0 0; }
    ReviewPage #record { border-left: solid $foreground 18%; }
    """

    def __init__(self, queue: Sequence[int]) -> None:
        super().__init__()
        self._queue = list(queue)
        self._at = 0
        self._candidate = 0
        self.paper: Paper | None = None

    def compose(self) -> ComposeResult:
        yield HeadLine()
        with Horizontal():
            yield _Side(id="dump")
            yield _Side(id="record")
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self.query_one("#record", _Side).focus()
        self._show()

    @property
    def pane(self) -> TextPane:
        focused = self.focused
        return focused if isinstance(focused, TextPane) else self.query_one("#record", _Side)

    @property
    def candidate(self) -> Candidate | None:
        """The record that is shown."""
        candidates = self.paper.match.candidates if self.paper else ()
        return candidates[self._candidate] if self._candidate < len(candidates) else None

    def _show(self) -> None:
        self.paper = browsing.get(self.desk.library, self._queue[self._at]) if self._at < len(self._queue) else None
        for side in self.query(_Side):
            side.paper, side.candidate = self.paper, self.candidate
            side.number = self._candidate + 1
            side.total = len(self.paper.match.candidates) if self.paper else 0
            side.changed()
        left: Line = [("Matches in doubt  ", "heading")]
        if self.paper is None:
            left.append(("all looked at; Esc goes to the list, u takes the last one back", "strong"))
        else:
            left.append((f"{self._at + 1:,} of {len(self._queue):,}", "strong"))
        self.query_one(HeadLine).show(left)

    def _step(self, by: int = 1) -> None:
        self._at = max(0, min(self._at + by, len(self._queue)))
        self._candidate = 0
        self._show()

    def action_later(self) -> None:
        self._step(self.counted_key())

    def action_candidate(self, by: int) -> None:
        total = len(self.paper.match.candidates) if self.paper else 0
        if total:
            self._candidate = (self._candidate + by * self.counted_key()) % total
            self._show()

    def action_accept(self) -> None:
        paper, candidate, accept = self.paper, self.candidate, self.jobs.accept_match
        if paper is None or candidate is None:
            self.say("there is no record to accept", "dim")
        elif accept is None:
            self.say("accepting a match is not available here", "warn")
        else:
            now = self.desk.clock()
            self.desk.decide_match([paper.id], lambda library: accept(library, paper.id, candidate.arxiv_id, now))
            self._step()

    def action_reject(self) -> None:
        paper, reject = self.paper, self.jobs.reject_match
        if reject is None:
            self.say("rejecting a match is not available here", "warn")
        elif paper is not None:
            now = self.desk.clock()
            self.desk.decide_match([paper.id], lambda library: reject(library, paper.id, now))
            self._step()

    def action_not_on_arxiv(self) -> None:
        paper, absent = self.paper, self.jobs.not_on_arxiv
        if absent is None:
            self.say("saying that a paper is not on arXiv is not available here", "warn")
        elif paper is not None:
            now = self.desk.clock()
            self.desk.decide_match([paper.id], lambda library: absent(library, paper.id, now))
            self._step()

    def changed(self, change: Changed) -> None:
        self.say_change(change)
        for paper_id in change.ids if change.kind == "undo" else ():
            if paper_id in self._queue:
                self._at = self._queue.index(paper_id)
                self._candidate = 0
        self._show()
