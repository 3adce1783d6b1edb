"""What the small windows over a screen share."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.screen import ModalScreen

from readlist.tui import registry
from readlist.tui.glyphs import ASCII
from readlist.tui.screens.placed import Placed
from readlist.tui.widgets.bars import WindowHints
from readlist.tui.widgets.lines import LineList

Answer = TypeVar("Answer")


class Dialog(Placed, ModalScreen[Answer], Generic[Answer]):
    """A window that Escape closes without an answer. Its keys are those of its ``PLACE`` in the registry."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > Vertical {
        width: 72; max-width: 94%; height: auto; max-height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    Dialog Label { width: 1fr; }
    Dialog .hint { color: $text-muted; }
    Dialog Input { border: none; height: 1; padding: 0; background: $panel; margin: 1 0; }
    Dialog LineList, Dialog WindowHints { background: $surface; }
    """

    def on_mount(self) -> None:
        """Its keys, and a frame of plain characters where the marks are plain. (Subclasses' own come first.)"""
        registry.bind(self._bindings, self.place, self.keyboard.keys)
        if self.home_app.glyphs is ASCII:
            for box in self.query("Dialog > Vertical"):
                box.styles.border = ("ascii", box.styles.border_top[1])

    def hints(self) -> WindowHints:
        """The keys of the window, to be its last line."""
        return WindowHints(self.place)

    def action_submit(self) -> None:
        """Do what the window is for."""

    def on_input_submitted(self) -> None:
        """Enter in a line is Enter in its window."""
        self.action_submit()

    def leaving(self) -> None:
        """The program ends while the window is open."""

    # Windows with a list.

    @property
    def box(self) -> LineList:
        """The lines to choose from."""
        return self.query_one(LineList)

    def action_move(self, by: int) -> None:
        self.box.move_to(self.box.cursor + by)

    def action_edge(self, which: int) -> None:
        self.box.move_to(0 if which < 0 else self.box.count)

    def action_page(self, screens: float) -> None:
        self.box.move_to(self.box.cursor + round(max(1, self.box.size.height - 1) * screens))

    def action_back(self) -> None:
        self.dismiss(None)
