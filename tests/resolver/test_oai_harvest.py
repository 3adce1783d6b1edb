"""The harvest: every changed record once, whatever the service does and wherever it is interrupted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from readlist import __version__
from readlist.errors import LibraryError, ServiceError
from readlist.paper import Record
from readlist.resolver.index_files import updates_path
from readlist.resolver.oai import files
from readlist.resolver.oai import harvest as harvest_module
from readlist.resolver.oai.files import State, Store, held, lines_path, state_path
from readlist.resolver.oai.harvest import Harvested, Stopped
from tests.resolver.arxiv_support import MORNING, FakeTime, client_for
from tests.resolver.oai_support import SINCE, Harvester, changed
from tests.servers.arxiv import ArxivServer, Fault, status
from tests.servers.oai import OaiServer
from tests.support import record

ROWS = changed(35)
IDS = [row["id"] for row in ROWS]
OLD = {**ROWS[0], "id": "2401.00001", "update_date": "2026-11-01"}


@pytest.fixture
def server() -> Iterator[OaiServer]:
    with OaiServer([OLD, *ROWS]) as running:
        yield running


@pytest.fixture
def run(server: OaiServer, tmp_path: Path) -> Harvester:
    return Harvester(tmp_path, server)


def assert_all(run: Harvester, done: Harvested, pages: int = 4) -> None:
    assert run.ids() == IDS
    assert (done.since, done.changed, done.new, done.newest) == (SINCE, 35, 35, date(2026, 11, 18))
    state = run.state
    assert state is not None
    assert (state.since, state.token, state.finished) == (None, None, date(2026, 11, 18))
    assert run.told[-1].pages == pages


def test_every_page_in_order(server: OaiServer, run: Harvester) -> None:
    assert_all(run, run())
    assert server.asked() == ["2026-11-14", "token", "token", "token"]
    assert [set(request.parameters) for request in server.requests] == [
        {"verb", "metadataPrefix", "from"},
        *[{"verb", "resumptionToken"}] * 3,
    ]
    assert set(server.sent.values()) == {1}
    assert [(state.pages, state.records) for state in run.told] == [(0, 0), (1, 10), (2, 20), (3, 30), (4, 35)]
    assert all(request.agent.startswith(f"readlist/{__version__} (") for request in server.requests)
    assert all("contact" in request.agent for request in server.requests)


PASSING = [
    *[status(429), status(429, retry_after="7"), status(500), status(502), status(503), status(503, retry_after="7")],
    *[status(504), Fault("truncated"), Fault("html"), Fault("json"), Fault("reset-before"), Fault("reset-within")],
    *[Fault("redirect"), Fault("bomb"), Fault("empty"), Fault("half-record"), Fault("status", 200, (), "")],
    Fault("error", message="tooBusy"),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: f"{fault.kind}{fault.status or ''}{fault.headers}")
def test_a_passing_fault_costs_one_more_request(server: OaiServer, run: Harvester, fault: Fault) -> None:
    server.faults.extend([Fault(""), fault])
    assert_all(run, run())
    # A redirect is remembered, everything else is asked again.
    assert len(server.requests) == len(run.starts) == 5
    assert min(run.gaps()) >= 3.0
    assert all(len(line["authors_parsed"]) == 3 for _, line in Store(run.index).lines())


@pytest.mark.parametrize("kind", ["truncated", "html", "empty", "reset-within"])
def test_the_first_and_the_last_page_are_as_safe(server: OaiServer, run: Harvester, kind: str) -> None:
    server.queue(kind, Fault(""), Fault(""), Fault(""), kind)
    assert_all(run, run())
    assert len(server.requests) == 6


LASTING = [fault for fault in PASSING if fault.kind not in {"redirect", "half-record"}]


@pytest.mark.parametrize("fault", LASTING, ids=lambda fault: f"{fault.kind}{fault.status or ''}{fault.headers}")
def test_a_lasting_fault_keeps_what_came_and_the_next_run_goes_on(
    server: OaiServer, run: Harvester, fault: Fault
) -> None:
    server.faults.extend([Fault("")] * 2 + [fault] * 9)
    with pytest.raises(Stopped, match="the last of"):
        run()
    assert run.ids() == IDS[:20]
    assert len(server.requests) <= 2 + 6
    assert min(run.gaps()) >= 3.0
    server.faults.clear()
    run.time.now += 3600
    assert_all(run, run())
    assert set(server.sent.values()) == {1}


def test_overload_without_a_word_is_backed_off_in_growing_steps(server: OaiServer, run: Harvester) -> None:
    server.queue(*[status(429)] * 9)
    with pytest.raises(Stopped, match="overloaded"):
        run()
    assert run.gaps() == pytest.approx([30, 60, 120, 240, 300])
    assert [wait for wait, why in zip(run.waits, run.reasons, strict=True) if "429" in why][:3] == pytest.approx(
        [30, 29, 28]
    )


def test_retry_after_is_honoured_and_a_long_one_ends_the_run(server: OaiServer, run: Harvester) -> None:
    server.queue(status(503, retry_after="45"), status(503, retry_after="7200"))
    with pytest.raises(Stopped, match=r"pause until 2026-11-20 11:00 UTC|pause until"):
        run()
    assert run.gaps() == pytest.approx([45])
    with pytest.raises(Stopped):
        run()
    assert len(server.requests) == 2


def test_the_pace_is_shared_with_the_query_api(
    server: OaiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two ports of this machine stand for two hosts of arXiv.
    monkeypatch.setattr("readlist.resolver.arxiv_api.pace.service_of", lambda _url: "arxiv.org")
    run = Harvester(tmp_path, server)
    with ArxivServer(ROWS) as api, client_for(api, tmp_path, run.time) as client:
        client.records([ROWS[0]["id"]])
        run()
        client.records([ROWS[1]["id"]])
    assert run.starts[0] - MORNING >= 3.0
    assert run.time.now - run.starts[-1] >= 3.0


def test_a_slow_drip_is_cut_off(server: OaiServer, tmp_path: Path) -> None:
    run = Harvester(tmp_path, server, total_timeout=0.3)
    server.queue("drip")
    assert_all(run, run())
    assert any("too slowly" in reason for reason in run.reasons)


def test_a_silent_server_is_left(server: OaiServer, tmp_path: Path) -> None:
    server.drip = 60.0
    run = Harvester(tmp_path, server, read_timeout=0.2)
    server.queue("drip")
    assert_all(run, run())
    assert any("did not answer in time" in reason or "broke off" in reason for reason in run.reasons)


def test_a_huge_body_is_not_read_to_its_end(server: OaiServer, tmp_path: Path) -> None:
    run = Harvester(tmp_path, server, largest_answer=300_000)
    server.queue("huge")
    assert_all(run, run())
    assert any("more than 300,000 bytes" in reason for reason in run.reasons)


def test_a_redirect_loop_is_caught(server: OaiServer, run: Harvester) -> None:
    server.queue("redirect-loop")
    with pytest.raises(Stopped, match="circle"):
        run()
    assert len(server.requests) <= 6


def test_nobody_at_home(tmp_path: Path) -> None:
    with OaiServer([]) as gone:
        pass
    run = Harvester(tmp_path, gone)
    with pytest.raises(Stopped, match="no connection to"):
        run()
    assert len(run.starts) == 3


@pytest.mark.parametrize("kind", ["doubled", "foreign"])
def test_doubled_and_foreign_entries_do_no_harm(server: OaiServer, run: Harvester, kind: str) -> None:
    server.queue(kind)
    done = run()
    assert_all(run, done)
    assert done.left_out == (kind == "foreign")


def test_deleted_records_are_left_out_and_counted(tmp_path: Path) -> None:
    with OaiServer([{**row, "deleted": number % 2} for number, row in enumerate(ROWS)]) as server:
        run = Harvester(tmp_path, server)
        assert (run().left_out, run.ids()) == (17, IDS[::2])


def test_a_record_that_stays_half_in_the_list_is_asked_for_alone(server: OaiServer, run: Harvester) -> None:
    server.queue("half-record", "half-record")
    done = run()
    assert (done.odd, done.changed, run.ids()) == (0, 35, [*IDS[1:], IDS[0]])
    assert server.requests[-1].parameters == {
        "verb": "GetRecord",
        "metadataPrefix": "arXiv",
        "identifier": f"oai:arXiv.org:{IDS[0]}",
    }
    assert min(run.gaps()) >= 3.0


def missing(run: Harvester) -> tuple[str, ...]:
    assert run.state is not None
    return run.state.missing


def test_a_record_that_stays_half_alone_is_asked_for_by_the_next_harvest(server: OaiServer, run: Harvester) -> None:
    server.halved = {IDS[0], IDS[30]}
    done = run()
    assert (done.odd, done.changed) == (2, 33)
    assert sorted(run.ids()) == [one for one in IDS if one not in server.halved]
    assert set(missing(run)) == server.halved
    server.halved = {IDS[30]}
    assert run().odd == 1
    assert IDS[0] in run.ids()
    server.rows = [row for row in server.rows if row["id"] != IDS[30]]  # it is there no more
    assert run().odd == 0
    assert missing(run) == ()


def test_a_half_record_that_comes_whole_later_is_not_asked_for(server: OaiServer, run: Harvester) -> None:
    server.halved = {IDS[-1]}
    run()
    server.halved = set()
    count = len(server.requests)
    assert run().odd == 0
    assert IDS[-1] in run.ids()
    assert all(request.parameters["verb"] == "ListRecords" for request in server.requests[count:])


def test_where_no_record_is_whole_few_are_asked_for_alone(server: OaiServer, run: Harvester) -> None:
    server.halved = set(IDS)
    assert run().odd == 35
    verbs = [request.parameters["verb"] for request in server.requests]
    assert verbs.count("GetRecord") <= 2 * 5
    # The next harvest begins with others.
    count = len(server.requests)
    run()
    asked = [request.parameters.get("identifier") for request in server.requests]
    assert not {*asked[:count]} & {*asked[count:]} - {None}


def test_a_record_without_a_name_is_had_by_asking_for_all_again(server: OaiServer, run: Harvester) -> None:
    server.queue("nameless-record", "nameless-record")
    assert run().odd == 1
    assert run.ids() == IDS[1:]
    assert run().odd == 0
    assert sorted(run.ids()) == IDS
    assert run.state is not None
    assert run.state.finished == date(2026, 11, 18)


def test_an_outage_among_the_single_ones_loses_nothing(server: OaiServer, run: Harvester) -> None:
    server.halved = {IDS[0], IDS[1]}
    server.faults.extend([Fault("")] * 8)  # four pages, the first of them asked for twice, and the first record twice
    server.faults.extend([status(503)] * 9)
    with pytest.raises(Stopped, match="503"):
        run()
    assert set(missing(run)) == server.halved
    server.faults.clear()
    server.halved = set()
    run.time.now += 3600
    assert run().odd == 0
    assert sorted(run.ids()) == IDS


def test_nothing_under_a_token_is_no_end(server: OaiServer, run: Harvester) -> None:
    server.faults.extend([Fault(""), Fault(""), Fault("error", message="noRecordsMatch")])
    assert_all(run, run(), pages=2 + 3)
    assert server.asked()[:4] == ["2026-11-14", "token", "token", "2026-11-16"]


def test_nothing_under_every_token_ends_with_a_sentence(server: OaiServer, run: Harvester) -> None:
    server.rows = changed(35, days=1)
    server.faults.extend([Fault(""), Fault("error", message="noRecordsMatch")] * 20)
    with pytest.raises(Stopped, match="noRecordsMatch"):
        run()
    assert len(server.requests) == 2 * 3
    server.faults.clear()
    run()
    assert run.ids() == IDS


def test_a_state_of_the_first_version_is_read(run: Harvester) -> None:
    run()
    data = json.loads(state_path(run.index).read_text())
    del data["missing"], data["nameless"]
    state_path(run.index).write_text(json.dumps({**data, "odd": 3}))
    assert run.state is not None
    assert run.state.finished == date(2026, 11, 18)


def test_nothing_new(server: OaiServer, run: Harvester) -> None:
    run.since = date(2026, 11, 19)
    done = run()
    assert (done.changed, done.newest) == (0, None)
    assert run.state is not None
    assert run.state.finished == run.since
    assert len(server.requests) == 1


@pytest.mark.parametrize("code", ["badArgument", "badVerb", "cannotDisseminateFormat"])
def test_a_refused_request_is_not_repeated(server: OaiServer, run: Harvester, code: str) -> None:
    server.queue(Fault(""), Fault("error", message=code))
    with pytest.raises(ServiceError, match=rf"(?s){code}.*oai\.url"):
        run()
    assert len(server.requests) == 2
    assert run.ids() == IDS[:10]
    # The token may have been at fault; the next run does without it.
    assert run() is not None
    assert server.asked()[2:3] == [str(run.told[1].newest)]
    assert run.ids() == IDS


def test_wrong_addresses(server: OaiServer, run: Harvester) -> None:
    server.queue(status(404))
    with pytest.raises(Stopped, match="check the address"):
        run()
    server.queue(Fault("status", 400, (), "bad"))
    with pytest.raises(ServiceError, match="refused"):
        run()
    assert len(server.requests) == 2


def test_an_expired_token_means_again_from_the_newest_datestamp(server: OaiServer, run: Harvester) -> None:
    server.faults.extend([Fault("")] * 2 + [status(500)] * 4)
    with pytest.raises(Stopped):
        run()
    newest = run.told[-1].newest
    server.today = run.today = date(2026, 11, 21)  # it is past midnight
    run.time.now += 86_400
    assert_all(run, run(), pages=2 + 3)
    assert server.asked()[-4:-2] == ["token", str(newest)]


def test_midnight_within_a_run(server: OaiServer, run: Harvester) -> None:
    def midnight(state: State) -> None:
        server.today = date(2026, 11, 20 + (state.pages >= 2))

    run.on_page = midnight
    assert_all(run, run(), pages=2 + 3)
    assert server.asked() == ["2026-11-14", "token", "token", "2026-11-16", "token", "token"]


def test_a_token_that_is_always_refused_ends(server: OaiServer, run: Harvester) -> None:
    server.rows = changed(35, days=1)
    server.faults.extend([Fault(""), Fault("error", message="badResumptionToken")] * 20)
    with pytest.raises(Stopped, match="badResumptionToken"):
        run()
    assert len(server.requests) == 2 * 3
    server.faults.clear()
    assert run().since == SINCE
    assert run.ids() == IDS


def test_the_same_token_again_ends(server: OaiServer, run: Harvester) -> None:
    server.faults.extend([Fault("")] * 2 + [Fault("same-token")] * 50)
    with pytest.raises(Stopped, match="circle"):
        run()
    assert len(server.requests) == 3
    server.faults.clear()
    run()
    assert run.ids() == IDS


def test_ever_new_tokens_end(server: OaiServer, run: Harvester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest_module, "_MOST_IDLE", 5)
    server.queue("new-token")
    with pytest.raises(Stopped, match="does not end"):
        run()
    assert run.ids() == IDS[:10]
    assert len(server.requests) == 1 + 6


def test_the_next_harvest_begins_with_the_last_day_and_takes_only_what_changed(
    server: OaiServer, run: Harvester
) -> None:
    run()
    assert run().changed == 0
    assert server.asked()[-1] == "2026-11-18"
    assert run.ids() == IDS
    server.rows += [{**ROWS[-1], "id": "2611.00099"}, {**ROWS[3], "title": "Renamed", "update_date": "2026-11-19"}]
    done = run()
    assert (done.since, done.changed, done.new, done.newest) == (date(2026, 11, 18), 2, 1, date(2026, 11, 19))
    assert run.ids() == [*IDS, "2611.00099", IDS[3]]


def test_what_the_index_knows_is_not_new_and_keeps_its_first_day(server: OaiServer, run: Harvester) -> None:
    server.created = "current"
    server.rows = [
        {**ROWS[0], "id": "2503.00007", "versions": [{"version": "v3", "created": "Tue, 17 Nov 2026 22:18:42 GMT"}]}
    ]
    known: dict[str, Record] = {"2503.00007": record("2503.00007", "T", published=date(2025, 3, 2))}
    run.known = lambda _ids: known
    assert run().new == 0
    ((_, line),) = Store(run.index).lines()
    assert line["versions"] == [{"version": "v1", "created": "Sun, 02 Mar 2025 00:00:00 GMT"}]
    assert line["updated"] == "2026-11-17"


@pytest.mark.parametrize(
    ("since", "asked"),
    [(date.min, "2005-09-16"), (date(2005, 9, 17), "2005-09-17"), (date(2030, 1, 1), "2026-11-20")],
)
def test_where_a_harvest_may_begin(server: OaiServer, run: Harvester, since: date, asked: str) -> None:
    run.since = since
    run()
    assert server.asked()[0] == asked


def test_a_datestamp_of_the_future_does_not_lead_on(server: OaiServer, run: Harvester) -> None:
    server.today = date(2031, 1, 1)
    server.rows.append({**ROWS[0], "id": "2611.00099", "update_date": "2030-01-01"})
    assert run().newest == run.today


def test_pages_out_of_order_begin_again_from_the_start(server: OaiServer, run: Harvester) -> None:
    server.newest_first = True

    def midnight(state: State) -> None:
        server.today = date(2026, 11, 20 + (state.pages >= 2))

    run.on_page = midnight
    done = run()
    assert (sorted(run.ids()), done.changed) == (IDS, 35)
    assert server.asked() == ["2026-11-14", "token", "token", "2026-11-14", "token", "token", "token"]
    assert run.state is not None
    assert run.state.finished == date(2026, 11, 18)


def test_a_token_is_only_given_back_where_it_came_from(server: OaiServer, run: Harvester, tmp_path: Path) -> None:
    server.faults.extend([Fault("")] * 2 + [status(500)] * 4)
    with pytest.raises(Stopped):
        run()
    with OaiServer(ROWS) as other:
        again = Harvester(tmp_path, other, FakeTime(run.time.now))
        again()
        assert other.asked()[0] != "token"
        assert again.ids() == IDS


class Killed(BaseException):
    """What stands for SIGKILL: nobody catches it, and nothing is tidied up."""


@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("written", [False, True])
def test_killed_between_any_two_writes(
    run: Harvester, monkeypatch: pytest.MonkeyPatch, nth: int, written: bool
) -> None:
    """Dies before or after the nth state is written: the page's lines are there, the state may not count them."""
    real, count = files._replace, 0

    def dying(path: Path, data: bytes) -> None:
        nonlocal count
        count += 1
        if count != nth or written:
            real(path, data)
        if count == nth:
            run.tidy = False
            raise Killed

    monkeypatch.setattr(files, "_replace", dying)
    with pytest.raises(Killed):
        run()
    monkeypatch.undo()
    run.tidy = True
    with lines_path(run.index).open("ab") as file:
        file.write(b'{"id": "2611.00001", "half a li')  # what the system had written of the next page
    done = run()
    assert run.ids() == IDS
    assert done.changed == (0 if (nth, written) == (6, True) else 35)


