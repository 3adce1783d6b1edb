"""Statistics: one chart at a time, each reached by a key, with its numbers."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from readlist.actions import plots
from readlist.actions.browsing import Library
from readlist.actions.statistics import Bars, Chart, charts, statistics
from readlist.tui import registry
from readlist.tui.glyphs import ASCII, Glyphs
from readlist.tui.messages import Changed, Looked
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, fit, line_width, safe
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.lines import Drawn, TextPane

#: A wider chart is hard to read across.
_WIDEST = 156
#: Lines of a screen that are not there for columns: bars, tabs, heading, numbers, sentences.
_OTHERS = 12


def chart_lines(chart: Chart, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """A chart for a pane of this size."""
    bands = 1 if isinstance(chart.plot, Bars) else len(chart.plot.series)
    marks = plots.ASCII if glyphs is ASCII else plots.Marks()
    columns = max(2, min(12, (height - _OTHERS // 2) // bands - 1))
    return plots.draw(chart, min(width, _WIDEST), marks, lambda text, cells: fit(safe(text), cells, glyphs.ellipsis),
                      height=columns)  # fmt: skip


class _Tabs(Drawn):
    """The names of the charts; each can be clicked."""

    DEFAULT_CSS = "_Tabs { height: 1; }"

    class Pressed(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.index = 0

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        width = self.size.width
        segments = self.clickable([(" ", "")], "")
        used = 1
        for number, name in enumerate(self.names):
            here = number == self.index
            line: Line = [(f"{number + 1}", "key"), (f" [{name}]" if here else f" {name}", "strong" if here else "dim")]
            line.append(("  " if width >= 90 else " ", ""))
            used += line_width(line)
            segments += self.clickable(line, str(number))
        segments += self.clickable([(" " * max(width - used, 0), "")], "")
        return Strip(segments, max(used, width)).crop(0, width)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        name = self.name_at(event)
        if name:
            self.post_message(self.Pressed(int(name)))


class _Text(TextPane):
    chart: Chart | None = None

    def lines_for(self, width: int) -> list[Line]:
        if self.chart is None:
            return [[(" counting ...", "dim")]]
        return [[("  ", ""), *line] for line in chart_lines(self.chart, width - 2, self.size.height, self.glyphs)]


class StatisticsPage(Page):
    """Charts with their numbers."""

    PLACE = registry.STATISTICS
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.STATISTICS)]
    DEFAULT_CSS = "StatisticsPage _Text { height: 1fr; padding: 1 0 0 0; }"

    def __init__(self) -> None:
        super().__init__()
        self._charts: tuple[Chart, ...] = ()
        self._index = 0

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield _Tabs()
        yield _Text()
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self._tabs, self._text = self.query_one(_Tabs), self.query_one(_Text)
        self._text.focus()
        self.query_one(HeadLine).show([("Statistics", "heading")])
        self._count()

    def _count(self) -> None:
        today = self.desk.clock().date()

        def work(library: Library) -> object:
            return charts(statistics(library, today))

        # In the reader's thread: with a hundred thousand papers and a long journal it takes its time.
        self.desk.look("statistics", work)

    def looked(self, looked: Looked) -> None:
        if looked.what == "statistics" and isinstance(looked.value, tuple):
            self._charts = looked.value
            self._show(keep_place=True)

    def _show(self, *, keep_place: bool = False) -> None:
        self._tabs.names = [chart.name for chart in self._charts]
        self._tabs.index = self._index
        self._tabs.refresh()
        self._text.chart = self._charts[self._index] if self._charts else None
        self._text.changed(keep_place=keep_place)

    def action_chart(self, by: int) -> None:
        if self._charts:
            self._index = (self._index + by * self.counted_key()) % len(self._charts)
            self._show()

    def on__tabs_pressed(self, message: _Tabs.Pressed) -> None:
        self._index = message.index
        self._show()

    def count_key(self, event: events.Key) -> bool:
        """A digit is a chart here, not a count."""
        number = int(event.character) if event.character and event.character in "123456789" else 0
        if 1 <= number <= len(self._charts) and self._digits is None:
            self._index = number - 1
            self._show()
            return True
        return super().count_key(event)

    def changed(self, change: Changed) -> None:
        self.say_change(change)
        self._count()

    def outside(self) -> None:
        self._count()
