"""Waiting as the Zotero server asks: 429, 503, ``Retry-After`` and ``Backoff``, and the network's own failures.

https://www.zotero.org/support/dev/web_api/v3/basics#rate_limiting
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from readlist import __version__
from readlist.errors import ServiceError
from readlist.zotero.events import Progress, Waiting

_BUSY = frozenset({409, 429, 500, 502, 503, 504})
# The server's own pause for a client over its rate, for the answers that do not say how long.
_RATE_PAUSE = 10.0
#: A host that never answered in this run gets this many seconds, and each connection to it so many.
FIRST_CONTACT, FIRST_CONNECT = 3.0, 5.0


def user_agent(contact: str | None) -> str:
    """Who asks: program, version, and whom to write to, where somebody said so.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5
    """
    return f"readlist/{__version__} ({contact or 'reading-list manager'})"


class Patience:
    """Waits that are announced second by second, and the limit of them. One for a client."""

    def __init__(
        self,
        *,
        progress: Progress,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        limit: float,
        tries: int = 6,
    ) -> None:
        self._progress, self._sleep, self._clock, self._limit = progress, sleep, clock, limit
        self.tries = tries
        self._not_before = clock()

    def now(self) -> float:
        """The time by the clock that waits are counted with."""
        return self._clock()

    def backoff(self, seconds: float) -> None:
        """Let the next request wait that long."""
        self._not_before = max(self._not_before, self._clock() + seconds)

    def ready(self) -> None:
        """Wait until the server is ready for another request."""
        remaining = self._not_before - self._clock()
        if remaining > 0:
            self.wait(remaining, "Zotero asks for a pause")

    def pause(self, attempt: int, reason: str) -> None:
        """Wait before another attempt (0 is the first): 1, 2, 4, … seconds."""
        self.wait(float(2**attempt), reason)

    def wait(self, seconds: float, reason: str) -> None:
        """Wait, telling the progress callback once a second, so that a person can see it and stop it.

        Raises:
            ServiceError: the wait is longer than the limit.
        """
        if seconds > self._limit:
            raise ServiceError(f"Zotero asks to come back in {_span(seconds)}. Run the same command again then.")
        until = self._clock() + seconds
        while (remaining := until - self._clock()) > 0:
            self._progress(Waiting(remaining, reason))
            self._sleep(min(1.0, remaining))


class PatientClient(httpx2.Client):
    """An HTTP client that repeats what may be repeated and hands on the rest.

    Reads are repeated after any passing failure. A write is repeated only where the server cannot have applied it
    (429, 409 for a locked library, no connection made); after any other failure `maybe_applied` is true and the
    caller has to look. A host that never answered is given up soon: there may be no network at all.

    ``last`` is the latest answer; ``sent`` counts requests; ``reached`` tells whether the server ever answered.

    Args:
        hasty: give up at once where nobody listens.
    """

    def __init__(self, patience: Patience, *, contact: str | None = None, hasty: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._patience, self._agent, self._hasty = patience, user_agent(contact), hasty
        self.reached = False
        self.last: httpx2.Response | None = None
        self.sent = 0
        self.maybe_applied = False

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send, with patience."""
        request.headers["User-Agent"] = self._agent
        reading = request.method in {"GET", "HEAD"}
        if reading:  # pyzotero has a timeout of its own
            request.extensions = {**request.extensions, "timeout": self.timeout.as_dict()}
        self.last, self.maybe_applied = None, False
        started = self._patience.now()
        for attempt in range(self._patience.tries):
            final = attempt == self._patience.tries - 1
            self._patience.ready()
            self.sent += 1
            self._hurry(request)
            try:
                answer = super().send(request, **options)
            except httpx2.TransportError as error:
                unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
                late = self._hasty or self._patience.now() - started >= FIRST_CONTACT
                if final or (late and not self.reached) or not (reading or unsent):
                    self.maybe_applied = not reading and not unsent
                    raise
                self._patience.pause(attempt, f"no answer from {request.url.host}")
                continue
            self.last, self.reached = answer, True
            asked = _asked(answer)
            # pyzotero would sleep by itself, deaf to our clock, and fail on a date.
            for name in ("Backoff", "Retry-After"):
                answer.headers.pop(name, None)
            if answer.status_code not in _BUSY:
                self._patience.backoff(asked or 0.0)
                return answer
            wait = asked
            if wait is None:
                wait = _RATE_PAUSE if answer.status_code == 429 else float(2**attempt)
            if final or not (reading or answer.status_code in {409, 429}):
                self._patience.backoff(wait)
                return self._given_up(answer)
            self._patience.wait(wait, f"Zotero is busy ({answer.status_code})")
        raise AssertionError("unreachable")

    def _hurry(self, request: httpx2.Request) -> None:
        timeout = request.extensions.get("timeout")
        if not self.reached and isinstance(timeout, dict):
            connect = min(timeout.get("connect") or FIRST_CONNECT, FIRST_CONNECT)
            request.extensions = {**request.extensions, "timeout": {**timeout, "connect": connect}}

    def _given_up(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code == 429:
            raise ServiceError("Zotero keeps refusing requests as too many. Run the same command again later.")
        return answer


def _asked(answer: httpx2.Response) -> float | None:
    """Seconds that ``Retry-After`` (seconds or an HTTP date) or ``Backoff`` ask for, the longer one."""
    waits = [_seconds(answer.headers[name]) for name in ("Retry-After", "Backoff") if name in answer.headers]
    known = [wait for wait in waits if wait is not None]
    return max(known) if known else None


def _seconds(text: str) -> float | None:
    text = text.strip()
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
