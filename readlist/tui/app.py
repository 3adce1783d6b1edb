"""The terminal application: opens the library, hands messages to the screens, closes everything behind it.

Messages of the threads arrive here and go to every screen that is open, the list below included; the screens own
what is shown.
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widget import Widget

from readlist.actions import browsing
from readlist.errors import ReadlistError
from readlist.tui import colours
from readlist.tui.backroom import Failed
from readlist.tui.desk import Desk
from readlist.tui.glyphs import ASCII, UNICODE
from readlist.tui.guarded import Guarded
from readlist.tui.jobs import Jobs
from readlist.tui.keyboard import Keyboard
from readlist.tui.messages import (
    Changed,
    Completed,
    Counted,
    Fetched,
    Found,
    JobEnded,
    JobTold,
    Kept,
    LivingKept,
    Looked,
    Said,
    SavedCounted,
)
from readlist.tui.screens.dialog import Dialog
from readlist.tui.screens.home import HomePage
from readlist.tui.screens.page import Page
from readlist.tui.spans import Line, editable, safe
from readlist.tui.strips import free_strips

#: The name under which a library keeps the theme that was chosen.
_THEME = "theme"
#: When the collector of cycles looks: one screenful makes thousands of small things that are no cycles, and at
#: Python's own 700 it would look at them twice while they are drawn.
_COLLECT = (5_000, 10, 10)
#: Sentences that can be read again.
_SAID = 200


def _actions() -> type[Provider]:
    from readlist.tui.palette import ActionProvider

    return ActionProvider


class ReadlistApp(Guarded, App[int]):
    """readlist in a terminal.

    ``clock`` tells the time for everything that is written down. ``actions``: the jobs that the caller connects.
    ``theme``: the name of a theme, readlist's own or one of Textual's. ``keyboard``: the keys that the person chose;
    ``warnings`` are told once the first screen is there, to ``tell`` what cannot wait for it. Raises `LibraryError`
    where the library cannot be opened.
    """

    TITLE = "readlist"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_actions}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, priority=False)]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        library_path: Path,
        *,
        clock: Callable[[], datetime],
        ascii_only: bool = False,
        actions: Jobs | None = None,
        theme: str = colours.DARK.name,
        keyboard: Keyboard | None = None,
        warnings: Sequence[str] = (),
        tell: Callable[[str], object] | None = None,
    ) -> None:
        free_strips()
        # As no-color.org has it: set, and not empty.
        plain = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if plain else None)
        self.no_color = plain
        self._uncoloured = colours.Uncoloured()
        # The screens have the palette's key, as every other one.
        self._bindings.key_to_bindings.pop(self.COMMAND_PALETTE_BINDING)
        # Leaving is an action of the screens: a key within a window must not end all of it.
        self._bindings.key_to_bindings.pop("ctrl+q")
        self.keyboard = keyboard or Keyboard()
        self.warnings = tuple(warnings)
        self.jobs = actions or Jobs()
        self.glyphs = ASCII if ascii_only else UNICODE
        for known in colours.THEMES:
            self.register_theme(known)
        #: What was said, the last first.
        self.said: deque[Line] = deque(maxlen=_SAID)
        self.desk = Desk(library_path, clock, self.post_message, self.jobs.keep_living, tell, self.jobs.keep_fault)
        kept = browsing.preference(self.desk.library, _THEME)
        if plain:
            theme = colours.TERMINAL
        elif isinstance(kept, str) and kept in self.available_themes and theme == colours.DARK.name:
            theme = kept
        if theme in self.available_themes:
            # Before anything is parsed or drawn: assigning it later would do all of that twice.
            self.set_reactive(App.theme, theme)
            self.stylesheet.set_variables(self.get_css_variables())
            self.set_class(self.current_theme.dark, "-dark-mode", update=False)
            self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self.look = colours.styles(self)
        #: The colours of tags in this library, by the tag with its case folded.
        self.tag_colours: Mapping[str, str] = {}
        #: Whom keys were given to that are still on their way.
        self._addressees: WeakKeyDictionary[events.Key, Widget] = WeakKeyDictionary()
        self.home = HomePage()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            strayed = event.is_forwarded and self._addressees.get(event) is not (self.focused or self.screen)
            if strayed:
                # It was typed in one burst behind a key that opened something ("/faces", Enter).
                # Whoever had the keyboard left the key alone, so it is for who has it now.
                event = events.Key(event.key, event.character)
            here = self.focused or self.screen
            self._addressees[event] = here
            if strayed:
                here._forward_event(event)
                return
            if event.is_forwarded and isinstance(self.screen, Page) and self.screen.count_key(event):
                return
        await super().on_event(event)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [self._uncoloured] if self.no_color else super().get_line_filters()

    def tag_role(self, tag: str) -> str:
        """How a tag looks. Its colour is never all that tells it from others."""
        return colours.tag_role(self.tag_colours.get(tag.casefold()))

    def get_default_screen(self) -> Screen[Any]:
        return self.home

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda _theme: self._restyle())
        self.app_resume_signal.subscribe(self, lambda _app: self.redraw())

        self._end_when_told()

    def _end_when_told(self) -> None:
        """A terminal that is closed, or a machine that shuts down, ends the program as ``q`` does: nothing is lost."""
        if self.is_headless or sys.platform == "win32":
            return
        import signal

        for number in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, 128 + number)

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """Leave, for whatever reason: what is being typed in a window is kept first."""
        for screen in self.screen_stack:
            if isinstance(screen, Dialog):
                screen.leaving()
        super().exit(result, return_code, message)

    def mind_terminal(self) -> None:
        """End where the terminal is gone and nobody said so: reading from what is not there never ends."""
        if not self.is_headless and sys.__stdin__ is not None and not os.isatty(sys.__stdin__.fileno()):
            self.exit(128 + 1)

    def _restyle(self) -> None:
        self.look = colours.styles(self)
        self.desk.keep(_THEME, self.theme)
        for page in self._pages():
            page.restyle()

    def redraw(self) -> None:
        """Back from the shell: nothing of the screen is there any more."""
        for widget in self.screen.walk_children():
            widget.refresh()

    def painted(self) -> None:
        """The first screen is there: what was put off for it can be done."""
        if not gc.isenabled():
            # What was loaded up to here stays: later collections need not look at it.
            gc.freeze()
            gc.set_threshold(*_COLLECT)
            gc.enable()

    def on_unmount(self) -> None:
        self.desk.note_again()
        self.desk.close()

    @property
    def front(self) -> Page | None:
        """The page in front, below a window that may be before it."""
        return next(reversed(self._pages()), None)

    def _pages(self) -> list[Page]:
        return [screen for screen in self.screen_stack if isinstance(screen, Page) and screen.ready]

    # Each message is accounted for first, and then told to the screens from the lowest up.

    def on_changed(self, message: Changed) -> None:
        self.desk.answered(message)
        for page in self._pages():
            page.changed(message)

    def on_found(self, message: Found) -> None:
        self.desk.answered(message)
        for page in self._pages():
            page.found(message)

    def on_counted(self, message: Counted) -> None:
        self.desk.counted = message
        self.tag_colours = message.colours
        for page in self._pages():
            page.counted(message)

    def on_looked(self, message: Looked) -> None:
        self.desk.answered(message)
        for page in self._pages():
            page.looked(message)

    def on_said(self, message: Said) -> None:
        self.desk.answered(message)
        if message.copied is not None:
            self.copy_to_clipboard(message.copied)
        self._say(message.sentence)

    def _say(self, sentence: str, role: str = "text") -> None:
        """Say something on the page in front; where a window is before it, on the one below that."""
        if self.front is not None:
            self.front.say(sentence, role)

    def bears(self, error: Exception) -> bool:
        """Say what is wrong with the library where an exception comes of that; returns whether it does."""
        trouble = self.desk.library.trouble(error)
        if trouble is None:
            return False
        sentence = str(trouble).removeprefix(f"{self.desk.library.path}: ")
        if not self.said or self.said[0] != [(safe(sentence), "bad")]:  # each line that is drawn may find it anew
            self._say(sentence, "bad")
        return True

    def on_saved_counted(self, message: SavedCounted) -> None:
        self.desk.answered(message)
        for page in self._pages():
            page.saved_counted(message)

    def on_completed(self, message: Completed) -> None:
        self.desk.answered(message)
        self.home.completed(message)

    def on_kept(self, message: Kept) -> None:
        self.desk.answered(message)

    def on_living_kept(self, message: LivingKept) -> None:
        for trouble in self.desk.living.answered(message):
            self._say(trouble, "bad")

    def on_failed(self, message: Failed) -> None:
        self.desk.failed(message.what)
        for page in self._pages():
            page.failed(message)

    def on_job_told(self, message: JobTold) -> None:
        self.desk.progress = message.progress
        for page in self._pages():
            page.job_told(message)

    def on_job_ended(self, message: JobEnded) -> None:
        self.desk.answered(message)
        for page in self._pages():
            page.job_ended(message)
        self.tell_outside()

    def on_fetched(self, message: Fetched) -> None:
        self.desk.answered(message)
        for page in self._pages():
            page.fetched(message)

    @property
    def has_mail(self) -> bool:
        """Whether the app, a screen, or a part of the one in front has a message that it has not looked at."""
        if not self.is_running:
            return False
        parts = [self, *self.screen_stack, *self.screen.walk_children()]
        return any(not part._message_queue.empty() for part in parts)

    def catch_up(self) -> None:
        """Do at once what the screens put off for a moment."""
        for page in self._pages():
            page.catch_up()

    def tell_outside(self) -> None:
        """Somebody else has changed the library."""
        for page in self._pages():
            page.outside()


def run(
    library_path: Path,
    clock: Callable[[], datetime],
    *,
    ascii_only: bool = False,
    actions: Jobs | None = None,
    theme: str = colours.DARK.name,
    keyboard: Keyboard | None = None,
    warnings: Sequence[str] = (),
    tell: Callable[[str], object] | None = None,
) -> int:
    """Run until the person quits; returns the exit code. Raises `LibraryError` before anything is drawn.

    ``tell`` is given what is to be said before there is a screen, and once it is gone. Start it through
    `readlist.tui.run`, which loads this module a third faster.
    """
    from readlist.tui.pasting import take_pastes_whole

    take_pastes_whole()
    app = ReadlistApp(
        library_path,
        clock=clock,
        ascii_only=ascii_only,
        actions=actions,
        theme=theme,
        keyboard=keyboard,
        warnings=warnings,
        tell=tell,
    )
    code = app.run() or app.return_code or 0
    if tell is not None:
        for trouble in [*app.desk.living.untold, *unsaved(app.desk)]:
            tell(trouble)
    return code


def unsaved(desk: Desk) -> list[str]:
    """The notes that were typed and could not be written, in full: there is no other place to keep them."""
    return [
        f"the note on p{paper} could not be saved; it says:\n{editable(note)}" for paper, note in desk.notes.items()
    ]


def screenshot(
    library_path: Path,
    clock: Callable[[], datetime],
    size: tuple[int, int],
    path: Path,
    *,
    theme: str = colours.DARK.name,
) -> None:
    """Write the first screen as SVG, ``size`` columns by lines, without a terminal."""
    asyncio.run(_screenshot(ReadlistApp(library_path, clock=clock, theme=theme), size, path))


async def _screenshot(app: ReadlistApp, size: tuple[int, int], path: Path) -> None:
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot.pause)
        picture = _OUTSIDE_FONT.sub("", app.export_screenshot(title="readlist"))
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise ReadlistError(f"{path}: cannot write the picture: {error.strerror}") from error


# A picture shows the same everywhere and asks no server: the fonts of the machine do.
_OUTSIDE_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def settled(app: ReadlistApp, pause: Callable[[], Any]) -> None:
    """Wait until every thread has answered and every answer is on the screen. For screenshots and tests."""
    await pause()
    quiet = 0
    while quiet < 3 and app.is_running:
        quiet = 0 if app.desk.busy or app.has_mail else quiet + 1
        await asyncio.sleep(0.003)
        app.catch_up()
        await pause()
