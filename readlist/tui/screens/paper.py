"""One paper on the whole screen, with the keys of the list; it follows the list's cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.paper import Status
from readlist.tui import registry
from readlist.tui.messages import Changed, Found
from readlist.tui.screens.deciding import Deciding
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.paper_pane import PaperPane

if TYPE_CHECKING:
    from readlist.tui.screens.home import HomePage


class PaperPage(Deciding):
    """The cursor's paper of a list, large."""

    PLACE = registry.PAPER
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.PAPER)]
    DEFAULT_CSS = "PaperPage PaperPane { height: 1fr; padding: 1 0 0 0; }"

    def __init__(self, home: HomePage) -> None:
        super().__init__()
        self._home = home
        self._paper_id = home.shelf.current

    def compose(self) -> ComposeResult:
        yield HeadLine()
        yield PaperPane(centred=True, focusable=True)
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self.query_one(PaperPane).focus()
        self._show()

    def _show(self) -> None:
        self._paper_id = self._home.shelf.current
        paper = self._home.current_paper_here()
        self.query_one(PaperPane).show(paper, self._home.shelf.words)
        self.show_hints()
        place = f"{self._home.shelf.cursor + 1:,} of {len(self._home.listing):,}" if paper else ""
        self.query_one(HeadLine).show(
            [(self._home.view.name, "strong"), (f"  {paper.short_id}" if paper else "  no paper is left here", "dim")],
            [(place, "dim")],
        )

    @property
    def situation(self) -> registry.Situation:
        if self._paper_id is None:
            return frozenset({registry.EMPTY})
        return frozenset({registry.TRASH}) if self._home.view.removed else registry.PLAIN

    def concerned(self) -> list[int]:
        return [self._paper_id] if self._paper_id is not None else []

    def after_verdict(self, ids: list[int], status: Status) -> None:
        self._home.after_verdict(ids, status)
        self._show()

    def action_remove(self) -> None:
        self._home.listing.marked.clear()
        self._home.action_remove()
        self._show()

    def action_step(self, by: int) -> None:
        self._home.shelf.move_to(self._home.shelf.cursor + by * self.counted_key())
        self._show()

    def changed(self, change: Changed) -> None:
        self.say_change(change)
        self._show()

    def found(self, found: Found) -> None:  # noqa: ARG002 - the list below has taken it already
        self._show()

    def outside(self) -> None:
        self._show()
