"""Keeping the library safe: copies and checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from readlist.errors import LibraryError, LibraryUnavailable
from readlist.library import Library, papers


@dataclass(frozen=True, slots=True)
class Checkup:
    """What `doctor` found. ``papers`` is None where the file cannot be read."""

    exists: bool
    papers: int | None
    problems: tuple[str, ...]


def backup(library: Library, target: Path) -> None:
    """Write a whole copy of an open library. Raises `LibraryError`."""
    if target.exists() and target.samefile(library.path):
        raise LibraryError(f"{target}: this is the library itself; name another file")
    library.backup(target)


def restore(source: Path, target: Path, backups: Path, now: datetime) -> Path | None:
    """Put a copy in the library's place, after checking it; returns where what was there is kept.

    Raises `LibraryError` when the copy is missing, damaged or no library.
    """
    if not source.is_file():
        raise LibraryError(f"{source}: no such file")
    checkup = doctor(source)
    if checkup.problems:
        raise LibraryError(f"{source}: {checkup.problems[0]}")
    kept = None
    if target.exists():
        kept = backups / f"before-restore-{now:%Y%m%d-%H%M%S}.sqlite3"
        _keep(target, kept)
    with Library.open(source, create=False) as copy:
        if target.exists() and not doctor(target).problems:
            # Through SQLite, not by swapping files: a TUI that has the library open sees the restored one.
            with Library.open(target) as library:
                copy.copy_over(library)
        else:
            for name in (f"{target}-wal", f"{target}-shm"):
                Path(name).unlink(missing_ok=True)
            copy.backup(target)
    return kept


def _keep(target: Path, kept: Path) -> None:
    try:
        with Library.open(target, create=False) as library:
            library.backup(kept)
    except LibraryError:
        # Damaged, which may be why a copy is brought back: kept byte for byte.
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(target.read_bytes())


def doctor(path: Path) -> Checkup:
    """Check a library file; a file that is not there is no damage. Raises `LibraryUnavailable`."""
    if not path.exists():
        return Checkup(False, None, ())
    try:
        with Library.open(path, create=False) as library:
            problems = library.problems()
            total = None if problems else papers.counts(library).total
    except LibraryUnavailable:
        raise
    except LibraryError as error:
        return Checkup(True, None, (str(error).removeprefix(f"{path}: "),))
    return Checkup(True, total, tuple(problems))
