"""The Zotero program on this machine: read from 7 on, written from 10 on, with its person's leave."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from readlist.errors import ServiceError
from readlist.zotero import local
from readlist.zotero.client import StaleLibrary, ZoteroClient
from tests.servers.zotero_desktop import SERVER_ID, ZoteroDesktop
from tests.zotero.fakes import MemoryStore, Time, Watcher, assert_one_each, connect, paper, run, several

BOOK = {"itemType": "book", "title": "B"}


@pytest.fixture
def desktop() -> Iterator[ZoteroDesktop]:
    with ZoteroDesktop() as running:
        yield running


def at(desktop: ZoteroDesktop, **options: Any) -> Any:
    return connect(desktop, **({"library": "local", "api_key": ""} | options))


def item(key: str = "AAAA2222", **fields: Any) -> dict[str, Any]:
    return {"key": key, "version": 0, "itemType": "preprint", "title": "T"} | fields


# The program itself


def test_the_program_keeps_to_its_rules(desktop: ZoteroDesktop) -> None:
    mine = {"Zotero-Server-ID": SERVER_ID}
    with httpx2.Client(base_url=desktop.url, trust_env=False) as http:
        for number in range(130):
            desktop.add(BOOK | {"title": str(number)})
        first = http.get("users/0/items/top")
        assert len(first.json()) == 130  # no limit unless asked for
        assert first.headers["Zotero-Server-ID"] == SERVER_ID
        assert len(http.get("users/0/items/top?limit=7").json()) == 7
        assert http.get("users/0/items/top", headers={"If-Modified-Since-Version": "130"}).status_code == 304
        assert http.get("users/99/items").status_code == 400
        assert http.get("users/0/deleted?since=0").status_code == 404
        assert http.get("keys/current").status_code == 404
        assert http.get("users/0/items", headers={"Zotero-API-Version": "2"}).status_code == 501
        assert http.get("users/0/items", headers={"Host": "evil.example"}).status_code == 400
        assert http.get("users/0/items", headers={"User-Agent": "Mozilla/5.0"}).status_code == 403
        assert http.get("users/0/items", headers={"Zotero-Server-ID": "other"}).status_code == 412
        assert http.post("users/0/items", json=[item()]).status_code == 428
        assert http.post("users/0/items", json=[item()], headers={"Zotero-Server-ID": "other"}).status_code == 412
        refused = http.post("users/0/items", json=[item()], headers=mine)
        assert (refused.status_code, "Zotero-Server-ID" in refused.headers) == (401, False)
        assert http.post("local/authorize", json={"appName": " "}, headers=mine).status_code == 400
        desktop.program.clicks = ["allow", "deny"]
        key = http.post("local/authorize", json={"appName": "x"}, headers=mine).json()["key"]
        assert http.post("local/authorize", json={"appName": "x"}, headers=mine).json() == {"denied": True}
        keyed = mine | {"Zotero-API-Key": key}
        assert http.post("users/0/items", json=[item()], headers=keyed).status_code == 200
        assert http.post("users/0/items", json=[item()], headers=keyed).status_code == 401  # good for one write
        for _ in range(3):
            http.post("local/authorize", json={"appName": "x"}, headers=mine)
        assert http.post("local/authorize", json={"appName": "x"}, headers=mine).status_code == 429


@pytest.mark.parametrize("version", [130, 0, 999])
def test_an_objects_version_must_be_equal(desktop: ZoteroDesktop, version: int) -> None:
    key = desktop.add(BOOK)
    mine = {"Zotero-Server-ID": SERVER_ID, "Zotero-API-Key": "k"}
    desktop.program.keys["k"] = True
    with httpx2.Client(base_url=desktop.url, trust_env=False, headers=mine) as http:
        report = http.post("users/0/items", json=[{"key": key, "version": version, "title": "C"}]).json()
        assert report["failed"]["0"]["code"] == 412
        report = http.post("users/0/items", json=[{"key": key, "version": 1, "title": "C"}]).json()
        assert report["successful"]["0"]["data"]["title"] == "C"


# Reading


def test_the_library_is_that_of_one_database(desktop: ZoteroDesktop) -> None:
    with at(desktop) as client:
        assert str(client.library) == f"local:{SERVER_ID}"
        assert (client.library.kind, client.library.id) == ("user", 0)
        assert client.access().missing(client.library) == ()
        assert client.groups() == ()
    with ZoteroDesktop(version="7.0.32") as old, at(old) as client:
        assert str(client.library) == "local"
        assert client.access().rights(client.library) == (True, False)


@pytest.mark.parametrize("version", ["7.0.32", "10.0.1"])
def test_a_listing_is_always_the_whole_library(version: str) -> None:
    """Nothing tells what was deleted, so what is not in the listing is gone."""
    with ZoteroDesktop(version=version) as desktop, at(desktop) as client:
        keys = [desktop.add(BOOK | {"title": str(number)}) for number in range(230)]
        note = desktop.add({"itemType": "note", "parentItem": keys[0], "note": "<p>x</p>", "deleted": 1})
        first = client.changed_items(0)
        assert first is not None
        assert (len(first.items), first.complete) == (230, True)
        assert client.changed_items(first.version) is None
        assert client.changed_items(first.version, notes=True) is None
        desktop.erase(keys[3])
        desktop.edit(keys[4], deleted=1)
        later = client.changed_items(first.version)
        notes = client.changed_items(first.version, notes=True)
        assert later is not None
        assert notes is not None
        assert {row["key"] for row in later.items} == set(keys) - {keys[3]}
        assert later.complete
        assert {row["key"] for row in notes.items} == {*keys, note} - {keys[3]}
        assert client.deleted(first.version) == ({}, desktop.library().version)
        assert client.collections().version == later.version
        assert [row["key"] for row in client.items_by_key([keys[4]]).items] == [keys[4]]
    assert desktop.program.asked == []  # reading asks nobody


def test_no_key_of_the_web_is_sent(desktop: ZoteroDesktop) -> None:
    with at(desktop, api_key="websecret") as client:
        client.changed_items(0)
        client.collections()
        client.attachments(desktop.add(BOOK))
    assert not any("websecret" in str(entry.headers) + str(entry.query) for entry in desktop.log)


# Writing


def test_writing_asks_the_person_once(desktop: ZoteroDesktop) -> None:
    kept: list[str] = []
    watcher = Watcher()
    with at(desktop, keep_key=kept.append, progress=watcher) as client:
        client.require_write()
        client.create_collection("Reading list", version=0)
        report = client.write_items([item()], version=1)
        client.write_items([{"key": "AAAA2222", "version": 2, "title": "U"}], version=2)
    assert report.successful[0]["version"] == 2
    assert desktop.item("AAAA2222")["title"] == "U"
    assert len(desktop.program.asked) == 1
    assert "window" in watcher.waits[0].reason
    with at(desktop, api_key=kept[0]) as client:
        client.require_write()
        client.write_items([item("BBBB2222")], version=3)
    assert len(desktop.program.asked) == 1


def test_leave_for_one_write_is_asked_for_again(desktop: ZoteroDesktop) -> None:
    desktop.program.clicks = ["allow"]
    kept: list[str] = []
    with at(desktop, keep_key=kept.append) as client:
        client.require_write()
        client.write_items([item()], version=0)
        client.write_items([item("BBBB2222")], version=1)
    assert len(desktop.items()) == 2
    assert len(desktop.program.asked) == 2
    assert kept == []


def test_connections_outlive_what_held_the_old_key(desktop: ZoteroDesktop) -> None:
    desktop.program.clicks = ["allow"]
    with at(desktop) as client:
        client.require_write()
        client.write_items([item()], version=0)
        client.write_items([item("BBBB2222")], version=1)
        gc.collect()
        client.write_items([item("CCCC2222")], version=2)
    assert len(desktop.items()) == 3


def test_a_key_that_zotero_forgot_is_asked_for_anew(desktop: ZoteroDesktop) -> None:
    with at(desktop, api_key="old") as client:
        client.require_write()
        assert client.write_items([item()], version=0).successful
    assert len(desktop.program.asked) == 1


def test_the_person_says_no(desktop: ZoteroDesktop) -> None:
    desktop.program.clicks = ["deny"]
    with at(desktop) as client, pytest.raises(ServiceError, match="told not to let readlist write"):
        client.require_write()
    with at(desktop, api_key="old") as client:
        client.require_write()
        with pytest.raises(ServiceError, match="told not to let readlist write"):
            client.write_items([item()], version=0)
    assert desktop.items() == []


def test_too_many_questions_are_waited_out(desktop: ZoteroDesktop) -> None:
    clock = Time()
    desktop.world.clock = clock.clock
    desktop.program.asked = [clock.now] * 5
    with connect(desktop, clock, library="local", api_key="") as client:
        client.require_write()
    assert clock.slept == 60


def test_stale_versions(desktop: ZoteroDesktop) -> None:
    desktop.add(BOOK)
    with at(desktop) as client:
        client.require_write()
        with pytest.raises(StaleLibrary):
            client.write_items([item()], version=0)
        assert client.write_items([item("CCCC2222")], version=1).successful
        assert client.write_items([item("CCCC2222")], version=2).failed[0][0] == 412


def test_another_database_answers(desktop: ZoteroDesktop) -> None:
    with at(desktop) as client:
        client.require_write()
        desktop.program.server_id = "desktop2bbbb"
        with pytest.raises(ServiceError, match="Another Zotero database"):
            client.changed_items(0)
        with pytest.raises(ServiceError, match="Another Zotero database"):
            client.write_items([item()], version=0)
    assert desktop.items() == []


def test_a_pdf(desktop: ZoteroDesktop, tmp_path: Path) -> None:
    key = desktop.add({"itemType": "preprint", "title": "T"})
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 content")
    with at(desktop) as client:
        client.require_write()
        done = client.upload_pdf(key, path)
        assert not client.upload_pdf(key, path).new
    assert desktop.item(done.key)["md5"] == done.md5
    assert desktop.world.files[done.md5] == b"%PDF-1.7 content"


def test_a_whole_sync(desktop: ZoteroDesktop, store: MemoryStore) -> None:
    result = run(desktop, store, several(60), library="local")
    assert result.complete
    assert result.library == f"local:{SERVER_ID}"
    assert_one_each(desktop, several(60))
    again = run(desktop, store, [paper(1, title="New"), *several(60)[1:]], library="local")
    assert [row.paper_id for row in again.updated] == [1]
    idle = run(desktop, store, [paper(1, title="New"), *several(60)[1:]], library="local")
    assert (idle.created, idle.updated, idle.trashed) == ((), (), ())
    assert idle.requests <= 4
    assert {item["title"] for item in desktop.items()} >= {"New"}


# What cannot work


def test_too_old_to_write() -> None:
    with (
        ZoteroDesktop(version="9.0.6") as desktop,
        at(desktop) as client,
        pytest.raises(ServiceError, match=r"This Zotero \(9\.0\.6\) can only be read"),
    ):
        client.require_write()


def test_switched_off() -> None:
    with (
        ZoteroDesktop(enabled=False) as desktop,
        at(desktop) as client,
        pytest.raises(ServiceError, match="Settings, Advanced"),
    ):
        client.access()


def test_not_running() -> None:
    clock = Time()
    with (
        ZoteroClient("", library="local", url="http://127.0.0.1:9", sleep=clock.sleep, clock=clock.clock) as client,
        pytest.raises(ServiceError, match="Zotero is not running"),
    ):
        client.access()
    assert clock.slept == 0


def test_addresses() -> None:
    assert local.base("https://api.zotero.org") == local.URL
    assert local.base("http://localhost:4000/api/") == "http://localhost:4000/api"
    assert local.is_local(" Local ")
    assert not local.is_local("user:1")
    assert not local.is_local(None)
