"""What the client tells a face while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What just happened."""

    WAIT = "wait"
    REQUEST = "request"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a look-up is.

    ``asked`` and ``answered`` count questions, ``requests`` the requests sent so far, ``left`` how many more are
    planned (at least; unknown ones are not guessed). ``wait`` is the time in seconds until the next request may start
    and ``reason`` says what is waited for; while waiting, one event comes about every second.
    """

    step: Step
    asked: int
    answered: int
    requests: int
    left: int
    wait: float = 0.0
    reason: str = ""

    def seconds_left(self, delay: float) -> float:
        """The time that the planned requests and the present wait take at least, answers not counted."""
        return self.wait + max(self.left - 1, 0) * delay


#: Receives a `Progress`; it runs in the thread of the look-up and should be quick.
Listener = Callable[[Progress], None]
