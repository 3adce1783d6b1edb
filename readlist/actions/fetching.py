"""Pages that are fetched because a person gave their address: one request each, within bounds of time and size.

Pages of arXiv keep to the pace that all requests to arXiv share (one every three seconds on this machine). Importing
this loads the HTTP client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from readlist.errors import ServiceError, UnreadableSource
from readlist.resolver.arxiv_api import Pace, pace_folder
from readlist.resolver.arxiv_api.faults import Fault, Passing, Refused, TooLong
from readlist.resolver.arxiv_api.pace import ARXIV, service_of
from readlist.resolver.arxiv_api.transport import Transport

#: Bytes: the largest listing of a day is under 5 MB.
LARGEST_PAGE = 32 * 1024 * 1024
_HUGGING_FACE = ("huggingface.co", "www.huggingface.co", "hf.co")


@dataclass(frozen=True, slots=True)
class Sites:
    """Where pages are fetched from: the sites themselves, or what stands in for them (a mirror, a test).

    ``arxiv_delay``: seconds between two requests to arXiv. ``home`` keeps the pace where no folder of the user's can.
    """

    huggingface: str
    arxiv: str
    arxiv_delay: float
    home: Path

    def place_of(self, address: str) -> str:
        """The address that is really asked."""
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        base = self.huggingface if host in _HUGGING_FACE else self.arxiv if _is_arxiv(host) else None
        if base is None:
            return address
        return base + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_arxiv(host: str) -> bool:
    return host == ARXIV or host.endswith(f".{ARXIV}")


def fetch(
    address: str,
    sites: Sites,
    *,
    on_wait: Callable[[float, str], None] = lambda _seconds, _reason: None,
    connect_timeout: float = 10.0,
    read_timeout: float = 30.0,
    total_timeout: float = 120.0,
    largest: int = LARGEST_PAGE,
) -> bytes:
    """The page at an address. Times are in seconds, ``largest`` in bytes.

    Raises `UnreadableSource` that says what the site answered, or that there is no connection to it.
    """
    place = sites.place_of(address)

    def turn(target: str) -> AbstractContextManager[None]:
        # A redirect may lead to arXiv from anywhere.
        if (place != address and target.startswith(sites.arxiv)) or service_of(target) == ARXIV:
            return _arxiv_turn(target, sites, on_wait)
        return nullcontext()

    with requests.Session() as session:
        transport = Transport(
            session,
            place,
            turn,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            total_timeout=total_timeout,
            largest_answer=largest,
        )
        try:
            return transport.ask({})
        except (Fault, ServiceError) as fault:
            raise UnreadableSource(f"{address}: {_sentence(fault)}") from fault


@contextmanager
def _arxiv_turn(target: str, sites: Sites, on_wait: Callable[[float, str], None]) -> Iterator[None]:
    with Pace(pace_folder(target, sites.home), sites.arxiv_delay).turn(on_wait):
        yield


def _sentence(fault: Exception) -> str:
    if isinstance(fault, Passing):
        return f"{fault}; try again later, or save the page and import the file"
    if isinstance(fault, (Refused, TooLong)):
        return "the site does not understand this address"
    return str(fault)
