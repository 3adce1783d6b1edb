"""Writing bibliographies and lists."""

from __future__ import annotations

import gc
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import Any

from readlist.errors import LibraryError, ReadlistError, WrongUsage
from readlist.library import Library, edits, papers
from readlist.library import written as remembered
from readlist.paper import Paper
from readlist.settings import KEY_TEMPLATE


@dataclass(frozen=True, slots=True)
class Exported:
    """``text`` and how many papers stand in it; ``left_out``: those without a record, which cannot be cited."""

    text: str
    papers: int
    left_out: tuple[Paper, ...]


@contextmanager
def not_collecting() -> Iterator[None]:
    """No search for garbage while thousands of papers are made that are all kept: it takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@not_collecting()
def export(
    library: Library,
    format_name: str,
    ids: Sequence[int],
    *,
    template: str = KEY_TEMPLATE,
    by_key: bool = False,
    **options: Any,
) -> Exported:
    """Render papers in a format of `readlist.exporters.FORMATS`, in the given order or by their citation keys.

    Citation keys are made by the template where a paper has none and frozen from then on. Raises `WrongUsage` for an
    unknown format or option.
    """
    from readlist import exporters

    kind = exporters.named(format_name)
    found = papers.many(library, ids, evidence=kind.evidence)
    chosen = keyed(library, found, template) if kind.citable else found
    if by_key:
        chosen = sorted(chosen, key=lambda paper: (paper.citekey is None, (paper.citekey or "").lower(), paper.id))
    text = exporters.render(format_name, chosen, **options)
    here = {paper.id for paper in chosen}
    return Exported(text, len(chosen), tuple(paper for paper in found if paper.id not in here))


def ordered_ids(library: Library, query: str, now: datetime, options: Mapping[str, Any]) -> list[int]:
    """The papers that a query finds, in the order that the options ask for, in that of the list otherwise."""
    sort = options.get("sort", "key")
    return papers.ids(library, query, now=now, sort="id" if sort == "key" else sort)


def keyed(library: Library, found: Sequence[Paper], template: str = KEY_TEMPLATE) -> list[Paper]:
    """Those of the papers that can be cited, in their order, each with its key; new keys are kept for good."""
    chosen = [paper for paper in found if paper.citable]
    keys = freeze_keys(library, chosen, template)
    return [replace(paper, citekey=keys.get(paper.id, paper.citekey)) for paper in chosen] if keys else chosen


def freeze_keys(library: Library, chosen: Sequence[Paper], template: str = KEY_TEMPLATE) -> dict[int, str]:
    """Make citation keys for papers that have none and keep them for good; returns the new ones."""
    from readlist.exporters import citekeys

    keyless = [paper for paper in chosen if paper.citekey is None]
    if not keyless:
        return {}
    # A paper that was deleted and added again is cited by its old key already.
    former = papers.former_keys(library, [paper.arxiv_id for paper in keyless if paper.arxiv_id])
    keys = {paper.id: former[paper.arxiv_id] for paper in keyless if paper.arxiv_id in former}
    keys |= citekeys.assign([paper for paper in keyless if paper.id not in keys], papers.taken_keys(library), template)
    if keys:
        papers.keep_citekeys(library, keys)
    return keys


def paper_json(paper: Paper) -> dict[str, object]:
    """A paper as the JSON that scripts read."""
    from readlist.exporters.paper_json import paper_json as render

    return render(paper)


def default_path(folder: Path, format_name: str, *, everything: bool) -> Path:
    """Where an export goes unless the user says so: a part of the list never takes the place of the whole.

    Formats that share their extension with a more common one are told apart: ``library.biblatex.bib``.
    """
    from readlist import exporters

    special = {"biblatex": "biblatex.bib", "csl-json": "csl.json"}
    ending = special.get(format_name) or exporters.named(format_name).extension
    return folder / f"{'library' if everything else 'selection'}.{ending}"


_ENTRY = re.compile(rb"^@\w+\{([^,\s]+),", re.MULTILINE)


def save(library: Library, path: Path, done: Exported) -> tuple[bool, Path | None]:
    """Write an export; returns whether the file changed, and where a file was kept that is not readlist's own.

    Raises `ReadlistError` rather than replace a file by nothing.
    """
    try:
        old = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise ReadlistError(f"{path}: cannot read the file that is there: {error.strerror}") from error
    if old.strip() and not done.papers:
        raise ReadlistError(f"{path}: no paper to write; the file is left as it is")
    new = done.text.encode()
    kept = None
    if old.strip() and old != new and not _is_ours(library, path, old):
        kept = _beside(path, old)
        write(kept, old)
    written = write(path, new)
    with suppress(LibraryError), remembered.target(library.path, path.absolute()) as memory:
        if not memory.fingerprints():  # a living bibliography is merged by its entries
            memory.keep(sha256(new).digest(), True, {}, ())
    return written, kept


def _is_ours(library: Library, path: Path, old: bytes) -> bool:
    """Whether a file may be replaced: it is as it was left, or a bibliography with none but this library's entries."""
    if path.suffix == ".bib" and (found := [key.decode("utf-8", "replace").lower() for key in _ENTRY.findall(old)]):
        return {key.lower() for key in papers.taken_keys(library)}.issuperset(found)
    try:
        with remembered.target(library.path, path.absolute()) as memory:
            return memory.digest == sha256(old).digest()
    except LibraryError:  # nobody remembers: it may be anybody's
        return False


def _beside(path: Path, data: bytes) -> Path:
    """Where a file is kept: ``refs.bib.bak``, or with a number where that is taken by something else."""
    numbers = (f".{number}" for number in count(2))
    for ending in chain([""], numbers):
        kept = path.with_name(f"{path.name}.bak{ending}")
        if not os.path.lexists(kept) or (kept.is_file() and kept.read_bytes() == data):
            return kept
    raise AssertionError  # there are always more numbers


def write(path: Path, text: str | bytes) -> bool:
    """Write a file whole or not at all: beside it first, then renamed; an equal file is left alone.

    Returns whether it was written. Raises `ReadlistError` naming the file.
    """
    data = text.encode() if isinstance(text, str) else text
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise ReadlistError(f"{path}: cannot write the file: {error.strerror or error}") from error
    return True


def set_key(library: Library, paper: Paper, key: str, now: datetime) -> None:
    """Set a citation key by hand; an undo takes it back, though the key stays taken.

    Raises `WrongUsage` for one that BibTeX cannot read, that means another thing, or that another paper has.
    """
    from readlist.exporters.citekeys import means_another, valid_key

    if means_another(key):
        raise WrongUsage(f"{key!r} means another thing already: a short id or an arXiv id cannot be a citation key")
    if not valid_key(key):
        raise WrongUsage(f"{key!r} cannot be a citation key: letters and digits first, then also _ : . + / -")
    holder = papers.key_holder(library, key)
    if holder is not None and holder != paper.id:
        raise WrongUsage(f"{key!r} is or was the key of p{holder}; keys are never used twice")
    with library.action("key", f"“{paper.title[:50]}”: key {key}", now) as writer:
        edits.set_citekey(writer, paper.id, key)
