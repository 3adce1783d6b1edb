"""Where an import comes from: a path that is typed, or a listing that is pasted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Label

from readlist.identifiers import parse_arxiv_id
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, clip, safe
from readlist.tui.widgets.lines import FixedText

_PREVIEW = 6


@dataclass(frozen=True, slots=True)
class Source:
    """Paths, or the text of a listing."""

    paths: tuple[Path, ...] = ()
    text: str = ""


class _Box(Input):
    """Takes a path. A paste of several lines is a listing; it is kept aside, for it may be megabytes."""

    class Pasted(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        if len(event.text.strip().splitlines()) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(event.text))


class ImportPage(Dialog[Source]):
    """Answers with a source, or None."""

    DEFAULT_CSS = "ImportPage FixedText { height: 8; background: $surface; }"

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Import: paste a listing here, or type a path, an arXiv id or an address", markup=False)
            yield _Box(placeholder="path, or paste", compact=True)
            yield FixedText(focusable=False)
            yield Label("Enter imports, Esc goes back", classes="hint", markup=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(_Box))

    def on__box_pasted(self, message: _Box.Pasted) -> None:
        self._text = message.text
        lines = message.text.splitlines()
        size = len(message.text.encode()) / 1000
        shown: list[Line] = [[(f"pasted: {len(lines):,} lines, {size:,.0f} kB", "good")]]
        shown += [[("  " + clip(safe(line), 64), "dim")] for line in lines[:40] if line.strip()][:_PREVIEW]
        self.query_one(FixedText).show(shown)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value.strip():
            self._text = ""
            found = _what(event.value.strip())
            self.query_one(FixedText).show([[(found or "nothing there so far", "good" if found else "dim")]])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip().strip("'\"")
        if self._text:
            self.dismiss(Source(text=self._text))
        elif typed:
            identifier = parse_arxiv_id(typed)
            if _what(typed) is None:
                self.query_one(FixedText).show([[(f"there is no file or folder {safe(typed)[:200]}", "bad")]])
            else:
                self.dismiss(Source(paths=(Path(str(identifier)) if identifier else Path(typed).expanduser(),)))


def _what(typed: str) -> str | None:
    """What a typed text names: an arXiv paper, a file or a folder; None for nothing."""
    if parse_arxiv_id(typed) is not None:
        return "an arXiv paper"
    try:
        path = Path(typed).expanduser()
        return "a folder" if path.is_dir() else "a file" if path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # too long for a name, an unknown user, a NUL: a paste typed by line
        return None
