"""Tags over the whole library: renamed, merged, deleted, coloured; each one step of undo."""

from __future__ import annotations

from datetime import datetime

from readlist.actions.triage import clean_tag
from readlist.errors import WrongUsage
from readlist.library import Library, edits, searches, tags
from readlist.library.journal import Writer
from readlist.library.query import with_tag_renamed
from readlist.text import count

#: What tags can be coloured with. A face finds the shade that suits its background.
COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")


def rename_tag(library: Library, old: str, new: str, now: datetime) -> int:
    """Give a tag another name on every paper, in the trash too, and in saved searches; returns how many papers changed.

    Where there is a tag of the new name both become one, with its colour. Raises `WrongUsage` for an impossible tag.
    """
    new = clean_tag(new)
    ids = tags.tagged(library, old)
    merged = new.casefold() != old.casefold() and bool(tags.tagged(library, new))
    with library.action("rename tag", "", now) as writer:
        changed = edits.change_tags(writer, ids, [new], [old])
        _recolour(writer, library, old, new)
        _in_searches(writer, library, old, new)
        writer.summary = f"tag {old} {'merged into' if merged else '→'} {new}: {count(changed, 'paper')}"
    return changed


def delete_tag(library: Library, tag: str, now: datetime) -> int:
    """Take a tag off every paper, in the trash too; returns how many papers had it."""
    ids = tags.tagged(library, tag)
    with library.action("delete tag", "", now) as writer:
        changed = edits.change_tags(writer, ids, [], [tag])
        searches.set_tag_colour(writer, tag, None)
        writer.summary = f"tag {tag} deleted from {count(changed, 'paper')}"
    return changed


def colour_tag(library: Library, tag: str, colour: str | None, now: datetime) -> int:
    """Give a tag one of `COLOURS`, or none; returns 1, or 0 where it has it already. Raises `WrongUsage`."""
    if colour is not None and colour not in COLOURS:
        raise WrongUsage(f"there is no colour {colour!r}; there are {', '.join(COLOURS)}")
    with library.action("colour tag", f"tag {tag}: {colour or 'no colour'}", now) as writer:
        return int(searches.set_tag_colour(writer, tag, colour))


def _recolour(writer: Writer, library: Library, old: str, new: str) -> None:
    colours = searches.tag_colours(library)
    had = colours.get(old.casefold())
    if had is None:
        return
    searches.set_tag_colour(writer, old, None)
    searches.set_tag_colour(writer, new, colours.get(new.casefold(), had))


def _in_searches(writer: Writer, library: Library, old: str, new: str) -> None:
    for search in searches.saved_searches(library):
        query = with_tag_renamed(search.query, old, new)
        if query != search.query:
            searches.change_search(writer, search.id, search.name, query)
