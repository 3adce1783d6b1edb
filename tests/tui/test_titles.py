"""TeX in titles: read on the screen, marked where a search found it, and nowhere else."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from readlist.library import Library, edits
from readlist.paper import Entry
from readlist.tui.titles import shown_title, title_lines, title_marks
from tests.conftest import NOW
from tests.support import Cli
from tests.tui.conftest import WIDE, opened

TITLE = r"Schr\"odinger Bridges and S$^2$Edit for {GPU} Kernels"
SHOWN = "Schrödinger Bridges and S²Edit for GPU Kernels"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite3"
    with Library.open(path) as library, library.action("import", "imported", NOW) as writer:
        for number, title in enumerate(("A plain title", TITLE), 1):
            edits.take_in(writer, Entry(title, "", "a.txt", number))
    return path


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        (["kern"], ["Kern"]),
        (["odinger"], ["Schrödinger"]),  # the index has "schr" and "odinger"
        (["edit"], ["S²Edit"]),
        (["bridges", "gpu"], ["Bridges", "GPU"]),
        (["absent"], []),
    ],
)
def test_what_a_search_found_is_marked(words: list[str], marked: list[str]) -> None:
    assert shown_title(TITLE) == SHOWN
    assert [SHOWN[start:end] for start, end in title_marks(TITLE, SHOWN, words)] == marked


def test_of_a_formula_the_part_that_was_found_is_marked() -> None:
    title = r"On $\mathcal{W} + \omega$ maps"
    shown = shown_title(title)
    assert [shown[start:end] for start, end in title_marks(title, shown, ["mathcal"])] == ["𝒲"]
    assert [role for _, role in title_lines(title, 60, ["maps"])[0]] == ["title", "hit"]


def test_markup_and_escapes_are_still_text() -> None:
    assert shown_title("\x1b[31m{red} [bold]x[/]") == "␛[31mred [bold]x[/]"
    assert shown_title(TITLE, tex=False) == TITLE


async def test_the_list_and_the_paper_show_it(path: Path) -> None:
    async with opened(path, WIDE) as drive:
        assert drive.shows("Schrödinger Bridges")
        assert not drive.shows("Schr\\")
        await drive.press("j", "enter")
        assert drive.shows(SHOWN)
        await drive.press("escape", "slash")
        await drive.type("odinger")
        await drive.press("enter")
        assert drive.app.home.listing.ids == [2]
        hits = [text for text, role in drive.app.home.shelf.line(0, 80) if role == "hit"]
        assert hits == ["Schrödinger"]


async def test_the_first_paint_waits_for_no_tex(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from readlist.tui.screens.home import HomePage

    seen: list[bool] = []
    settle = HomePage._settle

    def watching(self: HomePage) -> None:
        seen.append("readlist.tex" in sys.modules)
        settle(self)

    for name in [name for name in sys.modules if name == "readlist.tex" or name.startswith("pylatexenc")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(HomePage, "_settle", watching)
    async with opened(path, WIDE) as drive:
        assert seen == [False]
        assert drive.shows("Schrödinger Bridges")


def test_people_read_it_and_programs_do_not(path: Path, cli: Cli) -> None:
    library = ("--library", path)
    assert SHOWN in cli("list", *library).out
    assert SHOWN in cli("show", "p2", *library).out
    assert json.loads(cli("show", "p2", "--json", *library).out)["title"] == TITLE
    assert json.loads(cli("list", "--json", *library).out)[1]["title"] == TITLE
