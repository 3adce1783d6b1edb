"""Keeping the library safe: copies and checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from readlist.errors import LibraryDamaged, LibraryError
from readlist.library import Library, papers
from readlist.library.opening import RESTORE, is_library


@dataclass(frozen=True, slots=True)
class Checkup:
    """What `doctor` found. ``papers`` is None where the file cannot be read; ``unchecked``: why nobody can say whether
    it is sound (locked, of a newer readlist, another program's file), which is no damage."""

    exists: bool
    papers: int | None = None
    problems: tuple[str, ...] = ()
    unchecked: str | None = None


def backup(library: Library, target: Path) -> None:
    """Write a whole copy of an open library, in an earlier copy's place too. Raises `LibraryError`."""
    if target.is_dir():
        raise LibraryError(f"{target}: this is a folder; name a file in it")
    if target.exists() and target.samefile(library.path):
        raise LibraryError(f"{target}: this is the library itself; name another file")
    if target.exists() and target.stat().st_size and not is_library(target):
        raise LibraryError(f"{target}: there is a file that is no copy of a library, and it is kept; name another file")
    library.backup(target)


def backup_path(folder: Path, kind: str, now: datetime) -> Path:
    """Where a copy goes that nobody named: never in the place of another one."""
    path = folder / f"{kind}-{now:%Y%m%d-%H%M%S}.sqlite3"
    number = 2
    while path.exists():
        path = path.with_stem(f"{kind}-{now:%Y%m%d-%H%M%S}-{number}")
        number += 1
    return path


def newest_copy(folder: Path) -> Path | None:
    """The library that was copied last into a folder; None where there is none."""
    try:
        found = [path for path in folder.glob("*.sqlite3") if is_library(path)]
        return max(found, key=lambda path: (path.stat().st_mtime, path.name), default=None)
    except OSError:
        return None


def check_copy(source: Path, target: Path) -> None:
    """Raise `LibraryError` unless a file may be a copy to put into a library's place; it may be damaged still."""
    if source.is_dir():
        raise LibraryError(f"{source}: this is a folder; name the copy in it")
    if not source.is_file():
        raise LibraryError(f"{source}: no such file")
    if target.exists() and source.samefile(target):
        raise LibraryError(f"{source}: this is the library itself; name a copy of it")
    if not is_library(source):
        raise LibraryError(f"{source}: this is no copy of a readlist library; readlist backup makes them")


def restore(source: Path, target: Path, backups: Path, now: datetime) -> Path | None:
    """Put a copy in the library's place, after checking it; returns where what was there is kept.

    Raises `LibraryError` when the copy is missing, damaged or no library, and when what is in the library's place
    cannot be kept, is in use, or is no library of this readlist.
    """
    check_copy(source, target)
    checkup = doctor(source)
    if checkup.problems or checkup.unchecked:
        raise LibraryError(f"{source}: {checkup.unchecked or checkup.problems[0]}")
    there = doctor(target)
    if there.unchecked:
        raise LibraryError(f"{target}: {there.unchecked}; nothing was restored")
    kept = None
    if there.exists:
        kept = backup_path(backups, "before-restore", now)
        _keep(target, kept)
    with Library.open(source, create=False) as copy:
        if there.exists and not there.problems:
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
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(target.read_bytes())
        except OSError as error:
            raise LibraryError(
                f"{kept}: cannot keep what is there before: {error.strerror}; nothing was restored"
            ) from error


def doctor(path: Path) -> Checkup:
    """Check a library file; a file that is not there is no damage, nor is one that cannot be checked now."""
    if not path.exists():
        return Checkup(False)
    try:
        with Library.open(path, create=False) as library:
            problems = library.problems()
            total = None if problems else papers.counts(library).total
    except LibraryError as error:
        said = str(error).removeprefix(f"{path}: ").removesuffix(RESTORE)
        return Checkup(True, problems=(said,)) if isinstance(error, LibraryDamaged) else Checkup(True, unchecked=said)
    return Checkup(True, total, tuple(problems))
