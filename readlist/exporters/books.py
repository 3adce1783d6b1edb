"""Books, chapters, theses and reports in journal references.

Each reader takes what is written in the usual order and leaves the rest: a thesis without a school, or a chapter whose
book or publisher is not named, cannot be cited as one.
"""

from __future__ import annotations

import re

from readlist.exporters.reference_parts import PAGES, VOLUME, YEAR, only_year, span_of, tidy
from readlist.publications import Reference, springer_book

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_BEHIND = rf"[\s,.;(]*(?:{_MONTH}[\s,]*)?(?P<year>(?:19[3-9]|20[0-4])\d)\s*\)?"
_THESIS = (
    r"(?:(?P<phd>Ph\.?\s?D\.?|D\.\s?Phil\.?|DPhil|Doctoral|Doctorate)|"
    r"(?P<master>Master(?:['’]?s|\sof\sScience)?|M\.?\s?Sc\.?|M\.S\.|M\.?\s?Phil\.?))\s+(?:thesis|dissertation)"
)
_PLACE = (
    r"(?=[^\d]*\b(?:Universit|Univ\b|Institut|Inst\b|College|School|Polit[eé]cnic|Polytech|[EÉ]cole|Hochschule|Academy|"
    r"ETHZ?\b|EPFL\b|MIT\b|Caltech\b|UCLA\b|UC\s|KTH\b|TU\s|KAIST\b|INRIA\b|Inria\b|CERN\b|Fermilab\b|NASA\b|Laborator|"
    r"Cent(?:re|er)\b|Microsoft\b|Google\b|IBM\b|Bell\sLabs\b|Department\b|Dept\b))"
)
_SCHOOL = rf"{_PLACE}(?P<school>[A-ZÀ-Þ][^\d;:()]{{1,118}}?(?:\([^\d()]+\))?)"
_ONE_SCHOOL = rf"{_PLACE}(?P<school>[A-ZÀ-Þ][^\d;:(),]{{1,118}}?)"
_REPORT = r"(?:Tech(?:nical|n?\.)|Res(?:earch)?\.?\sand\sTech\.?)\s*Rep(?:ort|t?\.)"
_NUMBER = r"(?:(?:No|Nr|Number|#)\.?\s*:?\s*)?(?P<number>(?=[\w./-]{0,60}\d)[A-Z\d][\w./-]{0,60})"
_THESES = [
    re.compile(rf"{_THESIS}[\s,.:]*\(?(?:(?:at|from|in)\s+)?(?:the\s+)?{_SCHOOL}{_BEHIND}", re.IGNORECASE),
    re.compile(rf"{_ONE_SCHOOL}[\s,.]+{_THESIS}{_BEHIND}", re.IGNORECASE),
]
_REPORTS = [
    re.compile(rf"{_REPORT}[\s,:]*(?:{_NUMBER})?[\s,.:(]+(?:the\s+)?{_SCHOOL}{_BEHIND}", re.IGNORECASE),
    re.compile(rf"{_ONE_SCHOOL}[\s,.]+{_REPORT}(?:[\s,:]*{_NUMBER})?{_BEHIND}", re.IGNORECASE),
]
_NO_PLACE = re.compile(
    r"\b(?:advis[oe]r|supervis|submitted|preparation|arxiv|preprint|thesis|report|dissertation)", re.IGNORECASE
)

