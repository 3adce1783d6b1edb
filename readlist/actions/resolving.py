"""Finding out which arXiv record each paper is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from readlist.actions.progress import Progress, Report, silent
from readlist.errors import WrongUsage
from readlist.library import Library, edits, papers
from readlist.paper import Match, MatchState, Paper, Record
from readlist.resolver.decision import decide
from readlist.resolver.question import Answer, Question, question_of
from readlist.resolver.two_sources import as_question, decide_together, known_until, needs_another

if TYPE_CHECKING:
    from readlist.resolver.snapshot.index import SnapshotIndex

#: How many answers from the snapshot are stored in one go.
_BATCH = 200
#: How often it is told how far the snapshot is, in papers.
_TOLD = 20
#: An answer, what was decided from it, and all the records that were weighed.
_Found = tuple[Answer, Match, Record | None, tuple[Record, ...]]


class Service(Protocol):
    """A source of records that is asked over the network."""

    @property
    def requests(self) -> int:
        """How many requests were sent."""

    def look_up(self, questions: Sequence[Question], *, fresh: bool = False) -> Iterator[Answer]:
        """Answers as they come, so that each can be stored; ``fresh`` passes by cached ones that say nothing."""


@dataclass(frozen=True, slots=True)
class ResolveResult:
    """What became of the papers that were tried; ``why``: what the service said about those that failed.

    ``unconfirmed``: those in review as the snapshot left them, for the service could not be asked; ``joined``: those
    that turned out to be another paper of the list.
    """

    tried: int
    matched: int
    review: int
    not_found: int
    failed: int
    requests: int
    seconds: float
    source: str
    why: str = ""
    unconfirmed: int = 0
    joined: int = 0


def resolve(
    library: Library,
    now: datetime,
    *,
    query: str = "",
    source: str = "auto",
    again: bool = False,
    snapshot: Path,
    service: Callable[[], AbstractContextManager[Service]],
    report: Report = silent,
    timer: Callable[[], float] = time.monotonic,
) -> ResolveResult:
    """Match papers to arXiv records.

    ``source``: ``snapshot``, ``api``, or ``auto`` (the snapshot first where there is one, then the service for what
    it lacks or is too old to know; no request where nothing is left). Every answer is stored as it comes: an
    interrupted run goes on where it was. Raises `LibraryError` when the snapshot is asked for and there is none,
    `WrongUsage` for an unknown source.
    """
    if source not in {"auto", "snapshot", "api"}:
        raise WrongUsage(f"no source {source!r}; there are auto, snapshot, api")
    started = timer()
    by_snapshot = source == "snapshot" or (source == "auto" and snapshot.exists())
    used: list[str] = []
    with ExitStack() as opened:
        index = opened.enter_context(open_snapshot(snapshot)) if by_snapshot else None
        news = (index.info.updated or index.info.built) if index is not None else None
        wanted = papers.unresolved(library, query, now, again=again, service=source != "snapshot", news=news)
        asked = papers.many(library, wanted)
        left = questions = [question_of(paper) for paper in asked]
        run = _Run(library, now, report, len(questions))
        run.remember(asked)
        if index is not None:
            used.append("snapshot")
            answers = run.counted(index.look_up(questions))
            if source == "auto":
                answers = run.hold(answers, known_until(index.info.newest, index.info.changed))
            run.store(answers, _BATCH)
            left = run.left
    requests = 0
    if source == "api" or (source == "auto" and left):
        used.append("api")
        with service() as client:
            run.store(client.look_up(left, fresh=again), 1)  # it tells its progress itself
            requests = client.requests
    run.store_held()
    run.settle()
    states = list(run.states.values())
    return ResolveResult(
        tried=len(questions),
        matched=states.count(MatchState.MATCHED),
        review=states.count(MatchState.REVIEW),
        not_found=states.count(MatchState.NOT_FOUND),
        failed=len(run.failed),
        requests=requests,
        seconds=round(timer() - started, 3),
        source="+".join(used) or source,
        why="; ".join(dict.fromkeys([*run.failed.values(), *run.unconfirmed.values()])),
        unconfirmed=len(run.unconfirmed),
        joined=run.joined,
    )


def open_snapshot(path: Path) -> SnapshotIndex:
    """The snapshot index. Raises `LibraryError` when there is none."""
    from readlist.resolver.snapshot.index import SnapshotIndex

    return SnapshotIndex(path)


class _Run:
    """Stores answers as they come, all under one journal row as long as nobody else does something in between."""

    def __init__(self, library: Library, now: datetime, report: Report, total: int) -> None:
        self._library, self._now, self._report, self._total = library, now, report, total
        self._action: int | None = None
        self.states: dict[int, MatchState] = {}
        #: Why the service could not say anything: about papers of which nothing is known, and about those held.
        self.failed: dict[int, str] = {}
        self.unconfirmed: dict[int, str] = {}
        self.joined = 0
        #: What the snapshot left open, and its answers of which the service has a say as well.
        self.left: list[Question] = []
        self._held: dict[int, Answer] = {}
        #: Where each paper was looked for.
        self._asked: dict[int, str] = {}
        #: The candidates that papers in review have already: what is found now is decided together with them.
        self._known: dict[int, tuple[Record, ...]] = {}

    def remember(self, asked: Iterable[Paper]) -> None:
        """Keep in mind what is known of papers in doubt, so that an answer with less in it takes nothing away."""
        for paper in asked:
            kept = (papers.candidate_record(self._library, one.arxiv_id) for one in paper.match.candidates)
            if found := tuple(record for record in kept if record is not None):
                self._known[paper.id] = found

    def counted(self, answers: Iterable[Answer]) -> Iterator[Answer]:
        """Tell how far the snapshot is."""
        for done, answer in enumerate(answers, 1):
            yield answer
            if done % _TOLD == 0 or done == self._total:
                self._report(Progress("snapshot", done, self._total))

    def hold(self, answers: Iterable[Answer], until: date | None) -> Iterator[Answer]:
        """Keep the snapshot's answers that are not the last word back, and pass the others on."""
        for answer in answers:
            match, record = decide(answer.question, answer.records, answer.source)
            if needs_another(answer.question, match, record, until):
                self.left.append(answer.question)
                self._held[answer.question.paper_id] = answer
            else:
                yield answer

    def store(self, answers: Iterable[Answer], batch: int) -> None:
        """Store answers as they come."""
        waiting: list[Answer] = []
        try:
            for answer in answers:
                waiting.append(answer)
                if len(waiting) >= batch:
                    self._write(waiting)
                    waiting = []
        finally:
            # Ctrl-C or a failing service: what was answered is kept.
            self._write(waiting)

    def store_held(self) -> None:
        """What the service could not be asked about is as the snapshot says, but for a person to confirm."""
        found = []
        for number in [number for number in self._held if number in self.failed]:
            answer = self._held.pop(number)
            match, record = decide(answer.question, answer.records, answer.source)
            if match.state is not MatchState.NOT_FOUND:
                self.unconfirmed[number] = self.failed.pop(number)
                found.append((answer, as_question(match, record), None, answer.records))
        if found:
            self._keep(found)

    def _write(self, answers: Sequence[Answer]) -> None:
        found: list[_Found] = []
        for answer in answers:
            number = answer.question.paper_id
            if answer.failed is not None:
                self.failed[number] = answer.failed
                continue
            self.failed.pop(number, None)
            held = self._held.pop(number, None)
            before, sources = (held.records, f"{held.source}+{answer.source}") if held else ((), answer.source)
            self._asked[number] = sources
            known = (*self._known.get(number, ()), *before)
            found.append((answer, *decide_together(answer.question, known, answer, sources)))
        self._keep(found)

    def _keep(self, found: Sequence[_Found]) -> None:
        doubtful: list[Record] = []
        with self._library.action("resolve", "", self._now, extends=self._action) as writer:
            before = papers.total(self._library)
            for answer, match, record, records in found:
                number = answer.question.paper_id
                if match.state is MatchState.REVIEW:
                    shown = {candidate.arxiv_id for candidate in match.candidates}
                    doubtful += [one for one in records if one.arxiv_id in shown]
                self.states[number] = edits.offer_match(writer, number, match, record)
            self.joined += before - papers.total(self._library)
            writer.summary = self._summary()
        self._action = writer.action_id or self._action
        # What the service still has a say in was not tried to the end.
        tried = {answer.question.paper_id: answer.source for answer, *_ in found}
        tried = {
            number: self._asked.get(number, one) for number, one in tried.items() if number not in self.unconfirmed
        }
        papers.note_tried(self._library, tried, self._now)
        if doubtful:
            papers.keep_records(self._library, doubtful, self._now)

    def settle(self) -> None:
        """With records known, the years that listings left out can be found."""
        with self._library.action("resolve", "", self._now, extends=self._action) as writer:
            writer.summary = self._summary()
            edits.settle_years(writer, self._now.date())
        self._action = writer.action_id or self._action

    def _summary(self) -> str:
        states = list(self.states.values())
        return f"resolved {states.count(MatchState.MATCHED)} of {len(states)} papers"
