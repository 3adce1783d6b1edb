"""What a person's bibliography says of a paper, taken over: it fills what is unknown, adds, and takes nothing away."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from readlist.identifiers import abs_url, stand_in
from readlist.library import rows
from readlist.library.journal import Writer
from readlist.paper import PROGRESS, Entry, Given, Status
from readlist.text import key


def take_over(writer: Writer, paper_id: int, entry: Entry) -> str:
    """Add to a paper what an entry's `Given` says: the further status, the higher priority, tags and notes united.

    Authors, year and addresses count only until a record is known; then it says them better. Returns what could not
    be kept, in words; empty where everything was.
    """
    given = entry.given
    assert given is not None
    old = writer.connection.execute("SELECT * FROM paper WHERE id = ?", (paper_id,)).fetchone()
    values = _reference(old, entry, given) | {
        "tags": rows.tags_text([*json.loads(old["tags"]), *given.tags]),
        "priority": max(old["priority"], given.priority or 0),
        "note": _joined(old["note"], given.note),
    }
    if given.status is not None and PROGRESS[given.status] > PROGRESS[Status(old["status"])]:
        values |= {"status": str(given.status), "status_changed": rows.time_text(writer.now)}
    writer.update("paper", paper_id, values)
    return _take_key(writer, old, given.citekey, entry.arxiv_id) if given.citekey else ""


def _reference(old: sqlite3.Row, entry: Entry, given: Given) -> dict[str, Any]:
    values: dict[str, Any] = {"doi": given.doi, "journal_ref": given.journal_ref}
    if old["arxiv_id"] is None:
        # Until the record is found, the address is where the arXiv id stands in an export.
        page = abs_url(entry.arxiv_id) if entry.arxiv_id else None
        values |= {"year": given.year, "url": page or given.url, "authors": rows.authors_text(given.authors)}
    values = {name: value for name, value in values.items() if old[name] in (None, "[]")}
    if old["arxiv_id"] is None and not entry.id_only:
        # Known as a person would have typed it in: it can be cited.
        values["by_hand"] = 1
        if entry.arxiv_id and old["title"] == stand_in(entry.arxiv_id):
            values |= {"title": entry.title, "title_key": key(entry.title)}
    return values


def _joined(old: str, new: str) -> str:
    new = new.strip()
    return old if not new or new in old else f"{old}\n\n{new}" if old else new


def _take_key(writer: Writer, old: sqlite3.Row, citekey: str, arxiv_id: str | None) -> str:
    """Freeze a key that a document may cite already, unless the paper or the key is taken."""
    if old["citekey"] not in (None, citekey):
        return f"the paper keeps its citation key {old['citekey']}; {citekey} is not taken over"
    return _freeze(writer, old, citekey, arxiv_id)


def change_key(writer: Writer, paper_id: int, citekey: str) -> str:
    """Give a paper the key that a person gave it elsewhere, unless another paper has it: then says so in words."""
    old = writer.connection.execute("SELECT * FROM paper WHERE id = ?", (paper_id,)).fetchone()
    return _freeze(writer, old, citekey, None)


def _freeze(writer: Writer, old: sqlite3.Row, citekey: str, arxiv_id: str | None) -> str:
    holder = writer.connection.execute("SELECT id, paper_id FROM citekey WHERE key = ?", (citekey,)).fetchone()
    if holder is None:
        values = {"key": citekey, "paper_id": old["id"], "arxiv_id": old["arxiv_id"] or arxiv_id, "given": 1}
        writer.insert("citekey", values)
    else:
        there = writer.connection.execute("SELECT 1 FROM paper WHERE id = ?", (holder["paper_id"],)).fetchone()
        if holder["paper_id"] != old["id"] and there is not None:
            return f"the citation key {citekey} is p{holder['paper_id']}'s; this paper gets another one when exported"
        # Its own from before (it stands in something of theirs now), or one whose paper was deleted for good.
        writer.update("citekey", holder["id"], {"paper_id": old["id"], "given": 1})
    writer.update("paper", old["id"], {"citekey": citekey})
    return ""
