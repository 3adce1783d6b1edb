"""Charts as lines of text for a terminal, with the numbers beside or below; both faces draw them with their marks.

A line is a list of texts with the roles that their colours go by. Nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from readlist.actions.statistics import Bars, Chart, Series, Weeks

Line = list[tuple[str, str]]
#: Makes a label harmless and exactly so many cells wide.
Fit = Callable[[str, int], str]

_LABEL = 14
_NUMBER = 9
#: Cells of a week, at least and at most: its number, and a blank before it.
_WEEK, _WIDEST = 5, 12


@dataclass(frozen=True, slots=True)
class Marks:
    """How much of a cell is filled, from nothing to all of it: from below, and from the left."""

    columns: str = " ▁▂▃▄▅▆▇█"
    bars: str = " ▏▎▍▌▋▊▉█"


ASCII = Marks(" .:#", " :#")


def draw(chart: Chart, width: int, marks: Marks, fit: Fit, *, height: int = 4) -> list[Line]:
    """A chart in at most ``width`` cells; ``height``: lines of a band of columns."""
    lines: list[Line] = [[(chart.heading, "heading")]]
    if isinstance(chart.plot, Bars):
        lines += _bars(chart.plot, width, marks, fit)
    else:
        lines += _weeks(chart.plot, width, marks, fit, height)
    return lines + [[("  " + text, "dim")] for text in chart.told]


def filled(share: float, width: int, levels: str) -> str:
    """A bar of up to ``width`` cells; what is not nothing is seen."""
    if share <= 0 or width <= 0:
        return ""
    steps = len(levels) - 1
    parts = max(1, round(min(share, 1.0) * width * steps))
    whole, rest = divmod(parts, steps)
    return levels[-1] * whole + (levels[rest] if rest else "")


def _bars(plot: Bars, width: int, marks: Marks, fit: Fit) -> list[Line]:
    most = max((number for _, number, _ in plot.rows), default=0)
    label_size = max(_LABEL, width // 6)
    room = width - label_size - _NUMBER - 4
    return [
        [
            ("  " + fit(label, label_size), "text"),
            (f"{number:>{_NUMBER},}  ", "strong"),
            (filled(number / most if most else 0, room, marks.bars), role),
        ]
        for label, number, role in plot.rows
    ] or [[("  nothing to count yet", "dim")]]


def _weeks(plot: Weeks, width: int, marks: Marks, fit: Fit, height: int) -> list[Line]:
    shown = max(1, min(len(plot.weeks), (width - 12) // _WEEK))
    size = max(_WEEK, min((width - 12) // shown, _WIDEST))
    series = [Series(one.label, one.values[-shown:], one.role) for one in plot.series]
    most = max((max(one.values, default=0) for one in series), default=0)
    lines: list[Line] = []
    for one in series:
        # A band of nothing is its numbers alone.
        band = columns(one.values, most, height, marks.columns, size) if any(one.values) else []
        lines += [[(" " * 12, ""), (row, one.role)] for row in band]
        numbers = "".join(f"{_short(value):>{size}}" for value in one.values)
        lines.append([("  " + fit(one.label, 10), "text"), (numbers, "strong")])
    weeks = "".join(f"{week[-3:]:>{size}}" for week in plot.weeks[-shown:])
    return [*lines, [("  " + fit("week", 10), "dim"), (weeks, "dim")]]


def columns(values: tuple[int, ...], most: int, height: int, levels: str, size: int) -> list[str]:
    """Columns over their numbers, ``size`` cells each with the blank before it, as lines from the top."""
    steps = len(levels) - 1
    heights = [max(1, round(value / most * height * steps)) if value > 0 and most else 0 for value in values]
    rows = []
    for row in reversed(range(height)):
        cells = (levels[min(max(parts - row * steps, 0), steps)] for parts in heights)
        rows.append("".join(" " + cell * (size - 1) for cell in cells))
    return rows


def _short(value: int) -> str:
    return f"{value}" if value < 10_000 else f"{value // 1000}k"
