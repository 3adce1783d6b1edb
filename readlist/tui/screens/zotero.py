"""Zotero: what a sync would change on each side, with before and after; chosen, done, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from readlist.actions.syncing import Side
from readlist.text import count
from readlist.tui import registry
from readlist.tui.decisions import Decided
from readlist.tui.jobs import Outcome
from readlist.tui.messages import Changed, JobEnded
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, fit, paragraph, safe
from readlist.tui.sync_lines import SIDES, Entry, entries, entry_lines, field_name
from readlist.tui.titles import shown_title
from readlist.tui.widgets.bars import HeadLine, HintBar, MessageLine
from readlist.tui.widgets.lines import LineList, TextPane

if TYPE_CHECKING:
    from readlist.actions.syncing import SyncResult

_BOXES = {"conflict": " ! ", "done": " = ", "left": " ! ", "notice": " i "}
_READABLE = 88
#: Rows of the journal in which those of a sync are looked for.
_LATELY = 200
#: What a sync does to the list, and the search for the records of what came from Zotero.
_WRITTEN = ("zotero", "resolve")
#: From this width of the screen on the two sides of a change stand beside each other.
_BESIDE = 100


class ChangeList(LineList):
    """The changes, one a line, with a box where they can be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.left_out: set[int | str] = set()
        #: Whose side was taken in the conflicts of a paper: ``local`` or ``remote``.
        self.decided: dict[int, str] = {}
        self.nothing = ""

    @property
    def count(self) -> int:
        return len(self.entries)

    def line(self, index: int, width: int) -> Line:
        entry = self.entries[index]
        taken = self.decided.get(entry.paper_id or 0) if entry.kind == "conflict" else None
        box = {"local": "[<]", "remote": "[>]"}.get(taken or "", _BOXES.get(entry.kind))
        chosen = entry.chosen_by not in self.left_out
        role = {"conflict": "warn", "left": "bad", "done": "good", "notice": "dim"}.get(entry.kind, "key")
        what = (
            ", ".join(map(field_name, entry.fields))
            if entry.verb == "update" or entry.kind == "conflict"
            else entry.reason
        )
        title = fit(shown_title(entry.title), max(width - (50 if what else 27), 12), self.glyphs.ellipsis)
        return [
            (f" {box or ('[x]' if chosen else '[ ]')} ", role),
            (f"{entry.side:<12}{entry.verb:<8} ", "dim" if chosen else "faint"),
            (title, "text" if chosen else "dim"),
            (f"  {safe(what)}", "dim"),
        ]

    def empty(self, width: int) -> list[Line]:
        return [[], *([("   ", ""), *line] for line in paragraph(self.nothing, min(width - 6, _READABLE)))]


class _Fields(TextPane):
    def __init__(self) -> None:
        super().__init__(focusable=False)
        self.entry: Entry | None = None

    def lines_for(self, width: int) -> list[Line]:
        if self.entry is None:
            return []
        beside = self.app.size.width >= _BESIDE
        room = min(width - 2, 2 * _READABLE if beside else _READABLE)
        return [[(" ", ""), *line] for line in entry_lines(self.entry, room, self.glyphs, beside=beside)]


