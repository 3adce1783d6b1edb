"""The transport: each trap of pyzotero 1.16 (contracts/zotero.md, section 8), met and passed.

Where a naive pyzotero call fails, a test shows that it does, so that we notice when it no longer does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest
from pyzotero import errors
from pyzotero.zotero import Zotero

from readlist.errors import ServiceError, WrongUsage
from readlist.zotero.client import AmbiguousWrite, StaleLibrary, ZoteroClient
from tests.servers.zotero import KEY, USER, ZoteroServer
from tests.support import until
from tests.zotero.fakes import Time, Watcher, connect


@pytest.fixture
def server() -> Iterator[ZoteroServer]:
    with ZoteroServer() as running:
        yield running


@pytest.fixture
def naive(server: ZoteroServer) -> Iterator[Zotero]:
    """pyzotero as its manual shows it."""
    with httpx2.Client(timeout=5, trust_env=False) as client:
        zotero = Zotero(USER, "user", KEY, client=client)
        zotero.endpoint = server.url
        yield zotero


def item(key: str = "AAAA2222", **fields: Any) -> dict[str, Any]:
    return {"key": key, "version": 0, "itemType": "preprint", "title": "T"} | fields


def test_429_on_a_write_is_waited_out_and_repeated(server: ZoteroServer, naive: Zotero) -> None:
    server.fault("status", method="POST", code=429, seconds=7, text="Request rate limit exceeded")
    with pytest.raises(ValueError, match="Expecting value"):  # trap 1
        naive.create_items([item("BBBB2222")])
    server.fault("status", method="POST", code=429, seconds=7)
    clock, watcher = Time(), Watcher()
    with connect(server, clock, progress=watcher) as client:
        report = client.write_items([item()], version=0)
    assert set(report.successful) == {0}
    assert clock.slept == 7
    assert [wait.seconds for wait in watcher.waits] == [7, 6, 5, 4, 3, 2, 1]  # a countdown
    assert len(server.items()) == 1


def test_429_without_a_delay_is_waited_out(server: ZoteroServer, naive: Zotero) -> None:
    server.fault("status", code=429)
    with pytest.raises(errors.TooManyRetriesError):
        naive.items()
    server.fault("status", path="/items", code=429)
    clock = Time()
    with connect(server, clock) as client:
        assert client.changed_items(0) is not None
    assert clock.slept == 10


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_5xx_on_a_read_is_repeated(server: ZoteroServer, naive: Zotero, code: int) -> None:
    server.fault("status", code=code, seconds=4)
    with pytest.raises(errors.HTTPError):  # trap 2
        naive.items()
    server.fault("status", path="/items", code=code, seconds=4)
    server.fault("status", path="/items", code=code)
    clock = Time()
    with connect(server, clock) as client:
        assert client.changed_items(0) is not None
    assert clock.slept == 4 + 2  # what it asked for, then our own growing pause


def test_a_date_in_retry_after(server: ZoteroServer, naive: Zotero) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)
    server.fault("status", code=429, seconds=date)
    with pytest.raises(ValueError, match="could not convert"):  # trap 10
        naive.items()
    server.fault("status", path="/items", code=429, seconds=date)
    clock = Time()
    with connect(server, clock) as client:
        assert client.changed_items(0) is not None
    assert 0 < clock.slept <= 120


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
def test_a_broken_read_is_repeated(server: ZoteroServer, naive: Zotero, kind: str) -> None:
    server.add({"itemType": "book", "title": "B"})
    server.fault(kind)
    with pytest.raises((httpx2.TransportError, ValueError)):  # trap 3
        naive.items()
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


def test_no_connection_is_one_sentence() -> None:
    clock = Time()
    with (
        ZoteroClient(KEY, url="http://127.0.0.1:9", sleep=clock.sleep, clock=clock.clock) as client,
        pytest.raises(ServiceError, match="cannot be reached"),
    ):
        client.access()
    assert clock.slept > 10


def test_failures_of_single_objects_are_reported(server: ZoteroServer, naive: Zotero) -> None:
    naive.create_items([item("CCCC2222")])
    assert naive.update_items([{"key": "CCCC2222", "version": 1, "publicationTitle": "X"}]) is True  # trap 4
    with connect(server) as client:
        report = client.write_items([item(), item("BBBB2222", publicationTitle="X & Y")], version=99)
    assert set(report.successful) == {0}
    assert report.failed == {1: (400, "'publicationTitle' is not a valid field for type 'preprint'")}


def test_objects_have_versions_of_their_own(server: ZoteroServer) -> None:
    with connect(server) as client:
        report = client.write_items([item(), item("BBBB2222")], version=0)
    assert [report.successful[i]["version"] for i in (0, 1)] == [1, 2]
    assert report.version == 2


def test_an_update_sends_only_what_it_says(server: ZoteroServer) -> None:
    """pyzotero's update_item sends the whole item, tags included, and asks for all field names first (trap 6)."""
    key = server.add({"itemType": "preprint", "title": "T", "tags": [{"tag": "a"}]})
    with connect(server) as client:
        client.write_items([{"key": key, "version": 1, "title": "U"}], version=1)
    posts = [entry for entry in server.log if entry.method == "POST"]
    assert posts[0].body == [{"key": key, "version": 1, "title": "U"}]
    assert not any("itemFields" in entry.path for entry in server.log)


