"""The local index over arXiv's metadata."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from readlist.actions.progress import Progress, Report, silent
from readlist.errors import PartlyDone
from readlist.identifiers import year_and_month
from readlist.text import count

if TYPE_CHECKING:
    from readlist.resolver.oai.files import State, Store
    from readlist.resolver.oai.harvest import Harvested
    from readlist.resolver.snapshot.build import Built
    from readlist.resolver.snapshot.index import Info

__all__ = ["Harvested", "build_snapshot", "has_updates", "keep_lines", "snapshot_info", "update_snapshot"]


def build_snapshot(source: Path, target: Path, now: datetime, report: Report = silent) -> Built:
    """Index a snapshot file; what was harvested for the old index goes with it, for it may be older than the file.

    Raises `UnreadableSource`, `LibraryError`; the old index stays until then.
    """
    from readlist.resolver.oai.files import forget, held
    from readlist.resolver.snapshot.build import build

    with held(target):
        built = build(source, target, now, _told(report))
        forget(target)
    return built


def _told(report: Report) -> Callable[[int, int, int], None]:
    """What a build tells of itself, in our words."""

    def told(position: int, size: int, records: int) -> None:
        report(Progress("index", position, size, f"{records:,} records"))

    return told


def keep_lines(home: Path, lines: Sequence[str]) -> Path:
    """Write what is too long for a screen beside the logs; returns where."""
    path = home / "logs" / "snapshot-lines.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def has_updates(path: Path) -> bool:
    """Whether an index has an overlay of what was harvested."""
    from readlist.resolver.index_files import updates_path

    return updates_path(path).exists()


def snapshot_info(path: Path) -> Info:
    """What an index was built from. Raises `LibraryError` when there is none."""
    from readlist.resolver.snapshot.index import SnapshotIndex

    with SnapshotIndex(path) as index:
        return index.info


def update_snapshot(
    index: Path,
    now: datetime,
    *,
    url: str,
    delay: float,
    home: Path,
    contact: str | None = None,
    report: Report = silent,
) -> Harvested:
    """Harvest what changed since the index was built, or since the last update, and add it to the index.

    ``url`` and ``delay`` (seconds) are those of the service, ``home`` keeps its pace where nothing else can,
    ``contact`` is whom its staff may write to. Every page is kept as it comes,
    and what came is in the index whatever stops the update. Raises `PartlyDone` when the service cannot be asked
    further, `ServiceError` when it refuses, `LibraryError` without an index and while another process changes it.
    """
    from readlist.resolver.arxiv_api.asking import Asker
    from readlist.resolver.arxiv_api.pace import ORDINARY
    from readlist.resolver.oai.files import Store, held
    from readlist.resolver.oai.harvest import Stopped, harvest
    from readlist.resolver.oai.page import error_message
    from readlist.resolver.snapshot.index import SnapshotIndex

    SnapshotIndex(index).close()  # no lock, no files and no request for an index that is not there
    with held(index):
        store = Store(index)
        telling = _Telling(report, ORDINARY)
        asker = Asker(home, url, delay=delay, contact=contact, on_wait=telling.wait, explain=error_message)
        try:
            with SnapshotIndex(index) as known:
                found = harvest(
                    store,
                    asker,
                    since=_since(known.info),
                    today=now.date(),
                    known=known.by_ids,
                    report=telling.page,
                )
        except Stopped as stopped:
            raise PartlyDone(f"{stopped}.\n{_left(store.state)} The same command continues.") from stopped
        finally:
            asker.close()
            _overlay(store, now, report)
    return found


class _Telling:
    """Passes on how far a harvest is; while it waits, too, with the reason unless that is the ``ordinary`` one."""

    def __init__(self, report: Report, ordinary: str) -> None:
        self._report, self._ordinary, self._records, self._text = report, ordinary, 0, ""

    def page(self, state: State) -> None:
        self._records = state.records
        up_to = f", up to {state.newest}" if state.newest else ""
        self._text = f"{count(state.pages, 'page')}{up_to}"
        self._report(Progress("OAI-PMH", self._records, None, self._text))

    def wait(self, seconds: float, reason: str) -> None:
        text = self._text if reason == self._ordinary else f"{reason}; {self._text}"
        self._report(Progress("OAI-PMH", self._records, None, text, seconds))


def _since(info: Info) -> date:
    """Where the first harvest over an index begins: a day before its newest change, else in its newest month."""
    changed = info.changed
    if changed is not None:
        return changed - timedelta(days=1)  # the snapshot is made while records change
    return date(*year_and_month(info.newest), 1) if info.newest else date.min


def _left(state: State | None) -> str:
    if state is None or not state.records:
        since = f" since {state.since}" if state is not None and state.since else ""
        return f"Nothing was harvested: what changed{since} is left."
    records = count(state.records, "record")
    return f"What changed from {state.since} up to {state.newest} is in the index ({records}), what came after is left."


def _overlay(store: Store, now: datetime, report: Report) -> None:
    """Index everything that was harvested, unless that is done."""
    from dataclasses import replace

    from readlist.resolver.index_files import updates_path
    from readlist.resolver.oai.files import lines_path
    from readlist.resolver.snapshot.build import build

    store.settle()
    state, target = store.state, updates_path(store.index)
    if state is None or not state.safe or (state.built == state.safe and target.exists()):
        return
    build(lines_path(store.index), target, now, _told(report))
    store.save(replace(state, built=state.safe))
