"""What a person changed of a paper in another program, taken over."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import normalize

from readlist.library import given, rows
from readlist.library.journal import Writer
from readlist.paper import Revision
from readlist.text import key


def revise(writer: Writer, paper_id: int, revision: Revision) -> str:
    """Change a paper as a revision says. Returns what could not be taken over, in words; empty where all was."""
    old = writer.connection.execute("SELECT * FROM paper WHERE id = ?", (paper_id,)).fetchone()
    values = _wording(revision)
    if values:
        values["worded"] = rows.to_json(sorted({*json.loads(old["worded"]), *values}))
    if revision.status is not None:
        values |= {
            "status": str(revision.status),
            "status_changed": rows.time_text(revision.status_changed or writer.now),
        }
    if revision.tags_added or revision.tags_dropped:
        dropped = {normalize("NFC", tag).casefold() for tag in revision.tags_dropped}
        kept = [tag for tag in json.loads(old["tags"]) if normalize("NFC", tag).casefold() not in dropped]
        values["tags"] = rows.tags_text([*kept, *revision.tags_added])
    if revision.note is not None:
        values["note"] = revision.note
    if revision.removed is not None:
        values["removed"] = (old["removed"] or rows.time_text(writer.now)) if revision.removed else None
    if values:
        writer.update("paper", paper_id, values)
    return given.change_key(writer, paper_id, revision.citekey) if revision.citekey else ""


def _wording(revision: Revision) -> dict[str, Any]:
    """The columns of what a bibliography says of the work."""
    values: dict[str, Any] = {}
    if revision.title is not None:
        values |= {"title": revision.title, "title_key": key(revision.title)}
    if revision.abstract is not None:
        values["abstract"] = revision.abstract
    if revision.authors is not None:
        values["authors"] = rows.authors_text(revision.authors)
    if revision.published is not None:
        values |= {"published": revision.published.isoformat(), "year": revision.published.year}
    elif revision.year is not None:
        values["year"] = revision.year
    if revision.doi is not None:
        values["doi"] = revision.doi or None
    if revision.url is not None:
        values["url"] = revision.url or None
    return values
