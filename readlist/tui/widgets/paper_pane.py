"""One paper in full, as a text that scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from readlist.paper import Paper
from readlist.tui.detail import READABLE, paper_lines
from readlist.tui.spans import Line
from readlist.tui.widgets.lines import TextPane

#: A pane with fewer lines than this comes to the abstract at once.
_SHORT = 14


class PaperPane(TextPane):
    """Shows a paper; ``centred``: in the middle of a wide screen rather than at its left."""

    def __init__(self, *, id: str | None = None, focusable: bool = False, centred: bool = False) -> None:  # noqa: A002
        super().__init__(id=id, focusable=focusable)
        self.paper: Paper | None = None
        self._words: tuple[str, ...] = ()
        self._centred = centred
        #: As in the list of papers.
        self.tex = True

    def show(self, paper: Paper | None, words: Sequence[str] = ()) -> None:
        """Another paper, or the same one changed: then the place is kept."""
        words = tuple(words)
        if paper == self.paper and words == self._words:
            return
        same = paper is not None and self.paper is not None and paper.id == self.paper.id
        self.paper, self._words = paper, words
        self.changed(keep_place=same)

    def lines_for(self, width: int) -> list[Line]:
        if self.paper is None:
            return []
        room = width - 2
        left = max(1, (width - READABLE) // 2) if self._centred else 1
        brief = not self._centred and self.size.height < _SHORT
        lines = paper_lines(
            self.paper, min(room, READABLE), self.glyphs, self._words, brief=brief, role_of=self.tag_role, tex=self.tex
        )
        return [[(" " * left, ""), *line] for line in lines]
