"""Taking sources into the library."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from readlist import dumps
from readlist.actions.progress import Progress, Report, silent
from readlist.dumps import FORMATS, SUFFIXES, Dump, Problem, Tell
from readlist.dumps.ids import entry_of
from readlist.errors import PartlyDone, ReadlistError, UnreadableSource, WrongUsage
from readlist.identifiers import slip_in, still_to_come
from readlist.library import Library, edits, papers
from readlist.library.edits import Intake
from readlist.library.journal import Writer
from readlist.paper import Entry
from readlist.text import count as counted

__all__ = [
    "FORMATS",
    "STDIN",
    "ImportResult",
    "SourceResult",
    "exit_error",
    "import_sources",
    "import_text",
]

#: How many entries are taken in by one transaction: they are seen, and others can write, while the rest is to come.
_BATCH = 100

#: The name of what comes from standard input.
STDIN = "standard input"

#: Fetches the page at an address. Raises `UnreadableSource`.
Fetch = Callable[[str], bytes]

_STILL_TO_COME = "the month of this arXiv id is still to come; check its digits"
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_DAY_IN_ADDRESS = re.compile(r"(?:[?&]date=|/date/)(\d{4}-\d{2}-\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What one source gave. ``new`` + ``merged`` = ``entries``; ``page``: how many lines were menus and the like."""

    source: str
    format: str
    entries: int
    new: int
    merged: int
    problems: tuple[Problem, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. ``papers``: how many distinct papers its entries are; ``errors``: sources not read.

    ``trashed``: those of the papers that are in the trash, and stay there. ``left_out``: what stands in folders and
    was not looked at, for its name or kind.
    """

    sources: tuple[SourceResult, ...]
    papers: int
    errors: tuple[str, ...]
    trashed: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        return sum(source.entries for source in self.sources)

    @property
    def new(self) -> int:
        return sum(source.new for source in self.sources)


def import_sources(
    library: Library,
    sources: Sequence[str],
    now: datetime,
    *,
    format_name: str = "auto",
    listed: date | None = None,
    read_stdin: Callable[[], bytes] = lambda: b"",
    fetch: Fetch | None = None,
    report: Report = silent,
) -> ImportResult:
    """Import files, folders, ``-`` (standard input), arXiv ids and addresses.

    The address of a paper is its id; other addresses are fetched, with ``fetch``. It is stored as it goes, and is one
    undo step as long as nobody else does something in between: an import that is stopped keeps what it has. Sources
    that cannot be read are named in ``errors`` and do not hinder the others. Raises `WrongUsage` for options that fit
    no source.
    """
    # A day more than today's in UTC: east of Greenwich it is tomorrow already.
    if listed is not None and listed > now.date() + timedelta(days=1):
        raise WrongUsage(f"--listed {listed}: that day is still to come")
    read: list[tuple[str, Dump]] = []
    errors: list[str] = []
    left_out: list[str] = []
    reader = _Reader(now, format_name, listed, read_stdin, fetch, report)
    for name in _expand(sources, errors, left_out):
        report(Progress("read", len(read), text=name))
        try:
            read.append((name, reader.read(name)))
        except UnreadableSource as error:
            errors.append(str(error))
    if listed is not None:
        _check_listed(listed, [dump for _, dump in read])
    return replace(_take_in(library, read, errors, now, report), left_out=tuple(left_out))


def import_text(
    library: Library, text: str, source: str, now: datetime, *, report: Report = silent, listed: date | None = None
) -> ImportResult:
    """Import a text that was pasted; ``source`` is its name. Raises `UnreadableSource`."""
    report(Progress("read", text="what was pasted"))
    tell = _reading(report, "what was pasted")
    dump = dumps.read(text.encode(), source, today=now.date(), listed=listed, tell=tell)
    return _take_in(library, [(source, _of_today(dump, now.date()))], [], now, report, "a pasted listing")


def _reading(report: Report, source: str) -> Tell:
    """What a reader tells how far it is."""

    def tell(done: int, total: int, stage: str = "read", /) -> None:
        report(Progress(stage, done, total, source))

    return tell


def _take_in(
    library: Library,
    read: Sequence[tuple[str, Dump]],
    errors: list[str],
    now: datetime,
    report: Report,
    called: str = "",
) -> ImportResult:
    total = sum(len(dump.entries) for _, dump in read)
    # An id that a person types is wanted, even if it was thrown away once; a listing brings nothing back.
    asked_for = {name for name, _ in read if entry_of(name, name) is not None}
    done = 0
    results: list[SourceResult] = []
    touched: set[int] = set()
    named = (name if name in asked_for or _ADDRESS.match(name) else Path(name).name for name, _ in read[:3])
    names = called or ", ".join(named) + (" …" if len(read) > 3 else "")
    action: int | None = None
    #: The papers of one row of the journal.
    together: set[int] = set()
    # Before the first transaction too: who stops an import while it is read wants none of it.
    report(Progress("import", 0, total))
    for name, dump in read:
        new = 0
        doubts: list[Problem] = []
        for start in range(0, len(dump.entries), _BATCH):
            batch = dump.entries[start : start + _BATCH]
            with library.action("import", "", now, extends=action) as writer:
                taken: set[int] = set()
                for entry in batch:
                    intake = _take_in_one(writer, entry, doubts)
                    if name in asked_for:
                        edits.set_removed(writer, [intake.paper_id], False)
                    new += intake.new_paper
                    taken.add(intake.paper_id)
                # Another row has begun where somebody else has done something in between.
                together = taken | (together if writer.action_id == action else set())
                writer.summary = f"imported {names} ({counted(len(together), 'paper')})"
            touched |= taken
            action = writer.action_id or action
            done += len(batch)
            # Between transactions: whoever is told may stop here, or let others write first.
            report(Progress("import", done, total, Path(name).name))
        count = len(dump.entries)
        problems = (*dump.problems, *doubts)
        results.append(SourceResult(name, dump.format, count, new, count - new, problems, len(dump.page)))
    trashed = sorted(touched.intersection(papers.ids(library, now=now, removed=True)))
    return ImportResult(tuple(results), len(touched), tuple(errors), tuple(trashed))


def _take_in_one(writer: Writer, entry: Entry, doubts: list[Problem]) -> Intake:
    """Take an entry in; what of its bibliography could not be kept is named with its line."""
    key = entry.given.citekey if entry.given is not None else None
    unfit = _unfit_key(key, entry.arxiv_id) if key else ""
    if unfit and entry.given is not None:
        entry = replace(entry, given=replace(entry.given, citekey=None))
    intake = edits.take_in(writer, entry)
    doubts += [Problem(entry.line, key or entry.title, why) for why in (unfit, intake.doubt) if why]
    return intake


def _unfit_key(key: str, arxiv_id: str | None) -> str:
    """Why a citation key cannot be kept; empty where it can."""
    from readlist.exporters.citekeys import means_another, valid_key

    if means_another(key, arxiv_id):
        return f"the citation key {key} means another thing here; the paper gets another one when exported"
    if not valid_key(key):
        return f"{key} cannot be a citation key in every dialect; the paper gets another one when exported"
    return ""


def _expand(sources: Sequence[str], errors: list[str], left_out: list[str]) -> list[str]:
    """Folders become the files in them that may be dumps or bibliographies, in order of their names."""
    expanded: list[str] = []
    for source in sources:
        if source == "-" or entry_of(source, source) is not None or not _is_folder(source):
            expanded.append(source)
            continue
        try:
            there = [entry for entry in os.scandir(source) if not entry.name.startswith(".")]
            files = sorted(entry.path for entry in there if entry.is_file() and _may_be_read(entry.name))
        except OSError as error:
            errors.append(f"{source}: cannot read the folder: {error.strerror}")
            continue
        if not files:
            errors.append(f"{source}: no file to import in this folder ({', '.join(sorted(filter(None, SUFFIXES)))})")
        expanded += files
        left_out += sorted({entry.path for entry in there}.difference(files))
    return expanded


def _is_folder(source: str) -> bool:
    try:
        return Path(source).is_dir()
    except OSError:  # a name that is too long, say a title that was pasted
        return False


def _may_be_read(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads sources by name, with what all of an import's sources have in common."""

    now: datetime
    format_name: str
    listed: date | None
    read_stdin: Callable[[], bytes]
    fetch: Fetch | None
    report: Report

    def read(self, name: str) -> Dump:
        """What a source holds. Raises `UnreadableSource`."""
        if name == "-":
            return self._parsed(self.read_stdin(), STDIN)
        # A name that is not UTF-8 is kept as far as it can be read.
        shown = os.fsencode(name).decode("utf-8", "replace")
        entry = entry_of(name, name)
        if entry is not None and not Path(name).exists():
            if still_to_come(entry.arxiv_id or "", self.now.date()):
                raise UnreadableSource(f"{shown}: {_STILL_TO_COME}")
            return Dump(name, "ids", (entry,))
        if _ADDRESS.fullmatch(name):
            return self._fetched(name)
        try:
            data = Path(name).read_bytes()
        except FileNotFoundError:
            why = slip_in(name) or "not an arXiv id or the address of a paper"
            raise UnreadableSource(f"{shown[:200]}: no such file, and {why}") from None
        except OSError as error:
            raise UnreadableSource(f"{shown[:200]}: cannot read the file: {error.strerror}") from None
        dump = self._parsed(data, shown)
        # Sightings name the file without its folder: the same file elsewhere is the same source.
        entries = tuple(replace(entry, source=Path(shown).name) for entry in dump.entries)
        return replace(dump, entries=entries)

    def _fetched(self, address: str) -> Dump:
        if self.fetch is None:
            raise UnreadableSource(f"{address}: nothing is fetched here; save the page and import the file")
        self.report(Progress("fetch", text=address))
        return self._parsed(self.fetch(address), address, self.listed or _day_in(address), address)

    def _parsed(self, data: bytes, shown: str, listed: date | None = None, address: str = "") -> Dump:
        today = self.now.date()
        dump = dumps.read(
            data,
            shown,
            today=today,
            format_name=self.format_name,
            listed=listed or self.listed,
            address=address,
            tell=_reading(self.report, shown),
        )
        return _of_today(dump, today)


def _of_today(dump: Dump, today: date) -> Dump:
    """A list of ids without those that are not given out yet: slips of a finger, named with their lines."""
    if dump.format != "ids":
        return dump
    late = [entry for entry in dump.entries if entry.arxiv_id and still_to_come(entry.arxiv_id, today)]
    if not late:
        return dump
    problems = [Problem(entry.line, entry.arxiv_id or "", _STILL_TO_COME) for entry in late]
    return replace(
        dump,
        entries=tuple(entry for entry in dump.entries if entry not in late),
        problems=tuple(sorted((*dump.problems, *problems), key=lambda problem: problem.line)),
    )


def _day_in(address: str) -> date | None:
    """The day of the listing that an address names."""
    found = _DAY_IN_ADDRESS.search(address)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _check_listed(listed: date, read: Sequence[Dump]) -> None:
    listings = [entry.listing for dump in read for entry in dump.entries if entry.listing is not None]
    if listings and not any(
        (day.month, day.day, day.year) == (listed.month, listed.day, listed.year) for day in listings
    ):
        shown = listings[0].text
        raise WrongUsage(f"--listed {listed}: no listing of that day here; {read[0].source} is of {shown}")


def exit_error(result: ImportResult) -> ReadlistError | None:
    """What an import that could not read everything ends with: failed when nothing was read, else done in part."""
    if not result.errors:
        return None
    text = "\n".join(result.errors)
    return PartlyDone(text) if result.sources else UnreadableSource(text)
