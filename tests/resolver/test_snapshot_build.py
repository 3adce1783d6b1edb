"""Building the snapshot index: odd lines, odd files, little memory, and what is left when a build ends early."""

from __future__ import annotations

import gzip
import io
import os
import random
import signal
import stat
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import numpy as np
import orjson
import pytest
import zstandard

from readlist.errors import LibraryError, UnreadableSource
from readlist.resolver.question import Question
from readlist.resolver.snapshot import build as build_module
from readlist.resolver.snapshot import layout, reading
from readlist.resolver.snapshot.build import Built, build
from readlist.resolver.snapshot.crew import Crew
from readlist.resolver.snapshot.index import SnapshotIndex
from tests.support import abstract, record, snapshot_line, write_snapshot

ROOT = Path(__file__).parents[2]


def line(number: int, title: str | None = None, **values: object) -> bytes:
    data = {"id": f"2401.{number:05}", "title": title or f"A study of thing {number}", "abstract": abstract(number)}
    return orjson.dumps({**data, **values})


def built(tmp_path: Path, data: bytes, now: datetime, name: str = "part.jsonl") -> Built:
    source = tmp_path / name
    source.write_bytes(data)
    return build(source, tmp_path / "index", now)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in {"index", "part.jsonl", "part.jsonl.gz"})


