"""A small index over Kaggle-shaped records that answers queries as the service does, scores and all."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.servers.arxiv_query import Both, Dates, Node, Term
from tests.servers.arxiv_text import to_unicode, tokens

#: A record in the shape of the metadata snapshot (section 8 of the contract).
Row = dict[str, Any]
_ID = re.compile(r"(?:arXiv:)?(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z-]+)?/\d{7})(?:v\d+)?", re.IGNORECASE)
_TEXT_FIELDS = {
    "ti": "title",
    "abs": "abstract",
    "au": "authors",
    "co": "comments",
    "jr": "journal-ref",
    "rn": "report-no",
}


def read_rows(path: Path) -> list[Row]:
    """Records from a file of JSON lines, plain or ``.gz``; titles get the Unicode form that the service indexes."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows: list[Row] = [json.loads(line) for line in data.splitlines() if line.strip()]
    for row in rows:
        row["title"] = to_unicode(row["title"])
    return rows


def version_and_dates(row: Row) -> tuple[int, datetime, datetime]:
    """The current version, when version 1 came and when the current one did."""
    versions = row.get("versions") or []
    digits = str(row["id"]).rpartition("/")[2]
    year = int(digits[:2])
    first = datetime((1900 if year > 90 else 2000) + year, max(int(digits[2:4]), 1), 1, tzinfo=UTC)
    times = [parsedate_to_datetime(version["created"]) for version in versions] or [first]
    return max(len(versions), 1), times[0], times[-1]


class Index:
    """Postings are made for a field when it is first asked for; places within a text only for phrases."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)
        self._place = {str(row["id"]): number for number, row in enumerate(self.rows)}
        self._postings: dict[str, dict[str, set[int]]] = {}
        self._places: dict[tuple[str, int], list[tuple[int, str]]] = {}

    def by_id(self, identifier: str) -> tuple[bool, int | None]:
        """Whether an id is well formed, and the number of its record if there is one."""
        if not _ID.fullmatch(identifier):
            return False, None
        bare, _, version = identifier.partition("v") if re.search(r"v\d+$", identifier) else (identifier, "", "")
        number = self._place.get(bare)
        if number is not None and version and int(version) > version_and_dates(self.rows[number])[0]:
            return True, None
        return True, number

    def search(self, node: Node, *, bag: bool) -> dict[int, float]:
        """Numbers of the matching records with their scores, a sum over the clauses."""
        if isinstance(node, Both):
            left, right = self.search(node.left, bag=bag), self.search(node.right, bag=bag)
            if node.operator == "ANDNOT":
                return {number: score for number, score in left.items() if number not in right}
            wanted = left.keys() & right.keys() if node.operator == "AND" else left.keys() | right.keys()
            return {number: left.get(number, 0.0) + right.get(number, 0.0) for number in wanted}
        if isinstance(node, Dates):
            return {n: 1.0 for n, row in enumerate(self.rows) if node.first <= _minute(row) <= node.last}
        return self._term(node, bag)

    def newest_first(self, *, updated: bool) -> list[int]:
        """All records by date, the newest first."""
        which = 2 if updated else 1
        return sorted(range(len(self.rows)), key=lambda n: version_and_dates(self.rows[n])[which], reverse=True)

    def _term(self, term: Term, bag: bool) -> dict[int, float]:
        if term.field == "cat":
            return {
                n: 1.0
                for n, row in enumerate(self.rows)
                if any(fnmatch.fnmatchcase(one, term.text) for one in (row.get("categories") or "").split())
            }
        if term.field in {"id", "doi"}:
            return {n: 1.0 for n, row in enumerate(self.rows) if str(row.get(term.field, "")) == term.text}
        if term.phrase and not term.text:
            return dict.fromkeys(range(len(self.rows)), 1.0)
        text, phrase = term.text, term.phrase
        if term.field == "au" and "_" in text:
            text, phrase = text.replace("_", " "), True
        if not phrase and re.search(r"[*?]", text):
            return self._wildcard(term.field, text.lower())
        wanted = tokens(text, fold=term.field in {"au", "all"})
        postings = self._field(term.field)
        if not wanted:
            return {}  # only stop words
        # A word that the tokeniser takes apart is an AND of its parts, and a phrase at least that.
        found = set.intersection(*(postings.get(word, set()) for _, word in wanted))
        if phrase and not bag:
            found = {number for number in found if self._holds(term.field, number, wanted)}
        weight = sum(self._rarity(postings, word) for _, word in wanted)
        return {number: weight * self._norm(number) for number in found}

    def _wildcard(self, field: str, pattern: str) -> dict[int, float]:
        matching = [ids for word, ids in self._field(field).items() if fnmatch.fnmatchcase(word, pattern)]
        return dict.fromkeys(set().union(*matching), 1.0)

    def _field(self, field: str) -> dict[str, set[int]]:
        if field not in self._postings:
            postings: dict[str, set[int]] = defaultdict(set)
            for number in range(len(self.rows)):
                for _, word in self._tokens(field, number):
                    postings[word].add(number)
            self._postings[field] = dict(postings)
        return self._postings[field]

    def _tokens(self, field: str, number: int) -> list[tuple[int, str]]:
        row = self.rows[number]
        if field == "all":
            return tokens(" \u2016 ".join(str(row.get(key) or "") for key in _TEXT_FIELDS.values()), fold=True)
        return tokens(str(row.get(_TEXT_FIELDS[field]) or ""), fold=field == "au")

    def _holds(self, field: str, number: int, wanted: Sequence[tuple[int, str]]) -> bool:
        """The words stand in this order, with any word where a stop word was."""
        if (field, number) not in self._places:
            self._places[field, number] = self._tokens(field, number)
        there = self._places[field, number]
        known = set(there)
        start, word = wanted[0]
        offsets = [place - start for place, other in there if other == word]
        return any(all((place + offset, other) in known for place, other in wanted) for offset in offsets)

    def _rarity(self, postings: dict[str, set[int]], word: str) -> float:
        count = len(postings.get(word, ()))
        return math.log(1 + (len(self.rows) - count + 0.5) / (count + 0.5))

    @cached_property
    def _lengths(self) -> tuple[list[int], float]:
        lengths = [len(str(row["title"]).split()) for row in self.rows]
        return lengths, sum(lengths) / max(len(lengths), 1)

    def _norm(self, number: int) -> float:
        lengths, mean = self._lengths
        return 2.2 / (1 + 1.2 * (0.25 + 0.75 * lengths[number] / mean))


def shuffled(numbers: Iterable[int]) -> list[int]:
    """An order that means nothing, and the same each time."""
    return sorted(numbers, key=lambda n: hashlib.md5(str(n).encode(), usedforsecurity=False).digest())


def _minute(row: Row) -> str:
    return version_and_dates(row)[1].strftime("%Y%m%d%H%M")
