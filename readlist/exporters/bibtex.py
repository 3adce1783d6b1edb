"""BibTeX and biblatex: papers as entries that bibtex's classic styles, natbib and biber take without a warning.

Preprints follow arXiv's own advice (https://info.arxiv.org/help/hypertex/bibstyles.html) in BibTeX and biblatex's
manual, section 3.14.7 (``eprinttype``, ``eprintclass``); names follow "Tame the BeaST", section 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from readlist.exporters.citekeys import by_key, key_of
from readlist.exporters.journal import Reference, printed_note, reference_of
from readlist.exporters.keywords import keywords_of, without_commas
from readlist.exporters.latex import latex, latex_title, literal, unicode_text
from readlist.exporters.people import family_and_suffix
from readlist.paper import Author, Paper
from readlist.text import collapse, fold

Dialect: TypeAlias = Literal["bibtex", "biblatex"]
#: A field a line; the same with long fields wrapped; a whole entry a line.
Layout: TypeAlias = Literal["fields", "wrapped", "line"]
_Entry: TypeAlias = dict[str, Any]

_WIDTH = 79
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
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
    from bibtexparser.bibdatabase import BibDatabase
    from bibtexparser.bwriter import BibTexWriter, SortingStrategy

    database = BibDatabase()
    database.entries = [_with_month_macro(_entry(paper, dialect, style), database) for paper in papers]
    writer = BibTexWriter()
    writer.indent = "  "
    writer.order_entries_by = None
    # An entry's fields are written in the order in which `_entry` puts them.
    writer.display_order_sorting = SortingStrategy.PRESERVE
    writer.add_trailing_comma = True
    # No field has this character, so that the text can be taken apart again.
    writer.entry_separator = "\0"
    written = str(writer.write(database)).split("\0")
    return [_laid_out(text, style.layout) for text in written if text]


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


def _with_month_macro(entry: _Entry, database: Any) -> _Entry:
    """Months as BibTeX's own macros, which each style prints in its way."""
    from bibtexparser.bibdatabase import BibDataString

    if "month" in entry:
        entry["month"] = BibDataString(database, entry["month"])
    return entry


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
        entry["keywords"] = ", ".join(literal(without_commas(word), utf8=utf8) for word in keywords)
    if style.readstatus:
        entry["readstatus"] = paper.status.value
    if style.note and paper.note.strip():
        entry["annotation" if utf8 else "annote"] = _note(paper.note, utf8)
    for name in style.leave_out:
        entry.pop(name, None)
    return entry


def _note(text: str, utf8: bool) -> str:
    """A person's note, its paragraphs and lines as LaTeX says them, in any layout of the file."""
    paragraphs = (
        r"\newline ".join(filter(None, (latex(line, utf8=utf8) for line in part.splitlines())))
        for part in _PARAGRAPHS.split(text)
    )
    return r"\par ".join(filter(None, paragraphs))


def _published(paper: Paper, claimed: bool) -> Reference | None:
    """Where the paper appeared, if that is known well enough for an entry of its own; styles demand an author too."""
    if not any(author.name.strip() for author in paper.authors):
        return None
    return reference_of(paper, claimed=claimed)


def _type(paper: Paper, reference: Reference | None, dialect: Dialect) -> str:
    if reference is not None:
        return reference.kind
    return "online" if dialect == "biblatex" and paper.arxiv_id is not None else "misc"


def _where(paper: Paper, reference: Reference | None, dialect: Dialect) -> _Entry:
    utf8 = dialect == "biblatex"
    if reference is None:
        printed = printed_note(paper, reference)
        return {"note": latex(printed, utf8=utf8)} if printed else {}
    if reference.kind == "inproceedings":
        # Series, volume and number belong to the proceedings: styles want a series with them, which nobody knows.
        fields = {"booktitle": latex_title(reference.venue, utf8=utf8), "pages": reference.pages}
    else:
        fields = {"journaltitle" if utf8 else "journal": latex(reference.venue, utf8=utf8)}
        fields |= {"volume": reference.volume, "number": reference.number, "pages": reference.pages}
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
            entry["eprintclass" if dialect == "biblatex" else "primaryClass"] = _NOT_IN_CATEGORY.sub(
                "", paper.primary_category
            )
    if paper.doi and paper.doi.strip():
        entry["doi"] = quote(paper.doi.strip(), safe=_DOI_SAFE + "%")
    if paper.url and not (reference and paper.doi):
        entry["url"] = paper.url if paper.arxiv_id else quote(paper.url.strip(), safe=_URL_SAFE)
    return entry


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
