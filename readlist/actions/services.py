"""The services that actions ask over the network, made from settings. Importing this loads their clients."""

from __future__ import annotations

from pathlib import Path

from readlist.actions.progress import Report
from readlist.actions.resolving import Service
from readlist.errors import ServiceError
from readlist.paper import Record
from readlist.resolver.question import Question


def one_record(service: Service, arxiv_id: str) -> Record | None:
    """One record by its id. Raises `ServiceError` when the service cannot be asked."""
    for answer in service.look_up([Question(0, (), arxiv_id=arxiv_id)]):
        if answer.failed is not None:
            raise ServiceError(answer.failed)
        for record in answer.records:
            if record.arxiv_id == arxiv_id:
                return record
    return None


def arxiv(url: str, delay: float, home: Path, report: Report) -> Service:
    """The arXiv API. ``home`` keeps its pace (shared by all processes) and its answers of the last day."""
    raise NotImplementedError
