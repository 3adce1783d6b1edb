"""Notes in the pane: Markdown drawn lightly, and nothing of them lost or able to steer the screen."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlist.actions import triage
from readlist.library import Library
from readlist.tui.note_lines import note_lines
from readlist.tui.spans import line_width, plain
from tests.tui.conftest import NARROW, NOW, WIDE, opened

NOTE = "# Why\n\nA **bold** claim, *in part*:\n- one `code`\n- two\n\n1. first\nline two\n> said\n<b>kept</b> & [a](http://x.y)"


def test_headings_bold_and_lists() -> None:
    lines = note_lines(NOTE, 40)
    spans = [span for line in lines for span in line]
    assert ("Why", "heading") in spans
    assert ("bold", "strong") in spans
    assert any(text.strip() == "•" for text, _ in spans)
    shown = [plain(line).strip() for line in lines]
    text = "\n".join(shown)
    assert "**" not in text
    assert "# Why" not in text
    assert "• one code" in shown
    assert "<b>kept</b> & a (http://x.y)" in text
    assert lines[0] == note_lines("# Why", 40)[0]
    assert all(line_width(line) <= 40 for line in lines)


def test_plain_notes_and_those_of_the_first_paint_stay_as_they_were_typed() -> None:
    assert [plain(line) for line in note_lines("one\ntwo\n\nthree", 40)] == ["one", "two", "", "three"]
    assert plain(note_lines(NOTE, 80, drawn=False)[0]) == "# Why"
    long = "**a** word\n" * 3000
    assert "**a** word" in plain(note_lines(long, 40)[-1])
    assert [plain(line).rstrip() for line in note_lines("line one *x*\nline two", 40)] == ["line one x", "line two"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab *_`#[]()<>-+1.\n\t|~é文\x1b\u202e\u0301", max_size=80), st.integers(12, 60))
def test_any_note_fits_and_steers_nothing(note: str, width: int) -> None:
    for line in note_lines(note, width):
        assert line_width(line) <= width
        for character in plain(line):
            assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
            assert character != "\u202e"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_note_is_drawn_in_the_pane(library_path: Path, size: tuple[int, int]) -> None:
    with Library.open(library_path) as library:
        triage.set_note(library, 1, "## Point\n\n- **really** good", NOW)
    async with opened(library_path, size) as drive:
        if size == NARROW:
            await drive.press("enter", "G")
        assert drive.shows("• really good")
        assert not drive.shows("**really**")
