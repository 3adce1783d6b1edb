"""Papers → text, in the formats that people take away. Pure: no clock, no network, no files.

Nothing here loads pylatexenc before a format that needs it is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from readlist.errors import WrongUsage
from readlist.paper import Paper


@dataclass(frozen=True, slots=True)
class Format:
    """One export format.

    ``citable``: it holds only papers that are `Paper.citable` and have a citation key; the caller sees to both.
    ``options``: the keyword arguments that ``render`` takes besides the papers. ``evidence``: it tells of sightings and
    of Zotero too.
    """

    extension: str
    citable: bool
    render: Callable[..., str]
    options: frozenset[str] = frozenset()
    evidence: bool = False


def _bibtex(papers: Iterable[Paper], **options: Any) -> str:
    from readlist.exporters.bibtex import bibtex

    return bibtex(papers, "bibtex", **options)


def _biblatex(papers: Iterable[Paper], **options: Any) -> str:
    from readlist.exporters.bibtex import bibtex

    return bibtex(papers, "biblatex", **options)


def _csl_json(papers: Iterable[Paper], **options: Any) -> str:
    from readlist.exporters.references import csl_json

    return csl_json(papers, **options)


def _ris(papers: Iterable[Paper], **options: Any) -> str:
    from readlist.exporters.references import ris

    return ris(papers, **options)


def _markdown(papers: Iterable[Paper]) -> str:
    from readlist.exporters.markdown import markdown

    return markdown(papers)


def _csv(papers: Iterable[Paper]) -> str:
    from readlist.exporters.csv_ import csv

    return csv(papers)


def _json(papers: Iterable[Paper]) -> str:
    from readlist.exporters.paper_json import export_json

    return export_json(papers)


#: Fields that an entry has only on request, by the name they are asked for.
ADDABLE = ("abstract", "note", "keywords", "readstatus")
_STYLE = frozenset(ADDABLE) | {"leave_out", "most_authors", "layout", "order", "venues"}
#: Format name, as people type it, → format.
FORMATS: dict[str, Format] = {
    "bibtex": Format("bib", True, _bibtex, _STYLE | {"eprinttype"}),
    "biblatex": Format("bib", True, _biblatex, _STYLE),
    "csl-json": Format("json", True, _csl_json, frozenset({"note"})),
    "ris": Format("ris", True, _ris, frozenset({"note"})),
    "markdown": Format("md", False, _markdown),
    "csv": Format("csv", False, _csv),
    "json": Format("json", False, _json, evidence=True),
}


def named(format_name: str) -> Format:
    """A format by its name. Raises `WrongUsage` that says which there are."""
    if format_name not in FORMATS:
        raise WrongUsage(f"no format {format_name!r}; there are {', '.join(FORMATS)}")
    return FORMATS[format_name]


def render(format_name: str, papers: Iterable[Paper], **options: Any) -> str:
    """The papers in a format, ending with a newline (nothing for no papers, where the format has no frame).

    Raises `WrongUsage` for a format or option that does not exist and `ReadlistError` for a paper without the citation
    key that the format needs.
    """
    chosen = named(format_name)
    unknown = sorted(set(options) - chosen.options)
    if unknown:
        raise WrongUsage(f"{format_name} has no option {', '.join(unknown)}")
    return chosen.render(papers, **options)
