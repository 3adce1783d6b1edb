"""Papers → text, in the formats that people take away. Pure: no clock, no network, no files.

Nothing here loads bibtexparser or pylatexenc before a format that needs them is rendered.
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
    ``options``: the keyword arguments that ``render`` takes besides the papers.
    """

    extension: str
    citable: bool
    render: Callable[..., str]
    options: frozenset[str] = frozenset()


def _bibtex(papers: Iterable[Paper], **options: Any) -> str:
    from readlist.exporters.bibtex import bibtex

    return bibtex(papers, "bibtex", **options)


def _biblatex(papers: Iterable[Paper], **options: Any) -> str:
    from readlist.exporters.bibtex import bibtex

    return bibtex(papers, "biblatex", **options)


def _csl_json(papers: Iterable[Paper]) -> str:
    from readlist.exporters.references import csl_json

    return csl_json(papers)


def _ris(papers: Iterable[Paper]) -> str:
    from readlist.exporters.references import ris

    return ris(papers)


def _markdown(papers: Iterable[Paper]) -> str:
    from readlist.exporters.markdown import markdown

    return markdown(papers)


def _csv(papers: Iterable[Paper]) -> str:
    from readlist.exporters.csv_ import csv

    return csv(papers)


def _json(papers: Iterable[Paper]) -> str:
    from readlist.exporters.paper_json import export_json

    return export_json(papers)


_FIELDS = frozenset({"abstract", "note", "keywords", "readstatus"})
_STYLE = _FIELDS | {"leave_out", "most_authors", "layout", "order"}
#: Format name, as people type it, → format.
FORMATS: dict[str, Format] = {
    "bibtex": Format("bib", True, _bibtex, _STYLE | {"eprinttype"}),
    "biblatex": Format("bib", True, _biblatex, _STYLE),
    "csl-json": Format("json", True, _csl_json),
    "ris": Format("ris", True, _ris),
    "markdown": Format("md", False, _markdown),
    "csv": Format("csv", False, _csv),
    "json": Format("json", False, _json),
}


def render(format_name: str, papers: Iterable[Paper], **options: Any) -> str:
    """The papers in a format, ending with a newline (nothing for no papers, where the format has no frame).

    Raises `WrongUsage` for a format or option that does not exist and `ReadlistError` for a paper without the citation
    key that the format needs.
    """
    chosen = FORMATS.get(format_name)
    if chosen is None:
        raise WrongUsage(f"no export format {format_name!r}: it is one of {', '.join(FORMATS)}")
    unknown = sorted(set(options) - chosen.options)
    if unknown:
        raise WrongUsage(f"{format_name} has no option {', '.join(unknown)}")
    return chosen.render(papers, **options)
