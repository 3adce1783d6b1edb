"""Pages that are fetched because a person gave their address: one request each, within bounds of time and size.

Pages of arXiv keep to the pace that all requests to arXiv share (one every three seconds on this machine). Importing
this loads the HTTP client.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from readlist.errors import ServiceError, UnreadableSource
from readlist.identifiers import host_of, on_arxiv
from readlist.resolver.arxiv_api.faults import Fault, Passing, Refused, TooLong
from readlist.resolver.arxiv_api.pace import pace_of
from readlist.resolver.arxiv_api.transport import Transport

#: Bytes: the largest listing of a day is under 5 MB.
LARGEST_PAGE = 32 * 1024 * 1024
_HUGGING_FACE = ("huggingface.co", "www.huggingface.co", "hf.co")


@dataclass(frozen=True, slots=True)
class Sites:
    """Where pages are fetched from: the sites themselves, or what stands in for them (a mirror, a test).

    ``arxiv_delay``: seconds between two requests to arXiv. ``home`` keeps the pace where no folder of the user's can.
    ``contact`` is whom arXiv's staff may write to.
    """

    huggingface: str
    arxiv: str
    arxiv_delay: float
    home: Path
    contact: str | None = None

    def place_of(self, address: str) -> str:
        """The address that is really asked."""
        parts = urlsplit(address)
        on_hugging_face = host_of(address) in _HUGGING_FACE
        base = self.huggingface if on_hugging_face else self.arxiv if on_arxiv(address) else None
        if base is None:
            return address
        return base + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def fetch(
    address: str,
    sites: Sites,
    *,
    on_wait: Callable[[float, str], None] = lambda _seconds, _reason: None,
    largest: int = LARGEST_PAGE,
) -> bytes:
    """The page at an address, of at most ``largest`` bytes.

    Raises `UnreadableSource` that says what the site answered, or that there is no connection to it.
    """
    place = sites.place_of(address)

    def turn(target: str) -> AbstractContextManager[None]:
        # A redirect may lead to arXiv from anywhere.
        if (place != address and target.startswith(sites.arxiv)) or on_arxiv(target):
            return pace_of(target, sites.home, sites.arxiv_delay).turn(on_wait)
        return nullcontext()

    with requests.Session() as session:
        transport = Transport(
            session,
            place,
            turn,
            contact=sites.contact if on_arxiv(address) else None,
            read_timeout=30.0,
            total_timeout=120.0,
            largest_answer=largest,
        )
        try:
            return transport.ask({})
        except (Fault, ServiceError) as fault:
            raise UnreadableSource(f"{address}: {_sentence(fault)}") from fault


def _sentence(fault: Exception) -> str:
    if isinstance(fault, Passing):
        return f"{fault}; try again later, or save the page and import the file"
    if isinstance(fault, (Refused, TooLong)):
        return "the site does not understand this address"
    return str(fault)
