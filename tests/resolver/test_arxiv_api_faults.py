"""Whatever the service does: right records, or a sentence why not; never half a record, never a false "not found"."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist import __version__
from readlist.resolver.arxiv_api import ArxivClient, retry_after
from readlist.resolver.arxiv_api.unpacking import TooMuch, Unpacker
from readlist.resolver.question import Question
from tests.resolver.arxiv_support import (
    MORNING,
    QUESTIONS,
    RIGHT,
    ROWS,
    Ears,
    FakeTime,
    assert_whole,
    client_for,
    matched_ids,
)
from tests.servers.arxiv import ArxivServer, Fault, status
from tests.servers.arxiv_samples import made_up, question_for


@pytest.fixture(params=["modern", "legacy"])
def server(request: pytest.FixtureRequest) -> Iterator[ArxivServer]:
    with ArxivServer(ROWS, markup=request.param) as running:
        yield running


@pytest.fixture
def client(server: ArxivServer, tmp_path: Path, fake: FakeTime, ears: Ears) -> Iterator[ArxivClient]:
    with client_for(server, tmp_path, fake, listener=ears, largest_answer=1_500_000) as running:
        yield running


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
    status(501),
    status(520),
    status(599),
    Fault("packed-cut"),
    Fault("packed-bomb"),
    Fault("packed-oddly"),
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


HALVES = ["half-entry", "untitled", "nameless", "empty-author", "no-author"]


@pytest.mark.parametrize("kind", HALVES)
def test_an_entry_of_which_something_is_missing_is_missing_not_half(
    server: ArxivServer, client: ArxivClient, kind: str
) -> None:
    server.queue(kind)
    assert_whole(list(client.look_up(QUESTIONS)))
    assert client.requests == 2


@pytest.mark.parametrize("kind", HALVES)
def test_an_entry_that_stays_half_is_not_taken_for_none(
    server: ArxivServer, client: ArxivClient, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    server.queue(*[kind] * 40)
    answers = list(client.look_up(QUESTIONS))
    found = matched_ids(answers)
    assert len(found) >= 9
    assert found.items() <= RIGHT.items()
    assert all(len(record.authors) == 3 for answer in answers for record in answer.records)
    lost = [answer for answer in answers if answer.question.paper_id not in found]
    assert lost
    assert all("not whole (2401.000" in (answer.failed or "") for answer in lost)
    assert client.requests <= 12
    assert capfd.readouterr().err == ""
    server.faults.clear()
    assert_whole([*client.look_up([answer.question for answer in lost]), *(a for a in answers if a not in lost)])


@pytest.mark.parametrize("kind", HALVES)
def test_an_id_whose_record_stays_half_fails(server: ArxivServer, client: ArxivClient, kind: str) -> None:
    asked = [Question(n, (), arxiv_id=row["id"]) for n, row in enumerate(ROWS[:5])]
    server.queue(*[kind] * 40)
    answers = list(client.look_up(asked))
    assert len(answers) == 5
    for answer in answers:
        assert answer.records or "not whole" in (answer.failed or "")
    assert len([answer for answer in answers if answer.records]) >= 3
    assert client.requests <= 12


def test_the_packages_log_stays_silent() -> None:
    script = (
        "import logging, sys; from readlist.resolver.arxiv_api import ArxivClient\n"
        "if sys.argv[1:]: logging.basicConfig()\n"
        "logging.getLogger('arxiv._feed').warning('Skipping entry'); logging.getLogger('arxiv').error('no')"
    )
    for handlers in ([], ["some"]):
        ended = subprocess.run([sys.executable, "-c", script, *handlers], check=True, capture_output=True, text=True)
        assert ended.stderr == ""


@pytest.mark.parametrize("by_id", [False, True])
def test_pages_that_stay_empty_are_no_proof_of_absence_but_end(
    server: ArxivServer, client: ArxivClient, ears: Ears, by_id: bool
) -> None:
    asked = [Question(q.paper_id, (), arxiv_id=RIGHT[q.paper_id]) for q in QUESTIONS] if by_id else QUESTIONS
    server.queue(*["empty"] * 40)
    answers = list(client.look_up(asked))
    assert len(answers) == 12
    assert all("arXiv's answer lacks" in (answer.failed or "") and not answer.records for answer in answers)
    assert client.requests == 4 + 2  # with growing waits, and then the first and the last question alone
    assert ears.gaps()[:3] == pytest.approx([6, 12, 24])
    server.faults.clear()
    assert_whole(list(client.look_up(asked)))


def test_that_there_is_nothing_is_no_sign_of_life_where_pages_stay_empty(
    server: ArxivServer, client: ArxivClient
) -> None:
    asked = [Question(99, ("Nobody ever wrote paper 99",)), *QUESTIONS]
    server.queue(*["empty"] * 40)
    answers = list(client.look_up(asked))
    assert all(answer.failed and not answer.records for answer in answers)
    assert client.requests == 4 + 2


def test_an_empty_page_is_no_end_where_less_can_be_asked_for(server: ArxivServer, client: ArxivClient) -> None:
    server.queue(*["empty"] * 4)
    assert_whole(list(client.look_up(QUESTIONS)))
    assert client.requests <= 4 + 1 + 2


def test_a_page_that_stays_short_proves_no_absence(server: ArxivServer, client: ArxivClient) -> None:
    server.queue(*["short"] * 40)
    answers = list(client.look_up(QUESTIONS))
    assert len(answers) == 12
    found = matched_ids(answers)
    assert 3 <= len(found) < 12
    assert all(answer.failed for answer in answers if answer.question.paper_id not in found)
    assert client.requests <= 12


@pytest.mark.parametrize("code", [400, 413, 414])
@pytest.mark.parametrize("by_id", [False, True])
def test_a_service_that_refuses_everything_is_asked_a_few_times(
    tmp_path: Path, fake: FakeTime, code: int, by_id: bool
) -> None:
    rows = made_up(146)
    asked = [Question(n, (), arxiv_id=row["id"]) if by_id else question_for(row, n) for n, row in enumerate(rows)]
    with ArxivServer(rows) as server, client_for(server, tmp_path, fake) as client:
        server.queue(*[status(code)] * 2000)
        answers = list(client.look_up(asked))
        assert len(answers) == 146
        assert all("So it did 9 times in a row" in (answer.failed or "") for answer in answers)
        assert client.requests == len(server.requests) == 9


def test_a_service_that_begins_to_refuse_everything_is_left(tmp_path: Path, fake: FakeTime) -> None:
    rows = made_up(146)
    with ArxivServer(rows) as server, client_for(server, tmp_path, fake) as client:
        answers = client.look_up([question_for(row, n) for n, row in enumerate(rows)])
        next(answers)
        server.queue(*[status(400)] * 2000)
        assert len([answer for answer in answers if answer.failed]) >= 100
        assert client.requests <= 1 + 21


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


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_an_error_whose_text_cannot_be_read_is_understood(
    server: ArxivServer, client: ArxivClient, ears: Ears, encoding: str
) -> None:
    server.queue(Fault("status", 503, (("Retry-After", "45"), ("Content-Encoding", encoding))))
    assert_whole(list(client.look_up(QUESTIONS)))
    assert ears.gaps() == pytest.approx([45])


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


@pytest.mark.parametrize("url", ["no address", "ftp://127.0.0.1/x", "http://", "http://[::1", "http://127.0.0.1:x/"])
def test_an_address_that_is_none(tmp_path: Path, fake: FakeTime, url: str) -> None:
    with ArxivClient(tmp_path, url=url, clock=fake.clock, sleep=fake.sleep) as client:
        assert all("not an address" in (answer.failed or "") for answer in client.look_up(QUESTIONS[:3]))
        assert client.requests <= 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_out_of_the_web_is_not_followed(server: ArxivServer, client: ArxivClient, location: str) -> None:
    server.queue(Fault("status", 302, (("Location", location),)))
    assert all("not safe" in (answer.failed or "") for answer in client.look_up(QUESTIONS))
    assert client.requests == 1


@pytest.mark.parametrize("location", ["http://[::1", "http://127.0.0.1:x/", "http://127.0.0.1:99999/", "//[oh"])
def test_a_redirect_to_no_address_ends_with_a_sentence(server: ArxivServer, client: ArxivClient, location: str) -> None:
    server.queue(Fault("status", 302, (("Location", location),)))
    assert all("which is no address" in (answer.failed or "") for answer in client.look_up(QUESTIONS))
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
    with client_for(server, tmp_path, fake) as client:
        assert len(client.records([ROWS[20]["id"]])) == 1
        client._asker._transport._total_timeout = 0.3
        server.queue("drip-headers")
        assert_whole(list(client.look_up(QUESTIONS)))
        assert client.requests == 3


def test_a_silent_server_is_left(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    server.drip = 60.0
    server.queue("drip")
    ears = Ears(fake)
    with client_for(server, tmp_path, fake, read_timeout=0.2, listener=ears) as client:
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


@pytest.mark.parametrize("kind", ["packed", "packed-deflate", "packed-twice"])
def test_packed_answers_are_unpacked(server: ArxivServer, client: ArxivClient, kind: str) -> None:
    server.queue(kind)
    assert_whole(list(client.look_up(QUESTIONS)))
    assert client.requests == 1


def test_a_packed_bomb_is_asked_for_twice_at_most(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    server.queue(*["packed-bomb"] * 9)
    with client_for(server, tmp_path, fake, largest_answer=300_000) as client:
        answers = list(client.look_up(QUESTIONS))
        assert all("more than 300,000 bytes" in (answer.failed or "") for answer in answers)
        assert client.requests == 2


def test_a_bomb_never_fills_the_memory() -> None:
    packed = gzip.compress(b" " * 200_000_000)
    unpacker = Unpacker("gzip", 3_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(TooMuch):
            for at in range(0, len(packed), 65_536):
                unpacker.feed(packed[at : at + 65_536])
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=3000), st.integers(1, 4000), st.sampled_from(["", "gzip", "x-gzip", "deflate"]))
def test_unpacked_is_what_was_packed(body: bytes, piece: int, encoding: str) -> None:
    body *= 300
    packed = {"": body, "deflate": zlib.compress(body)}.get(encoding, gzip.compress(body))
    unpacker = Unpacker(encoding, len(body))
    for at in range(0, len(packed), piece):
        unpacker.feed(packed[at : at + piece])
    assert unpacker.whole() == body


def test_what_cannot_be_unpacked_is_said() -> None:
    with pytest.raises(ValueError, match="encoding is br"):
        Unpacker("br", 100)
    with pytest.raises(ValueError, match="incorrect header"):
        Unpacker("gzip", 100).feed(b"no gzip at all")
    cut = Unpacker("gzip", 100)
    cut.feed(gzip.compress(b"text")[:-3])
    with pytest.raises(ValueError, match="end is missing"):
        cut.whole()


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
    assert server.requests[0].agent == f"readlist/{__version__} (reading-list manager; no contact given)"


def test_the_contact_that_was_set_is_told(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    with client_for(server, tmp_path, fake, contact="ana@example.org") as client:
        list(client.look_up(QUESTIONS))
    assert {request.agent for request in server.requests} == {f"readlist/{__version__} (ana@example.org)"}
