"""The statistics screen: every chart by key and by mouse, at both sizes, with its numbers, for any library."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from readlist.actions import plots, triage
from readlist.actions.statistics import Bars, Chart, Series, Weeks, charts, statistics
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
    # Fifteen days of use: 12 papers, 6 verdicts, 3 read.
    assert "5.6 papers and 2.8 verdicts a week, over 2 weeks" in told["Weeks"]
    assert "1.4 papers read a week, over 2 weeks 2 papers to read or in reading: 1.4 weeks" in told["Reading"]


@pytest.mark.parametrize(("days", "over"), [(0, 0), (6, 0), (7, 8), (14, 15), (25, 23), (400, 27)])
def test_a_pace_is_told_after_a_week_of_use_and_over_as_long_as_there_was(
    library_path: Path, days: int, over: int
) -> None:
    with Library.open(library_path) as library:
        triage.set_status(library, [1, 2], Status.TO_READ, NOW + timedelta(days=days))
        found = statistics(library, (NOW + timedelta(days=days)).date())  # NOW is a Friday
    assert found.pace_days == over
    told = {chart.name: " ".join(chart.told) for chart in charts(found)}
    for name in ("Weeks", "Reading"):
        assert ("after a week of use" in told[name]) == (over == 0)
        assert (" a week, over " in told[name]) == (over > 0)
    assert over or "lasts" not in told["Weeks"]


def test_all_bands_of_a_chart_have_one_scale() -> None:
    plot = Weeks(("2026-W46", "2026-W47"), (Series("new", (150, 142), "new"), Series("to-read", (0, 4), "to-read")))
    lines = [plain(line) for line in plots.draw(Chart("", "", plot), 78, plots.Marks(), lambda text, n: text.ljust(n))]
    bands = [index for index, line in enumerate(lines) if line.strip().startswith(("new", "to-read"))]
    new, other = lines[1 : bands[0]], lines[bands[0] + 1 : bands[1]]
    assert all("█" in line for line in new)
    assert not any("█" in line for line in other)
    assert "▁" in other[-1]


@pytest.mark.parametrize("width", [78, 118, 156])
def test_charts_use_the_width(library_path: Path, width: int) -> None:
    with Library.open(library_path) as library:
        found = statistics(library, NOW.date())
    for chart in charts(found)[:3]:
        widest = max(cell_len(plain(line)) for line in chart_lines(chart, width, 40, UNICODE))
        assert width - 12 <= widest <= width, chart.name


def test_one_of_a_thing_is_one(library_path: Path) -> None:
    with Library.open(library_path) as library:
        triage.change_tags(library, [1, 2], NOW, remove=["to cite"])
        triage.set_status(library, [1], Status.READ, NOW)
        told = {chart.name: chart for chart in charts(statistics(library, (NOW + timedelta(days=1)).date()))}
    assert told["Tags"].told == ("1 tag", "1 category")
    stars = told["Priority"].plot
    assert isinstance(stars, Bars)
    assert stars.rows[2][0] == "1 star"
    assert "waits 1 day" in told["Inbox"].told[0]
