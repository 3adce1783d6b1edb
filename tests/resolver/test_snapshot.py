"""The snapshot index: built from any packing of the file, found by id, title, words and abstract."""

from __future__ import annotations

import gzip
import random
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import zstandard

from readlist import dumps as reader
from readlist.errors import LibraryError, UnreadableSource
from readlist.paper import Entry, MatchState
from readlist.resolver.decision import decide
from readlist.resolver.question import Question
from readlist.resolver.snapshot import build as build_module
from readlist.resolver.snapshot.build import build
from readlist.resolver.snapshot.index import SnapshotIndex
from readlist.resolver.snapshot.reading import record_of
from tests.support import abstract, record, snapshot_line, write_snapshot

RECORDS = [
    record(
        f"24{1 + n % 12:02}.{n:05}",
        f"Title number {n} of the {word} kind",
        published=date(2024, 1 + n % 12, 3),
        doi=None,
    )
    for n, word in enumerate(random.Random(1).choices(["lattice", "protein", "market", "speech"], k=300))
]


@pytest.fixture
def index_path(tmp_path: Path, now: datetime) -> Path:
    build(write_snapshot(tmp_path / "part.jsonl", RECORDS), tmp_path / "index.sqlite3", now)
    return tmp_path / "index.sqlite3"


def pack(path: Path, data: bytes, kind: str) -> Path:
    target = path / f"part.{kind}"
    if kind == "gz":
        target.write_bytes(gzip.compress(data))
    elif kind == "zst":  # in two frames, as parallel packers write it
        target.write_bytes(zstandard.compress(data[:5000]) + zstandard.compress(data[5000:]))
    elif kind == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("readme.txt", "x")
            archive.writestr("arxiv-metadata-oai-snapshot.json", data)
    else:
        target.write_bytes(data)
    return target


@pytest.mark.parametrize("kind", ["json", "gz", "zip", "zst"])
def test_every_packing_gives_every_record(tmp_path: Path, now: datetime, kind: str) -> None:
    data = "".join(snapshot_line(found) + "\n" for found in RECORDS).encode()
    built = build(pack(tmp_path, data, kind), tmp_path / "index.sqlite3", now)
    assert (built.records, built.bad) == (300, 0)
    with SnapshotIndex(tmp_path / "index.sqlite3") as index:
        found = index.by_ids([one.arxiv_id for one in RECORDS])
        assert index.info.records == 300
    for one in RECORDS:
        back = found[one.arxiv_id]
        assert (back.title, back.abstract, back.published) == (one.title, one.abstract, one.published)
        assert [author.name for author in back.authors] == [author.name for author in one.authors]


def test_helper_processes_give_the_same_index(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_snapshot(tmp_path / "part.jsonl", RECORDS)
    monkeypatch.setattr(build_module, "_PIECE", 5000)
    build(source, tmp_path / "alone.sqlite3", now)
    monkeypatch.setattr(build_module, "_WORTH_HELPERS", 0)
    monkeypatch.setattr(build_module, "processors", lambda: 2)
    build(source, tmp_path / "helped.sqlite3", now)
    assert (tmp_path / "alone.sqlite3").read_bytes() == (tmp_path / "helped.sqlite3").read_bytes()


def test_bad_lines_are_counted_with_their_numbers(tmp_path: Path, now: datetime) -> None:
    odd = [
        '{"id": "2401.00001", "title": "T", "versions": {"a": 1}}',
        '{"id": "2401.00001", "title": "T", "authors_parsed": [[1]]}',
    ]
    lines = [
        snapshot_line(RECORDS[0]),
        "{broken",
        "",
        "[]",
        '{"id": "x", "title": "T"}',
        snapshot_line(RECORDS[1]),
        *odd,
        '{"id": 2401.00020, "title": "T"}',
    ]
    source = tmp_path / "part.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    built = build(source, tmp_path / "index.sqlite3", now)
    assert (built.records, built.bad) == (2, 6)
    assert [line for line, _ in built.bad_lines] == [2, 4, 5, 7, 8, 9]
    assert built.bad_lines[2][1] == "no arXiv id"
    assert built.bad_lines[5][1] == "its id is a number, not text"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("part.jsonl", b"hello\nworld\n", "no arXiv records in it"),
        ("part.json.gz", b"not packed", "this is not a .gz file"),
        ("cut.json.zst", zstandard.compress(bytes(range(256)) * 400)[:-40], "cannot read the snapshot"),
        ("cut.json.gz", gzip.compress(b"x" * 100_000)[:-40], "cannot read the snapshot"),
    ],
    ids=["text", "not packed", "cut zst", "cut gz"],
)
def test_what_is_no_snapshot_is_refused_and_the_old_index_stays(
    index_path: Path, now: datetime, name: str, data: bytes, message: str
) -> None:
    before = index_path.read_bytes()
    source = index_path.parent / name
    source.write_bytes(data)
    with pytest.raises(UnreadableSource, match=message):
        build(source, index_path, now)
    assert index_path.read_bytes() == before
    assert not list(index_path.parent.glob("*.partial"))


