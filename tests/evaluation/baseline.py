"""The usual method, for comparison: ask for the title in quotes and take the first hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.evaluation.sets import Labelled
from tests.servers.arxiv_index import Index
from tests.servers.arxiv_query import Term


class FirstHit:
    """The service's own search, strict phrases and its ranking, over its records."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def __call__(self, title: str, without: str = "") -> str | None:
        """The id of the first hit, the record ``without`` not being there."""
        text = " ".join(title.replace('"', " ").replace("\\", " ").split())
        found = self._index.search(Term("ti", text, phrase=True), bag=False)
        ids = {str(self._index.rows[number]["id"]): score for number, score in found.items()}
        ids.pop(without, None)
        return max(ids, key=lambda one: (ids[one], one), default=None)


def first_hits(search: FirstHit, entries: Iterable[Labelled]) -> Iterator[tuple[Labelled, str | None]]:
    """What the usual method takes each entry for."""
    for entry in entries:
        yield entry, search(entry.question.titles[0], entry.truth if entry.kind.absent else "")
