"""How matches are told to people: probabilities, and where and under which title an entry was seen."""

from __future__ import annotations

from readlist.paper import Entry, Paper
from readlist.text import key


def likelihood(score: float) -> str:
    """A probability as people read it: ``62 % likely``; only what is certain is 100 %."""
    if score >= 1:
        return "certain"
    percent = min(max(round(100 * score), 1), 99)
    sign = "over " if score > 0.99 else "under " if score < 0.01 else ""
    return f"{sign}{percent} % likely"


def percent(score: float) -> str:
    """A probability in few cells: `` 62 %``, ``>99 %``."""
    if score >= 1:
        return "100 %"
    if score > 0.99 or score < 0.01:
        return ">99 %" if score > 0.5 else " <1 %"
    return f"{round(100 * score):>3} %"


def where(entry: Entry) -> str:
    """Where a listing showed it: ``june.txt:96, listing of Jun 17``."""
    return f"{entry.source}:{entry.line}" + (f", listing of {entry.listing.shown}" if entry.listing else "")


def other_title(paper: Paper, entry: Entry) -> str | None:
    """The title under which an entry was seen, where it is another than its paper's: two entries became one paper."""
    return None if entry.id_only or key(entry.title) == key(paper.title) else entry.title
