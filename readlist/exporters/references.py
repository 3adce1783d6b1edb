"""Papers for reference managers and citation processors: RIS and CSL-JSON.

RIS as the Zotero, EndNote and Mendeley importers read it; CSL-JSON by the schema of CSL 1.0.2, where ``article`` is a
preprint (https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from readlist.exporters.citekeys import key_of
from readlist.exporters.journal import printed_note, reference_of
from readlist.exporters.keywords import keywords_of, quoted
from readlist.exporters.latex import unicode_text
from readlist.exporters.people import family_and_suffix
from readlist.paper import Author, Paper
from readlist.publications import Kind, Reference
from readlist.text import collapse

_CSL_TYPES: dict[Kind, str] = {
    "article": "article-journal", "inproceedings": "paper-conference", "incollection": "chapter", "book": "book",
    "phdthesis": "thesis", "mastersthesis": "thesis", "techreport": "report",
}  # fmt: skip
_RIS_TYPES: dict[Kind, str] = {
    "article": "JOUR", "inproceedings": "CONF", "incollection": "CHAP", "book": "BOOK", "phdthesis": "THES",
    "mastersthesis": "THES", "techreport": "RPRT",
}  # fmt: skip
#: What theses and reports are called where there is one type for all of a kind.
_GENRES: dict[Kind, str] = {
    "phdthesis": "PhD thesis", "mastersthesis": "Master's thesis", "techreport": "Technical report"
}  # fmt: skip
_IN_SOMETHING = frozenset({"article", "inproceedings", "incollection"})


def ris(papers: Iterable[Paper], *, note: bool = False) -> str:
    """One record a paper, in the given order; ``note``: with the person's notes, as RIS's research notes.

    Raises `ReadlistError` for a paper without a citation key.
    """
    return "\n".join(_ris_record(paper, note) for paper in papers)


def csl_json(papers: Iterable[Paper], *, note: bool = False) -> str:
    """An array of items, in the given order; ``note``: with the person's notes, as annotations.

    Raises `ReadlistError` for a paper without a citation key.
    """
    return json.dumps([csl_item(paper, note=note) for paper in papers], ensure_ascii=False, indent=2) + "\n"


def csl_item(paper: Paper, *, note: bool = False) -> dict[str, object]:
    """One paper as a CSL item; fields that are unknown are left out."""
    reference = reference_of(paper)
    printed = printed_note(paper, reference)
    item: dict[str, object | None] = {
        "id": key_of(paper),
        "citation-key": key_of(paper),
        "type": _csl_type(paper, reference),
        "title": unicode_text(paper.title),
        "author": [_csl_name(author) for author in paper.authors if author.name.strip()],
        "issued": _csl_date(paper, reference),
        "abstract": unicode_text(paper.abstract),
        "DOI": paper.doi,
        "URL": paper.url,
        "note": printed,
        "annote": paper.note.strip() if note else None,
        "keyword": ", ".join(map(quoted, keywords_of(paper, always=bool(printed and paper.journal_ref)))),
    }
    if paper.arxiv_id:
        item |= {"number": f"arXiv:{paper.arxiv_id}", "publisher": None if reference else "arXiv"}
    if reference:
        item |= _csl_publication(reference)
    return {name: value for name, value in item.items() if value}


def _csl_publication(reference: Reference) -> dict[str, str | None]:
    pages = reference.pages.replace("--", "-") if reference.pages else None
    common = {"volume": reference.volume, "page": pages}
    venue = unicode_text(reference.venue)
    if reference.kind in _IN_SOMETHING:
        return common | {
            "container-title": venue,
            "issue": reference.number,
            "collection-title": reference.series,
            "publisher": reference.publisher,
            "chapter-number": reference.chapter,
        }
    # A report has its own number; the address says which arXiv record it is.
    own_number = {"number": reference.number} if reference.number else {}
    return common | own_number | {"publisher": venue, "genre": _GENRES.get(reference.kind)}


def _csl_type(paper: Paper, reference: Reference | None) -> str:
    if reference:
        return _CSL_TYPES[reference.kind]
    return "article" if paper.arxiv_id else "document"


def _csl_name(author: Author) -> dict[str, str]:
    if not author.given or not author.family:
        return {"literal": unicode_text(author.name)}
    family, suffix = family_and_suffix(author)
    name = {"family": unicode_text(family), "given": unicode_text(author.given)}
    return name | {"suffix": suffix} if suffix else name


def _csl_date(paper: Paper, reference: Reference | None) -> dict[str, object] | None:
    parts = _date_parts(paper, reference)
    return {"date-parts": [parts]} if parts else None


def _date_parts(paper: Paper, reference: Reference | None) -> list[int]:
    """Year, month and day as far as they are known: of the publication, else of version 1."""
    if reference:
        return [reference.year]
    if paper.published:
        return [paper.published.year, paper.published.month, paper.published.day]
    return [part for part in (paper.year, paper.month) if part is not None]


def _ris_record(paper: Paper, note: bool) -> str:
    reference = reference_of(paper)
    printed = printed_note(paper, reference)
    parts = _date_parts(paper, reference)
    first, _, last = (reference.pages or "").partition("--") if reference else ("", "", "")
    lines: list[tuple[str, str | None]] = [
        ("TY", _ris_type(reference)),
        ("ID", key_of(paper)),
        ("TI", unicode_text(paper.title)),
        *(("AU", _ris_name(author)) for author in paper.authors),
        ("PY", str(parts[0]) if parts else None),
        ("DA", "/".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])]) if parts else None),
        *(_ris_publication(reference) if reference else [("PB", "arXiv" if paper.arxiv_id else None)]),
        ("SP", first),
        ("EP", last),
        ("AN", f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else None),
        ("N1", printed),
        ("AB", unicode_text(paper.abstract)),
        ("DO", paper.doi),
        ("UR", paper.url),
        *(("KW", word) for word in keywords_of(paper, always=bool(printed and paper.journal_ref))),
    ]
    # A value is one line: a line break inside would read as the next tag.
    text = "".join(f"{tag}  - {collapse(value)}\n" for tag, value in lines if value and value.strip())
    return text + (_ris_note(paper.note) if note else "") + "ER  - \n"


def _ris_note(note: str) -> str:
    """The one value that has lines of its own, indented so that none of them reads as a tag."""
    lines = [line.strip() for line in note.strip().splitlines()]
    return "RN  - " + "\n      ".join(lines).replace("\n      \n", "\n\n") + "\n" if note.strip() else ""


def _ris_type(reference: Reference | None) -> str:
    return "UNPB" if reference is None else _RIS_TYPES[reference.kind]


def _ris_publication(reference: Reference) -> list[tuple[str, str | None]]:
    venue = unicode_text(reference.venue)
    inside = reference.kind in _IN_SOMETHING
    return [
        ("T2", venue if inside else None),
        ("T3", reference.series),
        ("M3", _GENRES.get(reference.kind)),
        ("SE", reference.chapter),
        ("VL", reference.volume),
        ("IS", reference.number),
        ("PB", reference.publisher if inside else venue),
    ]


def _ris_name(author: Author) -> str:
    if not author.given or not author.family:
        return unicode_text(author.name)
    family, suffix = family_and_suffix(author)
    return ", ".join(filter(None, [unicode_text(family), unicode_text(author.given), suffix]))
