"""What bibliographies have in common: arXiv ids in odd places, keywords that carry statuses, where a paper appeared."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readlist.identifiers import ArxivId, arxiv_doi, normalise_doi, parse_arxiv_id, search_arxiv_id
from readlist.paper import Author, Status
from readlist.text import collapse

# ``status:to-read``, ``readlist:reading``, ``priority:2``: what a list of keywords says about reading.
_STATUS = re.compile(
    rf"(?:readlist\s*[-_:/=]\s*)?(?:read[-_ ]?)?status\s*[:=/]\s*(?P<status>{'|'.join(Status)})|"
    rf"readlist\s*[-_:/=]\s*(?P<only>{'|'.join(Status)})",
    re.IGNORECASE,
)
_PRIORITY = re.compile(r"(?:readlist\s*[-_:/=]\s*)?priority\s*[:=/]\s*(?P<priority>[0-3])", re.IGNORECASE)
_DBLP = re.compile(r"abs/(\S+)")
_NO_JOURNAL = re.compile(r"\s*(?:arxiv|corr\b|computing research repository|biorxiv)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
# What arXiv's comment claims of the publication, as our own export prints it; the record says it again.
_CLAIM = re.compile(
    r"(?:(?:accepted|to appear|to be published|published|presented|forthcoming|in press)\b|comment:).{0,150}",
    re.IGNORECASE,
)
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

    A comma beside a read status shows our own export, which separates by commas.
    """
    if not re.search("[,;]", text):
        return text.splitlines()
    words = text.split(",")
    ours = any(_STATUS.fullmatch(word.strip()) for word in words)
    return words if ours or ";" not in text else text.split(";")


def journal_reference(venue: str, volume: str, number: str, pages: str, year: int | None) -> str | None:
    """Where a paper appeared, written as arXiv's authors do; None where it is only on arXiv.

    https://info.arxiv.org/help/prep.html#journal
    """
    venue = collapse(venue)
    if not venue or _NO_JOURNAL.match(venue):
        return None
    pages = re.sub(r"\s*[-–—]+\s*", "-", pages.strip())
    if volume:
        issue = f"({number.strip()})" if number.strip() else ""
        text = f"{venue} {volume.strip()}{issue}"
        text += f", {pages}" if pages else ""
        return text + (f" ({year})" if year else "")
    text = venue + (f", pp. {pages}" if pages else "")
    return text if year is None or str(year) in venue else f"{text}, {year}"


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
