"""Finding out which arXiv record each paper is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from readlist.actions.progress import Progress, Report, silent
from readlist.errors import WrongUsage
from readlist.library import Library, edits, papers
from readlist.paper import MatchState, Record
from readlist.resolver.decision import decide
from readlist.resolver.question import Answer, Question, question_of

if TYPE_CHECKING:
    from readlist.resolver.snapshot.index import SnapshotIndex

#: How many answers from the snapshot are stored in one go.
_BATCH = 200


class Service(Protocol):
    """A source of records that is asked over the network."""

    @property
    def requests(self) -> int:
        """How many requests were sent."""

    def look_up(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """Answers as they come, so that each can be stored."""


@dataclass(frozen=True, slots=True)
class ResolveResult:
    """What became of the papers that were tried; ``why``: what the service said about those that failed."""

    tried: int
    matched: int
    review: int
    not_found: int
    failed: int
    requests: int
    seconds: float
    source: str
    why: str = ""


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
    it lacks). Every answer is stored as it comes: an interrupted run goes on where it was. Raises `LibraryError` when
    the snapshot is asked for and there is none, `WrongUsage` for an unknown source.
    """
    if source not in {"auto", "snapshot", "api"}:
        raise WrongUsage(f"no source {source!r}; there are auto, snapshot, api")
    started = timer()
    wanted = papers.unresolved(library, query, now, again=again)
    questions = [question_of(paper) for paper in papers.many(library, wanted)]
    run = _Run(library, now, report, len(questions))
    used: list[str] = []
    left = questions
    if source == "snapshot" or (source == "auto" and snapshot.exists()):
        used.append("snapshot")
        with open_snapshot(snapshot) as index:
            # What the snapshot lacks is not found only when the service does not have it either.
            run.store(index.look_up(questions), _BATCH, last_word=source == "snapshot")
        left = run.left
    requests = 0
    if source == "api" or (source == "auto" and left):
        used.append("api")
        with service() as client:
            run.store(client.look_up(left), 1)
            requests = client.requests
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
        why=next(iter(run.failed.values()), ""),
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
        self.failed: dict[int, str] = {}
        self.left: list[Question] = []

    def store(self, answers: Iterable[Answer], batch: int, *, last_word: bool = True) -> None:
        """Store answers as they come. Without the ``last_word``, what was not found is ``left`` for another source."""
        waiting: list[Answer] = []
        try:
            for answer in answers:
                waiting.append(answer)
                if len(waiting) >= batch:
                    self._write(waiting, last_word)
                    waiting = []
        finally:
            # Ctrl-C or a failing service: what was answered is kept.
            self._write(waiting, last_word)

    def _write(self, answers: Sequence[Answer], last_word: bool) -> None:
        doubtful: list[Record] = []
        with self._library.action("resolve", "", self._now, extends=self._action) as writer:
            for answer in answers:
                number = answer.question.paper_id
                if answer.failed is not None:
                    self.failed[number] = answer.failed
                    continue
                self.failed.pop(number, None)
                match, record = decide(answer.question, answer.records, answer.source)
                if match.state is MatchState.NOT_FOUND and not last_word:
                    self.left.append(answer.question)
                    continue
                if match.state is MatchState.REVIEW:
                    shown = {candidate.arxiv_id for candidate in match.candidates}
                    doubtful += [found for found in answer.records if found.arxiv_id in shown]
                self.states[number] = edits.offer_match(writer, number, match, record)
            writer.summary = self._summary()
        self._action = writer.action_id or self._action
        if doubtful:
            papers.keep_records(self._library, doubtful, self._now)
        self._report(Progress("resolve", len(self.states), self._total))

    def settle(self) -> None:
        """With records known, the years that listings left out can be found."""
        with self._library.action("resolve", "", self._now, extends=self._action) as writer:
            writer.summary = self._summary()
            edits.settle_years(writer, self._now.date())
        self._action = writer.action_id or self._action

    def _summary(self) -> str:
        states = list(self.states.values())
        return f"resolved {states.count(MatchState.MATCHED)} of {len(states)} papers"
