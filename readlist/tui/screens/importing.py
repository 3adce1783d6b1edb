"""Where an import comes from: a listing that is pasted, a path that is typed, or files that are picked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Label

from readlist.text import count
from readlist.tui import registry
from readlist.tui.pasting import is_listing
from readlist.tui.screens.dialog import Dialog
from readlist.tui.screens.files import FileList
from readlist.tui.sources import read_sources, told
from readlist.tui.spans import Line, clip, safe
from readlist.tui.widgets.lines import FixedText

_PREVIEW = 8
#: Lines of a paste that are looked at for the preview.
_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Source:
    """Names as `readlist import` takes them (files, folders, arXiv ids, addresses), or the text of a listing."""

    names: tuple[str, ...] = ()
    text: str = ""


class _Box(Input):
    """Takes a path. A paste of several lines is a listing; it is kept aside, for it may be megabytes."""

    class Pasted(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        if is_listing(event.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(event.text))


class ImportPage(Dialog[Source]):
    """Answers with a source, or None. ``pasted``: a listing that was pasted before this opened."""

    PLACE = registry.IMPORT
    DEFAULT_CSS = """
    ImportPage #about { height: 1; background: $surface; }
    ImportPage #preview { height: 9; background: $surface; display: none; }
    ImportPage FileList { height: 9; }
    """

    def __init__(self, pasted: str = "") -> None:
        super().__init__()
        self._text = pasted

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Import: paste a listing, or type paths, arXiv ids and addresses", markup=False)
            yield _Box(placeholder="path, arXiv id or address, or paste", compact=True)
            yield FixedText(id="about", focusable=False)
            yield FixedText(id="preview", focusable=False)
            yield FileList()
            yield self.hints()

    def on_mount(self) -> None:
        self._box, self._files = self.query_one(_Box), self.query_one(FileList)
        self.set_focus(self._box)
        if self._text:
            self._take(self._text)
        else:
            self._files.look("")

    def _tell(self, text: str, role: str) -> None:
        self.query_one("#about", FixedText).show([[(text, role)]])

    # A paste.

    def on__box_pasted(self, message: _Box.Pasted) -> None:
        self._take(message.text)

    def on_paste(self, event: events.Paste) -> None:
        """A paste while the cursor is among the files."""
        if is_listing(event.text):
            event.stop()
            self._take(event.text)

    def _take(self, text: str) -> None:
        """Show how much was pasted and how it begins; the rest is not drawn, for it may be megabytes."""
        self._text = text
        lines = text.splitlines()
        self._tell(f"pasted: {len(lines):,} lines, {_size(len(text.encode(errors='replace')))}", "good")
        begins: list[Line] = [
            [("  " + clip(safe(line[:200]), 64), "dim")] for line in lines[:_LOOKED_AT] if line.strip()
        ]
        more = max(len(lines) - _LOOKED_AT, 0) + max(len(begins) - _PREVIEW, 0)
        rest: list[Line] = [[(f"  and {more:,} more", "faint")]] if more else []
        self._preview(begins[:_PREVIEW] + rest)

    def _preview(self, lines: list[Line]) -> None:
        preview = self.query_one("#preview", FixedText)
        preview.show(lines)
        preview.display = bool(lines)
        self._files.display = not lines
        if lines:
            self.set_focus(self._box)

    # A path.

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value.strip() or not self._text:
            self._text = ""
            self._preview([])
            found = told(read_sources(event.value))
            self._tell(found or ("nothing there so far" if event.value.strip() else ""), "good" if found else "dim")
            self._files.look(event.value.strip().strip("'\""))

    def action_complete(self) -> None:
        self._type(self._files.completed())

    def action_to_files(self) -> None:
        if self._files.display and self._files.count:
            self.set_focus(self._files)

    def _type(self, text: str) -> None:
        self._box.value = text
        self._box.cursor_position = len(text)

    def action_submit(self) -> None:
        sources = read_sources(self._box.value)
        unknown = [source.name for source in sources if source.kind is None]
        if self._text:
            self.dismiss(Source(text=self._text))
        elif self._files.marked:
            self.dismiss(Source(_named(self._files.marked)))
        elif unknown:
            what = "there is no file or folder" if len(sources) == 1 else "no file, arXiv id or address:"
            self._tell(f"{what} {safe(unknown[0])[:200]}", "bad")
        elif sources:
            self.dismiss(Source(tuple(source.name for source in sources)))

    # Files.

    def on_file_list_entered(self, message: FileList.Entered) -> None:
        """Enter or two clicks on a line of the files: into the folder, or this file and those that are marked."""
        if message.folder:
            self._type(message.typed)
        else:
            self.dismiss(Source(_named({*self._files.marked, message.path})))

    def on_file_list_up(self, message: FileList.Up) -> None:
        self._type(message.typed)

    def on_file_list_marked(self, message: FileList.Marked) -> None:
        marked = f"{count(message.number, 'file')} marked; Enter imports" if message.number else ""
        self._tell(marked, "good")

    async def perform(self, action: registry.Action) -> None:
        """What is done among the files is theirs."""
        await (self._files if self.place == registry.FILES else self).run_action(action.handler)

    @property
    def place(self) -> str:
        return registry.FILES if self.focused is not None and self.focused is self.query_one(FileList) else self.PLACE

    def on_descendant_focus(self) -> None:
        self.show_hints()

    def action_back(self) -> None:
        if self.focused is self._files:
            self.set_focus(self._box)
        else:
            self.dismiss(None)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"


def _named(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(str(path) for path in sorted(paths))
