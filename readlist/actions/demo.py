"""The whole job on the bundled sample, offline."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from readlist.actions.exporting import export, write
from readlist.actions.importing import ImportResult, import_sources
from readlist.actions.progress import Report, silent
from readlist.actions.resolving import ResolveResult, Service, resolve
from readlist.actions.snapshot import build_snapshot
from readlist.actions.triage import change_tags, set_priority, set_status
from readlist.errors import LibraryError, ReadlistError
from readlist.library import Library, papers
from readlist.paper import Status

#: What the demo writes, by file name.
EXPORTS = {
    "library.bib": "bibtex",
    "library.biblatex.bib": "biblatex",
    "reading-list.md": "markdown",
    "library.json": "json",
}
_LISTINGS = ("june.txt", "march.txt")


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo did and where it left it."""

    imported: ImportResult
    resolved: ResolveResult
    library: Path
    files: tuple[Path, ...]


def demo(folder: Path, now: datetime, *, report: Report = silent) -> Demo:
    """Import the sample, resolve it against the sample's records, decide on a few papers, export.

    Everything is kept in ``folder``; a demo that was run there before is begun anew. Raises `ReadlistError` when the
    folder cannot be written or holds something else.
    """
    library_path = folder / "library.sqlite3"
    snapshot = folder / "snapshot.sqlite3"
    try:
        if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
            raise ReadlistError(f"{folder}: this folder holds other things; name an empty or a new one with --folder")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARK).write_text("Made by readlist demo; it may be deleted.\n", encoding="utf-8")
        for name in ("library.sqlite3", "library.sqlite3-wal", "library.sqlite3-shm"):
            (folder / name).unlink(missing_ok=True)
        sample = folder / "sample"
        sample.mkdir(exist_ok=True)
        for name in (*_LISTINGS, _RECORDS):
            (sample / name).write_bytes(resources.files("readlist.actions.sample").joinpath(name).read_bytes())
    except OSError as error:
        raise ReadlistError(f"{folder}: cannot write the demo: {error.strerror}") from error
    build_snapshot(sample / _RECORDS, snapshot, now)
    with Library.open(library_path) as library:
        imported = import_sources(library, [str(sample / name) for name in _LISTINGS], now, report=report)
        resolved = resolve(library, now, source="snapshot", snapshot=snapshot, service=_offline, report=report)
        _decide(library, now)
        ids = papers.ids(library, now=now, sort="id")
        files = []
        for name, format_name in EXPORTS.items():
            path = folder / "exports" / name
            write(path, export(library, format_name, ids).text)
            files.append(path)
    return Demo(imported, resolved, library_path, tuple(files))


_MARK = "README.txt"
_RECORDS = "records.jsonl"


def _decide(library: Library, now: datetime) -> None:
    """A few decisions, so that every view has something to show."""

    def named(*starts: str) -> list[int]:
        return [papers.find(library, start) for start in starts]

    steps: tuple[Callable[[], object], ...] = (
        lambda: set_status(library, named("InstantID", "Arc2Face", "ECON"), Status.TO_READ, now),
        lambda: set_status(library, named("Lookahead"), Status.READING, now),
        lambda: set_status(library, named("Observation of Gravitational"), Status.READ, now),
        lambda: set_status(library, named("FaceChain"), Status.SKIPPED, now),
        lambda: change_tags(library, named("InstantID", "Arc2Face", "StableIdentity"), now, add=["faces"]),
        lambda: change_tags(library, named("FIT", "Unlearning"), now, add=["unlearning"]),
        lambda: set_priority(library, named("InstantID"), 3, now),
    )
    for step in steps:
        step()


def _offline() -> AbstractContextManager[Service]:
    raise LibraryError("the demo asks no service")
