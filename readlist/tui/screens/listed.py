"""Keys of the list that decide nothing: moving, marking, sorting, searching."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from readlist.actions import browsing
from readlist.actions.browsing import SORTS, QueryError, parse
from readlist.tui.listing import Listing
from readlist.tui.screens.working import Working
from readlist.tui.spans import safe
from readlist.tui.views import INBOX, View
from readlist.tui.widgets.bars import HintBar, MessageLine
from readlist.tui.widgets.paper_list import PaperList
from readlist.tui.widgets.paper_pane import PaperPane
from readlist.tui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from textual.widgets import Input

    from readlist.tui.screens.searching import SearchInput


class Listed(Working):
    """A screen with a list over a `Listing`, places, and a search."""

    shelf: PaperList
    sidebar: Sidebar
    side_pane: PaperPane
    message: MessageLine

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing(lambda ids: browsing.list_rows(self.desk.library, ids))
        self.view: View = INBOX
        self.query_text = ""
        self.sort = "added"
        self._mark_anchor: int | None = None

    def refind(self, focus: int | None = None, *, keep: bool = False) -> None:
        """Read the ids again. ``keep``: the cursor stays on its paper."""
        raise NotImplementedError

    def show_view(self, view: View) -> None:
        """Go to a place."""
        raise NotImplementedError

    def show_position(self) -> None:
        """Say where the cursor is, and among how many."""
        raise NotImplementedError

    def concerned(self) -> list[int]:
        if self.listing.marked:
            return [paper_id for paper_id in self.listing.ids if paper_id in self.listing.marked]
        current = self.shelf.current
        return [current] if current is not None else []

    def export_ids(self) -> list[int]:
        return self.concerned() if self.listing.marked else list(self.listing.ids)

    def action_move(self, by: int) -> None:
        self.shelf.move_to(self.shelf.cursor + by * self.counted_key())

    def action_edge(self, which: int) -> None:
        number = self.counted_key(0)
        self.shelf.move_to(number - 1 if number else (0 if which < 0 else len(self.listing)))

    def action_page(self, screens: float) -> None:
        height = max(1, self.shelf.size.height - 1)
        self.shelf.move_to(self.shelf.cursor + round(height * screens * self.counted_key()))

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
            self.say("q quits", "dim")

    def _mark(self, indexes: list[int]) -> None:
        for index in indexes:
            self.listing.marked.symmetric_difference_update([self.listing.ids[index]])
            self.shelf.changed(index)
            self._mark_anchor = index
        self.show_position()

    def action_mark(self) -> None:
        number = self.counted_key()
        last = min(self.shelf.cursor + number, len(self.listing))
        self._mark(list(range(self.shelf.cursor, last)))
        self.shelf.move_to(last)

    def action_mark_range(self) -> None:
        self.counted_key()
        anchor = self._mark_anchor if self._mark_anchor is not None else self.shelf.cursor
        first, last = sorted((min(anchor, len(self.listing) - 1), self.shelf.cursor))
        self.listing.marked.update(self.listing.ids[first : last + 1])
        self.shelf.changed()
        self.show_position()

    def action_mark_all(self) -> None:
        self.counted_key()
        if self.listing.marked:
            self.listing.marked.clear()
        else:
            self.listing.marked.update(self.listing.ids)
        self.shelf.changed()
        self.show_position()

    def action_sort(self) -> None:
        names = list(SORTS)
        self.sort = names[(names.index(self.sort) + self.counted_key()) % len(names)]
        self.refind(keep=True)
        self.say(f"sorted by {self.sort}")

    # Search.

    async def action_search(self) -> None:
        self.counted_key()
        if self._search_box() is not None:
            return
        from readlist.tui.screens.searching import SearchInput

        self.query_one(HintBar).display = False
        box = SearchInput(self.query_text, browsing.tag_counts(self.desk.library), id="search")
        # Waited for, so that what is typed at once after the slash goes into the box.
        await self.mount(box)
        self.set_focus(box)

    def set_query(self, text: str, focus: int | None = None) -> None:
        """Search for something else; the last good list stays while a query cannot be read."""
        try:
            parse(text, self.desk.clock())
        except QueryError as error:
            self.message.show([(safe(error.why), "warn")])
            self._error_at(error.position)
            return
        self._error_at(None)
        self.message.show([])
        self.query_text = text.strip()
        self.refind(focus)

    def _error_at(self, position: int | None) -> None:
        box = self._search_box()
        if box is not None:
            box.error_at(position)

    def _search_box(self) -> SearchInput | None:
        """The box in which a search is typed, while there is one. (Its module is not loaded before.)"""
        found = self.query("#search")
        return cast("SearchInput", found.first()) if found else None

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value.strip() != self.query_text:
            self.set_query(event.value)
        else:
            self._error_at(None)
            self.message.show([])

    def on_search_input_over(self, message: SearchInput.Over) -> None:
        """The search box is left: with what it found, or with nothing."""
        box = self._search_box()
        if box is not None:
            box.remove()
        self.query_one(HintBar).display = True
        self.shelf.focus()
        if message.cleared:
            self.set_query("", focus=self.shelf.current)
        self.message.show([])
        if message.step:
            self.shelf.move_to(self.shelf.cursor + message.step)
