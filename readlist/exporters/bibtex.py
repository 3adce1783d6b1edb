"""BibTeX and biblatex: papers as entries that bibtex's classic styles, natbib and biber take without a warning.

Preprints follow arXiv's own advice (https://info.arxiv.org/help/hypertex/bibstyles.html) in BibTeX and biblatex's
manual, section 3.14.7 (``eprinttype``, ``eprintclass``); names follow "Tame the BeaST", section 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from readlist.errors import ReadlistError
from readlist.exporters.journal import Reference, read_reference
from readlist.exporters.latex import latex, latex_title
from readlist.paper import Author, Paper
from readlist.text import collapse

Dialect: TypeAlias = Literal["bibtex", "biblatex"]
_Entry: TypeAlias = dict[str, Any]

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SUFFIX = re.compile(r"^(?P<family>.+?),? (?P<suffix>[JS]r\.?|[js]r\.|II|III|IV|2nd|3rd)$")
# What takes a name apart: BibTeX splits at "and", at commas, and takes "others" for "et al.".
_SPLITS = re.compile(r",|\b(?:and|others)\b", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[A-Za-z .'-]+")
# \url and \doi print as they are told, so nothing may be escaped in them; what would end them is percent-encoded.
_URL_SAFE = "!#$%&'()*+,-./:;=?@_~[]"
_DOI_SAFE = "!#$&'()*+,-./:;=?@_~[]<>"


def bibtex(
    papers: Iterable[Paper], dialect: Dialect = "bibtex", *, abstract: bool = False, note: bool = False, zotero: bool = True
) -> str:
    """Entries in the order of their keys; the same papers give the same bytes. Empty for no papers.

    ``abstract`` adds the abstract; ``note`` adds the person's note as ``annote`` (BibTeX) or ``annotation``
    (biblatex), which standard styles do not print; ``zotero`` writes ``eprinttype`` beside ``archivePrefix``, without
    which Zotero's importer loses the arXiv id (no style minds).

    Raises `ReadlistError` for a paper without a citation key.
    """
    from bibtexparser.bibdatabase import BibDatabase
    from bibtexparser.bwriter import BibTexWriter, SortingStrategy

    database = BibDatabase()
    written = [_entry(paper, dialect, abstract=abstract, note=note, zotero=zotero) for paper in papers]
    written.sort(key=lambda entry: (entry["ID"].lower(), entry["ID"]))
    database.entries = [_with_month_macro(entry, database) for entry in written]
    writer = BibTexWriter()
    writer.indent = "  "
    writer.order_entries_by = None
    # An entry's fields are written in the order in which `_entry` puts them.
    writer.display_order_sorting = SortingStrategy.PRESERVE
    writer.add_trailing_comma = True
    text: str = writer.write(database)
    return text


def _with_month_macro(entry: _Entry, database: Any) -> _Entry:
    """Months as BibTeX's own macros, which each style prints in its way."""
    from bibtexparser.bibdatabase import BibDataString

    if "month" in entry:
        entry["month"] = BibDataString(database, entry["month"])
    return entry


def _entry(paper: Paper, dialect: Dialect, *, abstract: bool, note: bool, zotero: bool) -> _Entry:
    if paper.citekey is None:
        raise ReadlistError(f'{paper.short_id} "{collapse(paper.title)}" has no citation key yet: give it one first')
    reference = _published(paper)
    entry: _Entry = {"ENTRYTYPE": _type(paper, reference, dialect), "ID": paper.citekey}
    authors = _authors(paper.authors)
    title = latex_title(paper.title) or "{Untitled}"
    if authors:
        entry["author"] = authors
    else:
        # Styles sort and label by it: without author or key they complain.
        entry["key"] = latex(paper.title).replace("{", "").replace("}", "") or paper.citekey
    entry["title"] = title
    entry |= _where(paper, reference, dialect) | _when(paper, reference, dialect) | _links(paper, reference, dialect, zotero)
    if abstract and paper.abstract.strip():
        entry["abstract"] = latex(paper.abstract)
    if note and paper.note.strip():
        entry["annotation" if dialect == "biblatex" else "annote"] = latex(paper.note)
    return entry


