"""Which papers have which tags."""

from __future__ import annotations

from collections.abc import Sequence

from readlist.library import rows
from readlist.library.store import Library


def tags_among(library: Library, paper_ids: Sequence[int]) -> dict[str, int]:
    """On how many of these papers each of their tags is, the most frequent first."""
    found = library.connection.execute(
        "SELECT min(tag), count(*) FROM paper_tag WHERE paper_id IN (SELECT value FROM json_each(?)) "
        "GROUP BY tag ORDER BY 2 DESC, 1",
        (rows.to_json(list(paper_ids)),),
    )
    return dict(found.fetchall())


def tagged(library: Library, tag: str) -> list[int]:
    """All papers with a tag, in the trash or not."""
    return [row[0] for row in library.connection.execute("SELECT paper_id FROM paper_tag WHERE tag = ?", (tag,))]
