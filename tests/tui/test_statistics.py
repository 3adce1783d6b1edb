"""The statistics screen: every chart by key and by mouse, at both sizes, with its numbers, for any library."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from readlist.actions import triage
from readlist.actions.statistics import charts, statistics
from readlist.library import Library, edits
from readlist.paper import Entry, Status
from readlist.tui.glyphs import ASCII, UNICODE, Glyphs
from readlist.tui.screens.statistics import chart_lines
from readlist.tui.spans import plain
from tests.tui.conftest import NARROW, NOW, WIDE, opened

HEADINGS = {
    "1": "By status", "2": "Papers added, and verdicts, by week", "3": "Papers by read status at the end of each week",
    "4": "By tag, and by primary category", "5": "Papers read, by week", "6": "By priority",
    "7": "How long new papers wait",
}  # fmt: skip


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_every_chart_by_key(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("2", "s")
        assert drive.shows("By status")
        assert drive.shows("12 papers, 0 in the trash")
        for key, heading in HEADINGS.items():
            await drive.press(key)
            assert drive.shows(heading), key
        await drive.press("tab")
        assert drive.shows("By status")
        await drive.press("h", "l", "right_square_bracket")
        assert drive.shows("Papers added, and verdicts")
        assert drive.shows("decided ████") or drive.shows("decided")
        await drive.press("u", "1")
        assert drive.status(1) == "new"
        assert drive.shows("to-read 0")
        await drive.press("escape")
        assert drive.app.screen is drive.app.home


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_by_mouse(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("s")
        tabs = next(line for line in drive.screen if "5 Reading" in line)
        await drive.click("_Tabs", tabs.index("Reading"), 0)
        assert drive.shows("Papers read, by week")


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("papers", [0, 1])
async def test_of_nothing_and_of_one_paper(tmp_path: Path, size: tuple[int, int], papers: int) -> None:
    path = tmp_path / "library.sqlite3"
    with Library.open(path) as library, library.action("import", "one", NOW) as writer:
        for number in range(papers):
            edits.take_in(writer, Entry(f"[bold]Paper {number}", "", "pasted", 1))
    async with opened(path, size) as drive:
        await drive.press("s")
        assert drive.shows("1 paper, 0 in the trash" if papers else "0 papers, 0 in the trash")
        for key, heading in HEADINGS.items():
            await drive.press(key)
            assert drive.shows(heading)
        assert drive.shows(
            "half of the inbox came within the last day; the oldest paper waits 0 days"
            if papers
            else "the inbox is empty"
        )


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [20, 78, 200])
def test_charts_fit_and_say_their_numbers(library_path: Path, glyphs: Glyphs, width: int) -> None:
    with Library.open(library_path) as library:
        triage.change_tags(library, [1, 2, 3], NOW, add=["漢字" * 9, "[bold red]x", "\u202eevil"])
        triage.set_priority(library, [1, 2], 3, NOW)
        found = statistics(library, NOW.date())
    for chart in charts(found):
        lines = [plain(line) for line in chart_lines(chart, width, 18, glyphs)]
        text = "\n".join(lines)
        assert glyphs is UNICODE or not set(text) & set(UNICODE.bar + "▁▂▃▄▅▆▇▏▎▍▌▋▊▉")
        assert "\u202e" not in text
        if width >= 78:
            assert all(cell_len(line) <= width for line in lines), text
    assert found.priorities[3] == (2, 2)


def test_a_week_of_work_is_seen_over_time(library_path: Path) -> None:
    from datetime import timedelta

    later = NOW + timedelta(days=14)
    with Library.open(library_path) as library:
        triage.set_status(library, [1, 2, 3], Status.TO_READ, NOW + timedelta(days=7))
        triage.set_status(library, [1], Status.READ, later)
        triage.set_status(library, [2], Status.SKIPPED, later)
        library.undo()
        found = statistics(library, later.date())
    assert found.weeks[-3:] == ("2026-W47", "2026-W48", "2026-W49")
    assert {name: values[-4:] for name, values in found.over_time.items()} == {
        "new": (0, 10, 7, 7), "to-read": (0, 0, 3, 2), "reading": (0, 0, 0, 0), "read": (0, 2, 2, 3),
        "skipped": (0, 0, 0, 0),
    }  # fmt: skip
    assert found.read == {"2026-W47": 2, "2026-W49": 1}
    assert found.waiting == (14, 14)
    assert found.inbox_age["2 to 4 weeks"] == 7
    assert found.days_to_read == 0
    told = {chart.name: " ".join(chart.told) for chart in charts(found)}
    assert "3.0 papers and 1.5 verdicts a week" in told["Weeks"]
    assert "0.8 papers read a week, over 4 weeks 2 papers to read or in reading: 2.7 weeks" in told["Reading"]
