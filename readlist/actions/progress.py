"""How far a long action has come, told to whichever face runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
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
