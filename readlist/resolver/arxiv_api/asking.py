"""Asking one address of arXiv until it answers well or there is no hope: the manners that all its services want."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import requests

from readlist.resolver.arxiv_api.faults import Broken, GaveUp, Passing
from readlist.resolver.arxiv_api.feed import error_message
from readlist.resolver.arxiv_api.machine import OnWait
from readlist.resolver.arxiv_api.pace import DELAY, Pace, pace_of, service_of
from readlist.resolver.arxiv_api.transport import LARGEST_ANSWER, Transport

#: Waits after an overload (429) and after other failures, as multiples of the delay; behind the last one we give up.
#: Overloads have lasted minutes, and each request into one prolongs it.
OVERLOADED = (10, 20, 40, 80, 100)
FAILED = (2, 4, 8)
#: The same while the service has never been reached: then it is more likely this machine that has no connection.
UNREACHED = (1, 1)
#: The same after an answer that was too much to be read to its end.
COSTLY = (2,)
#: What a Retry-After may ask for before we give up instead, in seconds.
_LONGEST_WAIT = 900.0

_Read = TypeVar("_Read")


def _silent() -> None:
    pass


class Asker:
    """Sends questions to one address over one connection, at the pace that all processes of this machine share.

    ``state_folder`` holds that pace where no folder of the user's own can. All times are in seconds: ``delay`` is the
    least time between two requests, ``read_timeout`` bounds a silence (answers have taken more than a minute),
    ``total_timeout`` one whole exchange.
    ``contact`` tells the service's staff whom to write to (an e-mail or web address).
    ``on_request`` is called as each request starts, ``on_wait`` about every second of a wait. ``explain`` reads the
    message of an error page. ``clock`` (seconds since the epoch) and ``sleep`` are arguments for the sake of tests.
    """

    def __init__(
        self,
        state_folder: Path,
        url: str,
        *,
        session: requests.Session | None = None,
        delay: float = DELAY,
        contact: str | None = None,
        on_request: Callable[[], None] = _silent,
        on_wait: OnWait | None = None,
        explain: Callable[[bytes], str] = error_message,
        read_timeout: float = 90.0,
        total_timeout: float = 300.0,
        largest_answer: int = LARGEST_ANSWER,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        #: Requests sent so far, redirects and repetitions included.
        self.requests = 0
        self.url = url
        self._on_request, self._on_wait = on_request, on_wait
        self._clock = clock
        self._sleep = sleep
        self._state_folder = state_folder
        self._pace = pace_of(url, state_folder, delay, clock=clock, sleep=sleep)
        self._longest_wait = max(_LONGEST_WAIT, OVERLOADED[-1] * self._pace.delay)
        self._paces = {service_of(url): self._pace}
        self._session = session or requests.Session()
        self._transport = Transport(
            self._session,
            url,
            self._turn,
            contact=contact,
            explain=explain,
            read_timeout=read_timeout,
            total_timeout=total_timeout,
            largest_answer=largest_answer,
            clock=clock,
        )
        self._why = ""

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def ask(self, parameters: Mapping[str, str], read: Callable[[bytes], _Read], *, hurried: bool = False) -> _Read:
        """What ``read`` makes of the answer; asks again while the fault is one that passes.

        ``hurried`` does not ask again when the service breaks over this request. Raises GaveUp (as Broken where it
        may be the request's fault), and what else transport and ``read`` raise.
        """
        overloaded, failed, unreached, costly = iter(OVERLOADED), iter(FAILED), iter(UNREACHED), iter(COSTLY)
        tries = 0
        while True:
            self._give_up_on_a_long_pause()
            tries += 1
            try:
                answer = read(self._transport.ask(parameters))
            except Passing as fault:
                if hurried and fault.perhaps_ours:
                    raise Broken(str(fault), hollow=fault.hollow) from fault
                offline = fault.unreached and not self._transport.reached
                steps = overloaded if fault.overload else unreached if offline else costly if fault.costly else failed
                step = next(steps, None)
                if step is None:
                    sentence = str(fault) if offline else f"{fault}, the last of {tries} tries"
                    if fault.perhaps_ours:
                        raise Broken(sentence, hollow=fault.hollow) from fault
                    raise GaveUp(sentence) from fault
                asked_for = fault.retry_after
                self._pace.pause(step * self._pace.delay if asked_for is None else asked_for)
                self._why = str(fault)
            else:
                self._why = ""
                return answer

    def _give_up_on_a_long_pause(self) -> None:
        seconds, asked_for = self._pace.remaining()
        if asked_for and seconds > self._longest_wait:
            until = datetime.fromtimestamp(self._clock() + seconds, UTC)
            raise GaveUp(f"arXiv asked for a pause until {until:%Y-%m-%d %H:%M} UTC")

    @contextmanager
    def _turn(self, target: str) -> Iterator[None]:
        with self._pace_of(target).turn(self._waiting):
            self.requests += 1
            self._on_request()
            yield

    def _pace_of(self, target: str) -> Pace:
        """A redirect may lead to another service: from a mirror to arXiv itself, whose pace holds there."""
        name = service_of(target)
        if name not in self._paces:
            state, delay = self._state_folder, self._pace.delay
            self._paces[name] = pace_of(target, state, delay, clock=self._clock, sleep=self._sleep)
        return self._paces[name]

    def _waiting(self, seconds: float, reason: str) -> None:
        if self._on_wait is not None:
            self._on_wait(seconds, self._why or reason)
