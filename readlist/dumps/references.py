"""What bibliographies have in common: arXiv ids in odd places, keywords that carry statuses, where a paper appeared."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readlist.identifiers import ArxivId, arxiv_doi, normalise_doi, parse_arxiv_id, search_arxiv_id, stand_in
from readlist.paper import Author, Entry, Given, Status
from readlist.publications import stated_by
from readlist.text import collapse

# ``status:to-read``, ``readlist:reading``, ``priority:2``: what a list of keywords says about reading.
_STATUS = re.compile(
    rf"(?:readlist\s*[-_:/=]\s*)?(?:read[-_ ]?)?status\s*[:=/]\s*(?P<status>{'|'.join(Status)})|"
    rf"readlist\s*[-_:/=]\s*(?P<only>{'|'.join(Status)})",
    re.IGNORECASE,
)
_PRIORITY = re.compile(r"(?:readlist\s*[-_:/=]\s*)?priority\s*[:=/]\s*(?P<priority>[0-3])", re.IGNORECASE)
# A keyword in quotes, in braces that hold all of it (escaped ones are characters), or anything up to a comma.
_WORDS_BY_COMMA = re.compile(
    r'\s*"(?:[^"]|"")*"\s*(?=,|$)|\s*\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{[^{}]*\})*\})*\}\s*(?=,|$)|[^,]+', re.DOTALL
)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"', re.DOTALL)
_DBLP = re.compile(r"abs/(\S+)")
_NO_JOURNAL = re.compile(r"\s*(?:arxiv|corr\b|computing research repository|biorxiv)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
# What arXiv's comment claims of the publication, as our own export prints it; the record says it again.
_CLAIM = re.compile(
    r"(?:(?:accepted|to appear|to be published|published|presented|forthcoming|in press)\b|comment:).{0,150}",
    re.IGNORECASE,
)
#: What BibTeX, biblatex, CSL and RIS call what is no article in a journal or proceedings.
KINDS = {
    "incollection": "chapter", "inbook": "chapter", "chapter": "chapter", "chap": "chapter",
    "book": "book", "mvbook": "book",
    "phdthesis": "phd thesis", "thesis": "phd thesis", "thes": "phd thesis",
    "mastersthesis": "master's thesis", "mathesis": "master's thesis", "masterthesis": "master's thesis",
    "techreport": "report", "report": "report", "rprt": "report",
}  # fmt: skip
_THESES = {"phd thesis": "PhD thesis", "master's thesis": "Master's thesis"}
#: Zotero cuts tags at this length, and so do we.
_LONGEST_TAG = 255


def find_arxiv_id(eprint: str, eprint_type: str, *others: str) -> ArxivId | None:
    """The arXiv id of a reference: its eprint where that is arXiv's (or says nothing else), else any field's.

    ``others``: DOI, addresses, and the places where people and Google Scholar write it (journal, note, volume).
    """
    if eprint and eprint_type.strip().lower() in {"", "arxiv"}:
        found = parse_arxiv_id(eprint) or search_arxiv_id(eprint)
        if found is not None:
            return found
    for text in others:
        dblp = _DBLP.fullmatch(text.strip())
        found = parse_arxiv_id(dblp[1]) if dblp else search_arxiv_id(text)
        if found is not None:
            return found
    return None


def published_doi(text: str) -> str | None:
    """The DOI of a publication; None for nonsense and for arXiv's own, which says no more than the id."""
    doi = normalise_doi(text)
    return None if doi is None or doi.startswith(arxiv_doi("").lower()) else doi


def other_url(text: str) -> str | None:
    """An address that tells more than the arXiv id does."""
    text = text.strip()
    return text if re.match(r"https?://", text) and search_arxiv_id(text) is None else None


def year_of(*texts: str) -> int | None:
    """The first year in any of these texts."""
    for text in texts:
        found = _YEAR.search(text)
        if found:
            return int(found[0])
    return None


def read_keywords(words: Iterable[str]) -> tuple[tuple[str, ...], Status | None, int | None]:
    """Tags, and the read status and priority that travel among them."""
    tags: dict[str, str] = {}
    status: Status | None = None
    priority: int | None = None
    for word in words:
        tag = collapse("".join(c if c.isprintable() else " " for c in word))[:_LONGEST_TAG].rstrip()
        if said := _STATUS.fullmatch(tag):
            status = Status((said["status"] or said["only"]).lower())
        elif said := _PRIORITY.fullmatch(tag):
            priority = int(said["priority"])
        elif tag:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values()), status, priority


