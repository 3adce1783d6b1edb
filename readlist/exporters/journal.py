"""Journal references: the free text in which arXiv's authors say where a paper appeared.

arXiv asks for "journal name, volume, year, pages" and checks nothing
(https://info.arxiv.org/help/prep.html#journal). What cannot be read with certainty is None: a bibliography with a note
is right, one with an invented venue is wrong.
"""

from __future__ import annotations

import re
from typing import Literal

from readlist.exporters.books import SERIES, read_book, read_chapter, read_report, read_thesis
from readlist.exporters.reference_parts import DASH, PAGE, PAGES, VOLUME, YEAR, only_year, span_of, tidy
from readlist.paper import Paper
from readlist.publications import Reference, stated_by
from readlist.text import collapse

_NUMBER = re.compile(r"\b(?:no|nr|number|issue|iss)\b\.?\s*:?\s*(?P<number>\d+(?:[-–]\d+)?)(?!\w)", re.IGNORECASE)
_CONFERENCE = re.compile(
    r"\b(?i:proc(?:\.|eedings?\b)|conf(?:\.|erence\b)|symposium|symp\.|workshops?\b|congress)|"
    r"\b(?:AAAI|AAMAS|ACCV|ACL|AISTATS|BMVC|CHI|CIKM|CoRL|COLING|COLM|COLT|CVPR|CVPRW|EACL|ECAI|ECCV|ECML|EMNLP|FOCS|FSE|ICASSP|"
    r"ICCV|ICCVW|ICDE|ICDM|ICIP|ICLR|ICML|ICRA|ICSE|ICME|IJCAI|INTERSPEECH|IROS|ISIT|ISMAR|KDD|MICCAI|MLSys|NAACL|"
    r"NeurIPS|NIPS|PODC|RSS|SIGGRAPH|SIGIR|SIGMOD|SODA|STOC|UAI|UIST|WACV|WSDM|WWW)\b",
)
_PART_OF_CONFERENCE = re.compile(r"\b(?:workshops?|track|companion|demos?|demonstrations?|posters?)\b", re.IGNORECASE)
# Journals whose names hold such a word.
_NOT_CONFERENCE = re.compile(
    r"^(?:Proc(?:eedings|\.)? (?:of (?:the )?)?(?:Machine Learning Research|IEEE|Nat|Roy|R\.|London|Lond|Amer|Am\.)"
    r"(?!.*Conf))",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:(?:to appear|accepted|published|presented|appeared|appears|forthcoming)\b(?:\s+(?:in|at|by|for|to))?\s*:?|"
    r"in\s*:?)\s+",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:submitted|under review|to be submitted|in preparation|preprint|arxiv|thesis|report|et al)\b", re.IGNORECASE
)

# Phys.Rev.D83:063512,2011 · Phys. Rev. D 83 (2011) 063512 · Nature 521, 436-444 (2015) · J. Math. Phys. 45 (2004) 1-20
_NAME = r"(?P<venue>[A-Z][^\d;]*?[A-Za-z.)])"
_VOL = r"(?P<volume>(?:(?<![A-Za-z])[A-Z]\s?)?\d{1,4}[A-Z]?)"
_NUM = (
    r"(?:\s*\((?P<number>\d{1,3}(?:[-–/]\d{1,3})?)\)|\s*,?\s*(?:no|issue)\.?\s*(?P<number2>\d{1,3})|"
    r"\.(?P<number3>\d{1,2})(?=\s*\())?"
)
_YR = r"(?P<year>(?:19|20)\d\d)"
_BARE_YR = r"(?P<year2>(?:19|20)\d\d)"
_PP = rf"(?P<pages>{PAGE}(?:{DASH}{PAGE})?)"
_ARTICLES = [
    re.compile(rf"{_NAME}(?: \(\d\))?,?\s*{_VOL}\s*\({_YR}\),?\s*no\.\s*(?P<number>\d+),\s*(?:pp?\.\s*)?{_PP}"),
    re.compile(rf"{_NAME},?\s*{_VOL}{_NUM}\s*[:,]\s*(?:pp?\.\s*)?{_PP}\s*[,(]\s*{_YR}\)?"),
    re.compile(rf"{_NAME},?\s*{_VOL}{_NUM}\s*[,:]?\s*\({_YR}\)\s*[,:]?\s*(?:pp?\.\s*)?{_PP}"),
    re.compile(rf"{_NAME},?\s*(?:\({_YR}\)\s*[,;:]?|{_BARE_YR}\s*[,;:])\s*{_VOL}{_NUM}\s*[:,]\s*(?:pp?\.\s*)?{_PP}"),
    re.compile(rf"{_NAME},?\s*{_VOL}{_NUM}\s*[,:]?\s*\(?{_YR}\)?"),
]
# No volume: a journal only if its name says so.
_JOURNAL_AND_YEAR = re.compile(
    rf"(?P<venue>(?=.*\b(?:Journal|Transactions|Letters|Reviews?|Annals|Magazine)\b)[A-Z][^\d.;:(]+?),?\s*\(?(?:\d{{1,2}}/)?{_YR}\)?"
)
_SPLIT_SERIES = re.compile(r"^(?P<venue>.*[a-z.])\s*(?P<series>[A-Z])$")


