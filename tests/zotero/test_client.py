"""The transport: waits, broken answers, listings, and the sentences of what cannot work. See test_traps.py too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from readlist import __version__
from readlist.errors import ReadlistError, ServiceError, WrongUsage
from readlist.zotero.client import AmbiguousWrite, Group, ZoteroClient
from tests.servers.zotero import KEY, USER, ZoteroServer
from tests.support import until
from tests.zotero.fakes import Time, Watcher, connect


@pytest.fixture
def server() -> Iterator[ZoteroServer]:
    with ZoteroServer() as running:
        yield running


def item(key: str = "AAAA2222", **fields: Any) -> dict[str, Any]:
    return {"key": key, "version": 0, "itemType": "preprint", "title": "T"} | fields


def test_429_without_a_delay_is_waited_out(server: ZoteroServer) -> None:
    server.fault("status", path="/items", code=429)
    clock = Time()
    with connect(server, clock) as client:
        assert client.changed_items(0) is not None
    assert clock.slept == 10


def test_backoff_is_a_pause_before_the_next_request(server: ZoteroServer, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("pyzotero._client.time.sleep", slept.append)  # pyzotero's own pause would be deaf to Ctrl-C
    server.fault("backoff", path="/items", seconds=5)
    clock, watcher = Time(), Watcher()
    with connect(server, clock, progress=watcher) as client:
        client.changed_items(0)
        assert clock.slept == 0
        client.collections()
    assert clock.slept == 5
    assert slept == []
    assert watcher.waits[0].seconds == 5


def test_endless_refusal_ends(server: ZoteroServer) -> None:
    server.fault("status", code=429, seconds=1, times=99)
    with connect(server) as client, pytest.raises(ServiceError, match="too many"):
        client.access()
    assert server.requests < 10


def test_a_very_long_wait_is_refused(server: ZoteroServer) -> None:
    server.fault("status", code=503, seconds=7200)
    clock = Time()
    with connect(server, clock) as client, pytest.raises(ServiceError, match="come back in 2 hours"):
        client.access()
    assert clock.slept == 0


@pytest.mark.parametrize("kind", ["reset-before", "reset-after", "short", "cut"])
def test_a_broken_read_is_repeated(server: ZoteroServer, kind: str) -> None:
    server.add({"itemType": "book", "title": "B"})
    server.fault(kind, path="/items")
    with connect(server) as client:
        listing = client.changed_items(0)
    assert listing is not None
    assert len(listing.items) == 1


@pytest.mark.parametrize("kind", ["reset-after", "short", "cut", "lost", "partial"])
def test_a_write_with_a_lost_answer_is_not_repeated_blindly(server: ZoteroServer, kind: str) -> None:
    server.fault(kind, method="POST", count=1)
    with connect(server) as client, pytest.raises(AmbiguousWrite):
        client.write_items([item(), item("BBBB2222")], version=0)
    assert sum(1 for entry in server.log if entry.method == "POST") == 1
    assert len(server.items()) == (1 if kind == "partial" else 2)


def test_a_slow_answer_is_a_lost_one(server: ZoteroServer) -> None:
    server.fault("slow", method="POST", seconds=2)
    with connect(server, timeout=0.1) as client, pytest.raises(AmbiguousWrite):
        client.write_items([item()], version=0)
    until(server.items, "the write whose answer came too late")
    assert len(server.items()) == 1


def test_a_host_that_never_answered_is_given_up_soon() -> None:
    clock, watcher = Time(), Watcher()
    with (
        ZoteroClient(KEY, url="http://127.0.0.1:9", sleep=clock.sleep, clock=clock.clock, progress=watcher) as client,
        pytest.raises(ServiceError, match=r"cannot be reached: .*\. The list is untouched; try again later\."),
    ):
        client.access()
    assert clock.slept == 3
    assert [wait.seconds for wait in watcher.waits] == [1, 2, 1]
    assert "127.0.0.1" in watcher.waits[0].reason


def test_a_host_that_answered_before_is_worth_waiting_for(server: ZoteroServer) -> None:
    clock = Time()
    with connect(server, clock) as client:
        client.access()
        server.fault("reset-before", times=5)
        assert client.changed_items(0) is not None
        assert clock.slept == 1 + 2 + 4 + 8 + 16
        server.fault("reset-before", times=99)
        with pytest.raises(ServiceError, match=r"cannot be reached: .*\. Try again later\."):
            client.changed_items(0)


def test_who_asks(server: ZoteroServer) -> None:
    with connect(server, contact="mailto:me@example.org") as client:
        client.changed_items(0)
    agents = {entry.headers["User-Agent"] for entry in server.log}
    assert agents == {f"readlist/{__version__} (mailto:me@example.org)"}


def test_objects_have_versions_of_their_own(server: ZoteroServer) -> None:
    with connect(server) as client:
        report = client.write_items([item(), item("BBBB2222")], version=0)
    assert [report.successful[i]["version"] for i in (0, 1)] == [1, 2]
    assert report.version == 2


def test_a_library_that_changes_between_pages_is_read_again(server: ZoteroServer) -> None:
    for number in range(150):
        server.add({"itemType": "book", "title": f"B{number}"})
    edited: list[bool] = []

    def on_second_page(entry: Any) -> None:
        del entry
        if not edited:
            edited.append(True)
            server.add({"itemType": "book", "title": "late"})

    with connect(server, library=f"user:{USER}") as client:
        client._http.event_hooks = {
            "request": [lambda request: on_second_page(request) if "start=100" in str(request.url) else None]
        }
        listing = client.changed_items(0)
    assert listing is not None
    assert len(listing.items) == 151
    assert listing.version == 151


def test_nothing_changed_is_one_request_without_a_body(server: ZoteroServer) -> None:
    server.add({"itemType": "book", "title": "B"})
    with connect(server, library=f"user:{USER}") as client:
        assert client.changed_items(1) is None
        assert client.requests == 1
    assert server.log[-1].status == 304
    assert server.log[-1].headers["User-Agent"].startswith("readlist/")


def test_trashed_items_are_listed(server: ZoteroServer) -> None:
    server.add({"itemType": "book", "title": "B", "deleted": 1})
    with connect(server) as client:
        listing = client.changed_items(0)
    assert listing is not None
    assert listing.items[0]["data"]["deleted"] == 1


def test_a_wrong_key_is_one_clear_sentence(server: ZoteroServer) -> None:
    with connect(server, api_key="nonsense") as client, pytest.raises(ServiceError, match="does not know this API key"):
        client.access()
    assert server.requests == 1  # five bad keys in five minutes lock an address out


def test_the_key_is_in_no_address(server: ZoteroServer) -> None:
    with connect(server) as client:
        client.require_write()
        client.changed_items(0)
    assert not any(KEY in str((entry.path, entry.query)) for entry in server.log)


def test_a_key_that_may_only_read() -> None:
    with (
        ZoteroServer(write=False) as server,
        connect(server) as client,
        pytest.raises(ServiceError, match="may not write to your personal library"),
    ):
        client.require_write()


@pytest.mark.parametrize(
    ("library", "sentence"),
    [("user:999", "belongs to user:12345"), ("group:1", "may not read or write group 1")],
)
def test_another_library_than_the_keys(server: ZoteroServer, library: str, sentence: str) -> None:
    with connect(server, library=library) as client, pytest.raises(ServiceError, match=sentence):
        client.require_write()


def test_group_libraries(server: ZoteroServer) -> None:
    with connect(server, library="group:678") as client:
        client.require_write()
        client.write_items([item()], version=0)
    assert len(server.items("groups")) == 1
    assert server.items() == []


def test_the_library_is_that_of_the_key(server: ZoteroServer) -> None:
    with connect(server) as client:
        assert str(client.library) == f"user:{USER}"


@pytest.mark.parametrize("spec", ["12345", "user:", "user:x", "group:-1", "user:0"])
def test_library_specs_that_cannot_be(spec: str) -> None:
    with pytest.raises(WrongUsage, match="not a Zotero library"):
        ZoteroClient(KEY, library=spec)


@pytest.mark.parametrize("url", ["zotero.org", "ftp://x", "http://"])
def test_addresses_that_cannot_be(url: str) -> None:
    with pytest.raises(WrongUsage, match=r"zotero\.url"):
        ZoteroClient(KEY, url=url)


@pytest.mark.parametrize("key", ["", "  ", "kéy", "a\nb"])
def test_keys_that_cannot_be(key: str) -> None:
    with pytest.raises(WrongUsage, match="no Zotero API key"):
        ZoteroClient(key)


def test_something_that_is_no_zotero_server(server: ZoteroServer) -> None:
    server.world.keys[KEY] = {"hello": "world"}
    with connect(server) as client, pytest.raises(ServiceError, match="does not answer like a Zotero server"):
        client.access()


def test_notes_are_listed_with_all_that_is_in_the_trash(server: ZoteroServer) -> None:
    key = server.add({"itemType": "book", "title": "B"})
    for number in range(130):
        server.add({"itemType": "note", "parentItem": key, "note": f"<p>{number}</p>", "deleted": number % 2})
    with connect(server) as client:
        everything = client.changed_items(0, notes=True)
        late = client.changed_items(121, notes=True)
        assert client.changed_items(server.library().version, notes=True) is None
    assert everything is not None
    assert late is not None
    assert (len(everything.items), everything.complete) == (131, True)
    assert (len(late.items), late.complete) == (10, False)
    assert {row["data"].get("parentItem", key) for row in everything.items} == {key}
    assert everything.version == server.library().version


def test_notes_are_read_again_when_the_library_moves(server: ZoteroServer) -> None:
    for number in range(150):
        server.add({"itemType": "note", "note": f"<p>{number}</p>"})
    edited: list[bool] = []

    def meddle(request: httpx2.Request) -> None:
        if "start=100" in str(request.url) and not edited:
            edited.append(True)
            server.add({"itemType": "note", "note": "<p>late</p>"})

    with connect(server) as client:
        client._http.event_hooks = {"request": [meddle]}
        listing = client.changed_items(0, notes=True)
    assert listing is not None
    assert len(listing.items) == 151


def test_groups_of_a_key(server: ZoteroServer) -> None:
    with connect(server) as client:
        assert client.groups() == (Group(678, "Library 678", write=True),)
    server.world.keys[KEY]["access"]["groups"] = {"678": {"library": True, "write": False}}
    with connect(server) as client:
        [group] = client.groups()
    assert (group.write, group.library) == (False, "group:678")


PDF = b"%PDF-1.7 the content"


def test_a_pdf_is_uploaded_once(server: ZoteroServer, tmp_path: Path) -> None:
    key = server.add({"itemType": "preprint", "title": "T"})
    path = tmp_path / "wang 2024.pdf"
    path.write_bytes(PDF)
    with connect(server) as client:
        first = client.upload_pdf(key, path)
        again = client.upload_pdf(key, path)
        rows = client.attachments(key)
    assert (first.new, again.new) == (True, False)
    assert first.key == again.key == rows[0]["key"]
    [file] = [item for item in server.items() if item["itemType"] == "attachment"]
    assert (file["parentItem"], file["filename"], file["md5"]) == (key, path.name, first.md5)
    assert (file["contentType"], file["linkMode"]) == ("application/pdf", "imported_file")
    assert server.world.files[first.md5] == PDF
    assert server.count("POST", "/storage") == 1


@pytest.mark.parametrize("kind", ["reset-before", "reset-after", "cut", "lost", "short"])
@pytest.mark.parametrize("step", ["/items", "/file", "/storage"])
def test_an_upload_that_is_interrupted_goes_on(server: ZoteroServer, tmp_path: Path, kind: str, step: str) -> None:
    key = server.add({"itemType": "preprint", "title": "T"})
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    server.fault(kind, method="POST", path=step)
    with connect(server) as client:
        done = client.upload_pdf(key, path)
    [file] = [item for item in server.items() if item["itemType"] == "attachment"]
    assert (file["key"], file["md5"]) == (done.key, done.md5)
    assert server.world.files[done.md5] == PDF


def test_an_upload_that_was_given_up_is_taken_up_again(server: ZoteroServer, tmp_path: Path) -> None:
    key = server.add({"itemType": "preprint", "title": "T"})
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    server.fault("reset-before", method="POST", path="/file", times=99)
    clock, watcher = Time(), Watcher()
    with connect(server, clock, progress=watcher) as client, pytest.raises(ServiceError, match="could not be uploaded"):
        client.upload_pdf(key, path)
    assert clock.slept == 1 + 2
    assert "a.pdf" in watcher.waits[0].reason
    server.world.faults.clear()
    with connect(server) as client:
        done = client.upload_pdf(key, path)
    [file] = [item for item in server.items() if item["itemType"] == "attachment"]
    assert (file["key"], file["md5"]) == (done.key, done.md5)


def test_a_registration_whose_answer_is_lost(server: ZoteroServer, tmp_path: Path) -> None:
    key = server.add({"itemType": "preprint", "title": "T"})
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)

    def lose(request: httpx2.Request) -> None:
        if request.method == "POST" and b"upload=" in request.content:
            server.fault("reset-after", method="POST", path="/file")

    with connect(server) as client:
        client._http.event_hooks = {"request": [lose]}
        done = client.upload_pdf(key, path)
    assert server.item(done.key)["md5"] == done.md5
    assert server.count("POST", "/storage") == 1


def test_uploads_that_cannot_be(server: ZoteroServer, tmp_path: Path) -> None:
    key = server.add({"itemType": "preprint", "title": "T"})
    path = tmp_path / "a.pdf"
    with connect(server) as client:
        with pytest.raises(ReadlistError, match="cannot be read"):
            client.upload_pdf(key, path)
        path.write_bytes(PDF)
        server.world.quota = 3
        with pytest.raises(ServiceError, match="quota"):
            client.upload_pdf(key, path)
    server.world.keys[KEY]["access"]["user"]["files"] = False
    with connect(server) as client, pytest.raises(ServiceError, match="File access denied"):
        client.upload_pdf(key, path)


def test_the_storage_never_sees_the_key(server: ZoteroServer, tmp_path: Path) -> None:
    key = server.add({"itemType": "preprint", "title": "T"})
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    with connect(server) as client:
        client.upload_pdf(key, path)
    [entry] = [entry for entry in server.log if entry.path == "/storage"]
    assert KEY not in str(entry.headers)