@pytest.mark.parametrize("piece", [16, 57, 1000, 1 << 20])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_line_numbers_stay_right_however_the_file_is_cut(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, piece: int, packed: bool
) -> None:
    monkeypatch.setattr(build_module, "_PIECE", piece)
    rng = random.Random(piece)
    lines, bad, good = [], [], 0
    for number in range(1, 120):
        kind = rng.choice(["good", "good", "good", "bad", "blank", "nul", "utf-8", "crlf"])
        lines.append(
            {
                "good": line(number), "crlf": line(number) + b"\r", "bad": b"{broken",
                "blank": rng.choice([b"", b"  "]), "nul": b"\0\0", "utf-8": b'{"id": "2401.00001", "title": "\xff"}',
            }[kind]
        )  # fmt: skip
        good += kind in {"good", "crlf"}
        if kind in {"bad", "nul", "utf-8"}:
            bad.append(number)
    data = b"\xef\xbb\xbf" + b"\n".join(lines)
    result = built(tmp_path, gzip.compress(data) if packed else data, now, "part.jsonl.gz" if packed else "part.jsonl")
    assert (result.records, result.bad) == (good, len(bad))
    assert [number for number, _reason in result.bad_lines] == bad


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_a_line_without_end_is_bad_and_the_next_is_read(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(build_module, "_PIECE", 300)
    monkeypatch.setattr(reading, "LONGEST_LINE", 5000)
    long = [line(2, abstract="x" * 4000), line(3, abstract="x" * 9000), line(4), b"y" * 20_000, line(6), b"z" * 9000]
    data = b"\n".join([line(1), *long])
    result = built(tmp_path, gzip.compress(data) if packed else data, now, "part.jsonl.gz" if packed else "part.jsonl")
    assert result.records == 4
    assert result.bad_lines == tuple((number, "too long for a record") for number in (3, 5, 7))


def test_ten_megabytes_on_a_line_are_a_record(tmp_path: Path, now: datetime) -> None:
    result = built(tmp_path, line(1) + b"\n" + line(2, abstract="word " * 2_000_000) + b"\n" + line(3), now)
    assert (result.records, result.bad) == (3, 0)


@pytest.mark.parametrize("piece", [200, 1 << 20])
def test_of_two_lines_with_one_id_the_later_counts(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(build_module, "_PIECE", piece)
    lines = [line(n) for n in range(40)]
    lines += [line(7, "Renamed since then", abstract=abstract("other")), line(8), line(7, "Renamed once more")]
    assert built(tmp_path, b"\n".join(lines), now).records == 40
    with SnapshotIndex(tmp_path / "index") as index:
        assert index.info.records == 40
        assert index.by_ids(["2401.00007"])["2401.00007"].title == "Renamed once more"
        assert not index.exact("A study of thing 7")
        assert not index.exact("Renamed since then")
        assert index.exact("Renamed once more") == ["2401.00007"]
        found = index.candidates(Question(1, ("Something else",), abstract("other")))
        assert "Renamed since then" not in {one.title for one in found}


def test_many_postings_go_through_a_file(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_snapshot(tmp_path / "part.jsonl", [record(f"2401.{n:05}", f"Thing {n}") for n in range(300)])
    monkeypatch.setattr(build_module, "_PIECE", 5000)
    build(source, tmp_path / "in memory", now)
    monkeypatch.setattr(build_module, "_IN_MEMORY", 1000)
    build(source, tmp_path / "spilled", now)
    assert (tmp_path / "in memory").read_bytes() == (tmp_path / "spilled").read_bytes()


def test_what_is_known_of_the_records_as_a_whole(tmp_path: Path, now: datetime) -> None:
    lines = [
        line(1, update_date="2024-02-30"), line(2, update_date="2025-01-31"), line(3, update_date="2024-12-31"),
        line(4, update_date="soon"), orjson.dumps({"id": "math/0309136", "title": "Old"}),
    ]  # fmt: skip
    built(tmp_path, b"\n".join(lines), now)
    with SnapshotIndex(tmp_path / "index") as index:
        assert (index.info.changed, index.info.newest) == (date(2025, 1, 31), "2401.00004")
        assert (index.info.updated, index.info.built, index.info.source) == (None, now, "part.jsonl")
        assert index.info.bytes == (tmp_path / "index").stat().st_size


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("share", [0.2, 0.9])
def test_a_file_that_is_cut_off_leaves_the_old_index(tmp_path: Path, now: datetime, kind: str, share: float) -> None:
    built(tmp_path, line(1), now)
    before = (tmp_path / "index").read_bytes()
    data = b"\n".join(line(n) for n in range(3000))
    packed = gzip.compress(data) if kind == "gz" else zstandard.compress(data)
    with pytest.raises(UnreadableSource, match="cannot read the snapshot"):
        built(tmp_path, packed[: int(len(packed) * share)], now)
    assert (tmp_path / "index").read_bytes() == before
    assert leftovers(tmp_path) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, line(1), now)
    before = (tmp_path / "index").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(layout.Writer, "section", full)
    with pytest.raises(LibraryError, match="index: cannot write the snapshot index: No space left"):
        built(tmp_path, line(2), now)
    assert (tmp_path / "index").read_bytes() == before
    assert leftovers(tmp_path) == []


def test_an_index_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def replaced(path: Path, target: Path) -> Path:
        done.append("swap")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    built(tmp_path, line(1), now)
    assert done == (["file", "swap"] if sys.platform == "win32" else ["file", "swap", "folder"])


def test_a_helper_that_dies_is_told() -> None:
    with Crew(1) as crew:
        crew.set_up(frozenset(), np.empty(0, np.uint64), b"")
        pid = crew._processes[0].pid
        os.kill(pid, signal.SIGTERM)
        with pytest.raises(LibraryError, match="a helper process ended"):
            list(crew.run([("piece", (b"{}", 0))] * 3))


def test_what_a_helper_raises_is_raised_here(tmp_path: Path) -> None:
    with Crew(1) as crew:
        crew.set_up(frozenset(), np.empty(0, np.uint64), b"")
        with pytest.raises(UnreadableSource, match="cannot read the snapshot"):
            list(crew.run([("between", (tmp_path / "none", 0, 10))]))


_CHILD = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from readlist.resolver.snapshot import build as module

def report(position, size, records):
    print("at work", flush=True)
    time.sleep(600)  # until the signal comes

if __name__ == "__main__":
    module._PIECE, module._WORTH_HELPERS, module.processors = 20_000, 0, lambda: 2
    try:
        module.build(Path(sys.argv[1]), Path(sys.argv[2]), datetime(2026, 11, 20, tzinfo=UTC), report)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_build_that_is_stopped_leaves_the_old_index_and_no_helpers(
    tmp_path: Path, now: datetime, how: signal.Signals
) -> None:
    built(tmp_path, line(1), now)
    before = (tmp_path / "index").read_bytes()
    (tmp_path / "part.jsonl").write_bytes(b"\n".join(line(n) for n in range(3000)))
    script = tmp_path / "child.py"
    script.write_text(_CHILD)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "part.jsonl"), str(tmp_path / "index")],
        stdout=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert isinstance(process.stdout, io.TextIOBase)
    with process.stdout:
        assert process.stdout.readline() == "at work\n"
        if how is signal.SIGINT:  # as a terminal does it: to every process of the group
            os.killpg(process.pid, how)
            assert process.wait(60) == 130
        else:
            os.kill(process.pid, how)
            process.wait(60)
    for _ in range(600):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("helpers of the build are still there")
    script.unlink()
    assert (tmp_path / "index").read_bytes() == before
    if how is signal.SIGINT:
        assert leftovers(tmp_path) == []
    (tmp_path / "index.updates.1.partial").touch()  # of another build
    build(tmp_path / "part.jsonl", tmp_path / "index", now)
    assert leftovers(tmp_path) == ["index.updates.1.partial"]


def test_every_packing_counts_the_same_lines(tmp_path: Path, now: datetime) -> None:
    data = (snapshot_line(record("2401.00001", "T")) + "\nx\n\ny\n").encode()
    for name, packed in (("a", data), ("b.gz", gzip.compress(data)), ("c.zst", zstandard.compress(data))):
        assert [n for n, _ in built(tmp_path, packed, now, name).bad_lines] == [2, 4]
