"""One paper as one line of the list: which columns fit, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from readlist.actions.browsing import Row
from readlist.paper import MatchState, Status
from readlist.text import count
from readlist.tui.glyphs import LETTERS, Glyphs
from readlist.tui.spans import Line, Span, clip, fit, marked, safe
from readlist.tui.titles import shown_title, title_marks

#: The cells before the first column: cursor, mark, blank.
LEAD = 3


class Column(NamedTuple):
    """A column of the list. ``heading`` stands above it, ``sort`` is the order that a click there chooses."""

    name: str
    title: str
    heading: str
    sort: str | None = None


#: Every column, in the order in which they stand until a person wants them otherwise.
COLUMNS = (
    Column("status", "status", "", "status"),
    Column("title", "title", "Title", "title"),
    Column("author", "first author and how many there are", "First author", "author"),
    Column("date", "date", "Date", "date"),
    Column("category", "category", "Class", "category"),
    Column("tags", "tags", "Tags"),
    Column("comments", "discussion count", "Cmt", "discussed"),
    Column("flags", "priority, note, doubt", "", "priority"),
    Column("sync", "in Zotero", ""),
)
BY_NAME = {column.name: column for column in COLUMNS}
DEFAULT = tuple(column.name for column in COLUMNS)
#: Orders that begin with the most or the newest; the others begin with the least.
_FALLING = {"added", "date", "priority", "changed", "discussed"}
#: What each column gets as the list grows wider: name, cells, and the cells that the title must keep.
_STEPS = (
    ("status", 2, 8), ("flags", 3, 8), ("sync", 1, 8), ("author", 12, 30), ("date", 7, 30), ("tags", 12, 39),
    ("category", 7, 40), ("comments", 3, 40), ("tags", 16, 44), ("author", 18, 46), ("date", 10, 46),
    ("author", 24, 66), ("tags", 26, 66),
)  # fmt: skip
#: Columns that are not shown while no paper has anything to stand in them.
WHERE_USED = frozenset({"tags", "sync"})

#: The columns that are shown, in order, each with its cells.
Columns = tuple[tuple[str, int], ...]


def columns(width: int, chosen: Sequence[str] = DEFAULT, unused: frozenset[str] = frozenset()) -> Columns:
    """The columns for a list of this width: those of ``chosen`` that leave the title enough room, in that order.

    ``unused``: the columns that nothing would stand in.
    """
    sizes: dict[str, int] = {}
    title = width - LEAD - 1
    for name, cells, least in _STEPS:
        if name not in chosen or name in unused:
            continue
        left = title - (cells - sizes[name] if name in sizes else cells + 1)
        if left < least:
            break
        sizes[name], title = cells, left
    sizes["title"] = max(title, 8)
    return tuple((name, sizes[name]) for name in chosen if name in sizes)


def read_columns(kept: object) -> tuple[str, ...]:
    """The columns that were kept in a library; all of them where that cannot be read. The title is always there."""
    if not isinstance(kept, list):
        return DEFAULT
    chosen = tuple(dict.fromkeys(name for name in kept if isinstance(name, str) and name in BY_NAME))
    return chosen if "title" in chosen else DEFAULT


def falls(sort: str) -> bool:
    """Whether an order begins with the most or the newest."""
    return (sort.removeprefix("-") in _FALLING) != sort.startswith("-")


def heading(shown: Columns, sort: str, glyphs: Glyphs) -> list[tuple[str, Line]]:
    """The names above the columns, each with its column's name; the arrow shows the order."""
    arrow = glyphs.falling if falls(sort) else glyphs.rising
    cells: list[tuple[str, Line]] = []
    for name, size in shown:
        column = BY_NAME[name]
        if column.sort == sort.removeprefix("-"):
            text = clip(column.heading, size - 2, glyphs.ellipsis) if column.heading else ""
            cells.append((name, [(fit(f"{text} {arrow}" if text else arrow, size), "heading")]))
        else:
            cells.append((name, [(fit(column.heading, size, ""), "label")]))
    return cells


