"""The note of a paper, edited in place."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label, TextArea

from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import clip, safe


class NotePage(Dialog[str]):
    """Answers with the text. Escape keeps it too: nothing that was typed is lost, and undo takes it back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,escape", "keep", "keep the note", show=False, priority=True),
        Binding("ctrl+g", "cancel", "forget what was typed", show=False, priority=True),
    ]
    DEFAULT_CSS = "NotePage TextArea { height: 12; border: none; background: $panel; margin: 1 0; }"

    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self._title, self._note = title, note

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Note on " + clip(safe(self._title), 56), markup=False)
            yield TextArea(self._note, soft_wrap=True, tab_behavior="indent", placeholder="Markdown")
            yield Label("Esc or Ctrl+S keeps it, Ctrl+G goes back without", classes="hint", markup=False)

    def on_mount(self) -> None:
        box = self.query_one(TextArea)
        self.set_focus(box)
        box.move_cursor(box.document.end)

    def action_keep(self) -> None:
        self.dismiss(self.query_one(TextArea).text)
