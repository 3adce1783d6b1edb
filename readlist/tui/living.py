"""The living files of the settings, brought up to date behind the person's back: a moment after the last change."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from textual.message import Message

from readlist.actions.browsing import Library
from readlist.tui.backroom import Backroom
from readlist.tui.messages import LivingKept

#: How long nothing must have changed before the files are looked at, seconds.
_REST = 2.0


class Living:
    """``refresh`` brings the files up to date and returns what went wrong, in sentences; None: there are no files."""

    def __init__(
        self, home: Library, deliver: Callable[[Message], object], refresh: Callable[[Library], list[str]] | None
    ) -> None:
        self._refresh = refresh
        self._room = Backroom(home, deliver)
        self._due: float | None = None
        #: What went wrong the last time, and what of it was told.
        self.troubles: tuple[str, ...] = ()
        self._told: tuple[str, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether the files are being written."""
        return self._room.busy

    def changed(self) -> None:
        """The library has changed."""
        if self._refresh is not None:
            self._due = monotonic() + _REST

    def mind(self) -> None:
        """Start where it is time. To be called now and then, while nothing else writes into the library."""
        if self._due is not None and monotonic() >= self._due and not self._room.busy:
            self._start()

    def answered(self, message: LivingKept) -> list[str]:
        """Account for what was done; returns what of it was not told before."""
        self._room.handled()
        known, self._told = self._told, message.troubles
        return [trouble for trouble in message.troubles if trouble not in known]

    @property
    def untold(self) -> list[str]:
        """What went wrong while nobody was there to be told."""
        return [trouble for trouble in self.troubles if trouble not in self._told]

    def close(self, *, changed: bool) -> None:
        """Bring the files up to date for the last time where anything changed, and end."""
        if self._refresh is not None and (changed or self._due is not None):
            self._start()
        self._room.close()

    def _start(self) -> None:
        self._due = None
        refresh = self._refresh
        assert refresh is not None

        def work(library: Library) -> Message:
            try:
                self.troubles = tuple(refresh(library))
            except Exception as error:
                self.troubles = (f"the living files are not kept up to date: {type(error).__name__}: {error}",)
            return LivingKept(self.troubles)

        self._room.submit("living", work)
