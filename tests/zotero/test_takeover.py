"""Papers that are in Zotero already, and the collection: nothing doubled, nothing overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from readlist.paper import Status
from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import (
    MemoryStore,
    assert_idle,
    paper,
    read_status,
    run,
    several,
)

TRACES = [
    {"itemType": "preprint", "archiveID": "arXiv:2401.00001v2"},
    {"itemType": "preprint", "extra": "x: y\narXiv: 2401.00001 [cs.CV]"},
    {"itemType": "webpage", "url": "https://arxiv.org/abs/2401.00001v1"},
    {"itemType": "journalArticle", "DOI": "10.48550/arXiv.2401.00001"},
    {"itemType": "conferencePaper", "DOI": "https://doi.org/10.1000/ABC"},
]


@pytest.mark.parametrize("trace", TRACES)
@pytest.mark.parametrize("trashed", [0, 1])
def test_existing_items_are_taken_over(
    server: ZoteroServer, store: MemoryStore, trace: dict[str, Any], trashed: int
) -> None:
    theirs = {"title": "Their title", "abstractNote": "Theirs", "date": "2025", "tags": [{"tag": "t", "type": 1}]}
    key = server.add(trace | theirs | {"deleted": trashed})
    made = [paper(doi="10.1000/abc"), paper(2)]
    result = run(server, store, made)
    assert [row.paper_id for row in result.created] == [2]
    assert store.state.items[1].key == key
    assert not store.state.items[1].made_by_us
    item = server.item(key)
    assert (item["title"], item["abstractNote"], item["date"]) == ("Their title", "Theirs", "2025")
    if trashed:
        assert item["deleted"] == 1
        assert item["version"] == 1
        assert "trash" in result.notices[0].text
    else:
        assert item["collections"] == list(server.library().collections)
        assert {tag["tag"] for tag in item["tags"]} == {"t", "faces"}
        assert "arXiv:" in item["extra"].replace("arXiv: ", "arXiv:")
        assert read_status(item) == "Read_Status: To Read"
        assert item["itemType"] == trace["itemType"]
        if "extra" in trace:
            assert item["extra"].startswith(trace["extra"] + "\nRead_Status")
        assert len(item["creators"]) == 2
    assert_idle(server, store, made)


def test_an_item_known_from_an_earlier_listing_is_taken_over(server: ZoteroServer, store: MemoryStore) -> None:
    key = server.add({"itemType": "preprint", "title": "T", "archiveID": "arXiv:2401.00002"})
    run(server, store, several(1))
    result = run(server, store, several(2))
    assert result.created == ()
    assert store.state.items[2].key == key
    assert result.requests <= 5
    assert key not in store.state.seen


def test_an_item_added_by_the_connector_meanwhile_is_taken_over(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, several(1))
    server.add({"itemType": "preprint", "title": "T", "extra": "arXiv:2401.00002 [cs.CV]"})
    assert run(server, store, several(2)).created == ()
    assert len(server.items()) == 2


def test_a_status_there_is_kept_where_nobody_decided_here(server: ZoteroServer, store: MemoryStore) -> None:
    server.add({"itemType": "preprint", "archiveID": "arXiv:2401.00001", "extra": "Read_Status: Read"})
    result = run(server, store, [paper(status=Status.NEW)])
    assert "Read_Status: Read" in server.items()[0]["extra"]
    assert result.conflicts == ()
    state = store.state.items[1]
    assert state.base["status"] == ""  # so a pull will see it as news


def test_the_further_status_wins_and_the_lesser_one_is_a_conflict(server: ZoteroServer, store: MemoryStore) -> None:
    for number, status in ((1, "To Read"), (2, "Read")):
        server.add({"itemType": "preprint", "archiveID": f"arXiv:2401.0000{number}", "extra": f"Read_Status: {status}"})
    made = [paper(1, status=Status.READING), paper(2, status=Status.READING)]
    for _ in range(2):
        result = run(server, store, made)
        assert [(row.paper_id, dict(row.fields)) for row in result.conflicts] == [(2, {"status": ("reading", "read")})]
    assert {read_status(item) for item in server.items()} == {"Read_Status: In Progress", "Read_Status: Read"}


def test_duplicates_there_are_reported_and_untouched(server: ZoteroServer, store: MemoryStore) -> None:
    doi = {"itemType": "preprint", "DOI": "10.48550/arXiv.2401.00001"}
    server.add(doi | {"key": "AAAA2222", "version": 0, "deleted": 1})
    server.add({"itemType": "webpage", "url": "http://arxiv.org/abs/2401.00001", "key": "BBBB2222", "version": 0})
    result = run(server, store, [paper()])
    assert store.state.items[1].key == "BBBB2222"
    assert "more than once" in result.notices[0].text
    assert server.item("AAAA2222")["version"] == 1


# The collection


def test_an_existing_collection_is_used(server: ZoteroServer, store: MemoryStore) -> None:
    key = server.add_collection("Reading list")
    run(server, store, [paper()])
    assert list(server.library().collections) == [key]
    assert server.items()[0]["collections"] == [key]


def test_a_deleted_collection_is_made_again_with_all_in_it(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, several(3))
    other = server.add_collection("Other")
    [mine] = [key for key in server.library().collections if key != other]
    server.edit(server.items()[0]["key"], collections=[mine, other])
    server.edit(server.items()[0]["key"], deleted=1)
    server.erase_collection(mine)
    run(server, store, several(4))
    [new] = [key for key in server.library().collections if key != other]
    assert new != mine
    live = [item for item in server.items() if not item.get("deleted")]
    assert len(live) == 3
    assert all(new in item["collections"] for item in live)
    assert_idle(server, store, several(4))


def test_a_deleted_parent_takes_the_collection_without_a_trace(server: ZoteroServer, store: MemoryStore) -> None:
    parent = server.add_collection("Parent")
    mine = server.add_collection("Reading list", parent=parent)
    run(server, store, several(1))
    assert server.items()[0]["collections"] == [mine]
    server.erase_collection(parent)
    run(server, store, several(2))
    assert all(len(item["collections"]) == 1 and item["collections"] != [mine] for item in server.items())


def test_an_item_taken_out_of_the_collection_stays_out(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    server.edit(server.items()[0]["key"], collections=[])
    run(server, store, [paper(status=Status.READ)])
    assert server.items()[0]["collections"] == []
