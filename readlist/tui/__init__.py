"""The terminal interface: one face of the actions. No SQL, no HTTP and no scoring in here.

`app` is the application, `registry` names every action once, `desk` carries them out in threads that post messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readlist.tui.jobs import Jobs

#: How long a thread that works may keep the interpreter from the one that a key waits for, seconds. A key takes it back
#: some ten times, after each look into the library: with Python's own 5 ms that is seen.
_TURN = 0.0005


def run(
    library_path: Path,
    clock: Callable[[], datetime],
    *,
    ascii_only: bool = False,
    actions: Jobs | None = None,
    theme: str | None = None,
    keys: Mapping[str, object] | None = None,
    settings_file: Path | None = None,
    tell: Callable[[str], object] | None = None,
) -> int:
    """Run the terminal interface until the person quits; returns the exit code.

    ``clock`` tells the time for all that is written down, ``actions`` are the jobs that it may start, ``theme`` is
    the name of a theme. ``keys`` is the table ``tui.keys`` of the settings file; what is wrong in it is told on the
    screen. ``tell`` is given what is to be said before there is a screen, and once it is gone. Raises `LibraryError`
    before anything is drawn.
    """
    import gc
    import sys

    # Loading Textual makes many objects and no garbage: looking for some costs a quarter of the start. The app turns
    # it on again after its first paint.
    gc.disable()
    turn = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        from readlist.tui import app, colours
        from readlist.tui.keyboard import read_keys

        keyboard = read_keys(keys or {})
        return app.run(
            library_path,
            clock,
            ascii_only=ascii_only,
            actions=actions,
            theme=theme or colours.DARK.name,
            keyboard=keyboard,
            tell=tell,
            warnings=[f"{settings_file}: {problem}" for problem in keyboard.problems],
        )
    finally:
        sys.setswitchinterval(turn)
        gc.enable()


def screenshot(
    library_path: Path,
    clock: Callable[[], datetime],
    size: tuple[int, int],
    path: Path,
    *,
    theme: str | None = None,
) -> None:
    """Write the first screen as SVG, ``size`` columns by lines, without a terminal. Raises `LibraryError`."""
    from readlist.tui import app, colours

    app.screenshot(library_path, clock, size, path, theme=theme or colours.DARK.name)
