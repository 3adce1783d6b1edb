"""The list of papers."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from readlist.tui.listing import Listing
from readlist.tui.rows import DEFAULT, LEAD, Columns, columns, heading, row_line
from readlist.tui.spans import Line, fit_line, paragraph
from readlist.tui.widgets.lines import Drawn, LineList


class PaperList(LineList):
    """A list over a `Listing`; it reads the rows that it shows and no others."""

    def __init__(self, listing: Listing, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.listing = listing
        self.words: tuple[str, ...] = ()
        self.nothing: list[str] = []
        #: Whether TeX in titles is made readable; not for the first paint, which would wait for what reads it.
        self.tex = True
        #: The columns that a person wants, in order.
        self.chosen: tuple[str, ...] = DEFAULT
        #: Those of them that no paper has anything in.
        self.unused: frozenset[str] = frozenset()
        self._columns: tuple[int, tuple[str, ...], frozenset[str], Columns] = (-1, (), frozenset(), ())

    @property
    def count(self) -> int:
        return len(self.listing)

    @property
    def columns(self) -> Columns:
        """The columns at the present width."""
        return self._columns_at(self.size.width - 1)

    def _columns_at(self, width: int) -> Columns:
        if self._columns[:3] != (width, self.chosen, self.unused):
            self._columns = (width, self.chosen, self.unused, columns(width, self.chosen, self.unused))
        return self._columns[3]

    @property
    def current(self) -> int | None:
        """The id of the cursor's paper."""
        return self.listing.ids[self.cursor] if self.cursor < self.count else None

    def line(self, index: int, width: int) -> Line:
        row = self.listing.row(index)
        here = index == self.cursor
        if row is None:
            return fit_line([(self.glyphs.cursor if here else " ", "mark"), ("  this paper is gone", "dim")], width)
        return row_line(
            row,
            self._columns_at(width),
            self.glyphs,
            chosen=row.id in self.listing.marked,
            here=here,
            words=self.words,
            role_of=self.tag_role,
            tex=self.tex,
        )

    def ground(self, index: int) -> str:
        return "chosen" if self.listing.ids[index] in self.listing.marked else ""

    def empty(self, width: int) -> list[Line]:
        lines: list[Line] = [[]]
        for number, text in enumerate(self.nothing):
            lines += paragraph(text, width - 4, "dim" if number else "strong", indent="   ")
        return lines

    def on_mark_column(self, x: int) -> bool:
        """Whether a click on this cell marks: before the first column, and on the status there."""
        first, size = self.columns[0]
        return x < LEAD + (size + 1 if first == "status" else 0)


class ColumnHeads(Drawn):
    """The names above the columns; a click on one sorts by it."""

    DEFAULT_CSS = "ColumnHeads { height: 1; }"

    class Pressed(Message):
        """The name of a column was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown: Columns = ()
        self._sort = "added"

    def show(self, shown: Columns, sort: str) -> None:
        """Other columns, or another order."""
        if (shown, sort) != (self._shown, self._sort):
            self._shown, self._sort = shown, sort
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        segments = [Segment(" " * (LEAD - 1), self.backdrop)]
        for name, label in heading(self._shown, self._sort, self.glyphs):
            segments += self.clickable([(" ", ""), *label], name)
        return Strip(segments).adjust_cell_length(self.size.width, self.backdrop)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        name = self.name_at(event)
        if name is not None:
            self.post_message(self.Pressed(name))
