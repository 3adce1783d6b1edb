"""What a doubtful match is decided by: the strip of records that it may be, and the listing beside one of them."""

from __future__ import annotations

from readlist.actions.comparing import compare
from readlist.actions.wording import percent
from readlist.paper import Candidate, Paper, Record
from readlist.tui.comparison import comparison_lines
from readlist.tui.spans import Line, clip, safe
from readlist.tui.titles import shown_title
from readlist.tui.widgets.lines import LineList, TextPane

#: More candidates than this scroll.
_SHOWN = 6


class CandidateStrip(LineList):
    """The records that it may be, with how likely each is; the chosen one is shown below."""

    MARGIN = 0

    def __init__(self) -> None:
        super().__init__(id="candidates")
        self.can_focus = False
        self.shown: list[tuple[Candidate, bool]] = []

    @property
    def count(self) -> int:
        return len(self.shown)

    def line(self, index: int, width: int) -> Line:
        candidate, typed = self.shown[index]
        mark = self.glyphs.cursor if index == self.cursor else " "
        title = clip(shown_title(candidate.title), width - 29, self.glyphs.ellipsis)
        score = "typed" if typed else percent(candidate.score)
        return [
            (f"{mark}{index + 1} of {self.count}  ", "strong" if index == self.cursor else "dim"),
            (f"{score:>5}  ", "heading"),
            (f"{candidate.arxiv_id:<11} ", "dim"),
            (title, "text"),
        ]

    def show(self, shown: list[tuple[Candidate, bool]], chosen: int) -> None:
        self.shown, self.cursor = shown, chosen
        self.styles.height = min(max(len(shown), 1), _SHOWN)
        self.top = max(0, min(self.top, len(shown) - _SHOWN))
        self.move_to(chosen, tell=False)
        self.changed()

    def empty(self, width: int) -> list[Line]:  # noqa: ARG002
        return [[(" no record to compare with", "dim")]]


class ComparisonPane(TextPane):
    """The listing and the chosen record."""

    def __init__(self) -> None:
        super().__init__(id="comparison")
        self._shown: tuple[Paper, Candidate, Record | None, bool, str] | None = None

    def show(
        self, paper: Paper, candidate: Candidate, record: Record | None, *, typed: bool, warning: str = ""
    ) -> None:
        """Show them; ``warning``: what should be known before the record is accepted."""
        shown = (paper, candidate, record, typed, warning)
        if shown != self._shown:
            self._shown = shown
            self.changed()

    def lines_for(self, width: int) -> list[Line]:
        if self._shown is None:
            return []
        paper, candidate, record, typed, warning = self._shown
        found = compare(paper, candidate, record, safe, shown_title)
        lines = comparison_lines(paper, found, candidate, width - 2, self.glyphs, typed=typed, warning=warning)
        return [[(" ", ""), *line] for line in lines]