def test_an_interrupted_build_leaves_the_old_index(index_path: Path, now: datetime) -> None:
    before = index_path.read_bytes()

    def interrupt(_position: int, _size: int, _records: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(index_path.parent / "part.jsonl", index_path, now, interrupt)
    assert index_path.read_bytes() == before
    assert not list(index_path.parent.glob("*.partial"))


def test_no_index_and_foreign_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="readlist snapshot build"):
        SnapshotIndex(tmp_path / "none.sqlite3")
    (tmp_path / "text.sqlite3").write_text("hello " * 100)
    with pytest.raises(LibraryError, match="not a snapshot index"):
        SnapshotIndex(tmp_path / "text.sqlite3")


def test_candidates(index_path: Path) -> None:
    wanted = RECORDS[17]
    with SnapshotIndex(index_path) as index:

        def finds(**values: object) -> bool:
            question = Question(1, **{"titles": ("Nothing like it",), **values})  # type: ignore[arg-type]
            return wanted.arxiv_id in {found.arxiv_id for found in index.candidates(question)}

        assert finds(arxiv_id=wanted.arxiv_id)
        assert finds(titles=(wanted.title.upper(),))
        assert finds(titles=(wanted.title + " extended",))
        assert finds(abstract=wanted.abstract)
        assert finds(abstract=wanted.abstract[: len(wanted.abstract) * 2 // 3])
        assert not finds()
        assert not finds(arxiv_id="2499.99999")


def test_the_shape_of_the_real_snapshot() -> None:
    found = record_of(
        {
            "id": "math/0309136",
            "submitter": "X",
            "authors": "Pavel Etingof (MIT),\n  Eric Rains and Laurens van der Maaten",
            "title": "Central extensions of\n  Poincar\\'e",
            "comments": None,
            "journal-ref": " Adv. Math. 5 (2003) ",
            "doi": None,
            "categories": "math.QA math.RT",
            "abstract": "  We prove\nthings.\n",
            "versions": [
                {"version": "v1", "created": "Mon, 8 Sep 2003 19:18:42 GMT"},
                {"version": "v2", "created": "Tue, 9 Sep 2003 00:00:01 GMT"},
            ],
            "update_date": "2007-05-23",
        }
    )
    assert found.title == "Central extensions of Poincar\\'e"
    assert found.abstract == "We prove things."
    assert [author.family for author in found.authors] == ["Etingof", "Rains", "van der Maaten"]
    assert (found.version, found.published, found.updated) == (2, date(2003, 9, 8), date(2003, 9, 9))
    assert (found.journal_ref, found.doi, found.primary_category) == ("Adv. Math. 5 (2003)", None, "math.QA")
    parsed = record_of(
        {"id": "0704.0001", "title": "T", "authors_parsed": [["Balázs", "C.", "", "MSU"], ["King", "M.", "Jr."]]}
    )
    assert [(author.family, author.given) for author in parsed.authors] == [("Balázs", "C."), ("King Jr.", "M.")]


def test_the_four_real_dumps_without_a_wrong_match(dumps: list[Path], real_index: Path) -> None:
    """Each match is checked against another way of telling: a nearly equal title, or an abstract that is the same."""
    entries: dict[str, Entry] = {}
    for path in dumps:
        for entry in reader.read(path.read_bytes(), path.name, today=date(2026, 11, 20)).entries:
            entries.setdefault(entry.title, entry)
    assert len(entries) == 146
    states = []
    with SnapshotIndex(real_index) as index:
        for entry in entries.values():
            count = (entry.author_count,) if entry.author_count else ()
            days = (entry.date.date,) if entry.date and entry.date.date else ()
            question = Question(1, (entry.title,), entry.abstract, count, days)
            match, found = decide(question, index.candidates(question), "snapshot")
            states.append(match.state)
            if found is None:
                assert match.candidates
                continue
            same_title = "".join(filter(str.isalnum, found.title)) == "".join(filter(str.isalnum, entry.title))
            same_text = found.abstract[:200] == entry.abstract[:200] or found.abstract[-200:] == entry.abstract[-200:]
            assert same_title or same_text, (entry.title, found.title)
    assert states.count(MatchState.MATCHED) >= 144
    assert MatchState.NOT_FOUND not in states


def test_abstracts_of_the_tests_differ() -> None:
    assert len({abstract(n) for n in range(300)}) == 300
