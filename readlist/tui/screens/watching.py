"""An eye on the library's file: what others write there shows after a moment, and that it is gone is said."""

from __future__ import annotations

from time import monotonic

from readlist.tui.backroom import Failed
from readlist.tui.screens.listed import Listed

#: How often to look whether somebody else has changed the library, seconds.
POLL = 0.5
#: A list is not read again under the hands of somebody who is deciding; but no later than this, seconds.
QUIET, LATEST = 0.6, 1.3


class Watching(Listed):
    """A list that follows its library."""

    def __init__(self) -> None:
        super().__init__()
        #: Since when the list is to be read again.
        self._due_since: float | None = None
        self._last_key = 0.0
        #: Why the library cannot be worked with, while it is not where it was.
        self._lost = ""

    def keep_watch(self) -> None:
        """Look from now on."""
        self.set_interval(POLL, self._poll)

    def on_key(self) -> None:
        self._last_key = monotonic()

    def outside(self) -> None:
        if self._due_since is None:
            self._due_since = monotonic()

    def _poll(self) -> None:
        self.home_app.mind_terminal()
        if self._is_lost():
            return
        self.desk.mind_living()
        if self.desk.moved_outside():
            self.home_app.tell_outside()
        now = monotonic()
        if self._due_since is None or self.desk.deciding:
            return
        if (now - self._last_key > QUIET and self.desk.running is None) or now - self._due_since > LATEST:
            self.refind(keep=True)
            self.desk.count()

    def _is_lost(self) -> bool:
        """Whether the file is not where it was; said once when it goes, and when it is back."""
        before, self._lost = self._lost, self.desk.lost()
        if self._lost != before:
            front = self.home_app.front or self
            front.say(self._lost or "the library is there again", "bad" if self._lost else "good")
            if not self._lost:
                self.home_app.tell_outside()
        return bool(self._lost)

    def failed(self, failed: Failed) -> None:
        super().failed(failed)
        if failed.what == "search":
            # What stands there is of another search.
            self.forget_focus()
            self.listing.show([])
            what = "The library cannot be read." if failed.gone else "This search cannot be read."
            self.shelf.nothing = [what, failed.sentence]
            self.shelf.changed()
        elif failed.what not in ("count", "preference") and not failed.gone:
            self.listing.stale()
            self.refind(failed.ids[0] if failed.ids else None, keep=True)

    def forget_focus(self) -> None:
        """The paper that the cursor was to go to is not looked for any more."""
        raise NotImplementedError
