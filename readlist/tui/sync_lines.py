"""The lines of a Zotero sync: each change of either side, with what was and what is to be."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from readlist.actions.differences import differences
from readlist.actions.syncing import Side, changes
from readlist.tui.comparison import sided
from readlist.tui.glyphs import Glyphs
from readlist.tui.spans import Line, fit, fit_line, paragraph, safe
from readlist.tui.titles import title_lines

if TYPE_CHECKING:
    from readlist.actions.syncing import Notice, SyncResult

#: What the sides of a change are called.
SIDES = {Side.PUSH: "to Zotero", Side.PULL: "to the list", Side.CONFLICT: "conflict"}
#: Cells of a field's name, of a side's name, and between two sides.
_NAME, _SIDE, _GAP = 12, 8, 3
#: Longest value that is marked as a whole, in characters.
_SHORT = 40
#: Fields by other names than Zotero's side has for them.
_FIELDS = {"trashed": "trash"}


class Entry(NamedTuple):
    """A line of the screen. ``kind``: ``open`` (can be chosen), ``conflict``, ``done``, ``left`` or ``notice``."""

    kind: str
    side: str
    verb: str
    paper_id: int | None
    key: str
    title: str
    fields: Mapping[str, tuple[object, object]]
    reason: str = ""

    @property
    def chosen_by(self) -> int | str:
        """By what a person leaves it out: an item that becomes a paper has no number yet."""
        return self.key if self.paper_id is None else self.paper_id

    @property
    def name(self) -> str:
        return self.key if self.paper_id is None else f"p{self.paper_id}"


def entries(result: SyncResult) -> list[Entry]:
    """The lines of a plan, or of what was done: what is left comes first, things to know last."""
    found = [_told("left", SIDES[Side.PUSH], row) for row in result.left]
    for change in changes(result):
        conflict = change.side is Side.CONFLICT
        kind = "conflict" if conflict else "open" if result.dry_run else "done"
        row = change.row
        found.append(Entry(kind, SIDES[change.side], change.verb, row.paper_id, row.key or "", row.title, row.fields))
    return found + [_told("notice", "", row) for row in result.notices]


def _told(kind: str, side: str, notice: Notice) -> Entry:
    verb = "left" if kind == "left" else "note"
    return Entry(kind, side, verb, notice.paper_id, notice.key or "", notice.title, {}, notice.text)


def entry_lines(entry: Entry, width: int, glyphs: Glyphs, *, beside: bool = False) -> list[Line]:
    """One change in full: each field with what it was and what it becomes, marked where they differ.

    ``beside``: the two stand side by side.
    """
    lines = title_lines(entry.title, width)
    lines.append([(f"{entry.name}  {entry.side}  {entry.verb}".rstrip(), "dim")])
    if entry.reason:
        lines += [[], *paragraph(entry.reason, width, "bad" if entry.kind == "left" else "warn")]
    names = ("here", "Zotero") if entry.kind == "conflict" else ("before", "after")
    # Of something that is made only what it becomes matters.
    made = entry.kind != "conflict" and all(before is None for before, _ in entry.fields.values())
    column = (width - _NAME - _GAP) // 2
    if beside and not made and entry.fields:
        head: Line = [(fit(names[0], column + _GAP), "only-listed"), (names[1], "only-record")]
        lines += [[], [(" " * _NAME, ""), *head]]
    for name, (before, after) in entry.fields.items():
        label = fit(field_name(name), _NAME)
        if made:
            value = _value(_text(after, glyphs), [], width - _NAME - _SIDE, "", after)
            lines += [[], *_headed(label, _sided(names[1], "only-record", value))]
            continue
        one, other = safe(_text(before, glyphs)), safe(_text(after, glyphs))
        here, there = _places(one, other)
        space = column if beside else width - _NAME - _SIDE
        left = _value(one, here, space, "only-listed", before)
        right = _value(other, there, space, "only-record", after)
        if beside:
            blank: Line = []
            pairs = [[*fit_line(a, column + _GAP), *b] for a, b in zip_longest(left, right, fillvalue=blank)]
            lines += [[], *_headed(label, pairs)]
        else:
            lines += [[], *_headed(label, _sided(names[0], "only-listed", left))]
            lines += _headed(" " * _NAME, _sided(names[1], "only-record", right))
    return lines


def field_name(name: str) -> str:
    """A field as it is called on the screen."""
    return _FIELDS.get(name, name)


def _headed(label: str, lines: list[Line]) -> list[Line]:
    blank = " " * len(label)
    return [[(label if number == 0 else blank, "heading"), *line] for number, line in enumerate(lines)]


def _sided(name: str, role: str, lines: list[Line]) -> list[Line]:
    return [[(f"{'' if number else name:<{_SIDE}}", role if number == 0 else ""), *line]
            for number, line in enumerate(lines)]  # fmt: skip


def _value(text: str, places: list[tuple[int, int]], width: int, hit: str, value: object) -> list[Line]:
    return sided(safe(text), places, width, "dim" if value in (None, "", [], ()) else "text", hit)


def _places(one: str, other: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where two values differ; short ones that have nothing in common differ as a whole."""
    found = differences(one, other)
    if found.marked or one == other:
        return found.only_first(), found.only_second()
    if max(len(one), len(other)) > _SHORT:
        return [], []
    return [(0, len(one))], [(0, len(other))]


def _text(value: object, glyphs: Glyphs) -> str:
    if not value and not isinstance(value, (bool, int)):
        return "nothing"
    if isinstance(value, bool):  # the one field that is yes or no
        return "in the trash" if value else "not in the trash"
    return f" {glyphs.dot} ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
