"""The single lines: the title line, what was done last, and the keys that matter here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from readlist.tui import registry
from readlist.tui.keyboard import Keyboard
from readlist.tui.spans import Line, clip, fit_line, line_width, wrap_line
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
    """What was done last, or what is going on; at the right where the cursor is.

    A sentence that does not fit beside it takes more lines, three at most; a click shows all that was said.
    """

    DEFAULT_CSS = "MessageLine { height: 1; }"
    MOST = 3

    class Pressed(Message):
        """The line was clicked."""

    def show(self, left: Line | None = None, right: Line | None = None) -> None:
        super().show(left, right)
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        height = len(self.lines)
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    @property
    def lines(self) -> list[Line]:
        """What is said, wrapped; the last line leaves room for the right end."""
        width = self.size.width - 2
        right = line_width(self.right)
        room = width - right - (2 if right else 0)
        if width < 10 or line_width(self.left) <= room:
            return [self.left]
        lines = wrap_line(self.left, width)
        if line_width(lines[-1]) > room and len(lines) < self.MOST:
            lines.append([])
        return lines[: self.MOST]

    def render_line(self, y: int) -> Strip:
        lines = self.lines
        if len(lines) == 1:
            return super().render_line(y)
        width = self.size.width
        line: Line = [(" ", ""), *(lines[y] if y < len(lines) else [])]
        if y < len(lines) - 1:
            return self.strip_of(line, width)
        room = width - line_width(self.right) - 1
        return self.strip_of([*fit_line(line, room), *self.right, (" ", "")], width)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())


class HeadLine(TwoEnded):
    """The name of the screen and its numbers."""

    GROUND = "strip"


class Commands(Drawn):
    """The keys of a small window in one line; each can be clicked."""

    DEFAULT_CSS = "Commands { height: 1; }"

    class Pressed(Message):
        """A command was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, commands: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        #: Key, name and what it does.
        self._commands = commands

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        segments: list[Segment] = []
        for key, name, does in self._commands:
            shown: Line = [(registry.key_name(key), "key"), (f" {does}", "dim")]
            segments += [*self.clickable(shown, name), Segment("  ", self.backdrop)]
        return Strip(segments).adjust_cell_length(self.size.width, self.backdrop)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        name = self.name_at(event)
        if name is not None:
            self.post_message(self.Pressed(name))


class Keyed(Protocol):
    """What the bar of keys asks of its app."""

    keyboard: Keyboard


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
        self._place = place

    def _hints(self) -> list[registry.Action]:
        return registry.hints(self._place, cast("Keyed", self.app).keyboard.keys)

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        width = self.size.width
        segments: list[Segment] = [Segment(" ", self.backdrop)]
        used = 1
        for action in self._hints():
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
        for action in self._hints():
            if action.name == name:
                self.post_message(self.Pressed(action))
