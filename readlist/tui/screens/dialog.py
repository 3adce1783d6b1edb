"""What the small windows over a screen share."""

from __future__ import annotations

from typing import ClassVar, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from readlist.tui.glyphs import ASCII
from readlist.tui.widgets.lines import Look

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A window that Escape closes without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "go back", show=False)]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > Vertical {
        width: 72; max-width: 94%; height: auto; max-height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    Dialog Label { width: 1fr; }
    Dialog .hint { color: $text-muted; }
    Dialog Input { border: none; height: 1; padding: 0; background: $panel; margin: 1 0; }
    Dialog LineList { background: $surface; }
    """

    def on_mount(self) -> None:
        """A frame of plain characters where the marks are plain. (Subclasses' own come first.)"""
        if cast(Look, self.app).glyphs is ASCII:
            for box in self.query("Dialog > Vertical"):
                box.styles.border = ("ascii", box.styles.border_top[1])

    def leaving(self) -> None:
        """The program ends while the window is open."""

    def action_cancel(self) -> None:
        self.dismiss(None)
