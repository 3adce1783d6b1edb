"""Help: what the registry says of a screen, filtered while one types."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from readlist.tui import registry
from readlist.tui.glyphs import LETTERS, NAMES, Glyphs
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, line_width, paragraph, wrap_line
from readlist.tui.widgets.bars import HeadLine, HintBar
from readlist.tui.widgets.lines import TextPane

_QUERY_HELP = (
    ("words", "papers that have all of them, in title, abstract, authors, tags or note"),
    ('"a phrase"', "these words one after the other"),
    ("status:to-read", "new, to-read, reading, read, skipped"),
    ("tag:faces author:wang", "filters; also year: cat: source: match: added: has: is: arxiv: priority:"),
    ("year:2023..2025", "a range"),
    ("-word  -tag:done", "without these"),
    ("a OR b", "one of them"),
)


#: Cells of the keys, and of the words of a search, before what they mean.
_KEYS, _WORDS = 20, 24


def help_lines(
    place: str, text: str, glyphs: Glyphs, chosen: registry.Keys | None = None, width: int = 100
) -> list[Line]:
    """Every action of a place that holds the words of ``text``, by group, for a screen of ``width`` cells.

    ``chosen``: the keys that the person chose.
    """
    lines: list[Line] = []
    for group, actions in registry.grouped(place, text, chosen or {}):
        lines.append([("  " + group, "heading")])
        for action in actions:
            keys = "  ".join(registry.key_name(key) for key in action.keys) or "in the palette"
            lines += _beside("n" if action.counted else "", keys, "key", action.description, _KEYS, width)
        lines.append([])
    if text:
        return lines or [[("  no action is called that", "dim")]]
    if place not in registry.WINDOWS:
        lines += _about_lists(glyphs, width)
    return lines


def _beside(sign: str, what: str, role: str, means: str, left: int, width: int) -> list[Line]:
    """Something and what it means in two columns, as many lines as the longer one takes."""
    whats, texts = wrap_line([(what, role)], left - 1), wrap_line([(means, "text")], max(width - left - 5, 10))
    lines: list[Line] = []
    for number in range(max(len(whats), len(texts))):
        head = whats[number] if number < len(whats) else []
        blank = (" " * (left - line_width(head)), "")
        means_here = texts[number] if number < len(texts) else []
        lines.append([(f"  {sign if number == 0 else '':<2}", "label"), *head, blank, *means_here])
    return lines


def _about_lists(glyphs: Glyphs, width: int) -> list[Line]:
    """What is no action: counts, how to search, what the marks mean."""
    lines = [[("  Counts", "heading")], *paragraph("for the keys with an n before them", width, "dim", indent="    ")]
    for keys, means in (
        ("7j", "seven down: from 6 on, digits begin a count"),
        (",3j  ,12G", "after a comma any number does: 1 to 5 and 0 alone decide"),
    ):
        lines += _beside("", keys, "key", means, _KEYS, width)
    lines += [[], [("  Searching", "heading")]]
    for what, means in _QUERY_HELP:
        lines += _beside("", what, "key", means, _WORDS, width)
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
        lines += _beside("", mark, "mark", means, 4, width)
    return lines


class _Help(TextPane):
    def __init__(self, place: str) -> None:
        super().__init__(focusable=False)
        self._place = place
        self.text = ""
        self.chosen: registry.Keys = {}

    def lines_for(self, width: int) -> list[Line]:
        return help_lines(self._place, self.text, self.glyphs, self.chosen, width - 1)


class HelpPage(Page):
    """The keys of the screen below."""

    PLACE = registry.HELP
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.HELP)]
    DEFAULT_CSS = """
    HelpPage _Help { height: 1fr; padding: 1 0 0 0; }
    HelpPage Input { height: 1; border: none; padding: 0 1; background: $background; }
    """

    def __init__(self, place: str) -> None:
        super().__init__()
        self._of = place

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield _Help(self._of)
        yield Input(placeholder="type to find an action", compact=True)
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        what = f"the window {self._of}" if self._of in registry.WINDOWS else f"the {self._of}"
        self.query_one(HeadLine).show([("Help", "heading"), (f"  keys of {what}", "dim")])
        self._help = self.query_one(_Help)
        self._help.chosen = self.keyboard.keys
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        # Who is used to it types a slash before what is looked for; alone it is the key.
        self._help.text = event.value.removeprefix("/") or event.value
        self._help.changed()
