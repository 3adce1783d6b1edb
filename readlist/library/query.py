"""The query language of lists and searches: text to a condition in SQL.

``status:to-read faces -tag:done "identity preserving" OR swap year:2023..2025``: terms are ANDed, OR stands between
terms and binds closer than the blank, ``-`` negates. User text reaches FTS5 only quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from readlist.errors import WrongUsage
from readlist.identifiers import parse_arxiv_id
from readlist.library.rows import time_text
from readlist.paper import MatchState, Status

_TERM = re.compile(r'(?P<not>-)?(?:(?P<filter>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<plain>[^\s"]+))?')
#: The short id of a paper, ``p42``.
SHORT_ID = re.compile(r"[pP]\d{1,18}", re.ASCII)
_SPAN = re.compile(r"(\d+)([hdwmy])")
_NAMED = re.compile(r"([A-Za-z]+):(?!//).")
_SPAN_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}


#: SQLite takes no deeper conditions; nobody types as many.
_MOST_TERMS = 200


class Condition(NamedTuple):
    """A WHERE clause over the table ``paper`` and its parameters; ``words`` are what a search should mark."""

    sql: str
    parameters: tuple[object, ...] = ()
    words: tuple[str, ...] = ()


class QueryError(WrongUsage):
    """A query that cannot be read; ``position`` is the offending character, from 0."""

    def __init__(self, query: str, position: int, why: str) -> None:
        super().__init__(f"{why}\n  {query[:position]}▸{query[position:]}")
        self.query, self.position, self.why = query, position, why


class _Term(NamedTuple):
    position: int
    negated: bool
    filter: str | None
    value: str
    quoted: bool


def parse(query: str, now: datetime) -> Condition:
    """Read a query. ``now`` is the time that ``added:7d`` counts back from. Raises `QueryError`."""
    groups: list[list[_Term]] = []
    joined = False
    for term in _terms(query):
        if term.value == "OR" and not term.filter and not term.quoted and not term.negated:
            if not groups or joined:
                raise QueryError(query, term.position, "OR needs a term on both sides")
            joined = True
        elif joined:
            groups[-1].append(term)
            joined = False
        else:
            groups.append([term])
    if joined:
        raise QueryError(query, len(query.rstrip()) - 2, "OR needs a term on both sides")
    if len(groups) > _MOST_TERMS:
        raise QueryError(query, groups[_MOST_TERMS][0].position, f"more than {_MOST_TERMS} terms")
    conditions = [_any([_condition(query, term, now) for term in group]) for group in groups]
    if not conditions:
        return Condition("1")
    return Condition(
        " AND ".join(condition.sql for condition in conditions),
        tuple(parameter for condition in conditions for parameter in condition.parameters),
        tuple(t.value for group in groups for t in group if not t.negated and t.filter is None),
    )


def unknown_filters(query: str) -> list[str]:
    """The names before a colon that are no filter, so that they were searched for as words; addresses have none."""
    plain = (_NAMED.match(term.value) for term in _terms(query) if term.filter is None and not term.quoted)
    return list(dict.fromkeys(found[1] for found in plain if found))


def with_tag_renamed(query: str, old: str, new: str) -> str:
    """A query with another tag in its ``tag:`` filters. What cannot be read stays as it is."""
    try:
        found = [term for term in _terms(query) if term.filter == "tag" and term.value.casefold() == old.casefold()]
    except QueryError:
        return query
    for term in reversed(found):
        end = _TERM.match(query, term.position)
        assert end is not None
        sign = "-" if term.negated else ""
        query = f"{query[: term.position]}{sign}{tag_term(new)}{query[end.end() :]}"
    return query


def tag_term(tag: str) -> str:
    """The filter for a tag as it is typed; a quotation mark cannot be typed, so it becomes a blank."""
    plain = _TERM.fullmatch(f"tag:{tag}")
    return f"tag:{tag}" if plain is not None and plain["plain"] == tag else 'tag:"{}"'.format(tag.replace('"', " "))


def _any(conditions: list[Condition]) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    return Condition(
        f"({' OR '.join(condition.sql for condition in conditions)})",
        tuple(parameter for condition in conditions for parameter in condition.parameters),
    )


def _terms(query: str) -> list[_Term]:
    terms = []
    position = 0
    while position < len(query):
        if query[position].isspace():
            position += 1
            continue
        found = _TERM.match(query, position)
        if found is None or found.end() == position:
            raise QueryError(query, position, f"cannot read {query[position:]!r}")
        if found["quoted"] is not None and not found["end"]:
            raise QueryError(query, found.start("quoted") - 1, "this quote is never closed")
        quoted = found["quoted"] is not None
        value = found["quoted"] if quoted else found["plain"] or ""
        name = found["filter"].lower() if found["filter"] else None
        if name is not None and name not in _FILTERS:
            if quoted:
                raise QueryError(query, found.start("filter"), f"unknown filter {name!r}; known: {', '.join(_FILTERS)}")
            # "InstantID:" and "foo:bar" are words of a title, unless they look like a mistyped filter.
            near = [known for known in _FILTERS if known[:3] == name[:3]]
            if near:
                raise QueryError(query, found.start("filter"), f"unknown filter {name!r}; did you mean {near[0]!r}?")
            value, name = f"{found['filter']}:{value}", None
        if not value:
            what = f"{name}: needs a value" if name else "nothing to search for here"
            raise QueryError(query, position, what)
        terms.append(_Term(position, bool(found["not"]), name, value, quoted))
        position = found.end()
    return terms


def _condition(query: str, term: _Term, now: datetime) -> Condition:
    if term.filter is None:
        condition = _anywhere(f'"{_quote(term.value)}"' + ("" if term.quoted else " *"), term.value)
        if not term.quoted and (name := _identity(term.value)) is not None:
            condition = _any([condition, name])
    else:
        try:
            condition = _FILTERS[term.filter](term.value, now)
        except ValueError as error:
            raise QueryError(query, term.position, str(error)) from None
    if term.negated:
        return Condition(f"NOT ({condition.sql})", condition.parameters)
    return condition


def _identity(word: str) -> Condition | None:
    """A word that names one paper: its short id, or its arXiv id."""
    if SHORT_ID.fullmatch(word):
        return Condition("paper.id = ?", (int(word[1:]),))
    identifier = parse_arxiv_id(word)
    return Condition("paper.arxiv_id = ?", (identifier.id,)) if identifier else None


def _quote(text: str) -> str:
    return text.replace('"', '""').replace("\0", " ")


def _anywhere(expression: str, value: str) -> Condition:
    """In the paper's own words, or in a person's."""
    if not any(character.isalnum() for character in value):
        return Condition("0")
    return Condition(
        "paper.id IN (SELECT rowid FROM paper_text WHERE paper_text MATCH ? "
        "UNION ALL SELECT rowid FROM paper_words WHERE paper_words MATCH ?)",
        (expression, expression),
    )


def _match(expression: str, value: str) -> Condition:
    if not any(character.isalnum() for character in value):
        return Condition("0")  # FTS5 has no words to look for
    return Condition("paper.id IN (SELECT rowid FROM paper_text WHERE paper_text MATCH ?)", (expression,))


def _status(value: str, _now: datetime) -> Condition:
    if value.lower() not in set(Status):
        raise ValueError(f"no status {value!r}; there are {', '.join(Status)}")
    return Condition("paper.status = ?", (value.lower(),))


def _match_state(value: str, _now: datetime) -> Condition:
    if value.lower() not in set(MatchState):
        raise ValueError(f"no match state {value!r}; there are {', '.join(MatchState)}")
    return Condition("paper.match_state = ?", (value.lower(),))


def _tag(value: str, _now: datetime) -> Condition:
    return Condition("paper.id IN (SELECT paper_id FROM paper_tag WHERE tag = ?)", (value,))


def _author(value: str, _now: datetime) -> Condition:
    return _match(f'authors : "{_quote(value)}" *', value)


def _year(value: str, _now: datetime) -> Condition:
    years = _numbers(value, 9999)
    # A shorter number is a year that is still being typed.
    if years is None or any(len(end) not in (0, 4) for end in _range(value)):
        raise ValueError(f"{value!r} is not a year; write year:2024 or year:2023..2025")
    return Condition("paper.year BETWEEN ? AND ?", years)


def _category(value: str, _now: datetime) -> Condition:
    wanted = value.lower().removesuffix("*").removesuffix(".")
    exact = "." in wanted or value.endswith("*") is False
    return Condition(
        "EXISTS (SELECT 1 FROM json_each(paper.categories) WHERE lower(value) = ? OR substr(lower(value), 1, ?) = ?)",
        (wanted, len(wanted) + 1, wanted + ".") if "." not in wanted or not exact else (wanted, 0, "\0"),
    )


def _source(value: str, _now: datetime) -> Condition:
    return Condition("paper.id IN (SELECT paper_id FROM sighting WHERE source LIKE ? ESCAPE '\\')", (_like(value),))


def _like(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _added(value: str, now: datetime) -> Condition:
    span = _SPAN.fullmatch(value.lower())
    if span:
        try:
            since = now - timedelta(days=int(span[1]) * _SPAN_DAYS[span[2]])
        except OverflowError:  # longer ago than there were days
            return Condition("1")
        return Condition("paper.added >= ?", (time_text(since),))
    first, last = _range(value)
    days = [day for day in (first, last) if day]
    if first and last and last < first:
        raise ValueError(f"{value!r} ends before it begins")
    try:
        for day in days:
            datetime.strptime(day, "%Y-%m-%d")
    except ValueError:
        raise ValueError(f"cannot read {value!r}; write added:7d, added:2026-11-20 or added:2026-11-01..") from None
    return Condition("substr(paper.added, 1, 10) BETWEEN ? AND ?", (first or "0", last or "9"))


def _range(value: str) -> tuple[str, str]:
    if ".." in value:
        first, _, last = value.partition("..")
        return first, last
    return value, value


_HAS = {
    "note": "paper.note <> ''",
    "tag": "paper.tags <> '[]'",
    "abstract": "paper.abstract <> ''",
    "doi": "paper.doi IS NOT NULL",
    "key": "paper.citekey IS NOT NULL",
    "code": "paper.abstract || ' ' || coalesce(paper.comment, '') LIKE '%git%hub.%'",
    "zotero": "paper.id IN (SELECT paper_id FROM zotero_item WHERE version > 0 AND trashed = 0 AND deleted = 0)",
}
_IS = {
    "published": "(paper.journal_ref IS NOT NULL OR paper.doi IS NOT NULL)",
    "matched": "paper.match_state = 'matched'",
    "starred": "paper.priority > 0",
    **{str(status): f"paper.status = '{status}'" for status in Status},
}


def _has(value: str, _now: datetime) -> Condition:
    if value.lower() not in _HAS:
        raise ValueError(f"has:{value} is not known; there are {', '.join(_HAS)}")
    return Condition(_HAS[value.lower()])


def _is(value: str, _now: datetime) -> Condition:
    if value.lower() not in _IS:
        raise ValueError(f"is:{value} is not known; there are {', '.join(_IS)}")
    return Condition(_IS[value.lower()])


def _arxiv(value: str, _now: datetime) -> Condition:
    identifier = parse_arxiv_id(value)
    if identifier is None:
        raise ValueError(f"{value!r} is not an arXiv id")
    return Condition("paper.arxiv_id = ?", (identifier.id,))


def _key(value: str, _now: datetime) -> Condition:
    return Condition("paper.citekey LIKE ? ESCAPE '\\'", (_like(value),))


def _priority(value: str, _now: datetime) -> Condition:
    priorities = _numbers(value, 3)
    if priorities is None:
        raise ValueError(f"{value!r} is not a priority; there are 0 to 3")
    return Condition("paper.priority BETWEEN ? AND ?", priorities)


def _numbers(value: str, most: int) -> tuple[int, int] | None:
    """A number or a range of numbers up to ``most``, open ends allowed; None for anything else.

    Raises `ValueError` for a range that ends before it begins.
    """
    found = re.fullmatch(r"(\d{1,4})|(\d{0,4})\.\.(\d{0,4})", value, re.ASCII)
    if found is None:
        return None
    if found[1]:
        return int(found[1]), int(found[1])
    first, last = int(found[2] or 0), int(found[3] or most)
    if last < first:
        raise ValueError(f"{value!r} ends before it begins")
    return first, last


_FILTERS: dict[str, Callable[[str, datetime], Condition]] = {
    "status": _status,
    "tag": _tag,
    "author": _author,
    "year": _year,
    "cat": _category,
    "source": _source,
    "match": _match_state,
    "added": _added,
    "has": _has,
    "is": _is,
    "arxiv": _arxiv,
    "key": _key,
    "priority": _priority,
}
#: The names of all filters, for completion and help.
FILTERS = tuple(_FILTERS)
#: The values of the filters that take one of a few.
VALUES: dict[str, tuple[str, ...]] = {
    "status": tuple(Status),
    "match": tuple(MatchState),
    "is": tuple(_IS),
    "has": tuple(_HAS),
    "priority": ("0", "1", "2", "3", "1..3"),
    "added": ("1d", "7d", "30d", "1y"),
}
