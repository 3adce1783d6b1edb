"""Which record is it? An arXiv id or an address, typed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from readlist.identifiers import parse_arxiv_id
from readlist.tui import registry
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, clip
from readlist.tui.titles import shown_title
from readlist.tui.widgets.lines import FixedText


class IdentifierPage(Dialog[str]):
    """Answers with an arXiv id, or None. ``typed``: what stood there the last time."""

    PLACE = registry.LINE
    DEFAULT_CSS = "IdentifierPage FixedText { height: 1; background: $surface; }"

    def __init__(self, title: str, typed: str = "") -> None:
        super().__init__()
        self._title, self._typed = title, typed

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Which record is " + clip(shown_title(self._title), 50) + "?", markup=False)
            yield Input(self._typed, placeholder="2401.07519, math/0309136, or an address", compact=True)
            yield FixedText(focusable=False)
            yield self.hints()

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        found = parse_arxiv_id(event.value)
        told: Line = [(f"arXiv:{found.id}", "good")] if found else []
        self.query_one(FixedText).show([told])

    def action_submit(self) -> None:
        typed = self.query_one(Input).value
        found = parse_arxiv_id(typed)
        if found is not None:
            self.dismiss(found.id)
        elif typed.strip():
            self.query_one(FixedText).show([[("this is no arXiv id and no address of a paper there", "bad")]])
