"""The plan by itself: no server, no clock, no store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from readlist.paper import Paper, Status
from readlist.zotero.absorb import absorb
from readlist.zotero.changes import Places, Plan
from readlist.zotero.plan import make_plan
from readlist.zotero.state import KEY_ALPHABET, ItemState, LibraryState, Seen, new_key, remember
from tests.zotero.fakes import NOW, paper

COLLECTION = "CCCC2222"


def keys() -> Iterator[str]:
    for number in range(1000):
        yield f"KEY{number:05d}".replace("0", "A").replace("1", "B")


def plan_of(papers: list[Paper], state: LibraryState | None = None, **given: Any) -> Plan:
    made = keys()
    options: dict[str, Any] = {
        "items": {},
        "places": Places(COLLECTION),
        "now": NOW,
        "make_key": lambda: next(made),
    } | given
    return make_plan(papers, state or LibraryState(), **options)


def in_step(made: Paper, **there: Any) -> tuple[LibraryState, ItemState]:
    """The state after ``made`` was pushed; ``there``: what another program changed since."""
    [write] = plan_of([made]).writes
    data = {"itemType": "preprint", "DOI": "", "citationKey": "", "tags": [], "extra": ""} | dict(write.payload)
    state = write.landed(5, data, [COLLECTION])
    state = replace(state, there={**state.there, **there}, version=7 if there else 5)
    return LibraryState(7, {"Reading list": COLLECTION}, {made.id: state}), state


def test_nothing_to_do() -> None:
    library, _ = in_step(paper())
    plan = plan_of([paper()], library)
    assert (plan.writes, plan.conflicts, plan.unchanged, plan.settled) == ((), (), 1, {})


def test_a_write_names_key_and_version() -> None:
    library, state = in_step(paper())
    [write] = plan_of([paper(title="New")], library).writes
    assert write.action == "update"
    assert write.payload == {"key": state.key, "version": 5, "title": "New"}


def test_versions_of_the_record_and_notes_and_stars_are_no_changes() -> None:
    library, _ = in_step(paper())
    assert plan_of([paper(arxiv_version=3, note="n", priority=2, comment="c")], library).writes == ()


def test_a_pending_key_is_used_again() -> None:
    [write] = plan_of([paper()]).writes
    library = LibraryState(items={1: write.state})
    [again] = plan_of([paper()], library, make_key=lambda: "OTHER222").writes
    assert again.payload["key"] == write.payload["key"]
    assert again.payload["version"] == 0


def test_a_pending_key_gives_way_to_an_item_that_is_there() -> None:
    [write] = plan_of([paper()]).writes
    seen = Seen("SEEN2222", 3, "T", ("arxiv:2401.00001",))
    library = LibraryState(items={1: write.state}, seen={"SEEN2222": seen})
    assert plan_of([paper()], library).fetch == {"SEEN2222"}
    item = {"key": "SEEN2222", "version": 3, "data": {"itemType": "webpage", "extra": "", "tags": []}}
    [update] = plan_of([paper()], library, items={"SEEN2222": item}).writes
    assert (update.action, update.payload["key"], update.payload["version"]) == ("update", "SEEN2222", 3)
    assert not update.state.made_by_us


def test_an_item_is_taken_over_by_one_paper_only() -> None:
    seen = Seen("SEEN2222", 3, "T", ("doi:10.1000/x",))
    library = LibraryState(seen={"SEEN2222": seen})
    item = {"key": "SEEN2222", "version": 3, "data": {"itemType": "webpage", "extra": "", "tags": []}}
    plan = plan_of([paper(1, doi="10.1000/x"), paper(2, doi="10.1000/x")], library, items={"SEEN2222": item})
    assert sorted(write.action for write in plan.writes) == ["create", "update"]


def test_fields_that_the_items_type_lacks_are_never_sent() -> None:
    seen = Seen("SEEN2222", 3, "T", ("arxiv:2401.00001",))
    data = {"itemType": "webpage", "title": "", "url": "", "extra": "", "date": "", "tags": [], "creators": []}
    item = {"key": "SEEN2222", "version": 3, "data": data}
    [write] = plan_of([paper(citekey="k")], LibraryState(seen={"SEEN2222": seen}), items={"SEEN2222": item}).writes
    assert set(write.payload) == {"key", "version", *data, "collections"} - {"itemType"}
    library = LibraryState(items={1: write.landed(4, data, [COLLECTION])})
    assert plan_of([paper(citekey="k2", doi="10.1000/x")], library).writes == ()


def test_arxivs_doi_is_not_put_on_an_article() -> None:
    seen = Seen("SEEN2222", 3, "T", ("arxiv:2401.00001",))
    item = {"key": "SEEN2222", "version": 3, "data": {"itemType": "journalArticle", "DOI": "", "libraryCatalog": ""}}
    library = LibraryState(seen={"SEEN2222": seen})
    [write] = plan_of([paper()], library, items={"SEEN2222": item}).writes
    assert not {"DOI", "libraryCatalog"} & set(write.payload)
    [write] = plan_of([paper(doi="10.1000/x")], library, items={"SEEN2222": item}).writes
    assert write.payload["DOI"] == "10.1000/x"


def test_a_full_extra_field_is_left_as_it_is_and_said() -> None:
    library, state = in_step(paper())
    extra = f"{state.there['extra']}\n"
    library, _ = in_step(paper(), extra=extra + "x" * (65_535 - len(extra)))
    plan = plan_of([paper(status=Status.SKIPPED, title="New")], library)
    [write] = plan.writes
    assert set(write.payload) == {"key", "version", "title"}
    assert "Extra field is full" in plan.notices[0].text
    library = LibraryState(items={1: write.landed(8, {**library.items[1].there, "title": "New"}, [COLLECTION])})
    assert plan_of([paper(status=Status.SKIPPED, title="New")], library).notices  # not taken for done


def test_tags_in_another_order_are_no_change() -> None:
    library, state = in_step(paper(tags=("b", "a")))
    assert state.there["tags"] == [{"tag": "a"}, {"tag": "b"}]
    assert plan_of([paper(tags=("a", "b"))], library).writes == ()


def test_a_tag_added_on_both_sides_is_not_sent_again() -> None:
    library, _ = in_step(paper(tags=("a",)), tags=[{"tag": "x"}, {"tag": "b"}, {"tag": "a"}])
    plan = plan_of([paper(tags=("a", "b"))], library)
    assert plan.writes == ()
    [write] = plan_of([paper(tags=("a", "b"), title="New")], library).writes
    assert (set(write.payload), set(write.row.fields)) == ({"key", "version", "title"}, {"title"})
    kept = plan.settled[1]
    assert kept is not None
    assert kept.base["tags"] == ["a", "b"]


def test_both_removed_is_agreement() -> None:
    library, _ = in_step(paper(), deleted=1)
    plan = plan_of([paper(removed=NOW)], library)
    assert plan.writes == ()
    kept = plan.settled[1]
    assert kept is not None
    assert plan_of([paper(removed=NOW)], replace(library, items={1: kept})).settled == {}


def test_absorb_links_what_is_ours_and_remembers_the_rest() -> None:
    library, state = in_step(paper())
    changed = {"key": state.key, "version": 9, "data": {**state.there, "title": "Theirs"}}
    other = {"key": "OTHER222", "version": 8, "data": {"itemType": "book", "title": "B", "DOI": "10.1000/B"}}
    note = {"key": "NOTE2222", "version": 8, "data": {"itemType": "note", "note": "n"}}
    items, seen = absorb(library, [changed, other, note], ())
    assert items[1].version == 9
    assert items[1].base == state.base
    assert seen == {"OTHER222": Seen("OTHER222", 8, "B", ("doi:10.1000/b",))}


def test_absorb_forgets_what_is_erased() -> None:
    library, state = in_step(paper())
    library = replace(library, seen={"OTHER222": Seen("OTHER222", 8, "B", ("doi:10.1000/b",))})
    items, seen = absorb(library, (), [state.key, "OTHER222", "UNKNOWN2"])
    assert items[1].deleted
    assert seen == {"OTHER222": None}
    items, _ = absorb(library, (), (), complete=True)
    assert items[1].deleted


def test_keys_are_of_the_servers_alphabet() -> None:
    assert all(set(new_key()) <= set(KEY_ALPHABET) and len(new_key()) == 8 for _ in range(200))


def test_long_values_are_remembered_short() -> None:
    assert len(str(remember("a" * 9000))) < 60
    assert remember("a" * 9000) != remember("a" * 9001)
    assert remember(["tag"] * 300) == ["tag"] * 300
