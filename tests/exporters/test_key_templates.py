"""Templates of citation keys, in the words of Better BibTeX."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.errors import SettingsError
from readlist.exporters.citekeys import fresh_key, is_from, renew, valid_key
from readlist.exporters.key_templates import DEFAULT, template
from readlist.names import split_name
from readlist.paper import Author
from readlist.settings import KEY_TEMPLATE
from tests.exporters.samples import paper

TITLE = "On the Structure of Schrödinger's Cats"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (DEFAULT, "wang2024structure"),
        ("auth.lower + year + veryshorttitle.lower", "wang2024structure"),
        ("[auth:lower][year][shorttitle]", "wang2024StructureSchrodingerCats"),
        ("[auth:lower][year][shorttitle(2):lower]", "wang2024structureschrodinger"),
        ("[Auth]_[shortyear]", "Wang_24"),
        ("[auth3:upper]:[year]", "WAN:2024"),
        ("auth(2) + '-' + title", "Wa-StructureSchrodingerCats"),
        ("[authors]", "WangBaiWang"),
        ("[authors2][year]", "WangBaiEtAl2024"),
        ("authors(3).fold + year", "WangBaiWang2024"),
        ("arXiv", "2401.07519"),
        ("[auth:lower]/[arXiv]", "wang/2401.07519"),
        ("[Title1:lower]", "structure"),
    ],
)
def test_tokens(text: str, key: str) -> None:
    assert fresh_key(paper(title=TITLE), text) == key
    assert valid_key(key)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"authors": ()}, "2024-structure"),
        ({"published": None, "arxiv_id": None, "given_year": None}, "wang-structure"),
        ({"authors": (Author("王", "王", ""),), "title": "中文"}, "240107519"),
        ({"authors": (split_name("Đorđe Østergård"),)}, "ostergard2024-structure"),
    ],
)
def test_what_a_paper_lacks_is_left_out(changes: dict[str, Any], key: str) -> None:
    assert fresh_key(paper(**{"title": TITLE, **changes}), "[auth:lower][year]-[veryshorttitle:lower]") == key


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[autor]", "no token 'autor'"),
        ("[auth:shout]", "no filter 'shout'"),
        ("[auth] [year]", "' ' in"),
        ("[auth]{[year]", "cannot stand in a key"),
        ("2024", "has no token"),
        ("auth + 'a b'", "'a b' in"),
        ("[auth", "cannot stand in a key"),
        ("", "has no token"),
    ],
)
def test_templates_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(SettingsError, match="keys.template") as error:
        template(text)
    assert message in str(error.value)


def test_the_default_is_one() -> None:
    assert KEY_TEMPLATE == DEFAULT


@given(st.text(max_size=12), st.text(max_size=20), st.sampled_from(["[Auth]-[title]", "[authors2]+[year]", "arXiv"]))
def test_every_key_can_be_cited(name: str, title: str, text: str) -> None:
    assert valid_key(fresh_key(paper(authors=(Author(name, name, ""),), title=title), text))


def test_renewed_keys_belong_to_one_paper() -> None:
    papers = [paper(number, citekey=f"k{number}") for number in (1, 2, 3)]
    holders = {"wang2024instantid": 3, "wang2024instantida": 9, "k1": 1, "k2": 2, "k3": 3}
    assert renew(papers, holders, DEFAULT) == {
        1: "wang2024instantidb", 2: "wang2024instantidc", 3: "wang2024instantid"
    }  # fmt: skip


def test_a_suffix_is_no_other_key() -> None:
    assert is_from("wang2024instantidb", paper(), DEFAULT)
    assert not is_from("wang2024instantid2", paper(), DEFAULT)
    assert not is_from("Wang2024instantid", paper(), DEFAULT)
