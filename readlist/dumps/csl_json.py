"""CSL-JSON, as Zotero, pandoc and citation processors exchange it."""

from __future__ import annotations

from typing import Any

from readlist.dumps import json_text
from readlist.dumps.references import (
    entry,
    find_arxiv_id,
    joined_name,
    journal_reference,
    other_url,
    own_words,
    published_doi,
    read_keywords,
    split_keywords,
    whole_name,
    year_of,
)
from readlist.dumps.source import Dump, Problem
from readlist.errors import UnreadableSource
from readlist.identifiers import ArxivId
from readlist.paper import Author, Entry, Given
from readlist.text import collapse

FORMAT = "csl-json"


def looks_like(data: object) -> bool:
    """Whether a JSON document is a list of items, or one."""
    return any("title" in item and ("type" in item or "author" in item or "DOI" in item) for item in _items(data))


def _items(data: object) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        data = data.get("items", [data])
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []


def parse(data: object, text: str, source: str) -> Dump:
    """Read a document that was parsed from ``text``. Raises `UnreadableSource` where it holds no item."""
    lines = json_text.Lines(text)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for item in _items(data):
        line = lines.of(_text(item, "id") or _text(item, "title"))
        entry = _entry(item, source, line)
        if entry is None:
            problems.append(Problem(line, _text(item, "id"), "an item without title and arXiv id"))
        else:
            entries.append(entry)
    if not entries:
        raise UnreadableSource(f"{source}: no item of a paper in this CSL-JSON file")
    return Dump(source, FORMAT, tuple(entries), tuple(problems))


def _text(item: dict[str, Any], *names: str) -> str:
    """The first of these fields that holds a text or a number."""
    for name in names:
        value = item.get(name)
        if isinstance(value, str | int | float) and str(value).strip():
            return str(value).strip()
    return ""


def _entry(item: dict[str, Any], source: str, line: int) -> Entry | None:
    title = collapse(_text(item, "title"))
    places = ("number", "DOI", "URL", "archive_location", "archive-location", "container-title", "note", "genre")
    identifier = find_arxiv_id("", "", *(_text(item, name) for name in places))
    if not title and identifier is None:
        return None
    given = _given(item, identifier)
    return entry(title, collapse(_text(item, "abstract")), identifier, given, source, line)


def _given(item: dict[str, Any], identifier: ArxivId | None) -> Given:
    tags, status, priority = read_keywords(split_keywords(_text(item, "keyword")))
    year = _year(item.get("issued"))
    doi = published_doi(_text(item, "DOI"))
    publisher = _text(item, "publisher")
    reference = journal_reference(
        _text(item, "type"),
        _text(item, "container-title") or (publisher if _text(item, "type") in ("thesis", "report") else ""),
        year,
        genre=_text(item, "genre"),
        volume=_text(item, "volume"),
        number=_text(item, "issue") or _own_number(item),
        pages=_text(item, "page"),
        publisher=publisher,
        series=_text(item, "collection-title"),
        chapter=_text(item, "chapter-number"),
        doi=doi,
    )
    note = own_words(_text(item, "note"), identifier)
    if status is not None and reference is None and note:
        reference, note = collapse(note), ""  # so our own export writes what it cannot take apart
    note = "\n\n".join(filter(None, (note, _text(item, "annote"))))
    people = item.get("author")
    return Given(
        authors=tuple(filter(None, map(_name, people))) if isinstance(people, list) else (),
        year=year,
        doi=doi,
        url=other_url(_text(item, "URL")),
        journal_ref=reference,
        citekey=_text(item, "citation-key", "id") or None,
        tags=tags,
        note=note,
        status=status,
        priority=priority,
    )


def _own_number(item: dict[str, Any]) -> str:
    """A report's number, which stands where other items have their arXiv id."""
    number = _text(item, "number")
    return "" if number.lower().startswith("arxiv:") else number


def _name(person: object) -> Author | None:
    if not isinstance(person, dict):
        return None
    if whole := collapse(_text(person, "literal")):
        return whole_name(whole)
    particles = _text(person, "dropping-particle"), _text(person, "non-dropping-particle")
    family = collapse(" ".join([*particles, _text(person, "family")]))
    given = collapse(_text(person, "given"))
    if not family and not given:
        return None
    return joined_name(family or given, given if family else "", collapse(_text(person, "suffix")))


def _year(issued: object) -> int | None:
    """The year of a CSL date: ``{"date-parts": [[2024, 1, 15]]}``, or a text under ``raw`` or ``literal``."""
    if not isinstance(issued, dict):
        return None
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return year_of(str(parts[0][0]))
    return year_of(_text(issued, "raw", "literal", "year"))
