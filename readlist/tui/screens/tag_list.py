"""All tags of the library: shown, renamed, coloured, deleted."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label

from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, fit, safe
from readlist.tui.widgets.bars import Commands
from readlist.tui.widgets.lines import LineList

#: Commands on a tag: key, name, what it does.
_COMMANDS = (
    ("enter", "show", "papers"),
    ("r", "rename", "rename"),
    ("c", "colour", "colour"),
    ("d", "delete", "delete"),
)


class _TagList(LineList):
    def __init__(self, tags: dict[str, int]) -> None:
        super().__init__()
        self.tags = list(tags.items())

    @property
    def count(self) -> int:
        return len(self.tags)

    def line(self, index: int, width: int) -> Line:
        tag, number = self.tags[index]
        shown = f"{number:,}"
        room = max(1, width - len(shown) - 4)
        return [(" # ", "label"), (fit(safe(tag), room, self.glyphs.ellipsis), self.tag_role(tag)), (shown, "dim")]


class TagListPage(Dialog[tuple[str, str]]):
    """Answers with a command (show, rename, colour, delete) and the tag. ``at``: where the cursor is first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("g,home", "move(-1000000)", show=False),
        Binding("G,end", "move(1000000)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        *(Binding(key, f"command('{name}')", show=False) for key, name, _ in _COMMANDS),
    ]
    DEFAULT_CSS = "TagListPage _TagList { margin: 1 0; max-height: 18; }"

    def __init__(self, tags: dict[str, int], at: str | None = None) -> None:
        super().__init__()
        self._tags, self._at = tags, at

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(f"Tags of the library: {len(self._tags):,}", markup=False)
            yield _TagList(self._tags)
            yield Commands([(key, name, does) for key, name, does in _COMMANDS] + [("escape", "cancel", "back")])

    def on_mount(self) -> None:
        box = self.query_one(_TagList)
        # What the window's frame and other lines take is not the list's.
        box.styles.height = max(1, min(len(self._tags), self.size.height - 8))
        box.focus()
        if self._at in self._tags:
            box.move_to(list(self._tags).index(self._at))

    def action_move(self, by: int) -> None:
        box = self.query_one(_TagList)
        box.move_to(box.cursor + by)

    def action_command(self, name: str) -> None:
        box = self.query_one(_TagList)
        self.dismiss((name, box.tags[box.cursor][0]))

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        if message.clicks == 2:
            self.action_command("show")

    def on_commands_pressed(self, message: Commands.Pressed) -> None:
        if message.name == "cancel":
            self.dismiss(None)
        else:
            self.action_command(message.name)
