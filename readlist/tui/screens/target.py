"""The file that an export goes to."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from readlist.tui import registry
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import clip, safe
from readlist.tui.widgets.lines import FixedText


class TargetPage(Dialog[Path]):
    """Answers with a path, or None."""

    PLACE = registry.LINE
    DEFAULT_CSS = "TargetPage FixedText { height: 1; background: $surface; }"

    def __init__(self, question: str, offered: Path) -> None:
        super().__init__()
        self._question, self._offered = question, offered

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(self._question, markup=False)
            yield Input(str(self._offered), placeholder="a file", compact=True, select_on_focus=False)
            yield FixedText(focusable=False)
            yield self.hints()

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        why, text = _judged(event.value)
        self.query_one(FixedText).show([[(text, "bad" if why else "dim")]])

    def action_submit(self) -> None:
        typed = self.query_one(Input).value
        wrong, text = _judged(typed)
        if wrong:
            self.query_one(FixedText).show([[(text, "bad")]])
        else:
            self.dismiss(Path(typed.strip()).expanduser())


def _judged(typed: str) -> tuple[bool, str]:
    """Whether nothing can be written there, and what is there now."""
    if not typed.strip():
        return True, "type the name of a file"
    try:
        path = Path(typed.strip()).expanduser()
        if path.is_dir():
            return True, "this is a folder: add the name of a file"
        shown = clip(safe(str(path.absolute().parent)), 50)
        return False, "this file is replaced" if path.exists() else f"a new file in {shown}"
    except (OSError, RuntimeError, ValueError):
        return True, "no file can be called that"
