"""Which columns the list has and in which order, and by what it is sorted."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label

from readlist.tui import registry, rows
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, fit
from readlist.tui.widgets.lines import LineList

_BOX = 5
_MOVE = 4


class _Columns(LineList):
    """All columns, those that are shown first; a box for each, and arrows to move it."""

    def __init__(self, chosen: Sequence[str], width: int, unused: frozenset[str]) -> None:
        super().__init__()
        self._width, self._unused = width, unused
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
        shown = dict(rows.columns(self._width, self.chosen, self._unused))
        if name not in self.on:
            note = ""
        elif name == "title":
            note = "always there"
        elif name in self._unused:
            note = "nothing yet"
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
    """Answers with the names of the columns in their order. ``width``: of the list; ``unused``: columns that no paper
    has anything in.
    """

    PLACE = registry.COLUMNS
    DEFAULT_CSS = "ColumnsPage _Columns { margin: 1 0; }"

    def __init__(self, chosen: Sequence[str], width: int, unused: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._chosen, self._width, self._unused = chosen, width, unused

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Columns of the list", markup=False)
            yield _Columns(self._chosen, self._width, self._unused)
            yield self.hints()

    def on_mount(self) -> None:
        self._columns = self.query_one(_Columns)
        self._columns.styles.height = self._columns.count
        self._columns.focus()

    def action_fill(self) -> None:
        self._columns.toggle(self._columns.cursor)

    def action_shift(self, by: int) -> None:
        self._columns.move(self._columns.cursor, by)

    def action_reset(self) -> None:
        self._columns.set(rows.DEFAULT)

    def action_submit(self) -> None:
        self.dismiss(self._columns.chosen)

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        from_right = self._columns.size.width - 1 - message.x
        if from_right <= _MOVE:
            self._columns.move(message.index, -1 if from_right > _MOVE - 2 else 1)
        else:
            self._columns.toggle(message.index)


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

    PLACE = registry.SORT
    DEFAULT_CSS = "SortPage _Orders { margin: 1 0; }"

    def __init__(self, sort: str) -> None:
        super().__init__()
        self._sort = sort

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Sort by", markup=False)
            yield _Orders(self._sort)
            yield self.hints()

    def on_mount(self) -> None:
        self._orders = self.query_one(_Orders)
        self._orders.styles.height = self._orders.count
        self._orders.move_to(list(ORDERS).index(self._sort.removeprefix("-")))
        self._orders.focus()

    def action_turn(self) -> None:
        self._orders.turn(self._orders.cursor)

    def action_choose(self) -> None:
        self.dismiss(self._orders.sorts[self._orders.cursor])

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        if message.x < _MOVE:
            self._orders.turn(message.index)
        else:
            self.action_choose()
