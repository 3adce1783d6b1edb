"""Widgets that draw themselves line by line: a list with a cursor, a text to scroll, and a single line.

They keep their own first line instead of being scroll views: assigning a virtual size lays the whole screen out
again, which costs more than drawing every line of a list. What is drawn is kept as strips until it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from readlist.tui.colours import Styles
from readlist.tui.glyphs import Glyphs
from readlist.tui.spans import Line, fit_line

_PLAIN = Style.null()
#: Lines that a turn of the wheel moves.
_WHEEL = 3


class Look(Protocol):
    """What a widget of ours asks of its app."""

    look: Styles
    glyphs: Glyphs

    def tag_role(self, tag: str) -> str:
        """How a tag looks."""


class Drawn(Widget):
    """A widget whose lines are spans."""

    ALLOW_SELECT: ClassVar[bool] = False

    @property
    def styles_of(self) -> Styles:
        """The style of each role."""
        return cast(Look, self.app).look

    @property
    def glyphs(self) -> Glyphs:
        return cast(Look, self.app).glyphs

    def tag_role(self, tag: str) -> str:
        """How a tag looks."""
        return cast(Look, self.app).tag_role(tag)

    _backdrop: Style | None = None
    #: The style of each role by the ground below it, as far as it was asked for: adding styles up is most of drawing.
    _inks: Mapping[str, dict[str, Style]] = {}

    @property
    def backdrop(self) -> Style:
        """The widget's own background, which lines are drawn on."""
        if self._backdrop is None:
            self._backdrop = Style(bgcolor=self.rich_style.bgcolor)
        return self._backdrop

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._backdrop = None
        self._inks = {}

    def restyle(self) -> None:
        """The theme or the marks have changed."""
        self._backdrop = None
        self._inks = {}
        self.refresh()

    def blank(self, width: int) -> Strip:
        """An empty line."""
        return Strip.blank(width, self.backdrop)

    def strip_of(self, line: Line, width: int, ground: str = "") -> Strip:
        """A line as a strip of exactly ``width`` cells."""
        ink = self._ink_on(ground)
        plain = ink[""]
        return Strip([Segment(text, ink.get(role, plain)) for text, role in fit_line(line, width)], width)

    def _ink_on(self, ground: str) -> Mapping[str, Style]:
        """The style of each role on a ground, the widget's background below both. Added up once a theme."""
        found = self._inks.get(ground)
        if found is None:
            look = self.styles_of
            base = self.backdrop + look[ground]
            # Where ink and ground change places, the colours of the ink would be patches.
            over = {} if look[ground].reverse else look
            found = {role: base + over.get(role, _PLAIN) for role in look}
            self._inks = {**self._inks, ground: found}
        return found

    def clickable(self, line: Line, name: str, ground: str = "") -> list[Segment]:
        """Segments that carry a name, found again in `name_at`."""
        look = self.styles_of
        base = self.backdrop + look[ground] + Style(meta={"name": name})
        return [Segment(text, base + look[role]) for text, role in line]

    @staticmethod
    def name_at(event: events.Click) -> str | None:
        """The name under the mouse."""
        value = event.style.meta.get("name")
        return value if isinstance(value, str) else None

    def thumb(self, y: int, top: int, count: int) -> Segment:
        """The cell of the scroll bar at a line of the widget."""
        if count <= self.size.height:
            return Segment(" ", self.backdrop)
        inside = y in self.thumb_lines(top, count)
        return Segment(self.glyphs.thumb if inside else " ", self.backdrop + self.styles_of["faint"])

    def thumb_lines(self, top: int, count: int) -> range:
        """The lines of the widget that the thumb of the scroll bar covers; none where all is in sight."""
        height = self.size.height
        if count <= height:
            return range(0)
        size = max(1, height * height // count)
        start = round((height - size) * top / max(1, count - height))
        return range(start, start + size)


class LineList(Drawn, can_focus=True):
    """A list of lines with a cursor. Subclasses say how many there are and what each shows."""

    MARGIN = 2

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, source: LineList, index: int) -> None:
            super().__init__()
            self.source, self.index = source, index

    class Chosen(Message):
        """A line was clicked. ``x``: the cell within the line; ``button``: 3 is the right one."""

        def __init__(self, source: LineList, index: int, click: events.Click) -> None:
            super().__init__()
            self.source, self.index, self.x, self.clicks = source, index, click.x, click.chain
            self.button, self.shift, self.ctrl = click.button, click.shift, click.ctrl

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.cursor = 0
        self.top = 0
        self._strips: dict[int, Strip] = {}
        #: How many lines there were when all were drawn last, and where the scroll bar's thumb was.
        self._drawn = (0, range(0))

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, index: int, width: int) -> Line:
        """What a line shows, in at most ``width`` cells."""
        raise NotImplementedError

    def empty(self, width: int) -> list[Line]:  # noqa: ARG002
        """What is shown where there are no lines."""
        return []

    def ground(self, index: int) -> str:  # noqa: ARG002
        """The role of the ground under a line that the cursor is not on."""
        return ""

    def render_line(self, y: int) -> Strip:
        width = self.size.width - 1
        if width <= 0:
            return self.blank(self.size.width)
        if not self.count:
            lines = self.empty(width)
            return self.strip_of(lines[y], width + 1) if y < len(lines) else self.blank(width + 1)
        index = self.top + y
        if index >= self.count:
            return self.blank(width + 1)
        if index == self.cursor:
            ground = "cursor" if self.has_focus else "cursor-away"
            strip = self.strip_of(self.line(index, width), width, ground)
        else:
            found = self._strips.get(index)
            if found is None:
                if len(self._strips) > 512:
                    self._strips.clear()
                found = self._strips[index] = self.strip_of(self.line(index, width), width, self.ground(index))
            strip = found
        return Strip([*strip, self.thumb(y, self.top, self.count)], width + 1)

    def changed(self, index: int | None = None) -> None:
        """Lines show something else now: one, or all."""
        if index is None:
            self._strips.clear()
            self._drawn = (self.count, self.thumb_lines(self.top, self.count))
            self.refresh()
        else:
            self._strips.pop(index, None)
            self._refresh_line(index)

    def renew(self, top: int | None = None) -> None:
        """Any line may show something else; those that do are drawn again, for drawing them all holds keys up.

        ``top``: the line to be the first in sight.
        """
        full, height = self.size
        width = full - 1
        before, thumb = self._drawn
        moved, self.top = top not in (None, self.top), self.top if top is None else top
        fewer = before != self.count and min(before, self.count) < height
        if width <= 0 or moved or fewer or not self.count or thumb != self.thumb_lines(self.top, self.count):
            self.changed()
            return
        known, self._strips = self._strips, {}
        other = [self.cursor]  # its line says that it is the cursor's, so it is drawn each time and not kept
        for index in range(self.top, min(self.top + height, self.count)):
            if index != self.cursor:
                strip = self._strips[index] = self.strip_of(self.line(index, width), width, self.ground(index))
                if known.get(index) != strip:
                    other.append(index)
        self.refresh(*(Region(0, index - self.top, full, 1) for index in other))

    def restyle(self) -> None:
        super().restyle()
        self.changed()

    def _refresh_line(self, index: int) -> None:
        y = index - self.top
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def move_to(self, index: int, *, tell: bool = True) -> None:
        """Put the cursor on a line, as near as there is one, and bring it into sight."""
        index = max(0, min(index, self.count - 1))
        before = self.cursor
        self.cursor = index
        if not self._reveal():
            self._refresh_line(before)
            self._refresh_line(index)
        if tell and before != index:
            self.post_message(self.Moved(self, index))

    def _reveal(self) -> bool:
        """Scroll so that the cursor is in sight; returns whether that moved anything."""
        height = self.size.height
        if height <= 0:
            return False
        margin = min(self.MARGIN, (height - 1) // 2)
        top = min(self.top, self.cursor - margin)
        top = max(top, self.cursor + margin - height + 1)
        return self.scroll_lines_to(top)

    def scroll_lines_to(self, top: int) -> bool:
        """Make a line the first one in sight; returns whether that moved anything."""
        top = max(0, min(top, self.count - self.size.height))
        if top == self.top:
            return False
        self.top = top
        self._drawn = (self.count, self.thumb_lines(top, self.count))
        self.refresh()
        return True

    def on_resize(self) -> None:
        self._strips.clear()
        self._reveal()

    def on_focus(self) -> None:
        self._refresh_line(self.cursor)

    def on_blur(self) -> None:
        self._refresh_line(self.cursor)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines_to(self.top + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines_to(self.top - _WHEEL)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.x >= self.size.width - 1 and self.count > self.size.height:
            self.scroll_lines_to(round(event.y / max(1, self.size.height - 1) * (self.count - self.size.height)))
            return
        index = self.top + event.y
        if 0 <= index < self.count:
            self.move_to(index)
            self.post_message(self.Chosen(self, index, event))


class TextPane(Drawn, can_focus=True):
    """A text of lines that scrolls. ``lines_for`` makes them anew for each width."""

    def __init__(self, *, id: str | None = None, focusable: bool = True) -> None:  # noqa: A002
        super().__init__(id=id)
        self.can_focus = focusable
        self.top = 0
        self._lines: list[Line] | None = None
        self._wrapped_for = (0, 0)

    def lines_for(self, width: int) -> list[Line]:
        """The text, wrapped to a width."""
        raise NotImplementedError

    @property
    def lines(self) -> list[Line]:
        # The size may be another one before any event tells of it: the first layout is made in two steps.
        if self._lines is None or self._wrapped_for != self.size:
            self._wrapped_for = self.size
            self._lines = self.lines_for(max(self.size.width - 1, 1))
        return self._lines

    def changed(self, *, keep_place: bool = False) -> None:
        """The text is another one."""
        self._lines = None
        if not keep_place:
            self.top = 0
        self.refresh()

    def restyle(self) -> None:
        super().restyle()
        self.changed(keep_place=True)

    def on_resize(self) -> None:
        self.scroll_lines(0)

    def scroll_lines(self, by: int) -> None:
        """Move the text by lines, as far as it goes."""
        self.scroll_to_line(self.top + by)

    def scroll_to_line(self, top: int) -> None:
        """Make a line the first one in sight, as near as can be."""
        top = max(0, min(top, len(self.lines) - self.size.height))
        if top != self.top:
            self.top = top
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lines = self.lines
        index = self.top + y
        if width < 2 or index >= len(lines):
            return self.blank(width)
        return Strip([*self.strip_of(lines[index], width - 1), self.thumb(y, self.top, len(lines))], width)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-_WHEEL)


class FixedText(TextPane):
    """A text pane whose text is handed in, for any width."""

    def __init__(self, *, id: str | None = None, focusable: bool = True) -> None:  # noqa: A002
        super().__init__(id=id, focusable=focusable)
        self._given: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        self._given = lines
        self.changed()

    def lines_for(self, width: int) -> list[Line]:  # noqa: ARG002
        return self._given
