"""The services that actions ask over the network, made from settings. Importing this loads their clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readlist.actions.progress import Progress, Report
from readlist.paper import Record
from readlist.resolver import arxiv_api
from readlist.resolver.arxiv_api import ArxivClient

__all__ = ["ArxivClient", "arxiv", "one_record"]


@contextmanager
def arxiv(url: str, delay: float, home: Path, report: Report) -> Iterator[ArxivClient]:
    """The arXiv API. ``home`` keeps its pace (shared by all processes) and its answers of the last day."""

    def listen(event: arxiv_api.Progress) -> None:
        report(Progress("arXiv", event.answered, event.asked, event.reason, event.wait))

    with ArxivClient(home, url=url, delay=delay, listener=listen) as client:
        yield client


def one_record(client: ArxivClient, arxiv_id: str) -> Record | None:
    """One record by its id. Raises `ServiceError` when the service cannot be asked."""
    return client.records([arxiv_id]).get(arxiv_id)
