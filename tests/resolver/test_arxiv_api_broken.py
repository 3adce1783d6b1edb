"""A question that the service breaks over, a service out of order, and no connection at all are told apart."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from readlist.errors import ServiceError
from readlist.resolver.arxiv_api import ArxivClient
from readlist.resolver.question import Question
from tests.resolver.arxiv_support import QUESTIONS, RIGHT, ROWS, Ears, FakeTime, assert_whole, client_for, matched_ids
from tests.servers.arxiv import ArxivServer, status
from tests.servers.arxiv_samples import made_up, question_for


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    with ArxivServer(ROWS) as running:
        yield running


@pytest.fixture
def client(server: ArxivServer, tmp_path: Path, fake: FakeTime, ears: Ears) -> Iterator[ArxivClient]:
    with client_for(server, tmp_path, fake, listener=ears) as running:
        yield running


@pytest.mark.parametrize("place", [0, 5, 11])
@pytest.mark.parametrize("code", [500, 504])
def test_a_question_that_breaks_the_service_is_found_by_halves(
    server: ArxivServer, client: ArxivClient, ears: Ears, code: int, place: int
) -> None:
    server.poison, server.poison_status = max(ROWS[place]["title"].replace(":", "").split(), key=len), code
    bare = [Question(q.paper_id, q.titles) for q in QUESTIONS]
    answers = {answer.question.paper_id: answer for answer in client.look_up(bare)}
    assert str(code) in (answers.pop(place).failed or "")
    assert all(RIGHT[n] in [record.arxiv_id for record in answer.records] for n, answer in answers.items())
    # Four tries of the whole, one or two for a sign of life, the halves, and once more in another form.
    assert len(server.requests) <= 4 + 2 + 2 * 4 + 1
    assert min(ears.gaps()) >= 3.0


def test_two_questions_that_break_the_service_are_found(server: ArxivServer, client: ArxivClient) -> None:
    server.poison, server.poison_status = max(ROWS[2]["title"].split(), key=len), 500
    rows = [*ROWS[:7], dict(ROWS[7], title=f"{server.poison} {ROWS[7]['title']}"), *ROWS[8:12]]
    bare = [Question(number, (row["title"],)) for number, row in enumerate(rows)]
    answers = list(client.look_up(bare))
    assert {answer.question.paper_id for answer in answers if answer.failed} == {2, 7}
    assert len(server.requests) <= 30


def test_a_broken_title_is_still_found_by_its_abstract(server: ArxivServer, client: ArxivClient) -> None:
    server.poison, server.poison_status = max(ROWS[3]["title"].split(), key=len), 500
    assert_whole(list(client.look_up(QUESTIONS)))


@pytest.mark.parametrize("place", [0, 17, 29])
def test_an_id_that_breaks_the_service_is_found_by_halves(server: ArxivServer, client: ArxivClient, place: int) -> None:
    server.poison, server.poison_status = ROWS[place]["id"], 500
    asked = [Question(number, (), arxiv_id=row["id"]) for number, row in enumerate(ROWS)]
    answers = {answer.question.paper_id: answer for answer in client.look_up(asked)}
    assert "500" in (answers.pop(place).failed or "")
    assert matched_ids(list(answers.values())) == {n: row["id"] for n, row in enumerate(ROWS) if n != place}
    assert len(server.requests) <= 4 + 2 + 2 * 5


@pytest.mark.parametrize("by_id", [False, True])
def test_a_service_that_is_out_of_order_is_not_asked_for_halves(
    server: ArxivServer, client: ArxivClient, by_id: bool
) -> None:
    server.queue(*[status(500)] * 50)
    asked = [Question(q.paper_id, q.titles, arxiv_id=ROWS[n]["id"] if by_id else None) for n, q in enumerate(QUESTIONS)]
    assert all("500" in (answer.failed or "") for answer in client.look_up(asked))
    assert client.requests == 6


def test_an_outage_while_halving_ends(tmp_path: Path, fake: FakeTime) -> None:
    rows = made_up(80)
    with ArxivServer(rows) as server, client_for(server, tmp_path, fake) as client:
        server.poison, server.poison_status = max(rows[3]["title"].split(), key=len), 500
        answers = client.look_up([question_for(row, n) for n, row in enumerate(rows)])
        next(answers)  # the sign of life: from here on nothing goes well
        server.queue(*[status(500)] * 400)
        assert len([answer for answer in answers if answer.failed]) == 79
        assert client.requests <= 45


def test_without_a_connection_it_is_over_in_seconds(tmp_path: Path, fake: FakeTime) -> None:
    with ArxivServer([]) as gone:
        pass
    with client_for(gone, tmp_path, fake) as client:
        answers = list(client.look_up(QUESTIONS))
        host = gone.url.split("/")[2]
        assert {answer.failed for answer in answers} == {f"no connection to {host} (Connection refused)"}
        assert client.requests == 3
        assert fake.slept < 7
        with pytest.raises(ServiceError, match="Run the same command again"):
            client.records(["2401.00001"])


def test_a_name_that_nobody_knows_is_no_connection(
    tmp_path: Path, fake: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_arguments: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with ArxivClient(tmp_path, url="https://arxiv.test/api", clock=fake.clock, sleep=fake.sleep) as client:
        (answer,) = client.look_up(QUESTIONS[:1])
    assert answer.failed == "no connection to arxiv.test (Name or service not known)"
    assert fake.slept < 7


def test_a_connection_lost_after_a_good_answer_is_waited_for(tmp_path: Path, fake: FakeTime) -> None:
    with ArxivServer(ROWS) as server, client_for(server, tmp_path, fake) as client:
        client.records([ROWS[20]["id"]])
        server.__exit__(None, None, None)
        client.close()
        answers = list(client.look_up(QUESTIONS))
        assert all("the last of 4 tries" in (answer.failed or "") for answer in answers)
        assert fake.slept >= 3 * (2 + 4 + 8)
        server._thread = threading.Thread()  # it has ended; the context manager may end it again
        server._thread.start()
