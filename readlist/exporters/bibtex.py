"""BibTeX and biblatex: papers as entries that bibtex's classic styles, natbib and biber take without a warning.

Preprints follow arXiv's own advice (https://info.arxiv.org/help/hypertex/bibstyles.html) in BibTeX and biblatex's
manual, section 3.14.7 (``eprinttype``, ``eprintclass``); names follow "Tame the BeaST", section 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from readlist.exporters.citekeys import by_key, key_of
from readlist.exporters.journal import printed_note, reference_of
from readlist.exporters.keywords import keywords_of
from readlist.exporters.latex import latex, latex_title, literal, unicode_text
from readlist.exporters.people import family_and_suffix
from readlist.paper import Author, Paper
from readlist.publications import Kind, Reference
from readlist.text import collapse, fold

Dialect: TypeAlias = Literal["bibtex", "biblatex"]
#: A field a line; the same with long fields wrapped; a whole entry a line.
Layout: TypeAlias = Literal["fields", "wrapped", "line"]
_Entry: TypeAlias = dict[str, str]

_WIDTH = 79
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
#: The field that says where something appeared, by the entry's type.
_VENUE: dict[Dialect, dict[Kind, str]] = {
    "bibtex": {
        "article": "journal", "inproceedings": "booktitle", "incollection": "booktitle", "book": "publisher",
        "phdthesis": "school", "mastersthesis": "school", "techreport": "institution",
    },
    "biblatex": {
        "article": "journaltitle", "inproceedings": "booktitle", "incollection": "booktitle", "book": "publisher",
        "phdthesis": "institution", "mastersthesis": "institution", "techreport": "institution",
    },
}  # fmt: skip
#: What BibTeX has entry types of its own for is told by ``type`` in biblatex, which prints it in the text's language.
#: Its @incollection demands editors, who are not known; @inbook is what it has without them.
_BIBLATEX_TYPES: dict[Kind, str] = {
    "incollection": "inbook",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "techreport": "report",
}
_BIBLATEX_GENRES: dict[Kind, str] = {
    "phdthesis": "phdthesis", "mastersthesis": "mathesis", "techreport": "techreport"
}  # fmt: skip
# What takes a name apart: BibTeX splits at "and", at commas, and takes "others" for "et al.".
_SPLITS = re.compile(r",|\b(?:and|others)\b", re.IGNORECASE)
# By far the most names. One word of family name, so no suffix; capitals, so no particle.
_ORDINARY_NAME = re.compile(r"(?!(?i:and|others),)[A-Z][A-Za-z'-]+,(?: (?!(?i:and|others)\b)[A-Z][A-Za-z'.-]*)+")
_PLAIN_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z .'-]+")
_NOT_IN_CATEGORY = re.compile(r"[^A-Za-z.-]")
_NOT_IN_NAME = re.compile(r"[{}\\$\"]")
_PARAGRAPHS = re.compile(r"\n\s*\n")
_NOT_IN_SORT_KEY = re.compile(r"[^a-z0-9 ]")
# \url and \doi print as they are told, so nothing may be escaped in them; what would end them is percent-encoded.
_URL_SAFE = "!#$%&'()*+,-./:;=?@_~[]"
_DOI_SAFE = "!#$&'()*+,-./:;=?@_~[]<>"


@dataclass(frozen=True, slots=True)
class Style:
    """What stands in entries, and how they are laid out.

    ``abstract`` and ``readstatus`` add these fields; ``note`` adds the person's note as ``annote`` (BibTeX) or
    ``annotation`` (biblatex), which standard styles do not print. ``keywords`` (tags, read status, priority) stand
    where there is something to say of the paper, and by this option in every entry. ``eprinttype`` stands
    beside ``archivePrefix`` in BibTeX, without which Zotero's importer loses the arXiv id (no style minds).
    ``venues``: a conference that only a comment on arXiv names is believed; otherwise what it says is a note.
    ``leave_out``: names of fields. ``most_authors``: after so many comes "and others". ``order``: by citation key, or
    as the papers come.
    """

    abstract: bool = False
    note: bool = False
    keywords: bool = False
    readstatus: bool = False
    eprinttype: bool = True
    venues: bool = False
    leave_out: tuple[str, ...] = ()
    most_authors: int | None = None
    layout: Layout = "fields"
    order: Literal["key", "given"] = "key"


def bibtex(papers: Iterable[Paper], dialect: Dialect = "bibtex", **options: Any) -> str:
    """Entries in a `Style` made of the options; the same papers give the same bytes. Empty for no papers.

    Raises `ReadlistError` for a paper without a citation key.
    """
    style = Style(**options)
    found = list(papers)
    if style.order == "key":
        found.sort(key=by_key)
    return "\n".join(entries(found, dialect, style))


def entries(papers: Iterable[Paper], dialect: Dialect, style: Style) -> list[str]:
    """Each paper's entry, in the given order. Raises `ReadlistError` for a paper without a citation key."""
    return [_laid_out(_written(_entry(paper, dialect, style)), style.layout) for paper in papers]


