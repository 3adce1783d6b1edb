"""A server and a store for every test that pushes."""

from __future__ import annotations

from collections.abc import Iterator

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
