"""Ten thousand papers: only what is in sight is read. No clock is looked at in here."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from readlist.actions import browsing
from readlist.library import Library, papers
from readlist.library.papers import Row
from readlist.tui.listing import WINDOW
from readlist.tui.screens.home import FIRST
from tests.tui.conftest import WIDE, opened

COUNT = 10_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "library.sqlite3"
    with Library.open(path) as library, library.unjournaled() as connection:
        connection.executemany(
            "INSERT INTO paper (title, title_key, abstract, status_changed, added, tags, status) "
            "VALUES (?, ?, ?, '2026-11-20T09:00:00Z', '2026-11-20T09:00:00Z', ?, ?)",
            [
                (
                    f"Paper {n} on it",
                    f"paper{n}",
                    f"word{n % 97} is",
                    f'["t{n % 7}"]',
                    "new" if n % 10 else "read",
                )
                for n in range(COUNT)
            ],
        )
    return path


async def test_only_windows_of_rows_are_read(large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(shutil.copy(large, tmp_path / "library.sqlite3"))
    asked: list[int] = []
    read = papers.list_rows

    def counting(library: Library, ids: Sequence[int]) -> list[Row]:
        asked.append(len(ids))
        return read(library, ids)

    monkeypatch.setattr(browsing, "list_rows", counting)
    async with opened(path, WIDE) as drive:
        home = drive.app.home
        assert len(home.listing) == 9_000
        assert drive.message.endswith("1 of 9,000")
        assert max(asked) <= WINDOW
        assert sum(asked) <= 4 * WINDOW
        await drive.press("G")
        assert home.shelf.current == COUNT
        assert drive.shows("Paper 9999")
        await drive.press("comma", "5", "0", "0", "0", "G")
        assert drive.message.endswith("5,000 of 9,000")
        assert max(asked) <= WINDOW
        assert sum(asked) <= 12 * WINDOW
        before = sum(asked)
        await drive.press("j", "k", "j", "k")
        assert sum(asked) <= before + WINDOW


async def test_the_first_paint_needs_few_ids(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int | None] = []
    find = papers.ids

    def watching(*args: object, limit: int | None = None, **options: object) -> list[int]:
        limits.append(limit)
        return find(*args, limit=limit, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(browsing, "ids", watching)
    async with opened(large) as drive:
        assert limits[0] == FIRST
        assert limits[1:] == [None]
        assert len(drive.app.home.listing) == 9_000


async def test_marking_all_and_deciding_is_one_action(large: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(large, tmp_path / "library.sqlite3"))
    async with opened(path) as drive:
        await drive.press("slash")
        await drive.type("word3")
        found = len(drive.app.home.listing)
        await drive.press("enter", "a", "5")
        assert f"{found:,} papers → skipped" in drive.message
        await drive.press("u")
        assert drive.message.endswith(f"of {found:,}")
        assert drive.app.desk.library.history(5)[0].state == "undone"


async def test_typing_quickly_ends_with_the_last_query(large: Path) -> None:
    async with opened(large) as drive:
        await drive.press("slash", *"word42")
        assert drive.app.home.query_text == "word42"
        assert drive.app.home.listing.ids == papers.ids(
            drive.app.desk.library, "status:new word42", now=drive.app.desk.clock()
        )


async def test_many_verdicts_reach_the_file_without_holding_up_who_decides(large: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(large, tmp_path / "library.sqlite3"))

    def kept() -> int:
        """What the file holds, without the log beside it."""
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM paper WHERE status = 'skipped'").fetchone()[0])
        finally:
            connection.close()

    async with opened(path, WIDE) as drive:
        await drive.type(",200 5")
        await drive.until("200 papers → skipped")
        await drive.until(lambda: kept() == 200)
