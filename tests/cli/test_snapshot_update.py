"""readlist snapshot update against our strict OAI-PMH service, faults, kills and interruptions included."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from readlist.actions.progress import Progress
from readlist.actions.snapshot import update_snapshot
from readlist.resolver.arxiv_api import asking
from readlist.resolver.arxiv_api.pace import pace_folder, pace_of
from readlist.resolver.index_files import updates_path
from readlist.resolver.oai.files import held, lines_path, state_path
from readlist.resolver.snapshot.index import SnapshotIndex
from tests.conftest import NOW
from tests.resolver.arxiv_support import FakeTime
from tests.resolver.oai_support import changed
from tests.servers.arxiv import Fault, status
from tests.servers.oai import OaiServer
from tests.support import Cli, listing, record, taken, until, write_snapshot

ROWS = changed(35)
BASE = [record("2611.00001", "An older title of the first"), record("2510.00001", "Something quite different")]


@pytest.fixture
def server() -> Iterator[OaiServer]:
    with OaiServer(ROWS) as running:
        yield running


@pytest.fixture
def updated(cli: Cli, server: OaiServer) -> Cli:
    """An index of two records, and a service that knows 34 more."""
    cli.setenv(READLIST_OAI_URL=server.url, READLIST_ARXIV_URL="http://127.0.0.1:9/", READLIST_ARXIV_DELAY="0.02")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", BASE))
    return cli


def index_of(cli: Cli) -> Path:
    return cli.home / "snapshot.sqlite3"


def harvested(cli: Cli) -> list[str]:
    return [json.loads(line)["id"] for line in lines_path(index_of(cli)).read_text(encoding="utf-8").splitlines()]


def test_the_contact_that_was_set_is_told(updated: Cli, server: OaiServer) -> None:
    updated.setenv(READLIST_ARXIV_CONTACT="ana@example.org")
    updated("snapshot", "update")
    assert all(request.agent.endswith(" (ana@example.org)") for request in server.requests)


def test_records_that_did_not_come_whole_are_left_and_said(updated: Cli, server: OaiServer) -> None:
    server.halved = {ROWS[5]["id"], ROWS[6]["id"]}
    result = updated("snapshot", "update", code=3)
    assert result.err == (
        "readlist: 2 records left out, for arXiv did not send all of it.\nThe same command asks again.\n"
    )
    assert "33 records changed" in result.out
    server.halved = set()
    assert "2 records changed" in updated("snapshot", "update").out
    assert {*server.sent} >= {ROWS[5]["id"]}
    assert ROWS[5]["id"] in harvested(updated)


def test_an_update_says_what_came(updated: Cli, server: OaiServer) -> None:
    since = str(date(2026, 11, 1))
    out = updated("snapshot", "update").out
    assert out == f"35 records changed since {since}, 34 new; the index now knows arXiv up to 2026-11-18\n"
    assert server.asked() == [since, "token", "token", "token"]
    assert harvested(updated) == [row["id"] for row in ROWS]
    with SnapshotIndex(updates_path(index_of(updated))) as overlay:
        assert overlay.info.records == 35
    assert updated("snapshot", "update").out == "Nothing new since 2026-11-18.\n"
    assert updated("-q", "snapshot", "update").out == ""


def test_what_was_harvested_is_found(updated: Cli) -> None:
    updated("snapshot", "update")
    wanted = ROWS[20]
    (updated.folder / "june.txt").write_text(
        listing([(wanted["title"], " ".join(wanted["abstract"].split()))]), encoding="utf-8"
    )
    updated("import", "june.txt")
    assert updated("resolve", "--source", "snapshot", "--json").json["matched"] == 1
    assert updated("show", "p1", "--json").json["arxiv_id"] == wanted["id"]
    with SnapshotIndex(index_of(updated)) as index:
        found = index.by_ids(["2611.00001", "2510.00001"])
    assert found["2611.00001"].title == ROWS[0]["title"]
    assert found["2510.00001"].title == BASE[1].title
    info = updated("snapshot", "info", "--json").json
    assert (info["changed"], info["updated"]) == ("2026-11-18", "2026-11-20T09:00:00Z")


def test_info_has_dates_or_says_that_it_has_none(updated: Cli) -> None:
    info = updated("snapshot", "info", "--json").json
    assert (info["changed"], info["updated"]) == (None, None)
    out = updated("snapshot", "info").out
    assert "changed  unknown\n" in out
    assert "updated  never\n" in out


def test_without_an_index_there_is_nothing_to_update(cli: Cli, server: OaiServer) -> None:
    cli.setenv(READLIST_OAI_URL=server.url, READLIST_ARXIV_URL="http://127.0.0.1:9/", READLIST_ARXIV_DELAY="0.02")
    assert "readlist snapshot build" in cli("snapshot", "update", code=1).err
    assert server.requests == []
    assert not index_of(cli).parent.exists() or not list(index_of(cli).parent.glob("snapshot*"))


def test_giving_up_says_what_is_left_and_the_same_command_continues(updated: Cli, server: OaiServer) -> None:
    server.faults.extend([Fault("")] * 2 + [status(503)] * 4)
    part = updated("snapshot", "update", code=3)
    assert part.out == ""
    assert "failed (503), the last of 4 tries" in part.err
    assert (
        "What changed from 2026-11-01 up to 2026-11-16 is in the index (20 records), what came after is left."
        in part.err
    )
    assert "The same command continues." in part.err
    assert part.err.count("\n") == 2
    with SnapshotIndex(updates_path(index_of(updated))) as overlay:
        assert overlay.info.records == 20  # useful at once
    out = updated("snapshot", "update").out
    assert out.startswith("35 records changed since 2026-11-01, 34 new;")
    assert set(server.sent.values()) == {1}


def test_no_network(updated: Cli) -> None:
    updated.setenv(READLIST_OAI_URL="http://127.0.0.1:9/oai", READLIST_ARXIV_DELAY="0.001")
    part = updated("snapshot", "update", code=3)
    assert "Nothing was harvested: what changed since 2026-11-01 is left. The same command continues." in part.err
    assert not updates_path(index_of(updated)).exists()


def test_a_refused_request_is_an_error(updated: Cli, server: OaiServer) -> None:
    server.queue(Fault("error", message="badArgument"))
    assert "badArgument" in updated("snapshot", "update", code=1).err


def test_a_short_delay_is_refused_for_arxiv_itself(cli: Cli) -> None:
    cli.setenv(READLIST_ARXIV_URL="http://127.0.0.1:9/", READLIST_ARXIV_DELAY="0.5")
    for url in ("https://oaipmh.arxiv.org/oai", "http://EXPORT.arxiv.org/oai2", ""):
        cli.setenv(READLIST_OAI_URL=url)
        error = cli("snapshot", "update", code=2).err
        assert "one request every 3 seconds" in error
        assert "arxiv.org" in error
    cli("list")  # what asks nothing is not bothered


def test_two_at_once(updated: Cli, server: OaiServer) -> None:
    with held(index_of(updated)):
        assert "another readlist" in updated("snapshot", "update", code=1).err
        assert "another readlist" in updated("snapshot", "build", "part.jsonl", code=1).err
    assert server.requests == []
    updated("snapshot", "update")


def test_a_new_index_begins_without_updates(updated: Cli, server: OaiServer) -> None:
    updated("snapshot", "update")
    result = updated("snapshot", "build", "part.jsonl")
    assert "readlist snapshot update brings the new one up to date" in result.err
    for path in (updates_path, lines_path, state_path):
        assert not path(index_of(updated)).exists()
    assert "update" not in updated("snapshot", "build", "part.jsonl").err
    asked = len(server.requests)
    updated("snapshot", "update")
    assert server.asked()[asked] == "2026-11-01"


def test_a_build_that_fails_keeps_the_updates(updated: Cli) -> None:
    updated("snapshot", "update")
    (updated.folder / "bad.jsonl").write_text("nothing\n")
    updated("snapshot", "build", "bad.jsonl", code=1)
    assert updates_path(index_of(updated)).exists()
    assert len(harvested(updated)) == 35


def start(cli: Cli, server: OaiServer, delay: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "READLIST_OAI_URL": server.url, "READLIST_ARXIV_DELAY": delay}
    return subprocess.Popen(
        [sys.executable, "-m", "readlist", "snapshot", "update"],
        env=environment,
        cwd=cli.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("after", [1, 3])
def test_killed_between_pages_and_resumed(updated: Cli, server: OaiServer, after: int) -> None:
    server.drip = 600.0  # the page after these hangs
    server.queue(*[Fault("")] * after, "drip")
    process = start(updated, server, "0.02")
    try:
        until(lambda: len(server.requests) > after, "the request that hangs")
    finally:
        process.kill()
        process.communicate()
    assert json.loads(state_path(index_of(updated)).read_text())["pages"] == after
    out = updated("snapshot", "update").out
    assert out == "35 records changed since 2026-11-01, 34 new; the index now knows arXiv up to 2026-11-18\n"
    assert harvested(updated) == [row["id"] for row in ROWS]
    assert len(server.requests) == 5
    assert set(server.sent.values()) == {1}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupted_what_came_is_used(updated: Cli, server: OaiServer) -> None:
    lines = lines_path(index_of(updated))
    process = start(updated, server, "60")
    try:
        until(lambda: lines.exists() and lines.read_bytes().count(b"\n") == 10, "the first page")
        until(lambda: taken(pace_folder(server.url, updated.home) / "arxiv.lock"), "the process in line for its turn")
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err.strip() == "readlist: interrupted; what was done is kept, and the same command goes on from there"
    with SnapshotIndex(updates_path(index_of(updated))) as overlay:
        assert overlay.info.records == 10
        updated("snapshot", "update")
    assert set(server.sent.values()) == {1}


def test_the_pace_is_kept_from_one_run_to_the_next(
    updated: Cli, server: OaiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeTime()
    monkeypatch.setattr(asking, "pace_of", lambda url, folder, delay, **_: pace_of(url, folder, delay, clock=fake.clock,
                                                                                   sleep=fake.sleep))  # fmt: skip
    updated.setenv(READLIST_ARXIV_DELAY="3")
    updated("snapshot", "update")
    assert fake.slept == pytest.approx(9, rel=0.03)
    updated("snapshot", "update")
    assert fake.slept == pytest.approx(12, rel=0.03)
    assert len(server.requests) == 5


def test_progress_counts_pages(updated: Cli, server: OaiServer) -> None:
    told: list[Progress] = []
    update_snapshot(index_of(updated), NOW, url=server.url, delay=0.02, home=updated.home, report=told.append)
    harvest = [progress for progress in told if progress.stage == "OAI-PMH"]
    assert [progress.text for progress in harvest if not progress.wait] == [
        "0 pages", "1 page, up to 2026-11-15", "2 pages, up to 2026-11-16", "3 pages, up to 2026-11-18",
        "4 pages, up to 2026-11-18"]  # fmt: skip
    assert harvest[-1].done == 35
    assert told[-1].stage == "index"


def test_a_pause_is_told_with_its_reason_and_how_far_it_is(updated: Cli, server: OaiServer) -> None:
    server.queue(Fault(""), status(503, retry_after="600"))

    class Enough(Exception):
        pass

    def report(progress: Progress) -> None:
        if "503" in progress.text:
            assert 0 < progress.wait <= 600
            raise Enough(progress.text)

    with pytest.raises(Enough, match=r"failed \(503\); 1 page, up to 2026-11-15$"):
        update_snapshot(index_of(updated), NOW, url=server.url, delay=0.02, home=updated.home, report=report)
