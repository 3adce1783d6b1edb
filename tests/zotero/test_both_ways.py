"""Sync in both directions: a real list, a real server, a second editor behind the client's back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readlist.errors import NeedsYes
from readlist.library import edits
from readlist.paper import Match, MatchState, Record, Status
from readlist.zotero import notes
from tests.servers.zotero import ZoteroServer
from tests.zotero.desk import Desk
from tests.zotero.fakes import paper

ARTICLE = {
    "itemType": "journalArticle",
    "title": "On the <i>electrodynamics</i> of moving bodies",
    "creators": [{"creatorType": "author", "firstName": "Albert", "lastName": "Einstein"}],
    "publicationTitle": "Annalen der Physik",
    "volume": "322",
    "pages": "891-921",
    "date": "1905-06-30",
    "DOI": "10.1002/andp.19053221004",
    "citationKey": "einstein1905",
    "extra": "Read_Status: Read\nRead_Status_Date: 2020-05-01T10:00:00.000Z\nmine: yes",
    "tags": [{"tag": "physics"}, {"tag": "auto", "type": 1}],
}


def collection(server: ZoteroServer) -> str:
    return next(iter(server.library().collections))


def note_of(server: ZoteroServer) -> dict[str, Any]:
    [note] = [item for item in server.items() if item["itemType"] == "note"]
    return note


def quiet(desk: Desk) -> None:
    """Nothing is left to do, and it takes few requests to see that."""
    before = desk.server.items()
    result = desk.sync()
    assert result.changes == 0, result
    assert not result.left
    assert result.requests <= 4
    assert desk.server.items() == before


# What changed in Zotero


def test_a_status_set_by_the_plugin_comes_over_with_its_date(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    extra = server.item(desk.key())["extra"].replace("To Read", "In Progress")
    extra = "\n".join(line for line in extra.split("\n") if "Date" not in line)
    server.edit(desk.key(), extra=f"{extra}\nRead_Status_Date: 2026-10-01T08:30:00.000Z\nmine: yes")
    result = desk.sync()
    assert [dict(row.fields) for row in result.revised] == [{"status": ("to-read", "reading")}]
    assert desk.paper().status is Status.READING
    assert f"{desk.paper().status_changed:%Y-%m-%d %H:%M}" == "2026-10-01 08:30"
    quiet(desk)


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"title": "Another <i>wording</i>"}, "title", "Another wording"),
        ({"abstractNote": "Shorter."}, "abstract", "Shorter."),
        ({"DOI": "10.1109/CVPR.2024.1"}, "doi", "10.1109/cvpr.2024.1"),
        ({"citationKey": "InstantID:24"}, "citekey", "InstantID:24"),
        ({"date": "2024-01-16"}, "year", 2024),
    ],
)
def test_what_changed_there_comes_over_and_stays(
    desk: Desk, server: ZoteroServer, change: dict[str, str], name: str, value: object
) -> None:
    desk.add(1)
    desk.sync()
    server.edit(desk.key(), **change)
    desk.sync()
    assert getattr(desk.paper(), name) == value
    made = paper(1)
    assert made.arxiv_id is not None
    record = Record(made.arxiv_id, made.title, made.abstract, made.authors, 3, made.published, made.updated, ("cs.CV",))
    with desk.library.action("refresh", "", desk.tick()) as writer:
        edits.renew_record(writer, 1, record)
    assert getattr(desk.paper(), name) == value  # the record overrules nobody
    assert desk.paper().arxiv_version == 3
    quiet(desk)
    assert {key: server.item(desk.key())[key] for key in change} == change


def test_authors_come_over(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    people = [{"creatorType": "author", "firstName": "Q. X.", "lastName": "Wang"}]
    server.edit(desk.key(), creators=[*people, {"creatorType": "editor", "name": "The Board"}])
    desk.sync()
    assert [author.name for author in desk.paper().authors] == ["Q. X. Wang"]
    quiet(desk)
    assert len(server.item(desk.key())["creators"]) == 2


def test_what_follows_from_the_arxiv_id_may_differ(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    server.edit(desk.key(), url="https://arxiv.org/abs/2401.00001v3", repository="arXiv.org", date="Spring 2024")
    result = desk.sync()
    assert (result.revised, result.conflicts) == ((), ())
    quiet(desk)
    assert server.item(desk.key())["date"] == "Spring 2024"


def test_tags_are_merged_as_sets(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.tag(add="a b c")
    desk.sync()
    server.edit(desk.key(), tags=[{"tag": "A"}, {"tag": "c"}, {"tag": "theirs"}, {"tag": "auto", "type": 1}])
    desk.tag(add="ours", drop="c")
    desk.sync()
    assert desk.paper().tags == ("a", "ours", "theirs")
    tags = {(tag["tag"], tag.get("type", 0)) for tag in server.item(desk.key())["tags"]}
    assert tags == {("A", 0), ("ours", 0), ("theirs", 0), ("auto", 1)}
    quiet(desk)


def test_undo_takes_a_pull_back_and_the_next_sync_tells_zotero(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    server.edit(desk.key(), tags=[{"tag": "theirs"}], title="Theirs")
    desk.sync()
    [undone] = desk.library.undo()
    assert "from Zotero" in undone.summary
    assert (desk.paper().tags, desk.paper().title) == ((), paper(1).title)
    desk.sync()
    assert server.item(desk.key())["title"] == paper(1).title
    assert server.item(desk.key())["tags"] == []


# Conflicts


def test_a_conflict_stays_on_both_sides_until_decided(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    extra = server.item(desk.key())["extra"]
    server.edit(desk.key(), extra=extra.replace("To Read", "Not Reading"), tags=[{"tag": "theirs"}])
    desk.status(Status.READ)
    for _ in range(2):
        result = desk.sync()
        assert [dict(row.fields) for row in result.conflicts] == [{"status": ("read", "skipped")}]
    assert "Not Reading" in server.item(desk.key())["extra"]
    assert (desk.paper().status, desk.paper().tags) == (Status.READ, ("theirs",))


@pytest.mark.parametrize(("prefer", "status"), [("local", Status.READ), ("remote", Status.SKIPPED)])
def test_a_preferred_side_wins(desk: Desk, server: ZoteroServer, prefer: str, status: Status) -> None:
    desk.add(1)
    desk.sync()
    server.edit(desk.key(), extra=server.item(desk.key())["extra"].replace("To Read", "Not Reading"))
    desk.status(Status.READ)
    assert desk.sync(prefer=prefer).conflicts == ()
    assert desk.paper().status is status
    assert ("Read_Status: Read" in server.item(desk.key())["extra"]) == (prefer == "local")
    quiet(desk)


# Deletion


def test_trashed_there_is_removed_here_and_restored_there_restored_here(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    server.edit(desk.key(), deleted=1)
    result = desk.sync()
    assert [row.paper_id for row in result.removed] == [1]
    assert desk.paper().removed is not None
    quiet(desk)
    server.edit(desk.key(), deleted=0)
    assert [dict(row.fields) for row in desk.sync().revised] == [{"trashed": (True, False)}]
    assert desk.paper().removed is None
    quiet(desk)


@pytest.mark.parametrize("erased", [False, True])
def test_restored_here_it_is_there_again_and_not_removed_again(desk: Desk, server: ZoteroServer, erased: bool) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    key = desk.key()
    if erased:
        server.erase(key)
    else:
        server.edit(key, deleted=1)
    desk.sync()
    desk.library.undo()
    assert desk.paper().removed is None
    desk.sync()
    assert (desk.key() != key) == erased
    assert not server.item(desk.key()).get("deleted")
    assert len(server.items()) == 3
    quiet(desk)
    assert desk.paper().removed is None


def test_removed_here_is_trashed_there_only_where_we_made_it(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2, 3)
    server.add({"itemType": "preprint", "archiveID": "arXiv:2401.00002", "title": "Mine"})
    desk.sync()
    desk.remove(1, 2)
    assert [row.paper_id for row in desk.sync().trashed] == [1]
    assert [item["archiveID"] for item in server.items() if item.get("deleted")] == ["arXiv:2401.00001"]
    quiet(desk)
    assert {paper.id for paper in desk.all()} == {3}
    desk.remove(2, removed=False)
    desk.remove(2)
    assert [row.paper_id for row in desk.sync(trash_others=True).trashed] == [2]


def test_what_is_deleted_here_for_good_comes_back_as_the_same_item(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2, 3)
    desk.sync()
    key = desk.key()
    desk.remove(1)
    with desk.library.action("trash", "", desk.tick()) as writer:
        edits.empty_trash(writer)
    assert len(desk.sync().trashed) == 1
    quiet(desk)
    assert len(desk.all()) == 2  # not resurrected by what Zotero still has
    desk.add(1)
    desk.sync()
    assert [desk.key(number) for number in (4,)] == [key]
    assert not server.item(key).get("deleted")
    assert len(server.items()) == 3
    quiet(desk)


@pytest.mark.parametrize("count", [3, 21])
def test_a_sync_that_removes_much_asks_first(desk: Desk, server: ZoteroServer, count: int) -> None:
    desk.add(*range(1, 26))
    desk.sync()
    server.erase(*[desk.key(number) for number in range(1, count + 1)])
    with pytest.raises(NeedsYes, match=f"remove {count} of the 25 papers"):
        desk.sync(sure=False)
    assert len(desk.all()) == 25
    assert len(desk.sync(dry_run=True).removed) == count
    desk.sync(sure=True)
    assert len(desk.all()) == 25 - count
    desk.remove(*range(count + 1, count + 4))
    if count == 3:
        with pytest.raises(NeedsYes, match="move 3 of the 22 items to Zotero's trash"):
            desk.sync(sure=False)


def test_one_or_two_are_never_much(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2)
    desk.sync()
    server.erase(desk.key())
    assert len(desk.sync(sure=False).removed) == 1


# New papers from Zotero


def test_an_item_of_the_collection_becomes_a_paper(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    key = server.add({**ARTICLE, "collections": [collection(server)]})
    server.add({**ARTICLE, "DOI": "10.1/elsewhere", "title": "Not in the collection"})
    result = desk.sync()
    assert [(row.paper_id, row.key) for row in result.pulled] == [(2, key)]
    made = desk.paper(2)
    assert made.title == "On the electrodynamics of moving bodies"
    assert [author.family for author in made.authors] == ["Einstein"]
    assert (made.year, made.doi, made.citekey) == (1905, "10.1002/andp.19053221004", "einstein1905")
    assert (made.status, made.tags) == (Status.READ, ("physics",))
    assert "Annalen der Physik" in str(made.journal_ref)
    assert made.citable
    assert server.item(key) == {**server.item(key), **{k: v for k, v in ARTICLE.items() if k != "tags"}}
    quiet(desk)


def test_its_record_overwrites_no_wording_of_the_person(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    key = server.add({"itemType": "preprint", "title": "my own title", "url": "https://arxiv.org/abs/2401.00001v2",
                      "collections": [place], "date": "2024"})  # fmt: skip
    desk.sync()
    made = paper(1)
    record = Record("2401.00001", made.title, made.abstract, made.authors, 2, made.published, None, ("cs.CV",))
    with desk.library.action("resolve", "", desk.tick()) as writer:
        edits.set_match(writer, 1, Match(MatchState.MATCHED, 1.0, "snapshot", "resolver"), record)
    desk.sync()
    item = server.item(key)
    assert (item["title"], item["date"]) == ("my own title", "2024")
    assert item["abstractNote"] == made.abstract  # what was empty is filled
    assert item["extra"].startswith("arXiv:2401.00001 [cs.CV]")
    desk.status(Status.READ)
    desk.sync()
    assert "Read_Status: Read" in server.item(key)["extra"]
    quiet(desk)


def test_papers_of_the_whole_library_by_option(desk: Desk, server: ZoteroServer) -> None:
    server.add(ARTICLE)
    server.add({"itemType": "note", "note": "a note of its own"})
    server.add({**ARTICLE, "DOI": "10.1/x", "title": "Thrown away, and longer", "deleted": 1})
    assert desk.sync().pulled == ()
    assert len(desk.sync(whole_library=True).pulled) == 1
    assert desk.sync(whole_library=True).changes == 0


def test_a_known_paper_is_linked_and_not_doubled(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    server.add({"itemType": "preprint", "archiveID": "arXiv:2401.00001", "title": "T", "collections": [place],
                "tags": [{"tag": "theirs"}]})  # fmt: skip
    desk.add(1)
    desk.status(Status.SKIPPED)
    result = desk.sync()
    assert (result.created, result.pulled) == ((), ())
    assert (desk.paper().tags, len(desk.all())) == (("theirs",), 1)
    assert "Read_Status: Not Reading" in server.items()[0]["extra"]
    quiet(desk)


def test_two_items_of_one_work_become_one_paper(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    for _ in range(2):
        server.add({**ARTICLE, "collections": [place]})
    result = desk.sync()
    assert len(result.pulled) == 1
    assert "more than once" in result.notices[0].text
    quiet(desk)
    assert len(desk.all()) == 1


def test_a_removed_paper_is_not_resurrected_by_another_item(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    desk.add(1)
    desk.remove(1)
    server.add({"itemType": "preprint", "archiveID": "arXiv:2401.00001", "title": "T", "collections": [place]})
    result = desk.sync()
    assert result.pulled == ()
    assert "trash" in result.notices[0].text
    assert desk.all() == []


def test_directions(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    server.add({**ARTICLE, "collections": [place]})
    desk.add(1)
    result = desk.sync(push=False)
    assert (len(result.pulled), result.created, len(server.items())) == (1, (), 1)
    result = desk.sync(pull=False)
    assert (result.pulled, len(result.created), len(server.items())) == ((), 1, 2)
    quiet(desk)


def test_what_was_in_the_collection_before_a_push_is_seen_later(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    server.add({**ARTICLE, "collections": [place]})
    desk.add(1)
    desk.sync(pull=False)
    assert len(desk.sync().pulled) == 1
    quiet(desk)


def test_collections_by_tag(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 2)
    desk.tag(add="Faces")
    by_tag = {"faces": "Faces in the wild"}
    desk.sync(tag_collections=by_tag)
    names = {key: stored.data["name"] for key, stored in server.library().collections.items()}
    assert sorted(names.values()) == ["Faces in the wild", "Reading list"]
    assert sorted(names[key] for key in server.item(desk.key())["collections"]) == sorted(names.values())
    assert [names[key] for key in server.item(desk.key(2))["collections"]] == ["Reading list"]
    desk.tag(drop="Faces")
    desk.sync(tag_collections=by_tag)
    assert [names[key] for key in server.item(desk.key())["collections"]] == ["Reading list"]
    faces = next(key for key, name in names.items() if name != "Reading list")
    server.add({**ARTICLE, "collections": [faces]})
    assert len(desk.sync(tag_collections=by_tag).pulled) == 1


# Notes


def test_a_note_goes_over_and_comes_back(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.note("# Idea\n\nUse **it** for $x^2$.")
    desk.sync()
    child = note_of(server)
    assert child["parentItem"] == desk.key()
    assert notes.is_ours(child["note"])
    quiet(desk)
    server.edit(child["key"], note=child["note"] + "<p>And <em>this</em>.</p>")
    assert [list(row.fields) for row in desk.sync().revised] == [["note"]]
    assert desk.paper().note == "# Idea\n\nUse **it** for $x^2$.\n\nAnd *this*."
    quiet(desk)
    desk.note("Shorter.")
    desk.sync()
    assert notes.from_html(note_of(server)["note"]).strip() == "Shorter."
    quiet(desk)


def test_notes_of_both_sides_are_joined(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.note("First.\n\nSecond.")
    desk.sync()
    child = note_of(server)
    server.edit(child["key"], note=child["note"] + "<p>Theirs.</p>")
    desk.note("First, changed.\n\nSecond.")
    desk.sync()
    for text in (desk.paper().note, notes.from_html(note_of(server)["note"])):
        assert all(part in text for part in ("First, changed.", "Second.", "Theirs."))
    quiet(desk)


def test_a_note_thrown_away_there_stays_here(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.note("Mine.")
    desk.sync()
    server.erase(note_of(server)["key"])
    desk.sync()
    assert desk.paper().note == "Mine."
    quiet(desk)
    desk.note("Mine, and more.")
    desk.sync()
    assert "and more" in note_of(server)["note"]
    quiet(desk)


def test_an_emptied_note_goes_to_the_trash(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.note("Mine.")
    desk.sync()
    desk.note("")
    desk.sync()
    assert note_of(server).get("deleted")
    quiet(desk)
    desk.note("Again.")
    desk.sync()
    assert not note_of(server).get("deleted")
    assert "Again" in note_of(server)["note"]


def test_other_notes_and_attachments_are_let_be(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    server.add({"itemType": "note", "parentItem": desk.key(), "note": "<p>My own</p>"})
    server.add({"itemType": "attachment", "linkMode": "linked_url", "url": "http://x.org", "parentItem": desk.key()})
    desk.note("Ours.")
    desk.sync()
    assert desk.paper().note == "Ours."
    texts = [item["note"] for item in server.items() if item["itemType"] == "note"]
    assert "<p>My own</p>" in texts
    assert len(texts) == 2
    quiet(desk)


# Two installations


def test_two_installations_through_one_library(desk: Desk, server: ZoteroServer, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other.sqlite3", server)
    desk.add(1, 2)
    desk.note("From one.")
    desk.sync()
    assert len(other.sync().pulled) == 2
    assert other.paper().note == "From one."
    assert [made.citekey for made in other.all()] == [made.citekey for made in desk.all()]
    other.status(Status.READ)
    other.tag(add="x")
    other.note("From one.\n\nFrom the other.")
    other.sync()
    desk.sync()
    assert (desk.paper().status, desk.paper().tags) == (Status.READ, ("x",))
    assert "From the other." in desk.paper().note
    desk.remove(2)
    desk.sync()
    other.sync()
    assert [made.id for made in other.all()] == [1]
    quiet(other)
    quiet(desk)
    other.library.close()


# Requests


def test_requests_of_the_usual_cases(desk: Desk, server: ZoteroServer) -> None:
    desk.add(*range(1, 201))
    assert desk.sync().requests <= 5 + 4
    assert desk.sync().requests <= 4
    desk.status(Status.READ, *range(1, 11))
    for number in range(11, 16):
        server.edit(desk.key(number), title=f"Theirs {number}")
    assert desk.sync().requests <= 8


def test_requests_of_a_large_pull(desk: Desk, server: ZoteroServer) -> None:
    place = server.add_collection("Reading list")
    for number in range(1000):
        server.add({"itemType": "book", "title": f"A book of its own, number {number}", "collections": [place]})
    result = desk.sync()
    assert len(result.pulled) == 1000
    assert result.requests <= 10 + 5
    quiet(desk)
