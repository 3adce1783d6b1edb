"""The line in which a search is typed: marks what it cannot read, offers what it can become."""

from __future__ import annotations

from collections.abc import Callable

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from readlist.tui.completion import Choice
from readlist.tui.spans import Line, fit, safe
from readlist.tui.widgets.lines import LineList


class _Fault(Highlighter):
    """Underlines from where a query cannot be read."""

    position: int | None = None

    def highlight(self, text: Text) -> None:
        if self.position is not None:
            text.stylize("bold underline red", min(self.position, max(len(text) - 1, 0)))


class Completions(LineList):
    """What the word that is being typed can become, above the line."""

    can_focus = False
    DEFAULT_CSS = """
    Completions { layer: popup; dock: bottom; margin: 0 0 1 0; width: 44; max-width: 100%; height: 1; display: none; }
    Completions { background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.add_class("choices")
        self.choices: list[Choice] = []

    @property
    def count(self) -> int:
        return len(self.choices)

    def show(self, choices: list[Choice], left: int, below: int, at: int = 0) -> None:
        """Other choices, or none. ``left``: the cell of the word; ``below``: lines that stay in sight under them;
        ``at``: the one that is taken."""
        self.cursor, self.top = at, 0
        self.styles.margin = (0, 0, below, 0)
        if choices == self.choices:
            self.changed()
            return
        self.choices = choices
        self.display = bool(choices)
        if choices:
            self.styles.height = len(choices)
            self.styles.offset = (max(0, min(left, self.app.size.width - 44)), 0)
        self.changed()

    def line(self, index: int, width: int) -> Line:
        choice = self.choices[index]
        shown = "" if choice.number is None else f" {choice.number:,}"
        room = width - len(shown) - 2
        return [(" ", ""), (fit(safe(choice.shown), room, self.glyphs.ellipsis), "text"), (shown, "dim"), (" ", "")]


class SearchLine(Horizontal):
    """The box behind its sign."""

    DEFAULT_CSS = """
    SearchLine { height: 1; background: $background; }
    SearchLine Static { width: 1; color: $primary; }
    """

    def __init__(self, box: SearchInput) -> None:
        super().__init__(Static("/", markup=False), box)


class SearchInput(Input):
    """A search box that goes away by itself. ``complete`` takes the next choice (1) or the one before (-1)."""

    class Over(Message):
        """The box is to go. ``cleared``: with its search; ``step``: where the cursor of the list goes."""

        def __init__(self, *, cleared: bool, step: int = 0) -> None:
            super().__init__()
            self.cleared, self.step = cleared, step

    def __init__(self, value: str, complete: Callable[[int], None], *, id: str | None = None) -> None:  # noqa: A002
        self._fault = _Fault()
        self._complete = complete
        self.ended = False
        super().__init__(
            value,
            placeholder='search: words, "a phrase", tag:faces, author:wang, year:2024, status:read, -not',
            highlighter=self._fault,
            select_on_focus=False,
            compact=True,
            id=id,
        )

    def error_at(self, position: int | None) -> None:
        """Mark from here on as what cannot be read; None: all is well."""
        if self._fault.position != position:
            self._fault.position = position
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        if self.ended:
            # What came in one burst behind the key that ended it is not for it any more.
            event.prevent_default()
            return
        ends = {"escape": (True, 0), "enter": (False, 0), "down": (False, 1), "up": (False, -1)}
        if event.key in ends:
            event.stop()
            event.prevent_default()
            cleared, step = ends[event.key]
            self.ended = True
            self.post_message(self.Over(cleared=cleared, step=step))
        elif event.key in {"tab", "shift+tab"}:
            # Done at once, not by a message: what is typed next goes behind it.
            event.stop()
            event.prevent_default()
            self._complete(1 if event.key == "tab" else -1)
