"""The marks that the screen is drawn with, in Unicode and in plain ASCII.

Every mark stands for itself, without its colour: a status has a shape and a letter.
"""

from __future__ import annotations

from typing import NamedTuple

from readlist.paper import Status


class Glyphs(NamedTuple):
    """One set of marks, each one cell wide (``ellipsis`` may be wider)."""

    status: dict[Status, str]
    cursor: str = "▌"
    marked: str = "◆"
    star: str = "★"
    doubt: str = "?"
    note: str = "✎"
    rule: str = "─"
    bar: str = "█"
    thumb: str = "▐"
    bullet: str = "•"
    dot: str = "·"
    ellipsis: str = "…"
    rising: str = "▲"
    falling: str = "▼"
    equal: str = "="
    near: str = "≈"
    different: str = "≠"


UNICODE = Glyphs({Status.NEW: "●", Status.TO_READ: "▷", Status.READING: "◐", Status.READ: "✓", Status.SKIPPED: "×"})
ASCII = Glyphs(
    status={Status.NEW: "*", Status.TO_READ: ">", Status.READING: "~", Status.READ: "=", Status.SKIPPED: "-"},
    cursor=">",
    marked="#",
    star="!",
    note='"',
    rule="-",
    bar="#",
    thumb="|",
    bullet="*",
    dot="-",
    ellipsis="...",
    rising="^",
    falling="v",
    near="~",
    different="!",
)

#: The letter beside a status mark: no two statuses differ by shape or colour alone.
LETTERS = {Status.NEW: "n", Status.TO_READ: "t", Status.READING: "g", Status.READ: "r", Status.SKIPPED: "s"}
#: Statuses as people read them.
NAMES = {
    Status.NEW: "new",
    Status.TO_READ: "to read",
    Status.READING: "reading",
    Status.READ: "read",
    Status.SKIPPED: "skipped",
}
