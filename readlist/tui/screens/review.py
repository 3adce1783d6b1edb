"""Doubtful matches: what the dump says beside a record that it may be. One key decides, the next one comes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.actions.comparing import joins
from readlist.actions.wording import likelihood
from readlist.identifiers import abs_url
from readlist.paper import Candidate, MatchState, Paper
from readlist.tui import registry
from readlist.tui.backroom import Failed
from readlist.tui.decisions import Decided
from readlist.tui.desk import Desk
from readlist.tui.messages import Changed, Fetched, JobEnded
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line
from readlist.tui.views import REVIEW
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.comparison_pane import CandidateStrip, ComparisonPane
from readlist.tui.widgets.lines import FixedText, LineList, TextPane

#: Below even odds a record is accepted by a second key: the first one says how likely it is.
_UNLIKELY = 0.5
_KINDS = {
    MatchState.MATCHED: "accepted",
    MatchState.NOT_FOUND: "rejected",
    MatchState.NOT_ON_ARXIV: "not on arXiv",
}


def doubtful(desk: Desk) -> list[int]:
    """The papers whose match is in doubt."""
    return browsing.ids(desk.library, REVIEW.query, now=desk.clock())


class ReviewPage(Page):
    """A queue of doubtful matches."""

    PLACE = registry.REVIEW
    TELLS_JOBS = True
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.REVIEW)]
    DEFAULT_CSS = """
    ReviewPage CandidateStrip { height: 1; margin: 1 0 0 0; }
    ReviewPage ComparisonPane { height: 1fr; padding: 1 0 0 0; }
    ReviewPage FixedText { height: 1fr; padding: 1 0 0 0; display: none; }
    ReviewPage.-over FixedText { display: block; }
    ReviewPage.-over CandidateStrip, ReviewPage.-over ComparisonPane { display: none; }
    """

    def __init__(self, queue: Sequence[int]) -> None:
        super().__init__()
        self._queue = list(queue)
        self._at = 0
        self._candidate = 0
        self.paper: Paper | None = None
        #: What was decided here, in that order.
        self.verdicts: dict[int, str] = {}
        # Records that a person named, by paper, and acceptances that wait for a record to be fetched.
        self._typed: dict[int, list[Candidate]] = {}
        self._texts: dict[int, str] = {}
        self._waiting: dict[int, Event] = {}
        #: What of that was given to the library.
        self._decided: list[Decided] = []
        #: The paper and the unlikely record that a first key was pressed for.
        self._asked: tuple[int, str] | None = None

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield CandidateStrip()
        yield ComparisonPane()
        yield FixedText(focusable=False)
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self.query_one(ComparisonPane).focus()
        self._show()

    @property
    def pane(self) -> TextPane:
        return self.query_one(FixedText) if self.over else self.query_one(ComparisonPane)

    @property
    def over(self) -> bool:
        """Whether every paper was looked at."""
        return self._at >= len(self._queue)

    @property
    def situation(self) -> registry.Situation:
        return frozenset({registry.OVER}) if self.over else registry.PLAIN

    @property
    def candidates(self) -> list[Candidate]:
        """The records that the paper may be, those behind that a person typed."""
        if self.paper is None:
            return []
        return [*self.paper.match.candidates, *self._typed.get(self.paper.id, ())]

    @property
    def candidate(self) -> Candidate | None:
        """The record that is shown."""
        found = self.candidates
        return found[self._candidate] if self._candidate < len(found) else None

    def _is_typed(self, candidate: Candidate | None) -> bool:
        return self.paper is not None and candidate in self._typed.get(self.paper.id, ())

    def _open(self, place: int) -> Paper | None:
        """The paper at a place of the queue, if it is still in doubt."""
        number = self._queue[place]
        paper = None if number in self.verdicts else browsing.get(self.desk.library, number)
        if paper is None or paper.removed is not None or paper.match.state is not MatchState.REVIEW:
            return None
        return paper

    def _show(self) -> None:
        while not self.over and (paper := self._open(self._at)) is None:
            self._at += 1
            self._candidate = 0
        self.paper = None if self.over else paper
        self.set_class(self.over, "-over")
        self.show_hints()
        left: Line = [("Matches in doubt  ", "heading")]
        if self.paper is not None:
            left.append((f"{self._at + 1:,} of {len(self._queue):,}", "strong"))
            self._show_paper(self.paper)
        else:
            left.append(("all looked at", "strong"))
            self.query_one(FixedText).show(self._summary())
        counts = Counter(self.verdicts.values())
        self.query_one(HeadLine).show(left, [(", ".join(f"{n:,} {kind}" for kind, n in counts.items()), "dim")])

    def _show_paper(self, paper: Paper) -> None:
        found = self.candidates
        self._candidate = min(self._candidate, max(len(found) - 1, 0))
        self.query_one(CandidateStrip).show([(one, self._is_typed(one)) for one in found], self._candidate)
        candidate = self.candidate
        record = browsing.candidate_record(self.desk.library, candidate.arxiv_id) if candidate else None
        warning = joins(self.desk.library, paper, candidate.arxiv_id) if candidate else ""
        if candidate is None:
            names, denies = self.keyboard.says("type-id", "names a record"), self.keyboard.says("reject", "says that")
            candidate = Candidate("", "", 0.0, (f"{names}, {denies} there is none",))
        self.query_one(ComparisonPane).show(paper, candidate, record, typed=self._is_typed(candidate), warning=warning)

    def _summary(self) -> list[Line]:
        lines: list[Line] = [[("   That was all.", "title")], []]
        for kind, number in Counter(self.verdicts.values()).items():
            lines.append([(f"{number:>6,}  ", "strong"), (kind, "text")])
        left = [number for number in self._queue if number not in self.verdicts]
        papers = browsing.many(self.desk.library, left, evidence=False)
        still = sum(1 for paper in papers if paper.removed is None and paper.match.state is MatchState.REVIEW)
        if still:
            lines.append([(f"{still:>6,}  ", "strong"), ("still in doubt", "dim")])
        lines.append([])
        if still:
            lines.append(
                [
                    ("   " + self.keyboard.shown("previous-doubt"), "key"),
                    (" goes back to what is still in doubt", "dim"),
                ]
            )
        if self.verdicts:
            lines.append([("   " + self.keyboard.shown("undo"), "key"), (" takes the last decision back", "dim")])
        lines.append([("   " + self.keyboard.shown("back"), "key"), (" goes to the list", "dim")])
        return lines

    # Going about.

    def _step(self, by: int) -> None:
        self._asked = None
        self._candidate = 0
        place = self._at
        while by:
            step = 1 if by > 0 else -1
            place += step
            while 0 <= place < len(self._queue) and self._open(place) is None:
                place += step
            if not 0 <= place < len(self._queue):
                break
            by -= step
        if place < 0:
            self.say("there is none before this one", "dim")
        else:
            self._at = min(place, len(self._queue))
        self._show()

    def action_later(self) -> None:
        times = self.counted_key()
        if not self.over:
            self.say("left in doubt", "dim")
            self._step(times)

    def action_earlier(self) -> None:
        self._step(-self.counted_key())

    def action_candidate(self, by: int) -> None:
        total, times = len(self.candidates), self.counted_key()
        self._asked = None
        if total:
            self._candidate = (self._candidate + by * times) % total
            self._show()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        self._candidate, self._asked = message.index, None
        self._show()

    def action_open_record(self) -> None:
        self.counted_key()
        if self.candidate is None:
            self.say("there is no record here", "dim")
        else:
            self.browse(abs_url(self.candidate.arxiv_id))

    # Deciding.

    def action_accept(self) -> None:
        self.counted_key()
        paper, candidate = self.paper, self.candidate
        typed = self._is_typed(candidate)
        accept = self.jobs.set_match if typed else self.jobs.accept_match
        if paper is None or candidate is None:
            self.say("there is no record to accept", "dim")
        elif accept is None:
            self.say("accepting a match is not available here", "warn")
        elif not typed and candidate.score < _UNLIKELY and self._asked != (paper.id, candidate.arxiv_id):
            self._asked = (paper.id, candidate.arxiv_id)
            again = self.keyboard.says("accept", "once more accepts it all the same")
            self.say(f"{candidate.arxiv_id} is only {likelihood(candidate.score)}", "warn", again)
        elif browsing.candidate_record(self.desk.library, candidate.arxiv_id) is not None:
            self._decide(paper, "accepted", lambda library, now: accept(library, paper.id, candidate.arxiv_id, now))
        elif typed:
            self.say("its record is still being fetched", "dim")
        else:
            self._accept_later(paper, candidate.arxiv_id, accept)

    def _accept_later(self, paper: Paper, arxiv_id: str, accept: Callable[[Library, int, str, datetime], str]) -> None:
        """Only the candidate's title is known here: the whole record is fetched first, and the next paper comes up."""
        fetch, desk, stop = self.jobs.fetch_record, self.desk, Event()
        if fetch is None:
            self._decide(paper, "accepted", lambda library, now: accept(library, paper.id, arxiv_id, now))
            return

        def then() -> None:
            if not stop.is_set():
                now = desk.clock()
                self._decided.append(
                    desk.decide_match([paper.id], lambda library: accept(library, paper.id, arxiv_id, now))
                )

        self._waiting[paper.id] = stop
        desk.fetch(arxiv_id, fetch, [paper.id], then)
        self.say(f"the record of {arxiv_id} is being fetched", more=self.keyboard.says("undo", "takes it back"))
        self._went(paper, "accepted")

    def action_reject(self) -> None:
        self.counted_key()
        paper, reject = self.paper, self.jobs.reject_match
        if reject is None:
            self.say("rejecting a match is not available here", "warn")
        elif paper is not None:
            self._decide(paper, "rejected", lambda library, now: reject(library, paper.id, now))

    def action_not_on_arxiv(self) -> None:
        self.counted_key()
        paper, absent = self.paper, self.jobs.not_on_arxiv
        if absent is None:
            self.say("saying that a paper is not on arXiv is not available here", "warn")
        elif paper is not None:
            self._decide(paper, "not on arXiv", lambda library, now: absent(library, paper.id, now))

    def _decide(self, paper: Paper, kind: str, change: Callable[[Library, datetime], str]) -> None:
        now = self.desk.clock()
        self._decided.append(self.desk.decide_match([paper.id], lambda library: change(library, now)))
        self._went(paper, kind)

    def _went(self, paper: Paper, kind: str) -> None:
        self.verdicts.pop(paper.id, None)
        self.verdicts[paper.id] = kind
        self._candidate = 0
        self._show()

    def action_type_id(self) -> None:
        self.counted_key()
        paper, fetch = self.paper, self.jobs.fetch_record
        if paper is None:
            self.say("there is no paper here", "dim")
            return
        if fetch is None or self.jobs.set_match is None:
            self.say("naming a record is not available here", "warn")
            return
        from readlist.tui.screens.identifier import IdentifierPage

        def done(arxiv_id: str | None) -> None:
            if arxiv_id is not None:
                self._propose(paper, arxiv_id)

        self.app.push_screen(IdentifierPage(paper.title, self._texts.get(paper.id, "")), done)

    def _propose(self, paper: Paper, arxiv_id: str) -> None:
        """Show a record that a person named, at once or when it was fetched."""
        self._texts[paper.id] = arxiv_id
        known = [one.arxiv_id for one in self.candidates]
        if arxiv_id not in known:
            record = browsing.candidate_record(self.desk.library, arxiv_id)
            title = record.title if record else f"being fetched {self.home_app.glyphs.ellipsis}"
            self._typed.setdefault(paper.id, []).append(Candidate(arxiv_id, title, 1.0, ()))
            known.append(arxiv_id)
            if record is None and self.jobs.fetch_record is not None:
                self.desk.fetch(arxiv_id, self.jobs.fetch_record)
                self.say(f"{arxiv_id} is being fetched")
            else:
                self.say(self.keyboard.says("accept", "accepts it"), "dim")
        self._candidate = known.index(arxiv_id)
        self._show()

    def action_undo(self) -> None:
        last = next(reversed(self.verdicts), None)
        stop = self._waiting.pop(last, None) if last is not None else None
        if last is None:
            # What was done before, such as the resolve that led here, is taken back where it shows: in the list.
            self.counted_key()
            self.say("nothing was decided here that could be taken back", "dim")
            return
        if stop is None:
            self.replay("undo", self.counted_key(), self._decided)
            return
        # It is not in the library yet: there is nothing to take back there.
        self.counted_key()
        stop.set()
        self._back(last)
        self.say("taken back before its record was there")

    def action_redo(self) -> None:
        self.replay("redo", self.counted_key(), self._decided)

    # What the app tells.

    def fetched(self, fetched: Fetched) -> None:
        for paper_id in fetched.ids:
            if self._waiting.pop(paper_id, None) is not None and fetched.record is None:
                self._back(paper_id, later=True)
                self.say(f"p{paper_id} stays in review: {fetched.sentence}", "bad")
        if fetched.ids:
            return
        for number, named in self._typed.items():
            if fetched.record is None:
                if self.paper is not None and self.paper.id == number and self.candidate in named:
                    self._candidate = 0
                self._typed[number] = [one for one in named if one.arxiv_id != fetched.wanted]
            else:
                new = Candidate(fetched.wanted, fetched.record.title, 1.0, ())
                self._typed[number] = [new if one.arxiv_id == fetched.wanted else one for one in named]
        if fetched.record is None:
            self.say(fetched.sentence, "bad", self.keyboard.says("type-id", "tries again"))
        else:
            self.say(f"{fetched.wanted} is there", more=self.keyboard.says("accept", "accepts it"))
        self._show()

    def changed(self, change: Changed) -> None:
        self.say_change(change)
        for paper_id in change.ids if change.kind != "do" else ():
            if paper_id not in self._queue:
                continue
            paper = browsing.get(self.desk.library, paper_id)
            if paper is not None and paper.match.state is MatchState.REVIEW:
                self._back(paper_id)
            elif change.kind == "redo":
                self.verdicts[paper_id] = _KINDS.get(paper.match.state, "decided") if paper else "accepted"
        self._show()

    def _back(self, paper_id: int, *, later: bool = False) -> None:
        """A paper is in doubt again. ``later``: without disturbing who is at another one; it comes again at the end."""
        self.verdicts.pop(paper_id, None)
        place = self._queue.index(paper_id)
        if later and not self.over:
            self._queue.append(self._queue.pop(place))
            self._at -= place < self._at
        else:
            self._at, self._candidate = place, 0
        self._show()

    def failed(self, failed: Failed) -> None:
        super().failed(failed)
        if failed.what == "match":
            for paper_id in failed.ids:
                if paper_id in self._queue:
                    self._back(paper_id, later=True)
            self.say(f"it stays in review: {failed.sentence}", "bad")

    def job_ended(self, ended: JobEnded) -> None:
        self.say(ended.outcome.sentence, "bad" if ended.outcome.bad else "text")
        self._show()

    def outside(self) -> None:
        self._show()
