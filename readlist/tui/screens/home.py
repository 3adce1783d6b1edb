"""The home screen: places at the left, papers in the middle, the cursor's paper beside or below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from readlist.actions import browsing
from readlist.actions.browsing import parse
from readlist.paper import Paper, Status
from readlist.text import count
from readlist.tui import registry
from readlist.tui.desk import find
from readlist.tui.glyphs import ASCII
from readlist.tui.messages import Changed, Counted, Found, JobEnded, JobTold, SavedCounted, Search
from readlist.tui.pasting import is_listing
from readlist.tui.screens.deciding import PDF
from readlist.tui.screens.going import Going
from readlist.tui.screens.watching import Watching
from readlist.tui.spans import Line, safe
from readlist.tui.titles import has_tex
from readlist.tui.views import ALL, INBOX, View
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.frame import Frame
from readlist.tui.widgets.lines import LineList
from readlist.tui.widgets.paper_list import ColumnHeads, PaperList
from readlist.tui.widgets.paper_pane import PaperPane
from readlist.tui.widgets.sidebar import CountBar, Sidebar

if TYPE_CHECKING:
    from textual.timer import Timer

#: Ids read before the first paint; the rest follow a moment later.
FIRST = 1000
#: The mouse button that opens a menu.
_RIGHT = 3
#: Moves that follow each other as quickly as this are of a key that is held down, seconds.
HELD = 0.15
#: How long what a decision did stays to be read while a job tells how far it is, seconds.
READ = 1.5


class HomePage(Watching, Going):
    """The list of papers."""

    PLACE = registry.HOME
    #: As a `Frame`: the parts cover the screen.
    BLANK = True
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.HOME)]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-tall")]
    DEFAULT_CSS = """
    HomePage { layers: default popup; }
    HomePage #middle { height: 1fr; layout: horizontal; }
    HomePage #body { width: 1fr; layout: vertical; }
    HomePage #papers { width: 1fr; height: 1fr; layout: vertical; }
    HomePage #list { height: 1fr; }
    HomePage #sidebar { width: 21; padding: 0; background: $surface; }
    HomePage #pane { height: 8; border-top: solid $foreground 18%; }
    HomePage #counts { display: none; }
    HomePage.-narrow #sidebar, HomePage.-narrow #head { display: none; }
    HomePage.-narrow #counts { display: block; }
    HomePage.-medium #pane { height: 38%; }
    HomePage.-wide #body { layout: horizontal; }
    HomePage.-wide #papers { width: 3fr; min-width: 89; }
    HomePage.-wide #pane { width: 2fr; max-width: 84; height: 1fr; }
    HomePage.-wide #pane { border-top: none; border-left: solid $foreground 18%; }
    HomePage.-low #pane { display: none; }
    HomePage.-ascii #pane { border-top: ascii $foreground 18%; }
    HomePage.-ascii.-wide #pane { border-top: none; border-left: ascii $foreground 18%; }
    HomePage #search { height: 1; border: none; padding: 0; background: $background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._wanted: int | None = None
        self._last_change = self._last_move = 0.0
        self._pane_waits: Timer | None = None
        self._opened = False
        self._taken = self._taken_before = 0
        self._colours: Mapping[str, str] = {}
        self.head, self.counts, self.sidebar = HeadLine(id="head"), CountBar(id="counts"), Sidebar(id="sidebar")
        self.heading, self.shelf = ColumnHeads(id="heading"), PaperList(self.listing, id="list")
        self.shelf.tex = False
        self.side_pane, self.message = PaperPane(id="pane"), MessageLine(id="message")
        self.side_pane.tex = False

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.counts
        with Frame(id="middle"):
            yield self.sidebar
            with Frame(id="body"):
                with Frame(id="papers"):
                    yield self.heading
                    yield self.shelf
                yield self.side_pane
        yield self.message
        yield HintBar(self.PLACE, id="hints")

    def on_mount(self) -> None:
        self.set_class(self.home_app.glyphs is ASCII, "-ascii")
        self.restore_look()
        self.home_app.tag_colours = self._colours = browsing.tag_colours(self.desk.library)
        first = self._search()
        self.listing.show(find(self.desk.library, first, self.desk.clock(), FIRST))
        if not self.listing.ids and browsing.ids(self.desk.library, now=self.desk.clock(), limit=1):
            # Nothing is new: the whole list is a better start than an empty inbox.
            self.view = ALL
            self.listing.show(find(self.desk.library, self._search(), self.desk.clock(), FIRST))
        self.shelf.nothing = self.nothing()
        self.sidebar.select(self.view)
        self.counts.show(self.view)
        self.shelf.focus()
        self.show_position()
        self._show_pane()
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """After the first paint: the rest of the ids, the numbers, and an eye on the file."""
        self._opened = True
        self.home_app.painted()
        self._read_tex()
        self.show_position()  # now that the width of the list is known, its columns have their names
        self.desk.count()
        if len(self.listing) >= FIRST:
            self.refind(keep=True)
        self.keep_watch()
        self._warn(self.home_app.warnings)

    def _read_tex(self) -> None:
        self.shelf.tex = self.side_pane.tex = True
        rows = [self.listing.row(index) for index in range(min(self.shelf.size.height, len(self.listing)))]
        if any(row is not None and (row.noted or has_tex(row.title)) for row in rows):
            self.shelf.changed()
            self.side_pane.changed(keep_place=True)

    def _warn(self, warnings: Sequence[str]) -> None:
        """What is wrong with the settings: the first of it in words."""
        if warnings:
            others = f"; {len(warnings) - 1} more: readlist config names them" if len(warnings) > 1 else ""
            self.say(f"{warnings[0]}{others}", "warn")

    # What is shown.

    def _search(self, *, keep: bool = False) -> Search:
        self._number += 1
        return Search(self._number, self.view, self.query_text, self.sort, keep, self.unfinished)

    def refind(self, focus: int | None = None, *, keep: bool = False) -> None:
        """Read the ids again. ``keep``: the cursor stays on its paper."""
        self._due_since = None
        self._taken_before = self._taken
        if focus is not None or not keep:
            # Until it is found, or somebody moves; a search that keeps the place goes there as well (after an undo).
            self._wanted = focus
        self.desk.search(self._search(keep=keep))

    def found(self, found: Found) -> None:
        search = found.search
        if search.number != self._number:
            return
        focus, self._wanted = self._wanted, None
        if focus is None and search.keep:
            # Where the cursor is now: it may have moved while this was looked for.
            focus = self.shelf.current
        if self._taken != self._taken_before:
            # Papers were decided on while this was looked for: it may not know that they have left.
            self._due_since = monotonic()
            return
        here = self.shelf.cursor - self.shelf.top
        self.listing.show(found.ids)
        self.shelf.words, self.elsewhere = self._words(), found.elsewhere
        place = self.listing.place(focus)
        if place is None:
            place = self.shelf.cursor if search.keep else 0
        self.shelf.nothing = self.nothing()
        top = max(0, min(place - here, len(self.listing) - self.shelf.size.height)) if search.keep else 0
        self.shelf.renew(top)
        self.shelf.move_to(place, tell=False)
        self._moved()
        self.tell_meanwhile(found)

    def _words(self) -> tuple[str, ...]:
        return parse(self.query_text, self.desk.clock()).words if self.query_text else ()

    def _moved(self) -> None:
        self.show_position()
        now = monotonic()
        held, self._last_move = now - self._last_move < HELD, now
        if self._pane_waits is None:
            # Not at once: while a key is held down the list comes first, and the paper is seen now and then.
            self._pane_waits = self.set_timer(HELD if held else 0.02, self._show_pane)

    def catch_up(self) -> None:
        if self._pane_waits is not None:
            self._show_pane()

    def _show_pane(self) -> None:
        if self._pane_waits is not None:
            self._pane_waits.stop()
            self._pane_waits = None
        if self.side_pane.display:
            self.side_pane.show(self.current_paper_here(), self.shelf.words)

    def current_paper_here(self) -> Paper | None:
        """The paper at the cursor, whatever is marked."""
        current = self.shelf.current
        if current is None:
            return None
        return self.read(lambda: browsing.get(self.desk.library, current), None)

    def show_position(self) -> None:
        total = len(self.listing)
        right: Line = []
        if self.listing.marked:
            right.append((f"{len(self.listing.marked):,} marked  ", "mark"))
        if self.query_text:
            right.append((f"/{safe(self.query_text)[:24]}  ", "heading"))
        right.append((f"{self.shelf.cursor + 1:,} of {total:,}" if total else "none", "dim"))
        self.message.show(right=right)
        left: Line = [("readlist", "heading"), ("  ", ""), (self.view.sign + safe(self.view.name), "strong")]
        if self.query_text:
            left += [("  /", "dim"), (safe(self.query_text), "hit")]
        self.head.show(left, [(f"{count(total, 'paper')}, by {self.sort.removeprefix('-')}", "dim")])
        self.heading.show(self.shelf.columns, self.sort)
        self.show_hints()

    def on_resize(self) -> None:
        if self._opened and self.ready:
            self.call_after_refresh(self._moved)

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        if message.source is self.shelf:
            self.moved()

    def moved(self) -> None:
        self._wanted = None
        self._moved()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        if message.source.has_class("choices"):
            self.choose_completion(message)
        elif message.source is self.sidebar:
            view = self.sidebar.view_at(message.index)
            self.show_view(view or self.view)
            if view is not None and message.button == _RIGHT:
                self.menu_of(view)
        else:
            self.click_on_paper(message)

    def on_count_bar_chosen(self, message: CountBar.Chosen) -> None:
        self.show_view(message.view)

    def show_view(self, view: View) -> None:
        """Go to a place."""
        self.view = view
        self.sidebar.select(view)
        self.counts.show(view)
        self.listing.marked.clear()
        self.refind()

    # What the app tells.

    def changed(self, change: Changed) -> None:
        self._last_change = monotonic()
        if self.home_app.front is self:  # a window may be before it
            self.say_change(change)
        # What concerns no paper in particular (a tag everywhere, a saved search) may concern them all.
        self.listing.stale(change.ids or None)
        self.shelf.changed()
        self.desk.count()
        if change.kind != "do" or not change.ids:
            self.refind(change.ids[0] if change.ids else None, keep=True)
        elif change.count == 0 or not self.listing.ids:  # what is found elsewhere is said with an empty list
            self._due_since = monotonic()
        self._moved()

    def counted(self, counted: Counted) -> None:
        self.follow_searches(counted)
        self.follow_tags(counted)
        self.sidebar.show(counted.counts, counted.tags, counted.searches)
        self.counts.show(self.view, counted.counts)
        self.mind_columns()
        if counted.colours != self._colours:
            # Of all that was counted this alone shows in the list and in the paper.
            self._colours = dict(counted.colours)
            self.shelf.changed()
            self.side_pane.changed(keep_place=True)

    def saved_counted(self, counted: SavedCounted) -> None:
        self.sidebar.show_saved(counted.numbers)

    def forget_focus(self) -> None:
        self._wanted = None

    def job_told(self, told: JobTold) -> None:
        # What a decision did can be read before the next figure takes its place.
        if monotonic() - self._last_change > READ:
            super().job_told(told)

    def job_ended(self, ended: JobEnded) -> None:
        told = ended.outcome
        if ended.name != PDF:
            self.last_report = (told.sentence, told.report) if told.report else None
        if self.is_current:
            self.say(told.sentence, "bad" if told.bad else "good", self.after_job(ended))
        elif not getattr(self.app.screen, "TELLS_JOBS", False):
            self.home_app.said.appendleft([(safe(" ".join(told.sentence.split())), "bad" if told.bad else "good")])
            self.app.notify(told.sentence, severity="error" if told.bad else "information", markup=False)
        self.refind(keep=True)

    # Actions of this screen.

    async def on_paste(self, event: events.Paste) -> None:
        """A listing pasted into the list is one to import."""
        if is_listing(event.text):
            event.stop()
            await self.import_pasted(event.text)

    def after_verdict(self, ids: list[int], status: Status) -> None:
        if self.view.status not in (None, status):
            self._take_out(ids)
        elif not self.listing.marked:
            self.shelf.changed(self.shelf.cursor)
            self._go(self.shelf.cursor + 1)
        else:
            self.shelf.changed()
        self.show_position()

    def _take_out(self, ids: list[int]) -> None:
        self._taken += 1
        gone = set(ids)
        before = sum(paper_id in gone for paper_id in self.listing.ids[: self.shelf.cursor]) if len(ids) > 1 else 0
        self.listing.without(ids)
        self.shelf.nothing = self.nothing()
        self.shelf.changed()
        self.shelf.move_to(self.shelf.cursor - before, tell=False)
        self.shelf.scroll_lines_to(self.shelf.top)
        self._moved()

    def action_remove(self) -> None:
        ids = self._ids()
        if ids:
            self.desk.remove(ids, restore=self.view.removed)
            self._take_out(ids)

    async def action_open(self) -> None:
        self.counted_key()
        if self.shelf.current is None:
            self.say("there is no paper here", "dim")
            return
        from readlist.tui.screens.paper import PaperPage

        await self.app.push_screen(PaperPage(self))

    async def action_triage(self) -> None:
        from readlist.tui.screens.triage import TriagePage

        if self.listing.marked:
            queue = self.concerned()
        elif self.view == INBOX and not self.query_text and len(self.listing) != FIRST:
            # What is in sight knows of verdicts that are not in the library yet.
            queue = list(self.listing.ids)
        else:
            queue = browsing.ids(self.desk.library, INBOX.query, now=self.desk.clock())
        if not queue:
            self.say("the inbox is empty; there is nothing to decide on")
        else:
            await self.app.push_screen(TriagePage(queue), lambda _: self.refind(keep=True))
