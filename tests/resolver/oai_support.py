"""Help for the tests of the harvest: rows that changed on several days, and a harvest in fake time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from readlist.paper import Record
from readlist.resolver.arxiv_api.asking import Asker
from readlist.resolver.arxiv_api.pace import ORDINARY
from readlist.resolver.oai.files import State, Store, held
from readlist.resolver.oai.harvest import Harvested, harvest
from readlist.resolver.oai.page import error_message
from tests.resolver.arxiv_support import FakeTime, unhurried
from tests.servers.arxiv_index import Row
from tests.servers.arxiv_samples import made_up
from tests.servers.oai import OaiServer

TODAY = date(2026, 11, 20)
SINCE = date(2026, 11, 14)


def changed(count: int, *, days: int = 5, first: int = 14) -> list[Row]:
    """Rows that changed from the ``first`` of November 2026 on, so many days long."""
    rows = []
    for number, row in enumerate(made_up(count)):
        day = first + number * days // count
        rows.append({
            **row,
            "id": f"2611.{number + 1:05d}",
            "versions": [{"version": "v1", "created": f"Mon, {day - 1:02d} Nov 2026 10:00:00 GMT"}],
            "update_date": f"2026-11-{day:02d}",
        })  # fmt: skip
    return rows


def nothing_known(_ids: Iterable[str]) -> Mapping[str, Record]:
    """An index without records."""
    return {}


class Harvester:
    """Harvests from a server into a folder, in fake time; ``told`` are the states it reported."""

    def __init__(self, folder: Path, server: OaiServer, time: FakeTime | None = None, **settings: Any) -> None:
        self.index = folder / "index.sqlite3"
        self.time = time or FakeTime()
        self.told: list[State] = []
        self.reasons: list[str] = []
        self.waits: list[float] = []
        self.starts: list[float] = []
        self.today, self.since = TODAY, SINCE
        self.known = nothing_known
        #: Called with each state that is told.
        self.on_page: Callable[[State], None] = lambda _state: None
        #: Set to False by whoever dies like a killed process: nothing is tidied up then.
        self.tidy = True
        self._folder, self._server = folder, server
        self._settings = {"read_timeout": 60.0, "total_timeout": 90.0, **settings}

    def __call__(self) -> Harvested:
        """One process's harvest."""

        def wait(seconds: float, reason: str) -> None:
            self.reasons.append(reason)
            self.waits.append(seconds)
            if reason != ORDINARY:
                unhurried(asker)

        asker = Asker(
            self._folder,
            self._server.url,
            on_wait=wait,
            on_request=lambda: self.starts.append(self.time.now),
            explain=error_message,
            clock=self.time.clock,
            sleep=self.time.sleep,
            **self._settings,
        )
        try:
            with held(self.index):
                store = Store(self.index)
                try:
                    return harvest(
                        store,
                        asker,
                        since=self.since,
                        today=self.today,
                        known=self.known,
                        report=self._hear,
                    )
                finally:
                    if self.tidy:
                        store.settle()
        finally:
            asker.close()

    def _hear(self, state: State) -> None:
        self.told.append(state)
        self.on_page(state)

    @property
    def state(self) -> State | None:
        return Store(self.index).state

    def ids(self) -> list[str]:
        """The ids of all lines, as they lie in the file."""
        return [line["id"] for _, line in Store(self.index).lines()]

    def gaps(self) -> list[float]:
        return [b - a for a, b in zip(self.starts, self.starts[1:], strict=False)]
