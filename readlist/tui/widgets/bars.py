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
from readlist.tui.spans import Line, clip, fit_line, line_width, squeezed, wrap_line
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
        return self.two_ended(self.left, self.right)

    def two_ended(self, at_left: Line, at_right: Line) -> Strip:
        """A line with two ends."""
        width = self.size.width
        room = width - 2
        right_size = min(line_width(at_right), room)
        left_room = room - right_size - (2 if right_size else 0)
        left: Line = [(" ", "")]
        for text, role in at_left:
            shown = clip(text, left_room, self.glyphs.ellipsis)
            left.append((shown, role))
            left_room -= cell_len(shown)
            if shown != text:
                break
        gap = width - line_width(left) - right_size - 1
        return self.strip_of([*left, (" " * max(gap, 0), ""), *at_right, (" ", "")], width, self.GROUND)


class MessageLine(TwoEnded):
    """What was done last, or what is going on; at the right where the cursor is.

    Titles in a sentence that does not fit are cut, and what is still too long takes two lines; what is said with each
    key takes one whatever its length, so that the list stays where it is. A click shows all that was said.
    """

    DEFAULT_CSS = "MessageLine { height: 1; }"
    MOST = 2
    #: A title is cut to so many cells before where the cursor is gives way to the sentence.
    _TITLE = 12
    _SHORTEST = 4

    class Pressed(Message):
        """The line was clicked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._most = self.MOST

    def show(self, left: Line | None = None, right: Line | None = None, *, most: int | None = None) -> None:
        """``most``: lines that the sentence may take."""
        if left is not None:
            self._most = most or self.MOST
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
        room = width - self._right_size
        left = squeezed(self.left, room, self.glyphs.ellipsis, least=self._TITLE)
        if width < 10 or line_width(left) <= room:
            return [left]
        if self._most == 1:
            short = squeezed(left, width, self.glyphs.ellipsis, least=self._SHORTEST)
            # Where even that is too long, which key takes it back is left to the bar of keys.
            return [short if line_width(short) <= width else squeezed(self.left[:1], width, self.glyphs.ellipsis)]
        lines = wrap_line(left, width)
        if line_width(lines[-1]) > room and len(lines) < self._most:
            lines.append([])
        return self._cut(lines, width)

    def _cut(self, lines: list[Line], width: int) -> list[Line]:
        if len(lines) <= self._most:
            return lines
        kept = lines[: self._most]
        room = width - self._right_size - cell_len(self.glyphs.ellipsis)
        end = kept[-1] if line_width(kept[-1]) <= room else fit_line(kept[-1], room)
        kept[-1] = [*end, (self.glyphs.ellipsis, "dim")]
        return kept

    @property
    def _right_size(self) -> int:
        """The cells of the right end, and of what parts it from the sentence."""
        size = line_width(self.right)
        return size + 2 if size else 0

    def render_line(self, y: int) -> Strip:
        lines = self.lines
        last = y >= len(lines) - 1
        line = lines[y] if y < len(lines) else []
        # Where one line is all there is, where the cursor is gives way to what was done.
        given_way = len(lines) == 1 and line_width(line) > self.size.width - 2 - self._right_size
        return self.two_ended(line, self.right if last and not given_way else [])

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())


class HeadLine(TwoEnded):
    """The name of the screen and its numbers."""

    GROUND = "strip"


class Keyed(Protocol):
    """What the bar of keys asks of its app."""

    keyboard: Keyboard


class HintBar(Drawn):
    """The keys of the place, as many as fit, the way out always; each can be clicked.

    Nothing is shown while a window is in front: its own keys are in force then.
    """

    DEFAULT_CSS = "HintBar { height: 1; }"
    #: Lines that it takes at most, and cells before each.
    MOST, EDGE = 1, 1

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, action: registry.Action) -> None:
            super().__init__()
            self.action = action

    def __init__(self, place: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._place = place
        self._situation = registry.PLAIN

    def show(self, place: str, situation: registry.Situation) -> None:
        """What is in force is another place, or it has become something else."""
        if (place, situation) != (self._place, self._situation):
            self._place, self._situation = place, situation
            self.on_resize()
            self.refresh()

    @property
    def hints(self) -> list[list[tuple[int, registry.Action]]]:
        """The hints in sight by line, each with the cell at which it begins."""
        found = registry.hints(self._place, cast("Keyed", self.app).keyboard.keys, self._situation)
        lines = _flow(found, self.size.width, self.EDGE)
        while len(lines) > self.MOST and len(found) > 1:
            del found[-2]
            lines = _flow(found, self.size.width, self.EDGE)
        return lines[: self.MOST]

    def on_resize(self) -> None:
        """Subclasses take as many lines as they need."""

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lines = self.hints if self.screen is self.app.screen else []
        segments: list[Segment] = []
        used = 0
        for at, action in lines[y] if y < len(lines) else ():
            line = _hint(action)
            segments += [Segment(" " * (at - used), self.backdrop), *self.clickable(line, action.name)]
            used = at + line_width(line)
        return Strip(segments).adjust_cell_length(width, self.backdrop)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        name = self.name_at(event)
        for _at, action in (hint for line in self.hints for hint in line):
            if action.name == name:
                self.post_message(self.Pressed(action))


class WindowHints(HintBar):
    """The keys of a window, in as many lines as they take."""

    MOST, EDGE = 3, 0

    def on_mount(self) -> None:
        self.on_resize()

    def on_resize(self) -> None:
        if self.size.width:
            self.styles.height = max(1, len(self.hints))


def _hint(action: registry.Action) -> Line:
    return [(registry.key_name(action.keys[0]), "key"), (" " + action.label, "dim")]


def _flow(actions: Sequence[registry.Action], width: int, edge: int) -> list[list[tuple[int, registry.Action]]]:
    """Hints one behind the other in lines of a width; the last may stand nearer to the one before."""
    lines: list[list[tuple[int, registry.Action]]] = [[]]
    used = 0
    for action in actions:
        size = line_width(_hint(action))
        gap = 1 if action is actions[-1] and used + 2 + size > width else 2
        if lines[-1] and used + gap + size > width:
            lines.append([])
        if not lines[-1]:
            used, gap = 0, edge
        lines[-1].append((used + gap, action))
        used += gap + size
    return lines
