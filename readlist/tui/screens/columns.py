"""Which columns the list has and in which order, and by what it is sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label

from readlist.tui import rows
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, fit
from readlist.tui.widgets.bars import Commands
from readlist.tui.widgets.lines import LineList

_BOX = 5
_MOVE = 4


class _Columns(LineList):
    """All columns, those that are shown first; a box for each, and arrows to move it."""

    def __init__(self, chosen: Sequence[str], width: int) -> None:
        super().__init__()
        self._width = width
        self.set(chosen)

    def set(self, chosen: Sequence[str]) -> None:
        self.names = [*chosen, *(name for name in rows.DEFAULT if name not in chosen)]
        self.on = set(chosen)
        self.changed()

    @property
    def count(self) -> int:
        return len(self.names)

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name in self.on)

    def line(self, index: int, width: int) -> Line:
        name = self.names[index]
        shown = dict(rows.columns(self._width, self.chosen))
        if name not in self.on:
            note = ""
        elif name == "title":
            note = "always there"
        else:
            note = "" if name in shown else "no room here"
        room = width - _BOX - 14 - _MOVE
        return [
            (" [x] " if name in self.on else " [ ] ", "mark" if name in self.on else "label"),
            (fit(rows.BY_NAME[name].title, room, self.glyphs.ellipsis), "text" if name in self.on else "dim"),
            (fit(note, 14), "dim"),
            (f"{self.glyphs.rising} {self.glyphs.falling} ", "label"),
        ]

    def toggle(self, index: int) -> None:
        """Show a column or not; the title is always there."""
        name = self.names[index]
        if name != "title":
            self.on ^= {name}
        self.changed()

    def move(self, index: int, by: int) -> None:
        """Move a column up or down, and the cursor with it."""
        to = index + by
        if 0 <= to < self.count:
            self.names[index], self.names[to] = self.names[to], self.names[index]
            self.changed()
            self.move_to(to)


class ColumnsPage(Dialog[tuple[str, ...]]):
    """Answers with the names of the columns in their order. ``width``: of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("space", "fill", show=False),
        Binding("J,shift+down", "shift(1)", show=False),
        Binding("K,shift+up", "shift(-1)", show=False),
        Binding("r", "reset", show=False),
        Binding("enter", "keep", show=False),
    ]
    DEFAULT_CSS = "ColumnsPage _Columns { margin: 1 0; }"

    def __init__(self, chosen: Sequence[str], width: int) -> None:
        super().__init__()
        self._chosen, self._width = chosen, width

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Columns of the list", markup=False)
            yield _Columns(self._chosen, self._width)
            yield Commands([
                ("space", "toggle", "shows it or not"),
                ("J", "down", "moves it down"),
                ("K", "up", "up"),
                ("r", "reset", "all again"),
            ])  # fmt: skip
            yield Commands([("enter", "keep", "keeps them"), ("escape", "cancel", "goes back")])

    def on_mount(self) -> None:
        self.box = self.query_one(_Columns)
        self.box.styles.height = self.box.count
        self.box.focus()

    def action_move(self, by: int) -> None:
        self.box.move_to(self.box.cursor + by)

    def action_fill(self) -> None:
        self.box.toggle(self.box.cursor)

    def action_shift(self, by: int) -> None:
        self.box.move(self.box.cursor, by)

    def action_reset(self) -> None:
        self.box.set(rows.DEFAULT)

    def action_keep(self) -> None:
        self.dismiss(self.box.chosen)

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        from_right = self.box.size.width - 1 - message.x
        if from_right <= _MOVE:
            self.box.move(message.index, -1 if from_right > _MOVE - 2 else 1)
        else:
            self.box.toggle(message.index)

    def on_commands_pressed(self, message: Commands.Pressed) -> None:
        does = {
            "toggle": self.action_fill,
            "down": lambda: self.action_shift(1),
            "up": lambda: self.action_shift(-1),
            "reset": self.action_reset,
            "keep": self.action_keep,
            "cancel": self.action_cancel,
        }
        does[message.name]()


#: Orders as people read them: what it is sorted by, and which way each direction goes.
ORDERS = {
    "added": ("when it was added", "newest first", "oldest first"),
    "title": ("title", "A to Z", "Z to A"),
    "author": ("first author", "A to Z", "Z to A"),
    "date": ("date of the paper", "newest first", "oldest first"),
    "category": ("category", "A to Z", "Z to A"),
    "status": ("status", "reading first", "skipped first"),
    "priority": ("priority", "highest first", "lowest first"),
    "changed": ("when its status changed", "newest first", "oldest first"),
    "discussed": ("discussion count", "most first", "fewest first"),
    "id": ("number", "first added first", "last added first"),
}


def order_text(sort: str) -> str:
    """An order in words: ``title, Z to A``."""
    what, forward, back = ORDERS[sort.removeprefix("-")]
    return f"{what}, {back if sort.startswith('-') else forward}"


def turned(sort: str) -> str:
    """The same order the other way round."""
    return sort[1:] if sort.startswith("-") else f"-{sort}"


class _Orders(LineList):
    def __init__(self, sort: str) -> None:
        super().__init__()
        self.sorts = [sort if name == sort.removeprefix("-") else name for name in ORDERS]
        self.now = sort.removeprefix("-")

    @property
    def count(self) -> int:
        return len(self.sorts)

    def line(self, index: int, width: int) -> Line:  # noqa: ARG002
        sort = self.sorts[index]
        what, *_ = ORDERS[sort.removeprefix("-")]
        arrow = self.glyphs.falling if rows.falls(sort) else self.glyphs.rising
        now = sort.removeprefix("-") == self.now
        return [
            (f" {arrow} ", "key"),
            (fit(what, 28), "strong" if now else "text"),
            (order_text(sort).removeprefix(f"{what}, "), "dim"),
        ]

    def turn(self, index: int) -> None:
        """The other way round."""
        self.sorts[index] = turned(self.sorts[index])
        self.changed(index)


class SortPage(Dialog[str]):
    """Answers with an order, a ``-`` before it where it goes the other way round."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down,S", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("space,r,left,right", "turn", show=False),
        Binding("enter", "choose", show=False),
    ]
    DEFAULT_CSS = "SortPage _Orders { margin: 1 0; }"

    def __init__(self, sort: str) -> None:
        super().__init__()
        self._sort = sort

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Sort by", markup=False)
            yield _Orders(self._sort)
            yield Commands([
                ("enter", "choose", "sorts"),
                ("space", "turn", "the other way round"),
                ("escape", "cancel", "goes back"),
            ])  # fmt: skip

    def on_mount(self) -> None:
        self.box = self.query_one(_Orders)
        self.box.styles.height = self.box.count
        self.box.move_to(list(ORDERS).index(self._sort.removeprefix("-")))
        self.box.focus()

    def action_move(self, by: int) -> None:
        self.box.move_to(self.box.cursor + by)

    def action_turn(self) -> None:
        self.box.turn(self.box.cursor)

    def action_choose(self) -> None:
        self.dismiss(self.box.sorts[self.box.cursor])

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        if message.x < _MOVE:
            self.box.turn(message.index)
        else:
            self.action_choose()

    def on_commands_pressed(self, message: Commands.Pressed) -> None:
        {"choose": self.action_choose, "turn": self.action_turn, "cancel": self.action_cancel}[message.name]()
