"""One of a few: by cursor, by number or by mouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label

from readlist.tui import registry
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, safe
from readlist.tui.widgets.lines import LineList


class _Options(LineList):
    def __init__(self, options: Sequence[tuple[str, str]], roles: Mapping[str, str]) -> None:
        super().__init__()
        self.options, self._roles = options, roles
        #: The keys that choose an option at once, in their order.
        self.keys: Sequence[str] = ()

    @property
    def count(self) -> int:
        return len(self.options)

    def line(self, index: int, width: int) -> Line:  # noqa: ARG002
        name, text = self.options[index]
        key = registry.key_name(self.keys[index]) if index < len(self.keys) else ""
        return [(f" {key:<1} ", "key"), (" " + safe(text), self._roles.get(name, "text"))]


class ChoicePage(Dialog[str]):
    """Answers with the name of an option, or None. ``roles``: how an option looks, by its name."""

    PLACE = registry.CHOICE
    DEFAULT_CSS = "ChoicePage _Options { margin: 1 0; }"

    def __init__(
        self, question: str, options: Sequence[tuple[str, str]], roles: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._question, self._options, self._roles = question, options, roles or {}

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(safe(self._question), markup=False)
            yield _Options(self._options, self._roles)
            yield self.hints()

    def on_mount(self) -> None:
        box = self.query_one(_Options)
        box.keys = self.keyboard.keys_of("choose-number")
        box.styles.height = len(self._options)
        box.focus()

    def action_choose(self) -> None:
        self.dismiss(self._options[self.box.cursor][0])

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        self.dismiss(self._options[message.index][0])

    def action_number(self, number: int) -> None:
        if number <= len(self._options):
            self.dismiss(self._options[number - 1][0])
