"""What a careful reader found: states that came back, items that changed hands, edits while a sync runs, odd data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from readlist.actions import syncing
from readlist.library import edits, rows
from readlist.paper import Status
from readlist.text import key as title_key
from readlist.zotero import notes
from readlist.zotero.client import ZoteroClient
from readlist.zotero.events import Event
from readlist.zotero.library_store import LibraryStore
from tests.servers.zotero import KEY, ZoteroServer
from tests.zotero.desk import Desk
from tests.zotero.fakes import paper
from tests.zotero.test_both_ways import ARTICLE, collection, note_of, quiet

WANG = {"creatorType": "author", "firstName": "Qixun", "lastName": "Wang"}


def by_hand(desk: Desk, title: str) -> int:
    """The same work again, typed in by a person."""
    with desk.library.action("add", "", desk.tick()) as writer:
        values = {"title": title, "title_key": title_key(title), "authors": rows.authors_text(paper(1).authors)}
        return edits.add_by_hand(writer, values)


def empty_trash(desk: Desk) -> None:
    with desk.library.action("trash", "", desk.tick()) as writer:
        edits.empty_trash(writer)


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


# What came back to how it was is no news to the list, but to Zotero


def test_removed_and_restored(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    desk.remove(1)
    desk.sync()
    desk.remove(1, removed=False)
    desk.sync()
    assert not server.item(desk.key()).get("deleted")


def test_a_tag_pushed_and_dropped_again(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    desk.tag(add="x")
    desk.sync(pull=False)
    assert server.item(desk.key())["tags"]
    desk.tag(drop="x")
    desk.sync()
    assert server.item(desk.key())["tags"] == []


def test_killed_after_the_write_and_undone(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    desk.status(Status.READ)

    def die(_event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.sync(progress=die)
    desk.library.undo()
    desk.sync()
    assert "To Read" in server.item(desk.key())["extra"]


def test_an_emptied_trash_taken_back(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    desk.remove(1)
    empty_trash(desk)
    desk.sync()
    desk.library.undo(2)
    desk.sync()
    assert not server.item(desk.key()).get("deleted")


def test_papers_joined_and_parted_again(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2)
    desk.sync()
    with desk.library.action("join", "", desk.tick()) as writer:
        edits.join(writer, 1, 2)
    desk.sync()
    desk.library.undo()
    desk.sync()
    assert [item for item in server.items() if item.get("deleted")] == []


# An item finds another paper


@pytest.mark.parametrize("synced", [False, True])
def test_added_again_it_finds_what_zotero_kept(desk: Desk, server: ZoteroServer, synced: bool) -> None:
    desk.add(1, 2, 3)
    desk.tag(add="faces")
    desk.note("My thoughts.")
    desk.status(Status.READ)
    desk.sync()
    key = desk.key()
    desk.remove(1)
    empty_trash(desk)
    if synced:
        desk.sync()
    desk.add(1)
    desk.sync()
    item = server.item(key)
    assert not item.get("deleted")
    assert not note_of(server).get("deleted")
    assert {"tag": "faces"} in item["tags"]
    assert "Read_Status: Read" in item["extra"].splitlines()
    assert desk.paper(4).note == "My thoughts."


@pytest.mark.parametrize("theirs", [False, True])
def test_an_heir_wipes_nothing_out(desk: Desk, server: ZoteroServer, theirs: bool) -> None:
    if theirs:
        work = {"itemType": "preprint", "archiveID": "arXiv:2401.00001", "title": paper(1).title, "creators": [WANG]}
        server.add({**work, "tags": [{"tag": "mine"}]})
    desk.add(1, 2, 3)
    desk.sync()
    key = desk.key()
    before = server.item(key)
    desk.remove(1)
    desk.sync()
    heir = by_hand(desk, paper(1).title)
    desk.sync()
    item = server.item(key)
    assert desk.key(heir) == key
    assert not item.get("deleted")
    for name in ("archiveID", "abstractNote", "DOI", "url", "date", "tags"):
        assert item[name] == before[name], name
    quiet(desk)


def test_removed_and_typed_in_again_before_a_sync(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    key = desk.key()
    desk.remove(1)
    heir = by_hand(desk, paper(1).title)
    desk.sync()
    quiet(desk)
    assert desk.key(heir) == key
    assert not server.item(key).get("deleted")


def test_two_heirs_share_nothing(desk: Desk) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    desk.remove(1)
    desk.sync()
    for _ in range(2):
        by_hand(desk, paper(1).title)
    assert desk.sync().left == ()
    items = LibraryStore(desk.library).zotero_state("user:12345").items.values()
    assert len({item.key for item in items}) == len(items)


def test_an_orphan_is_found_once(desk: Desk) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    desk.remove(1)
    empty_trash(desk)
    desk.sync()
    by_hand(desk, paper(1).title)
    desk.add(1)
    desk.sync()
    quiet(desk)


@pytest.mark.parametrize("seen", [False, True])
def test_items_merged_in_zotero(desk: Desk, server: ZoteroServer, seen: bool) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    ours = desk.key()
    work = {"itemType": "preprint", "title": paper(1).title, "archiveID": "arXiv:2401.00001"}
    kept = server.add({**work, "collections": [collection(server)]})
    if seen:
        desk.sync()
    server.edit(kept, relations={"dc:replaces": f"http://zotero.org/users/12345/items/{ours}"})
    server.edit(ours, deleted=1)
    desk.sync()
    assert desk.paper().removed is None
    assert desk.key() == kept


def test_what_a_pull_made_and_was_undone_is_not_thrown_away_there(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    key = server.add({**ARTICLE, "collections": [server.add_collection("Reading list")]})
    desk.sync(trash_others=True)
    desk.library.undo()
    desk.sync(trash_others=True)
    assert not server.item(key).get("deleted")


# Edits while a sync runs


def test_what_is_typed_while_a_sync_reads_stays(
    desk: Desk, server: ZoteroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add(1)
    desk.note("First.")
    desk.sync()
    child = note_of(server)
    server.edit(child["key"], note=child["note"] + "<p>Theirs.</p>")
    server.edit(desk.key(), extra=replaced(server.item(desk.key())["extra"], "To Read", "Not Reading"))
    read = ZoteroClient.changed_items

    def slow(client: ZoteroClient, *args: Any, **options: Any) -> Any:
        found = read(client, *args, **options)
        if desk.paper().note == "First.":
            desk.note("First.\n\nTyped while it was read.")
            desk.status(Status.READ)
        return found

    monkeypatch.setattr(ZoteroClient, "changed_items", slow)
    result = desk.sync()
    assert "Typed while" in desk.paper().note
    assert "Theirs." in desk.paper().note
    assert desk.paper().status is Status.READ
    assert [dict(row.fields) for row in result.conflicts] == [{"status": ("read", "skipped")}]


# Works, fields and dates of all kinds


def test_works_of_one_title_are_several(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    for number, title in enumerate(("Editorial", "Editorial", paper(1).title)):
        people = [{"creatorType": "author", "firstName": "A", "lastName": f"Other{number}"}]
        work = {"itemType": "journalArticle", "title": title, "DOI": f"10.1/{number}", "creators": people}
        server.add({**work, "collections": [collection(server)], "tags": [{"tag": f"t{number}"}]})
    desk.sync()
    assert [made.tags for made in desk.all()] == [(), ("t0",), ("t1",), ("t2",)]
    quiet(desk)


def test_editors_stay_where_authors_are_written(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    board = {"creatorType": "editor", "name": "The Board"}
    server.edit(desk.key(), creators=[WANG, board])
    desk.sync()
    desk.library.undo()
    desk.sync()
    assert board in server.item(desk.key())["creators"]
    assert len(server.item(desk.key())["creators"]) == 3


def test_a_note_emptied_there_and_written_on_here(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.note("First.")
    desk.sync()
    server.edit(note_of(server)["key"], note=notes.to_html(""))
    desk.note("First.\n\nSecond.")
    desk.sync()
    assert "Second" in desk.paper().note
    assert "Second" in note_of(server)["note"]


@pytest.mark.parametrize(
    "date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01", "20240101", "soon", "2024-02-30"]
)
def test_odd_dates_of_a_status(desk: Desk, server: ZoteroServer, date: str) -> None:
    desk.add(1)
    desk.sync()
    server.edit(desk.key(), extra=f"Read_Status: Read\nRead_Status_Date: {date}")
    desk.sync()
    assert desk.paper().status is Status.READ
    assert isinstance(desk.paper().status_changed, datetime)
    quiet(desk)


def test_a_key_that_no_bibliography_takes(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    server.add({**ARTICLE, "collections": [place], "citationKey": "smith, {2020} a"})
    desk.sync()
    assert not set(" ,{}") & set(desk.paper().citekey or "")


@pytest.mark.parametrize(("tag", "left"), [("cafe\u0301", []), ("foo", [{"tag": "foo"}, {"tag": "Foo"}])])
def test_tags_in_other_spellings(desk: Desk, server: ZoteroServer, tag: str, left: list[dict[str, str]]) -> None:
    desk.add(1)
    desk.tag(add=tag)
    desk.sync()
    server.edit(desk.key(), tags=left)
    desk.sync()
    desk.tag(drop=tag)
    desk.sync()
    assert desk.paper().tags == ()
    assert server.item(desk.key())["tags"] == []
    quiet(desk)


def test_an_item_of_another_type_empties_nothing(desk: Desk, server: ZoteroServer) -> None:
    key = server.add({**ARTICLE, "collections": [server.add_collection("Reading list")]})
    desk.sync()
    server.edit(key, itemType="webpage", publicationTitle="", volume="", pages="", DOI="")
    desk.sync()
    assert desk.paper().doi == ARTICLE["DOI"].lower()  # type: ignore[attr-defined]


# Settings


def test_pull_only_writes_nothing_at_all(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    access = syncing.ZoteroAccess(KEY, None, server.url, "Reading list", attach="link", extras=("comment",))
    before = server.requests
    syncing.sync(desk.library, access, desk.tick(), direction=syncing.Direction.PULL, sure=True)
    assert {entry.method for entry in server.log[before:]} == {"GET"}


def test_another_collection_in_the_settings(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    other = server.add_collection("Other")
    key = server.add({**ARTICLE, "collections": [other]})
    desk.sync()
    access = syncing.ZoteroAccess(KEY, None, server.url, "Other")
    result = syncing.sync(desk.library, access, desk.tick(), sure=True)
    assert [row.key for row in result.pulled] == [key]
    assert other in server.item(desk.key())["collections"]


def test_collections_by_tag_from_now_on(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    key = server.add({**ARTICLE, "collections": [server.add_collection("Faces")]})
    desk.sync()
    assert [row.key for row in desk.sync(tag_collections={"faces": "Faces"}).pulled] == [key]


def test_what_is_not_asked_for_gets_no_item_again(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    server.erase(desk.key())
    desk.sync()
    desk.remove(1, removed=False)
    assert desk.sync(selected=lambda made: made.id != 1).created == ()


def test_conflicts_with_the_program_on_this_machine(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    server.edit(desk.key(), extra=replaced(server.item(desk.key())["extra"], "To Read", "Not Reading"))
    desk.status(Status.READ)
    assert desk.sync().conflicts
    with desk.library.unjournaled() as connection:
        for table in ("item", "library", "collection", "note", "seen"):
            connection.execute(f"UPDATE zotero_{table} SET library = 'local:ABCDEF'")
    access = syncing.ZoteroAccess(KEY, "local", server.url, "Reading list")
    assert syncing.conflicts(desk.library, access, desk.now)
