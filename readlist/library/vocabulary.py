"""What queries can be completed with: authors, categories, sources and years, with how many papers have them."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from readlist.library.store import Library
from readlist.text import fold

#: Papers that are looked at for the names of their authors, and names that are offered.
_LOOKED_AT, _NAMES = 1000, 20

_COUNTS = {
    "cat": "SELECT value, count(*) FROM paper, json_each(paper.categories) WHERE removed IS NULL GROUP BY 1",
    "source": "SELECT source, count(DISTINCT paper_id) FROM sighting GROUP BY 1",
    "year": "SELECT year, count(*) FROM paper WHERE removed IS NULL AND year IS NOT NULL GROUP BY 1",
}


def author_names(library: Library, start: str) -> dict[str, int]:
    """Names of authors that begin so: family names, else whole names; the commonest first.

    Of a common beginning only some papers are looked at: then the numbers are 0, for nobody knows them.
    """
    if not any(character.isalnum() for character in start):
        return {}
    quoted = start.replace('"', '""')
    found = library.connection.execute(
        "SELECT authors FROM paper WHERE removed IS NULL "
        "AND id IN (SELECT rowid FROM paper_text WHERE paper_text MATCH ? LIMIT ?)",
        (f'authors : "{quoted}" *', _LOOKED_AT),
    ).fetchall()
    wanted = fold(start)
    numbers: Counter[str] = Counter()
    for row in found:
        numbers.update({shown for name in json.loads(row[0]) if (shown := _name(name, wanted))})
    whole = len(found) < _LOOKED_AT
    return {name: number if whole else 0 for name, number in numbers.most_common(_NAMES)}


def _name(name: list[str | None], wanted: str) -> str | None:
    whole, family, *_ = name
    if family and fold(family).startswith(wanted):
        return family
    return whole if whole and fold(whole).startswith(wanted) else None


def values(library: Library, name: str, start: str) -> dict[str, int]:
    """What the filter ``name`` (author, cat, source, year) can be given, the commonest first."""
    if name == "author":
        return author_names(library, start)
    try:
        found = library.connection.execute(_COUNTS[name]).fetchall()
    except (KeyError, sqlite3.OperationalError):
        return {}
    return {str(row[0]): row[1] for row in sorted(found, key=lambda row: (-row[1], str(row[0])))}
