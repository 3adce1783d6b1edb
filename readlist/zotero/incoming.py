"""What an item says, in the words of the list: what changed of a paper, or a paper that the list lacks. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from readlist.identifiers import normalise_doi, parse_arxiv_id
from readlist.paper import Author, Entry, Given, Paper, Revision, Status, day_or_none
from readlist.zotero import extra as extra_lines
from readlist.zotero import mapping
from readlist.zotero.state import Fields

_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# What Zotero's titles may hold: https://www.zotero.org/support/kb/rich_text_bibliography
_RICH = re.compile(r"</?(?:i|b|em|strong|sub|sup|span)\b[^<>]*>", re.IGNORECASE)
_ARXIV_DOI = "10.48550/"


def revision(names: Collection[str], paper: Paper, data: Fields, there: Fields) -> tuple[Revision, frozenset[str]]:
    """What an item says of the fields ``names``, and those of them that a list can say too.

    An address or a date that follows from an arXiv id is nobody's wording, and a text that was emptied tells nothing:
    there the two sides may differ. Tags are no part of this; they are merged as sets.
    """
    values: dict[str, object] = {}
    taken: set[str] = set()
    for name in names:
        found = _value(name, paper, data, there)
        if found:
            values |= found
            taken.add(name)
    return Revision(**values), frozenset(taken)  # type: ignore[arg-type]


def _value(name: str, paper: Paper, data: Fields, there: Fields) -> dict[str, object]:
    text = str(there.get(name))
    found: dict[str, object] = {}
    match name:
        case "title":
            found = {"title": plain_title(text)}
        case "authors":
            found = {"authors": authors(data)}
        case "citekey":
            found = {"citekey": _citekey(text)}
        case "abstract":
            return {"abstract": text}
        case "url":
            return {"url": text} if paper.arxiv_id is None and not parse_arxiv_id(text) else {}
        case "doi":
            return _doi(text)
        case "date":
            return _date(text, paper)
        case "status":
            return _status(data, there)
    return found if all(found.values()) else {}


def plain_title(text: str) -> str:
    """A title without Zotero's markup for italics and the like."""
    return " ".join(_RICH.sub("", text).split())


def _citekey(text: str) -> str:
    """A key that a bibliography can hold; empty for any other."""
    return "" if re.search(r"[\s,{}]", text) else text


def _doi(text: str) -> dict[str, object]:
    doi = normalise_doi(text)
    if doi is not None and not doi.lower().startswith(_ARXIV_DOI):
        return {"doi": doi}
    return {"doi": ""} if not text or doi else {}


def _date(text: str, paper: Paper) -> dict[str, object]:
    day = _day(text)
    if paper.arxiv_id is not None or paper.published is not None:
        return {"published": day} if day else {}
    found = _YEAR.search(text)
    return {"year": int(found[1])} if found else {}


def _day(text: str) -> date | None:
    found = _DAY.match(text.strip())
    return day_or_none(int(found[1]), int(found[2]), int(found[3])) if found else None


def _status(data: Fields, there: Fields) -> dict[str, object]:
    if there["status"] not in set(Status):
        return {}  # the plugin knows a name of the person's own, or says nothing
    changed = extra_lines.read_status_date(str(data.get("extra") or ""))
    return {"status": Status(str(there["status"])), "status_changed": changed}


def authors(data: Fields) -> tuple[Author, ...]:
    """The authors among an item's creators."""
    creators = data.get("creators")
    rows = creators if isinstance(creators, list) else []
    return tuple(_author(row) for row in rows if isinstance(row, dict) and row.get("creatorType") == "author")


def _author(row: Mapping[str, object]) -> Author:
    if name := str(row.get("name") or ""):
        return Author(name, name, "")
    family, given = str(row.get("lastName") or ""), str(row.get("firstName") or "")
    return Author(f"{given} {family}".strip(), family or given, given if family else "")


def entry(data: Fields, there: Fields, *, source: str, arxiv_id: str | None, note: str) -> Entry:
    """An item as an entry of the list: what `readlist import` would make of it."""
    text = str(data.get("date") or "")
    year = _YEAR.search(text)
    doi = _doi(str(data.get("DOI") or "")).get("doi") or None
    url = str(data.get("url") or "")
    status = _status(data, there).get("status")
    return Entry(
        title=plain_title(str(data.get("title") or "")),
        abstract=str(data.get("abstractNote") or ""),
        source=source,
        line=1,
        arxiv_id=arxiv_id,
        given=Given(
            authors=authors(data),
            year=int(year[1]) if year else None,
            doi=str(doi) if doi else None,
            url=url if url and not parse_arxiv_id(url) else None,
            journal_ref=_journal(data),
            citekey=_citekey(str(there["citekey"])) or None,
            tags=tuple(mapping.strings(there["tags"])),
            note=note,
            status=status if isinstance(status, Status) else None,
        ),
    )


def _journal(data: Fields) -> str | None:
    """Where it was published, in the words of a reference; None for a preprint."""

    def text(*names: str) -> str:
        return next((str(data[name]) for name in names if data.get(name)), "")

    venue = text("publicationTitle", "proceedingsTitle", "conferenceName", "bookTitle")
    if not venue:
        return None
    volume, issue, pages = text("volume"), text("issue"), text("pages")
    parts = [venue + (f" {volume}" if volume else "") + (f"({issue})" if issue else "")]
    parts += [f"pp. {pages}"] if pages else []
    year = _YEAR.search(text("date"))
    return ", ".join(parts) + (f" ({year[1]})" if year else "")