def _written(entry: _Entry) -> str:
    """An entry with a field a line, in the order of `_entry`: as bibtexparser's writer does it, in a tenth of its time.

    Months stand as BibTeX's own macros, which each style prints in its way.
    """
    kind, key = entry.pop("ENTRYTYPE"), entry.pop("ID")
    fields = [
        f"  {name} = {{{value}}},\n" if name != "month" else f"  month = {value},\n" for name, value in entry.items()
    ]
    return f"@{kind}{{{key},\n" + "".join(fields) + "}\n"


def _laid_out(text: str, layout: Layout) -> str:
    """An entry with a field a line as it is, on a single line, or with long fields wrapped; BibTeX reads all alike."""
    if layout == "line":
        return " ".join(line.strip() for line in text.splitlines()) + "\n"
    if layout == "fields" or not any(len(line) > _WIDTH for line in text.splitlines()):
        return text
    from textwrap import fill

    return "".join(
        (line if len(line) <= _WIDTH else fill(
            line, _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )) + "\n"
        for line in text.splitlines()
    )  # fmt: skip


def _entry(paper: Paper, dialect: Dialect, style: Style) -> _Entry:
    utf8 = dialect == "biblatex"
    reference = _published(paper, style.venues)
    entry: _Entry = {"ENTRYTYPE": _type(paper, reference, dialect), "ID": key_of(paper)}
    authors = _authors(paper.authors, utf8, style.most_authors)
    if authors:
        entry["author"] = authors
    else:
        # Styles sort and label by it: without author or key they complain.
        entry["key"] = _NOT_IN_SORT_KEY.sub("", fold(paper.title)).strip() or key_of(paper)
    entry["title"] = latex_title(paper.title, utf8=utf8) or "Untitled"
    entry |= _where(paper, reference, dialect) | _when(paper, reference, dialect)
    entry |= _links(paper, reference, dialect, style.eprinttype)
    if style.abstract and paper.abstract.strip():
        entry["abstract"] = latex(paper.abstract, utf8=utf8)
    # What a note says of the publication is told from a person's own words by the status that stands beside it.
    if keywords := keywords_of(paper, always=style.keywords or ("note" in entry and bool(paper.journal_ref))):
        entry["keywords"] = ", ".join(_keyword(word, utf8) for word in keywords)
    if style.readstatus:
        entry["readstatus"] = paper.status.value
    if style.note and paper.note.strip():
        entry["annotation" if utf8 else "annote"] = _note(paper.note, utf8)
    for name in style.leave_out:
        entry.pop(name, None)
    return entry


def _keyword(word: str, utf8: bool) -> str:
    """A comma in braces is one of the keyword, to biber too; any other ends it."""
    return f"{{{literal(word, utf8=utf8)}}}" if "," in word else literal(word, utf8=utf8)


def _note(text: str, utf8: bool) -> str:
    """A person's note, its paragraphs and lines as LaTeX says them, in any layout of the file."""
    paragraphs = (
        r"\newline ".join(filter(None, (latex(line, utf8=utf8) for line in part.splitlines())))
        for part in _PARAGRAPHS.split(text)
    )
    return r"\par ".join(filter(None, paragraphs))


def _published(paper: Paper, claimed: bool) -> Reference | None:
    """Where the paper appeared, if that is known well enough for an entry of its own; styles demand an author too."""
    reference = reference_of(paper, claimed=claimed)
    return reference if reference and any(author.name.strip() for author in paper.authors) else None


def _type(paper: Paper, reference: Reference | None, dialect: Dialect) -> str:
    if reference is not None:
        return reference.kind if dialect == "bibtex" else _BIBLATEX_TYPES.get(reference.kind, reference.kind)
    return "online" if dialect == "biblatex" and paper.arxiv_id is not None else "misc"


