"""The XML of the OAI-PMH server, in the shape of arXiv's templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from readlist.names import split_author_line
from tests.servers.arxiv_index import Row

#: Whose date ``created`` is: that of the first version as the schema says, or of the current one as the code does.
Created = Literal["first", "current"]

_NAMESPACES = {
    "arXiv": "http://arxiv.org/OAI/arXiv/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "arXivRaw": "http://arxiv.org/OAI/arXivRaw/",
    "arXivOld": "http://arxiv.org/OAI/arXivOld/",
}
FORMATS = frozenset(_NAMESPACES)
PREFIX = "oai:arXiv.org:"


def document(url: str, inner: str, parameters: Mapping[str, str]) -> str:
    """A whole answer."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in parameters.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
        '         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
        f"    <responseDate>2026-11-20T09:00:00Z</responseDate>\n    <request{attributes}>{escape(url)}</request>\n"
        f"{inner}\n</OAI-PMH>"
    )


def error(code: str, text: str) -> str:
    """An error, which comes with status 200."""
    return f"    <error code={quoteattr(code)}>{escape(text)}</error>"


def token_element(token: str, expires: date | None) -> str:
    """The token of the next page, or the empty element of the last one."""
    if not token:
        return "        <resumptionToken/>"
    return f"        <resumptionToken expirationDate='{expires}T00:00:00Z'>{escape(token)}</resumptionToken>"


def header(row: Row) -> str:
    """A record's header; ``deleted`` records have nothing else."""
    status = ' status="deleted"' if row.get("deleted") else ""
    sets = "".join(
        f"<setSpec>{escape(c.replace('.', ':'))}</setSpec>" for c in str(row.get("categories") or "").split()
    )
    return (
        f"<header{status}><identifier>{escape(row.get('identifier') or PREFIX + row['id'])}</identifier>"
        f"<datestamp>{row['update_date']}</datestamp>{sets}</header>"
    )


def record(row: Row, prefix: str, created: Created) -> str:
    """One record in a format; those other than ``arXiv`` are not spelled out."""
    if row.get("deleted"):
        return f"        <record>{header(row)}</record>"
    inner = _arxiv(row, created) if prefix == "arXiv" else f"<id>{escape(row['id'])}</id>"
    tag = "oai_dc:dc" if prefix == "oai_dc" else prefix
    namespace = f"xmlns{':oai_dc' if prefix == 'oai_dc' else ''}={quoteattr(_NAMESPACES[prefix])}"
    return f"        <record>{header(row)}<metadata><{tag} {namespace}>{inner}</{tag}></metadata></record>"


def _arxiv(row: Row, created: Created) -> str:
    days = [parsedate_to_datetime(version["created"]).date() for version in row.get("versions") or []]
    parts = [("id", row["id"])]
    if days:
        parts.append(("created", str(days[0] if created == "first" else days[-1])))
    if len(days) > 1:
        parts.append(("updated", str(days[-1])))
    body = "".join(_element(name, value) for name, value in parts)
    body += "<authors>" + "".join(_author(*parts) for parts in _names(row)) + "</authors>"
    names = ("title", "categories", "comments", "report-no", "journal-ref", "doi", "license", "abstract")
    return body + "".join(_element(name, row[name]) for name in names if row.get(name))


def _names(row: Row) -> Iterable[tuple[str, str, str]]:
    if row.get("authors_parsed"):
        return [(*parts[:3], "", "", "")[:3] for parts in row["authors_parsed"]]
    return [(author.family, author.given, "") for author in split_author_line(row.get("authors") or "")]


def _author(family: str, given: str, suffix: str) -> str:
    parts = (("keyname", family), ("forenames", given), ("suffix", suffix))
    return "<author>" + "".join(_element(name, value) for name, value in parts if value) + "</author>"


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>"
