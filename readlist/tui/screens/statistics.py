"""Statistics: how many papers there are of each kind, and how intake and decisions went, week by week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.actions.statistics import Statistics, statistics
from readlist.paper import Status
from readlist.tui import registry
from readlist.tui.desk import Changed
from readlist.tui.glyphs import NAMES, Glyphs
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, fit, safe
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.lines import TextPane

_WEEKS = 12
_MOST = 20


def bar_line(label: str, number: int, most: int, width: int, glyphs: Glyphs, role: str = "bar") -> Line:
    """A label, a number and a bar: read without the bar, seen with it."""
    room = max(width - 28, 4)
    halves = round(2 * room * number / most) if most else 0
    bar = glyphs.bar * (halves // 2) + (glyphs.half_bar if halves % 2 else "")
    return [
        ("  " + fit(safe(label), 14), "text"),
        (f"{number:>8,}  ", "strong"),
        (bar or ("" if not number else glyphs.half_bar), role),
    ]


def statistics_lines(found: Statistics, today: date, width: int, glyphs: Glyphs) -> list[Line]:
    """The whole page."""
    lines: list[Line] = [[(f"{found.total:,} papers", "title"), (f", {found.trash:,} in the trash", "dim")], []]
    new = found.status[Status.NEW]
    most = max(found.status.values(), default=0)
    lines.append([("By status", "heading")])
    for status in Status:
        label = f"{glyphs.status[status]} {NAMES[status]}"
        lines.append(bar_line(label, found.status[status], most, width, glyphs, status.value))
    if found.total:
        lines.append([(f"  {100 * (found.total - new) / found.total:.0f} % are decided on", "dim")])
    lines += _weeks(found, today, new, width, glyphs)
    for heading, numbers, role in (
        ("By tag", found.tags, "tag"),
        ("By class", found.categories, "bar"),
        ("By match", {state: number for state, number in found.match.items() if number}, "bar"),
    ):
        lines += _bars(heading, numbers, width, glyphs, role)
    return lines


def _weeks(found: Statistics, today: date, new: int, width: int, glyphs: Glyphs) -> list[Line]:
    lines: list[Line] = [[], [("By week", "heading"), ("  papers added, and below it verdicts", "dim")]]
    weeks = [_week(today - timedelta(weeks=back)) for back in range(_WEEKS)]
    most = max((max(found.added.get(week, 0), found.decided.get(week, 0)) for week in weeks), default=0)
    for week in weeks:
        added, decided = found.added.get(week, 0), found.decided.get(week, 0)
        if added or decided or week == weeks[0]:
            lines.append(bar_line(week, added, most, width, glyphs))
            lines.append(bar_line("", decided, most, width, glyphs, "bar-2"))
    pace = sum(found.decided.get(week, 0) for week in weeks[:4]) / 4
    lines.append([(f"  {pace:.1f} verdicts a week over four weeks", "dim")])
    if pace and new:
        lines.append([(f"  the inbox lasts {new / pace:.1f} weeks at this pace", "dim")])
    return lines


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _bars(heading: str, numbers: dict[str, int], width: int, glyphs: Glyphs, role: str) -> list[Line]:
    if not numbers:
        return []
    most = max(numbers.values())
    shown = list(numbers.items())[:_MOST]
    lines: list[Line] = [[], [(heading, "heading")]]
    lines += [bar_line(name, number, most, width, glyphs, role) for name, number in shown]
    if len(numbers) > _MOST:
        lines.append([(f"  and {len(numbers) - _MOST} more", "dim")])
    return lines


class _Text(TextPane):
    def lines_for(self, width: int) -> list[Line]:
        screen = self.screen
        assert isinstance(screen, StatisticsPage)
        desk = screen.desk
        lines = statistics_lines(statistics(desk.library), desk.clock().date(), min(width - 2, 100), self.glyphs)
        return [[("  ", ""), *line] for line in lines]


class StatisticsPage(Page):
    """Numbers with bars."""

    PLACE = registry.STATISTICS
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.STATISTICS)]
    DEFAULT_CSS = "StatisticsPage _Text { height: 1fr; padding: 1 0 0 0; }"

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield _Text()
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self.query_one(HeadLine).show([("Statistics", "heading")])
        self.pane.focus()

    def changed(self, change: Changed) -> None:
        self.say_change(change)
        self.outside()

    def outside(self) -> None:
        self.pane.changed(keep_place=True)
