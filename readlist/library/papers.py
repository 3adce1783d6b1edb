"""Reading the library: papers, light rows for lists, counts, and what an ID that a person typed means."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from readlist.errors import WrongUsage
from readlist.identifiers import parse_arxiv_id, year_and_month
from readlist.library import rows
from readlist.library.orders import SORTS, order_by
from readlist.library.query import SHORT_ID, Condition, parse
from readlist.library.store import Library
from readlist.paper import MatchState, Paper, Record, Sighting, Status, ZoteroLink
from readlist.text import key

#: A paper that was found nowhere is looked for again after this time: arXiv gets new papers every day.
FORGOTTEN_AFTER = timedelta(days=7)
_UNRESOLVED = """
    coalesce(paper.match_decided_by, '') <> 'person' AND (
        paper.match_state = 'unresolved'
        OR paper.match_state IN ('review', 'not-found') AND (
            ?
            OR (SELECT max(id) FROM sighting WHERE paper_id = paper.id)
                > coalesce((SELECT sighting FROM tried WHERE paper_id = paper.id), 0)
            OR paper.match_state = 'not-found' AND (
                coalesce((SELECT at FROM tried WHERE paper_id = paper.id), '') < ?
                OR ? AND coalesce((SELECT source FROM tried WHERE paper_id = paper.id), '') NOT LIKE '%api%'
            )
        )
    )
"""
#: The fields of `Row`, in its order.
_LIST_SQL = """
    SELECT id, title, json_extract(authors, '$[0][1]'),
        coalesce(
            nullif(json_array_length(authors), 0), (SELECT max(author_count) FROM sighting WHERE paper_id = paper.id)
        ),
        published, year, json_extract(categories, '$[0]'), tags, status, priority, match_state,
        (SELECT max(comments) FROM sighting WHERE paper_id = paper.id), citekey, arxiv_id, note <> '',
        EXISTS (
            SELECT 1 FROM zotero_item WHERE paper_id = paper.id AND version > 0 AND trashed = 0 AND deleted = 0
        ),
        removed IS NOT NULL
    FROM paper WHERE id IN (SELECT value FROM json_each(?))
