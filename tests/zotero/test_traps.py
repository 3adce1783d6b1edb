"""Section 8 of contracts/zotero.md, row by row: what pyzotero 1.16 leaves to its caller, and that our client does it.

Each test first shows the plain call failing on the strict server, so that we notice when it no longer does.
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

from readlist.zotero.client import AmbiguousWrite, StaleLibrary
from tests.servers.zotero import KEY, USER, ZoteroServer
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


def test_1_a_write_refused_as_too_many(server: ZoteroServer, naive: Zotero) -> None:
    server.fault("status", method="POST", code=429, seconds=7, text="Request rate limit exceeded")
    with pytest.raises(ValueError, match="Expecting value"):
        naive.create_items([item("BBBB2222")])
    naive.backoff_until = 0.0
    server.fault("status", method="POST", code=429, seconds=0, text="Request rate limit exceeded")
    assert naive.update_items([item("BBBB2222")]) is True
    assert server.items() == []  # said to be done, and nothing was written

    server.fault("status", method="POST", code=429, seconds=7)
    clock, watcher = Time(), Watcher()
    with connect(server, clock, progress=watcher) as client:
        report = client.write_items([item()], version=0)
    assert set(report.successful) == {0}
    assert clock.slept == 7
    assert [wait.seconds for wait in watcher.waits] == [7, 6, 5, 4, 3, 2, 1]  # a countdown
    assert len(server.items()) == 1


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_2_a_server_in_trouble(server: ZoteroServer, naive: Zotero, code: int) -> None:
    server.fault("status", code=code, seconds=4)
    with pytest.raises(errors.HTTPError):
        naive.items()
    assert naive.backoff_until == 0  # deaf to Retry-After

    server.fault("status", path="/items", code=code, seconds=4)
    server.fault("status", path="/items", code=code)
    clock = Time()
    with connect(server, clock) as client:
        assert client.changed_items(0) is not None
    assert clock.slept == 4 + 2  # what it asked for, then our own growing pause


@pytest.mark.parametrize("kind", ["reset-after", "short", "cut"])
def test_3_an_answer_that_gets_lost(server: ZoteroServer, naive: Zotero, kind: str) -> None:
    """A retry has a new write token, so it is no protection: the paper is in the library twice."""
    mine = {"itemType": "preprint", "title": "T"}
    server.fault(kind, method="POST")
    with pytest.raises((httpx2.TransportError, ValueError)):
        naive.create_items([dict(mine)])
    naive.create_items([dict(mine)])
    assert len(server.items()) == 2

    version = server.library().version
    server.fault(kind, method="POST")
    with connect(server) as client:
        with pytest.raises(AmbiguousWrite):
            client.write_items([item()], version=version)
        found = client.items_by_key(["AAAA2222"])  # so we look
        assert [row["key"] for row in found.items] == ["AAAA2222"]
        again = client.write_items([item()], version=found.version)
    assert again.failed[0][0] == 412  # and repeating it would do no harm
    assert len(server.items()) == 3


def test_4_failures_of_single_objects(server: ZoteroServer, naive: Zotero) -> None:
    naive.create_items([item("CCCC2222")])
    assert naive.update_items([{"key": "CCCC2222", "version": 1, "publicationTitle": "X"}]) is True
    assert "publicationTitle" not in server.item("CCCC2222")

    with connect(server) as client:
        report = client.write_items([item(), item("BBBB2222", publicationTitle="X & Y")], version=99)
    assert set(report.successful) == {0}
    assert report.failed == {1: (400, "'publicationTitle' is not a valid field for type 'preprint'")}


def test_5_removing_several_items(server: ZoteroServer, naive: Zotero) -> None:
    keys = [server.add({"itemType": "book", "title": title}) for title in "ab"]
    rows = [{"key": key, "version": server.item(key)["version"]} for key in keys]
    with pytest.raises(errors.PreConditionFailedError):  # it sends the first item's version as the library's
        naive.delete_item(rows)

    with connect(server) as client:  # we move items to the trash, each with its own version
        report = client.write_items([row | {"deleted": 1} for row in rows], version=server.library().version)
    assert set(report.successful) == {0, 1}
    assert all(server.item(key)["deleted"] == 1 for key in keys)


def test_6_an_update_says_only_what_it_means(server: ZoteroServer, naive: Zotero) -> None:
    key = server.add({"itemType": "preprint", "title": "T", "tags": [{"tag": "a"}]})
    naive.update_item(naive.item(key))
    assert server.count(path="itemFields") == 1  # it asks for all field names first
    assert server.item(key)["version"] > 1  # and the tags it sends make a change of nothing
    version = server.item(key)["version"]

    with connect(server) as client:
        client.write_items([{"key": key, "version": version, "title": "U"}], version=server.library().version)
    posts = [entry for entry in server.log if entry.method == "POST"]
    assert posts[-1].body == [{"key": key, "version": version, "title": "U"}]
    assert server.count(path="itemFields") == 1


def test_7_an_address_with_tags_in_it() -> None:
    with ZoteroServer(prefix="/tags") as server:
        server.add({"itemType": "book", "title": "B"})
        with httpx2.Client(trust_env=False) as http:
            naive = Zotero(USER, "user", KEY, client=http)
            naive.endpoint = server.url
            with pytest.raises(KeyError):
                naive.items()
        with connect(server) as client:
            listing = client.changed_items(0)
    assert listing is not None
    assert listing.items[0]["data"]["title"] == "B"


def test_8_a_link_that_loses_a_parameter(server: ZoteroServer, naive: Zotero) -> None:
    for number in range(230):
        server.add({"itemType": "book", "title": f"B{number}", "tags": [{"tag": "a"}, {"tag": "b"}]})
    first = naive.items(tag=["a", "b"], limit=2)
    assert len(naive.everything(first)) < 230

    with connect(server, library=f"user:{USER}") as client:  # we never follow a link: pages are asked for by start
        listing = client.changed_items(0)
        assert client.requests == 3
    assert listing is not None
    assert len({entry["key"] for entry in listing.items}) == 230


def test_9_what_412_means_and_304(server: ZoteroServer, naive: Zotero) -> None:
    naive.create_items([item("CCCC2222")])
    texts = []
    for payload, version in (([item("DDDD2222")], 0), ([item("CCCC2222")], 1)):
        try:
            answer = naive.create_items(payload, last_modified=version)
            texts.append(answer["failed"]["0"]["code"])  # the object is there: told in the report
        except errors.PreConditionFailedError as error:
            texts.append(type(error))  # the library has moved: an exception
    assert texts == [errors.PreConditionFailedError, 412]
    naive.items(since=server.library().version)
    assert server.log[-1].status == 200  # pyzotero never asks "only if changed"

    with connect(server, library=f"user:{USER}") as client:
        with pytest.raises(StaleLibrary):
            client.write_items([item()], version=0)
        assert client.write_items([item("CCCC2222")], version=server.library().version).failed[0][0] == 412
        assert client.changed_items(server.library().version) is None
    assert server.log[-1].status == 304


def test_10_a_date_in_retry_after(server: ZoteroServer, naive: Zotero) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.fault("status", code=429, seconds=date)
    with pytest.raises(ValueError, match="could not convert"):
        naive.items()

    server.fault("status", path="/items", code=429, seconds=date)
    clock = Time()
    with connect(server, clock) as client:
        assert client.changed_items(0) is not None
    assert 20 < clock.slept <= 30


def test_10_parameters_stay_on_the_instance(server: ZoteroServer, naive: Zotero) -> None:
    server.fault("status", path="/items", code=404)
    with pytest.raises(errors.ResourceNotFoundError):
        naive.items(itemKey="AAAA2222")
    naive.collections()
    assert dict(server.log[-1].query)["itemKey"] == "AAAA2222"

    with connect(server, library=f"user:{USER}") as client:
        server.fault("status", path="/items", code=404)
        with pytest.raises(Exception, match="404|has no library"):
            client.items_by_key(["AAAA2222"])
        client.collections()
    assert "itemKey" not in dict(server.log[-1].query)


def test_11_own_keys_make_creation_repeatable(server: ZoteroServer, naive: Zotero) -> None:
    first = naive.create_items([item()])
    again = naive.create_items([item()])
    assert first["successful"]["0"]["key"] == "AAAA2222"
    assert again["failed"]["0"]["code"] == 412
    with connect(server) as client:
        report = client.write_items([item(), item("BBBB2222")], version=server.library().version)
    assert (set(report.successful), set(report.failed)) == ({1}, {0})
    assert len(server.items()) == 2
