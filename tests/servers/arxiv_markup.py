"""The two markups of the service's feed (section 4 of the contract)."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from readlist.names import split_author_line
from tests.servers.arxiv_index import Row, version_and_dates

_ATOM = "http://www.w3.org/2005/Atom"
_ARXIV = "http://arxiv.org/schemas/atom"
_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def _time(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _wrapped(text: str, width: int) -> str:
    """Wrapped as raw records are, with "\\n  " between the lines."""
    return re.sub(rf"(.{{{width},}}?) ", "\\1\n  ", text)


def _authors(row: Row) -> list[str]:
    # Every paper on arXiv has authors; a few lines of the metadata snapshot lack them.
    return [author.name for author in split_author_line(str(row.get("authors") or "A. Nonymous"))]


def entry(row: Row, markup: str) -> str:
    """One paper."""
    modern = markup == "modern"
    version, published, updated = version_and_dates(row)
    name = f"{row['id']}v{version}"
    scheme = "https" if modern else "http"
    ns = "" if modern else f' xmlns:arxiv="{_ARXIV}"'
    title = " ".join(str(row["title"]).split())
    abstract = " ".join(str(row.get("abstract") or "").split())
    categories = str(row.get("categories") or "").split()
    parts = {
        "id": f"<id>http://arxiv.org/abs/{name}</id>",
        "title": f"<title>{escape(title if modern else _wrapped(title, 60))}</title>",
        "updated": f"<updated>{_time(updated)}</updated>",
        "abs": f'<link href="{scheme}://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>',
        "pdf": f'<link href="{scheme}://arxiv.org/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>',
        "summary": f"<summary>  {escape(_wrapped(abstract, 72))}\n</summary>",
        "categories": "".join(f'<category term={quoteattr(c)} scheme="{_ARXIV}"/>' for c in categories),
        "published": f"<published>{_time(published)}</published>",
        "comment": _element("comment", row.get("comments"), ns),
        "primary": _primary(categories, ns, modern),
        "journal": _element("journal_ref", row.get("journal-ref"), ns),
        "authors": "".join(f"<author><name>{escape(name)}</name></author>" for name in _authors(row)),
        "doi": "".join(_element("doi", doi, ns) for doi in str(row.get("doi") or "").split()),
    }
    order = (
        "id title updated abs pdf summary categories published comment primary journal authors doi"
        if modern
        else "id updated published title summary authors doi comment journal abs pdf primary categories"
    )
    return f"<entry>{''.join(parts[part] for part in order.split())}</entry>"


def _element(name: str, text: object, ns: str) -> str:
    return f"<arxiv:{name}{ns}>{escape(str(text))}</arxiv:{name}>" if text else ""


def _primary(categories: list[str], ns: str, modern: bool) -> str:
    if not categories:
        return ""
    scheme = "" if modern else f' scheme="{_ARXIV}"'
    return f"<arxiv:primary_category{ns} term={quoteattr(categories[0])}{scheme}/>"


def feed(entries: list[str], query: str, *, total: int, start: int, per_page: int, markup: str) -> str:
    """The whole answer."""
    sha = base64.b64encode(hashlib.sha1(query.encode(), usedforsecurity=False).digest()).decode().rstrip("=")
    if markup == "modern":
        counts = (
            f"<opensearch:itemsPerPage>{per_page}</opensearch:itemsPerPage>"
            f"<opensearch:totalResults>{total}</opensearch:totalResults>"
            f"<opensearch:startIndex>{start}</opensearch:startIndex>"
        )
        return (
            f"<?xml version='1.0' encoding='UTF-8'?>\n"
            f'<feed xmlns:opensearch="{_SEARCH}" xmlns:arxiv="{_ARXIV}" xmlns="{_ATOM}">'
            f"<id>https://arxiv.org/api/{sha}</id><title>arXiv Query: {escape(query)}</title>"
            f"<updated>2026-04-12T22:09:36Z</updated>"
            f'<link href={quoteattr("https://arxiv.org/api/query?" + query)} type="application/atom+xml"/>'
            f"{counts}{''.join(entries)}</feed>"
        )
    counts = "".join(
        f'<opensearch:{name} xmlns:opensearch="{_SEARCH}">{value}</opensearch:{name}>'
        for name, value in (("totalResults", total), ("startIndex", start), ("itemsPerPage", per_page))
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="{_ATOM}">\n'
        f'<link href={quoteattr("http://arxiv.org/api/query?" + query)} rel="self" type="application/atom+xml"/>'
        f'<title type="html">ArXiv Query: {escape(query)}</title><id>http://arxiv.org/api/{sha}</id>'
        f"<updated>2024-04-12T00:00:00-04:00</updated>{counts}\n{''.join(entries)}</feed>\n"
    )


def error_feed(message: str, fragment: str, markup: str) -> str:
    """An error as the service words it: a feed of one entry called Error."""
    address = f"https://arxiv.org/api/errors{'#' + fragment if fragment else ''}"
    entry_text = (
        f"<entry><id>{escape(address)}</id><title>Error</title><summary>{escape(message)}</summary>"
        f"<updated>2026-04-12T00:00:00Z</updated>"
        f'<link href={quoteattr(address)} rel="alternate" type="text/html"/>'
        f"<author><name>arXiv api core</name></author></entry>"
    )
    return feed([entry_text], "", total=1, start=0, per_page=1, markup=markup).replace(
        "arXiv Query: ", "arXiv Search Results"
    )