def _published(paper: Paper) -> Reference | None:
    """Where the paper appeared, if that is known well enough for an entry of its own.

    Styles demand an author for articles. A volume, pages or a DOI must back the reference up.
    """
    if paper.journal_ref is None or not any(author.name.strip() for author in paper.authors):
        return None
    reference = read_reference(paper.journal_ref)
    if reference is None or not (paper.doi or reference.volume or reference.pages or reference.kind == "inproceedings"):
        return None
    return reference


def _type(paper: Paper, reference: Reference | None, dialect: Dialect) -> str:
    if reference is not None:
        return reference.kind
    return "online" if dialect == "biblatex" and paper.arxiv_id is not None else "misc"


def _where(paper: Paper, reference: Reference | None, dialect: Dialect) -> _Entry:
    if reference is None:
        return {"note": latex(paper.journal_ref)} if paper.journal_ref and paper.journal_ref.strip() else {}
    if reference.kind == "inproceedings":
        # Series, volume and number belong to the proceedings: styles want a series with them, which nobody knows.
        fields = {"booktitle": latex_title(reference.venue), "pages": reference.pages}
    else:
        journal = "journaltitle" if dialect == "biblatex" else "journal"
        fields = {journal: latex(reference.venue)}
        fields |= {"volume": reference.volume, "number": reference.number, "pages": reference.pages}
    return {name: value for name, value in fields.items() if value}


def _when(paper: Paper, reference: Reference | None, dialect: Dialect) -> _Entry:
    """The year of publication; the day of version 1 for preprints. Nothing where the year is unknown."""
    year, month = (reference.year, None) if reference else (paper.year, paper.month)
    if year is None:
        return {}
    if dialect == "biblatex":
        if paper.published is not None and reference is None:
            return {"date": paper.published.isoformat()}
        return {"date": f"{year:04d}-{month:02d}" if month else f"{year:04d}"}
    return {"year": str(year)} | ({"month": _MONTHS[month - 1]} if month else {})


def _links(paper: Paper, reference: Reference | None, dialect: Dialect, zotero: bool) -> _Entry:
    entry: _Entry = {}
    if paper.arxiv_id is not None:
        entry["eprint"] = paper.arxiv_id
        if dialect == "biblatex":
            entry["eprinttype"] = "arxiv"
        else:
            entry["archivePrefix"] = "arXiv"
            if zotero:
                entry["eprinttype"] = "arxiv"
        if paper.primary_category:
            entry["eprintclass" if dialect == "biblatex" else "primaryClass"] = latex(paper.primary_category)
    if paper.doi and paper.doi.strip():
        entry["doi"] = quote(paper.doi.strip(), safe=_DOI_SAFE + "%")
    if paper.url and paper.url.strip() and not (reference and paper.doi):
        entry["url"] = quote(paper.url.strip(), safe=_URL_SAFE)
    return entry


def _authors(authors: Iterable[Author]) -> str:
    return " and ".join(filter(None, map(_name, authors)))


def _name(author: Author) -> str:
    """``Family, Given``, ``Family, Jr., Given``; groups and single names in braces, so that nothing splits them."""
    family, given = author.family.strip(), author.given.strip()
    if not family or not given:
        whole = latex(author.name or family or given)
        return f"{{{whole}}}" if whole else ""
    suffix = ""
    if found := _SUFFIX.match(family):
        family, suffix = found["family"], found["suffix"]
    parts = [_part(family), suffix, _part(given)] if suffix else [_part(family), _part(given)]
    if not all(parts):
        return f"{{{latex(author.name)}}}"
    return ", ".join(parts)


def _part(text: str) -> str:
    if _PLAIN_NAME.fullmatch(text) and not _SPLITS.search(text):
        return text
    written = latex(text)
    return f"{{{written}}}" if _SPLITS.search(text) else written
