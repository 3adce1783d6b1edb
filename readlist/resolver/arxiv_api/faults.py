"""What can go wrong with a request, sorted by what is to be done about it. These stay inside the package."""

from __future__ import annotations


class Fault(Exception):
    """A request that brought no good answer; ``str(fault)`` is a sentence for people."""


class Passing(Fault):
    """Likely to pass: the same request may be sent again after a while.

    ``retry_after`` is what the service asked for, in seconds; ``overload`` marks the service's "too many requests",
    ``unreached`` that no connection came about, ``perhaps_ours`` that the service broke over the request, which may
    be the request's fault, ``costly`` that each further try is a burden on both sides, ``hollow`` that an answer came
    and nothing of what should be in it.
    """

    def __init__(
        self,
        sentence: str,
        *,
        retry_after: float | None = None,
        overload: bool = False,
        unreached: bool = False,
        perhaps_ours: bool = False,
        costly: bool = False,
        hollow: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.overload = overload
        self.unreached = unreached
        self.perhaps_ours = perhaps_ours
        self.costly = costly
        self.hollow = hollow


class TooLong(Fault):
    """The request is too long for the service: ask in smaller pieces."""


class Refused(Fault):
    """The service does not understand the request: something in it spoils the whole, and sending it again is no use."""


class GaveUp(Fault):
    """The service cannot be asked now: every further question would meet the same."""


class Broken(GaveUp):
    """The service breaks over this request time and again: it may be out of order, or something in the request is.

    ``hollow``: it did not fail, but sent answers without their entries.
    """

    def __init__(self, sentence: str, *, hollow: bool = False) -> None:
        super().__init__(sentence)
        self.hollow = hollow
