"""All tags of the library: shown, renamed, coloured, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label

from readlist.tui import registry
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, fit, safe
from readlist.tui.widgets.lines import LineList


class _TagList(LineList):
    def __init__(self, tags: Mapping[str, int]) -> None:
        super().__init__()
        self.tags = list(tags.items())

    @property
    def count(self) -> int:
        return len(self.tags)

    def line(self, index: int, width: int) -> Line:
        tag, number = self.tags[index]
        shown = f"{number:,}"
        room = max(1, width - len(shown) - 4)
        return [(" # ", "label"), (fit(safe(tag), room, self.glyphs.ellipsis), self.tag_role(tag)), (shown, "dim")]


class TagListPage(Dialog[str]):
    """Answers with the tag whose papers are to be shown. ``at``: where the cursor is first.

    ``command`` is given what else is to be done with a tag: the window stays, so that no key behind that falls upon
    the list below. `renew` tells it what became of the tags.
    """

    PLACE = registry.ALL_TAGS
    DEFAULT_CSS = "TagListPage _TagList { margin: 1 0; max-height: 18; }"

    def __init__(self, tags: Mapping[str, int], at: str | None, command: Callable[[str, str], object]) -> None:
        super().__init__()
        self._tags, self._at, self._command = tags, at, command
        self._renamed: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("", markup=False)
            yield _TagList(self._tags)
            yield self.hints()

    def on_mount(self) -> None:
        self._list = self.query_one(_TagList)
        self._list.focus()
        self._show()
        if self._at is not None:
            self._go_to(self._at)

    def _show(self) -> None:
        self.query_one(Label).update(f"Tags of the library: {len(self._tags):,}")
        # What the window's frame and other lines take is not the list's.
        self._list.styles.height = max(1, min(len(self._tags), self.size.height - 9))

    def _go_to(self, tag: str) -> bool:
        if tag in self._tags:
            self._list.move_to(list(self._tags).index(tag))
        return tag in self._tags

    def renamed(self, old: str, new: str) -> None:
        """A tag is about to have another name: the cursor follows it, unless it becomes one that was there already."""
        self._renamed = None if new in self._tags else (old, new)

    def renew(self, tags: Mapping[str, int]) -> None:
        """The tags were counted again: the cursor stays on its tag, else where it was."""
        if tags == self._tags:
            self._list.changed()  # their colours may be others
            return
        if not tags:
            self.dismiss(None)
            return
        current = self._list.tags[self._list.cursor][0]
        old, new = self._renamed or (current, current)
        self._tags, self._list.tags = tags, list(tags.items())
        self._show()
        self._list.changed()
        if not (current == old and self._go_to(new)) and not self._go_to(current):
            self._list.move_to(self._list.cursor)

    def action_command(self, name: str) -> None:
        tag = self._list.tags[self._list.cursor][0]
        if name == "show":
            self.dismiss(tag)
        else:
            self._command(name, tag)

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        if message.clicks == 2:
            self.action_command("show")
