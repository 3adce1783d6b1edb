"""What the list holds: ids of everything, rows of what is in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from readlist.actions.browsing import Row

#: Rows read at once: a tall screenful.
WINDOW = 64
#: Rows kept; a few screenfuls, so that going back and forth reads nothing.
_KEPT = 640


class Listing:
    """Ids in order, and a cache of rows. ``read`` fetches rows for a windowful of ids."""

    def __init__(self, read: Callable[[Sequence[int]], list[Row]]) -> None:
        self._read = read
        self._rows: dict[int, Row] = {}
        self.ids: list[int] = []
        self.marked: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, index: int) -> Row | None:
        """The row at a place; None when its paper has gone since the ids were read."""
        paper_id = self.ids[index]
        found = self._rows.get(paper_id)
        if found is None:
            self._fetch(index)
            found = self._rows.get(paper_id)
        return found

    def _fetch(self, index: int) -> None:
        if len(self._rows) > _KEPT:
            self._rows.clear()
        start = index // WINDOW * WINDOW
        wanted = [paper_id for paper_id in self.ids[start : start + WINDOW] if paper_id not in self._rows]
        for row in self._read(wanted):
            self._rows[row.id] = row

    def place(self, paper_id: int | None) -> int | None:
        """Where a paper is."""
        try:
            return self.ids.index(paper_id) if paper_id is not None else None
        except ValueError:
            return None

    def show(self, ids: list[int]) -> None:
        """Other ids; marks on papers that are not among them are gone."""
        self.ids = ids
        if self.marked:
            self.marked &= set(ids)
        self._rows.clear()

    def without(self, ids: Iterable[int]) -> None:
        """Take papers out that do not belong here any more."""
        gone = set(ids)
        if len(gone) == 1:
            place = self.place(next(iter(gone)))
            if place is not None:
                del self.ids[place]
        else:
            self.ids = [paper_id for paper_id in self.ids if paper_id not in gone]
        self.marked -= gone

    def stale(self, ids: Iterable[int] | None = None) -> None:
        """Rows have changed: these, or all."""
        if ids is None:
            self._rows.clear()
        else:
            for paper_id in ids:
                self._rows.pop(paper_id, None)