class ZoteroPage(Page):
    """The plan of a sync, and then its result."""

    PLACE = registry.ZOTERO
    PLAN, APPLY = "looking at Zotero", "Zotero"
    TELLS_JOBS = True
    BINDINGS: ClassVar[list[BindingType]] = [*registry.bindings(registry.ZOTERO)]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]
    DEFAULT_CSS = """
    ZoteroPage #body { height: 1fr; layout: vertical; }
    ZoteroPage ChangeList { height: 1fr; width: 1fr; }
    ZoteroPage _Fields { height: 45%; border-top: solid $foreground 18%; }
    ZoteroPage.-wide #body { layout: horizontal; }
    ZoteroPage.-wide _Fields { width: 50%; height: 1fr; border-top: none; border-left: solid $foreground 18%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._library = ""
        #: The journal as it was before anything was written here, and what was written into the list since.
        self._before: int | None = None
        self._written: list[Decided] = []

    def compose(self) -> ComposeResult:
        yield HeadLine()
        with Container(id="body"):
            yield ChangeList()
            yield _Fields()
        yield MessageLine()
        yield HintBar(self.PLACE)

    def on_mount(self) -> None:
        self._list, self._fields = self.query_one(ChangeList), self.query_one(_Fields)
        self._list.focus()
        self._head()
        self.action_plan()

    @property
    def situation(self) -> registry.Situation:
        return registry.PLAIN if self._list.entries else frozenset({registry.EMPTY})

    @property
    def _chosen(self) -> list[Entry]:
        return [entry for entry in self._open if entry.chosen_by not in self._list.left_out]

    @property
    def _open(self) -> list[Entry]:
        """What can be done: changes, and conflicts in which a side was taken."""
        return [entry for entry in self._list.entries if entry.kind == "open" or self._taken(entry)]

    def _taken(self, entry: Entry) -> bool:
        return entry.kind == "conflict" and entry.paper_id in self._list.decided

    def _head(self) -> None:
        told = f"{len(self._chosen):,} of {len(self._open):,} changes chosen" if self._open else ""
        self.query_one(HeadLine).show([("Zotero", "heading"), (f"  {safe(self._library)}", "dim")], [(told, "dim")])

    def _show(self, found: list[Entry], nothing: str) -> None:
        self._list.entries, self._list.nothing = found, nothing
        self._list.cursor = self._list.top = 0
        self._list.changed()
        self._point()
        self.show_hints()

    def _point(self) -> None:
        self._fields.entry = self._list.entries[self._list.cursor] if self._list.entries else None
        self._fields.display = self._fields.entry is not None
        self._fields.changed()

    # Jobs.

    @property
    def _stops(self) -> str:
        return self.keyboard.says("cancel", "stops it")

    def action_plan(self) -> None:
        self.counted_key()
        plan = self.jobs.zotero_plan
        assert plan is not None
        if self.desk.start(self.PLAN, plan):
            self._show([], "Asking Zotero what has changed there. Nothing is written before you say so.")
            self.say("looking at Zotero", more=self._stops)
        else:
            again = self.keyboard.says("plan-again", "looks at Zotero")
            self._show([], f"{self.desk.running} is not over yet. {self._stops}, {again} when it is over.")

    async def action_apply(self) -> None:
        self.counted_key()
        if not self._chosen:
            self.say("no change is chosen" if self._open else "there is nothing to write", "dim")
            return
        from readlist.tui.screens.choice import ChoicePage

        taken = self._list.decided
        here = sum(
            entry.side == SIDES[Side.PULL] or taken.get(entry.paper_id or 0) == "remote" for entry in self._chosen
        )
        there = len(self._chosen) - here
        sides = [f"{count(there, 'change')} to Zotero"] if there else []
        sides += [f"{count(here, 'change')} to the list"] if here else []
        options = [("yes", f"Write {' and '.join(sides)}"), ("no", "Not now")]
        undo = self.keyboard.says("undo", "takes back what is in the list, not what is in Zotero")
        await self.app.push_screen(ChoicePage(f"{undo}.", options), lambda choice: self._apply(choice == "yes"))

    def _apply(self, sure: bool) -> None:
        apply = self.jobs.zotero_apply
        if not sure or apply is None:
            return
        if self._before is None:
            last = self.desk.library.history(1)
            self._before = last[0].id if last else 0
        left_out, decided = frozenset(self._list.left_out), dict(self._list.decided)
        if not self.desk.start(self.APPLY, lambda library, report: apply(library, left_out, decided, report)):
            self.say_running()

    def action_undo(self) -> None:
        """What a sync wrote into the list here. What was done before is taken back where it shows: in the list."""
        self._replay_own("undo", "taken back")

    def action_redo(self) -> None:
        self._replay_own("redo", "done again")

    def _replay_own(self, kind: str, what: str) -> None:
        times = self.counted_key()
        if self._written:
            self.replay(kind, times, self._written)
        else:
            self.say(f"nothing was written into the list here that could be {what}", "dim")

    def _note_written(self) -> None:
        since = [one for one in self.desk.library.history(_LATELY) if one.id > (self._before or 0)]
        self._written = [Decided(action=one.id) for one in since if one.name in _WRITTEN]

    def action_back(self) -> None:
        if self.desk.running == self.PLAN:
            self.desk.cancel()  # nobody waits for it any more
        super().action_back()

    def job_ended(self, ended: JobEnded) -> None:
        if ended.name == self.APPLY:
            self._note_written()
        if ended.name not in (self.PLAN, self.APPLY):
            super().job_ended(ended)
        elif ended.outcome.value is not None:
            self._ended(ended.outcome, cast("SyncResult", ended.outcome.value))
        elif ended.stopped:
            self._show([], f"{ended.outcome.sentence}. {self.keyboard.says('plan-again', 'shows what is left to do')}.")
            self.say("")
        else:
            self._show([], f"{ended.outcome.sentence}  {self.keyboard.says('plan-again', 'tries again')}.")
            self.say("Zotero could not be asked" if ended.name == self.PLAN else "Zotero was not written to", "bad")

    def _ended(self, outcome: Outcome, result: SyncResult) -> None:
        self._library = result.library
        found = entries(result)
        known = {entry.chosen_by for entry in found if entry.kind == "open"}
        self._list.left_out = self._list.left_out & known if result.dry_run else set()
        conflicts = {entry.paper_id for entry in found if entry.kind == "conflict"}
        self._list.decided = {number: side for number, side in self._list.decided.items() if number in conflicts}
        self._show(found, f"Nothing to change. {outcome.sentence}")
        self._head()
        more = "" if result.dry_run else self.keyboard.says("plan-again", "looks again")
        self.say(outcome.sentence, "bad" if outcome.bad else "text" if result.dry_run else "good", more)

    # The list.

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        if message.source is self._list:
            self._point()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        if message.x < 5 or message.clicks == 2:
            self._toggle(message.index)
        self._point()

    def action_move(self, by: int) -> None:
        self._list.move_to(self._list.cursor + by * self.counted_key())

    def action_edge(self, which: int) -> None:
        number = self.counted_key(0)
        self._list.move_to(number - 1 if number else (0 if which < 0 else self._list.count))

    def action_page(self, screens: float) -> None:
        height = max(1, self._list.size.height - 1)
        self._list.move_to(self._list.cursor + round(height * screens * self.counted_key()))

    def action_preview(self, by: int) -> None:
        self._fields.scroll_lines(by)

    def _toggle(self, index: int) -> None:
        entry = self._list.entries[index]
        if entry.kind == "conflict":
            self.say(self._how_to_decide(), "dim")
            return
        if entry.kind != "open":
            self.say("only what is planned can be chosen", "dim")
            return
        self._list.left_out ^= {entry.chosen_by}
        self._list.changed(index)
        self._head()

    def _how_to_decide(self) -> str:
        keep, take = (
            self.keyboard.says("keep-list", "keeps the list's"),
            self.keyboard.says("take-zotero", "takes Zotero's"),
        )
        return f"both sides changed it: {keep}, {take}"

    def action_take(self, side: str) -> None:
        """Take a side in a conflict, or leave it open again."""
        self.counted_key()
        entry = self._list.entries[self._list.cursor] if self._list.entries else None
        if entry is None or entry.kind != "conflict" or entry.paper_id is None:
            self.say("there is no conflict here", "dim")
            return
        if self._list.decided.get(entry.paper_id) == side:
            del self._list.decided[entry.paper_id]
        else:
            self._list.decided[entry.paper_id] = side
        self._list.changed(self._list.cursor)
        self._head()
        self._list.move_to(self._list.cursor + 1)

    def action_choose(self) -> None:
        self.counted_key()
        if self._list.entries:
            self._toggle(self._list.cursor)
            self._list.move_to(self._list.cursor + 1)

    def action_choose_all(self) -> None:
        self.counted_key()
        self._list.left_out = set() if self._list.left_out else {entry.chosen_by for entry in self._open}
        self._list.changed()
        self._head()

    def changed(self, change: Changed) -> None:
        self.say_change(change)
