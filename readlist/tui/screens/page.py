"""What every screen of ours has: its keys from the registry, counts before keys, a line that says what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.css.query import NoMatches
from textual.screen import Screen

from readlist.tui import registry
from readlist.tui.backroom import Failed
from readlist.tui.decisions import Decided
from readlist.tui.desk import Desk
from readlist.tui.guarded import Guarded
from readlist.tui.jobs import Jobs
from readlist.tui.messages import Changed, Counted, Fetched, Found, JobEnded, JobTold, Looked, SavedCounted
from readlist.tui.progress_line import progress_line
from readlist.tui.screens.placed import Placed
from readlist.tui.spans import Line, safe
from readlist.tui.widgets.bars import HeadLine, MessageLine
from readlist.tui.widgets.lines import Drawn, TextPane

#: After how long it is said that something is being taken back, seconds.
_MOMENT = 0.25
#: Longest count that is taken seriously.
_DIGITS = 6


class Page(Guarded, Placed, Screen[None]):
    """A full screen. The app tells it what has happened; it owns what it shows."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    Page { background: $background; color: $foreground; overflow: hidden; }
    MessageLine { background: $background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._summed_up: tuple[str, str] | None = None
        self._digits: str | None = None
        self._counting: frozenset[str] = frozenset()

    @property
    def desk(self) -> Desk:
        return self.home_app.desk

    @property
    def jobs(self) -> Jobs:
        return self.home_app.jobs

    @property
    def ready(self) -> bool:
        """Whether the screen has its parts: not yet just after it was pushed, not any more while it goes."""
        return bool(self.query(HeadLine))

    def on_mount(self) -> None:
        """The screen's keys become those that the person chose. (Subclasses' own come first.)"""
        keys = self.keyboard.keys
        if keys:
            registry.bind(self._bindings, self.PLACE, keys)
        self._counting = self.keyboard.counting(self.PLACE)

    # What the app tells.

    def changed(self, change: Changed) -> None:
        """The library was changed from here."""

    def found(self, found: Found) -> None:
        """A search has ended."""

    def counted(self, counted: Counted) -> None:
        """The papers have been counted."""

    def looked(self, looked: Looked) -> None:
        """Something that a screen asked for was read."""

    def saved_counted(self, counted: SavedCounted) -> None:
        """What saved searches find has been counted."""

    def failed(self, failed: Failed) -> None:
        """Some work did not work."""
        self.say(failed.sentence, "bad")

    #: Whether the screen says itself how a job ends.
    TELLS_JOBS: ClassVar[bool] = False

    def job_told(self, told: JobTold) -> None:
        """A job has come further."""
        if self.TELLS_JOBS and self.is_current:
            stop = self.keyboard.says("cancel", "stops it")
            line = progress_line(told.name, told.progress, self.home_app.glyphs, told.left, stop)
            self.query_one(MessageLine).show(line, most=1)

    def job_ended(self, ended: JobEnded) -> None:
        """A job is over."""
        if self.TELLS_JOBS:
            self.say(ended.outcome.sentence, "bad" if ended.outcome.bad else "good")

    def fetched(self, fetched: Fetched) -> None:
        """A record that was looked for is there, or cannot be had."""
        if fetched.ids and fetched.record is None:
            self.say(f"p{fetched.ids[0]} stays in review: {fetched.sentence}", "bad")

    def outside(self) -> None:
        """The library was changed by somebody else."""

    def catch_up(self) -> None:
        """Do now what was put off for a moment."""

    # Saying and counting.

    def say(self, text: str, role: str = "text", more: str = "", *, lines: int | None = None) -> None:
        """Show one sentence until the next one. ``lines``: so many at most, where it is said with each key."""
        line: Line = [(safe(" ".join(text.split())), role)]
        if more:
            line.append(("  " + more, "dim"))
        # What all screens are told is said by each of them, and can be read again once.
        if text and role != "dim" and self.home_app.front is self:
            self.home_app.said.appendleft(line)
        try:
            self.query_one(MessageLine).show(line, most=lines)
        except NoMatches:
            self.app.notify(text, markup=False)

    def say_running(self) -> None:
        """Say why no other job can be started now."""
        self.say(f"{self.desk.running} is not over yet; {self.keyboard.says('cancel', 'stops it')}", "warn")

    def browse(self, address: str) -> None:
        """Open an address in the browser."""
        open_address = self.jobs.open_address
        if open_address is None:
            self.say("opening the web page is not available here", "warn")
        else:
            self.desk.aside(lambda: open_address(address))

    def sum_up(self, text: str, more: str) -> None:
        """Say what came of many decisions; those that are not in the library yet are part of it."""
        self._summed_up = (text, more) if self.desk.deciding else None
        self.say(text, more=more)

    def say_change(self, change: Changed) -> None:
        """Show what a decision did, and how to take it back."""
        if self._summed_up is not None:
            text, more = self._summed_up
            self._summed_up = self._summed_up if self.desk.deciding else None
            self.say(text, more=more)
            return
        if change.kind == "do":
            if change.count:
                self.say(change.summary, more=self.keyboard.says("undo", "takes it back"), lines=1)
            else:
                self.say(change.summary or "nothing to change: it is like that already", "dim", lines=1)
        elif not change.count:
            nothing = "nothing to take back" if change.kind == "undo" else "nothing to do again"
            self.say(change.summary or nothing, "dim")
        else:
            steps = f"{change.count} steps: " if change.count > 1 else ""
            taken = change.kind == "undo"
            self.say(
                f"{'taken back' if taken else 'done again'}: {steps}{change.summary}",
                more=self.keyboard.says("redo", "does it again")
                if taken
                else self.keyboard.says("undo", "takes it back"),
                lines=1 if change.count == 1 else None,
            )

    def count_key(self, event: events.Key) -> bool:
        """Digits of a count: at once those that are no keys themselves, after a comma any. (1 to 5 and 0 decide.)

        Returns whether the key was one. Called in the order in which keys are acted on, which ``on_key`` is not.
        """
        digit = event.character if event.character and event.character in "0123456789" else None
        if self._digits is None:
            if event.key != "comma" and digit not in self._counting:
                return False
            self._digits = digit or ""
        elif digit is not None and len(self._digits) < _DIGITS:
            self._digits += digit
        elif event.key == "escape":
            self._digits = None
            self.say("")
            return True
        else:
            return False
        self.say(f"{self._digits or 'a number'} times …", "dim")
        return True

    def counted_key(self, otherwise: int = 1) -> int:
        """The count that was typed before this key."""
        digits, self._digits = self._digits, None
        if digits is None:
            return otherwise
        self.say("")
        return int(digits or otherwise)

    def restyle(self) -> None:
        """The theme has changed."""
        for widget in self.query(Drawn):
            widget.restyle()

    # Actions that all have.

    @property
    def pane(self) -> TextPane:
        """The text that keys scroll."""
        return self.query_one(TextPane)

    def action_move(self, by: int) -> None:
        self.pane.scroll_lines(by * self.counted_key())

    def action_edge(self, which: int) -> None:
        self.counted_key()
        self.pane.scroll_to_line(0 if which < 0 else len(self.pane.lines))

    def action_page(self, screens: float) -> None:
        height = self.pane.size.height
        self.pane.scroll_lines(round(max(height - 1, 1) * screens * self.counted_key()))

    def action_back(self) -> None:
        self.counted_key()
        if len(self.app.screen_stack) > 1:
            self.dismiss()

    def action_cancel(self) -> None:
        self.counted_key()
        if self.desk.cancel():
            self.say(f"{self.desk.running} is being stopped", "warn")
        else:
            self.say("nothing is running", "dim")

    def action_undo(self) -> None:
        self.replay("undo", self.counted_key())

    def action_redo(self) -> None:
        self.replay("redo", self.counted_key())

    def replay(self, kind: str, times: int, among: Sequence[Decided] | None = None) -> bool:
        """Take something back or do it again; returns whether that was begun.

        One at a time: who presses the key again before the first is done has not seen what it took back. Where it takes
        longer than a moment, that is said.
        """
        if self.desk.replaying:
            self._tell_replay("still ")
            return False
        (self.desk.undo if kind == "undo" else self.desk.redo)(times, among)
        self.set_timer(_MOMENT, self._tell_replay)
        return True

    def _tell_replay(self, still: str = "") -> None:
        kind = self.desk.replaying
        if kind and self.is_current:
            following = self.desk.library.next_to_undo() if kind == "undo" else None
            what = f": {following.summary}" if following is not None else ""
            dots = self.home_app.glyphs.ellipsis
            self.say(f"{still}{'taking back' if kind == 'undo' else 'doing again'}{what} {dots}", "dim")

    def action_messages(self) -> None:
        from readlist.tui.screens.said import SaidPage

        self.app.push_screen(SaidPage())

    def on_message_line_pressed(self) -> None:
        self.action_messages()

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def action_theme(self) -> None:
        self.app.action_change_theme()

    def action_suspend(self) -> None:
        self.counted_key()
        # Where a terminal cannot do that (a browser, Windows) Textual does nothing.
        self.app.action_suspend_process()

    def action_quit(self) -> None:
        self.app.exit(0)

    def action_interrupt(self) -> None:
        """Ctrl+C is pressed out of reflex: it ends nothing."""
        self.counted_key()
        told = [self.keyboard.says("quit", "leaves readlist")]
        if self.desk.running:
            told.insert(0, self.keyboard.says("cancel", f"stops the {self.desk.running}"))
        self.say("; ".join(filter(None, told)), "dim")
