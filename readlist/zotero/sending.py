"""Sending objects in batches, as long as the library is as we know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from readlist.zotero.memory import Memory

if TYPE_CHECKING:
    from readlist.zotero.client import Report, ZoteroClient

#: Objects that the server takes in one request.
_BATCH = 50
#: What a report that leaves an object out says of it.
_SILENCE = (0, "the server says nothing about it")

T = TypeVar("T")


def batches(writes: Sequence[T]) -> Iterator[Sequence[T]]:
    """Parts that fit into one request."""
    for start in range(0, len(writes), _BATCH):
        yield writes[start : start + _BATCH]


def send(client: ZoteroClient, memory: Memory, objects: Sequence[Mapping[str, object]]) -> Report | None:
    """Write objects; None where the library has changed or the answer is lost: we have to look and plan again."""
    from readlist.zotero.exchange import AmbiguousWrite, StaleLibrary

    try:
        return client.write_items(objects, version=memory.state.library_version)
    except (StaleLibrary, AmbiguousWrite):
        return None


def refusal(report: Report, place: int) -> tuple[int, str]:
    """Code and reason of an object that was not taken."""
    return report.failed.get(place, _SILENCE)
