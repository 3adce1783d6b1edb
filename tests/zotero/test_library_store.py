"""The state of syncs in the library file: what goes in comes out, in another process too."""

from __future__ import annotations

from pathlib import Path

import pytest

from readlist.library import Library
from readlist.paper import Status
from readlist.zotero.library_store import LibraryStore
from readlist.zotero.state import ItemState, LibraryState, Seen
from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import NOW, Killed, Watcher, connect, paper, push, several

STATE = ItemState(
    key="ABCD2345",
    version=7,
    here={"title": "é", "tags": ["a"], "trashed": False},
    base={"title": "T", "authors": []},
    there={"itemType": "preprint", "tags": [{"tag": "a", "type": 1}], "deleted": 1},
    made_by_us=True,
    synced=NOW,
    deleted=True,
    sent={"status": "read"},
)


def test_everything_is_kept(library: Library, tmp_path: Path) -> None:
    store = LibraryStore(library)
    seen = Seen("EFGH2345", 3, "T", ("arxiv:2401.00001", "doi:10.1000/x"), True)
    store.save_zotero_items("user:1", {1: STATE, 2: STATE})
    store.save_zotero_items("user:1", {2: None})
    store.save_zotero_seen("user:1", {"EFGH2345": seen, "JJJJ2345": seen})
    store.save_zotero_seen("user:1", {"JJJJ2345": None})
    store.save_zotero_library("user:1", version=9)
    store.save_zotero_library("user:1", collections={"Reading list": "CCCC2222"})
    with Library.open(tmp_path / "library.sqlite3") as again:
        kept = LibraryStore(again).zotero_state("user:1")
        assert LibraryStore(again).zotero_state("group:1") == LibraryState()
    assert kept == LibraryState(9, {"Reading list": "CCCC2222"}, {1: STATE}, {"EFGH2345": seen})


@pytest.mark.parametrize("die_at", [1, 2])
def test_a_killed_push_goes_on_from_the_file(library: Library, tmp_path: Path, die_at: int) -> None:
    papers = several(120)
    with ZoteroServer() as server:
        with pytest.raises(Killed), connect(server) as client:
            push(papers, LibraryStore(library), client, now=NOW, progress=Watcher(die_at))
        for status, requests in ((Status.TO_READ, 9), (Status.TO_READ, 4)):
            with Library.open(tmp_path / "library.sqlite3") as again, connect(server) as client:
                result = push([paper(made.id, status=status) for made in papers], LibraryStore(again), client, now=NOW)
            assert result.complete
            assert result.requests <= requests
        assert len({item["archiveID"] for item in server.items()}) == len(server.items()) == 120
