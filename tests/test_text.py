"""What is compared: typography and TeX must make no difference, words must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.text import alike, fold, key, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"Poincar\'e maps", "Poincaré maps"),
        (r"Poincar\'{e} maps", "POINCARÉ MAPS"),
        (r"M\"uller, Erd\H{o}s and {\O}re", "Müller, Erdős and Øre"),
        (r"$\omega$-Test", "ω-Test"),
        (r"$\mathscr{W}_+$ space", "W_+ space"),
        ("S$^2$Edit", "S^2Edit"),
        ("S²Edit", "S2Edit"),
        ("Pre-training – a survey", "Pre—training: a survey"),
        ("The ﬁne “art” of it’s", 'The fine "art" of it\'s'),
        ("DreamID-V:Bridging", "DreamID-V: Bridging"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_title_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Vec2Face", "Vec2Face+ 2"), ("Part I", "Part II"), ("α-net", "β-net"), ("?!", "!!")]
)
def test_different_titles_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_words_stay_apart() -> None:
    assert words(r"On Poincar\'e maps: {\o}re") == ["on", "poincare", "maps", "ore"]


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    if "\\" not in text and "{" not in text:
        assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_every_text_has_a_key_unless_it_is_blank(text: str) -> None:
    assert bool(key(text)) == bool(text.split()) or not text.isprintable() or "{" in text


def test_a_cut_off_abstract_is_wholly_alike() -> None:
    text = " ".join(f"word{n}" for n in range(100))
    assert alike(text, " ".join(text.split()[:40])) == 1.0
    assert alike(text, "something else altogether that shares nothing") == 0.0
