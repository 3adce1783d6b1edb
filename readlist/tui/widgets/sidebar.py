"""The places at the left with their counts; on narrow screens one line of counts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from readlist.actions.browsing import Counts, SavedSearch
from readlist.tui.glyphs import LETTERS
from readlist.tui.spans import Line, clip, line_width, safe
from readlist.tui.views import INBOX, PLACES, REVIEW, View, saved_view, tag_view
from readlist.tui.widgets.lines import Drawn, LineList


class Sidebar(LineList):
    """The places, the tags and the saved searches. It never has the keyboard: keys of the list move in it."""

    can_focus = False
    MARGIN = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.view: View = INBOX
        #: What each line is: a place, or a heading.
        self._lines: list[View | str] = list(PLACES)
        self._counts: Counts | None = None
        self._tags: dict[str, int] = {}
        self._saved: dict[int, int | None] = {}

    @property
    def views(self) -> list[View]:
        """The places, from above."""
        return [line for line in self._lines if isinstance(line, View)]

    @property
    def count(self) -> int:
        return len(self._lines)

    def show(self, counts: Counts, tags: dict[str, int], searches: Sequence[SavedSearch] = ()) -> None:
        """New numbers; the chosen place stays, also a tag that no paper has any more."""
        self._counts, self._tags = counts, tags
        places = [tag_view(tag) for tag in tags]
        if self.view.tag is not None and self.view not in places:
            places.append(self.view)
        self._lines = [*PLACES]
        if places:
            self._lines += ["", "Tags", *places]
        if searches:
            self._lines += ["", "Searches", *map(saved_view, searches)]
        self._to_view()
        self.renew()

    def show_saved(self, numbers: dict[int, int | None]) -> None:
        """New numbers of the saved searches."""
        self._saved = numbers
        self.renew()

    def select(self, view: View) -> None:
        """Put the cursor on a place."""
        self.view = view
        self._to_view()
        self.changed()

    def _to_view(self) -> None:
        if self.view not in self._lines:
            self._lines.append(self.view)
        self.move_to(self._lines.index(self.view), tell=False)

    def neighbour(self, by: int) -> View:
        """The place so many further on, round and round."""
        views = self.views
        return views[(views.index(self.view) + by) % len(views)]

    def view_at(self, index: int) -> View | None:
        """The place at a line."""
        found = self._lines[index]
        return found if isinstance(found, View) else None

    def line(self, index: int, width: int) -> Line:
        view = self._lines[index]
        if not isinstance(view, View):
            return [("  " + view, "heading")]
        shown, role, mark = self._looks(view)
        room = width - line_width(mark) - len(shown) - 1
        name = clip(safe(view.name), room - 1, self.glyphs.ellipsis)  # a blank parts it from its number
        here = view == self.view
        gap = " " * (room - cell_len(name))
        # A tag keeps its colour where the cursor is; that it is chosen shows in the ground and the weight.
        return [*mark, (name, "strong" if here else role), (gap, ""), (shown, "strong" if here else "dim"), (" ", "")]

    def _looks(self, view: View) -> tuple[str, str, Line]:
        """The number of a place, the role of its name, and what stands before it."""
        if view.tag is not None:
            role = self.tag_role(view.tag)
            return f"{self._tags.get(view.tag, 0):,}", role, [("  ", ""), ("#", role), (" ", "")]
        if view.saved is not None:
            number = self._saved.get(view.saved, -1)
            unknown = "" if number == -1 else self.glyphs.doubt
            return f"{number:,}" if number is not None and number >= 0 else unknown, "text", [("  / ", "label")]
        found = view.number(self._counts) if self._counts else None
        shown = f"{found or 0:,}" if self._counts else ""
        role = "text" if found else "dim"
        if view.status:
            return shown, role, [
                (" ", ""),
                (self.glyphs.status[view.status], view.status.value),
                (LETTERS[view.status], "dim"),
                (" ", ""),
            ]  # fmt: skip
        return shown, role, [(" ", ""), (self.glyphs.doubt if view is REVIEW else " ", "warn"), ("  ", "")]


class CountBar(Drawn):
    """The places and counts in one line, the chosen one first to be kept in sight."""

    DEFAULT_CSS = "CountBar { height: 1; }"

    class Chosen(Message):
        """A place was clicked."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.view: View = INBOX
        self._counts: Counts | None = None

    def show(self, view: View, counts: Counts | None = None) -> None:
        counts = counts or self._counts
        if (view, counts) != (self.view, self._counts):
            self.view, self._counts = view, counts
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        width = self.size.width
        ground = self.backdrop + self.styles_of["strip"]
        segments = [Segment(" ", ground)]
        for view, cell in self._in_sight(width - 1):
            segments += [*self.clickable(cell, view.name, "strip"), Segment("  ", ground)]
        return Strip(segments).adjust_cell_length(width, ground)

    def _in_sight(self, width: int) -> list[tuple[View, Line]]:
        """The places that there is room for, from the left; the chosen one whatever is left out for it."""
        cells = [(view, self._cell(view)) for view in PLACES]
        if self.view.sign:
            cells.insert(0, (self.view, [(f"[{self.view.sign}{safe(self.view.name)}]", "strong")]))
        room = width + 2 - sum(line_width(cell) + 2 for view, cell in cells if view == self.view)
        shown: list[tuple[View, Line]] = []
        full = False
        for view, cell in cells:
            size = line_width(cell) + 2
            if view == self.view:
                shown.append((view, cell))
            elif not full and size <= room:
                shown.append((view, cell))
                room -= size
            else:
                full = True
        return shown

    def _cell(self, view: View) -> Line:
        here = view == self.view
        number = view.number(self._counts) if self._counts else None
        name = f"[{view.name}" if here else view.name
        shown = f" {number:,}" if number is not None else ""
        return [
            (name, "strong" if here else "dim"),
            (shown + ("]" if here else ""), "strong" if here else "text"),
        ]

    def on_click(self, event: events.Click) -> None:
        event.stop()
        name = self.name_at(event)
        for view in PLACES:
            if view.name == name:
                self.post_message(self.Chosen(view))