def test_killed_while_compacting(run: Harvester, server: OaiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    for round_ in range(2):
        server.rows = [{**row, "title": f"Round {round_}", "update_date": "2026-11-19"} for row in ROWS]
        if round_:
            monkeypatch.setattr(Store, "_finish_swap", lambda _self: (_ for _ in ()).throw(Killed()))
            with pytest.raises(Killed):
                run()
            monkeypatch.undo()
        else:
            run()
    assert sorted(run.ids()) == IDS
    assert {line["title"] for _, line in Store(run.index).lines()} == {"Round 1"}
    assert not list(run.index.parent.glob("*.partial"))
    assert run().changed == 0


def test_lines_are_compacted_when_most_are_superseded(server: OaiServer, run: Harvester) -> None:
    run()
    lengths = [len(run.ids())]
    for round_ in range(3):
        server.rows = [{**row, "title": f"Round {round_}", "update_date": "2026-11-19"} for row in ROWS]
        run()
        lengths.append(len(run.ids()))
    assert lengths == [35, 70, 35, 70]
    assert {line["title"] for _, line in Store(run.index).lines()} == {"Round 1", "Round 2"}


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"layout": 2}', b'{"layout": 1, "safe": "x"}', b"\xff"])
def test_a_damaged_state_begins_again(run: Harvester, text: bytes) -> None:
    run()
    state_path(run.index).write_bytes(text)
    updates_path(run.index).write_bytes(b"what was built of it")
    assert Store(run.index).state is None
    assert not updates_path(run.index).exists()
    assert_all(run, run())


