"""The snapshot index as a file: refused when it is damaged, overridden by its updates, and what it finds records by."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from readlist import identifiers
from readlist.errors import LibraryError
from readlist.paper import Record
from readlist.resolver.index_files import updates_path
from readlist.resolver.question import Question
from readlist.resolver.snapshot import columns, features
from readlist.resolver.snapshot.build import build
from readlist.resolver.snapshot.encode import reduced
from readlist.resolver.snapshot.index import SnapshotIndex
from readlist.resolver.snapshot.layout import Reader
from readlist.resolver.snapshot.packing import packed, part_of_index
from readlist.resolver.snapshot.postings import PARTS, Postings
from readlist.resolver.snapshot.reading import record_of
from readlist.text import key, words

_NOUNS = "lattice protein market speech image climate kernel memory quantum traffic motion policy sensor prompt".split()
_VERBS = "learning sampling tracking matching training pruning routing folding fusing scaling parsing ranking".split()


def text(seed: int, length: int) -> str:
    """Sentences of rare and frequent words."""
    rng = random.Random(seed)
    return " ".join(
        rng.choice([*_NOUNS, *_VERBS, "of", "the", "to", f"x{rng.randrange(4000)}y", f"{rng.choice(_NOUNS)}s."])
        for _ in range(length)
    )


def title(seed: int) -> str:
    rng = random.Random(seed)
    pick = [*rng.sample(_NOUNS, 2), *rng.sample(_VERBS, 2), f"{rng.choice(_NOUNS)}-{rng.choice(_VERBS)}"]
    return f"{pick[0]} {pick[2]} for {pick[1]} and {pick[4]} by {pick[3]} number {seed}".capitalize()


def lines(numbers: range) -> bytes:
    return b"\n".join(
        orjson.dumps({"id": f"2401.{n:05}", "title": title(n), "abstract": text(n, 150), "update_date": "2024-05-06"})
        for n in numbers
    )


def made(path: Path, data: bytes, now: datetime) -> Path:
    source = path.with_name("part.jsonl")
    source.write_bytes(data)
    build(source, path, now)
    return path


@pytest.fixture
def index_path(tmp_path: Path, now: datetime) -> Path:
    return made(tmp_path / "index", lines(range(600)), now)


def damaged(path: Path, change: Callable[[bytearray], object]) -> Path:
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return path


def test_a_file_that_is_cut_off_is_refused_wherever_it_is_cut(index_path: Path) -> None:
    data = index_path.read_bytes()
    with Reader(index_path) as reader:
        begins = [begin for begin, _length in reader.table["sections"].values()]
        begins += [begin for parts in reader.table["parts"].values() for begin, _count in parts[::16]]
    for length in {0, 1, 15, 20, 47, 48, *begins, *(begin + 3 for begin in begins), len(data) - 1}:
        index_path.write_bytes(data[:length])
        with pytest.raises(LibraryError, match="build it again"):
            SnapshotIndex(index_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda data: data.__setitem__(slice(16, 20), b"\2\0\0\0"),
            "built by another readlist; readlist snapshot build",
        ),
        (lambda data: data.__setitem__(0, 7), "not a snapshot index"),
        (lambda data: data.__setitem__(-20, data[-20] ^ 1), "its table is damaged"),
        (lambda data: data.extend(b"more"), "not a whole snapshot index"),
    ],
    ids=["layout", "magic", "table", "longer"],
)
def test_damage_is_named(index_path: Path, change: Callable[[bytearray], object], message: str) -> None:
    with pytest.raises(LibraryError, match=message):
        SnapshotIndex(damaged(index_path, change))


def test_a_damaged_record_is_no_other_record(index_path: Path) -> None:
    damaged(index_path, lambda data: data.__setitem__(slice(60, 70), bytes(10)))
    with SnapshotIndex(index_path) as index, pytest.raises(LibraryError, match="is damaged; build it again"):
        index.by_ids(["2401.00000"])


def test_an_index_of_the_first_layout_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "index") as connection:
        connection.execute("CREATE TABLE meta (name TEXT)")
    connection.close()
    with pytest.raises(LibraryError, match="built by another readlist; readlist snapshot build FILE makes it anew"):
        SnapshotIndex(tmp_path / "index")


def test_a_folder_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot read"):
        SnapshotIndex(tmp_path)


def test_updates_override_what_the_index_has(index_path: Path) -> None:
    later = datetime(2026, 11, 21, tzinfo=UTC)
    new = [
        {"id": "2401.00005", "title": "Renamed since", "abstract": text(5, 150), "update_date": "2026-11-19"},
        {"id": "2611.00001", "title": "Quite new work", "abstract": text(9001, 150)},
    ]
    made(updates_path(index_path), b"\n".join(map(orjson.dumps, new)), later)
    with SnapshotIndex(index_path) as index:
        info = index.info
        assert (info.records, info.newest, info.changed, info.updated) == (601, "2611.00001", date(2026, 11, 19), later)
        assert index.by_ids(["2401.00005", "2611.00001", "2401.00006", "2401.09999"]).keys() == {
            "2401.00005", "2611.00001", "2401.00006"
        }  # fmt: skip
        # Its former name finds it under the new one.
        assert index.exact(title(5)) == ["2401.00005"]
        assert index.exact("quite new WORK") == ["2611.00001"]
        titles = [found.title for found in index.candidates(Question(1, (title(5),), text(5, 150)))]
        assert "Renamed since" in titles
        assert title(5) not in titles
        found = index.candidates(Question(1, ("Nothing",), text(9001, 150)))
        assert found[0].arxiv_id == "2611.00001"


@pytest.mark.parametrize("data", [b"", b"nonsense" * 100, b"SQLite format 3\0" + bytes(100)])
def test_broken_updates_are_named(index_path: Path, data: bytes) -> None:
    updates_path(index_path).write_bytes(data)
    with pytest.raises(LibraryError, match=r"index\.updates: .*remove the file, then run readlist snapshot update"):
        SnapshotIndex(index_path)


def share_found(index: SnapshotIndex, asked: Callable[[int], tuple[str, str]]) -> float:
    hits = 0
    for n in range(0, 600, 3):
        name, abstract = asked(n)
        found = index.candidates(Question(1, (name,), abstract))
        assert len(found) <= 10
        hits += f"2401.{n:05}" in {one.arxiv_id for one in found}
    return hits / 200


def edited(n: int) -> str:
    tokens = text(n, 150).split()
    for at in random.Random(n).sample(range(0, 148, 4), 9):
        tokens[at : at + 4] = ["changed", "words", "are", "here"]
    return " ".join(tokens[:60] + tokens[75:])


def slip(n: int) -> str:
    name = title(n)
    at = random.Random(n).randrange(len(name) - 12)
    return name[:at] + "q" + name[at + 1 :]


def test_what_people_have_of_a_paper_finds_it(index_path: Path) -> None:
    with SnapshotIndex(index_path) as index:
        assert share_found(index, lambda n: (title(n).upper().replace("-", " "), "")) == 1
        assert share_found(index, lambda n: (title(n)[: len(title(n)) * 3 // 5], "")) >= 0.95
        assert share_found(index, lambda n: (slip(n), "")) >= 0.99
        assert share_found(index, lambda n: (title(n).replace("-", ""), "")) == 1
        assert share_found(index, lambda n: ("Another name", text(n, 150))) == 1
        assert share_found(index, lambda n: ("Another name", text(n, 150).upper().replace(" ", "\n  "))) == 1
        assert share_found(index, lambda n: ("Another name", text(n, 150)[:280])) >= 0.97
        assert share_found(index, lambda n: ("Another name", edited(n))) >= 0.99
        assert share_found(index, lambda n: ("Another name", text(n + 5000, 150))) <= 0.02


def test_titles_of_frequent_words_only_are_found_by_their_key(tmp_path: Path, now: datetime) -> None:
    names = ["To be or not to be", "???", "Über", "量子计算", "A", "$\\omega$"]
    data = [orjson.dumps({"id": f"2401.{n:05}", "title": name}) for n, name in enumerate(names)]
    with SnapshotIndex(made(tmp_path / "index", b"\n".join(data), now)) as index:
        for n, name in enumerate(names):
            assert index.exact(name) == [f"2401.{n:05}"]
            assert name in {found.title for found in index.candidates(Question(1, (name,)))}


@given(st.text() | st.text(alphabet="abcXYZ019 _-{}$\\'\"^~éωß\n\t\x00\x1c\x85"))
@example("0}0")
@example("ŉ\\À")
def test_words_and_keys_are_those_of_the_text_module(value: str) -> None:
    tokens = features.word_list(value)
    assert tokens == [word.encode("utf-8", "replace") for word in words(value)]
    assert features.title_key(value, tokens) == key(value).encode("utf-8", "replace")


_COMMON = frozenset({b"deep", b"learning"})
_TEXT = st.text() | st.text(alphabet="abco fthein. -{}$\\'é\xff\x00\n")
_WORDY = st.lists(
    st.sampled_from(
        ["a", "the", "of", "and", "deep", "learning", "x", "Lattice", "é", "量子", "pre-train", "\\mu", "\xff", " "]
    )
).map(" ".join)


def of_record(hashes: columns.Hashes, number: int) -> list[int]:
    found, record = hashes
    return [int(one) for one in found[record == number]]


@given(st.lists(_TEXT | _WORDY, min_size=1, max_size=5))
@example(["", "of the lattice in question"])
@example(["a" * 40, " of the", "of the lattice in questio", "and nothing more than a word \0 of it", "of"])
def test_runs_of_a_column_are_those_of_each_text(abstracts: list[str]) -> None:
    found = columns.runs(abstracts)
    kept = columns.Sketches(np.empty(0, np.uint64)).of(abstracts)
    for number, abstract in enumerate(abstracts):
        plain = features.plain(abstract)
        assert b"  " not in plain
        asked = features.asked_runs(features.runs(plain))
        assert set(of_record(found, number)) == asked
        assert set(of_record(kept, number)) <= asked
        assert all(0 <= run < features.SPACE for run in asked)


def test_a_sketch_has_the_first_runs_and_the_lowest_of_the_rest() -> None:
    abstracts = ["of nothing", text(1, 400), "", text(2, 400)]
    found = columns.runs(abstracts)
    for common in ([], of_record(found, 1)[:2]):
        kept = columns.Sketches(np.array(common, np.uint64)).of(abstracts)
        for number in range(len(abstracts)):
            fresh = [run for run in of_record(found, number) if run not in common]
            assert sorted(of_record(kept, number)) == sorted([*fresh[:5], *sorted(fresh[5:])[:9]])


@given(st.lists(_TEXT | _WORDY, min_size=1, max_size=5))
@example(["deep", "learning", "deep learning of deep things", "the deep"])
def test_terms_of_a_column_are_those_of_each_title(titles: list[str]) -> None:
    tokens = [features.word_list(title) for title in titles]
    keys, terms = columns.TitleTerms(_COMMON).of(titles, tokens)
    for number, (title, words_) in enumerate(zip(titles, tokens, strict=True)):
        assert of_record(keys, number) == [features.hashed(features.title_key(title, words_))]
        assert set(of_record(terms, number)) == features.title_terms(words_, _COMMON)
        assert set(of_record(terms, number)) <= features.asked_terms(words_, _COMMON)


def test_looking_up_does_not_load_numpy() -> None:
    """It is for builds; loading it takes longer than answering a hundred questions."""
    code = "import sys, readlist.resolver.snapshot.index, readlist.resolver.decision; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_ids_have_numbers_of_their_own() -> None:
    assert "|".join(features._ARCHIVES).split("|") == identifiers._OLD_ARCHIVES.split("|")
    ids = [f"{archive}/{yy:02}{mm:02}{n:03}" for archive in features._ARCHIVES for yy in (91, 99, 0, 7)
           for mm in (1, 12) for n in (1, 500, 999)]  # fmt: skip
    ids += [f"{yy:02}{mm:02}.{n:0{w}}" for yy in (0, 7, 26, 99) for mm in (1, 6, 12) for w in (4, 5)
            for n in range(0, 10**w, 97)]  # fmt: skip
    numbers = {features.id_hash(one) for one in ids}
    assert len(numbers) == len(ids)
    assert all(0 <= number < features.SPACE for number in numbers)


@given(
    st.lists(st.tuples(st.integers(0, features.SPACE - 1) | st.integers(5, 9), st.integers(0, 2**32 - 1))),
    st.booleans(),
)
def test_postings_are_found_as_they_were_put(pairs: list[tuple[int, int]], newest_only: bool) -> None:
    pairs = list(dict.fromkeys(pairs))
    found = _postings(pairs, newest_only=newest_only)
    for number in {number for number, _ in pairs} | {0, 1, features.SPACE - 1}:
        expected = sorted(address for other, address in pairs if other == number)
        assert found.addresses(number, 1000) == (expected[-1:] if newest_only else expected)


@pytest.mark.parametrize("newest_only", [False, True])
def test_long_postings_have_a_directory(newest_only: bool) -> None:
    rng = random.Random(1)
    pairs = [(rng.randrange(1 << 25, 1 << 26), n) for n in range(5000)] + [
        (1 << 25, 1),
        (1 << 25, 2),
        ((1 << 26) - 1, 3),
    ]
    found = _postings(pairs, newest_only=newest_only)
    by_number: dict[int, list[int]] = {}
    for number, address in pairs:
        by_number.setdefault(number, []).append(address)
    for number, addresses in by_number.items():
        assert found.addresses(number, 9) == (sorted(addresses)[-1:] if newest_only else sorted(addresses))
    assert not any(found.addresses(n, 9) for n in range(1 << 25, (1 << 25) + 9000) if n not in by_number)
    if newest_only:
        assert found.hashes() == sorted(by_number)


def _postings(pairs: list[tuple[int, int]], *, newest_only: bool) -> Postings:
    numbers, addresses = (np.array([pair[i] for pair in pairs], np.uint64) for i in (0, 1))
    data, bounds = packed((numbers, addresses), 0)
    file, parts = b"", []
    for begin, end in zip([0, *bounds], [*bounds, len(data)], strict=True):
        part, count = part_of_index(data[begin:end], newest_only=newest_only)
        parts.append((len(file), count))
        file += part + bytes(-len(part) % 8)
    assert len(parts) == PARTS
    view = memoryview(file)
    return Postings(view.cast("I"), view.cast("H"), parts)


def test_what_is_stored_is_the_same_record() -> None:
    day = "Mon, 2 Apr 2007 19:18:42 GMT"
    data = {
        "id": "0704.0001", "submitter": "P", "authors": "C. Bal, M. King Jr.",
        "title": "Long\n  title",
        "comments": "3 p", "journal-ref": "PRD", "doi": "10.1/x",
        "report-no": "A", "license": "L", "categories": "hep-ph",
        "abstract": "  We\nprove.\n", "update_date": "2008-11-26",
        "versions": [{"version": f"v{n}", "created": day.replace("2 Apr", f"{n} Apr")} for n in (1, 2, 3, 4)],
        "authors_parsed": [["Bal", "C.", "", "ANL"], ["King", "M.", "Jr."]],
    }  # fmt: skip
    for kept in (
        data,
        {**data, "authors_parsed": []},
        {"id": "math.GT/0309136", "title": "T"},
        {**data, "versions": None},
    ):
        small = reduced(kept)
        assert record_of(small) == record_of(kept)
        assert not {"submitter", "license", "report-no"} & small.keys()
        assert not {"authors", "authors_parsed"} <= small.keys()


@pytest.mark.parametrize("tenth", range(10))
@pytest.mark.parametrize("fill", [b"\0", b"\xff", b"7"])
def test_damage_anywhere_is_an_error_of_the_index_and_no_fault(index_path: Path, tenth: int, fill: bytes) -> None:
    size = index_path.stat().st_size
    begin, length = max(size * tenth // 10, 48), size // 20
    damaged(index_path, lambda data: data.__setitem__(slice(begin, begin + length), fill * length))
    questions = [Question(n, (title(n),), text(n, 150)) for n in range(40)]
    # What is read wrong is refused, and nothing else is raised.
    with suppress(LibraryError), SnapshotIndex(index_path) as index:
        for question in questions:
            assert all(isinstance(found, Record) for found in index.candidates(question))
        index.by_ids([f"2401.{n:05}" for n in range(600)])
