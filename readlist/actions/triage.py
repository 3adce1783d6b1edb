"""Deciding on papers: status, priority, tags, notes, trash, and taking any of it back.

Each function is one transaction, one journal row and so one step of undo, however many papers it touches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from readlist.errors import WrongUsage
from readlist.identifiers import normalise_doi, parse_arxiv_id
from readlist.library import Action, Library, edits, papers, rows
from readlist.names import split_name
from readlist.paper import Author, Entry, Status
from readlist.text import collapse, count, key

#: Longest tag, in characters; Zotero takes no longer one.
TAG_LENGTH = 255
#: Quotation marks inside others.
_INNER = str.maketrans("“”", "‘’")


def set_status(library: Library, ids: Sequence[int], status: Status, now: datetime) -> int:
    """Set the read status of papers; returns how many had another one."""
    with library.action("status", f"{count(len(ids), 'paper')} → {status}", now) as writer:
        changed = edits.set_status(writer, ids, status)
        writer.summary = f"{_named(library, ids, changed)} → {status}"
    return changed


def set_priority(library: Library, ids: Sequence[int], priority: int, now: datetime) -> int:
    """Set the priority of papers, 0 to 3; returns how many had another one."""
    if not 0 <= priority <= 3:
        raise WrongUsage(f"priority is 0 to 3, not {priority}")
    with library.action("star", "", now) as writer:
        changed = edits.set_priority(writer, ids, priority)
        writer.summary = f"{_named(library, ids, changed)}: priority {priority}"
    return changed


def change_tags(
    library: Library, ids: Sequence[int], now: datetime, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> int:
    """Add and remove tags; returns how many papers changed. Raises `WrongUsage` for an impossible tag."""
    adding, removing = [clean_tag(tag) for tag in add], [clean_tag(tag) for tag in remove]
    with library.action("tag", "", now) as writer:
        changed = edits.change_tags(writer, ids, adding, removing)
        marks = " ".join([*(f"+{tag}" for tag in adding), *(f"-{tag}" for tag in removing)])
        writer.summary = f"{_named(library, ids, changed)}: {marks}"
    return changed


def clean_tag(tag: str) -> str:
    """A tag as it is kept: one line, no blanks at the ends. Raises `WrongUsage` when nothing is left or too much."""
    cleaned = collapse("".join(c if c.isprintable() else " " for c in tag))
    if not cleaned:
        raise WrongUsage("a tag needs at least one character")
    if len(cleaned) > TAG_LENGTH:
        raise WrongUsage(f"a tag has at most {TAG_LENGTH} characters; this one has {len(cleaned)}")
    return cleaned


def set_note(library: Library, paper_id: int, note: str, now: datetime) -> bool:
    """Set the note of a paper (Markdown); returns whether it was another one."""
    with library.action("note", f"note on {_named(library, [paper_id], 1)}", now) as writer:
        return edits.set_note(writer, paper_id, note)


def remove(library: Library, ids: Sequence[int], now: datetime) -> int:
    """Move papers into the trash; returns how many moved."""
    with library.action("remove", "", now) as writer:
        changed = edits.set_removed(writer, ids, True)
        writer.summary = f"{_named(library, ids, changed)} removed"
    return changed


def restore(library: Library, ids: Sequence[int], now: datetime) -> int:
    """Take papers out of the trash; returns how many moved."""
    with library.action("restore", "", now) as writer:
        changed = edits.set_removed(writer, ids, False)
        writer.summary = f"{_named(library, ids, changed)} restored"
    return changed


def empty_trash(library: Library, now: datetime) -> int:
    """Delete what is in the trash; undo still brings it back. Returns how many papers went."""
    with library.action("empty trash", "", now) as writer:
        gone = edits.empty_trash(writer)
        writer.summary = f"{count(gone, 'paper')} deleted from the trash"
    return gone


class Added(NamedTuple):
    """Which paper an addition is; ``new``: it was not in the list before."""

    paper_id: int
    new: bool
    arxiv_id: str | None = None


def add_by_hand(
    library: Library,
    now: datetime,
    *,
    title: str,
    authors: Sequence[str] = (),
    year: int | None = None,
    doi: str | None = None,
    url: str | None = None,
) -> Added:
    """Add a paper that is not on arXiv, or say which paper of the list it is; one in the trash comes back.

    An arXiv address or DOI makes it that arXiv paper, whose record is still to be looked up. Raises `WrongUsage` for
    a DOI that is none.
    """
    title = collapse(title)
    if not title:
        raise WrongUsage("a paper needs a title: readlist add --title 'Title of the paper'")
    known_doi = normalise_doi(doi) if doi else None
    identifier = parse_arxiv_id(url or "") or parse_arxiv_id(doi or "")
    if doi and known_doi is None and identifier is None:
        raise WrongUsage(f"{doi!r} is not a DOI; one looks like 10.1000/182")
    names = [split_name(name) for name in authors]
    with library.action("add", f"added {title[:60]}", now) as writer:
        if identifier is not None:
            intake = edits.take_in(writer, Entry(title, "", "readlist add", 1, arxiv_id=identifier.id))
            added = Added(intake.paper_id, intake.new_paper, identifier.id)
        elif (known := _known(library, title, names, year, known_doi)) is not None:
            added = Added(known, False)
        else:
            values = {
                "title": title,
                "title_key": key(title),
                "authors": rows.authors_text(names),
                "year": year,
                "doi": known_doi,
                "url": url,
            }
            added = Added(edits.add_by_hand(writer, values), True)
        edits.set_removed(writer, [added.paper_id], False)
    return added


def _known(library: Library, title: str, names: Sequence[Author], year: int | None, doi: str | None) -> int | None:
    """The paper of the list with this title that nothing speaks against: another DOI, none of its authors, or years
    that lie further apart than a preprint and its publication."""
    families = {_family(name) for name in names}
    for paper in papers.many(library, papers.titled(library, title), evidence=False):
        others = {_family(name) for name in paper.authors}
        another = (
            (doi and paper.doi and doi != paper.doi.lower())
            or (families and others and not families & others)
            or (year and paper.year and abs(year - paper.year) > _YEARS_APART)
        )
        if not another:
            return paper.id
    return None


#: Between a preprint and its publication.
_YEARS_APART = 3


def _family(name: Author) -> str:
    return key(name.family or name.name.split()[-1])


def undo(library: Library, count: int = 1, among: Collection[int] | None = None) -> list[Action]:
    """Take back the last actions, or those of them that are ``among`` these; returns them, newest first."""
    return library.undo(count, among)


def redo(library: Library, count: int = 1, among: Collection[int] | None = None) -> list[Action]:
    """Do again what was undone last; returns the actions in the order done."""
    return library.redo(count, among)


def _named(library: Library, ids: Sequence[int], number: int) -> str:
    """One paper by its title, several by their number."""
    if len(ids) == 1:
        found = papers.list_rows(library, ids)
        if found:
            title = found[0].title.translate(_INNER)  # so that its end can be told
            return f"“{title if len(title) <= 50 else title[:49] + '…'}”"
    return count(number, "paper")
