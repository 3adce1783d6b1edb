"""Citation keys: readable, plain ASCII, unique without regard to case, and never moved."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.errors import ReadlistError
from readlist.exporters.citekeys import assign, fresh_key, key_of, valid_key
from readlist.names import split_name
from readlist.paper import Author
from tests.exporters.samples import paper


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "wang2024instantid"),
        ({"title": "The Arc2Face: A Model"}, "wang2024arc2face"),
        ({"title": "On the Dual-Stream Network"}, "wang2024dual"),
        ({"title": "Is That So?"}, "wang2024so"),
        ({"title": "On the of"}, "wang2024on"),
        ({"title": r"Poincar\'e maps"}, "wang2024poincare"),
        ({"authors": (split_name("Laurens van der Maaten"),)}, "vandermaaten2024instantid"),
        ({"authors": (split_name("Martin Luther King, Jr."),)}, "king2024instantid"),
        ({"authors": (split_name("Đorđe Čvorović-Øre"),)}, "cvorovicore2024instantid"),
        ({"authors": (split_name(r"Erwin Schr\"odinger"),)}, "schrodinger2024instantid"),
        ({"authors": (Author("Gemini Team", "Gemini Team", ""),)}, "geminiteam2024instantid"),
        ({"authors": ()}, "2024instantid"),
        ({"authors": (Author("王", "王", ""),)}, "2024instantid"),
        ({"authors": (Author("王", "王", ""),), "title": "中文"}, "240107519"),
        ({"published": None, "arxiv_id": "math/0309136"}, "wang2003instantid"),
        ({"published": None, "arxiv_id": None}, "wanginstantid"),
        ({"authors": (), "title": "", "published": None, "arxiv_id": None}, "paper1"),
    ],
)
def test_fresh_key(changes: dict[str, Any], expected: str) -> None:
    assert fresh_key(paper(**changes)) == expected


def test_a_clash_suffixes_the_new_paper_only() -> None:
    old = paper(1, citekey="wang2024instantid")
    assert assign([paper(2), old, paper(3)], {"Wang2024InstantIDa"}) == {
        2: "wang2024instantidb",
        3: "wang2024instantidc",
    }


def test_suffixes_go_on_after_z() -> None:
    keys = list(assign([paper(number) for number in range(1, 31)], ()).values())
    assert keys[0] == "wang2024instantid"
    assert keys[26:29] == ["wang2024instantidz", "wang2024instantidaa", "wang2024instantidab"]


@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12)), max_size=12),
    st.sets(st.text(max_size=6), max_size=4),
)
def test_keys_are_plain_and_unique(parts: list[tuple[str, str]], taken: set[str]) -> None:
    papers = [
        paper(number, authors=(Author(name, name, ""),), title=title) for number, (name, title) in enumerate(parts)
    ]
    keys = assign(papers, taken)
    assert set(keys) == {each.id for each in papers}
    assert all(re.fullmatch("[a-z0-9]+", key) and valid_key(key) for key in keys.values())
    assert len({key.lower() for key in keys.values()} | {key.lower() for key in taken}) == len(keys) + len(
        {key.lower() for key in taken}
    )
    again = [replace(each, citekey=keys[each.id]) for each in papers]
    assert assign(again, taken) == {}


def test_a_paper_without_a_key_is_named() -> None:
    with pytest.raises(ReadlistError, match=r"p7 .*InstantID"):
        key_of(paper(7))


@pytest.mark.parametrize("key", ["", "a b", "a,b", "a{b", "ä", "a%b", "a#b"])
def test_keys_that_cannot_be_cited(key: str) -> None:
    assert not valid_key(key)
