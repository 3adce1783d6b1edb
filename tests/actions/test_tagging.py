"""Tags over the library: renamed, merged, deleted, coloured, and taken back."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from readlist.actions import tagging, triage
from readlist.actions.browsing import saved_searches, tag_colours, tag_counts, tags_among
from readlist.actions.searches import save_search
from readlist.errors import WrongUsage
from readlist.library import Library
from readlist.library.query import tag_term, with_tag_renamed
from tests.actions.test_searches import fill


@pytest.fixture
def tagged(library: Library, now: datetime) -> Library:
    """Four papers: 1 and 2 (in the trash) with faces, 2 and 3 with people."""
    fill(library, now)
    triage.change_tags(library, [1, 2], now, add=["faces"])
    triage.change_tags(library, [2, 3], now, add=["people"])
    triage.remove(library, [2], now)
    return library


def tags(library: Library) -> dict[int, list[str]]:
    return {row[0]: json.loads(row[1]) for row in library.connection.execute("SELECT id, tags FROM paper")}


BEFORE = {1: ["faces"], 2: ["faces", "people"], 3: ["people"], 4: []}


def test_a_tag_is_renamed_everywhere_in_one_step(tagged: Library, now: datetime) -> None:
    tagging.colour_tag(tagged, "faces", "red", now)
    save_search(tagged, "Faces", "-tag:faces tag:FACES people", now)
    assert tagging.rename_tag(tagged, "faces", " the  face ", now) == 2
    assert tags(tagged) == {**BEFORE, 1: ["the face"], 2: ["people", "the face"]}
    assert tag_colours(tagged) == {"the face": "red"}
    assert saved_searches(tagged)[0].query == '-tag:"the face" tag:"the face" people'
    assert tagged.history(1)[0].summary == "tag faces → the face: 2 papers"
    tagged.undo(1)
    assert tags(tagged) == BEFORE
    assert tag_colours(tagged) == {"faces": "red"}
    assert saved_searches(tagged)[0].query == "-tag:faces tag:FACES people"
    tagged.redo(1)
    assert tags(tagged)[1] == ["the face"]


def test_only_its_case_is_changed(tagged: Library, now: datetime) -> None:
    tagging.colour_tag(tagged, "faces", "red", now)
    assert tagging.rename_tag(tagged, "faces", "Faces", now) == 2
    assert tags(tagged)[1] == ["Faces"]
    assert tag_colours(tagged) == {"faces": "red"}
    assert "→" in tagged.history(1)[0].summary


def test_tags_are_merged(tagged: Library, now: datetime) -> None:
    tagging.colour_tag(tagged, "faces", "red", now)
    tagging.colour_tag(tagged, "people", "blue", now)
    assert tagging.rename_tag(tagged, "faces", "people", now) == 2
    assert tags(tagged) == {1: ["people"], 2: ["people"], 3: ["people"], 4: []}
    assert tag_colours(tagged) == {"people": "blue"}
    assert tagged.history(1)[0].summary == "tag faces merged into people: 2 papers"
    tagged.undo(1)
    assert tags(tagged) == BEFORE
    assert tag_colours(tagged) == {"faces": "red", "people": "blue"}


def test_a_tag_is_deleted(tagged: Library, now: datetime) -> None:
    tagging.colour_tag(tagged, "faces", "red", now)
    assert tagging.delete_tag(tagged, "faces", now) == 2
    assert tags(tagged) == {1: [], 2: ["people"], 3: ["people"], 4: []}
    assert tag_colours(tagged) == {}
    assert tag_counts(tagged) == {"people": 1}
    tagged.undo(1)
    assert tags(tagged) == BEFORE
    assert tag_colours(tagged) == {"faces": "red"}


def test_colours(tagged: Library, now: datetime) -> None:
    assert tagging.colour_tag(tagged, "faces", "red", now) == 1
    assert tagging.colour_tag(tagged, "faces", "red", now) == 0
    assert tagging.colour_tag(tagged, "faces", None, now) == 1
    assert tagging.colour_tag(tagged, "faces", None, now) == 0
    tagged.undo(1)
    assert tag_colours(tagged) == {"faces": "red"}
    with pytest.raises(WrongUsage, match="no colour 'mauve'"):
        tagging.colour_tag(tagged, "faces", "mauve", now)


def test_an_impossible_name_changes_nothing(tagged: Library, now: datetime) -> None:
    for name in ("", " \n", "x" * 256):
        with pytest.raises(WrongUsage):
            tagging.rename_tag(tagged, "faces", name, now)
    assert tags(tagged) == BEFORE


def test_on_how_many_papers_tags_are(tagged: Library) -> None:
    assert tags_among(tagged, [1, 2, 4]) == {"faces": 2, "people": 1}


@pytest.mark.parametrize(
    ("query", "renamed"),
    [
        ("tag:a b", "tag:z b"),
        ('x -tag:"A" OR tag:ab', "x -tag:z OR tag:ab"),
        ("a tagA", "a tagA"),
        ('tag:a "open', 'tag:a "open'),
    ],
)
def test_tags_in_queries(query: str, renamed: str) -> None:
    assert with_tag_renamed(query, "a", "z") == renamed


def test_a_tag_as_a_filter() -> None:
    assert [tag_term(tag) for tag in ("a", "a b", 'a"b', "a:b")] == ["tag:a", 'tag:"a b"', 'tag:"a b"', "tag:a:b"]