def _where(paper: Paper, reference: Reference | None, dialect: Dialect) -> _Entry:
    utf8 = dialect == "biblatex"
    if reference is None:
        printed = printed_note(paper, reference)
        return {"note": latex(printed, utf8=utf8)} if printed else {}
    venue = latex_title if reference.kind in ("inproceedings", "incollection") else latex
    fields: dict[str, str | None] = {_VENUE[dialect][reference.kind]: venue(reference.venue, utf8=utf8)}
    if utf8 and reference.kind in _BIBLATEX_GENRES:
        fields["type"] = _BIBLATEX_GENRES[reference.kind]
    # Series, volume and number belong to the proceedings: styles want a series with them, which nobody knows.
    if reference.kind != "inproceedings":
        fields |= {"series": latex(reference.series or "", utf8=utf8), "volume": reference.volume}
        fields |= {"number": literal(reference.number or "", utf8=utf8), "chapter": reference.chapter}
    fields["pages"] = reference.pages
    if reference.publisher:
        fields["publisher"] = latex(reference.publisher, utf8=utf8)
    return {name: value for name, value in fields.items() if value}


def _when(paper: Paper, reference: Reference | None, dialect: Dialect) -> _Entry:
    """The year of publication; the day of version 1 for preprints.

    An unknown year is said in each dialect's own way, since natbib and biber complain when there is none: "n.d." is
    what styles print, ``XXXX`` is ISO 8601-2 for a year that is not known.
    """
    year, month = (reference.year, None) if reference else (paper.year, paper.month)
    if year is None:
        return {"date": "XXXX"} if dialect == "biblatex" else {"year": "n.d."}
    if dialect == "biblatex":
        if paper.published is not None and reference is None:
            return {"date": paper.published.isoformat()}
        return {"date": f"{year:04d}-{month:02d}" if month else f"{year:04d}"}
    return {"year": str(year)} | ({"month": _MONTHS[month - 1]} if month else {})


def _links(paper: Paper, reference: Reference | None, dialect: Dialect, eprinttype: bool) -> _Entry:
    entry: _Entry = {}
    if paper.arxiv_id is not None:
        entry["eprint"] = paper.arxiv_id
        if dialect == "biblatex":
            entry["eprinttype"] = "arxiv"
        else:
            entry["archivePrefix"] = "arXiv"
            if eprinttype:
                entry["eprinttype"] = "arxiv"
        if paper.primary_category:
            entry["eprintclass" if dialect == "biblatex" else "primaryClass"] = _category(paper.primary_category)
    if paper.doi and paper.doi.strip():
        entry["doi"] = quote(paper.doi.strip(), safe=_DOI_SAFE + "%")
    if paper.url and not (reference and paper.doi):
        entry["url"] = paper.url if paper.arxiv_id else quote(paper.url.strip(), safe=_URL_SAFE)
    return entry


@lru_cache(maxsize=1024)
def _category(name: str) -> str:
    return _NOT_IN_CATEGORY.sub("", name)


def _authors(authors: Sequence[Author], utf8: bool, most: int | None) -> str:
    names = list(filter(None, (_name(author, utf8) for author in authors[:most])))
    if names and most is not None and len(authors) > most:
        names.append("others")
    return " and ".join(names)


def _name(author: Author, utf8: bool) -> str:
    """``Family, Given``, ``Family, Jr., Given``; groups and single names in braces, so that nothing splits them."""
    plain = f"{author.family}, {author.given}"
    if _ORDINARY_NAME.fullmatch(plain):
        return plain
    family, suffix = family_and_suffix(author)
    given = author.given.strip()
    if not (_PLAIN_NAME.fullmatch(family) and _PLAIN_NAME.fullmatch(given)):
        family, given = _clean(family), _clean(given)
    if not family or not given:
        whole = latex(_clean(author.name) or family or given, utf8=utf8)
        return f"{{{whole}}}" if whole else ""
    return ", ".join(_part(part, utf8) for part in (family, suffix, given) if part)


def _clean(name: str) -> str:
    """A name in Unicode. Braces, backslashes and dollars left by broken TeX are in nobody's name, and biber, which
    makes initials of names, cannot take them."""
    return collapse(_NOT_IN_NAME.sub("", unicode_text(name)))


def _part(text: str, utf8: bool) -> str:
    written = text if _PLAIN_NAME.fullmatch(text) else latex(text, utf8=utf8)
    return f"{{{written}}}" if _SPLITS.search(text) else written
