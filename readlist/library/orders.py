"""Orders of a list of papers."""

from __future__ import annotations

_STATUS = (
    "CASE paper.status WHEN 'reading' THEN 0 WHEN 'to-read' THEN 1 WHEN 'new' THEN 2 WHEN 'read' THEN 3 ELSE 4 END"
)
_DISCUSSED = "(SELECT max(comments) FROM sighting WHERE paper_id = paper.id)"

#: Terms of SQL by the name of an order. The last one keeps the order in which a listing showed its papers.
SORTS: dict[str, tuple[str, ...]] = {
    "added": ("paper.added DESC", "paper.id"),
    "title": ("paper.title COLLATE NOCASE", "paper.id"),
    "author": ("json_extract(paper.authors, '$[0][1]') COLLATE NOCASE", "paper.year", "paper.id"),
    "date": ("coalesce(paper.published, paper.year) DESC", "paper.arxiv_id DESC", "paper.id"),
    "category": ("json_extract(paper.categories, '$[0]')", "paper.added DESC", "paper.id"),
    "status": (_STATUS, "paper.added DESC", "paper.id"),
    "priority": ("paper.priority DESC", "paper.added DESC", "paper.id"),
    "changed": ("paper.status_changed DESC", "paper.id"),
    "discussed": (f"{_DISCUSSED} DESC", "paper.id"),
    "id": ("paper.id",),
}


def order_by(name: str, *, reverse: bool = False) -> str:
    """What stands behind ORDER BY, the other way round where ``reverse`` is set."""
    return ", ".join(_turned(term) if reverse else term for term in SORTS[name])


def _turned(term: str) -> str:
    return term.removesuffix(" DESC") if term.endswith(" DESC") else f"{term} DESC"
