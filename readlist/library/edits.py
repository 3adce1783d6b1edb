"""What can be done to papers, each inside the transaction of an action: take entries in, set records, join papers."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from readlist.identifiers import stand_in
from readlist.library import given, rows
from readlist.library.journal import Writer
from readlist.paper import PROGRESS, Entry, Match, MatchState, Record, Status, day_or_none
from readlist.text import alike, key

#: From here on two abstracts under one title are one paper's; two works that share a title have almost nothing alike.
ALIKE = 0.3

# Which states say more about a paper than others.
_STRENGTH = {
    MatchState.UNRESOLVED: 0,
    MatchState.NOT_FOUND: 1,
    MatchState.REVIEW: 2,
    MatchState.MATCHED: 3,
    MatchState.NOT_ON_ARXIV: 4,
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of an entry: its paper, and whether the paper or the sighting is new.

    ``doubt``: what a bibliography says of the paper and could not be kept, in words.
    """

    paper_id: int
    new_paper: bool
    new_sighting: bool
    doubt: str = ""


def take_in(writer: Writer, entry: Entry, *, apart: bool = False) -> Intake:
    """Put an entry into the library: a sighting it already has, a new sighting of a known paper, or a new paper.

    ``apart``: it is a new paper, whatever title it shares with others.
    """
    known = writer.connection.execute(
        "SELECT id, paper_id, date_year, listed_year FROM sighting WHERE fingerprint = ?", (rows.fingerprint(entry),)
    ).fetchone()
    if known is not None:
        _settle_known(writer, known, entry)
        return Intake(known["paper_id"], False, False)
    paper_id = None if apart else known_paper(writer.connection, entry)
    new = paper_id is None
    if paper_id is None:
        paper_id = _new_paper(writer, entry)
    else:
        _join_knowledge(writer, paper_id, entry)
    writer.insert("sighting", rows.sighting_values(entry, paper_id, writer.now))
    doubt = given.take_over(writer, paper_id, entry) if entry.given is not None else ""
    return Intake(paper_id, new, True, doubt)


def _settle_known(writer: Writer, known: sqlite3.Row, entry: Entry) -> None:
    """A dump imported again with its year (``--listed``) tells it to the sightings that lacked it."""
    values: dict[str, Any] = {}
    if known["listed_year"] is None and entry.listing is not None and entry.listing.year is not None:
        values["listed_year"] = entry.listing.year
    if known["date_year"] is None and entry.date is not None and entry.date.year is not None:
        values["date_year"] = entry.date.year
    if values:
        writer.update("sighting", known["id"], values)


def known_paper(connection: sqlite3.Connection, entry: Entry) -> int | None:
    """The paper that an entry is, going by arXiv id, or by title and abstract; None for a new one."""
    if entry.arxiv_id is not None:
        row = connection.execute("SELECT id FROM paper WHERE arxiv_id = ?", (entry.arxiv_id,)).fetchone()
        if row is not None:
            return int(row[0])
        # Imported by this id alone and not resolved yet: its title is a stand-in.
        row = connection.execute(
            "SELECT paper.id FROM sighting JOIN paper ON paper.id = paper_id "
            "WHERE sighting.title_key = ? AND sighting.arxiv_id = ? AND paper.arxiv_id IS NULL",
            (key(stand_in(entry.arxiv_id)), entry.arxiv_id),
        ).fetchone()
        if row is not None:
            return int(row[0])
    title_key = key(entry.title)
    candidates = connection.execute(
        "SELECT id, coalesce(arxiv_id, (SELECT max(arxiv_id) FROM sighting WHERE paper_id = paper.id)), abstract "
        "FROM paper WHERE title_key = ?1 UNION "
        "SELECT paper.id, coalesce(paper.arxiv_id, sighting.arxiv_id), sighting.abstract "
        "FROM sighting JOIN paper ON paper.id = paper_id WHERE sighting.title_key = ?1 ORDER BY 1",
        (title_key,),
    ).fetchall()
    abstracts: dict[int, list[str]] = {}
    for paper_id, arxiv_id, abstract in candidates:
        if entry.arxiv_id is None or arxiv_id in (None, entry.arxiv_id):
            abstracts.setdefault(paper_id, []).extend([abstract] if abstract else [])
    best: tuple[float, int] | None = None
    for paper_id, known in abstracts.items():
        # A sighting without an abstract is no evidence where the paper has one from elsewhere.
        likeness = max(alike(entry.abstract, text) for text in known) if entry.abstract and known else ALIKE
        if likeness >= ALIKE and (best is None or likeness > best[0]):
            best = (likeness, paper_id)
    return best[1] if best else None


