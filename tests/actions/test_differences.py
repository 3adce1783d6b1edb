"""Word by word: what is marked, what is not, and that no character gets lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from readlist.actions.differences import MOST_WORDS, differences, merged
from tests.support import abstract


def only(first: str, second: str) -> tuple[list[str], list[str]]:
    found = differences(first, second)
    return [first[i:j] for i, j in found.only_first()], [second[i:j] for i, j in found.only_second()]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Deep Nets: A Survey", "deep nets - a survey"),
        ("A multi-modal model", "A Multimodal Model"),
        ("state of the art", "state-of-the-art"),
        ("Poincaré balls", "Poincar\\'e balls"),
        ("The ω limit", "The $\\omega$ limit"),
        ("in W_+ space", "in $\\mathscr{W}_+$ space"),
        ("“Quoted”, (bracketed).", '"Quoted" bracketed'),
        ("", ""),
        ("…", "-"),
    ],
)
def test_typography_is_no_difference(first: str, second: str) -> None:
    assert differences(first, second).same
    assert differences(first, second).share == 1.0


@pytest.mark.parametrize(
    ("first", "second", "gone", "new"),
    [
        ("Natural Language Generation", "Natural Language Processing and Generation", [], ["Processing and"]),
        ("Faces, in the wild", "Faces, in the lab", ["wild"], ["lab"]),
        ("Part II of it", "Part I of it", ["II"], ["I"]),
        ("A model for images", "A model", ["for images"], []),
        ("x", "", [], []),  # nothing in common: no marks
    ],
)
def test_what_is_marked(first: str, second: str, gone: list[str], new: list[str]) -> None:
    assert only(first, second) == (gone, new)


def test_a_lonely_equal_word_between_changes_is_chance() -> None:
    first = "alpha beta gamma one two three the four five six delta epsilon zeta"
    second = "alpha beta gamma red green blue the black white grey delta epsilon zeta"
    assert only(first, second) == (["one two three the four five six"], ["red green blue the black white grey"])


def test_foreign_texts_are_not_marked() -> None:
    found = differences(abstract(1, 200), "entirely other words " * 40)
    assert (found.marked, found.same, found.only_first()) == (False, False, [])


def test_long_texts_are_compared_up_to_a_limit() -> None:
    same = "word " * MOST_WORDS
    found = differences(same + "tail one", same + "other tail")
    assert found.same
    assert found.steps[-1].first[1] == len(same + "tail one")


words = st.lists(
    st.sampled_from(["the", "a", "of", "Model", "e-mail", "x/y", "\\'e", "—", "...", "$W_+$"]), max_size=60
)


@given(words, words, st.sampled_from([" ", "\n ", ", "]))
def test_the_steps_hold_both_texts_wholly(one: list[str], other: list[str], glue: str) -> None:
    first, second = glue.join(one), glue.join(other)
    found = differences(first, second)
    for places, text in (([s.first for s in found.steps], first), ([s.second for s in found.steps], second)):
        ends = [0, *(end for _, end in places)]
        assert [start for start, _ in places] == ends[:-1]
        assert ends[-1] == len(text)
        assert ends == sorted(ends)
    assert 0 <= found.share <= 1
    assert differences(first, first).same
    swapped = differences(second, first)
    assert found.same == swapped.same


@given(st.text(max_size=60), st.text(max_size=60))
@example("", "㉠")
@example("Faces™ ™", "Faces ™")
def test_any_text(first: str, second: str) -> None:
    found = differences(first, second)
    assert "".join(first[slice(*step.first)] for step in found.steps) == first
    assert "".join(second[slice(*step.second)] for step in found.steps) == second


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("Faces in the wild.", "Faces, in the Lab.", "Faces, in the [-wild-] {+Lab+}."),
        ("A model for images of cats", "A model of cats", "A model [-for images-] of cats"),
        ("A model of cats", "A model for images of cats", "A model {+for images+} of cats"),
        ("We use W.", "We use W (ours, and more).", "We use W ({+ours, and more+})."),
        ("nothing like it", "quite other words", "quite other words"),
        ("Same Text", "same text", "same text"),
    ],
)
def test_both_texts_as_one(first: str, second: str, shown: str) -> None:
    found = merged(differences(first, second), first, second)
    assert " ".join("".join(text for _, text in word) for word in found) == shown
