"""Help for the tests of the arXiv client: time that does not pass by itself, and a client that uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from readlist.paper import MatchState
from readlist.resolver.arxiv_api import ArxivClient, Progress, Step
from readlist.resolver.arxiv_api.asking import Asker
from readlist.resolver.arxiv_api.pace import ORDINARY
from readlist.resolver.decision import decide
from readlist.resolver.question import Answer
from tests.servers.arxiv import ArxivServer
from tests.servers.arxiv_samples import made_up, question_for

#: 2026-11-20 09:00 UTC.
MORNING = 1_795_165_200.0
#: What a service has, a dozen questions about it, and their answers.
ROWS = made_up(30)
QUESTIONS = [question_for(row, number) for number, row in enumerate(ROWS[:12])]
RIGHT = {number: row["id"] for number, row in enumerate(ROWS[:12])}


#: What real answers may take, in seconds, where nothing is said about it.
_SILENCE, _WHOLE = 60.0, 90.0


class FakeTime:
    """A clock that only sleeping moves; ``sleeps`` are the naps as asked for."""

    def __init__(self, now: float = MORNING) -> None:
        self.now = now
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.sleeps.append(seconds)
        self.now += seconds

    @property
    def slept(self) -> float:
        return sum(self.sleeps)


class Ears:
    """A listener that remembers, and the times (of the fake clock) at which requests went out."""

    def __init__(self, time: FakeTime) -> None:
        self.heard: list[Progress] = []
        self.starts: list[float] = []
        self._time = time

    def __call__(self, progress: Progress) -> None:
        self.heard.append(progress)
        if progress.step == "request":
            self.starts.append(self._time.now)

    def gaps(self) -> list[float]:
        return [b - a for a, b in zip(self.starts, self.starts[1:], strict=False)]

    def waits(self) -> Iterator[Progress]:
        return (progress for progress in self.heard if progress.step == "wait")


def client_for(server: ArxivServer, folder: Path, time: FakeTime, **settings: Any) -> ArxivClient:
    """A client of this server that waits in fake time, and in real time not for long."""
    listener = settings.pop("listener", None)

    def heard(progress: Progress) -> None:
        if progress.step == Step.WAIT and progress.reason != ORDINARY:
            unhurried(client._asker)
        if listener is not None:
            listener(progress)

    settings = {"read_timeout": _SILENCE, "total_timeout": _WHOLE, "listener": heard, **settings}
    client = ArxivClient(folder, url=server.url, clock=time.clock, sleep=time.sleep, **settings)
    return client


def unhurried(asker: Asker) -> None:
    """After the fault that a short patience was there for, an answer may take its time on a busy machine."""
    asker._transport._timeouts, asker._transport._total_timeout = (_SILENCE, _SILENCE), _WHOLE


def matched_ids(answers: Sequence[Answer]) -> dict[int, str]:
    """The arXiv id that each question was surely matched to."""
    matched = {}
    for answer in answers:
        match, record = decide(answer.question, answer.records, answer.source)
        if match.state is MatchState.MATCHED and record is not None and answer.failed is None:
            matched[answer.question.paper_id] = record.arxiv_id
    return matched


def assert_whole(answers: Sequence[Answer]) -> None:
    """Every question was matched to its record, and no record lacks an author."""
    assert matched_ids(answers) == RIGHT
    for answer in answers:
        assert [len(record.authors) for record in answer.records] == [3] * len(answer.records)
