"""The snapshot index at scale: a file in the shape of the real one, made of the shared part with altered texts.

``python -m tests.benchmarks scale --records 600000`` makes the file, measures the build against a bare orjson loop over
it, the look-ups in the index, and which share of records is found by what people have of them. In each copy of a record
more than half of the words of title and abstract are others, drawn from the words of the whole part, so that postings
grow as they would but no copy is a rival of the record itself.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from readlist.resolver.decision import decide
from readlist.resolver.question import Question
from readlist.resolver.snapshot.index import SnapshotIndex

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("READLIST_SHARED") or ROOT.parent / "shared")
_PREFIXED = re.compile(r"(?i)\b(pre|multi|non|self|semi|inter|over|super|meta|auto|un|sub)(?=[a-z]{4})")
_LICENSE = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


def originals() -> list[dict[str, Any]]:
    """The records of the shared part."""
    with gzip.open(SHARED / "arxiv" / "arxiv-metadata-part.jsonl.gz") as lines:
        return [orjson.loads(line) for line in lines]


def vocabulary(records: list[dict[str, Any]], field: str) -> list[str]:
    """Words of a field as often as they come, in some order."""
    words = [word for record in records[::5] for word in record[field].split()]
    random.Random(2).shuffle(words)
    return words


def write(path: Path, count: int) -> None:
    """A file of ``count`` records in the real file's shape, the originals spread among the copies."""
    records = originals()
    abstracts, titles = vocabulary(records, "abstract"), vocabulary(records, "title")
    rng = random.Random(3)
    step = max(count // len(records), 1)
    with path.open("wb") as file:
        for number in range(count):
            place, copy = divmod(number, step)
            original = records[place % len(records)]
            if copy == 0 and place < len(records):
                title, abstract, arxiv_id = original["title"], original["abstract"], original["id"]
            else:
                title = altered(original["title"], titles, rng)
                abstract = altered(original["abstract"], abstracts, rng)
                # Months from 27 on are in no real record.
                arxiv_id = f"{27 + number // 1_199_988:02}{number // 99_999 % 12 + 1:02}.{number % 99_999 + 1:05}"
            file.write(_line(original, arxiv_id, title, abstract))


def altered(text: str, vocabulary: list[str], rng: random.Random) -> str:
    """The text with six of ten words drawn anew, in stretches as long as they come."""
    words = text.split()
    at = rng.randrange(len(vocabulary) - len(words))
    drawn = vocabulary[at : at + len(words)]
    bits = rng.getrandbits(2 * len(words) + 1)
    return " ".join(
        drawn[i] if bits >> 2 * i & 3 or i % 5 == 0 else word for i, word in enumerate(words)
    )  # fmt: skip


def _line(original: dict[str, Any], arxiv_id: str, title: str, abstract: str) -> bytes:
    authors = original.get("authors") or "A. Nonymous"
    parsed = [[*reversed(name.rsplit(" ", 1)), ""][:3] for name in authors.split(", ")]
    words = abstract.split()
    lines = [" ".join(words[i : i + 12]) for i in range(0, len(words), 12)]
    day = "Mon, 3 Jun 2024 17:59:59 GMT"
    data = {
        "id": arxiv_id, "submitter": authors.split(", ")[0], "authors": authors, "title": wrapped(title),
        "comments": original.get("comments"), "journal-ref": original.get("journal-ref"), "doi": original.get("doi"),
        "report-no": None, "categories": original.get("categories") or "cs.CV", "license": _LICENSE,
        "abstract": "  " + "\n".join(lines) + "\n", "versions": [{"version": "v1", "created": day}],
        "update_date": original.get("update_date") or "2024-06-04", "authors_parsed": parsed,
    }  # fmt: skip
    return orjson.dumps(data) + b"\n"


def wrapped(title: str) -> str:
    middle = title.find(" ", 60)
    return title if middle < 0 else f"{title[:middle]}\n  {title[middle + 1 :]}"


# Runs alone in a process of its own, so that memory and time are those of a build.
_BUILD = """
import sys, time, os
from datetime import datetime, UTC
from pathlib import Path
from readlist.resolver.snapshot.build import build
if __name__ == "__main__":
    start = time.perf_counter()
    built = build(Path(sys.argv[1]), Path(sys.argv[2]), datetime(2026, 11, 20, tzinfo=UTC))
    times = os.times()
    print(time.perf_counter() - start, sum(times[:4]), built.records, built.bad)
"""
_LOOP = """
import sys, time, orjson
with open(sys.argv[1], "rb") as file:
    start, cpu = time.perf_counter(), time.process_time()
    for line in file:
        orjson.loads(line)
print(time.perf_counter() - start, time.process_time() - cpu)
"""


def measured_build(source: Path, target: Path) -> tuple[float, float, int, int]:
    """Seconds of wall and processor time, records, and the most memory of any process in bytes (0: not known here)."""
    script = target.with_suffix(".build.py")
    script.write_text(_BUILD, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(source), str(target)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    most = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], *_memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out = process.communicate()[0]
    done.set()
    watcher.join()
    script.unlink()
    wall, cpu, records, _bad = out.split()
    return float(wall), float(cpu), int(records), most[0]


def _memory(pid: int) -> Iterator[int]:
    """The highest resident size of a process and of those that it started, in bytes (Linux)."""
    yield 0
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    yield int(found[1]) * 1024 if found else 0
    for child in children:
        yield from _memory(int(child))


def bare_loop(source: Path) -> tuple[float, float]:
    """Seconds of wall and processor time of a loop that only loads each line."""
    out = subprocess.run([sys.executable, "-c", _LOOP, str(source)], capture_output=True, text=True, check=True).stdout
    wall, cpu = out.split()
    return float(wall), float(cpu)


def _typo(text: str, rng: random.Random) -> str:
    at = rng.choice([i for i, c in enumerate(text) if c.isalpha()] or [0])
    return text[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]


def _joined(text: str, rng: random.Random) -> str:
    if "-" in text:
        return text.replace("-", "", 1)
    words = text.split()
    at = rng.randrange(max(len(words) - 1, 1))
    return " ".join([*words[:at], "".join(words[at : at + 2]), *words[at + 2 :]])


def _edited(text: str, vocabulary: list[str], rng: random.Random, stretch: int) -> str:
    """A sentence less, and a quarter of the words others: scattered, or in stretches of so many."""
    sentences = re.split(r"(?<=\.) ", text)
    if len(sentences) > 3:
        sentences.pop(rng.randrange(len(sentences)))
    words = " ".join(sentences).split()
    left = len(words) // 4
    for at in rng.sample(range(0, len(words), stretch), left // stretch):
        words[at : at + stretch] = rng.choices(vocabulary, k=len(words[at : at + stretch]))
    return " ".join(words)


Case = Callable[[dict[str, Any], random.Random], tuple[str, str]]


def cases(words: list[str]) -> dict[str, Case]:
    """What people have of a paper: title and abstract, by name."""
    other = "Quite another name"

    def replaced(title: str, rng: random.Random) -> str:
        parts = title.split()
        parts[rng.randrange(len(parts))] = rng.choice(words)
        return " ".join(parts)

    return {
        "title exact": lambda d, _: (d["title"], ""),
        "title and abstract": lambda d, _: (d["title"], d["abstract"]),
        "title cut at 40-70 %": lambda d, rng: (d["title"][: int(len(d["title"]) * rng.uniform(0.4, 0.7))], ""),
        "title with a typo": lambda d, rng: (_typo(d["title"], rng), ""),
        "title with a word replaced": lambda d, rng: (replaced(d["title"], rng), ""),
        "title with words joined": lambda d, rng: (_joined(d["title"], rng), ""),
        "title with a word split": lambda d, _: (_PREFIXED.sub(r"\1-", d["title"], count=1), ""),
        "renamed, abstract intact": lambda d, _: (other, d["abstract"]),
        "renamed, 25 % edited in stretches": lambda d, rng: (other, _edited(d["abstract"], words, rng, 5)),
        "renamed, 25 % edited, scattered": lambda d, rng: (other, _edited(d["abstract"], words, rng, 1)),
        "renamed, first 250 characters": lambda d, _: (other, d["abstract"][:250]),
    }


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


@dataclass(frozen=True)
class Looked:
    """Look-ups of one kind: share found in %, and times of candidates and decision in ms.

    ``p95`` is by the clock, ``p95_alone`` by the processor: as it would be if nothing else ran on the machine.
    """

    name: str
    found: float
    p50: float
    p95: float
    p95_alone: float


def _looked(name: str, work: Callable[[dict[str, Any]], bool], asked: list[dict[str, Any]]) -> Looked:
    clock, processor, hits = [], [], 0
    for record in asked:
        start, start_alone = time.perf_counter(), time.thread_time()
        hits += work(record)
        processor.append(1000 * (time.thread_time() - start_alone))
        clock.append(1000 * (time.perf_counter() - start))
    half, most, alone = percentile(clock, 0.5), percentile(clock, 0.95), percentile(processor, 0.95)
    return Looked(name, 100 * hits / len(asked), half, most, alone)


def _read_through(path: Path) -> None:
    """Read a file once, so that look-ups are measured and not the disk."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


def lookups(path: Path, records: list[dict[str, Any]], questions: int) -> Iterator[Looked]:
    """The exact look-up, and look-ups with full evidence by what people have of papers."""
    rng = random.Random(5)
    asked = rng.sample([record for record in records if len(record["abstract"]) > 500], questions)
    words = vocabulary(records, "abstract")
    gc.freeze()
    _read_through(path)
    with SnapshotIndex(path) as index:
        yield _looked("exact look-up", lambda record: record["id"] in index.exact(record["title"]), asked)
        for name, case in cases(words).items():
            questions_of = {}
            for record in asked:
                title, abstract = case(record, rng)
                questions_of[record["id"]] = Question(1, (title,), abstract)

            def fuzzy(record: dict[str, Any], questions_of: dict[str, Question] = questions_of) -> bool:
                question = questions_of[record["id"]]
                candidates = index.candidates(question)
                decide(question, candidates, "snapshot")
                return record["id"] in {one.arxiv_id for one in candidates}

            yield _looked(name, fuzzy, asked)


def _build_in_turns(plain: Path, target: Path, turns: int) -> None:
    """Measure loop and build by turns, so that both see the same machine; prints each turn."""
    for _ in range(turns):
        wall, cpu = bare_loop(plain)
        built, work, records, memory = measured_build(plain, target)
        print(f"{records:,} records, {plain.stat().st_size / 1e6:,.0f} MB, bare orjson loop {wall:.2f} s")
        print(f"build {built:.1f} s, {built / wall:.1f} × the loop; processor time {work:.1f} s, {work / cpu:.1f} ×")
        print(f"most memory of a process {memory / 1e6:.0f} MB; {_load()}", flush=True)
    print(f"index {100 * target.stat().st_size / plain.stat().st_size:.1f} % of the file", flush=True)


def _load() -> str:
    """How busy the machine is with everything that runs on it."""
    if not hasattr(os, "getloadavg"):
        return "load not known here"
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def main(arguments: list[str]) -> int:
    """Make the file, build, look up; prints a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks scale")
    parser.add_argument("--records", type=int, default=600_000)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=1, help="how often to measure the build")
    parser.add_argument("--file", type=Path, help="where the made-up file is, or is to be made and kept")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        plain, target = options.file or Path(folder) / "part.jsonl", Path(folder) / "index"
        if not plain.exists():
            write(plain, options.records)
        _build_in_turns(plain, target, options.turns)
        for one in lookups(target, originals(), options.questions):
            print(
                f"{one.name:<36} found {one.found:6.2f} %   p50 {one.p50:6.3f} ms   p95 {one.p95:6.3f} ms   "
                f"p95 by the processor {one.p95_alone:6.3f} ms",
                flush=True,
            )
        print(_load())
    return 0
