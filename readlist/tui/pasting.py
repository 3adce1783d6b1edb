"""Pastes of megabytes: Textual's parser takes a paste letter by letter, 12 s for 5 MB; here it is taken whole."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message


class PasteParser(XTermParser):
    """Textual's parser of what a terminal sends, but for the text between the marks of a paste."""

    def __init__(self, debug: bool = False) -> None:
        #: The pieces of a paste that has not ended, and what may be the beginning of its end mark.
        self._pieces: list[str] | None = None
        self._tail = ""
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        if not data or (self._pieces is None and BRACKETED_PASTE_START not in data):
            yield from super().feed(data)
            return
        while data:
            if self._pieces is None:
                before, mark, data = data.partition(BRACKETED_PASTE_START)
                if before:
                    yield from super().feed(before)
                if mark:
                    self._pieces, self._tail = [], ""
                continue
            text, mark, data = (self._tail + data).partition(BRACKETED_PASTE_END)
            if mark:
                pasted = "".join([*self._pieces, text])
                self._pieces = None
                yield events.Paste(pasted.replace("\0", ""))
            else:
                # The end mark may be split between two reads.
                cut = max(0, len(text) - len(BRACKETED_PASTE_END) + 1)
                self._pieces.append(text[:cut])
                self._tail = text[cut:]


def take_pastes_whole() -> None:
    """Let the terminal's driver use `PasteParser`. It names its parser itself, so the name is given another meaning.

    Windows consoles deliver pastes as keys and have no such driver.
    """
    import sys

    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = PasteParser  # type: ignore[attr-defined]


def is_listing(text: str) -> bool:
    """Whether a paste is a listing, and no path or address."""
    return len(text[:100_000].strip().splitlines()) > 1
