"""Pushing, end to end, against the strict server: what is made, what is left alone, and what survives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from readlist.errors import ServiceError
from readlist.paper import Paper, Status
from readlist.zotero.events import Writing
from readlist.zotero.state import ItemState
from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import NOW, Killed, MemoryStore, Watcher, paper, run

LATER = NOW.replace(hour=18)


@pytest.fixture
def server() -> Iterator[ZoteroServer]:
    with ZoteroServer(limited=False) as running:
        yield running


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def several(count: int) -> list[Paper]:
    return [paper(number) for number in range(1, count + 1)]


def writes(server: ZoteroServer) -> list[Any]:
    return [entry for entry in server.log if entry.method != "GET"]


def read_status(item: dict[str, Any]) -> str:
    lines: list[str] = item["extra"].split("\n")
    return next(line for line in lines if line.startswith("Read_Status:"))


def assert_idle(server: ZoteroServer, store: MemoryStore, papers: list[Paper]) -> None:
    """Another push does nothing, with at most four requests."""
    before, state = server.items(), store.state
    result = run(server, store, papers)
    assert (result.created, result.updated, result.trashed, result.left) == ((), (), (), ())
    assert result.requests <= 4
    assert server.items() == before
    assert replace(store.state, library_version=0) == replace(state, library_version=0)


def assert_one_each(server: ZoteroServer, papers: list[Paper]) -> None:
    ids = [item["archiveID"] for item in server.items()]
    assert sorted(ids) == sorted(f"arXiv:{made.arxiv_id}" for made in papers)


# What is made


def test_new_papers_become_preprints_in_a_collection(server: ZoteroServer, store: MemoryStore) -> None:
    result = run(server, store, several(3))
    assert [row.paper_id for row in result.created] == [1, 2, 3]
    [collection] = server.library().collections.values()
    assert collection.data["name"] == "Reading list"
    for item in server.items():
        assert item["itemType"] == "preprint"
        assert item["collections"] == list(server.library().collections)
        assert read_status(item) == "Read_Status: To Read"
        assert item["date"] == "2024-01-15"
    assert_idle(server, store, several(3))


def test_the_json_is_that_of_the_interface(server: ZoteroServer, store: MemoryStore) -> None:
    document = run(server, store, several(1)).to_json()
    assert document["pull"] == {"create": [], "update": [], "remove": []}
    assert document["conflicts"] == document["left"] == []
    [row] = document["push"]["create"]  # type: ignore[index]
    assert row["id"] == "p1"
    assert row["key"] == server.items()[0]["key"]
    assert row["fields"]["status"] == [None, "to-read"]
    assert row["fields"]["authors"] == [None, ["Qixun Wang", "The Kimi Team"]]
    assert document["library_version"] == server.library().version
    assert document["requests"] == server.requests


def test_only_papers_known_and_wanted_are_made(server: ZoteroServer, store: MemoryStore) -> None:
    papers = [
        paper(1, arxiv_id=None),
        paper(2, status=Status.SKIPPED),
        paper(3, removed=NOW),
        paper(4, arxiv_id=None, by_hand=True),
        paper(5),
        paper(6),
    ]
    result = run(server, store, papers, selected=lambda made: made.id != 6)
    assert [row.paper_id for row in result.created] == [4, 5]


def test_requests_for_a_thousand_papers(server: ZoteroServer, store: MemoryStore) -> None:
    papers = several(1000)
    result = run(server, store, papers)
    assert len(result.created) == len(server.items()) == 1000
    assert result.requests <= 25
    assert_idle(server, store, papers)
    papers[:10] = [replace(made, status=Status.READ, status_changed=LATER) for made in papers[:10]]
    result = run(server, store, papers)
    assert len(result.updated) == 10
    assert result.requests <= 8


def test_other_items_are_listed_once(server: ZoteroServer, store: MemoryStore) -> None:
    for number in range(450):
        key = server.add({"itemType": "book", "title": f"B{number}"})
        server.add({"itemType": "note", "parentItem": key, "note": "n"})
    assert run(server, store, several(1)).requests <= 4 + 5 + 1
    assert run(server, store, several(2)).requests <= 5


def test_a_dry_run_changes_nothing(server: ZoteroServer, store: MemoryStore) -> None:
    result = run(server, store, several(2), dry_run=True)
    assert len(result.created) == 2
    assert "left" not in result.to_json()
    assert writes(server) == []
    assert store.saves == 0


# What changed


def test_only_what_changed_is_sent(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, several(2))
    changed = [paper(1, status=Status.READING, status_changed=LATER), paper(2)]
    result = run(server, store, changed)
    assert [(row.paper_id, dict(row.fields)) for row in result.updated] == [(1, {"status": ("to-read", "reading")})]
    assert result.unchanged == 1
    sent = writes(server)[-1].body
    assert [set(entry) for entry in sent] == [{"key", "version", "extra"}]
    assert "Read_Status_Date: 2026-11-20T18:00:00.000Z" in server.items()[-1]["extra"]
    assert_idle(server, store, changed)


def test_every_field_follows(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    made = paper(
        title="Renamed", abstract="New", doi="10.1000/x", citekey="k2", arxiv_id="2502.00009", tags=("b",), authors=()
    )
    run(server, store, [made])
    [item] = server.items()
    assert (item["title"], item["abstractNote"], item["DOI"]) == ("Renamed", "New", "10.1000/x")
    assert (item["citationKey"], item["creators"], item["tags"]) == ("k2", [], [{"tag": "b"}])
    assert item["extra"].split("\n")[0] == "arXiv:2502.00009 [cs.CV]"
    assert "2401.00001" not in str(item)
    assert_idle(server, store, [made])


def test_a_skipped_paper_turns_to_not_reading(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    run(server, store, [paper(status=Status.SKIPPED)])
    [item] = server.items()
    assert read_status(item) == "Read_Status: Not Reading"
    assert "deleted" not in item


def test_what_is_not_ours_survives(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    [item] = server.items()
    server.edit(
        item["key"],
        extra="PMID: 1\n" + item["extra"] + "\n  odd: line\t ok",
        tags=[*item["tags"], {"tag": "theirs"}, {"tag": "auto", "type": 1}],
        rights="CC-BY",
        shortTitle="ID",
    )
    made = paper(status=Status.READ, tags=("faces", "mine"))
    run(server, store, [made])
    [item] = server.items()
    assert item["extra"].startswith("PMID: 1\narXiv:2401.00001 [cs.CV]\nRead_Status: Read\n")
    assert item["extra"].endswith("\n  odd: line\t ok")
    assert {tag["tag"] for tag in item["tags"]} == {"faces", "mine", "theirs", "auto"}
    assert (item["rights"], item["shortTitle"]) == ("CC-BY", "ID")
    run(server, store, [paper(status=Status.READ, tags=("mine",))])
    assert {tag["tag"] for tag in server.items()[0]["tags"]} == {"mine", "theirs", "auto"}


def test_a_tag_taken_off_there_does_not_come_back(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper(tags=("a", "b"))])
    server.edit(server.items()[0]["key"], tags=[{"tag": "a"}])
    run(server, store, [paper(tags=("a", "b", "c"))])
    assert [tag["tag"] for tag in server.items()[0]["tags"]] == ["a", "c"]


def test_changes_there_are_left_for_a_pull_and_not_forgotten(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    server.edit(server.items()[0]["key"], title="Their title")
    result = run(server, store, [paper(citekey="k")])
    assert [dict(row.fields) for row in result.updated] == [{"citekey": (None, "k")}]
    assert server.items()[0]["title"] == "Their title"
    result = run(server, store, [paper(citekey="k", title="Our title")])
    assert [dict(row.fields) for row in result.conflicts] == [{"title": ("Our title", "Their title")}]


def test_changed_on_both_sides_is_a_conflict_and_untouched(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    server.edit(server.items()[0]["key"], extra="arXiv:2401.00001 [cs.CV]\nRead_Status: In Progress")
    before = server.items()
    made = [paper(status=Status.READ)]
    for _ in range(2):  # it stays one until somebody decides
        result = run(server, store, made)
        assert [dict(row.fields) for row in result.conflicts] == [{"status": ("read", "reading")}]
        assert result.updated == ()
        assert result.unchanged == 0
    assert server.items() == before
    result = run(server, store, made, prefer="local")
    assert result.conflicts == ()
    assert read_status(server.items()[0]) == "Read_Status: Read"
    assert_idle(server, store, made)


def test_the_same_change_on_both_sides_is_agreement(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    server.edit(server.items()[0]["key"], title="Same")
    made = [paper(title="Same")]
    result = run(server, store, made)
    assert (result.updated, result.conflicts) == ((), ())
    server.edit(server.items()[0]["key"], title="Theirs")
    assert run(server, store, made).conflicts == ()  # only they changed it since


# What is removed


def test_a_removed_paper_is_trashed_and_a_restored_one_comes_back(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, several(2))
    removed = [paper(1, removed=NOW), paper(2)]
    result = run(server, store, removed)
    assert [row.paper_id for row in result.trashed] == [1]
    assert [item.get("deleted") for item in server.items()] == [None, 1]
    assert_idle(server, store, removed)
    result = run(server, store, several(2))
    assert [dict(row.fields) for row in result.updated] == [{"trashed": (True, False)}]
    assert not any(item.get("deleted") for item in server.items())
    assert_idle(server, store, several(2))


def test_a_removed_paper_leaves_an_item_that_we_did_not_make(server: ZoteroServer, store: MemoryStore) -> None:
    server.add({"itemType": "preprint", "title": "T", "archiveID": "arXiv:2401.00001"})
    run(server, store, [paper()])
    result = run(server, store, [paper(removed=NOW)])
    assert result.trashed == ()
    assert "deleted" not in server.items()[0]


def test_an_item_trashed_there_is_left_in_the_trash(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, [paper()])
    server.edit(server.items()[0]["key"], deleted=1)
    result = run(server, store, [paper(status=Status.READ)])
    assert (result.created, result.updated) == ((), ())
    assert "trash" in result.notices[0].text
    server.edit(server.items()[0]["key"], deleted=0)  # restored: what changed meanwhile is not lost
    run(server, store, [paper(status=Status.READ)])
    assert read_status(server.items()[0]) == "Read_Status: Read"


def test_an_item_deleted_there_is_not_made_again(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, several(2))
    server.erase(server.items()[0]["key"])
    result = run(server, store, [paper(1, status=Status.READ), paper(2)])
    assert (result.created, result.updated) == ((), ())
    assert "deleted in Zotero" in result.notices[0].text
    assert len(server.items()) == 1


# What is there already

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
    trashed = server.add({"itemType": "preprint", "archiveID": "arXiv:2401.00001", "deleted": 1})
    live = server.add({"itemType": "webpage", "url": "http://arxiv.org/abs/2401.00001"})
    result = run(server, store, [paper()])
    assert store.state.items[1].key == live
    assert "more than once" in result.notices[0].text
    assert server.item(trashed)["version"] == 1


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


# When things go wrong


@pytest.mark.parametrize("die_at", range(1, 5))
def test_killed_between_batches(server: ZoteroServer, store: MemoryStore, die_at: int) -> None:
    papers = several(180)
    with pytest.raises(Killed):
        run(server, store, papers, progress=Watcher(die_at))
    result = run(server, store, papers)
    assert result.complete
    assert_one_each(server, papers)
    assert_idle(server, store, papers)


@pytest.mark.parametrize("kind", ["reset-before", "reset-after", "lost", "cut", "short", "partial"])
@pytest.mark.parametrize("path", ["/items", "/collections"])
def test_a_lost_answer_is_looked_up(server: ZoteroServer, store: MemoryStore, kind: str, path: str) -> None:
    papers = several(120)
    server.fault(kind, method="POST", path=path, count=17 if path == "/items" else 0)
    result = run(server, store, papers)
    assert result.complete
    assert_one_each(server, papers)
    assert len(server.library().collections) == 1
    assert_idle(server, store, papers)


@pytest.mark.parametrize("kind", ["reset-before", "reset-after", "lost", "partial"])
def test_a_lost_answer_to_an_update(server: ZoteroServer, store: MemoryStore, kind: str) -> None:
    run(server, store, several(60))
    papers = [paper(number, status=Status.READ, tags=("x",)) for number in range(1, 61)]
    server.fault(kind, method="POST", count=20)
    result = run(server, store, papers)
    assert result.conflicts == ()
    assert all(read_status(item) == "Read_Status: Read" for item in server.items())
    assert all(item["tags"] == [{"tag": "x"}] for item in server.items())
    assert_idle(server, store, papers)


class DyingStore(MemoryStore):
    """Dies at a save, before or after it took effect."""

    def __init__(self, at: int, *, after: bool) -> None:
        super().__init__()
        self._at, self._after = at, after

    def save_zotero_items(self, library: str, items: Any) -> None:
        self._save(super().save_zotero_items, library, items)

    def save_zotero_library(self, library: str, **values: Any) -> None:
        self._save(super().save_zotero_library, library, **values)

    def _save(self, save: Any, *args: Any, **values: Any) -> None:
        self._at -= 1
        if self._at == 0 and not self._after:
            raise Killed
        save(*args, **values)
        if self._at == 0:
            raise Killed


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 11))
def test_killed_at_any_save(server: ZoteroServer, at: int, after: bool) -> None:
    server.add({"itemType": "preprint", "title": "T", "archiveID": "arXiv:2401.00003"})
    papers = several(110)
    store = DyingStore(at, after=after)
    with pytest.raises(Killed):
        run(server, store, papers)
    run(server, store, papers)
    assert_one_each(server, papers)
    assert len(server.library().collections) == 1
    assert_idle(server, store, papers)


def test_a_paper_edited_after_the_kill_is_still_pushed(server: ZoteroServer) -> None:
    """The item was made, nobody knows: what we sent is remembered with the key, so the later edit is seen as ours."""
    store = DyingStore(5, after=False)  # the save after the write
    with pytest.raises(Killed):
        run(server, store, [paper()])
    assert len(server.items()) == 1
    assert store.state.items[1].pending
    made = [paper(status=Status.READ, title="New")]
    result = run(server, store, made)
    assert result.conflicts == ()
    assert (server.items()[0]["title"], read_status(server.items()[0])) == ("New", "Read_Status: Read")


@pytest.mark.parametrize(("at", "after"), [(1, True), (2, False)])
def test_a_lost_update_and_a_change_of_mind(server: ZoteroServer, store: MemoryStore, at: int, after: bool) -> None:
    """What we wrote without knowing it is not taken for a change made there."""
    run(server, store, several(2))
    dying = DyingStore(at, after=after)  # just before the write, and just after it
    dying.state = store.state
    with pytest.raises(Killed):
        run(server, dying, [paper(1, status=Status.READ, tags=("x",)), paper(2, removed=NOW)])
    assert any(item.get("deleted") for item in server.items()) != after
    assert dying.state.items[1].sent
    result = run(server, dying, several(2))
    assert result.conflicts == ()
    for item in server.items():
        assert read_status(item) == "Read_Status: To Read"
        assert item["tags"] == [{"tag": "faces"}]
        assert "deleted" not in item
    assert_idle(server, dying, several(2))
    assert not any(state.sent for state in dying.state.items.values())


def test_somebody_writes_at_the_same_time(server: ZoteroServer, store: MemoryStore) -> None:
    papers = several(120)

    def meddle(event: object) -> None:
        if isinstance(event, Writing) and event.done == 50:
            server.add({"itemType": "preprint", "title": "C", "extra": "arXiv:2401.00101 [cs.CV]"})

    result = run(server, store, papers, progress=meddle)
    assert result.complete
    ids = [item["archiveID"] for item in server.items()]
    assert len(ids) == 120
    assert ids.count("arXiv:2401.00101") == 1
    assert_idle(server, store, papers)


def test_one_refused_object_does_not_hold_up_the_others(server: ZoteroServer, store: MemoryStore) -> None:
    papers = several(3)
    server.library().collections.clear()

    def hook(kind: str, payload: Any, *, library_version: bool) -> tuple[str, bool]:
        if kind == "items" and "number 2" in payload.get("title", ""):
            payload = payload | {"shelf": "x"}
        return original(kind, payload, library_version=library_version)

    library = server.library()
    original = library.write
    library.write = hook  # type: ignore[method-assign]
    result = run(server, store, papers)
    assert len(result.created) == 2
    assert not result.complete
    [left] = result.left
    assert (left.paper_id, left.text) == (2, "Invalid property 'shelf'")
    library.write = original  # type: ignore[method-assign]
    assert [row.paper_id for row in run(server, store, papers).created] == [2]
    assert_idle(server, store, papers)


def test_the_collection_vanishes_while_we_write(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, several(1))
    server.erase_collection(next(iter(server.library().collections)))
    store.save_zotero_library("user:12345", version=server.library().version)  # as if we had not been told
    result = run(server, store, several(3))
    assert result.complete
    assert len(server.items()) == 3
    assert len(server.library().collections) == 1
    assert_idle(server, store, several(3))


def test_an_item_vanishes_without_our_being_told(server: ZoteroServer, store: MemoryStore) -> None:
    run(server, store, several(2))
    server.erase(store.state.items[1].key)
    store.save_zotero_library("user:12345", version=server.library().version)
    result = run(server, store, [paper(1, status=Status.READ), paper(2, status=Status.READ)])
    assert result.complete
    assert [row.paper_id for row in result.updated] == [2]
    assert store.state.items[1].deleted


def test_the_server_dies_for_good_in_the_middle(server: ZoteroServer, store: MemoryStore) -> None:
    papers = several(120)

    def stop(event: object) -> None:
        if isinstance(event, Writing):
            server.fault("status", code=503, times=99)

    result = run(server, store, papers, progress=stop)
    assert len(result.created) == 50
    assert len(result.left) == 70
    assert result.stopped is not None
    server.world.faults.clear()
    result = run(server, store, papers)
    assert len(result.created) == 70
    assert_idle(server, store, papers)


def test_nothing_at_all_could_be_done(server: ZoteroServer, store: MemoryStore) -> None:
    server.fault("status", code=503, times=99)
    with pytest.raises(ServiceError):
        run(server, store, several(1))
    assert store.saves == 0


def test_a_read_only_key_stops_before_anything(store: MemoryStore) -> None:
    with ZoteroServer(write=False) as server:
        with pytest.raises(ServiceError, match="may not write"):
            run(server, store, several(1))
        assert server.requests == 1
        assert len(run(server, store, several(1), dry_run=True).created) == 1


def test_endless_interference_ends(server: ZoteroServer, store: MemoryStore) -> None:
    server.fault("status", method="POST", code=412, times=99)
    with pytest.raises(ServiceError):
        run(server, store, several(1))
    assert server.requests < 60


def test_group_libraries_are_kept_apart(server: ZoteroServer, store: MemoryStore) -> None:
    result = run(server, store, several(2), library="group:678")
    assert result.library == "group:678"
    assert len(server.items("groups")) == 2
    assert server.items() == []


def test_keys_are_stored_before_the_write(server: ZoteroServer, store: MemoryStore) -> None:
    stored: list[set[str]] = []
    original = server.library().write

    def hook(kind: str, payload: Any, *, library_version: bool) -> tuple[str, bool]:
        if kind == "items":
            known: dict[int, ItemState] = dict(store.state.items)
            stored.append({item.key for item in known.values() if item.pending} & {payload["key"]})
        return original(kind, payload, library_version=library_version)

    server.library().write = hook  # type: ignore[method-assign]
    run(server, store, several(2))
    assert all(stored)
    assert len(stored) == 2
