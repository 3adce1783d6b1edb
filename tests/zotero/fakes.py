"""What the Zotero tests share: papers, a store in memory, a clock that jumps, and a client on the local server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from readlist.paper import Author, Paper, Status
from readlist.zotero.changes import Pull, Rules
from readlist.zotero.client import ZoteroClient
from readlist.zotero.events import Event, Progress, Waiting, Working, ignore
from readlist.zotero.state import ChildNote, ItemState, LibraryState, Seen, SyncStore, new_key
from readlist.zotero.sync import sync
from readlist.zotero.task import SyncResult, Taken, Task
from tests.servers.zotero import KEY, ZoteroServer

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LATER = NOW.replace(hour=18)


def paper(number: int = 1, **changes: Any) -> Paper:
    """A paper with a record; ``number`` makes it another one."""
    made = Paper(
        id=number,
        title=f"InstantID number {number}: identity-preserving generation",
        abstract=f"We present method {number}.",
        added=NOW,
        status_changed=NOW,
        authors=(Author("Qixun Wang", "Wang", "Qixun"), Author("The Kimi Team", "The Kimi Team", "")),
        arxiv_id=f"2401.{number:05d}",
        arxiv_version=2,
        published=date(2024, 1, 15),
        updated=date(2024, 2, 2),
        categories=("cs.CV", "cs.AI"),
        status=Status.TO_READ,
        tags=("faces",),
    )
    return replace(made, **changes)


class MemoryStore:
    """A `SyncStore` in memory. ``saves`` counts what was stored."""

    def __init__(self) -> None:
        self.state = LibraryState()
        self.saves = 0

    def zotero_state(self, library: str) -> LibraryState:
        assert library
        return self.state

    def save_zotero_items(self, library: str, items: Mapping[int, ItemState | None]) -> None:
        assert library
        self.saves += 1
        merged = {**self.state.items, **items}
        self.state = replace(self.state, items={key: item for key, item in merged.items() if item is not None})

    def save_zotero_seen(self, library: str, seen: Mapping[str, Seen | None]) -> None:
        assert library
        self.saves += 1
        merged = {**self.state.seen, **seen}
        self.state = replace(self.state, seen={key: item for key, item in merged.items() if item is not None})

    def save_zotero_notes(self, library: str, notes: Mapping[str, ChildNote | None]) -> None:
        assert library
        self.saves += 1
        merged = {**self.state.notes, **notes}
        self.state = replace(self.state, notes={key: note for key, note in merged.items() if note is not None})

    def save_zotero_library(
        self,
        library: str,
        *,
        version: int | None = None,
        collections: Mapping[str, str] | None = None,
        pulled: Mapping[str, int] | None = None,
    ) -> None:
        assert library
        self.saves += 1
        if pulled is not None:
            self.state = replace(self.state, pulled=dict(pulled))
        if version is not None:
            self.state = replace(self.state, library_version=version)
        if collections is not None:
            self.state = replace(self.state, collections=dict(collections))


class Unchanging:
    """A list for a push: nothing is taken over into it."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = papers

    def papers(self) -> Sequence[Paper]:
        return self._papers

    def freeze_keys(self, paper_ids: Iterable[int]) -> None:
        assert set(paper_ids) <= {paper.id for paper in self._papers}

    def take_over(
        self,
        library: str,
        pulls: Sequence[Pull],
        linked: frozenset[int],
        finish: Callable[[Pull, Paper], ItemState],
    ) -> Sequence[Taken]:
        raise AssertionError((library, pulls, linked, finish))


def push(
    papers: Sequence[Paper],
    store: SyncStore,
    client: ZoteroClient,
    *,
    now: datetime,
    collection: str = "Reading list",
    dry_run: bool = False,
    prefer: str | None = None,
    selected: Callable[[Paper], bool] | None = None,
    progress: Progress = ignore,
    make_key: Callable[[], str] = new_key,
) -> SyncResult:
    """Bring Zotero up to date with papers; nothing comes back."""
    rules = Rules(pull=False, prefer=prefer, selected=selected)
    task = Task(now, rules, collection, dry_run=dry_run, sure=True, progress=progress, make_key=make_key)
    return sync(Unchanging(papers), store, client, task)


class Time:
    """A clock that only `sleep` moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def clock(self) -> float:
        return self.now

    @property
    def slept(self) -> float:
        return self.now - 1000.0


class Watcher:
    """A progress callback that keeps the events, and can die at one of them."""

    def __init__(self, die_at: int | None = None) -> None:
        self.events: list[Event] = []
        self._die_at = die_at

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        exchanges = [event for event in self.events if not isinstance(event, Working)]
        if self._die_at is not None and not isinstance(event, Working) and len(exchanges) == self._die_at:
            raise Killed

    @property
    def waits(self) -> list[Waiting]:
        return [event for event in self.events if isinstance(event, Waiting)]


class Killed(BaseException):
    """The process dies here."""


@contextmanager
def connect(server: ZoteroServer, clock: Time | None = None, **given: Any) -> Iterator[ZoteroClient]:
    """A client on the server whose waits cost no time."""
    clock = clock or Time()
    options: dict[str, Any] = {"api_key": KEY, "url": server.url, "sleep": clock.sleep, "clock": clock.clock} | given
    with ZoteroClient(**options) as client:
        yield client


def run(server: ZoteroServer, store: MemoryStore, papers: list[Paper], **options: Any) -> SyncResult:
    """One push, with a new client as a new process would have."""
    clock = Time()
    watcher = options.pop("progress", Watcher())
    library = options.pop("library", None)
    with connect(server, clock, progress=watcher, library=library) as client:
        return push(papers, store, client, now=NOW, progress=watcher, **options)


def several(count: int) -> list[Paper]:
    return [paper(number) for number in range(1, count + 1)]


def writes(server: ZoteroServer) -> list[Any]:
    return [entry for entry in server.log if entry.method != "GET"]


def read_status(item: dict[str, Any]) -> str:
    lines: list[str] = item["extra"].split("\n")
    return next(line for line in lines if line.startswith("Read_Status:"))


def assert_idle(server: ZoteroServer, store: MemoryStore, papers: list[Paper]) -> None:
    """Another push does nothing, with at most four requests."""
    before, state = server.items(), store.state
    result = run(server, store, papers)
    assert (result.created, result.updated, result.trashed, result.left) == ((), (), (), ())
    assert result.requests <= 4
    assert server.items() == before
    assert replace(store.state, library_version=0) == replace(state, library_version=0)


def assert_one_each(server: ZoteroServer, papers: list[Paper]) -> None:
    ids = [item["archiveID"] for item in server.items()]
    assert sorted(ids) == sorted(f"arXiv:{made.arxiv_id}" for made in papers)
