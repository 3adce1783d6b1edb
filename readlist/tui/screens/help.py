"""Help: what the registry says of a screen, filtered while one types."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from readlist.tui import registry
from readlist.tui.glyphs import LETTERS, NAMES, Glyphs
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, fit
from readlist.tui.widgets.bars import HeadLine
from readlist.tui.widgets.lines import FixedText

_QUERY_HELP = (
    ("words", "papers that have all of them, in title, abstract, authors, tags or note"),
    ('"a phrase"', "these words one after the other"),
    ("status:to-read", "new, to-read, reading, read, skipped"),
    ("tag:faces author:wang", "filters; also year: cat: source: match: added: has: is: arxiv: priority:"),
    ("year:2023..2025", "a range"),
    ("-word  -tag:done", "without these"),
    ("a OR b", "one of them"),
)


def help_lines(place: str, text: str, glyphs: Glyphs, chosen: registry.Keys | None = None) -> list[Line]:
    """Every action of a place that holds the words of ``text``, by group; ``chosen``: those that the person chose."""
    lines: list[Line] = []
    for group, actions in registry.grouped(place, text, chosen or {}):
        lines.append([("  " + group, "heading")])
        for action in actions:
            keys = "  ".join(registry.key_name(key) for key in action.keys) or "in the palette"
            count = "n" if action.counted else " "
            lines.append(
                [(f"  {count} ", "label"), (fit(keys, 18, glyphs.ellipsis), "key"), (action.description, "text")]
            )
        lines.append([])
    if text:
        return lines or [[("  no action is called that", "dim")]]
    lines.append([("  Counts", "heading"), ("  for the keys with an n before them", "dim")])
    for keys, means in (
        ("7j", "seven down: from 6 on, digits begin a count"),
        (",3j  ,12G", "after a comma any number does: 1 to 5 and 0 alone decide"),
    ):
        lines.append([("    " + fit(keys, 18), "key"), (means, "text")])
    lines += [[], [("  Searching", "heading")]]
    lines += [[("    " + fit(what, 24), "key"), (means, "text")] for what, means in _QUERY_HELP]
    lines += [[], [("  Marks", "heading")]]
    for status in NAMES:
        mark = f"    {glyphs.status[status]}{LETTERS[status]}  "
        lines.append([(mark, status.value), (NAMES[status], "text")])
    for mark, means in (
        (glyphs.marked, "marked: keys act on all marked papers"),
        (glyphs.star, "priority, one to three"),
        (glyphs.doubt, "the match is in doubt"),
        (glyphs.note, "has a note"),
        ("Z", "is in Zotero"),
    ):
        lines.append([(f"    {mark}   ", "mark"), (means, "text")])
    return lines


class HelpPage(Page):
    """The keys of the screen below."""

    PLACE = registry.READER
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "go back", show=False)]
    DEFAULT_CSS = """
    HelpPage FixedText { height: 1fr; padding: 1 0 0 0; }
    HelpPage Input { height: 1; border: none; padding: 0 1; background: $background; }
    """

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield FixedText(focusable=False)
        yield Input(placeholder="type to find an action; arrows scroll, Esc goes back", compact=True)

    def on_mount(self) -> None:
        self.query_one(HeadLine).show([("Help", "heading"), (f"  keys of the {self._place}", "dim")])
        self.query_one(Input).focus()
        self._show("")

    def _show(self, text: str) -> None:
        self.query_one(FixedText).show(help_lines(self._place, text, self.home_app.glyphs, self.keyboard.keys))

    def on_input_changed(self, event: Input.Changed) -> None:
        # Who is used to it types a slash before what is looked for; alone it is the key.
        self._show(event.value.removeprefix("/") or event.value)

    def on_key(self, event: events.Key) -> None:
        moves = {"down": 1, "up": -1, "pagedown": 15, "pageup": -15}
        if event.key in moves:
            event.stop()
            self.pane.scroll_lines(moves[event.key])