def split_keywords(text: str) -> list[str]:
    """Keywords from one field: separated by semicolons where there are any, else by commas, else by lines.

    A comma beside a read status shows our own export, which separates by commas. One in braces or quotes separates
    nothing; the quotes are taken off.
    """
    if not re.search("[,;]", text):
        return text.splitlines()
    words = [_unquoted(word) for word in _WORDS_BY_COMMA.findall(text)]
    ours = any(_STATUS.fullmatch(word.strip()) for word in words)
    return words if ours or ";" not in text else text.split(";")


def _unquoted(word: str) -> str:
    quoted = _QUOTED.fullmatch(word.strip())
    return quoted[1].replace('""', '"') if quoted else word


def journal_reference(
    kind: str,
    venue: str,
    year: int | None,
    *,
    genre: str = "",
    volume: str = "",
    number: str = "",
    pages: str = "",
    publisher: str = "",
    series: str = "",
    chapter: str = "",
    doi: str | None = None,
) -> str | None:
    """Where a paper appeared, written as arXiv's authors do; None where it is only on arXiv, or the DOI says it all.

    ``kind``: a chapter, book, thesis, master's thesis or report, by any of its names in `KINDS`; anything else is in
    ``venue`` as a journal or proceedings. ``genre``: what it calls itself, such as "Master's thesis" or ``mathesis``.
    https://info.arxiv.org/help/prep.html#journal
    """
    kind = kind.strip().lower()
    if kind in ("thesis", "thes") and genre.lower().startswith("ma"):
        kind = "mathesis"
    kind, venue = KINDS.get(kind, ""), collapse(venue)
    if kind == "book":
        return f"{collapse(publisher)}, {year} (book)" if publisher and year else None
    if not venue or _NO_JOURNAL.match(venue):
        return None
    if kind in _THESES:
        return f"{_THESES[kind]}, {venue}" + (f", {year}" if year else "")
    if kind == "report":
        return f"Technical Report {number.strip()}".strip() + f", {venue}" + (f", {year}" if year else "")
    if kind == "chapter" and publisher:
        return _chapter(venue, volume, pages, collapse(publisher), collapse(series), chapter.strip(), year)
    text = _article(venue, volume, number, pages, year)
    stated = stated_by(doi) if doi else None
    if stated and text == _article(
        stated.venue, stated.volume or "", stated.number or "", stated.pages or "", stated.year
    ):
        return None
    return text


def _article(venue: str, volume: str, number: str, pages: str, year: int | None) -> str:
    pages = _span(pages)
    if volume:
        issue = f"({number.strip()})" if number.strip() else ""
        text = f"{venue} {volume.strip()}{issue}"
        text += f", {pages}" if pages else ""
        return text + (f" ({year})" if year else "")
    text = venue + (f", pp. {pages}" if pages else "")
    return text if year is None or str(year) in venue else f"{text}, {year}"


def _chapter(book: str, volume: str, pages: str, publisher: str, series: str, chapter: str, year: int | None) -> str:
    parts = [f"Chapter {chapter} in: {book}" if chapter else f"In: {book}"]
    if volume.strip():
        parts.append(f"{series} vol. {volume.strip()}".strip())
    if pages:
        parts.append(f"pp. {_span(pages)}")
    return ", ".join([*parts, publisher, *([str(year)] if year else [])])


def _span(pages: str) -> str:
    return re.sub(r"\s*[-–—]+\s*", "-", pages.strip())


def entry(
    title: str,
    abstract: str,
    identifier: ArxivId | None,
    given: Given,
    source: str,
    line: int,
    *,
    others: bool = False,
) -> Entry:
    """An entry of a bibliography. ``others``: it has more authors than it names."""
    return Entry(
        title=title or stand_in(identifier.id if identifier else ""),
        abstract=abstract,
        source=source,
        line=line,
        author_count=None if others else len(given.authors) or None,
        arxiv_id=identifier.id if identifier else None,
        given=given,
    )


def own_words(printed: str, identifier: ArxivId | None) -> str:
    """A printed note, unless it only repeats what the comment of the arXiv record claims."""
    return "" if identifier is not None and _CLAIM.fullmatch(collapse(printed)) else printed


def whole_name(name: str) -> Author:
    """A group, or a person with one name."""
    return Author(name, name, "")


def joined_name(family: str, given: str, suffix: str = "") -> Author:
    """A person from the parts of the name."""
    family = f"{family} {suffix}".strip()
    return Author(f"{given} {family}".strip(), family, given) if given else whole_name(family)