#: How publishers of books are written, and the name that is printed.
_PUBLISHERS = [
    (re.compile(rf"\b(?:{pattern})(?!\w)"), name)
    for pattern, name in (
        (r"Springer(?:[ -]Verlag|[ -]Nature|[ -]International(?: Publishing)?)?", "Springer"),
        (r"Birkh(?:ä|ae|a)user", "Birkhäuser"),
        (r"Cambridge Univ(?:ersity|\.) Press|CUP", "Cambridge University Press"),
        (r"Oxford Univ(?:ersity|\.) Press|OUP", "Oxford University Press"),
        (r"Princeton Univ(?:ersity|\.) Press", "Princeton University Press"),
        (r"(?:The )?MIT Press", "MIT Press"),
        (r"World Scientific(?: Publishing)?", "World Scientific"),
        (r"Chapman (?:and|&) Hall(?:/CRC)?(?: Press)?", "Chapman and Hall/CRC"),
        (r"CRC Press", "CRC Press"),
        (r"Academic Press", "Academic Press"),
        (r"North[- ]Holland", "North-Holland"),
        (r"Elsevier", "Elsevier"),
        (r"(?:John )?Wiley(?: (?:and|&) Sons|-VCH|-IEEE Press)?", "Wiley"),
        (r"Kluwer(?: Academic(?: Publishers)?)?", "Kluwer"),
        (r"IOS Press", "IOS Press"),
        (r"IOP Publishing", "IOP Publishing"),
        (r"InTech(?:Open)?|IntechOpen", "IntechOpen"),
        (r"IGI Global", "IGI Global"),
        (r"(?:Walter )?[dD]e Gruyter", "De Gruyter"),
        (r"Routledge", "Routledge"),
        (r"Taylor (?:and|&) Francis", "Taylor and Francis"),
        (r"American Mathematical Society|Amer\. Math\. Soc\.", "American Mathematical Society"),
    )
]
# What belongs to a publisher's name then: the name of a series or a journal.
_NO_PUBLISHER = re.compile(r"\s+(?:[A-Z][a-z]+\s+)*(?:Journal|Lecture|Tracts|Series|Briefs|Proceedings)\b")
_IN = re.compile(r"in\b\s*:?\s+", re.IGNORECASE)
_CHAPTER = re.compile(
    r"(?:Chapter|Chap\.?|Ch\.)\s*(?P<chapter>\d+(?:\.\d+)?|[IVX]+)\b\s*[,:]?\s*(?:(?:in|of)\b\s*:?\s*)?"
    r"(?:the book\s+)?",
    re.IGNORECASE,
)
_COLLECTION = re.compile(r"(?:The\s+)?(?:\w+\s+){0,3}(?:Handbook|Encyclopa?edia|Companion to)\b")
#: Springer's series that are cited by name and number, often by nothing else.
SERIES = re.compile(
    r"\b(?P<series>(?:Springer\s+)?Lecture Notes (?:in|on) [A-Z][a-z]+(?: (?:and |in )?[A-Z][a-z]+){0,3}|"
    r"Lect(?:ure|\.)\s?Notes\s?(?:in )?(?:Comput\.\s?Sci\.|Math\.|Phys\.)|LNCS|LNAI|LNM|LNP)"
    r"[\s,:(]*(?:(?i:vol(?:ume)?|no)\b\.?\s*)?(?P<volume>\d{1,5})\b\)?"
)
_FULL_SERIES = [
    (re.compile(r"LNCS|Lect.*Comput\..*"), "Lecture Notes in Computer Science"),
    (re.compile(r"LNAI"), "Lecture Notes in Artificial Intelligence"),
    (re.compile(r"LNM|Lect.*Math\."), "Lecture Notes in Mathematics"),
    (re.compile(r"LNP|Lect.*Phys\."), "Lecture Notes in Physics"),
]
_EDITORS_FIRST = re.compile(r"\(\s*[Ee]ds?\b|\b[Ee]ds?\.?\)")
_EDITORS = re.compile(r"[\s,.;(]*\b(?:[Ee]dited by|[Ee]ditors?:?|[Ee]ds?\.)\s.*$")
_NOT_BOOK = re.compile(r"\d|[.:]\s+[A-Z][a-z]+|^(?:J\.|Journal|Trans|Proc|Annals|Rev)|\b(?:press|in|of|the|and)$")
# Pages without their sign: a span of numbers
_BARE_PAGES = re.compile(r"(?<![\w./-])(?P<pages>\d{1,4}\s*(?:-{1,2}|–)\s*\d{1,4})(?![\w.-])")
_SAID_BOOK = re.compile(rf"(?P<publisher>[^\d,;]+), {YEAR.pattern} \(book\)")
_WHOLE_BOOK = re.compile(
    r"\b(?:ISBN:?(?:\s*[\dX-]+)?|monograph|textbook)\b|\b(?:[ivxl]+\s*\+\s*)?\d{2,4}\s*pp?\.?(?!\w)", re.IGNORECASE
)


