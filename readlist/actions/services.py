"""The services that actions ask over the network, made from settings. Importing this loads their clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from readlist.actions.progress import Progress, Report
from readlist.paper import Record
from readlist.resolver import arxiv_api
from readlist.resolver.arxiv_api import ArxivClient, Step
from readlist.resolver.arxiv_api.pace import ORDINARY

__all__ = ["ArxivClient", "arxiv", "one_record"]


@contextmanager
def arxiv(url: str, delay: float, home: Path, report: Report, *, contact: str | None = None) -> Iterator[ArxivClient]:
    """The arXiv API. ``home`` keeps its answers of the last day; ``contact`` is whom arXiv's staff may write to."""

    host = urlsplit(url).netloc

    def listen(event: arxiv_api.Progress) -> None:
        if event.step == Step.WAIT:
            # The pace is nothing to explain each time; a fault is, and whose it is stands at the start of the line.
            text = "" if event.reason == ORDINARY else event.reason.removeprefix(f"{host} ")
        else:
            text = f"request {event.requests:,}" if event.step == Step.REQUEST else ""
        # While there is no connection nobody knows how long it takes.
        left = event.seconds_left(delay) if event.left and not (event.wait and text) else None
        report(Progress("arXiv", event.answered, event.asked, text, event.wait, left))

    with ArxivClient(home, url=url, delay=delay, contact=contact, listener=listen) as client:
        yield client


def one_record(client: ArxivClient, arxiv_id: str) -> Record | None:
    """One record by its id. Raises `ServiceError` when the service cannot be asked."""
    return client.records([arxiv_id]).get(arxiv_id)
