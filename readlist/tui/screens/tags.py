"""Tags of one or more papers: typed, with completion from the tags there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input, Label

from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, safe
from readlist.tui.widgets.lines import FixedText

#: Matching tags that are listed.
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tags to add and to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def read_tags(text: str) -> Wanted:
    """What was typed: ``+faces -old``, or a list with commas; a tag may hold blanks, so only signs and commas part."""
    add: list[str] = []
    remove: list[str] = []
    for piece in text.split(","):
        current: list[str] = []
        into = add
        for word in piece.split():
            if word[0] in "+-" and len(word) > 1:
                if current:
                    into.append(" ".join(current))
                into = add if word[0] == "+" else remove
                current = [word[1:]]
            else:
                current.append(word)
        if current:
            into.append(" ".join(current))
    return Wanted(tuple(dict.fromkeys(add)), tuple(dict.fromkeys(remove)))


def last_word(text: str) -> tuple[str, str]:
    """The text before the tag that is being typed, and that tag so far."""
    at = max(text.rfind(","), text.rfind(" +"), text.rfind(" -"))
    head, tail = (text[: at + 1], text[at + 1 :]) if at >= 0 else ("", text)
    sign = len(tail) - len(tail.lstrip(" +-"))
    return head + tail[:sign], tail[sign:]


class _Tags(Suggester):
    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.tags = tags

    def matching(self, text: str) -> list[str]:
        start = last_word(text)[1].casefold()
        return [tag for tag in self.tags if tag.casefold().startswith(start)]

    async def get_suggestion(self, value: str) -> str | None:
        head, start = last_word(value)
        found = self.matching(value) if start else []
        return head + start + found[0][len(start) :] if found else None


class TagPage(Dialog[Wanted]):
    """Answers with what to add and to remove."""

    DEFAULT_CSS = "TagPage FixedText { height: 7; background: $surface; }"

    def __init__(self, papers: int, common: Sequence[str], tags: dict[str, int]) -> None:
        super().__init__()
        self._papers, self._common, self._counts = papers, common, tags
        self._tags = _Tags(list(tags))

    def compose(self) -> ComposeResult:
        what = "Tags" if self._papers == 1 else f"Tags of {self._papers:,} papers"
        now = "  ".join("#" + safe(tag) for tag in self._common) or "none yet"
        with Vertical():
            yield Label(f"{what}: {now}", markup=False)
            yield Input(placeholder="faces, to cite    +add -remove", suggester=self._tags, compact=True)
            yield FixedText(focusable=False)
            yield Label("Tab completes, Enter does it, Esc goes back", classes="hint", markup=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))
        self._show("")

    def _show(self, text: str) -> None:
        lines: list[Line] = [
            [("# " + safe(tag), "tag"), (f"  {self._counts[tag]:,}", "dim")]
            for tag in self._tags.matching(text)[:_SHOWN]
        ]
        self.query_one(FixedText).show(lines)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(read_tags(event.value))

    def on_key(self, event: events.Key) -> None:
        if event.key == "tab":
            event.stop()
            event.prevent_default()
            self.query_one(Input).action_cursor_right()
