"""Whatever the service does: right records, or a sentence why not; never half a record, never a false "not found"."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from readlist.resolver.arxiv_api import ArxivClient, retry_after
from readlist.resolver.question import Answer, Question
from tests.resolver.arxiv_support import MORNING, Ears, FakeTime, client_for, matched_ids
from tests.servers.arxiv import ArxivServer, Fault, status
from tests.servers.arxiv_samples import made_up, question_for

ROWS = made_up(30)
QUESTIONS = [question_for(row, number) for number, row in enumerate(ROWS[:12])]
RIGHT = {number: row["id"] for number, row in enumerate(ROWS[:12])}


@pytest.fixture(params=["modern", "legacy"])
def server(request: pytest.FixtureRequest) -> Iterator[ArxivServer]:
    with ArxivServer(ROWS, markup=request.param) as running:
        yield running


@pytest.fixture
def fake() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ears(fake: FakeTime) -> Ears:
    return Ears(fake)


@pytest.fixture
def client(server: ArxivServer, tmp_path: Path, fake: FakeTime, ears: Ears) -> Iterator[ArxivClient]:
    with client_for(server, tmp_path, fake, listener=ears) as running:
        yield running


def assert_whole(answers: list[Answer]) -> None:
    assert matched_ids(answers) == RIGHT
    for answer in answers:
        assert [len(record.authors) for record in answer.records] == [3] * len(answer.records)


PASSING = [
    status(429),
    status(429, retry_after="7"),
    status(500),
    status(502),
    status(503),
    status(503, retry_after="7"),
    status(504),
    Fault("truncated"),
    Fault("html"),
    Fault("json"),
    Fault("error-entry"),
    Fault("reset-before"),
    Fault("reset-within"),
    Fault("redirect"),
    Fault("bomb"),
    Fault("status", 200, (), ""),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: f"{fault.kind}{fault.status or ''}{fault.headers}")
def test_a_passing_fault_costs_one_more_request(
    server: ArxivServer, client: ArxivClient, ears: Ears, fault: Fault
) -> None:
    server.queue(fault)
    assert_whole(list(client.look_up(QUESTIONS)))
    assert client.requests == len(server.requests) == 2
    assert min(ears.gaps()) >= 3.0


@pytest.mark.parametrize("fault", [fault for fault in PASSING if fault.kind != "redirect"], ids=lambda f: f.kind)
def test_a_lasting_fault_fails_every_question_and_finds_none_missing(
    server: ArxivServer, client: ArxivClient, tmp_path: Path, fault: Fault
) -> None:
    server.queue(*[fault] * 20)
    answers = list(client.look_up(QUESTIONS))
    assert [answer.question for answer in answers] == QUESTIONS
    assert all(answer.failed and not answer.records for answer in answers)
    assert client.requests <= 6
    assert not list((tmp_path / "arxiv-cache").glob("*"))


@pytest.mark.parametrize("kind", ["short", "empty"])
def test_missing_entries_are_asked_for_again(server: ArxivServer, client: ArxivClient, kind: str) -> None:
    server.queue(kind)
    assert_whole(list(client.look_up(QUESTIONS)))
    assert client.requests == 2


@pytest.mark.parametrize("kind", ["doubled", "foreign"])
def test_doubled_and_foreign_entries_do_no_harm(server: ArxivServer, client: ArxivClient, kind: str) -> None:
    server.queue(kind)
    assert_whole(list(client.look_up(QUESTIONS)))
    assert client.requests == 1


def test_foreign_entries_match_nothing(server: ArxivServer, client: ArxivClient) -> None:
    server.queue("foreign")
    asked = Question(
        1, ("Something that nobody wrote",), "nothing here resembles any of what the others have written " * 3
    )
    (answer,) = client.look_up([asked])
    assert answer.records == ()
    assert answer.failed is None


def test_an_entry_without_its_date_is_missing_not_half(server: ArxivServer, client: ArxivClient) -> None:
    server.queue("half-entry")
    assert_whole(list(client.look_up(QUESTIONS)))
    assert client.requests == 2


def test_pages_that_stay_empty_are_no_proof_of_absence_but_end(server: ArxivServer, client: ArxivClient) -> None:
    server.queue(*["empty"] * 40)
    answers = list(client.look_up(QUESTIONS))
    assert [answer.records for answer in answers] == [()] * 12
    assert client.requests <= 9


def test_a_count_that_overstates_is_seen_through(server: ArxivServer, client: ArxivClient) -> None:
    server.queue(*["short"] * 40)
    answers = list(client.look_up(QUESTIONS))
    assert len(answers) == 12
    assert client.requests <= 12


def test_overload_without_a_word_is_backed_off_in_growing_steps(
    server: ArxivServer, client: ArxivClient, ears: Ears
) -> None:
    server.queue(*[status(429)] * 9)
    answers = list(client.look_up(QUESTIONS))
    assert all("429" in (answer.failed or "") for answer in answers)
    assert ears.gaps() == pytest.approx([30, 60, 120, 240, 300])
    countdown = [progress.wait for progress in ears.waits() if "429" in progress.reason]
    assert countdown[:3] == pytest.approx([30, 29, 28])


def test_retry_after_is_honoured_in_seconds_and_as_a_date(server: ArxivServer, client: ArxivClient, ears: Ears) -> None:
    server.queue(status(503, retry_after="45"), status(429, retry_after=formatdate(MORNING + 45 + 200, usegmt=True)))
    assert_whole(list(client.look_up(QUESTIONS)))
    assert ears.gaps() == pytest.approx([45, 200])


def test_retry_after_below_the_delay_does_not_shorten_it(server: ArxivServer, client: ArxivClient, ears: Ears) -> None:
    server.queue(status(503, retry_after="0"))
    assert_whole(list(client.look_up(QUESTIONS)))
    assert min(ears.gaps()) >= 3.0


def test_a_pause_longer_than_a_person_waits_ends_the_run_and_the_next_one_does_not_ask(
    server: ArxivServer, client: ArxivClient
) -> None:
    server.queue(status(503, retry_after="7200"))
    assert all("pause until 2026-11-20" in (answer.failed or "") for answer in client.look_up(QUESTIONS))
    assert all(answer.failed for answer in client.look_up(QUESTIONS))
    assert client.requests == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *[
            ("12", 12.0),
            (" 0 ", 0.0),
            (None, None),
            ("", None),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
            ("²", None),
        ],
        *[("Fri, 20 Nov 2026 09:01:00 GMT", 60.0), ("Fri, 20 Nov 2026 08:00:00 GMT", 0.0)],
    ],
)
def test_reading_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, MORNING) == (None if seconds is None else pytest.approx(seconds))


def test_400_is_not_repeated_but_the_spoiling_question_found(server: ArxivServer, client: ArxivClient) -> None:
    server.poison = max(ROWS[3]["title"].split(), key=len)
    bare = [Question(q.paper_id, q.titles) for q in QUESTIONS]  # no abstract to fall back on
    answers = {answer.question.paper_id: answer for answer in client.look_up(bare)}
    assert "refused" in (answers.pop(3).failed or "")
    assert all(answer.failed is None and answer.records for answer in answers.values())
    queries = [request.parameters.get("search_query") for request in server.requests]
    assert len(set(queries)) == len(queries)


def test_a_refused_title_is_still_found_by_its_abstract(server: ArxivServer, client: ArxivClient) -> None:
    server.poison = max(ROWS[3]["title"].split(), key=len)
    assert_whole(list(client.look_up(QUESTIONS)))


@pytest.mark.parametrize("code", [413, 414])
def test_too_long_is_split(server: ArxivServer, client: ArxivClient, code: int) -> None:
    server.queue(status(code))
    assert_whole(list(client.look_up(QUESTIONS)))
    sizes = [request.parameters["search_query"].count("ti:") for request in server.requests]
    assert sizes == [12, 6, 6]


@pytest.mark.parametrize("code", [403, 404])
def test_a_wrong_address_is_not_asked_twice(server: ArxivServer, client: ArxivClient, code: int) -> None:
    server.queue(status(code))
    answers = list(client.look_up(QUESTIONS))
    assert all(str(code) in (answer.failed or "") for answer in answers)
    assert client.requests == 1


def test_a_redirect_is_remembered(server: ArxivServer, client: ArxivClient) -> None:
    server.queue("redirect")
    list(client.look_up(QUESTIONS[:6]))
    list(client.look_up(QUESTIONS[6:]))
    assert [request.path.split("?")[0] for request in server.requests] == ["/api/query", "/moved/query", "/moved/query"]


def test_a_redirect_keeps_a_posted_question(server: ArxivServer, client: ArxivClient) -> None:
    server.queue("redirect")
    client.page(search_query=" OR ".join(f'ti:"{row["title"]}"' for row in ROWS * 4), max_results=100)
    assert [request.method for request in server.requests] == ["POST", "POST"]
    assert server.requests[1].parameters == server.requests[0].parameters


def test_a_redirect_loop_is_caught(server: ArxivServer, client: ArxivClient, ears: Ears) -> None:
    server.queue("redirect-loop")
    answers = list(client.look_up(QUESTIONS))
    assert all("circle" in (answer.failed or "") for answer in answers)
    assert client.requests <= 6
    assert min(ears.gaps()) >= 3.0


@pytest.mark.parametrize("url", ["no address", "ftp://127.0.0.1/x", "http://"])
def test_an_address_that_is_none(tmp_path: Path, fake: FakeTime, url: str) -> None:
    with ArxivClient(tmp_path, url=url, clock=fake.clock, sleep=fake.sleep) as client:
        assert all("not an address" in (answer.failed or "") for answer in client.look_up(QUESTIONS[:3]))
        assert client.requests == 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_out_of_the_web_is_not_followed(server: ArxivServer, client: ArxivClient, location: str) -> None:
    server.queue(Fault("status", 302, (("Location", location),)))
    assert all("not safe" in (answer.failed or "") for answer in client.look_up(QUESTIONS))
    assert client.requests == 1


@pytest.mark.parametrize("kind", ["drip", "drip-headers"])
def test_a_slow_drip_is_cut_off(server: ArxivServer, tmp_path: Path, fake: FakeTime, kind: str) -> None:
    server.queue(kind)
    ears = Ears(fake)
    with client_for(server, tmp_path, fake, total_timeout=0.3, listener=ears) as client:
        assert_whole(list(client.look_up(QUESTIONS)))
        assert client.requests == 2
    assert any("too slowly" in progress.reason for progress in ears.waits())


def test_a_kept_connection_is_bounded_as_well(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    with client_for(server, tmp_path, fake, total_timeout=0.3) as client:
        assert len(client.records([ROWS[20]["id"]])) == 1
        server.queue("drip-headers")
        assert_whole(list(client.look_up(QUESTIONS)))
        assert client.requests == 3


def test_a_silent_server_is_left(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    server.drip = 2.0
    server.queue("drip")
    ears = Ears(fake)
    with client_for(server, tmp_path, fake, read_timeout=0.2, total_timeout=1.0, listener=ears) as client:
        assert_whole(list(client.look_up(QUESTIONS)))
        assert not any("too slowly" in progress.reason for progress in ears.waits())
        assert client.requests == 2


def test_a_huge_body_is_not_read_to_its_end(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    server.queue("huge")
    ears = Ears(fake)
    with client_for(server, tmp_path, fake, largest_answer=300_000, listener=ears) as client:
        assert_whole(list(client.look_up(QUESTIONS)))
        assert any("more than 300,000 bytes" in progress.reason for progress in ears.waits())
        assert client.requests == 2


@pytest.mark.parametrize("abstract", [False, True])
def test_nothing_is_believed_only_when_said_twice(server: ArxivServer, client: ArxivClient, abstract: bool) -> None:
    """The service has said "nothing" to what it could answer."""
    asked = QUESTIONS[0] if abstract else Question(0, ("Zebrafish",))
    server.queue("nothing")
    (answer,) = client.look_up([asked])
    assert client.requests == 2
    assert bool(answer.records) is abstract


def test_a_title_that_can_be_asked_for_in_one_form_only_is_asked_for_twice(tmp_path: Path, fake: FakeTime) -> None:
    row = dict(ROWS[0], title="ICON: S^2")
    with ArxivServer([row, *ROWS[1:]]) as server, client_for(server, tmp_path, fake) as client:
        server.queue("nothing")
        (answer,) = client.look_up([Question(0, ("ICON: S^2",))])
        assert [record.arxiv_id for record in answer.records] == [row["id"]]
        assert client.requests == 2


def test_the_packages_own_search_goes_through_our_transport(
    server: ArxivServer, client: ArxivClient, ears: Ears
) -> None:
    import arxiv

    server.queue(status(503, retry_after="9"))
    (result,) = client.results(arxiv.Search(id_list=["2401.00005"]))
    assert result.get_short_id() == "2401.00005v1"
    assert ears.gaps() == pytest.approx([9])
    assert server.requests[0].agent.startswith("readlist/")
