"""A server and a store for every test that pushes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import MemoryStore


@pytest.fixture
def server() -> Iterator[ZoteroServer]:
    with ZoteroServer(limited=False) as running:
        yield running


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long storms only when asked for: ``pytest tests/zotero -m slow``."""
    if config.option.markexpr:
        return
    here = Path(__file__).parent
    slow = [item for item in items if here in item.path.parents and item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
