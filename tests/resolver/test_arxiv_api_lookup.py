"""Few requests, each answer as soon as it is known, nothing asked twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest

from readlist.resolver.arxiv_api import ArxivClient
from readlist.resolver.question import Answer, Question
from readlist.text import key
from tests.resolver.arxiv_support import Ears, FakeTime, client_for, matched_ids
from tests.servers import arxiv_samples as samples
from tests.servers.arxiv import ArxivServer
from tests.servers.arxiv_index import Index, read_rows

ROWS = samples.made_up(220)
QUESTIONS = [samples.question_for(row, number) for number, row in enumerate(ROWS)]
DAY = 86_400


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(ROWS)


@pytest.fixture
def server(index: Index) -> Iterator[ArxivServer]:
    with ArxivServer(index) as running:
        yield running


@pytest.fixture
def client(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> Iterator[ArxivClient]:
    with client_for(server, tmp_path, fake) as running:
        yield running


def test_forty_titles_are_one_request(server: ArxivServer, client: ArxivClient) -> None:
    answers = list(client.look_up(QUESTIONS[:120]))
    assert matched_ids(answers) == {number: ROWS[number]["id"] for number in range(120)}
    assert client.requests == 3
    assert all(int(request.parameters["max_results"]) >= 400 for request in server.requests)


def test_every_question_is_answered_once(client: ArxivClient) -> None:
    unknown = [Question(1000 + n, (f"Nobody ever wrote paper {n}",), "") for n in range(5)]
    asked = [*QUESTIONS[:50], *unknown, Question(2000, ("The Of And",)), Question(2001, ())]
    answers = list(client.look_up(asked))
    assert sorted(a.question.paper_id for a in answers) == sorted(q.paper_id for q in asked)
    failed = {a.question.paper_id: a.failed for a in answers if a.failed is not None}
    assert failed.keys() == {2000, 2001}
    assert all("cannot search" in why for why in failed.values())
    assert not [a for a in answers if a.question.paper_id >= 1000 and a.records]


def test_no_question_no_request(client: ArxivClient) -> None:
    assert list(client.look_up([])) == []
    assert client.requests == 0


def test_ids_go_by_the_hundred_and_come_back_by_id(server: ArxivServer, client: ArxivClient) -> None:
    asked = [Question(number, (), arxiv_id=row["id"]) for number, row in enumerate(ROWS)]
    answers = list(client.look_up(asked))
    assert {a.question.paper_id: a.records[0].arxiv_id for a in answers} == {n: row["id"] for n, row in enumerate(ROWS)}
    assert client.requests == 3
    assert all(r.parameters["max_results"] == str(r.parameters["id_list"].count(",") + 1) for r in server.requests)


def test_unknown_and_impossible_ids_spoil_nothing(client: ArxivClient) -> None:
    ids = [
        "2401.00003",
        "arXiv:2401.00004v7",
        "2401.99999",
        "2413.00001",
        "math/9913",
        "https://arxiv.org/abs/2401.00005",
    ]
    found = client.records(ids)
    assert sorted(found) == ["2401.00003", "2401.00004", "2401.00005"]
    assert client.requests <= 2
    assert found["2401.00003"].version == 1
    assert found["2401.00003"].primary_category == "cs.CV"


def test_a_count_of_what_was_asked_proves_no_absence(server: ArxivServer, client: ArxivClient) -> None:
    server.totals = "asked"
    asked = [Question(n, (), arxiv_id=one) for n, one in enumerate(["2401.00003", "2401.00004", "2401.99999"])]
    answers = {answer.question.paper_id: answer for answer in client.look_up(asked)}
    assert matched_ids(list(answers.values())) == {0: "2401.00003", 1: "2401.00004"}
    assert "lacks 1 of 1 entries" in (answers[2].failed or "")


@pytest.mark.parametrize("times", [1, 2])
def test_ids_that_were_missing_are_asked_for_again_together(
    server: ArxivServer, client: ArxivClient, times: int
) -> None:
    asked = [Question(n, (), arxiv_id=ROWS[n]["id"]) for n in range(30)]
    server.queue(*["nothing"] * times)
    answers = list(client.look_up(asked))
    assert client.requests == 2
    assert [request.parameters["id_list"].count(",") for request in server.requests] == [29, 29]
    assert not any(answer.failed for answer in answers)
    assert len([answer for answer in answers if answer.records]) == (30 if times == 1 else 0)


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Zebrafish", ""),
        ("Walking zebrafish dream", ""),
        ("Zebrafish", "Wandering hedgehogs inspect crumbling lighthouses without sleeping tonight."),
    ],
)
def test_every_question_is_asked_twice_before_it_is_not_found(
    server: ArxivServer, client: ArxivClient, title: str, abstract: str
) -> None:
    (answer,) = client.look_up([Question(1, (title,), abstract)])
    assert (answer.records, answer.failed) == ((), None)
    queries = [request.parameters["search_query"] for request in server.requests]
    assert len(queries) >= 2
    # One word is one form; whatever has more to it is asked in another.
    assert len(set(queries)) >= (1 if (title, abstract) == ("Zebrafish", "") else 2)


def test_an_id_that_is_unknown_falls_back_on_the_title(client: ArxivClient) -> None:
    (answer,) = client.look_up([replace(QUESTIONS[7], arxiv_id="2401.99999")])
    assert matched_ids([answer]) == {7: ROWS[7]["id"]}


def test_a_renamed_paper_is_found_by_its_abstract(client: ArxivClient) -> None:
    asked = [
        replace(q, titles=("An older name for the same work",), abstract=f"Oddly: {q.abstract}") for q in QUESTIONS[:20]
    ]
    answers = list(client.look_up(asked))
    assert all(ROWS[a.question.paper_id]["id"] in [r.arxiv_id for r in a.records] for a in answers)
    assert client.requests <= 3


def test_words_find_a_title_whose_spelling_differs(tmp_path: Path, fake: FakeTime) -> None:
    row = dict(ROWS[0], title="$\\mathscr{W}_+$ spaces for wandering lantern portraits by Poincaré")
    with ArxivServer([row, *ROWS[1:50]]) as server, client_for(server, tmp_path, fake) as client:
        asked = Question(0, ("W_+ spaces for wandering lantern portraits by Poincare",))
        (answer,) = client.look_up([asked])
        assert [record.arxiv_id for record in answer.records] == [row["id"]]
        assert client.requests == 2


@pytest.mark.parametrize("phrases", ["strict", "bag"])
def test_a_title_that_many_share_is_not_crowded_out(tmp_path: Path, fake: FakeTime, phrases: str) -> None:
    # Over a thousand papers have the whole title in theirs.
    crowd = [dict(ROWS[n % 200], id=f"2402.{n:05d}", title=f"Portraits {'abcdefgh'[n % 8]}") for n in range(1300)]
    wanted = dict(ROWS[3], id="2403.00001", title="Portraits revisited once more in a rather long and winding title")
    asked = [Question(0, ("Portraits",), wanted["abstract"]), Question(1, ("Portraits",))]
    with ArxivServer([*crowd, wanted], phrases=phrases) as server, client_for(server, tmp_path, fake) as client:  # type: ignore[arg-type]
        answers = {answer.question.paper_id: answer for answer in client.look_up(asked)}
        assert "2403.00001" in [record.arxiv_id for record in answers[0].records]
        assert client.requests <= 6


def test_paging_reaches_what_the_first_page_lacks(tmp_path: Path, fake: FakeTime) -> None:
    crowd = [dict(ROWS[n % 200], id=f"2402.{n:05d}", title=f"Lantern lantern {n % 8}") for n in range(700)]
    wanted = dict(ROWS[3], id="2403.00001", title="LAN TERN: a lantern")
    with ArxivServer([*crowd, wanted]) as server, client_for(server, tmp_path, fake) as client:
        list(client.look_up([Question(0, ("Lantern",))]))
        starts = [int(request.parameters["start"]) for request in server.requests]
        assert starts == [0, 0, 200, 400]  # bounded


def test_answers_come_page_by_page(client: ArxivClient, server: ArxivServer) -> None:
    answers = client.look_up(QUESTIONS[:120])
    next(answers)
    assert len(server.requests) == 1


def test_closed_midway_and_continued_nothing_is_asked_twice(client: ArxivClient, server: ArxivServer) -> None:
    answers = client.look_up(QUESTIONS[:120])
    stored = [next(answers) for _ in range(45)]
    answers.close()  # type: ignore[attr-defined]
    settled = {answer.question.paper_id for answer in stored}
    stored += client.look_up([q for q in QUESTIONS[:120] if q.paper_id not in settled])
    assert len(matched_ids(stored)) == 120
    asked = [title for request in server.requests for title in request.parameters["search_query"].split(" OR ")]
    twice = {title for title in asked if asked.count(title) > 1}
    # Only those of the second page that had come but were not yet handed over.
    assert len(twice) <= 40
    assert client.requests <= 4


def test_an_interruption_costs_few_requests(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    """So it is not worth to keep the borders of batches, for which gaps in them would cost requests in every run."""
    asked = [*QUESTIONS[:100], *(replace(q, titles=("An older name of it",)) for q in QUESTIONS[100:146])]
    with client_for(server, tmp_path / "whole", fake) as client:
        assert len(list(client.look_up(asked))) == 146
        whole = client.requests
    for stop in range(0, 146, 20):
        with client_for(server, tmp_path / str(stop), fake) as client:
            answers = client.look_up(asked)
            stored = {next(answers).question.paper_id for _ in range(stop)}
            answers.close()  # type: ignore[attr-defined]
            stored |= {a.question.paper_id for a in client.look_up([q for q in asked if q.paper_id not in stored])}
            assert len(stored) == 146
            assert client.requests <= whole + 3


def test_interrupted_by_ctrl_c_in_a_wait_the_lock_is_free(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    stored: list[Answer] = []
    with ArxivClient(tmp_path, url=server.url, clock=fake.clock, sleep=interrupt) as client:
        with pytest.raises(KeyboardInterrupt):
            stored.extend(client.look_up(QUESTIONS[:80]))
        assert len(matched_ids(stored)) == 40
    rest = QUESTIONS[:80]
    with client_for(server, tmp_path, fake) as client:
        assert len(matched_ids(list(client.look_up(rest[40:])))) == 40


def test_a_repeated_run_is_free_for_a_day(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    for _ in range(2):
        with client_for(server, tmp_path, fake) as client:
            assert len(matched_ids(list(client.look_up(QUESTIONS[:80], fresh=True)))) == 80
        assert len(server.requests) == 2
        fake.now += DAY - 100
    fake.now += 200
    with client_for(server, tmp_path, fake) as client:
        list(client.look_up(QUESTIONS[:40]))
    assert len(server.requests) == 3
    assert len(list((tmp_path / "arxiv-cache").iterdir())) == 1  # the old ones are gone


def test_again_passes_by_cached_answers_that_say_nothing(client: ArxivClient) -> None:
    """A whole page of other papers is kept, but it is no answer to what it does not show."""
    vague = Question(0, ("Nobody ever wrote lanterns of fog",), QUESTIONS[0].abstract[:60])
    list(client.look_up([vague]))
    first = client.requests
    assert first >= 2
    crowd = [*QUESTIONS[:3], Question(77, ("Nobody wrote this, ever",), "")]
    list(client.look_up(crowd))
    before = client.requests
    list(client.look_up(crowd))
    free = client.requests - before  # only what came back empty
    list(client.look_up(crowd, fresh=True))
    assert client.requests - before - free > free
    known = QUESTIONS[100:103]
    list(client.look_up(known))
    before = client.requests
    assert len(matched_ids(list(client.look_up(known, fresh=True)))) == 3
    assert client.requests == before


@pytest.mark.parametrize("known", [False, True])
def test_again_passes_by_cached_ids_that_were_missing(client: ArxivClient, known: bool) -> None:
    asked = [Question(n, (), arxiv_id=ROWS[n]["id"]) for n in range(3)]
    if not known:
        asked.append(Question(9, (), arxiv_id="2401.99999"))
    list(client.look_up(asked))
    list(client.look_up(asked))
    # What was missing is asked for once more each time.
    assert client.requests == (1 if known else 3)
    list(client.look_up(asked, fresh=True))
    assert client.requests == (1 if known else 5)


@pytest.mark.parametrize("damage", [b"", b"{}\n<feed/>", b"\x00\xff", None])
def test_a_damaged_cache_is_passed_by(client: ArxivClient, tmp_path: Path, damage: bytes | None) -> None:
    list(client.look_up(QUESTIONS[:5]))
    (cached,) = (tmp_path / "arxiv-cache").iterdir()
    cached.write_bytes(cached.read_bytes()[:-9] if damage is None else damage)
    assert len(matched_ids(list(client.look_up(QUESTIONS[:5])))) == 5
    assert client.requests == 2


def test_a_cache_changed_within_is_passed_by(client: ArxivClient, tmp_path: Path) -> None:
    list(client.look_up(QUESTIONS[:5]))
    (cached,) = (tmp_path / "arxiv-cache").iterdir()
    cached.write_bytes(cached.read_bytes().replace(b"Brandt", b"Brundt"))
    answers = list(client.look_up(QUESTIONS[:5]))
    assert not any("Brundt" in author.name for a in answers for r in a.records for author in r.authors)
    assert client.requests == 2


def test_empty_and_short_answers_are_not_kept(server: ArxivServer, client: ArxivClient, tmp_path: Path) -> None:
    server.queue(*["short"] * 3)
    list(client.look_up(QUESTIONS[:5]))
    list(client.look_up([Question(1, ("Nobody ever wrote this paper",))]))
    kept = list((tmp_path / "arxiv-cache").glob("*"))
    # Only the whole pages of later forms.
    assert all(b"<entry>" in path.read_bytes() for path in kept)
    before = client.requests
    list(client.look_up([Question(1, ("Nobody ever wrote this paper",))]))
    assert client.requests > before


def test_a_withdrawn_paper_is_found_as_any_other_and_says_so(tmp_path: Path, fake: FakeTime) -> None:
    row = dict(ROWS[0], comments="This paper has been withdrawn by the authors due to an error in Lemma 2")
    with ArxivServer([row, *ROWS[1:50]]) as server, client_for(server, tmp_path, fake) as client:
        (answer,) = client.look_up([QUESTIONS[0]])
    assert matched_ids([answer]) == {0: row["id"]}
    assert answer.records[0].comment == row["comments"]


def test_no_query_has_more_clauses_than_the_index_allows(tmp_path: Path, fake: FakeTime) -> None:
    asked = [Question(n, tuple(f"{'some common plain word ' * 7} {n} {m}" for m in range(3))) for n in range(40)]
    with ArxivServer(ROWS[:5], phrases="bag") as server, client_for(server, tmp_path, fake) as client:
        assert not any(answer.failed for answer in client.look_up(asked))
        assert all(request.status == 200 for request in server.requests)


def test_a_long_question_is_posted_and_no_address_is_too_long(server: ArxivServer, client: ArxivClient) -> None:
    asked = [Question(n, (f"{'é' * 90} {n} {'日' * 40}",)) for n in range(40)]
    list(client.look_up([*QUESTIONS[:40], *asked]))
    assert {request.method for request in server.requests} == {"GET", "POST"}
    assert all(request.status == 200 for request in server.requests)
    assert max(len(request.path) for request in server.requests) <= 6000


def test_progress_is_told(server: ArxivServer, tmp_path: Path, fake: FakeTime) -> None:
    ears = Ears(fake)
    with client_for(server, tmp_path, fake, listener=ears) as client:
        list(client.look_up(QUESTIONS[:120]))
    assert [p.requests for p in ears.heard if p.step == "request"] == [1, 2, 3]
    assert [p.left for p in ears.heard if p.step == "request"] == [3, 2, 1]
    assert ears.heard[-1].answered == ears.heard[-1].asked == 120
    first = next(ears.waits())
    assert first.wait == pytest.approx(3, abs=0.1)
    assert first.reason
    assert first.seconds_left(3.0) == pytest.approx(6, abs=0.1)


def test_nothing_heavy_is_loaded_with_the_resolver() -> None:
    script = (
        "import sys, readlist.resolver, readlist.resolver.question, readlist.resolver.decision\n"
        "sys.exit(', '.join(sorted({'arxiv', 'lxml', 'requests'} & set(sys.modules))))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.stderr.strip() == ""


@pytest.fixture(scope="module")
def dumps() -> tuple[list[Question], Index]:
    if not samples.PRESENT:
        pytest.skip("the real dumps are not beside the repository")
    questions = samples.dump_questions()
    return questions, Index(samples.neighbourhood(questions, 2500))


@pytest.mark.parametrize("totals", ["found", "page", "over"])
@pytest.mark.parametrize("phrases", ["strict", "bag"])
@pytest.mark.parametrize("markup", ["modern", "legacy"])
def test_the_four_dumps_in_at_most_nine_requests(
    dumps: tuple[list[Question], Index], tmp_path: Path, fake: FakeTime, markup: str, phrases: str, totals: str
) -> None:
    questions, index = dumps
    modes = {"markup": markup, "phrases": phrases, "totals": totals}
    with ArxivServer(index, **modes) as server, client_for(server, tmp_path, fake) as client:  # type: ignore[arg-type]
        answers = list(client.look_up(questions))
        assert len(questions) == len(answers) == 146
        assert client.requests <= (8 if totals == "over" else 6)
    found = {key(r.title): r.arxiv_id for row in [a.records for a in answers] for r in row}
    # Whether sure or for a person to say: the right record is there. These seven have another title by now.
    renamed = {"2406.11643", "2311.12052", "2406.16710", "2402.00631", "2505.15173", "2507.04584", "2311.17461"}
    got = {record.arxiv_id for answer in answers for record in answer.records}
    assert renamed <= got
    without = [a.question.titles[0] for a in answers if not any(key(t) in found for t in a.question.titles)]
    assert len(without) <= len(renamed)
    assert all(answer.records for answer in answers)
    assert len(matched_ids(answers)) >= 138


@pytest.fixture(scope="module")
def any_records() -> tuple[list[Question], list[str], Index]:
    """Sixty records of the shared part as a listing shows them, among 2,500 others."""
    if not samples.PRESENT:
        pytest.skip("the shared records are not beside the repository")
    chance = Random(7)
    rows = chance.sample(read_rows(samples.SNAPSHOT), 2500)
    asked = [samples.as_listed(row, number, chance) for number, row in enumerate(rows[:60])]
    return asked, [row["id"] for row in rows], Index(rows)


def test_any_records_as_listed_give_the_same_matches_in_every_mode(
    any_records: tuple[list[Question], list[str], Index], tmp_path: Path, fake: FakeTime
) -> None:
    asked, ids, index = any_records
    outcomes = []
    for number, (phrases, markup, totals) in enumerate(
        product(["strict", "bag"], ["modern", "legacy"], ["found", "page"])
    ):
        modes = {"markup": markup, "phrases": phrases, "totals": totals}
        with ArxivServer(index, **modes) as server, client_for(server, tmp_path / str(number), fake) as client:  # type: ignore[arg-type]
            answers = list(client.look_up(asked))
            assert client.requests <= 4
        assert all(ids[a.question.paper_id] in [record.arxiv_id for record in a.records] for a in answers)
        outcomes.append(matched_ids(answers))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert all(ids[number] == found for number, found in outcomes[0].items())
    assert len(outcomes[0]) >= 50


def test_the_samples_are_where_they_should_be_when_named() -> None:
    if os.environ.get("READLIST_SHARED"):
        assert samples.PRESENT
