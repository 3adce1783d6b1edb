"""A server and a store for every test that pushes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.zotero import ZoteroServer
from tests.zotero.desk import Desk
from tests.zotero.fakes import MemoryStore


@pytest.fixture
def server() -> Iterator[ZoteroServer]:
    with ZoteroServer(limited=False) as running:
        yield running


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def desk(tmp_path: Path, server: ZoteroServer) -> Iterator[Desk]:
    made = Desk(tmp_path / "library.sqlite3", server)
    yield made
    made.library.close()
