"""The whole job on the bundled sample, offline."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
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


def demo(folder: Path, now: datetime, *, own: Path, report: Report = silent) -> Demo | None:
    """Import the sample, resolve it against the sample's records, decide on a few papers, export.

    Everything is kept in ``folder``. An earlier demo there is begun anew as long as nobody has changed a thing in it;
    otherwise nothing is done and None returned. ``own``: the person's library, which is never written to. Raises
    `ReadlistError` when the folder cannot be written or holds something else.
    """
    library_path = folder / _LIBRARY
    if _same(library_path, own):
        raise ReadlistError(f"{folder}: your own library is in this folder; name an empty or a new one with --folder")
    try:
        state = _state(folder)
        if state == "other":
            raise ReadlistError(f"{folder}: this folder holds other things; name an empty or a new one with --folder")
        if state == "changed":
            return None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARK).write_text(_MADE, encoding="utf-8")
        for name in (_LIBRARY, f"{_LIBRARY}-wal", f"{_LIBRARY}-shm"):
            (folder / name).unlink(missing_ok=True)
        sample = folder / "sample"
        sample.mkdir(exist_ok=True)
        for name in (*_LISTINGS, _RECORDS):
            (sample / name).write_bytes(resources.files("readlist.actions.sample").joinpath(name).read_bytes())
        done = _run(folder, now, report)
        lines = (f"{digest}  {name}\n" for name, digest in _digests(folder).items())
        (folder / _MARK).write_text("".join([_MADE, *lines]), encoding="utf-8")
    except OSError as error:
        raise ReadlistError(f"{folder}: cannot write the demo: {error.strerror}") from error
    return done


def _run(folder: Path, now: datetime, report: Report) -> Demo:
    sample, snapshot = folder / "sample", folder / _SNAPSHOT
    build_snapshot(sample / _RECORDS, snapshot, now)
    with Library.open(folder / _LIBRARY) as library:
        imported = import_sources(library, [str(sample / name) for name in _LISTINGS], now, report=report)
        resolved = resolve(library, now, source="snapshot", snapshot=snapshot, service=_offline, report=report)
        _decide(library, now)
        ids = papers.ids(library, now=now, sort="id")
        files = []
        for name, format_name in EXPORTS.items():
            path = folder / "exports" / name
            write(path, export(library, format_name, ids).text)
            files.append(path)
    return Demo(imported, resolved, folder / _LIBRARY, tuple(files))


_LIBRARY = "library.sqlite3"
_SNAPSHOT = "snapshot.sqlite3"
_MARK = "README.txt"
#: The mark's first line; below it stands what each file of the demo held when it was done, by its digest.
_MADE = "Made by readlist demo; it may be deleted.\n"
_RECORDS = "records.jsonl"


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # not there yet
        return one.absolute() == other.absolute()


def _state(folder: Path) -> str:
    """What a folder is to a demo: ``free``; an earlier demo as it was left (``ours``); one that was ``changed`` since,
    or never finished; or ``other`` things. A file is known by what it holds, never by its name."""
    if not folder.exists() or not any(folder.iterdir()):
        return "free"
    mark = folder / _MARK
    text = mark.read_text(encoding="utf-8", errors="replace") if mark.is_file() else ""
    if not text.startswith(_MADE):
        return "other"
    left = dict(line.split("  ", 1)[::-1] for line in text.removeprefix(_MADE).splitlines() if "  " in line)
    found = _digests(folder)
    if found == left and all(found.values()):
        return "ours"
    return "changed" if (folder / _LIBRARY).is_file() else "other"


def _digests(folder: Path) -> dict[str, str]:
    """What the files of a demo hold: nothing known of those that cannot be read; those not there are left out."""
    names = (_LIBRARY, _SNAPSHOT, *(f"sample/{name}" for name in (*_LISTINGS, _RECORDS)))
    every = (*names, *(f"exports/{name}" for name in EXPORTS))
    return {name: _digest(folder / name) for name in every if os.path.lexists(folder / name)}


def _digest(path: Path) -> str:
    if path.name != _LIBRARY:
        return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    try:
        # The file's bytes change when SQLite tidies up: what counts is what the library holds.
        with Library.open(path, create=False) as library:
            return library.fingerprint()
    except LibraryError:
        return ""


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
