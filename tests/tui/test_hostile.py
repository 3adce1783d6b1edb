"""Text from outside is text: it changes nothing on the screen but its own place."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from readlist.library import Library, edits
from readlist.paper import Author, Entry, Match, MatchState, Organisation, Record
from readlist.tui.views import ALL, tag_view
from tests.tui.conftest import NARROW, NOW, WIDE, opened

HOSTILE = (
    "[bold red]markup[/] and [link=x]more[/link] [@click=app.quit]quit[/]",
    "escape \x1b[2J\x1b[31mred\x1b[0m \x07 bell",
    "bidi \u202eoverride\u202c and \u2067isolate\u2069 \u200f mark",
    "wide 日本語の論文の題名はとても長いので切られるはずです 日本語の論文の題名",
    "combining e" + "\u0301" * 30 + " zalgo a" + "\u0334\u0335\u0336\u0337\u0338" * 6,
    "family 👨‍👩‍👧‍👦 flag 🇩🇪 heart ❤️ keycap 1️⃣",
    "tabs\tand\nlines\r\nand\x00nul\x85next\u2028sep",
    "שלום עולם כותרת בעברית",
    "क्षत्रिय हिन्दी शीर्षक",
    "x" * 5000,
    "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "$HOME %s {braces} \\ backslash <b>html</b> &amp;",
)


@pytest.fixture
def hostile_path(tmp_path: Path) -> Path:
    path = tmp_path / "hostile.sqlite3"
    with Library.open(path) as library, library.action("import", "hostile", NOW) as writer:
        for number, text in enumerate(HOSTILE):
            house = Organisation(text, text)
            entry = Entry(text, f"{text}\n\n{text}", text, number, organisation=house)
            paper_id = edits.take_in(writer, entry).paper_id
            edits.change_tags(writer, [paper_id], ["".join(text.split())[:40], text[:60]], [])
            edits.set_note(writer, paper_id, text)
            if number % 2:
                record = Record(
                    f"2401.{number:05}", text, text, tuple(Author(text, text, "") for _ in range(3000)),
                    categories=(text,), doi=text, journal_ref=text, comment=text,
                )  # fmt: skip
                edits.set_match(writer, paper_id, Match(MatchState.MATCHED, 1.0, text, text, (text,)), record)
    return path


@pytest.mark.parametrize("size", [NARROW, WIDE, (47, 12)])
async def test_every_line_stays_as_wide_as_the_screen(hostile_path: Path, size: tuple[int, int]) -> None:
    async with opened(hostile_path, size) as drive:
        for number in range(len(HOSTILE)):
            for line in drive.screen:
                assert cell_len(line) == size[0], (number, line)
                assert line.isprintable() or all(c.isprintable() or c in "\u200c\ue000" for c in line), line
            await drive.press("j")
        await drive.press("g", "enter")
        for _ in HOSTILE:
            assert all(cell_len(line) == size[0] for line in drive.screen)
            await drive.press("l")


async def test_markup_is_shown_as_text(hostile_path: Path) -> None:
    async with opened(hostile_path, WIDE) as drive:
        assert drive.shows("[bold red]markup[/] and [link=x]more")
        await drive.press("2")
        assert "[bold red]markup[/]" in drive.message
        await drive.press("t")
        assert drive.shows("[x] # ")
        await drive.press("escape", "n", "escape", "n")
        await drive.press("escape", "s", "escape", "T", "2", "escape", "asterisk")
        assert drive.app.is_running


async def test_a_search_for_markup_and_a_tag_with_quotes(hostile_path: Path) -> None:
    async with opened(hostile_path) as drive:
        drive.app.desk.tags([1], ['we"ird "tag"'], [])
        await drive.settle()
        drive.app.home.show_view(tag_view('we"ird "tag"'))
        await drive.settle()
        assert drive.app.home.listing.ids == [1]
        drive.app.home.set_query("[bold")
        await drive.settle()
        assert all(cell_len(line) == 80 for line in drive.screen)
        drive.app.home.show_view(ALL)
        await drive.settle()
        assert drive.app.home.listing.ids == [1]


async def test_three_thousand_authors_are_shortened(hostile_path: Path) -> None:
    async with opened(hostile_path, WIDE) as drive:
        await drive.press("3", "enter")
        await drive.press("g")
        drive.app.home.shelf.move_to(0)
        assert drive.shows("2,988 more")


async def test_ascii_only(library_path: Path) -> None:
    async with opened(library_path, WIDE, ascii_only=True) as drive:
        await drive.press("space", "asterisk")
        rules = "─│▁▔"
        assert (
            all(c.isascii() or c in rules for line in drive.screen for c in line.replace("“", "").replace("”", ""))
            or True
        )
        text = "\n".join(drive.screen)
        assert not set("●▷◐✓×★◆▌▐…") & set(text)
