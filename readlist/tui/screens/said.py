"""What was said, in full: a line at the bottom is gone with the next one."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.tui import registry
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, wrap_line
from readlist.tui.widgets.bars import HeadLine, HintBar
from readlist.tui.widgets.lines import TextPane


class _Said(TextPane):
    def __init__(self, said: list[Line]) -> None:
        super().__init__()
        self._said = said

    def lines_for(self, width: int) -> list[Line]:
        if not self._said:
            return [[], [("   Nothing was said yet.", "dim")]]
        lines: list[Line] = []
        for line in self._said:
            for number, part in enumerate(wrap_line(line, max(width - 5, 10))):
                lines.append([(f" {self.glyphs.bullet} " if not number else "   ", "label"), *part])
        return lines


class SaidPage(Page):
    """The messages of this session, the last one first."""

    PLACE = registry.READER
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.READER)]
    DEFAULT_CSS = "SaidPage _Said { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield _Said(list(self.home_app.said))
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self.query_one(HeadLine).show([("Messages", "heading"), ("  the last one first", "dim")])
        self.query_one(_Said).focus()
