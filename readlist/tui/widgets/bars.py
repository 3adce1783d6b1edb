"""The single lines: the title line, what was done last, and the keys that matter here."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from readlist.tui import registry
from readlist.tui.spans import Line, clip, line_width
from readlist.tui.widgets.lines import Drawn


class TwoEnded(Drawn):
    """One line with something at the left and something at the right; the left gives way."""

    DEFAULT_CSS = "TwoEnded { height: 1; }"
    GROUND = ""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.left: Line = []
        self.right: Line = []

    def show(self, left: Line | None = None, right: Line | None = None) -> None:
        """Set one end or both."""
        left = self.left if left is None else left
        right = self.right if right is None else right
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        width = self.size.width
        room = width - 2
        right_size = min(line_width(self.right), room)
        left_room = room - right_size - (2 if right_size else 0)
        left: Line = [(" ", "")]
        for text, role in self.left:
            shown = clip(text, left_room, self.glyphs.ellipsis)
            left.append((shown, role))
            left_room -= cell_len(shown)
            if shown != text:
                break
        gap = width - line_width(left) - right_size - 1
        return self.strip_of([*left, (" " * max(gap, 0), ""), *self.right, (" ", "")], width, self.GROUND)


class MessageLine(TwoEnded):
    """What was done last, or what is going on; at the right where the cursor is."""


class HeadLine(TwoEnded):
    """The name of the screen and its numbers."""

    GROUND = "strip"


class HintBar(Drawn):
    """The keys of the place, as many as fit; each can be clicked."""

    DEFAULT_CSS = "HintBar { height: 1; }"

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, action: registry.Action) -> None:
            super().__init__()
            self.action = action

    def __init__(self, place: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._actions = registry.hints(place)

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        width = self.size.width
        segments: list[Segment] = [Segment(" ", self.backdrop)]
        used = 1
        for action in self._actions:
            key = registry.key_name(action.keys[0])
            line: Line = [(key, "key"), (" " + action.label, "dim")]
            size = line_width(line) + 2
            if used + size > width:
                break
            segments += [*self.clickable(line, action.name), Segment("  ", self.backdrop)]
            used += size
        segments.append(Segment(" " * (width - used), self.backdrop))
        return Strip(segments, width)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        name = self.name_at(event)
        for action in self._actions:
            if action.name == name:
                self.post_message(self.Pressed(action))