def _new_paper(writer: Writer, entry: Entry) -> int:
    now = rows.time_text(writer.now)
    return writer.insert(
        "paper",
        {
            "title": entry.title,
            "title_key": key(entry.title),
            "abstract": entry.abstract,
            "status_changed": now,
            "added": now,
        },
    )


def _join_knowledge(writer: Writer, paper_id: int, entry: Entry) -> None:
    row = writer.connection.execute("SELECT abstract FROM paper WHERE id = ?", (paper_id,)).fetchone()
    if not row["abstract"] and entry.abstract:
        writer.update("paper", paper_id, {"abstract": entry.abstract})


def offer_match(writer: Writer, paper_id: int, match: Match, record: Record | None) -> MatchState:
    """Keep what the resolver found, unless a person decided already or stronger evidence stands there.

    Returns the state that the paper has now.
    """
    row = writer.connection.execute(
        "SELECT match_state, match_score, match_candidates, match_decided_by FROM paper WHERE id = ?", (paper_id,)
    ).fetchone()
    if row is None:  # joined to another paper in this run, or gone since it was read
        return match.state
    before = MatchState(row["match_state"])
    weaker = _STRENGTH[match.state] < _STRENGTH[before]
    # Candidates share one certainty: it is how sure one of them is the paper that counts, not how sure the first is.
    certainty = max(match.score or 0, sum(one.score for one in match.candidates))
    known = sum(one.score for one in rows.candidates(row["match_candidates"]))
    less_likely = match.state is before is MatchState.REVIEW and certainty < max(row["match_score"] or 0, known) - 0.01
    if row["match_decided_by"] == "person" or weaker or less_likely:
        return before
    set_match(writer, paper_id, match, record)
    return match.state


def set_match(writer: Writer, paper_id: int, match: Match, record: Record | None = None) -> int:
    """Keep what was decided about a paper, and take over its record where there is one.

    A paper that another one already is (the same arXiv record) is joined to it. Returns the id of the paper that
    stays.
    """
    values = rows.match_values(match)
    if record is None:
        writer.update("paper", paper_id, values)
        return paper_id
    twin = writer.connection.execute(
        "SELECT id FROM paper WHERE arxiv_id = ? AND id <> ?", (record.arxiv_id, paper_id)
    ).fetchone()
    if twin is not None:
        stays, goes = sorted((int(twin[0]), paper_id))
        decided = _decided_by_person(writer, stays, goes) if match.decided_by != "person" else None
        join(writer, stays, goes)
        if decided is not None:
            writer.update("paper", stays, decided)
            return stays
        paper_id = stays
    writer.update("paper", paper_id, {**_kept(writer, paper_id, rows.record_values(record)), **values})
    return paper_id


def renew_record(writer: Writer, paper_id: int, record: Record) -> None:
    """Take over what a paper's own record says now, the match left as it was decided."""
    writer.update("paper", paper_id, _kept(writer, paper_id, rows.record_values(record)))


def _decided_by_person(writer: Writer, *paper_ids: int) -> dict[str, Any] | None:
    """The match that a person decided for one of these papers."""
    columns = ", ".join(rows.match_values(Match()))
    for paper_id in paper_ids:
        row = writer.connection.execute(f"SELECT {columns} FROM paper WHERE id = ?", (paper_id,)).fetchone()
        if row is not None and row["match_decided_by"] == "person":
            return dict(row)
    return None


