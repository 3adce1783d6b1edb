"""How far a long action has come, told to whichever face runs it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """``done`` of ``total`` (None where unknown) in ``stage``; ``text`` is a sentence for people.

    ``wait``: seconds until the next request, while a service's pace or its Retry-After is respected. ``left``: seconds
    that the rest takes, where that is known better than from what is done so far.
    """

    stage: str
    done: int = 0
    total: int | None = None
    text: str = ""
    wait: float = 0.0
    left: float | None = None


#: Called from the thread that does the work. Raising from it cancels the action; what was stored stays.
Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """For callers that show no progress."""


#: A guess made from less than this is worth nothing, seconds.
_SHORTEST = 1.0


class TimeLeft:
    """How long the rest of each stage takes, from how long what is done of it took."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._stage = ""
        self._since, self._from = 0.0, 0

    def of(self, progress: Progress) -> float | None:
        """Seconds left in this stage; None while nothing can be said, as while something has to pass first."""
        if progress.wait and progress.text:
            return None
        if progress.left is not None:
            return progress.left
        now = self._timer()
        if progress.stage != self._stage or progress.done < self._from:
            self._stage, self._since, self._from = progress.stage, now, progress.done
        done, took = progress.done - self._from, now - self._since
        if progress.total is None or done <= 0 or took < _SHORTEST:
            return None
        return (progress.total - progress.done) * took / done


def clock(seconds: float | None) -> str:
    """``0:07``, ``12:30``, ``1:05:00``; the empty string for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
