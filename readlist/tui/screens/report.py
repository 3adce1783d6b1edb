"""What a job had to say, in full: what came of each source, and each line that could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.tui import registry
from readlist.tui.jobs import Section
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, fit, paragraph, safe
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.lines import TextPane

_READABLE = 100
#: The widest that labels get before the texts have to begin in the same column.
_LABEL = 12


def report_lines(sentence: str, sections: Sequence[Section], width: int) -> list[Line]:
    """The whole report, wrapped."""
    lines = paragraph(sentence, width, "title")
    for section in sections:
        lines += [[], *paragraph(section.heading, width, "heading")]
        label_width = min(max((cell_len(safe(label)) for label, _ in section.lines), default=0), _LABEL)
        for label, text in section.lines:
            told = paragraph(text, width - label_width - 4)
            head = fit(safe(label), label_width, right=True)
            lines += [
                [("  " + (head if number == 0 else " " * label_width) + "  ", "label"), *line]
                for number, line in enumerate(told)
            ]
    return lines


class _Text(TextPane):
    def __init__(self, sentence: str, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sentence, self._sections = sentence, sections

    def lines_for(self, width: int) -> list[Line]:
        lines = report_lines(self._sentence, self._sections, min(width - 2, _READABLE))
        return [[(" ", ""), *line] for line in lines]


class ReportPage(Page):
    """A text to read."""

    PLACE = registry.READER
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.READER)]
    DEFAULT_CSS = "ReportPage _Text { height: 1fr; padding: 1 0 0 0; }"

    def __init__(self, sentence: str, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sentence, self._sections = sentence, sections

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield _Text(self._sentence, self._sections)
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self.query_one(HeadLine).show([("Report", "heading"), ("  of the last job", "dim")])
        self.pane.focus()