def _kept(writer: Writer, paper_id: int, values: dict[str, Any]) -> dict[str, Any]:
    """A record that lacks authors, abstract, dates or categories takes nothing away from a paper that has them, and
    overrules nobody."""
    old = writer.connection.execute("SELECT * FROM paper WHERE id = ?", (paper_id,)).fetchone()
    same = old["arxiv_id"] in (None, values["arxiv_id"])
    empty = (None, "", "[]")
    # What a person has worded since the record was known stays: it is no news that the record says otherwise.
    known = old["arxiv_id"] == values["arxiv_id"]
    worded = set(json.loads(old["worded"])) if known else set()
    return ({} if known else {"worded": "[]"}) | {
        name: old[name] if name in worded or (same and value in empty and old[name] not in empty) else value
        for name, value in values.items()
    }


def forget_match(writer: Writer, paper_id: int, match: Match) -> None:
    """Take the record away from a paper again: it is what its sightings say, with the given match."""
    sighting = writer.connection.execute(
        "SELECT title, (SELECT abstract FROM sighting WHERE paper_id = ?1 AND abstract <> '' ORDER BY id LIMIT 1) "
        "AS abstract FROM sighting WHERE paper_id = ?1 ORDER BY id LIMIT 1",
        (paper_id,),
    ).fetchone()
    blank = rows.record_values(Record("0001.0000", "", ""))
    values: dict[str, Any] = dict.fromkeys(blank) | {"authors": "[]", "categories": "[]"}
    (by_hand,) = writer.connection.execute("SELECT by_hand FROM paper WHERE id = ?", (paper_id,)).fetchone()
    if sighting is not None and not by_hand:
        values |= {
            "title": sighting["title"],
            "title_key": key(sighting["title"]),
            "abstract": sighting["abstract"] or "",
        }
    else:
        values = _as_typed(writer, paper_id, set(values))
    writer.update("paper", paper_id, values | rows.match_values(match))


def _as_typed(writer: Writer, paper_id: int, columns: set[str]) -> dict[str, Any]:
    """What a paper added by hand said before it had a record: nothing but the journal knows it."""
    values: dict[str, Any] = {}
    for row in writer.connection.execute(
        "SELECT before FROM change JOIN action ON action.id = action_id WHERE table_name = 'paper' AND row_id = ? "
        "AND before IS NOT NULL AND state = 'done' ORDER BY change.id DESC",
        (paper_id,),
    ):
        before = json.loads(row["before"])
        values |= {name: value for name, value in before.items() if name in columns}
        if "arxiv_id" in before and before["arxiv_id"] is None:
            break
    return values | {"arxiv_id": None}


def join(writer: Writer, stays: int, goes: int) -> None:
    """Two papers are one: sightings and tags united, the further status kept, notes joined, the higher priority."""
    connection = writer.connection
    one = connection.execute("SELECT * FROM paper WHERE id = ?", (stays,)).fetchone()
    other = connection.execute("SELECT * FROM paper WHERE id = ?", (goes,)).fetchone()
    further = max((one, other), key=lambda row: PROGRESS[Status(row["status"])])
    values: dict[str, Any] = {
        "status": further["status"],
        "status_changed": further["status_changed"],
        "tags": rows.tags_text(json.loads(one["tags"]) + json.loads(other["tags"])),
        "priority": max(one["priority"], other["priority"]),
        "note": "\n\n".join(dict.fromkeys(note for note in (one["note"], other["note"]) if note)),
        "citekey": one["citekey"] or other["citekey"],
        "added": min(one["added"], other["added"]),
        # In the list wins over in the trash: what a person still has must not vanish by a match.
        "removed": one["removed"] if other["removed"] else None,
    }
    for name in ("arxiv_id", "arxiv_version", "published", "updated", "year", "doi", "journal_ref", "comment", "url"):
        values[name] = one[name] if one[name] is not None else other[name]
    if one["authors"] == "[]" or (one["arxiv_id"] is None and other["arxiv_id"] is not None):
        values |= {name: other[name] for name in ("title", "title_key", "abstract", "authors", "categories")}
    moved = connection.execute("SELECT id FROM sighting WHERE paper_id = ?", (goes,)).fetchall()
    writer.update_many("sighting", [(row[0], {"paper_id": stays}) for row in moved])
    writer.delete("paper", goes)
    writer.update("paper", stays, values)
    keys = connection.execute("SELECT id FROM citekey WHERE paper_id = ?", (goes,)).fetchall()
    writer.update_many("citekey", [(row[0], {"paper_id": stays}) for row in keys])
    _join_items(writer, stays, goes)


