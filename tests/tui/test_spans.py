"""Text as it is drawn: harmless, exactly as wide as it should be, wrapped without loss."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readlist.tui import spans

texts = st.text(max_size=60)


@given(texts)
def test_safe_text_holds_nothing_that_steers_a_terminal(text: str) -> None:
    for character in spans.safe(text):
        category = unicodedata.category(character)
        assert category not in {"Cc", "Cs", "Zl", "Zp"}
        assert category != "Cf" or character == "\u200c"


@given(texts)
def test_safe_is_stable(text: str) -> None:
    assert spans.safe(spans.safe(text)) == spans.safe(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold red]text[/]", "plain [bold red]text[/]"),
        ("a\x1b[31mred\x07", "a␛[31mred␇"),
        ("one\ttwo\nthree\u2028four", "one two three four"),
        ("abc\u202edef\u2066ghi\u200f", "abcdefghi"),
        ("e" + "\u0301" * 20, "e" + "\u0301" * 3),
        ("\x9b31m", "\ufffd31m"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
    ],
)
def test_what_safe_makes_of_hostile_text(text: str, shown: str) -> None:
    assert spans.safe(text) == shown


@given(texts, st.integers(0, 30))
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_len(spans.fit(spans.safe(text), width)) == width


@given(texts, st.integers(0, 30))
def test_clip_never_is_wider(text: str, width: int) -> None:
    assert cell_len(spans.clip(spans.safe(text), width)) <= width


@given(st.lists(st.tuples(texts.map(spans.safe), st.just("text")), max_size=5), st.integers(1, 40))
def test_fit_line_is_exactly_as_wide_as_asked(line: spans.Line, width: int) -> None:
    assert spans.line_width(spans.fit_line(line, width)) == width


@given(texts.map(spans.safe), st.integers(2, 30))
def test_wrapping_loses_no_word_and_keeps_the_width(text: str, width: int) -> None:
    lines = [text[start:end] for start, end in spans.wrap(text, width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_wide_characters_are_cut_between_cells() -> None:
    assert spans.fit("日本語の論文", 7) == "日本語…"
    assert spans.fit("日本語", 4, "") == "日本"
    assert spans.fit("日本語", 3, "") == "日 "


def test_search_words_are_marked_at_word_starts() -> None:
    lines = spans.paragraph("Faces and surfaces: a Face", 40, words=("face",))
    assert [text for text, role in lines[0] if role == "hit"] == ["Face", "Face"]


@given(texts, st.lists(st.text(max_size=5), max_size=3), st.integers(1, 40))
def test_marking_changes_no_text(text: str, words: list[str], width: int) -> None:
    plain = [spans.plain(line) for line in spans.paragraph(text, width)]
    assert [spans.plain(line) for line in spans.paragraph(text, width, words=words)] == plain
