"""The line in which a search is typed: marks what it cannot read, completes filters and tags."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from readlist.actions.browsing import FILTERS
from readlist.paper import MatchState, Status

_VALUES: dict[str, list[str]] = {
    "status": [*Status],
    "match": [*MatchState],
    "is": ["published", "matched", "starred", *Status],
}


class _Fault(Highlighter):
    """Underlines from where a query cannot be read."""

    position: int | None = None

    def highlight(self, text: Text) -> None:
        if self.position is not None:
            text.stylize("bold underline red", min(self.position, max(len(text) - 1, 0)))


class QuerySuggester(Suggester):
    """Completes the last word: names of filters, and the values of status, match and tag."""

    def __init__(self, tags: list[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._tags = tags

    async def get_suggestion(self, value: str) -> str | None:
        word = value.rsplit(None, 1)[-1] if value and not value[-1].isspace() else ""
        bare = word.removeprefix("-")
        if not bare:
            return None
        name, colon, start = bare.partition(":")
        if not colon:
            found = [f"{known}:" for known in FILTERS if known.startswith(name.lower()) and len(name) > 1]
            rest = found[0][len(name) :] if found else None
        else:
            values = [tag for tag in self._tags if " " not in tag] if name == "tag" else _VALUES.get(name, [])
            found = [known for known in values if known.lower().startswith(start.lower())]
            rest = found[0][len(start) :] if found else None
        return value + rest if rest else None


class SearchInput(Input):
    """A search box that goes away by itself."""

    class Over(Message):
        """The box is to go. ``cleared``: with its search; ``step``: where the cursor of the list goes."""

        def __init__(self, *, cleared: bool, step: int = 0) -> None:
            super().__init__()
            self.cleared, self.step = cleared, step

    def __init__(self, value: str, tags: dict[str, int], *, id: str | None = None) -> None:  # noqa: A002
        self._fault = _Fault()
        super().__init__(
            value,
            placeholder='search: words, "a phrase", tag:faces, author:wang, year:2024, status:read, -not',
            highlighter=self._fault,
            suggester=QuerySuggester(list(tags)),
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
        ends = {"escape": (True, 0), "enter": (False, 0), "down": (False, 1), "up": (False, -1)}
        if event.key in ends:
            event.stop()
            event.prevent_default()
            cleared, step = ends[event.key]
            self.post_message(self.Over(cleared=cleared, step=step))
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            self.action_cursor_right()