def test_lines_that_are_gone_begin_again(run: Harvester) -> None:
    run()
    lines_path(run.index).write_bytes(b"")
    assert_all(run, run())


def test_damaged_lines_are_named_with_the_way_out(run: Harvester) -> None:
    run()
    data = lines_path(run.index).read_bytes()
    lines_path(run.index).write_bytes(data[:3000] + b"\n\0\n" + data[3003:])
    with pytest.raises(LibraryError, match="damaged at byte"):
        run()
    lines_path(run.index).unlink()
    assert_all(run, run())


def test_only_one_at_a_time(run: Harvester) -> None:
    with held(run.index), pytest.raises(LibraryError, match="another readlist"):
        run()
    run()


def test_what_cannot_be_written_is_a_sentence(run: Harvester) -> None:
    state_path(run.index).mkdir(parents=True)
    with pytest.raises(LibraryError, match="harvest cannot be written"):
        run()


def test_every_letter_of_a_token_comes_back(server: OaiServer, run: Harvester) -> None:
    real = server._token
    server._token = lambda *a, **k: _strange(server, real(*a, **k))  # type: ignore[method-assign]
    resumed = server._resumed
    server._resumed = lambda given: resumed(  # type: ignore[method-assign]
        {**given, "resumptionToken": given["resumptionToken"].removeprefix("+ %25&=ä/?#")}
    )
    assert_all(run, run())


def _strange(_server: OaiServer, token: str) -> str:
    return f"+ %25&=ä/?#{token}"