def _join_items(writer: Writer, stays: int, goes: int) -> None:
    """Zotero's items follow their papers.

    Where both papers have one, the better one is kept in step; the other stays remembered under the number that is
    gone, so that it is nobody else's, and undo gives it back.
    """
    found = writer.connection.execute("SELECT * FROM zotero_item WHERE paper_id IN (?, ?)", (stays, goes)).fetchall()
    kept = {row["library"]: row for row in found if row["paper_id"] == stays}
    for row in found:
        if row["paper_id"] != goes:
            continue
        other = kept.get(row["library"])
        if other is None:
            writer.update("zotero_item", row["id"], {"paper_id": stays})
        elif _item_worth(row) > _item_worth(other):
            # By way of a number that no paper has: each paper has one item in a library at any time.
            for item, number in ((other, -stays), (row, stays), (other, goes)):
                writer.update("zotero_item", item["id"], {"paper_id": number})


def _item_worth(row: sqlite3.Row) -> tuple[bool, bool]:
    """An item that is there comes before one that is erased, trashed or not made yet; a person's own before ours."""
    return (row["version"] > 0 and not row["deleted"] and not row["trashed"], not row["made_by_us"])


def set_status(writer: Writer, ids: Sequence[int], status: Status) -> int:
    """Set the read status; returns how many papers had another one."""
    values = {"status": str(status), "status_changed": rows.time_text(writer.now)}
    wanted = rows.to_json(list(ids))
    different = writer.connection.execute(
        "SELECT id FROM paper WHERE id IN (SELECT value FROM json_each(?)) AND status <> ?", (wanted, str(status))
    ).fetchall()
    return writer.update_many("paper", [(row[0], values) for row in different])


def set_priority(writer: Writer, ids: Sequence[int], priority: int) -> int:
    """Set the priority, 0 to 3; returns how many papers had another one."""
    return writer.update_many("paper", [(paper_id, {"priority": priority}) for paper_id in ids])


def change_tags(writer: Writer, ids: Sequence[int], add: Iterable[str], remove: Iterable[str]) -> int:
    """Add and remove tags (removal looks past case); returns how many papers changed."""
    adding, removing = list(add), {tag.casefold() for tag in remove}
    found = writer.connection.execute(
        "SELECT id, tags FROM paper WHERE id IN (SELECT value FROM json_each(?))", (rows.to_json(list(ids)),)
    ).fetchall()
    changed = []
    for row in found:
        kept = [tag for tag in json.loads(row["tags"]) if tag.casefold() not in removing]
        changed.append((row["id"], {"tags": rows.tags_text(kept + adding)}))
    return writer.update_many("paper", changed)


def set_note(writer: Writer, paper_id: int, note: str) -> bool:
    """Set the note (Markdown)."""
    return writer.update("paper", paper_id, {"note": note.strip()})


def set_citekey(writer: Writer, paper_id: int, key: str, *, given: bool = True) -> None:
    """Set the citation key; it stays taken for good, whatever is undone. ``given``: somebody chose it."""
    writer.connection.execute(
        "INSERT INTO citekey (key, paper_id, arxiv_id, given) "
        "VALUES (?1, ?2, (SELECT arxiv_id FROM paper WHERE id = ?2), ?3) "
        "ON CONFLICT (key) DO UPDATE SET given = max(given, excluded.given)",
        (key, paper_id, given),
    )
    writer.update("paper", paper_id, {"citekey": key})


