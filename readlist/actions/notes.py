"""A folder of Markdown notes, one file a paper: written anew, and never taken from the person who writes there too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from readlist.actions.exporting import write
from readlist.errors import ReadlistError
from readlist.library import Library, citing
from readlist.paper import Paper


@dataclass(frozen=True, slots=True)
class WrittenNotes:
    """Files that were written, and those that were left because nothing in them says what is the person's."""

    written: tuple[Path, ...]
    left: tuple[Path, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """What was left, in sentences."""
        return tuple(
            f"{path}: this note has no line that says what is yours; it is left as it is" for path in self.left
        )


def write_notes(
    library: Library, folder: Path, chosen: Sequence[Paper], stale: Collection[int] | None = None
) -> WrittenNotes:
    """Write a note for each paper, and the index. ``stale``: papers whose notes must be made anew (None: all); the
    others only where their file is not there. Raises `ReadlistError`."""
    from readlist.exporters import notes

    if folder.exists() and not folder.is_dir():
        raise ReadlistError(f"{folder}: this is a file; notes need a folder")
    there = {path.name for path in folder.glob("*.md")}
    missing = any(notes.file_name(paper.citekey or paper.short_id) not in there for paper in chosen)
    former = _former_names(library) if missing and there else {}
    written: list[Path] = []
    left: list[Path] = []
    for paper in chosen:
        path = folder / notes.file_name(paper.citekey or paper.short_id)
        if path.name not in there:
            _move(folder, path, [name for name in former.get(paper.id, ()) if name in there])
        elif stale is not None and paper.id not in stale:
            continue
        _write(path, lambda old, paper=paper: notes.note(paper, old), written, left)  # type: ignore[misc]
    _write(folder / f"{notes.INDEX}.md", lambda old: notes.index(chosen, old), written, left)
    return WrittenNotes(tuple(written), tuple(left))


def _former_names(library: Library) -> dict[int, list[str]]:
    """The files that papers may have had, by paper: one for each key that was theirs."""
    from readlist.exporters.notes import file_name

    names: dict[int, list[str]] = {}
    for key, paper in citing.spelled_holders(library):
        names.setdefault(paper, []).append(file_name(key))
    return names


def _move(folder: Path, path: Path, former: Sequence[str]) -> None:
    """A note goes where its paper's new key says, with all that a person wrote."""
    if former:
        try:
            (folder / former[-1]).rename(path)
        except OSError as error:
            raise ReadlistError(f"{folder / former[-1]}: cannot rename the note: {error.strerror}") from error


def _write(path: Path, make: Callable[[str | None], str | None], written: list[Path], left: list[Path]) -> None:
    try:
        # Not read_text: it would make other line ends of what a person wrote.
        old = path.read_bytes().decode("utf-8") if path.exists() else None
    except UnicodeDecodeError:
        left.append(path)
        return
    except OSError as error:
        raise ReadlistError(f"{path}: cannot read the note: {error.strerror}") from error
    text = make(old)
    if text is None:
        left.append(path)
    elif write(path, text):
        written.append(path)