def read_reference(text: str, doi: str | None = None) -> Reference | None:
    """What a journal reference says, or None where it cannot be read for sure (no year, no venue, two venues).

    ``doi``: the publication's, which may tell that it is a book or a chapter of one.
    """
    whole = collapse(text).split(";")[0].strip().rstrip(".,")
    text = _PREFIX.sub("", whole)
    if not text:
        return None
    found = read_thesis(text) or read_report(text)
    if found is not None or _UNSURE.search(text):
        return found
    if _CONFERENCE.search(text) and not _NOT_CONFERENCE.search(text):
        return _conference(text)
    return read_chapter(whole, doi) or read_book(text, doi) or _journal(text)


def _journal(text: str) -> Reference | None:
    if SERIES.search(text):
        return None  # a volume of a series of books, and which paper of it is not said
    for pattern in _ARTICLES:
        found = pattern.fullmatch(text)
        if found:
            return _article(found)
    return _labelled(text)


_ACCEPTED = re.compile(
    r"(?<!not )(?<!been )\b(?:accepted|to appear|to be published|published|presented|forthcoming|in press)\b",
    re.IGNORECASE,
)
# Where the clause ends: at a sign, an address, or what begins anew with a word or a number ("Phys. Rev. D" goes on).
_CLAUSE_END = re.compile(
    r"[;\n]|,(?!\s*(?:[A-Z][a-z]+,? (?:and|&)\s|(?:19|20)\d\d\b))|\(?https?:|\.\s+(?=[A-Z][a-z]+\s|\d)|"
    r"\s(?=(?:The )?(?:Code|Project|Website|Webpage|Github|Data|Dataset)\b)"
)
_PLACE_NAMED = re.compile(r"\b(?:in|by|to|at|for|on|as)\s+(?:the\s+|an?\s+)?(?=[A-Z])")


def accepted(comment: str) -> str | None:
    """What authors say in a comment of where their paper is to appear, in their words; None where they name no place.

    It is a claim that nobody checked: good for a note, no reference.
    """
    if not comment:
        return None
    comment = collapse(comment)
    found = _ACCEPTED.search(comment)
    start = found.start() if found else 0
    end = _CLAUSE_END.search(comment, found.end() if found else 0)
    clause = comment[start : end.start() if end else len(comment)].strip(" .:(")
    clause += ")" * (clause.count("(") - clause.count(")"))
    named = _PLACE_NAMED.search(clause) if found else _CONFERENCE.match(clause) and YEAR.search(clause)
    if not named or len(clause) > 120 or _UNSURE.search(clause):
        return None
    return clause[0].upper() + clause[1:] if found else f"Comment: {clause}"


def reference_of(paper: Paper, *, claimed: bool = False) -> Reference | None:
    """Where a paper appeared, if that is known well enough: by its journal reference, or by a DOI that says it.

    ``claimed``: a comment that names a venue is believed.
    """
    if paper.journal_ref is None and paper.doi is None and not claimed:
        return None
    found = read_reference(paper.journal_ref, paper.doi) if paper.journal_ref else None
    found = found or _stated(paper)
    if found is not None or paper.journal_ref is not None:
        return found
    clause = accepted(paper.comment or "") if claimed else None
    if clause is None:
        return None
    place = _PLACE_NAMED.search(clause)
    return read_reference(clause.removeprefix("Comment: ")[place.end() if place else 0 :])


