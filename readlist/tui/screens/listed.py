"""Keys of the list that decide nothing: moving, marking, sorting, searching."""

from __future__ import annotations

from readlist.actions import browsing
from readlist.actions.browsing import SORTS
from readlist.tui.listing import Listing
from readlist.tui.rows import BY_NAME, WHERE_USED, read_columns
from readlist.tui.screens.finding import Finding
from readlist.tui.views import ALL, INBOX, View
from readlist.tui.widgets.lines import LineList
from readlist.tui.widgets.paper_list import ColumnHeads
from readlist.tui.widgets.paper_pane import PaperPane
from readlist.tui.widgets.sidebar import Sidebar


class Listed(Finding):
    """A screen with a list over a `Listing`, places, and a search."""

    sidebar: Sidebar
    side_pane: PaperPane

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing(lambda ids: self.read(lambda: browsing.list_rows(self.desk.library, ids), []))
        self.view: View = INBOX
        self.sort = "added"
        self._mark_anchor: int | None = None
        #: How many papers of the whole list are found, where none is found here.
        self.elsewhere = 0

    def show_position(self) -> None:
        """Say where the cursor is, and among how many."""
        raise NotImplementedError

    def nothing(self) -> list[str]:
        """What an empty list says, and what to do about it."""
        keys = self.keyboard
        go = keys.says("next-view", "goes to another place")
        start = keys.says("import", "imports a listing: paste it, or name a file")
        if self.query_text:
            if self.elsewhere:
                return [f"Nothing in {self.view.name}, but {self.elsewhere:,} in All.", f"{go}."]
            return ["Nothing is found here.", f"{keys.says('back', 'clears the search')}; {go}."]
        if self.view == INBOX:
            return ["The inbox is empty.", f"{start}."]
        if self.view == ALL:
            return ["No papers yet.", f"{start}. {keys.says('help', 'shows all keys')}."]
        return ["Nothing here."]

    def moved(self) -> None:
        """The cursor is on another paper."""
        raise NotImplementedError

    def _go(self, index: int) -> None:
        """Move there and show it all in one frame: a message to oneself would come a frame later."""
        before = self.shelf.cursor
        self.shelf.move_to(index, tell=False)
        if self.shelf.cursor != before:
            self.moved()

    def concerned(self) -> list[int]:
        if self.listing.marked:
            return [paper_id for paper_id in self.listing.ids if paper_id in self.listing.marked]
        current = self.shelf.current
        return [current] if current is not None else []

    def export_ids(self) -> list[int]:
        return self.concerned() if self.listing.marked else list(self.listing.ids)

    def action_move(self, by: int) -> None:
        self._go(self.shelf.cursor + by * self.counted_key())

    def action_edge(self, which: int) -> None:
        number = self.counted_key(0)
        self._go(number - 1 if number else (0 if which < 0 else len(self.listing)))

    def action_page(self, screens: float) -> None:
        height = max(1, self.shelf.size.height - 1)
        self._go(self.shelf.cursor + round(height * screens * self.counted_key()))

    def action_preview(self, by: int) -> None:
        self.side_pane.scroll_lines(by)

    def action_view(self, by: int) -> None:
        self.show_view(self.sidebar.neighbour(by * self.counted_key()))

    def action_back(self) -> None:
        """Clear, one thing at a time: marks, then the search. Never quits."""
        if self._digits is not None:
            self.counted_key()
        elif self.listing.marked:
            self.listing.marked.clear()
            self.shelf.changed()
            self.say("no marks", "dim")
            self.show_position()
        elif self.query_text:
            self.set_query("", focus=self.shelf.current)
            self.say("the search is cleared", "dim")
        else:
            self.say(self.keyboard.says("quit", "quits"), "dim")

    def _mark(self, indexes: list[int]) -> None:
        for index in indexes:
            self.listing.marked.symmetric_difference_update([self.listing.ids[index]])
            self.shelf.changed(index)
            self._mark_anchor = self.listing.ids[index]
        self.show_position()

    def action_mark(self) -> None:
        number = self.counted_key()
        last = min(self.shelf.cursor + number, len(self.listing))
        self._mark(list(range(self.shelf.cursor, last)))
        self._go(last)

    def action_mark_range(self) -> None:
        self.counted_key()
        # By the paper, not by its line: the list may have changed since.
        anchor = self.listing.place(self._mark_anchor)
        first, last = sorted((self.shelf.cursor if anchor is None else anchor, self.shelf.cursor))
        self.listing.marked.update(self.listing.ids[first : last + 1])
        if self.shelf.current is not None:
            self._mark_anchor = self.shelf.current
        self.shelf.changed()
        self.show_position()

    def click_on_paper(self, message: LineList.Chosen) -> None:
        """Shift marks up to here, Ctrl and a click before the title mark this one, two clicks open it."""
        if message.shift:
            self.action_mark_range()
        elif message.ctrl or self.shelf.on_mark_column(message.x):
            self._mark([message.index])
        elif message.clicks == 2:
            self.call_later(self.action_open)

    async def action_open(self) -> None:
        """Show the paper at the cursor on the whole screen."""
        raise NotImplementedError

    def action_mark_all(self) -> None:
        self.counted_key()
        if self.listing.marked.issuperset(self.listing.ids):
            self.listing.marked.clear()
        else:
            self.listing.marked.update(self.listing.ids)
        self.shelf.changed()
        self.show_position()

    async def action_sort(self) -> None:
        self.counted_key()
        from readlist.tui.screens.columns import SortPage

        def done(sort: str | None) -> None:
            if sort is not None:
                self.sort_by(sort)

        await self.app.push_screen(SortPage(self.sort), done)

    def sort_by(self, sort: str) -> None:
        """Sort, and remember it for this library."""
        from readlist.tui.screens.columns import order_text

        self.sort = sort
        self.desk.keep("list.sort", sort)
        self.refind(keep=True)
        self.say(f"sorted by {order_text(sort)}")

    async def action_columns(self) -> None:
        self.counted_key()
        from readlist.tui.screens.columns import ColumnsPage

        def done(chosen: tuple[str, ...] | None) -> None:
            if chosen is not None:
                self.desk.keep("list.columns", list(chosen))
                self._show_columns(chosen)

        await self.app.push_screen(ColumnsPage(self.shelf.chosen, self.shelf.size.width - 1, self.shelf.unused), done)

    def _show_columns(self, chosen: tuple[str, ...]) -> None:
        self.shelf.chosen = chosen
        self.shelf.changed()
        self.show_position()

    def mind_columns(self) -> None:
        """Leave out the columns that no paper has anything in."""
        unused = WHERE_USED - browsing.in_use(self.desk.library)
        if unused != self.shelf.unused:
            self.shelf.unused = unused
            self._show_columns(self.shelf.chosen)

    def on_column_heads_pressed(self, message: ColumnHeads.Pressed) -> None:
        """A click on the name of a column sorts by it, a second one the other way round."""
        sort = BY_NAME[message.name].sort
        if sort is None:
            self.say("the list cannot be sorted by this column", "dim")
        else:
            self.sort_by(f"-{sort}" if self.sort == sort else sort)

    def restore_look(self) -> None:
        """The columns and the order as they were kept in this library."""
        self.shelf.chosen = read_columns(browsing.preference(self.desk.library, "list.columns"))
        self.mind_columns()
        sort = browsing.preference(self.desk.library, "list.sort")
        if isinstance(sort, str) and sort.removeprefix("-") in SORTS:
            self.sort = sort
