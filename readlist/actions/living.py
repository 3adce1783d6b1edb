"""Living files: the exports that settings name (``[[export.target]]``), kept up to date after each change.

Only what changed is rendered again; a file that would come out the same is not touched; one that others edit too is
merged (`readlist.exporters.merging`), and what both sides changed is said and left as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from readlist import __version__
from readlist.actions.export_options import general_options, place_of, style_of, target_options
from readlist.actions.exporting import export, freeze_keys, keyed, not_collecting, ordered_ids, write
from readlist.actions.notes import write_notes
from readlist.errors import ReadlistError, WrongUsage
from readlist.exporters.merging import Conflict, Written, merge
from readlist.exporters.notes import file_name
from readlist.library import Library, citing, papers, written
from readlist.library.written import Kept
from readlist.settings import ExportTarget, Settings


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one living file. ``left_out``: papers without a record; ``conflicts``: sentences for people, what
    was left as others made it; ``error``: why nothing could be done; ``misused``: for what the settings say."""

    path: Path
    papers: int = 0
    left_out: int = 0
    changed: bool = False
    conflicts: tuple[str, ...] = ()
    error: str | None = None
    misused: bool = False


def refresh_targets(library: Library, settings: Settings) -> list[Refreshed]:
    """Bring every living file up to date, in the order of the settings. One that fails keeps no other from it.

    Cheap where nothing changed: call it after any change. Citation keys are made where a paper has none.
    """
    done: list[Refreshed] = []
    for number, target in enumerate(settings.targets, 1):
        try:
            if any(target.path == other.path for other in settings.targets[: number - 1]):
                raise WrongUsage(f"{target.path}: two targets have this path; give each its own")
            done.append(_refresh(library, target, settings, place_of(settings, number)))
        except ReadlistError as error:
            done.append(Refreshed(target.path, error=str(error), misused=isinstance(error, WrongUsage)))
    library.take_changed()  # the keys that were made on the way are in the files
    return done


@not_collecting()
def _refresh(library: Library, target: ExportTarget, settings: Settings, where: str) -> Refreshed:
    asked = target_options(target, where)
    options = {**general_options(settings), **asked}
    try:
        ids = ordered_ids(library, target.query, settings.now(), options)
    except WrongUsage as error:
        raise WrongUsage(f"{where}: query: {error}") from None
    with written.target(library.path, target.path.absolute()) as memory:
        if target.format in ("bibtex", "biblatex"):
            return _Bibliography(library, target, memory, options, settings.key_template).refresh(ids)
        if target.folder:
            return _notes(library, target, memory, ids, settings.key_template)
        by_key = options.get("sort") == "key"
        style = style_of(target.format, options)
        done = export(library, target.format, ids, template=settings.key_template, by_key=by_key, **style)
        return _whole(target.path, done.text, memory, Refreshed(target.path, done.papers, len(done.left_out)))


def _whole(path: Path, text: str, memory: written.Target, done: Refreshed) -> Refreshed:
    """A file in which nothing can be told apart: written as a whole, unless somebody else wrote into it."""
    current = _read(path)
    new = text.encode()
    if current is not None and current != new and _digest(current) != memory.digest:
        said = f"{path}: somebody else changed the file; it stays, and is written anew once moved away"
        return replace(done, conflicts=(said,))
    changed = write(path, text)
    memory.keep(_digest(new), True, {}, ())
    return replace(done, changed=changed)


def _notes(
    library: Library, target: ExportTarget, memory: written.Target, ids: Sequence[int], template: str
) -> Refreshed:
    """A folder of notes: those are written anew whose papers changed, or that are gone."""
    found = keyed(library, papers.many(library, ids, evidence=False), template)
    fresh = citing.sources(library, ids, __version__.encode())
    known = memory.fingerprints()
    stale = {paper for paper, fingerprint in fresh.items() if known.get(paper) != fingerprint}
    done = write_notes(library, target.path, found, stale)
    # One that was left is looked at again, and said again, each time.
    named = {paper.id: target.path / file_name(paper.citekey or "") for paper in found if paper.id in stale}
    kept = {paper: Kept(fresh[paper], "", "", None, None, True) for paper in stale if named[paper] not in done.left}
    memory.keep(b"", True, kept, known.keys() - fresh.keys())
    return Refreshed(target.path, len(found), len(ids) - len(found), bool(done.written), done.said)