def _stated(paper: Paper) -> Reference | None:
    """What the DOI says, unless a person who added the paper gave it another year."""
    stated = stated_by(paper.doi) if paper.doi else None
    by_hand = paper.arxiv_id is None and paper.year is not None
    return None if stated is not None and by_hand and stated.year != paper.year else stated


def printed_note(paper: Paper, reference: Reference | None) -> str:
    """What is said of the publication and no field can take: a reference that cannot be read, or a claim."""
    if reference is not None:
        return ""
    return collapse(paper.journal_ref or "") or accepted(paper.comment or "") or ""


def _article(found: re.Match[str]) -> Reference | None:
    groups = found.groupdict()
    venue, volume = groups["venue"], groups["volume"].replace(" ", "")
    series = _SPLIT_SERIES.match(venue)
    if series and "." in venue and volume[0].isdigit():  # Phys.Rev.D83 is volume 83 of Phys. Rev. D
        venue = f"{series['venue']} {series['series']}"
    elif volume[0].isalpha():
        venue, volume = f"{venue} {volume[0]}", volume[1:]
    number = groups["number"] or groups.get("number2") or groups.get("number3")
    return _reference("article", venue, int(groups["year"] or groups["year2"]), volume, number, groups.get("pages"))


def _labelled(text: str) -> Reference | None:
    """``Journal of X, vol. 7, no. 2, pp. 1-9, April 2022``: the parts say what they are, in any order."""
    volume, number, pages = VOLUME.search(text), _NUMBER.search(text), PAGES.search(text)
    year = only_year(text)
    first = min((found.start() for found in (volume, number, pages) if found), default=None)
    if volume is None and (journal := _JOURNAL_AND_YEAR.fullmatch(text)):
        return _reference("article", journal["venue"], int(journal["year"]), None, None, None)
    if volume is None or year is None or first is None:
        return None
    venue = text[:first]
    before, _, after = venue.partition(str(year))
    if re.search(r"[A-Za-z]", after):
        return None  # a conference with its series, or a book: two names, and which is the venue is a guess
    venue = before
    if re.search(r"\d|\.\s+[A-Z][a-z]+ [a-z]", venue):
        return None  # a whole citation, title and all: where the venue begins is a guess
    # "Vol. 48, No. 9, September 2025, 2105--2112": pages without their sign
    bare = pages or re.search(rf"(?<![\w.])(?P<pages>{PAGE}{DASH}{PAGE})\s*$", text)
    return _reference(
        "article", venue, year, volume["volume"], number["number"] if number else None, bare["pages"] if bare else None
    )


def _conference(text: str) -> Reference | None:
    """The venue is what stands before volume, pages and year; places and publishers after the year are dropped."""
    year = only_year(text)
    if year is None or re.search(r"\([12]\d{3}\)\.\s", text):
        return None
    marks = [found.start() for pattern in (PAGES, VOLUME) if (found := pattern.search(text))]
    venue = text[: min(marks, default=len(text))]
    before_year = venue.split(str(year))[0].rstrip(" ,.(")
    # A workshop or a track is not the conference that it belongs to.
    whole = _CONFERENCE.search(before_year) and not _PART_OF_CONFERENCE.search(venue[len(before_year) :])
    venue = tidy(before_year if whole else venue.replace(str(year), " "))
    if not re.search(r"[A-Za-z]{3}", venue) or len(venue) > 200 or not _CONFERENCE.search(venue):
        return None
    pages, volume = PAGES.search(text), VOLUME.search(text)
    return _reference(
        "inproceedings", venue, year, volume["volume"] if volume else None, None, pages["pages"] if pages else None
    )


def _reference(
    kind: Literal["article", "inproceedings"],
    venue: str,
    year: int,
    volume: str | None,
    number: str | None,
    pages: str | None,
) -> Reference | None:
    venue = re.sub(r"(?<=[a-z])\.(?=[A-Z])", ". ", tidy(venue))
    if not re.search(r"[A-Za-z]&?[A-Za-z]", venue):
        return None
    volume = None if volume == "0" else volume  # a placeholder of papers that are ahead of print
    number = number if volume else None
    return Reference(kind, venue, year, volume, number, span_of(pages))
