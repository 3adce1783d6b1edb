"""How whole screens look, as text: what changes here was meant to change. ``UPDATE_SNAPSHOTS=1`` writes them anew."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.tui.conftest import NARROW, WIDE, jobs, opened

FOLDER = Path(__file__).parent / "snapshots"
#: Another Textual may draw its own parts (boxes to type in) in another way.
TEXTUAL = "8.2"

SCREENS: dict[str, tuple[tuple[int, int], tuple[str, ...]]] = {
    "list-80": (NARROW, ("j", "space")),
    "list-160": (WIDE, ("j", "space")),
    "list-200": ((200, 50), ("j", "2", "asterisk")),
    "paper-80": (NARROW, ("enter",)),
    "search-80": (NARROW, ("slash", "t", "a", "g", "colon", "f")),
    "triage-80": (NARROW, ("T", "3", "5")),
    "triage-160": (WIDE, ("T", "3", "5")),
    "review-80": (NARROW, ("m",)),
    "review-160": (WIDE, ("m",)),
    "statistics-80": (NARROW, ("s", "2")),
    "statistics-160": (WIDE, ("s",)),
    "help-80": (NARROW, ("question_mark",)),
    "import-80": (NARROW, ("i",)),
    "tags-80": (NARROW, ("t",)),
    "columns-80": (NARROW, ("C",)),
}


@pytest.mark.skipif(not version("textual").startswith(TEXTUAL), reason="drawn by another Textual")
@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_looks_as_it_did(
    library_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    size, keys = SCREENS[name]
    folder = tmp_path / "dumps"
    folder.mkdir()
    (folder / "june.txt").write_text("x" * 1200)
    monkeypatch.chdir(folder)
    async with opened(library_path, size, actions=jobs(import_files=lambda _library, _paths, _report: "")) as drive:
        for key in keys:
            await drive.press(key)
        shown = "".join(f"{line.rstrip()}\n" for line in drive.screen)
    kept = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(shown, encoding="utf-8")
    assert shown == kept.read_text(encoding="utf-8")
