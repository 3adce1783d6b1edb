"""Pushing, end to end, against the strict server: what is made, what is left alone, and what survives."""

from __future__ import annotations

from dataclasses import replace

from readlist.paper import Status
from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import (
    LATER,
    NOW,
    MemoryStore,
    assert_idle,
    paper,
    read_status,
    run,
    several,
    writes,
)

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