def read_thesis(text: str) -> Reference | None:
    """``PhD thesis, University of X, 2010``, also with the university first or the year in brackets."""
    for pattern in _THESES:
        found = pattern.fullmatch(text)
        if found and (school := _place(found)):
            return Reference("phdthesis" if found["phd"] else "mastersthesis", school, int(found["year"]))
    return None


def read_report(text: str) -> Reference | None:
    """``Technical Report UCB/EECS-2010-1, University of California, 2010``."""
    for pattern in _REPORTS:
        found = pattern.fullmatch(text)
        if found and (place := _place(found)):
            number = found["number"]
            return Reference("techreport", place, int(found["year"]), number=number.rstrip(".") if number else None)
    return None


def _place(found: re.Match[str]) -> str | None:
    place = tidy(found["school"]).rstrip(". ") if not found["school"].endswith("Univ.") else found["school"]
    return None if _NO_PLACE.search(place) else place


def read_chapter(text: str, doi: str | None) -> Reference | None:
    """``Chapter 3 in: Handbook of X, pp. 1-20, Springer, 2021``; ``Lecture Notes in Physics 718, 1-45 (2007)``.

    Something must say that it is a part of a book: a chapter's number, an "in" beside a publisher, the book's own
    name, a series, or the DOI.
    """
    chapter = _CHAPTER.match(text)
    inside = _IN.match(text)
    begun = chapter or inside
    rest = text[begun.end() :] if begun else text
    if chapter and (again := _IN.match(rest)):
        rest = rest[again.end() :]
    series, published = SERIES.search(rest), _publisher(rest)
    by_doi = springer_book(doi) == "chapter"
    pages = PAGES.search(rest) or (_BARE_PAGES.search(rest) if series or chapter else None)
    if not (
        chapter
        or (series and (pages or by_doi))
        or (published and (inside or _COLLECTION.match(rest)))
        or (by_doi and (pages or published))
    ):
        return None
    year = only_year(_BARE_PAGES.sub(" ", rest))
    publisher = published[1] if published else "Springer" if series or by_doi else None
    if year is None or publisher is None or _EDITORS_FIRST.search(rest):
        return None
    volume = VOLUME.search(rest) if not series else None
    marks = [found.start() for found in (series, pages, volume, YEAR.search(rest), published and published[0]) if found]
    book = tidy(_EDITORS.sub("", rest[: min(marks)]).rstrip(" .,(")) if marks else ""
    numbered = series["volume"] if series else volume["volume"] if volume else None
    name = _series_name(series["series"]) if series else None
    if not book:  # papers in a volume that is known by its number
        book, name = name or "", None
    if not re.search(r"[A-Za-z]{3}", book) or _NOT_BOOK.search(book) or len(book) > 200:
        return None
    return Reference(
        "incollection", book, year, numbered, None, span_of(pages["pages"]) if pages else None, publisher, name,
        chapter["chapter"] if chapter else None,
    )  # fmt: skip


def read_book(text: str, doi: str | None) -> Reference | None:
    """``Springer, Berlin, 2021, xii+350 pp.``: a book of its own, where its length, an ISBN or the DOI says so.

    ``Springer, 2021 (book)`` is how an import says it.
    """
    if said := _SAID_BOOK.fullmatch(text):
        return Reference("book", said["publisher"].strip(), int(said[2]))
    published = _publisher(text)
    bare = _WHOLE_BOOK.sub(" ", text)
    year = only_year(bare)
    if published is None or year is None or springer_book(doi) == "chapter":
        return None
    if bare == text and springer_book(doi) != "book":
        return None
    around = bare.replace(published[0][0], " ").replace(str(year), " ")
    # A city or two may stand there; anything longer is a title or a series, and which is a guess.
    if re.search(r"\d", around) or len(re.findall(r"[A-Za-z]{2,}", around)) > 3:
        return None
    return Reference("book", published[1], year)


def _series_name(written: str) -> str:
    return next((name for pattern, name in _FULL_SERIES if pattern.fullmatch(written)), written)


def _publisher(text: str) -> tuple[re.Match[str], str] | None:
    """The publisher that stands last, where it is a book's: in "Springer Lecture Notes" it is none."""
    found = [
        (match, name)
        for pattern, name in _PUBLISHERS
        for match in pattern.finditer(text)
        if not _NO_PUBLISHER.match(text, match.end())
    ]
    return max(found, key=lambda each: each[0].start()) if found else None