class _Bibliography:
    """One .bib file, brought up to date entry by entry."""

    def __init__(
        self, library: Library, target: ExportTarget, memory: written.Target, options: Mapping[str, Any], template: str
    ) -> None:
        from readlist.exporters.bibtex import Style

        self._library, self._path, self._memory, self._template = library, target.path, memory, template
        self._dialect: Any = target.format
        self._style = Style(**style_of(target.format, options))

    def refresh(self, ids: Sequence[int]) -> Refreshed:
        keyless = citing.keyless(self._library, ids)
        if keyless:
            freeze_keys(self._library, papers.many(self._library, keyless, evidence=False), self._template)
        fresh = self._fingerprints(ids)
        done = Refreshed(self._path, len(fresh), len(ids) - len(fresh))
        current = _read(self._path)
        known = self._memory.fingerprints()
        stale = [paper for paper, fingerprint in fresh.items() if known.get(paper) != fingerprint]
        gone = known.keys() - fresh.keys()
        as_left = current is not None and _digest(current) == self._memory.digest
        settled = as_left and self._memory.all_in_step()
        if settled and not stale and not gone and self._style.order == "key":
            return done
        if current and not current.isspace() and not fresh:
            raise ReadlistError(f"{self._path}: no paper to write; the file is left as it is")
        if settled and not gone and current is not None and (data := self._in_place(current, fresh, stale)) is not None:
            return replace(done, changed=write(self._path, data))
        kept = self._memory.entries()
        now = self._rendered(fresh, stale, kept)
        there = current if current and not current.isspace() else None
        text, conflicts, whole = self._merged(there, as_left, kept, now, gone)
        left = {conflict.paper for conflict in conflicts}
        now = {paper: _settled(row, in_step=paper not in left) for paper, row in now.items()}
        changed = write(self._path, text) if text or current is not None else False
        differing = {paper: row for paper, row in now.items() if kept.get(paper) != row}
        self._memory.keep(_digest(text.encode()), whole, differing, gone)
        return replace(done, changed=changed, conflicts=tuple(_sentence(self._path, each) for each in conflicts))

    def _in_place(self, current: bytes, fresh: Mapping[int, bytes], stale: Sequence[int]) -> bytes | None:
        """The file's new text where nothing but the text of some entries changed and all of it is ours: no other entry
        is looked at. None where more changed."""
        kept = self._memory.entries(stale)
        if not self._memory.whole or self._style.order != "key" or len(kept) != len(stale):
            return None
        now = self._rendered({paper: fresh[paper] for paper in stale}, stale, kept)
        parts: list[bytes] = []
        done = 0
        for paper, row in now.items():
            old = kept[paper].text.encode()
            place = current.find(old, done)
            if row.key != kept[paper].key or place < 0:
                return None
            parts += [current[done:place], row.text.encode()]
            done = place + len(old)
        text = b"".join([*parts, current[done:]])
        self._memory.keep(_digest(text), True, {paper: _settled(row, in_step=True) for paper, row in now.items()}, ())
        return text

    def _fingerprints(self, ids: Sequence[int]) -> dict[int, bytes]:
        # Another style or another version of this program makes other entries of the same papers.
        return citing.sources(self._library, ids, repr((self._style, self._dialect, __version__)).encode())

    def _rendered(self, fresh: Mapping[int, bytes], stale: Sequence[int], kept: Mapping[int, Kept]) -> dict[int, Kept]:
        """Every entry as it is to be, in the file's order; only those that changed are made anew."""
        from readlist.exporters.bibtex import entries

        found = papers.many(self._library, stale, evidence=False)
        texts = dict(zip((paper.id for paper in found), entries(found, self._dialect, self._style), strict=True))
        now: dict[int, Kept] = {paper: kept[paper] for paper in fresh if paper not in texts}
        for paper in found:
            old = kept.get(paper.id)
            base_key, base_text = (old.held if old is not None else None) or (None, None)
            assert paper.citekey is not None
            now[paper.id] = Kept(fresh[paper.id], paper.citekey, texts[paper.id], base_key, base_text, False)
        if self._style.order == "key":
            return dict(sorted(now.items(), key=lambda row: (row[1].key.lower(), row[1].key)))
        return {paper: now[paper] for paper in fresh}

    def _merged(
        self, current: bytes | None, as_left: bool, kept: Mapping[int, Kept], now: Mapping[int, Kept], gone: set[int]
    ) -> tuple[str, tuple[Conflict, ...], bool]:
        """The file's new text, what was left as others made it, and whether all of the text is ours.

        ``as_left``: nobody wrote into the file since we did.
        """
        text = "\n".join(row.text for row in now.values())
        if current is None or (as_left and self._memory.whole) or current == text.encode():
            return text, (), True
        try:
            there = current.decode()
        except UnicodeDecodeError:
            raise ReadlistError(f"{self._path}: this is no UTF-8 text; the file is left as it is") from None
        before = {paper: kept[paper] for paper in gone} | dict(now)
        base = {paper: Written(*row.held) for paper, row in before.items() if row.held}
        merged = merge(there, base, [(paper, Written(row.key, row.text)) for paper, row in now.items()])
        return merged.text, merged.conflicts, merged.text == text


def _settled(row: Kept, *, in_step: bool) -> Kept:
    """An entry that the file holds now; one in conflict keeps its base, so that the conflict is seen again."""
    if in_step:
        return row if row.in_step else replace(row, base_key=None, base_text=None, in_step=True)
    key, text = row.held or (None, None)
    return replace(row, in_step=False, base_key=key, base_text=text)


def _sentence(path: Path, conflict: Conflict) -> str:
    if conflict.fields:
        return f"{path}: {conflict.key}: {', '.join(conflict.fields)} changed on both sides; the file's is kept"
    return f"{path}: {conflict.key}: somebody changed this entry, which is left as it is"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReadlistError(f"{path}: cannot read the file that is there: {error.strerror}") from error


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()