"""


class Row(NamedTuple):
    """What a list shows of a paper; cheap to read for a windowful."""

    id: int
    title: str
    first_author: str | None
    author_count: int | None
    published: str | None
    year: int | None
    category: str | None
    tags: tuple[str, ...]
    status: Status
    priority: int
    match: MatchState
    comments: int | None
    citekey: str | None
    arxiv_id: str | None
    noted: bool
    in_zotero: bool
    removed: bool

    @property
    def when(self) -> str:
        """Year and month of publication as far as they are known: 2024-01, 1936 or nothing."""
        if self.published:
            return self.published[:7]
        if self.arxiv_id:
            return "{}-{:02}".format(*year_and_month(self.arxiv_id))
        return str(self.year or "")


_STATUS = {status.value: status for status in Status}
_MATCH = {state.value: state for state in MatchState}
#: No tags, as the library keeps them.
_NONE = "[]"


class Counts(NamedTuple):
    """How many papers there are of each kind; the trash is counted apart from all the others."""

    total: int
    status: dict[Status, int]
    match: dict[MatchState, int]
    trash: int


def get(library: Library, paper_id: int) -> Paper | None:
    """One paper in full, in the trash or not; None where there is none."""
    found = many(library, [paper_id])
    return found[0] if found else None


def many(library: Library, ids: Sequence[int], *, evidence: bool = True) -> list[Paper]:
    """Papers in full, in the order of ``ids``; ids that do not exist are left out.

    ``evidence=False`` leaves out sightings and the link to Zotero, for those who need only the paper itself.
    """
    wanted = rows.to_json(list(ids))
    connection = library.connection
    sightings: defaultdict[int, list[Sighting]] = defaultdict(list)
    links: dict[int, ZoteroLink] = {}
    if evidence:
        for row in connection.execute(
            "SELECT * FROM sighting WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY id", (wanted,)
        ):
            sightings[row["paper_id"]].append(rows.sighting_from(row))
        links = _links(connection, wanted)
    chosen = f"SELECT {rows.PAPER_COLUMNS} FROM paper WHERE id IN (SELECT value FROM json_each(?))"
    found = {
        row[0]: rows.paper_from(row, sightings.get(row[0], ()), links.get(row[0]))
        for row in connection.execute(chosen, (wanted,))
    }
    return [found[paper_id] for paper_id in ids if paper_id in found]


def _links(connection: sqlite3.Connection, wanted: str) -> dict[int, ZoteroLink]:
    found = connection.execute(
        "SELECT * FROM zotero_item WHERE paper_id IN (SELECT value FROM json_each(?)) AND version > 0 AND deleted = 0",
        (wanted,),
    )
    return {
        row["paper_id"]: ZoteroLink(row["library"], row["key"], row["version"], rows.read_time(row["synced"]))
        for row in found
    }


def ids(
    library: Library,
    query: str = "",
    *,
    now: datetime,
    sort: str = "added",
    limit: int | None = None,
    removed: bool = False,
    extra: Condition | None = None,
) -> list[int]:
    """Ids of the papers that a query finds, in order.

    ``removed``: look in the trash. ``sort``: a key of `SORTS`, with ``-`` before it the other way round. ``extra``:
    a further condition (a view of the TUI). Raises `QueryError` and `WrongUsage`.
    """
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise WrongUsage(f"cannot sort by {sort!r}; there are {', '.join(SORTS)}")
    condition = parse(query, now)
    sql = f"SELECT paper.id FROM paper WHERE paper.removed IS {'NOT ' if removed else ''}NULL AND {condition.sql}"
    parameters = list(condition.parameters)
    if extra is not None:
        sql += f" AND {extra.sql}"
        parameters += extra.parameters
    sql += f" ORDER BY {order_by(name, reverse=sort.startswith('-'))}"
    if limit is not None:
        sql += " LIMIT ?"
        parameters.append(limit)
    # One row of all the ids: with a row for each, every other thread is held up a hundred thousand times.
    found = library.connection.execute(f"SELECT json_group_array(id) FROM ({sql})", parameters).fetchone()[0]
    numbers: list[int] = json.loads(found)
    return numbers


def titled(library: Library, title: str) -> list[int]:
    """The papers with this title, their own or as a listing had it; those in the trash last."""
    found = library.connection.execute(
        "SELECT id FROM paper WHERE title_key = ?1 OR id IN (SELECT paper_id FROM sighting WHERE title_key = ?1) "
        "ORDER BY removed IS NOT NULL, id",
        (key(title),),
    )
    return [row[0] for row in found]


def unresolved(
    library: Library, query: str, now: datetime, *, again: bool, service: bool, news: datetime | None = None
) -> list[int]:
    """Papers that the resolver may try: unresolved ones; those in review or not found of which more is known since
    they were tried; and those not found for the last time before ``news`` (when a source learned something), a week
    ago, or without the service if that is to be asked now. With ``again`` all that are in review or not found.

    Those that a person decided about are never among them.
    """
    stale = max(now - FORGOTTEN_AFTER, news) if news else now - FORGOTTEN_AFTER
    return ids(
        library, query, now=now, sort="id", extra=Condition(_UNRESOLVED, (again, rows.time_text(stale), service))
    )


def total(library: Library) -> int:
    """How many papers there are, those in the trash too."""
    return int(library.connection.execute("SELECT count(*) FROM paper").fetchone()[0])


def note_tried(library: Library, tried: Mapping[int, str], now: datetime) -> None:
    """Remember when and where papers were looked for, by id; what is imported after that is news about them."""
    at = rows.time_text(now)
    with library.unjournaled() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO tried (paper_id, at, source, sighting) "
            "SELECT ?1, ?2, ?3, coalesce(max(id), 0) FROM sighting WHERE paper_id = ?1",
            [(number, at, source) for number, source in tried.items()],
        )


def list_rows(library: Library, paper_ids: Sequence[int]) -> list[Row]:
    """Light rows for a windowful of ids, in their order."""
    found = {row[0]: _row(row) for row in library.connection.execute(_LIST_SQL, (rows.to_json(list(paper_ids)),))}
    return [found[paper_id] for paper_id in paper_ids if paper_id in found]


def _row(row: sqlite3.Row) -> Row:
    # Every letter of a search reads a windowful: looking states up is half the time of making them.
    (
        number, title, first_author, authors, published, year, category, tags, status, priority, match,
        comments, citekey, arxiv_id, noted, in_zotero, removed,
    ) = row  # fmt: skip
    return Row(
        number,
        title,
        first_author,
        authors,
        published,
        year,
        category,
        tuple(json.loads(tags)) if tags != _NONE else (),
        _STATUS[status],
        priority,
        _MATCH[match],
        comments,
        citekey,
        arxiv_id,
        bool(noted),
        bool(in_zotero),
        bool(removed),
    )


def counts(library: Library) -> Counts:
    """Papers by status and by match state."""
    by_status = dict.fromkeys(Status, 0)
    by_match = dict.fromkeys(MatchState, 0)
    trash = 0
    # Apart from each other, and all of them: so each is read from an index alone, in a tenth of the time.
    for status, count, removed in library.connection.execute(
        "SELECT status, count(*), count(removed) FROM paper GROUP BY status"
    ):
        by_status[Status(status)] = count - removed
        trash += removed
    for match, count, removed in library.connection.execute(
        "SELECT match_state, count(*), count(removed) FROM paper GROUP BY match_state"
    ):
        by_match[MatchState(match)] = count - removed
    return Counts(sum(by_status.values()), by_status, by_match, trash)


def tag_counts(library: Library) -> dict[str, int]:
    """Tags of the papers that are not in the trash, the most used first."""
    return dict(
        library.connection.execute(
            "SELECT min(tag), count(*) FROM paper_tag JOIN paper ON paper.id = paper_id WHERE removed IS NULL "
            "GROUP BY tag ORDER BY 2 DESC, 1"
        ).fetchall()
    )


def in_use(library: Library) -> frozenset[str]:
    """Which of ``tags`` and ``sync`` (an item in Zotero) any paper has."""
    found = library.connection.execute(
        "SELECT EXISTS (SELECT 1 FROM paper_tag) AS tags, "
        "EXISTS (SELECT 1 FROM zotero_item WHERE version > 0 AND trashed = 0 AND deleted = 0) AS sync"
    ).fetchone()
    return frozenset(name for name in ("tags", "sync") if found[name])


def with_tag(tag: str) -> Condition:
    """The condition for papers with a tag, whatever characters it is made of."""
    return Condition("paper.id IN (SELECT paper_id FROM paper_tag WHERE tag = ?)", (tag,))


def touched(library: Library, action_id: int) -> list[int]:
    """The papers that an action of the journal changed, in its order."""
    rows_ = library.connection.execute(
        "SELECT DISTINCT row_id FROM change WHERE action_id = ? AND table_name = 'paper' ORDER BY id", (action_id,)
    )
    return [row[0] for row in rows_]


def find(library: Library, text: str, *, removed: bool | None = False) -> int:
    """The paper that an ID means: short id, arXiv id or URL, citation key, or the start of one title.

    ``removed``: look among listed papers (False), in the trash (True) or in both (None). Raises `WrongUsage` for
    none and for several, naming them.
    """
    where = {None: "", True: " AND removed IS NOT NULL", False: " AND removed IS NULL"}[removed]
    text = text.strip()
    if SHORT_ID.fullmatch(text):
        found = _ids(library, f"id = ?{where}", int(text[1:]))
        if found:
            return found[0]
    identifier = parse_arxiv_id(text)
    if identifier is not None:
        found = _ids(library, f"arxiv_id = ?{where}", identifier.id)
        if found:
            return found[0]
        if not removed and _ids(library, "arxiv_id = ? AND removed IS NOT NULL", identifier.id):
            raise WrongUsage(f"{identifier.id} is in the trash; readlist trash restore {identifier.id} brings it back")
        # Imported by this id, and not resolved yet.
        found = _ids(library, f"id IN (SELECT paper_id FROM sighting WHERE arxiv_id = ?){where}", identifier.id)
        if len(found) == 1:
            return found[0]
        raise WrongUsage(f"{identifier.id} is not in the list; readlist import {identifier.id} adds it")
    # A key that a paper carries now comes before one that it carried once, or that a joined paper had.
    found = _ids(library, f"citekey = ? COLLATE NOCASE{where}", text)
    found = found or _ids(library, f"id = (SELECT paper_id FROM citekey WHERE key = ?){where}", text)
    if found:
        return found[0]
    return _by_title(library, text, where, removed)


def _by_title(library: Library, text: str, where: str, removed: bool | None) -> int:
    start = key(text)
    # The whole title means this paper, though another one begins with it.
    found = _ids(library, f"title_key = ?{where}", start) if start else []
    if start and len(found) != 1:
        # A range, not LIKE: it can use the index.
        found = _ids(library, f"title_key >= ? AND title_key < ? || char(0x10FFFF){where}", start, start)
    if len(found) == 1:
        return found[0]
    if not found:
        place = " in the trash" if removed else ""
        raise WrongUsage(f"no paper {text!r}{place}: an ID is p42, an arXiv id, a citation key or the start of a title")
    shown = [f"p{row.id} {row.title[:60]}" for row in list_rows(library, found[:5])]
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    raise WrongUsage(f"{text!r} could mean {'; '.join(shown)}{more}")


def _ids(library: Library, condition: str, *parameters: object) -> list[int]:
    sql = f"SELECT id FROM paper WHERE {condition} ORDER BY id LIMIT 50"
    return [row[0] for row in library.connection.execute(sql, parameters)]


def holder(library: Library, arxiv_id: str) -> int | None:
    """The paper that is this record, in the trash or not."""
    row = library.connection.execute("SELECT id FROM paper WHERE arxiv_id = ?", (arxiv_id,)).fetchone()
    return int(row[0]) if row else None


def candidate_record(library: Library, arxiv_id: str) -> Record | None:
    """The record of a candidate, kept since the match was weighed."""
    row = library.connection.execute("SELECT data FROM record WHERE arxiv_id = ?", (arxiv_id,)).fetchone()
    return rows.record_from(row[0]) if row else None


def taken_keys(library: Library) -> set[str]:
    """Every citation key that was ever written."""
    return {row[0] for row in library.connection.execute("SELECT key FROM citekey")}


def key_holder(library: Library, key: str) -> int | None:
    """The paper that has, or had, a citation key."""
    row = library.connection.execute("SELECT paper_id FROM citekey WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else None


def keep_records(library: Library, records: Iterable[Record], now: datetime) -> None:
    """Keep candidates' records for a person's decision."""
    with library.unjournaled() as connection:
        connection.executemany(
            "INSERT INTO record (arxiv_id, data, fetched) VALUES (?, ?, ?) "
            "ON CONFLICT (arxiv_id) DO UPDATE SET data = excluded.data, fetched = excluded.fetched",
            [(record.arxiv_id, rows.record_text(record), rows.time_text(now)) for record in records],
        )


def former_keys(library: Library, arxiv_ids: Iterable[str]) -> dict[str, str]:
    """Citation keys that arXiv papers had before they were removed for good, by arXiv id; the last one of each."""
    found = library.connection.execute(
        "SELECT arxiv_id, key FROM citekey WHERE arxiv_id IN (SELECT value FROM json_each(?)) "
        "AND paper_id NOT IN (SELECT id FROM paper) ORDER BY id",
        (rows.to_json(list(arxiv_ids)),),
    )
    return dict(found.fetchall())


def keep_citekeys(library: Library, keys: dict[int, str]) -> None:
    """Freeze citation keys on their papers. They outlive undo: a document may cite them already."""
    pairs = [(name, number) for number, name in keys.items()]
    with library.unjournaled() as connection:
        connection.executemany(
            "INSERT INTO citekey (key, paper_id, arxiv_id) VALUES (?1, ?2, (SELECT arxiv_id FROM paper WHERE id = ?2)) "
            "ON CONFLICT (key) DO UPDATE SET paper_id = excluded.paper_id WHERE arxiv_id = excluded.arxiv_id",
            pairs,
        )
        connection.executemany("UPDATE paper SET citekey = ? WHERE id = ?", pairs)