def test_an_address_with_tags_in_it_is_no_list_of_tags() -> None:
    with ZoteroServer(prefix="/tags") as server:
        server.add({"itemType": "book", "title": "B"})
        with httpx2.Client(trust_env=False) as http:
            naive = Zotero(USER, "user", KEY, client=http)
            naive.endpoint = server.url
            with pytest.raises(KeyError):  # trap 7
                naive.items()
        with connect(server) as client:
            listing = client.changed_items(0)
    assert listing is not None
    assert listing.items[0]["data"]["title"] == "B"


def test_pages_are_asked_for_by_start(server: ZoteroServer) -> None:
    for number in range(230):
        server.add({"itemType": "book", "title": f"B{number}"})
    watcher = Watcher()
    with connect(server, library=f"user:{USER}", progress=watcher) as client:
        listing = client.changed_items(0)
        assert client.requests == 3
    assert listing is not None
    assert len({entry["key"] for entry in listing.items}) == 230


def test_a_repeated_tag_is_lost_by_the_links(server: ZoteroServer, naive: Zotero) -> None:
    """Trap 8, which is why we never follow a link."""
    for number in range(3):
        server.add({"itemType": "book", "title": f"B{number}", "tags": [{"tag": "a"}, {"tag": "b"}]})
    first = naive.items(tag=["a", "b"], limit=2)
    assert len(naive.everything(first)) < 3


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


def test_412_is_told_apart(server: ZoteroServer) -> None:
    server.add({"itemType": "book", "title": "B"})
    with connect(server) as client:
        with pytest.raises(StaleLibrary):  # trap 9
            client.write_items([item()], version=0)
        client.write_items([item()], version=1)
        report = client.write_items([item()], version=2)
    assert report.failed[0][0] == 412


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


def test_parameters_of_a_failed_call_do_not_reach_the_next(server: ZoteroServer) -> None:
    with connect(server, library=f"user:{USER}") as client:
        server.fault("status", path="/items", code=404)
        with pytest.raises(ServiceError):
            client.items_by_key(["AAAA2222"])
        client.collections()
    assert "itemKey" not in dict(server.log[-1].query)


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


@pytest.mark.parametrize("spec", ["local", "12345", "user:", "user:x", "group:-1", "user:0"])
def test_library_specs_that_cannot_be(spec: str) -> None:
    with pytest.raises(WrongUsage, match=r"local|not a Zotero library"):
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