def row_line(
    row: Row,
    shown: Columns,
    glyphs: Glyphs,
    *,
    chosen: bool,
    here: bool,
    words: tuple[str, ...],
    role_of: Callable[[str], str] = lambda _tag: "tag",
    tex: bool = True,
) -> Line:
    """A paper as one line. ``chosen``: marked by the person; ``here``: the cursor is on it; ``role_of``: of a tag;
    ``tex``: see `shown_title`.
    """
    line: Line = [(glyphs.cursor if here else " ", "mark"), (glyphs.marked if chosen else " ", "mark")]
    for name, size in shown:
        line.append((" ", ""))
        if name == "title":
            line += _title(row, size, glyphs, words, tex=tex)
        elif name == "tags":
            line += _tags(row.tags, size, glyphs, role_of)
        else:
            line += _CELLS[name](row, size, glyphs)
    return line


def _title(row: Row, width: int, glyphs: Glyphs, words: tuple[str, ...], *, tex: bool) -> Line:
    role = {Status.NEW: "strong", Status.SKIPPED: "dim"}.get(row.status, "quiet")
    shown = shown_title(row.title, tex=tex)
    title = fit(clip(shown, width, glyphs.ellipsis), width)
    return marked(title, role, title_marks(row.title, shown, words)) if words else [(title, role)]


def _tags(tags: Sequence[str], width: int, glyphs: Glyphs, role_of: Callable[[str], str]) -> Line:
    """The tags, each in its colour, as many as there is room for."""
    line: Line = []
    room = width
    for number, tag in enumerate(tags):
        shown = clip((" " if number else "") + safe(tag), room, glyphs.ellipsis)
        line.append((shown, role_of(tag)))
        room -= cell_len(shown)
        if room <= 0:
            break
    return [*line, (" " * room, "")] if room > 0 else line


def _author(row: Row, width: int, glyphs: Glyphs) -> Line:
    """The first author and how many there are: ``Wang +4``; without names, the listing's count."""
    number = row.author_count
    if not row.first_author:
        text = count(number, "author") if number else ""
    else:
        more = f" +{number - 1:,}" if number and number > 1 else ""
        text = clip(safe(row.first_author), width - len(more), glyphs.ellipsis) + more
    return [(fit(text, width, glyphs.ellipsis), "dim")]


def _status(row: Row, width: int, glyphs: Glyphs) -> Line:  # noqa: ARG001
    return [(glyphs.status[row.status], row.status.value), (LETTERS[row.status], "dim")]


def _date(row: Row, width: int, glyphs: Glyphs) -> Line:
    return [(fit((row.published or row.when)[:width], width, glyphs.ellipsis), "dim")]


def _category(row: Row, width: int, glyphs: Glyphs) -> Line:
    return [(fit(safe(row.category or ""), width, glyphs.ellipsis), "label")]


def _comments(row: Row, width: int, glyphs: Glyphs) -> Line:  # noqa: ARG001
    shown = str(row.comments) if row.comments else ""
    return [(fit(shown if len(shown) <= width else "99+", width, right=True), "label")]


def _flags(row: Row, width: int, glyphs: Glyphs) -> Line:  # noqa: ARG001
    """Priority, note or doubt: three cells."""
    star = f"{glyphs.star}{row.priority}" if row.priority else "  "
    doubtful = row.match is MatchState.REVIEW
    about: Span = (glyphs.doubt, "warn") if doubtful else (glyphs.note if row.noted else " ", "dim")
    return [(star, "star"), about]


def _sync(row: Row, width: int, glyphs: Glyphs) -> Line:  # noqa: ARG001
    return [("Z" if row.in_zotero else " ", "good")]


_CELLS: dict[str, Callable[[Row, int, Glyphs], Line]] = {
    "status": _status,
    "author": _author,
    "date": _date,
    "category": _category,
    "comments": _comments,
    "flags": _flags,
    "sync": _sync,
}
