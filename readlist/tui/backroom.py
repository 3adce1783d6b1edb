"""Threads that work on the library for the screen: each has its own, takes work in turn, and answers with a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from textual.message import Message

from readlist.actions.browsing import Library
from readlist.errors import LibraryGone, ReadlistError


class Failed(Message):
    """Something did not work; ``sentence`` is for people, ``what`` says which work it was, ``ids`` on which papers."""

    def __init__(self, sentence: str, what: str = "", ids: Sequence[int] = (), *, gone: bool = False) -> None:
        super().__init__()
        self.sentence, self.what, self.ids = sentence, what, ids
        #: The library is not where it was: nothing can be read or written until it is back.
        self.gone = gone


class Backroom:
    """One thread with one open library. What it is given is done in order; nothing in it touches a widget.

    ``home`` is the library as the app opened it: it is never made anew, and nothing is done while its file is not in
    its place. ``keep_fault`` is given what went wrong and was not foreseen. ``prepare`` is done once the library is
    open.
    """

    def __init__(
        self,
        home: Library,
        deliver: Callable[[Message], object],
        keep_fault: Callable[[Exception], object] | None = None,
        prepare: Callable[[Library], object] = lambda _library: None,
    ) -> None:
        self._home, self._keep_fault, self._prepare = home, keep_fault, prepare
        self._deliver = deliver
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="readlist")
        self._library: Library | None = None
        self._waiting = 0

    @property
    def busy(self) -> bool:
        """Whether there is work whose message has not been handled (see `handled`)."""
        return self._waiting > 0

    def handled(self) -> None:
        """A message of this room has been handled. Called by the app, in its own thread."""
        self._waiting -= 1

    def submit(self, what: str, work: Callable[[Library], Message], ids: Sequence[int] = ()) -> None:
        """Do this with the library, and deliver the message that comes of it, or `Failed`."""
        self._waiting += 1
        self._pool.submit(self._run, what, work, ids)

    def _run(self, what: str, work: Callable[[Library], Message], ids: Sequence[int]) -> None:
        try:
            self._home.check_in_place()
            if self._library is None:
                self._library = Library.open(self._home.path, create=False)
                self._prepare(self._library)
            message = work(self._library)
        except Exception as error:
            known = self._known(error)
            # The file is known to who sits before it; the line has room for what matters.
            told = str(known).removeprefix(f"{self._home.path}: ") if known else f"{what} failed: {self.told(error)}"
            message = Failed(told, what, ids, gone=isinstance(known, LibraryGone))
        # The loop may be gone while the app ends; then nobody is there to be told.
        with suppress(RuntimeError):
            self._deliver(message)

    def told(self, error: Exception) -> str:
        """What went wrong, in words; where that was not foreseen, its details are kept for a report."""
        known = self._known(error)
        if known is not None:
            return str(known)
        if self._keep_fault is not None:
            self._keep_fault(error)
        return f"{type(error).__name__}: {error}"

    def _known(self, error: Exception) -> ReadlistError | None:
        """What was foreseen, as what it means."""
        return error if isinstance(error, ReadlistError) else self._home.trouble(error)

    def close(self) -> None:
        """Finish what was given, then close the library."""
        self._pool.submit(self._close)
        self._pool.shutdown(wait=True)

    def _close(self) -> None:
        if self._library is not None:
            self._library.close()
            self._library = None
