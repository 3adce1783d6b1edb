"""One or two lines to be typed: a name, a search under a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label

from readlist.tui import registry
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, safe
from readlist.tui.widgets.lines import FixedText


class AskPage(Dialog[tuple[str, ...]]):
    """Answers with what was typed in each line, or None.

    ``fields`` are the label and the text of each line. ``fault`` says what is wrong with what is typed, or nothing;
    ``known`` completes the first line.
    """

    PLACE = registry.LINE
    DEFAULT_CSS = "AskPage FixedText { height: 2; background: $surface; } AskPage Input { margin: 0 0 1 0; }"

    def __init__(
        self,
        question: str,
        fields: Sequence[tuple[str, str]],
        fault: Callable[[tuple[str, ...]], str],
        known: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._question, self._fields, self._fault, self._known = question, fields, fault, known

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(safe(self._question), markup=False)
            for number, (label, text) in enumerate(self._fields):
                yield Label(label, classes="hint", markup=False)
                known = SuggestFromList(self._known, case_sensitive=False) if number == 0 and self._known else None
                yield Input(text, suggester=known, compact=True)
            yield FixedText(focusable=False)
            yield self.hints()

    @property
    def place(self) -> str:
        return registry.LINES if len(self._fields) > 1 else registry.LINE

    def on_mount(self) -> None:
        self.set_focus(self.query(Input).first())
        self._show()

    def _typed(self) -> tuple[str, ...]:
        return tuple(box.value for box in self.query(Input))

    def _show(self) -> None:
        told: Line = [(safe(self._fault(self._typed())), "warn")]
        self.query_one(FixedText).show([told])

    def on_input_changed(self) -> None:
        self._show()

    def action_submit(self) -> None:
        if not self._fault(self._typed()):
            self.dismiss(self._typed())