def set_removed(writer: Writer, ids: Sequence[int], removed: bool) -> int:
    """Move papers into the trash or back; returns how many moved."""
    moment = rows.time_text(writer.now) if removed else None
    found = writer.connection.execute(
        "SELECT id FROM paper WHERE id IN (SELECT value FROM json_each(?)) AND (removed IS NULL) = ?",
        (rows.to_json(list(ids)), removed),
    ).fetchall()
    return writer.update_many("paper", [(row[0], {"removed": moment}) for row in found])


def empty_trash(writer: Writer) -> int:
    """Delete what is in the trash, with its sightings; undo brings it back. Returns how many papers went."""
    gone = [row[0] for row in writer.connection.execute("SELECT id FROM paper WHERE removed IS NOT NULL")]
    for paper_id in gone:
        for row in writer.connection.execute("SELECT id FROM sighting WHERE paper_id = ?", (paper_id,)).fetchall():
            writer.delete("sighting", row[0])
        writer.delete("paper", paper_id)
    return len(gone)


def add_by_hand(writer: Writer, values: dict[str, Any]) -> int:
    """A paper that is not on arXiv; ``values`` are columns of the table."""
    now = rows.time_text(writer.now)
    match = rows.match_values(Match(MatchState.NOT_ON_ARXIV, decided_by="person"))
    return writer.insert("paper", {**values, **match, "by_hand": 1, "status_changed": now, "added": now})


def settle_years(writer: Writer, today: date) -> int:
    """Find out the years that listings left out, from the records of their papers; returns how many sightings gained.

    Within one listing (one source and heading day) every date without a year is of the listing's own year. That
    year is the one in which most of those days lie within two days of their records' first submission.
    """
    listings: dict[tuple[str, str, int | None, int | None], list[sqlite3.Row]] = {}
    for row in writer.connection.execute(
        "SELECT sighting.*, paper.published AS submitted, paper.match_state FROM sighting "
        "JOIN paper ON paper.id = paper_id WHERE listed_year IS NULL AND listed_month IS NOT NULL"
    ):
        listing = (row["source"], row["seen"], row["listed_month"], row["listed_day"])
        listings.setdefault(listing, []).append(row)
    settled = 0
    for (_source, _seen, month, day), sightings in listings.items():
        yearless = [row for row in sightings if row["date_month"] is not None and row["date_year"] is None]
        year = _settled_year(yearless)
        shown = [row["date_year"] for row in sightings if row["date_year"] is not None]
        if year is None or any(other >= year for other in shown) or _after(year, month, day, today):
            continue
        settled += writer.update_many("sighting", [(row["id"], {"listed_year": year}) for row in sightings])
        there = [row for row in yearless if day_or_none(year, row["date_month"], row["date_day"]) is not None]
        writer.update_many("sighting", [(row["id"], {"date_year": year}) for row in there])
    return settled


def _settled_year(sightings: list[sqlite3.Row]) -> int | None:
    votes: Counter[int] = Counter()
    voters = 0
    for row in sightings:
        if row["submitted"] is None or row["match_state"] != MatchState.MATCHED:
            continue
        voters += 1
        submitted = date.fromisoformat(row["submitted"])
        for year in (submitted.year - 1, submitted.year, submitted.year + 1):
            day = day_or_none(year, row["date_month"], row["date_day"])
            if day is not None and abs(day - submitted) <= timedelta(days=2):
                votes[year] += 1
    if not votes:
        return None
    year, count = votes.most_common(1)[0]
    return year if count * 2 > voters else None


def _after(year: int, month: int | None, day: int | None, today: date) -> bool:
    listed = day_or_none(year, month or 1, day or 1)
    return listed is None or listed > today
