"""Web pages: Hugging Face's papers of a day, one paper's page, and arXiv's listings, saved or fetched.

Pages change their markup, but each paper keeps its address: papers are found by the links to them, and by the data
that Hugging Face's pages carry for their own scripts where it is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from readlist.dumps import hf_json
from readlist.dumps.source import Dump
from readlist.errors import UnreadableSource
from readlist.identifiers import parse_arxiv_id, stand_in
from readlist.paper import Entry, ListedDate
from readlist.text import collapse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

FORMAT = "hf-html"
#: What a page of arXiv's is called: it is nothing but a list of ids with their titles.
ARXIV_FORMAT = "ids"

_LOOKS = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)")
_PAPER_LINK = re.compile(r"(?:https?://[^/]+)?/papers/([^/?#]+)(?P<rest>[?#].*)?")
_ARXIV_LINK = re.compile(r"(?:https?://(?:[\w.-]+\.)?arxiv\.org)?/abs/([^?#]+)")
_DAY = re.compile(r"/papers/date/(\d{4}-\d{2}-\d{2})")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})


def looks_like(text: str) -> bool:
    """Whether a text is a web page."""
    return _LOOKS.match(text) is not None


def parse(text: str, source: str, *, listed: date | None = None, address: str = "") -> Dump:
    """Read a page; ``address`` is where it was fetched from. Raises `UnreadableSource` where it names no paper."""
    from lxml import html
    from lxml.etree import ParserError

    try:
        # A declared encoding contradicts text that is decoded already.
        page: HtmlElement = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (ParserError, ValueError) as error:
        raise UnreadableSource(f"{source}: this page cannot be read: {error}") from None
    where = _addresses(text, page, address)
    listing = _listing(where, listed)
    single = next((one for place in where if (one := _paper_id(place)) is not None), None)
    entries, name = _embedded(page, source, single, listing), FORMAT
    if not entries and single is not None:
        entries = [_single(page, single, source)]
    if not entries:
        entries = list(_linked(page, source, listing))
    if not entries:
        entries, name = list(_arxiv(page, source)), ARXIV_FORMAT
    if not entries:
        raise UnreadableSource(
            f"{source}: no link to a paper on this page; save a page of Hugging Face's papers or an arXiv listing"
        )
    return Dump(source, name, tuple(entries))


def _addresses(text: str, page: HtmlElement, address: str) -> list[str]:
    """Where the page says that it is from, the surest first."""
    found = [address] if address else []
    found += page.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    saved = _SAVED_FROM.search(text[:2000])
    return [*found, *([saved[1]] if saved else [])]


def _listing(where: list[str], listed: date | None) -> ListedDate | None:
    for place in where:
        found = _DAY.search(place)
        if found:
            try:
                listed = date.fromisoformat(found[1])
            except ValueError:
                continue
            break
    return ListedDate.of_day(listed) if listed else None


def _paper_id(address: str) -> str | None:
    found = _PAPER_LINK.fullmatch(address.strip())
    identifier = parse_arxiv_id(found[1]) if found else None
    return identifier.id if identifier else None


def _embedded(page: HtmlElement, source: str, single: str | None, listing: ListedDate | None) -> list[Entry]:
    """The papers in the data that the page carries for its scripts; of a paper's page only that paper."""
    best: list[Entry] = []
    for text in page.xpath("//@data-props"):
        try:
            data = json.loads(text)
        except ValueError:
            continue
        lists = data.get("dailyPapers") if isinstance(data, dict) else None
        found = data if isinstance(lists, list) else _wrapped(data)
        entries, _ = hf_json.read(found, source, None, listing.date if listing else None)
        if single is not None:
            entries = [entry for entry in entries if entry.arxiv_id == single][:1]
        best = entries if len(entries) > len(best) else best
    return best


def _wrapped(data: object) -> list[dict[str, Any]]:
    """``{"paper": {…}}``, as a paper's page has it."""
    return [data] if isinstance(data, dict) and isinstance(data.get("paper"), dict) else []


def _single(page: HtmlElement, arxiv_id: str, source: str) -> Entry:
    headings = page.xpath("//h1")
    title = _words(headings[0]) if headings else ""
    return _entry(arxiv_id, title, _meta_abstract(page), source, headings[0].sourceline if headings else 1)


def _meta_abstract(page: HtmlElement) -> str:
    """What stands under the heading "Abstract": its longest paragraph."""
    for heading in page.xpath("//h2 | //h3"):
        if _words(heading).lower() == "abstract" and heading.getparent() is not None:
            return max((_words(one) for one in heading.getparent().xpath(".//p")), key=len, default="")
    return ""


def _linked(page: HtmlElement, source: str, listing: ListedDate | None) -> Iterator[Entry]:
    """A paper for each address of one that the page links to, in order; its title is the text of the link.

    A title stands in a heading; other links to the same paper (picture, comments) have less to say.
    """
    found: dict[str, tuple[tuple[bool, int], str, int]] = {}
    for link in page.iter("a"):
        arxiv_id = _paper_id(link.get("href") or "")
        if arxiv_id is None:
            continue
        text = _words(link)
        heading = any(parent.tag in _HEADINGS for parent in link.iterancestors())
        rank = (heading, len(text)) if "#" not in (link.get("href") or "") else (False, 0)
        if arxiv_id not in found or rank > found[arxiv_id][0]:
            title = text if heading or (len(text) > 3 and rank[1]) else ""
            found[arxiv_id] = (rank, title, link.sourceline or 1)
    for arxiv_id, (_, title, line) in found.items():
        yield _entry(arxiv_id, title, "", source, line, listing)


def _arxiv(page: HtmlElement, source: str) -> Iterator[Entry]:
    """The papers of an arXiv listing: links to abstract pages, titles and abstracts in the definition below."""
    seen: set[str] = set()
    for link in page.iter("a"):
        found = _ARXIV_LINK.fullmatch(link.get("href") or "")
        identifier = parse_arxiv_id(found[1]) if found else None
        if identifier is None or identifier.id in seen:
            continue
        seen.add(identifier.id)
        term = next((parent for parent in link.iterancestors() if parent.tag == "dt"), None)
        below = term.getnext() if term is not None else None
        title = abstract = ""
        if below is not None and below.tag == "dd":
            titles = below.xpath(".//*[contains(@class, 'list-title')]")
            title = _words(titles[0]).removeprefix("Title:").strip() if titles else ""
            abstract = max((_words(one) for one in below.xpath(".//p")), key=len, default="")
        yield _entry(identifier.id, title, abstract, source, link.sourceline or 1)


def _words(element: HtmlElement) -> str:
    return collapse(str(element.text_content()))


def _entry(
    arxiv_id: str, title: str, abstract: str, source: str, line: int | None, listing: ListedDate | None = None
) -> Entry:
    return Entry(title or stand_in(arxiv_id), abstract, source, line or 1, listing=listing, arxiv_id=arxiv_id)
