"""One paper as one line of the list: which columns fit, and what stands in them."""

from __future__ import annotations

from typing import NamedTuple

from readlist.actions.browsing import Row
from readlist.paper import MatchState, Status
from readlist.tui.glyphs import LETTERS, Glyphs
from readlist.tui.spans import Line, Span, clip, fit, marked, marks, safe

#: The cells before the title: cursor, mark, blank, status mark and letter, blank.
LEAD = 6


class Columns(NamedTuple):
    """Widths in cells, 0 for a column that is not shown; the title takes what is left."""

    title: int
    author: int = 0
    date: int = 0
    category: int = 0
    tags: int = 0
    comments: int = 0
    flags: int = 0


def columns(width: int) -> Columns:
    """The columns for a list of this width: the title keeps at least half of a narrow one."""
    shown = {"flags": 4}
    if width >= 56:
        shown["author"] = 12
    if width >= 64:
        shown["date"] = 7
    if width >= 80:
        shown |= {"category": 7, "comments": 3}
    if width >= 96:
        shown |= {"author": 18, "date": 10}
    if width >= 112:
        shown["tags"] = 16
    if width >= 150:
        shown |= {"author": 24, "tags": 26}
    taken = sum(size + 1 for size in shown.values())
    return Columns(title=max(width - LEAD - taken - 1, 8), **shown)


def heading(widths: Columns, sort: str) -> Line:
    """The line above the list."""
    names = {"title": "title", "author": "author", "date": "date", "comments": "discussed", "flags": "priority"}
    cells: Line = [(" " * (LEAD - 1), ""), *_label("Title", widths.title, names["title"] == sort)]
    for name, label, size in (
        ("author", "First author", widths.author),
        ("date", "Date", widths.date),
        ("category", "Class", widths.category),
        ("tags", "Tags", widths.tags),
        ("comments", "Cmt", widths.comments),
        ("flags", "", widths.flags),
    ):
        if size:
            cells += [(" ", ""), *_label(label, size, names.get(name) == sort)]
    return cells


def _label(text: str, size: int, sorted_by: bool) -> list[Span]:
    return [(fit(text, size, ""), "heading" if sorted_by else "label")]


def row_line(row: Row, widths: Columns, glyphs: Glyphs, *, chosen: bool, here: bool, words: tuple[str, ...]) -> Line:
    """A paper as one line. ``chosen``: marked by the person; ``here``: the cursor is on it."""
    status = row.status
    line: Line = [
        (glyphs.cursor if here else " ", "mark"),
        (glyphs.marked if chosen else " ", "mark"),
        (" ", ""),
        (glyphs.status[status], status.value),
        (LETTERS[status], "dim"),
        (" ", ""),
        *_title(row, widths.title, glyphs, words),
    ]
    for text, size, role in (
        (_author(row, widths.author, glyphs), widths.author, "dim"),
        (_date(row, widths.date), widths.date, "dim"),
        (safe(row.category or ""), widths.category, "label"),
        (" ".join(safe(tag) for tag in row.tags), widths.tags, "tag"),
    ):
        if size:
            line += [(" ", ""), (fit(text, size, glyphs.ellipsis), role)]
    if widths.comments:
        shown = str(row.comments) if row.comments else ""
        line += [
            (" ", ""),
            (fit(shown if len(shown) <= widths.comments else "99+", widths.comments, right=True), "label"),
        ]
    return [*line, (" ", ""), *_flags(row, glyphs)]


def _title(row: Row, width: int, glyphs: Glyphs, words: tuple[str, ...]) -> Line:
    role = {Status.NEW: "strong", Status.SKIPPED: "dim"}.get(row.status, "quiet")
    title = fit(clip(safe(row.title), width, glyphs.ellipsis), width)
    return marked(title, role, marks(title, words)) if words else [(title, role)]


def _author(row: Row, width: int, glyphs: Glyphs) -> str:
    """The first author and how many there are: ``Wang +4``; without names, the listing's count."""
    count = row.author_count
    if not row.first_author:
        return f"{count:,} author{'' if count == 1 else 's'}" if count else ""
    more = f" +{count - 1:,}" if count and count > 1 else ""
    return clip(safe(row.first_author), width - len(more), glyphs.ellipsis) + more


def _date(row: Row, width: int) -> str:
    return (row.published or row.when)[:width]


def _flags(row: Row, glyphs: Glyphs) -> Line:
    """Priority, note or doubt, Zotero: four cells."""
    star = f"{glyphs.star}{row.priority}" if row.priority else "  "
    doubtful = row.match is MatchState.REVIEW
    about: Span = (glyphs.doubt, "warn") if doubtful else (glyphs.note if row.noted else " ", "dim")
    return [(star, "star"), about, ("Z" if row.in_zotero else " ", "good")]
