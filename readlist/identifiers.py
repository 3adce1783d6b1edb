"""arXiv identifiers and DOIs: reading every spelling people use, writing the canonical one.

arXiv scheme: ``YYMM.NNNN`` (April 2007 to 2014), ``YYMM.NNNNN`` (since 2015) and, until March 2007,
``archive/YYMMNNN``, each with an optional ``vN``. https://info.arxiv.org/help/arxiv_identifier.html
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

_MONTH = r"(?:0[1-9]|1[0-2])"
_NEW = rf"(?:(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.\d{{4}}|(?:1[5-9]|[2-9]\d){_MONTH}\.\d{{5}})"
_OLD_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_OLD = rf"(?:{_OLD_ARCHIVES})(?:\.[A-Za-z-]{{2,}})?/(?:(?:9[1-9]|0[0-6]){_MONTH}|070[1-3])\d{{3}}"
#: What looks like an id of today, right or wrong.
_LIKE_NEW = r"(?:arxiv:\s*)?(?P<year>\d{2})(?P<month>\d{2})\.(?P<number>\d{3,6})(?:v\d+)?"
_ID = rf"(?P<id>{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d*))?"
_NAMELESS = rf"(?:{_NEW}|{_OLD})(?:v[1-9]\d*)?(?!\d)"
_BARE = rf"(?:arxiv:\s*)?{_ID}"
_IN_URL = (
    rf"(?:https?://)?(?:[\w.-]+\.)?(?:arxiv\.org|alphaxiv\.org|huggingface\.co|hf\.co|ar5iv\.org)"
    rf"/(?:abs|pdf|html|format|e-print|src|(?:api/)?papers|overview|resources)/{_ID}(?:\.pdf)?/?(?:[?#].*)?"
)
_IN_DOI = rf"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.{_ID}"
_NAMED = (
    rf"(?:https?://)?(?:[\w.-]+\.)?(?:arxiv|alphaxiv|ar5iv)\.org/(?:abs|pdf|html|format|e-print|src|overview|resources)/"
    rf"{_NAMELESS}|(?:https?://)?(?:huggingface|hf)\.co/(?:api/)?papers/{_NAMELESS}|"
    rf"10\.48550/arxiv\.{_NAMELESS}|"
    rf"\barxiv:\s*{_NAMELESS}"
)
_SUBJECT_CLASS = re.compile(r"^([a-z-]+)\.[A-Za-z-]{2,}/")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


class ArxivId(NamedTuple):
    """An arXiv identifier without its version, and the version where one was given."""

    id: str
    version: int | None = None

    def __str__(self) -> str:
        return self.id if self.version is None else f"{self.id}v{self.version}"


@cache
def _spellings() -> tuple[re.Pattern[str], ...]:
    """Compiled when the first id is read: readlist starts without any."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (_BARE, _IN_URL, _IN_DOI))


@cache
def _named() -> re.Pattern[str]:
    return re.compile(_NAMED, re.IGNORECASE)


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read an arXiv id from an id, an ``arXiv:`` name, a URL or an arXiv DOI; None when it is none.

    The subject class of old identifiers (``math.GT/0309136``) is dropped: the canonical form has none.
    """
    text = text.strip()
    for pattern in _spellings():
        found = pattern.fullmatch(text)
        if found:
            identifier = found["id"].lower()
            identifier = _SUBJECT_CLASS.sub(r"\1/", identifier)
            return ArxivId(identifier, int(found["version"]) if found["version"] else None)
    return None


def search_arxiv_id(text: str) -> ArxivId | None:
    """The first arXiv id that a text names as one (``arXiv:2401.07519``, a URL, an arXiv DOI); None without any."""
    found = _named().search(text)
    return parse_arxiv_id(found[0].rstrip(".")) if found else None


def slip_in(text: str) -> str | None:
    """What is wrong with a text that looks like an arXiv id and is none, in a sentence; None for any other text."""
    found = re.fullmatch(_LIKE_NEW, text.strip(), re.IGNORECASE | re.ASCII)
    if found is None or parse_arxiv_id(text) is not None:
        return None
    if not 1 <= int(found["month"]) <= 12:
        return f"no arXiv id: there is no month {found['month']}"
    if found["year"] + found["month"] < "0704":
        return "no arXiv id: before April 2007 they look like hep-th/9901001"
    digits = "four" if int(found["year"]) < 15 else "five"
    return f"no arXiv id: those of 20{found['year']} have {digits} digits behind the point"


def still_to_come(arxiv_id: str, today: date) -> bool:
    """Whether an id is of a month that has not begun, the next one excepted: somewhere it may have begun already."""
    year, month = year_and_month(arxiv_id)
    return year * 12 + month > today.year * 12 + today.month + 1


def year_and_month(arxiv_id: str) -> tuple[int, int]:
    """Year and month in which an arXiv id was given out: ``2401.07519`` is (2024, 1), ``math/9912001`` (1999, 12)."""
    digits = arxiv_id.rpartition("/")[2]
    short_year, month = int(digits[:2]), int(digits[2:4])
    return (1900 if short_year >= 91 else 2000) + short_year, month


def stand_in(arxiv_id: str) -> str:
    """The title of a paper of which nothing but its id is known."""
    return f"arXiv:{arxiv_id}"


def abs_url(arxiv_id: str) -> str:
    """The abstract page of a paper."""
    return f"https://arxiv.org/abs/{arxiv_id}"


def pdf_url(arxiv_id: str) -> str:
    """The PDF of a paper's current version."""
    return f"https://arxiv.org/pdf/{arxiv_id}"


def arxiv_doi(arxiv_id: str) -> str:
    """The DataCite DOI that arXiv gives each of its papers."""
    return f"10.48550/arXiv.{arxiv_id}"


def normalise_doi(text: str) -> str | None:
    """A DOI without resolver or prefix, lower case (DOIs compare without case); None when it is none."""
    found = _DOI.fullmatch(text.strip())
    return found[1].rstrip(".,;").lower() if found else None


def host_of(url: str) -> str:
    """The host that an address names as the network knows it: lower case, no dot at the end. Empty where there is none.

    https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    try:
        return host.encode("idna").decode("ascii").rstrip(".").lower()
    except UnicodeError:  # no name that could be asked for
        return host


def on_arxiv(url: str) -> bool:
    """Whether an address is one of arXiv's own services, which share one limit on requests."""
    host = host_of(url)
    return host == "arxiv.org" or host.endswith(".arxiv.org")
