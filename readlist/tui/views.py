"""The places of the sidebar: what each shows, and how many papers are in it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from readlist.actions import browsing
from readlist.actions.browsing import Condition, Counts, SavedSearch, parse, tag_term
from readlist.paper import MatchState, Status


class View(NamedTuple):
    """A place of the sidebar. ``query`` is in the query language; ``tag`` needs no quotes; ``saved``: a search's id."""

    name: str
    query: str = ""
    status: Status | None = None
    tag: str | None = None
    removed: bool = False
    saved: int | None = None

    @property
    def sign(self) -> str:
        """What stands before the name of a place that a person made."""
        return "#" if self.tag is not None else "/" if self.saved is not None else ""

    def search(self, text: str) -> str | None:
        """This place and a search in it as one query; None where the language has no word for the place."""
        if self.removed or (self.tag is not None and '"' in self.tag):
            return None
        here = tag_term(self.tag) if self.tag is not None else self.query
        return f"{here} {text}".strip()

    def condition(self, now: datetime) -> Condition | None:
        """What restricts the list to this place; None for all papers."""
        if self.tag is not None:
            return browsing.with_tag(self.tag)
        return parse(self.query, now) if self.query else None

    def number(self, counts: Counts) -> int | None:
        """How many papers are here, from the counts; None where they do not tell."""
        if self.removed:
            return counts.trash
        if self.status is not None:
            return counts.status[self.status]
        if self is REVIEW:
            return counts.match[MatchState.REVIEW]
        return counts.total if self is ALL else None


INBOX = View("Inbox", f"status:{Status.NEW}", Status.NEW)
ALL = View("All")
REVIEW = View("Review", f"match:{MatchState.REVIEW}")
TRASH = View("Trash", removed=True)
PLACES = (
    INBOX,
    View("To read", f"status:{Status.TO_READ}", Status.TO_READ),
    View("Reading", f"status:{Status.READING}", Status.READING),
    View("Read", f"status:{Status.READ}", Status.READ),
    View("Skipped", f"status:{Status.SKIPPED}", Status.SKIPPED),
    ALL,
    REVIEW,
    TRASH,
)


def saved_view(search: SavedSearch) -> View:
    """What a saved search finds."""
    return View(search.name, search.query, saved=search.id)


def tag_view(tag: str) -> View:
    """The papers with one tag."""
    return View(tag, tag=tag)
