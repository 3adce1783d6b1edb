"""The list of papers."""

from __future__ import annotations

from readlist.tui.listing import Listing
from readlist.tui.rows import LEAD, Columns, columns, row_line
from readlist.tui.spans import Line, fit_line, paragraph
from readlist.tui.widgets.lines import LineList


class PaperList(LineList):
    """A list over a `Listing`; it reads the rows that it shows and no others."""

    def __init__(self, listing: Listing, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.listing = listing
        self.words: tuple[str, ...] = ()
        self.nothing: list[str] = []
        self._columns: tuple[int, Columns] = (-1, columns(40))

    @property
    def count(self) -> int:
        return len(self.listing)

    @property
    def columns(self) -> Columns:
        """The columns at the present width."""
        width = self.size.width - 1
        if self._columns[0] != width:
            self._columns = (width, columns(width))
        return self._columns[1]

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
            row, self.columns, self.glyphs, chosen=row.id in self.listing.marked, here=here, words=self.words
        )

    def ground(self, index: int) -> str:
        return "chosen" if self.listing.ids[index] in self.listing.marked else ""

    def empty(self, width: int) -> list[Line]:
        lines: list[Line] = [[]]
        for number, text in enumerate(self.nothing):
            lines += paragraph(text, width - 4, "dim" if number else "strong", indent="   ")
        return lines

    def on_mark_column(self, x: int) -> bool:
        """Whether a cell is before the title: a click there marks."""
        return x < LEAD
