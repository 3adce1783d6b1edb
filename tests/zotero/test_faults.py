"""When things go wrong: kills, lost answers, refusals, others who write at the same time."""

from __future__ import annotations

from typing import Any

import pytest

from readlist.errors import ServiceError
from readlist.paper import Status
from readlist.zotero.events import Working, Writing
from readlist.zotero.state import ItemState
from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import (
    NOW,
    Killed,
    MemoryStore,
    Watcher,
    assert_idle,
    assert_one_each,
    paper,
    read_status,
    run,
    several,
)


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


def test_what_takes_its_time_here_is_told(server: ZoteroServer, store: MemoryStore) -> None:
    watcher = Watcher()
    run(server, store, several(60), progress=watcher)
    told = [event for event in watcher.events if isinstance(event, Working)]
    assert told[0] == Working("compare", 60)
    assert Working("write", 60) in told
    assert watcher.events.index(Working("write", 60)) < watcher.events.index(Writing(50, 60))


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
