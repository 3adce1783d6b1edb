"""The command line against our strict local services: arXiv and Zotero, faults and interruptions included."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from readlist.resolver.arxiv_api.pace import pace_folder
from tests.servers.arxiv import ArxivServer, status
from tests.servers.arxiv_samples import dump_questions, made_up, neighbourhood
from tests.servers.zotero import ZoteroServer
from tests.support import Cli, listing, record, taken, until, write_snapshot

ROWS = made_up(15)
ENTRIES = [(row["title"], " ".join(row["abstract"].split())) for row in ROWS[:12]]


@pytest.fixture
def arxiv() -> Iterator[ArxivServer]:
    with ArxivServer(ROWS) as server:
        yield server


@pytest.fixture
def zotero() -> Iterator[ZoteroServer]:
    with ZoteroServer() as server:
        yield server


@pytest.fixture
def asked(cli: Cli, arxiv: ArxivServer) -> Cli:
    """A dozen papers in the list and a quick service to ask."""
    cli.setenv(READLIST_ARXIV_URL=arxiv.url, READLIST_ARXIV_DELAY="0.01")
    (cli.folder / "june.txt").write_text(listing(ENTRIES), encoding="utf-8")
    cli("import", "june.txt")
    return cli


def test_resolve_through_the_api(asked: Cli, arxiv: ArxivServer) -> None:
    found = asked("resolve", "--json").json
    assert (found["tried"], found["matched"], found["failed"], found["source"]) == (12, 12, 0, "api")
    assert found["requests"] == len(arxiv.requests) <= 2
    assert asked("resolve", "--json").json["tried"] == 0


def test_import_and_resolve_in_one_go(cli: Cli, arxiv: ArxivServer) -> None:
    cli.setenv(READLIST_ARXIV_URL=arxiv.url, READLIST_ARXIV_DELAY="0.01")
    cli("import", ROWS[0]["id"], "--resolve")
    assert cli("show", ROWS[0]["id"], "--json").json["title"] == ROWS[0]["title"]


def test_a_service_that_fails_is_said_and_the_same_command_continues(asked: Cli, arxiv: ArxivServer) -> None:
    arxiv.queue(*["html"] * 8)
    part = asked("resolve", "--json", code=3)
    assert part.json["failed"] == 12
    assert "The same command continues." in part.err
    arxiv.faults.clear()
    assert asked("resolve", "--json").json["matched"] == 12


@pytest.mark.parametrize("kind", ["empty", "half-entry", "nameless"])
def test_what_did_not_come_whole_is_left_and_never_not_found(asked: Cli, arxiv: ArxivServer, kind: str) -> None:
    arxiv.queue(*[kind] * 40)
    part = asked("resolve", "--json", code=3)
    assert part.json["failed"] > 0
    assert part.json["not_found"] == 0
    assert part.json["requests"] == len(arxiv.requests) <= 12
    assert part.err.startswith("readlist: ")
    assert part.err.count("\n") == 2
    arxiv.faults.clear()
    assert asked("resolve", "--json").json["matched"] == part.json["failed"]


def test_a_service_that_refuses_everything_is_left_soon(asked: Cli, arxiv: ArxivServer) -> None:
    arxiv.queue(*[status(400)] * 400)
    part = asked("resolve", "--json", code=3)
    assert (part.json["failed"], part.json["requests"]) == (12, 9)
    assert "is arxiv.url right?" in part.err


def test_a_title_that_cannot_be_asked_for_is_left(asked: Cli, arxiv: ArxivServer) -> None:
    (asked.folder / "july.txt").write_text(listing([("To Be or Not to Be", "")]), encoding="utf-8")
    asked("import", "july.txt")
    part = asked("resolve", "--json", code=3)
    assert (part.json["matched"], part.json["not_found"], part.json["failed"]) == (12, 0, 1)
    assert "the API cannot search for a title without words of content" in part.err
    assert len(arxiv.requests) <= 2


def test_no_network(cli: Cli) -> None:
    cli.setenv(READLIST_ARXIV_URL="http://127.0.0.1:9/api/query", READLIST_ARXIV_DELAY="0.001")
    cli("import", "2401.07519")
    part = cli("resolve", code=3)
    assert part.err == (
        "readlist: 1 paper not asked for: no connection to 127.0.0.1:9 (Connection refused)\n"
        "The same command continues.\n"
    )


def test_no_network_but_a_snapshot(cli: Cli) -> None:
    """What it matches is matched; a doubt about a paper newer than it waits in review; the rest stays open."""
    cli.setenv(READLIST_ARXIV_URL="http://127.0.0.1:9/api/query", READLIST_ARXIV_DELAY="0.001")
    known = [record(f"2401.0000{n}", f"Title of paper number {n}") for n in range(1, 4)]
    new = [("Title of paper number 2, part II", known[1].abstract, "• 2 authors", "Mar 3, 2024")]
    old = [(found.title, found.abstract) for found in known]
    (cli.folder / "june.txt").write_text(listing([*old, *new, ("Not on arXiv", "")]), encoding="utf-8")
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", known))
    part = cli("resolve", "--json", code=3)
    counted = {name: part.json[name] for name in ("tried", "matched", "review", "not_found", "failed")}
    assert counted == {"tried": 5, "matched": 3, "review": 1, "not_found": 0, "failed": 1}
    assert part.err == (
        "readlist: 1 paper not asked for; 1 paper newer than the snapshot in review, not asked for: "
        "no connection to 127.0.0.1:9 (Connection refused)\n"
        "The same command continues.\n"
    )
    assert cli("resolve", "--json", code=3).json["tried"] == 2
    assert cli("resolve", "--again", "--json", code=3).json["tried"] == 2


def test_setting_a_record_asks_the_service(asked: Cli, arxiv: ArxivServer) -> None:
    asked("review", "set", "p1", ROWS[5]["id"])
    found = asked("show", "p1", "--json").json
    assert (found["arxiv_id"], found["match"]["decided_by"]) == (ROWS[5]["id"], "person")
    assert len(arxiv.requests) == 1
    assert "no record of 2412.99999 was found" in asked("review", "set", "p2", "2412.99999", code=2).err


def test_ctrl_c_keeps_what_was_answered(asked: Cli, arxiv: ArxivServer) -> None:
    """A real process, interrupted between two requests: exit 130, nothing lost, nothing asked twice."""
    asked("import", *(row["id"] for row in ROWS[12:]))
    environment = {**os.environ, "READLIST_ARXIV_DELAY": "600", "PYTHONPATH": str(Path(__file__).parents[2])}
    program = subprocess.Popen(
        [sys.executable, "-m", "readlist", "resolve"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment,
    )  # fmt: skip
    try:
        until(lambda: len(asked("list", "match:matched", "--ids").out.split()) == 3, "the answer to the ids")
        until(lambda: taken(pace_folder(arxiv.url, asked.home) / "arxiv.lock"), "the program in line for its next turn")
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=120)
    finally:
        program.kill()
    assert program.returncode == 130
    told = "what was answered is kept, 12 papers left, and the same command goes on from there"
    assert err.strip() == f"readlist: interrupted; {told}"
    assert asked("list", "match:matched", "--ids").out == "p13\np14\np15\n"
    before = len(arxiv.requests)
    left = asked("resolve", "--json").json
    assert (left["tried"], left["matched"]) == (12, 12)
    assert not any(request.parameters.get("id_list") for request in arxiv.requests[before:])


def test_the_real_dumps_through_the_api(cli: Cli, dumps: list[Path]) -> None:
    with ArxivServer(neighbourhood(dump_questions(), 4000)) as server:
        cli.setenv(READLIST_ARXIV_URL=server.url, READLIST_ARXIV_DELAY="0.01")
        cli("import", *dumps)
        found = cli("resolve", "--json").json
    assert found["matched"] + found["review"] == 146
    assert found["matched"] >= 144
    assert found["requests"] <= 9


@pytest.fixture
def pushed(cli: Cli, zotero: ZoteroServer) -> Cli:
    """Three papers resolved, one not, and a key for a Zotero server."""
    cli.setenv(READLIST_ZOTERO_URL=zotero.url, READLIST_ZOTERO_API_KEY="testkey")
    records = [record(f"2401.0000{n}", f"Title of paper number {n}", categories=("cs.CV",)) for n in range(1, 4)]
    entries = [(found.title, found.abstract) for found in records]
    (cli.folder / "june.txt").write_text(listing([*entries, ("Not on arXiv", "")]), encoding="utf-8")
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", records))
    cli("resolve", "--source", "snapshot")
    return cli


def test_push(pushed: Cli, zotero: ZoteroServer) -> None:
    pushed("status", "reading", "p1")
    pushed("tag", "p1", "+faces")
    plan = pushed("zotero", "plan", "--json").json
    assert [row["id"] for row in plan["push"]["create"]] == ["p1", "p2", "p3"]
    assert zotero.items() == []
    done = pushed("zotero", "sync", "--push-only", "--json").json
    assert [row["id"] for row in done["push"]["create"]] == ["p1", "p2", "p3"]
    assert done["left"] == []
    first = next(item for item in zotero.items() if item["archiveID"] == "arXiv:2401.00001")
    assert (first["itemType"], first["DOI"], first["citationKey"]) == (
        "preprint",
        "10.48550/arXiv.2401.00001",
        "lovelace2024title",
    )
    assert first["extra"].splitlines()[:2] == ["arXiv:2401.00001 [cs.CV]", "Read_Status: In Progress"]
    assert first["tags"] == [{"tag": "faces"}]
    shown = pushed("show", "p1", "--json").json["zotero"]
    assert (shown["library"], shown["key"], shown["synced"]) == ("user:12345", first["key"], "2026-11-20T09:00:00Z")
    again = pushed("zotero", "sync", "--push-only", "--json").json
    assert (again["push"], again["unchanged"]) == ({"create": [], "update": [], "trash": []}, 3)
    assert pushed("list", "has:zotero", "--ids").out == "p1\np2\np3\n"


def test_what_changes_here_changes_there(pushed: Cli, zotero: ZoteroServer) -> None:
    pushed("zotero", "sync", "--push-only")
    pushed("status", "skipped", "p2")
    pushed("remove", "p3")
    out = pushed("zotero", "sync", "--push-only").out
    assert "1 item updated" in out
    assert "1 item moved to the trash" in out
    items = {item["archiveID"]: item for item in zotero.items()}
    assert "Read_Status: Not Reading" in items["arXiv:2401.00002"]["extra"]
    assert items["arXiv:2401.00003"]["deleted"] == 1
    pushed("undo")
    pushed("zotero", "sync", "--push-only")
    assert not zotero.item(items["arXiv:2401.00003"]["key"]).get("deleted")


def test_items_that_are_there_are_taken_over(pushed: Cli, zotero: ZoteroServer) -> None:
    mine = {"itemType": "preprint", "title": "My own wording", "url": "https://arxiv.org/abs/2401.00002v3",
            "creators": [], "tags": [{"tag": "old"}], "collections": [], "extra": "mine: yes"}  # fmt: skip
    key = zotero.add(mine)
    pushed("zotero", "sync", "--push-only")
    assert len(zotero.items()) == 3
    assert (zotero.item(key)["title"], zotero.item(key)["tags"]) == ("My own wording", [{"tag": "old"}])
    assert "mine: yes" in zotero.item(key)["extra"].splitlines()


@pytest.mark.parametrize("fault", ["reset-before", "reset-after"])
def test_a_lost_answer_doubles_nothing(pushed: Cli, zotero: ZoteroServer, fault: str) -> None:
    zotero.fault(fault, method="POST")
    pushed("zotero", "sync", "--push-only", code=None)
    pushed("zotero", "sync", "--push-only")
    assert sorted(item["archiveID"] for item in zotero.items()) == [f"arXiv:2401.0000{n}" for n in (1, 2, 3)]


def test_login_checks_the_key_and_keeps_it_to_its_owner(cli: Cli, zotero: ZoteroServer) -> None:
    cli.setenv(READLIST_ZOTERO_URL=zotero.url, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert "does not know this API key" in cli("zotero", "login", stdin="wrong\n", code=1).err
    assert "no key given" in cli("zotero", "login", stdin="\n", code=2).err
    assert cli("zotero", "login", stdin="testkey\n").out == "tester: may read and write user:12345\n"
    kept = cli.home / "zotero-key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert cli("zotero", "status", "--json").json["write"] is True
    cli("zotero", "logout")
    assert not kept.exists()
    assert "no Zotero key yet" in cli("zotero", "status", code=2).err


def test_a_key_that_may_only_read_is_said(cli: Cli) -> None:
    with ZoteroServer(write=False) as server:
        cli.setenv(READLIST_ZOTERO_URL=server.url, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
        assert "may not write" in cli("zotero", "login", stdin="testkey\n", code=3).err


def test_several_libraries(pushed: Cli, zotero: ZoteroServer) -> None:
    pushed.setenv(READLIST_ZOTERO_LIBRARY="user:12345, group:678")
    told = pushed("zotero", "sync").out
    assert "user:12345, group:678: 6 items created" in told
    assert len(zotero.items()) == len(zotero.items("groups")) == 3
    [first, *_] = zotero.items("groups")
    zotero.edit(first["key"], "groups", title="Worded in the group")
    pushed("zotero", "sync")
    assert "Worded in the group" in pushed("list").out
    pushed("zotero", "sync")
    assert "Worded in the group" in {item["title"] for item in zotero.items()}
    document = pushed("zotero", "sync", "--json").json
    assert (document["unchanged"], document["library"]) == (6, "user:12345, group:678")


def test_libraries_that_cannot_be(cli: Cli) -> None:
    cli.setenv(READLIST_ZOTERO_LIBRARY="user:1,local")
    assert "at once" in cli("zotero", "plan", code=2).err
    cli.setenv(READLIST_ZOTERO_LIBRARY="user:1,nobody")
    assert "'nobody' is not user:12345" in cli("zotero", "plan", code=2).err


def test_keys_that_zotero_shows_are_made_as_the_settings_say(pushed: Cli, zotero: ZoteroServer) -> None:
    pushed.setenv(READLIST_KEYS_TEMPLATE="[Auth][year]x")
    pushed("zotero", "sync")
    keys = {item["citationKey"] for item in zotero.items()}
    assert len(keys) == 3
    assert all(re.fullmatch(r"[A-Z]\w+\d{4}x[a-z]?", key) for key in keys), keys
