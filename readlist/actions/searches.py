"""Saved searches: kept under a name in the library, each change one step of undo."""

from __future__ import annotations

from datetime import datetime

from readlist.errors import WrongUsage
from readlist.library import Library, searches
from readlist.library.query import QueryError, parse
from readlist.text import collapse

#: Longest name of a saved search, in characters.
NAME_LENGTH = 80


def save_search(library: Library, name: str, query: str, now: datetime) -> int:
    """Save a search, in place of one of that name; returns its id. Raises `WrongUsage`, `QueryError` among them."""
    name, query = checked(name, query, now)
    with library.action("save search", f"saved search “{name}”", now) as writer:
        return searches.keep_search(writer, name, query)


def change_search(library: Library, search_id: int, name: str, query: str, now: datetime) -> int:
    """Give a saved search another name or query; returns 1, or 0 where it is like that already.

    Raises `WrongUsage` for a name that another one has, and for a query that cannot be read.
    """
    name, query = checked(name, query, now)
    before = next((search for search in searches.saved_searches(library) if search.id == search_id), None)
    if before is None:
        raise WrongUsage("this saved search is gone")
    for other in searches.saved_searches(library):
        if other.id != search_id and other.name.casefold() == name.casefold():
            raise WrongUsage(f"there is a saved search “{other.name}” already; choose another name")
    what = f"“{before.name}” → “{name}”" if before.name != name else f"“{name}”: {query}"
    with library.action("change search", f"saved search {what}", now) as writer:
        return int(searches.change_search(writer, search_id, name, query))


def forget_search(library: Library, search_id: int, now: datetime) -> int:
    """Delete a saved search; returns how many went."""
    gone = [search for search in searches.saved_searches(library) if search.id == search_id]
    if not gone:
        return 0
    with library.action("delete search", f"saved search “{gone[0].name}” deleted", now) as writer:
        searches.forget_search(writer, search_id)
    return 1


def count_search(library: Library, query: str, now: datetime) -> int | None:
    """How many papers a saved search finds; None where it cannot be read any more."""
    try:
        return searches.number_found(library, query, now)
    except QueryError:
        return None


def checked(name: str, query: str, now: datetime) -> tuple[str, str]:
    """Name and query as they are kept. Raises `WrongUsage`, `QueryError` among them, for what cannot be."""
    name = collapse("".join(c if c.isprintable() else " " for c in name))
    if not name:
        raise WrongUsage("a saved search needs a name")
    if len(name) > NAME_LENGTH:
        raise WrongUsage(f"a name has at most {NAME_LENGTH} characters; this one has {len(name)}")
    query = collapse(query)
    if not query:
        raise WrongUsage("there is nothing to search for")
    parse(query, now)
    return name, query
