"""The local index over arXiv's metadata."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from readlist.actions.progress import Progress, Report, silent

if TYPE_CHECKING:
    from readlist.resolver.snapshot.build import Built
    from readlist.resolver.snapshot.index import Info


def build_snapshot(source: Path, target: Path, now: datetime, report: Report = silent) -> Built:
    """Index a snapshot file. Raises `UnreadableSource`, `LibraryError`; the old index stays until then."""
    from readlist.resolver.snapshot.build import build

    def told(position: int, size: int, records: int) -> None:
        report(Progress("index", position, size, f"{records:,} records"))

    return build(source, target, now, told)


def snapshot_info(path: Path) -> Info:
    """What an index was built from. Raises `LibraryError` when there is none."""
    from readlist.resolver.snapshot.index import SnapshotIndex

    with SnapshotIndex(path) as index:
        return index.info
