"""The places at the left with their counts; on narrow screens one line of counts."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from readlist.actions.browsing import Counts
from readlist.tui.glyphs import LETTERS
from readlist.tui.spans import Line, clip, line_width, safe
from readlist.tui.views import INBOX, PLACES, REVIEW, View, tag_view
from readlist.tui.widgets.lines import Drawn, LineList


class Sidebar(LineList):
    """The places and the tags. It never has the keyboard: keys of the list move in it."""

    can_focus = False
    MARGIN = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.views: list[View] = list(PLACES)
        self.view: View = INBOX
        self._counts: Counts | None = None
        self._tags: dict[str, int] = {}

    @property
    def count(self) -> int:
        # The first line and the one above the tags are blank or a heading.
        return len(self.views) + (2 if self._tags else 0)

    def show(self, counts: Counts, tags: dict[str, int]) -> None:
        """New numbers; the chosen place stays, also a tag that no paper has any more."""
        self._counts, self._tags = counts, tags
        self.views = [*PLACES, *(tag_view(tag) for tag in tags)]
        if self.view not in self.views:
            self.views.append(self.view)
        self.select(self.view)
        self.changed()

    def select(self, view: View) -> None:
        """Put the cursor on a place."""
        self.view = view
        index = self.views.index(view)
        self.move_to(index if index < len(PLACES) else index + 2, tell=False)
        self.changed()

    def neighbour(self, by: int) -> View:
        """The place so many further on, round and round."""
        return self.views[(self.views.index(self.view) + by) % len(self.views)]

    def view_at(self, index: int) -> View | None:
        """The place at a line."""
        if index < len(PLACES):
            return self.views[index]
        index -= 2
        return self.views[index] if index >= len(PLACES) else None

    def line(self, index: int, width: int) -> Line:
        view = self.view_at(index)
        if view is None:
            return [] if index == len(PLACES) else [("  Tags", "heading")]
        if view.tag is not None:
            number = self._tags.get(view.tag, 0)
            name, role = safe(view.tag), "tag"
            mark: Line = [("  # ", "label")]
        else:
            found = view.number(self._counts) if self._counts else None
            number = found or 0
            name, role = view.name, "text" if number else "dim"
            if view.status:
                mark = [
                    (" ", ""),
                    (self.glyphs.status[view.status], view.status.value),
                    (LETTERS[view.status], "dim"),
                    (" ", ""),
                ]
            else:
                mark = [(" ", ""), (self.glyphs.doubt if view is REVIEW else " ", "warn"), ("  ", "")]
        shown = f"{number:,}" if self._counts else ""
        room = width - line_width(mark) - len(shown) - 1
        name = clip(name, room, self.glyphs.ellipsis)
        here = view == self.view
        gap = " " * (room - cell_len(name))
        return [*mark, (name, "strong" if here else role), (gap, ""), (shown, "strong" if here else "dim"), (" ", "")]


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
        self.view = view
        self._counts = counts or self._counts
        self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        width = self.size.width
        ground = self.backdrop + self.styles_of["strip"]
        cells = [self._cell(view) for view in PLACES]
        if self.view.tag is not None:
            cells.insert(0, [("#" + safe(self.view.tag), "strong")])
        segments = [Segment(" ", ground)]
        used = 1
        for view, cell in zip([*([self.view] if self.view.tag else []), *PLACES], cells, strict=True):
            size = line_width(cell) + 2
            if used + size > width + 1:
                break
            segments += [*self.clickable(cell, view.name, "strip"), Segment("  ", ground)]
            used += size
        return Strip(segments).adjust_cell_length(width, ground)

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
