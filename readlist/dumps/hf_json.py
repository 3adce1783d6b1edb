"""Hugging Face's daily papers as JSON: answers of ``/api/daily_papers`` and ``/api/papers/ID``, and what pages hold.

https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from readlist.dumps import json_text
from readlist.dumps.source import Dump, Problem
from readlist.errors import UnreadableSource
from readlist.identifiers import parse_arxiv_id, stand_in
from readlist.paper import Entry, ListedDate, Organisation
from readlist.text import collapse

FORMAT = "hf-json"

_LISTS = ("dailyPapers", "papers", "daily_papers", "items")


def looks_like(data: object) -> bool:
    """Whether a JSON document holds papers as Hugging Face tells of them."""
    return any("summary" in paper or item is not paper for item, paper in _items(data))


def _items(data: object) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each item of a listing with the paper in it; a paper that stands alone is both."""
    if isinstance(data, dict):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), [data])
    for item in data if isinstance(data, list) else []:
        if isinstance(item, dict):
            paper = item.get("paper")
            if isinstance(paper, dict):
                yield item, paper
            elif "id" in item and ("title" in item or "summary" in item):
                yield item, item


def parse(data: object, text: str, source: str, listed: date | None = None) -> Dump:
    """Read a document that was parsed from ``text``.

    ``listed``: the listing's day, where the papers do not tell it. Raises `UnreadableSource` where it holds no paper.
    """
    lines = json_text.Lines(text)
    entries, problems = read(data, source, lines, listed)
    if not entries:
        why = f": line {problems[0].line}: {problems[0].why}" if problems else ""
        raise UnreadableSource(f"{source}: no paper in this JSON{why}")
    return Dump(source, FORMAT, tuple(entries), tuple(problems))


def read(
    data: object, source: str, lines: json_text.Lines | None, listed: date | None = None
) -> tuple[list[Entry], list[Problem]]:
    """The papers of a document, and what in it is none; without ``lines`` everything stands on line 1."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for item, paper in _items(data):
        line = lines.of(_text(paper, "id")) if lines else 1
        entry = _entry(item, paper, source, line, listed)
        if entry is None:
            problems.append(Problem(line, _text(paper, "id"), "a paper without arXiv id and title"))
        else:
            entries.append(entry)
    return entries, problems


def _entry(item: dict[str, Any], paper: dict[str, Any], source: str, line: int, listed: date | None) -> Entry | None:
    identifier = parse_arxiv_id(_text(paper, "id"))
    title = _text(paper, "title") or _text(item, "title")
    if identifier is None and not title:
        return None
    authors = paper.get("authors")
    listing = _day(paper.get("submittedOnDailyAt")) or (ListedDate.of_day(listed) if listed else None)
    comments = item.get("numComments")
    return Entry(
        title=title or stand_in(identifier.id if identifier else ""),
        abstract=_text(paper, "summary") or _text(item, "summary"),
        source=source,
        line=line,
        author_count=len(authors) or None if isinstance(authors, list) else None,
        organisation=_organisation(item.get("organization") or paper.get("organization")),
        date=_day(paper.get("publishedAt")),
        comments=comments if isinstance(comments, int) and not isinstance(comments, bool) else None,
        listing=listing,
        arxiv_id=identifier.id if identifier else None,
    )


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return collapse(value) if isinstance(value, str) else ""


def _organisation(value: object) -> Organisation | None:
    if not isinstance(value, dict):
        return None
    handle = _text(value, "name")
    return Organisation(handle, _text(value, "fullname") or None) if handle else None


def _day(value: object) -> ListedDate | None:
    """The day (in UTC) of a time such as ``2026-11-19T00:00:00.000Z``."""
    if not isinstance(value, str):
        return None
    try:
        return ListedDate.of_day(datetime.fromisoformat(value).date())
    except ValueError:
        return None
