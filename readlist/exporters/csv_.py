"""Papers as CSV (RFC 4180) for spreadsheets, with cells that no spreadsheet takes for a formula.

https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv as stdlib_csv
import io
from collections.abc import Iterable

from readlist.exporters.paper_json import utc
from readlist.paper import Paper

COLUMNS = (
    "id", "title", "authors", "year", "arxiv_id", "doi", "url", "journal_ref", "categories", "status", "priority",
    "tags", "citekey", "added", "note", "abstract",
)  # fmt: skip
_STARTS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def csv(papers: Iterable[Paper]) -> str:
    """One row a paper below a row of column names; several values in a cell are separated by ``; ``."""
    out = io.StringIO(newline="")
    writer = stdlib_csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for paper in papers:
        writer.writerow(map(_safe, _row(paper)))
    return out.getvalue()


def _row(paper: Paper) -> tuple[object, ...]:
    return (
        paper.short_id, paper.title, "; ".join(author.name for author in paper.authors), paper.year, paper.arxiv_id,
        paper.doi, paper.url, paper.journal_ref, "; ".join(paper.categories), paper.status.value, paper.priority,
        "; ".join(paper.tags), paper.citekey, utc(paper.added), paper.note, paper.abstract,
    )  # fmt: skip


def _safe(cell: object) -> str:
    """An apostrophe in front makes a spreadsheet show the text instead of computing it."""
    text = "" if cell is None else str(cell).replace("\0", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # the writer quotes its own line end only
    starts = text.startswith(("\t", "\n")) or text.lstrip().startswith(_STARTS_FORMULA)
    return f"'{text}" if starts else text
