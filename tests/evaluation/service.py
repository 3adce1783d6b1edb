"""The same entries asked of the query API: the client against the strict local service, requests counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from readlist.resolver.arxiv_api import ArxivClient
from readlist.resolver.decision import decide
from tests.evaluation.outcome import Outcome
from tests.evaluation.sets import Labelled
from tests.servers.arxiv import ArxivServer
from tests.servers.arxiv_index import Index


@dataclass(frozen=True, slots=True)
class Asked:
    """What the resolver made of the entries, and how many requests that took."""

    outcomes: list[Outcome]
    requests: int


def ask_service(index: Index, entries: Sequence[Labelled]) -> Asked:
    """Resolve entries through the API. Those whose record must be absent are left out: the index has them all."""
    asked = {entry.question.paper_id: entry for entry in entries if not entry.kind.absent}
    found = []
    with (
        TemporaryDirectory() as folder,
        ArxivServer(index) as server,
        ArxivClient(Path(folder), url=server.url, delay=0.0) as client,
    ):
        for answer in client.look_up([entry.question for entry in asked.values()]):
            match, record = decide(answer.question, answer.records, answer.source)
            found.append(Outcome(asked[answer.question.paper_id], match, record.arxiv_id if record else None))
        return Asked(found, client.requests)
