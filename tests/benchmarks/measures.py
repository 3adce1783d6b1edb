"""One measurement each: medians of several runs, against a baseline in the same run where time is what is held."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from readlist.actions import exporting, triage
from readlist.actions.importing import import_sources, import_text
from readlist.actions.living import refresh_targets
from readlist.actions.resolving import resolve
from readlist.library import Library, edits, papers
from readlist.paper import Entry, ListedDate, Match, MatchState, Status
from readlist.settings import ExportTarget, Settings
from tests.support import abstract, record

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("READLIST_SHARED") or ROOT.parent / "shared")


@dataclass(frozen=True)
class Figure:
    """A measured value as text, what is held, and whether that was missed."""

    what: str
    seen: str
    hold: str
    missed: bool


def timed(work: Callable[[], object], runs: int = 5) -> float:
    """Median seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def process(*arguments: str, **environment: str) -> Callable[[], object]:
    def run() -> None:
        subprocess.run(
            [sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT, env={**os.environ, **environment}
        )

    return run


def at_most(what: str, seen: float, limit: float, unit: str, note: str = "") -> Figure:
    return Figure(what, f"{seen:.3g} {unit}{note}", f"at most {limit:g} {unit}", seen > limit)


def at_most_ratio(what: str, seconds: float, baseline: float, limit: float, against: str) -> Figure:
    ratio = seconds / baseline
    note = f"{ratio:.2f} × ({1000 * seconds:.0f} ms)"
    return Figure(what, note, f"at most {limit:g} × {against} ({1000 * baseline:.0f} ms)", ratio > limit)


def skipped(what: str) -> Figure:
    return Figure(what, "not measured", "needs the shared folder", False)


def dumps() -> list[str]:
    return sorted(str(path) for path in (SHARED / "dumps").glob("*_*.txt"))


def fill(path: Path, count: int, *, matched: bool = False) -> None:
    """A library of made-up papers with abstracts of about 1,300 characters."""
    text = abstract("benchmark", 130)
    sure = Match(MatchState.MATCHED, 0.99, "test", "resolver", ("title equal",))
    with Library.open(path) as library, library.action("import", "imported", NOW) as writer:
        for number in range(count):
            day = ListedDate(1 + number % 12, 1 + number % 28, 2024, "Jan 15, 2024")
            title = f"Paper number {number}: a study of things"
            entry = Entry(
                title, f"{number} {text}", "made.txt", number + 1, author_count=3, date=day, comments=number % 9
            )
            intake = edits.take_in(writer, entry)
            if matched:
                found = record(
                    f"{2401 + number % 12}.{number % 100000:05}", title, f"{number} {text}", categories=("cs.CV",),
                    authors="Ada Lovelace, Alan M. Turing, Grace Hopper", published=date(2024, 1 + number % 12, 5),
                )  # fmt: skip
                edits.set_match(writer, intake.paper_id, sure, found)


def version(_folder: Path) -> Iterator[Figure]:
    pause = timed(process("-c", "pass"), 15)
    seen = timed(process("-m", "readlist", "--version"), 15)
    yield at_most_ratio("readlist --version", seen, pause, 2, "python -c pass")


def importing(folder: Path) -> Iterator[Figure]:
    if not dumps():
        yield skipped("import of the four dumps")
        return
    number = iter(range(1000))

    def run() -> None:
        with Library.open(folder / f"{next(number)}.sqlite3") as library:
            result = import_sources(library, dumps(), NOW)
        assert (result.entries, result.papers) == (217, 146)

    yield at_most("import of the four dumps", timed(run), 0.5, "s")

    def start() -> None:
        process("-m", "readlist", "import", *dumps(), READLIST_HOME=str(folder / str(next(number))))()

    whole = timed(start)
    yield at_most("the same, process start included", whole, 0.8, "s")


def _index(folder: Path) -> Path:
    from readlist.resolver.snapshot.build import build

    target = folder / "snapshot.sqlite3"
    build(SHARED / "arxiv" / "arxiv-metadata-part.jsonl.gz", target, NOW)
    return target


def no_service() -> Any:
    raise AssertionError("the network is not to be asked")


def resolving(folder: Path) -> Iterator[Figure]:
    if not dumps():
        yield skipped("resolve of the 146 papers against the snapshot")
        return
    index = _index(folder)
    number = iter(range(1000))
    times = []
    for _ in range(5):
        with Library.open(folder / f"{next(number)}.sqlite3") as library:
            import_sources(library, dumps(), NOW)
            start = time.perf_counter()
            result = resolve(library, NOW, source="snapshot", snapshot=index, service=no_service)
            times.append(time.perf_counter() - start)
    note = f" ({result.matched} + {result.review} review)"
    yield at_most("resolve of the 146 papers against the snapshot", statistics.median(times), 0.6, "s", note)


def snapshot(folder: Path) -> Iterator[Figure]:
    """The whole build against a bare orjson loop over the plain file, and look-ups in what was built."""
    import gzip

    from tests.benchmarks import scale

    if not dumps():
        yield skipped("index build")
        return
    plain, index = folder / "part.jsonl", folder / "index"
    plain.write_bytes(gzip.decompress((SHARED / "arxiv" / "arxiv-metadata-part.jsonl.gz").read_bytes()))
    # By turns, so that both see the same machine.
    runs = [(scale.bare_loop(plain), scale.measured_build(plain, index)) for _ in range(5)]
    wall, cpu = (statistics.median(loop[i] for loop, _ in runs) for i in (0, 1))
    built, work = (statistics.median(build[i] for _, build in runs) for i in (0, 1))
    yield at_most_ratio("index build, 47,000 records", built, wall, 12, "a bare orjson loop")
    yield Figure("the same, processor time of all processes", f"{work / cpu:.2f} × ({1000 * work:.0f} ms)", "", False)
    share = index.stat().st_size / plain.stat().st_size
    yield at_most("size of the index", 100 * share, 50, "% of the file")
    memory = max(build[3] for _, build in runs)
    yield at_most("most memory of a process of the build", memory / 1e6, 300, "MB")
    for one in scale.lookups(index, scale.originals(), 500):
        limit = 0.1 if one.name == "exact look-up" else 4
        note = f" (p50 {one.p50:.3g}; found {one.found:.1f} %)"
        yield at_most(f"{one.name}, p95", one.p95, limit, "ms", note)


def api(folder: Path) -> Iterator[Figure]:
    if not dumps():
        yield skipped("requests for the 146 papers through the API")
        return
    from readlist.actions.services import arxiv
    from tests.servers.arxiv import ArxivServer
    from tests.servers.arxiv_samples import dump_questions, neighbourhood

    with (
        ArxivServer(neighbourhood(dump_questions(), 3000)) as server,
        Library.open(folder / "library.sqlite3") as library,
    ):
        import_sources(library, dumps(), NOW)
        result = resolve(
            library, NOW, source="api", snapshot=folder / "none",
            service=lambda: arxiv(server.url, 0.0, folder, lambda _progress: None),
        )  # fmt: skip
    note = f" ({result.matched} + {result.review} review)"
    yield at_most("requests for the 146 papers through the API", result.requests, 9, "requests", note)


def status(folder: Path) -> Iterator[Figure]:
    fill(folder / "library.sqlite3", 10_000)
    with Library.open(folder / "library.sqlite3") as library:
        ids = papers.ids(library, now=NOW)[:1000]
        states = iter([Status.TO_READ, Status.READING, Status.READ, Status.SKIPPED, Status.NEW])
        seen = timed(lambda: triage.set_status(library, ids, next(states), NOW))
        yield at_most("status of 1,000 papers at once, journal included", 1000 * seen, 50, "ms")
        yield at_most("taking that back", 1000 * timed(library.undo, 3), 50, "ms")


def search(folder: Path) -> Iterator[Figure]:
    fill(folder / "library.sqlite3", 10_000)
    with Library.open(folder / "library.sqlite3") as library:
        for query in ("study", "paper 77", "status:new -lattice", '"number 4711"'):
            seen = timed(lambda query=query: papers.ids(library, query, now=NOW))  # type: ignore[misc]
            yield at_most(f"search among 10,000: {query}", 1000 * seen, 16, "ms")


def export(folder: Path) -> Iterator[Figure]:
    fill(folder / "library.sqlite3", 10_000, matched=True)
    with Library.open(folder / "library.sqlite3") as library:
        ids = papers.ids(library, now=NOW, sort="id")
        first = timed(lambda: exporting.export(library, "bibtex", ids, abstract=True), 1)
        yield Figure("BibTeX of 10,000 papers, keys made on the way", f"{first:.2f} s", "(once)", False)
        seen = timed(lambda: exporting.export(library, "bibtex", ids, abstract=True))
        yield at_most("BibTeX of 10,000 papers with abstracts", seen, 0.5, "s")
        bare = timed(lambda: exporting.export(library, "bibtex", ids))
        yield at_most("the same without abstracts", bare, 0.5, "s")
        yield from _other_writers(exporting.export(library, "bibtex", ids, abstract=True).text, seen)
        yield from _living(library, folder)


def _other_writers(text: str, ours: float) -> Iterator[Figure]:
    """bibtexparser and pybtex writing the same entries, which they are given ready-made: we make them of papers too."""
    from bibtexparser.bibdatabase import BibDatabase
    from bibtexparser.bwriter import BibTexWriter
    from pybtex.database import parse_string

    parsed = parse_string(text, "bibtex")
    database = BibDatabase()
    database.entries = [
        {"ID": key, "ENTRYTYPE": entry.type, "author": " and ".join(map(str, entry.persons["author"])), **entry.fields}
        for key, entry in parsed.entries.items()
    ]
    yield at_most_ratio("that against pybtex's writer", ours, timed(lambda: parsed.to_string("bibtex"), 1), 1, "it")
    writer = timed(lambda: BibTexWriter().write(database))
    yield at_most_ratio("that against bibtexparser's writer", ours, writer, 5, "it")


def _living(library: Library, folder: Path) -> Iterator[Figure]:
    """A living file of the same papers, after nothing and after ten of them changed, against writing it whole."""
    ids = papers.ids(library, now=NOW, sort="id")
    titles = itertools.count()

    def rename() -> None:
        with library.action("refresh", "renamed", NOW) as writer:
            for paper in ids[::1000]:
                writer.update("paper", paper, {"title": f"Renamed {next(titles)} things"})

    for what, add in (("with abstracts", ["abstract"]), ("without", [])):
        target = ExportTarget(folder / f"{what}.bib", "bibtex", options={"add": add})
        settings = Settings(
            folder, folder / "config.toml", library.path, folder, folder, targets=(target,), fixed_now=NOW
        )
        whole = timed(lambda add=add: exporting.export(library, "bibtex", ids, abstract=bool(add)))  # type: ignore[misc]
        refresh_targets(library, settings)
        seen = []
        for _ in range(5):
            rename()
            seen.append(timed(lambda: refresh_targets(library, settings), 1))  # noqa: B023
        after, idle = statistics.median(seen), timed(lambda: refresh_targets(library, settings))  # noqa: B023
        yield at_most(f"a living file {what}: 10 of 10,000 changed", after, 0.2, "s")
        yield at_most_ratio("that against writing it whole", after, whole, 0.35, "a whole export")
        yield at_most_ratio("the same, nothing changed", idle, whole, 0.2, "a whole export")
        target.path.write_text(target.path.read_text() + "\n@book{knuth,\n  title = {The Art},\n}\n")
        rename()
        merged = timed(lambda: refresh_targets(library, settings), 1)  # noqa: B023
        yield at_most_ratio("the same, others write there too", merged, whole, 0.6, "a whole export")


def bibliography(folder: Path) -> Iterator[Figure]:
    """A .bib file of 2,000 papers taken in, against bibtexparser reading it."""
    import bibtexparser

    fill(folder / "library.sqlite3", 2_000, matched=True)
    with Library.open(folder / "library.sqlite3") as library:
        text = exporting.export(library, "bibtex", papers.ids(library, now=NOW), abstract=True).text

    def take_in() -> None:
        with Library.open(folder / f"{next(number)}.sqlite3") as library:
            assert import_text(library, text, "refs.bib", NOW).new == 2_000

    number = itertools.count()
    seen, baseline = timed(take_in, 3), timed(lambda: bibtexparser.loads(text), 1)
    yield at_most_ratio("import of a .bib file of 2,000 papers", seen, baseline, 1, "bibtexparser reading it")


def zotero(folder: Path) -> Iterator[Figure]:
    from readlist.actions.syncing import ZoteroAccess, sync
    from tests.servers.zotero import ZoteroServer

    fill(folder / "library.sqlite3", 1_000, matched=True)
    with ZoteroServer() as server, Library.open(folder / "library.sqlite3") as library:
        access = ZoteroAccess("testkey", None, server.url, "Reading list")
        first = sync(library, access, NOW)
        assert len(first.created) == 1000
        yield at_most("Zotero: 1,000 new papers", first.requests, 25, "requests")
        again = sync(library, access, NOW)
        assert not again.created
        assert not again.updated
        yield at_most("Zotero: nothing changed since", again.requests, 4, "requests")
