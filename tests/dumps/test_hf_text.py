"""Dumps of a Hugging Face papers page, in every variant that was seen and a few that were not."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist import dumps as reader
from readlist.dumps.hf_text import parse
from readlist.dumps.source import Dump
from readlist.errors import UnreadableSource, WrongUsage
from readlist.paper import Organisation
from tests.support import abstract, listing

TODAY = date(2026, 11, 20)
A, B, C = abstract("a"), abstract("b"), abstract("c")


def read(text: str | bytes, *, today: date = TODAY, listed: date | None = None) -> Dump:
    data = text.encode() if isinstance(text, str) else text
    return reader.read(data, "dump.txt", today=today, listed=listed)


def test_the_four_real_dumps(dumps: list[Path]) -> None:
    found = [reader.read(path.read_bytes(), path.name, today=TODAY) for path in dumps]
    assert [len(dump.entries) for dump in found] == [29, 69, 40, 79]
    assert [dump.problems for dump in found] == [(), (), (), ()]
    assert [dump.entries[0].listing.date if dump.entries[0].listing else None for dump in found] == [
        None,
        date(2026, 6, 17),
        date(2026, 5, 7),
        None,
    ]
    assert all(len(entry.abstract) > 1000 and len(entry.title) < 200 for dump in found for entry in dump.entries)
    assert all(entry.date is not None and entry.date.date is not None for dump in found[1:3] for entry in dump.entries)


def test_every_line_of_the_real_dumps_is_somewhere(dumps: list[Path]) -> None:
    for path in dumps:
        text = path.read_text(encoding="utf-8")
        dump = reader.read(text.encode(), path.name, today=TODAY)
        known = {entry.title for entry in dump.entries} | {entry.abstract for entry in dump.entries}
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        start = lines.index(dump.entries[0].title)
        rest = [line for line in lines[start:] if line not in known and line != "·"]
        assert all(re.fullmatch(r"• [\d,]+ authors?|\w+[\w-]* \w+|[A-Z][a-z]{2} \d+.*", line) for line in rest)


def test_entries_with_title_and_abstract_only() -> None:
    dump = read(listing([("First: a title", A), ("Second title", B)]))
    assert [(entry.title, entry.abstract) for entry in dump.entries] == [("First: a title", A), ("Second title", B)]
    assert [entry.line for entry in dump.entries] == [13, 17]
    assert dump.problems == ()


@pytest.mark.parametrize(
    ("byline", "authors", "organisation"),
    [
        ("  • 5 authors", 5, None),
        ("• 1 author", 1, None),
        ("  • 3,012 authors", 3012, None),
        ("ByteDance ByteDance", None, Organisation("ByteDance", "ByteDance")),
        ("stepfun-ai StepFun", None, Organisation("stepfun-ai", "StepFun")),
        ("ibm-granite IBM Granite", None, Organisation("ibm-granite", "IBM Granite")),
        ("stepfun-ai StepFun • 4 authors", 4, Organisation("stepfun-ai", "StepFun")),
    ],
)
def test_bylines(byline: str, authors: int | None, organisation: Organisation | None) -> None:
    entry = read(listing([("A title of a paper", A, byline, "Jan 15, 2024")])).entries[0]
    assert (entry.author_count, entry.organisation, entry.abstract) == (authors, organisation, A)


@pytest.mark.parametrize(
    ("text", "day", "comments"),
    [
        ("Jan 15, 2024", date(2024, 1, 15), None),
        ("Jan 15, 2024 8", date(2024, 1, 15), 8),
        ("Jan 15, 2024 1,208", date(2024, 1, 15), 1208),
        ("May 17", date(2026, 5, 17), None),
        ("Jan 4 6", date(2026, 1, 4), 6),
    ],
)
def test_dates(text: str, day: date, comments: int | None) -> None:
    entries = [("A title of a paper", A, "• 5 authors", text), ("Another one", B, "• 5 authors", "Dec 1, 2025")]
    entry = read(listing(entries)).entries[0]
    assert entry.date is not None
    assert (entry.date.date, entry.comments) == (day, comments)


@pytest.mark.parametrize(
    ("heading", "shown", "today", "year"),
    [
        ("Jun 17", ["Dec 1, 2025"], date(2026, 11, 20), 2026),
        ("Jun 17", ["Dec 1, 2025"], date(2027, 1, 1), 2026),
        # Two years would do, or none would, or nothing is known: never guessed.
        ("Jun 17", ["Dec 1, 2025"], date(2027, 11, 20), None),
        ("Jun 17", ["Dec 1, 2024"], date(2026, 11, 20), None),
        ("Dec 17", ["Dec 1, 2025"], date(2026, 11, 20), None),
        ("Jun 17", [], date(2026, 11, 20), None),
        ("Feb 29", ["Dec 1, 2023"], date(2026, 11, 20), 2024),
        ("Sep 8, 2025", [], date(2026, 11, 20), 2025),
    ],
)
def test_the_year_of_a_listing(heading: str, shown: list[str], today: date, year: int | None) -> None:
    entries = [("Without a year", A, "• 2 authors", "May 17"), *(("With one", B, "• 2 authors", day) for day in shown)]
    dump = read(listing(entries, heading), today=today)
    entry = dump.entries[0]
    assert entry.listing is not None
    assert entry.date is not None
    assert entry.listing.year == year
    assert entry.date.year == year
    assert (entry.date.month, entry.date.day) == (5, 17)
    assert dump.problems == ()


def test_the_user_knows_the_day_of_the_listing() -> None:
    entry = read(listing([("Without a year", A, "• 2 authors", "May 17")]), listed=date(2025, 6, 17)).entries[0]
    assert entry.listing is not None
    assert entry.date is not None
    assert (entry.listing.date, entry.date.date) == (date(2025, 6, 17), date(2025, 5, 17))


def test_the_listing_day_counts_only_for_its_listing() -> None:
    entry = read(listing([("Without a year", A)], "May 7"), listed=date(2025, 6, 17)).entries[0]
    assert entry.listing is not None
    assert entry.listing.year is None


BYLINED = listing([("First title", A, "  • 5 authors", "Jan 15, 2024 8"), ("Second title", B, "• 2 authors", "May 17")])


@pytest.mark.parametrize(
    "text",
    [
        BYLINED,
        BYLINED.replace("\n", "\r\n"),
        BYLINED.replace("\n", "\r"),
        "\ufeff" + BYLINED,
        BYLINED.rstrip(),
        BYLINED.replace("\n", "\n\n\n"),
        BYLINED.replace("\n\n", "\n"),
        BYLINED.replace("  • ", "\t•\t").replace("First title", "First\ttitle"),
        BYLINED.replace("Daily Papers\n", ""),
        "\n\n Models\n\nDatasets\n\n" + BYLINED,
        BYLINED.replace("• 5 authors\n·\nJan", "• 5 authors · Jan"),
        BYLINED.replace("2024 8", "2024\n8"),
    ],
    ids=["plain", "crlf", "cr", "bom", "no final newline", "blank lines", "no blank lines", "tabs", "short header",
         "menus above", "tail on one line", "count on its own line"],
)  # fmt: skip
def test_noise(text: str) -> None:
    dump = read(text)
    assert dump.problems == ()
    assert [(e.title, e.abstract, e.author_count, e.comments) for e in dump.entries] == [
        ("First title", A, 5, 8),
        ("Second title", B, 2, None),
    ]


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_pasted_twice(between: str) -> None:
    text = listing([("First title", A), ("Second title", B)]).rstrip()
    dump = read(text + between + text)
    assert [entry.title for entry in dump.entries] == ["First title", "Second title"] * 2
    assert [entry.abstract for entry in dump.entries] == [A, B] * 2
    assert dump.problems == ()


def test_two_listings_in_one_file() -> None:
    second = listing([("Of May", B, "• 2 authors", "Dec 3, 2025"), ("Also of May", C, "• 1 author", "Jan 2")], "May 7")
    dump = read(listing([("Of June", A)]) + second)
    assert [entry.listing.text if entry.listing else "" for entry in dump.entries] == ["Jun 17", "May 7", "May 7"]
    years = [entry.listing.year if entry.listing else 0 for entry in dump.entries]
    assert years == [None, 2026, 2026]


def test_an_entry_without_an_abstract() -> None:
    dump = read(listing([("First title", A)]).rstrip() + "\n\nTitle of a paper alone\n\nNext title\n\n" + B)
    assert [(e.title, e.abstract) for e in dump.entries] == [
        ("First title", A),
        ("Title of a paper alone", ""),
        ("Next title", B),
    ]


def test_an_abstract_of_two_paragraphs() -> None:
    dump = read(listing([("First title", f"{A}\n\n{B * 3}"), ("Second title", C)]))
    assert [(e.title, e.abstract) for e in dump.entries] == [("First title", f"{A} {B * 3}"), ("Second title", C)]


def test_a_short_abstract_and_a_one_word_title() -> None:
    dump = read(listing([("FIT", "We prove that every such group has a fixed point."), ("2048", A)]))
    assert [entry.title for entry in dump.entries] == ["FIT", "2048"]


def test_problems_name_their_line() -> None:
    text = listing([("First title", A, "• 5 authors", "Feb 30, 2024"), ("Second title", B)]) + "\n12\n\n·\n"
    dump = read(text)
    assert [(problem.text, problem.why) for problem in dump.problems] == [
        ("Feb 30, 2024", "there is no such day"),
        ("12", "not part of a paper"),
        ("·", "a separator without a paper"),
    ]
    lines = text.split("\n")
    assert all(lines[problem.line - 1] == problem.text for problem in dump.problems)
    assert dump.entries[0].date is None
    assert len(dump.entries) == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "dump.txt: the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"Dear all,\n\nthe meeting is on Monday.\n", "not a dump that readlist knows"),
        (b"Plan\n\n- 5 authors\n* 3 authors\n", "not a dump that readlist knows"),
        (b"new\n\nDaily Papers\n\nSep 8\n", "no papers below it"),
        ("Grüße\nzwei".encode("latin-1"), "line 1: byte 0xfc at offset 2: this is not UTF-8"),
        (b"one\ntwo\nthree \xe9", "line 3: byte 0xe9 at offset 14"),
        ("text".encode("utf-16"), "not a dump that readlist knows"),
        (b"one\ntwo\0", "line 2: byte 0x00: this is not a text file"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableSource, match=r"^dump\.txt: ") as caught:
        read(data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_format_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match="hf-text"):
        reader.read(b"x", "dump.txt", today=TODAY, format_name="docx")


def test_a_list_of_ids() -> None:
    dump = read("# mine\n2401.07519v2\nhttps://arxiv.org/abs/math/0309136\nnonsense\narXiv:2403.11641\n")
    assert [entry.arxiv_id for entry in dump.entries] == ["2401.07519", "math/0309136", "2403.11641"]
    assert [(problem.line, problem.text) for problem in dump.problems] == [(4, "nonsense")]


titles = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=3, max_size=40).map(
    lambda t: f"On {t} x"
)


@given(st.lists(st.tuples(titles, st.integers(1, 9999), st.booleans()), min_size=1, max_size=8))
def test_whatever_is_written_is_read(papers: list[tuple[str, int, bool]]) -> None:
    entries = []
    for number, (title, count, bylined) in enumerate(papers):
        noun = "author" if count == 1 else "authors"
        tail = (f"  • {count:,} {noun}", "Jan 15, 2024") if bylined else ()
        entries.append((title, abstract(number), *tail))
    dump = parse(listing(entries), "dump.txt", today=TODAY)
    assert [entry.title for entry in dump.entries] == [" ".join(title.split()) for title, _, _ in papers]
    assert [entry.author_count for entry in dump.entries] == [
        count if bylined else None for _, count, bylined in papers
    ]
    assert dump.problems == ()


@given(
    st.integers(13, 40), st.sampled_from(["Zqzq", "Zqzq zq zq", "Zqzq: " + A, "Zqzq 12 · Jan", "Zqzq zq.", "Zqzq new"])
)
def test_a_stray_line_ends_up_somewhere(place: int, stray: str) -> None:
    lines = BYLINED.split("\n")
    place = min(place, len(lines))
    dump = read("\n".join([*lines[:place], stray, *lines[place:]]))
    organisations = [f"{e.organisation.handle} {e.organisation.name}" for e in dump.entries if e.organisation]
    kept = [e.title + " " + e.abstract for e in dump.entries] + [p.text for p in dump.problems] + organisations
    assert any("Zqzq" in text for text in kept)


@given(st.text(max_size=300), st.integers(0, 400))
def test_no_text_crashes(noise: str, place: int) -> None:
    text = BYLINED[:place] + noise + BYLINED[place:]
    try:
        dump = read(text)
    except UnreadableSource:
        return
    lines = re.split("\r\n|\r|\n", text)
    for problem in dump.problems:
        assert problem.text.split()[0] in lines[problem.line - 1]


def test_bylines_end_entries_however_short_their_paragraphs() -> None:
    """Where entries end with a byline, all that stands between two is one entry."""
    first = f"{A}\n\nThis second paragraph is short but no title, for it ends as sentences do.\n\n{B}"
    entries = [
        ("First title", first, "• 5 authors", "Jan 15, 2024"),
        ("Second title", "We prove it.", "• 1 author", "Jan 16, 2024"),
        ("Third title", f"{C}\n\nProject page: https://example.org/third", "• 3 authors", "Jan 17, 2024"),
        ("Fourth title", "Short, and it ends with an address https://example.org", "• 2 authors", "Jan 18, 2024"),
    ]
    dump = read(listing(entries))
    assert [(e.title, e.author_count) for e in dump.entries] == [
        ("First title", 5),
        ("Second title", 1),
        ("Third title", 3),
        ("Fourth title", 2),
    ]
    assert dump.entries[1].abstract == "We prove it."
    assert dump.entries[2].abstract.endswith("Project page: https://example.org/third")
    assert dump.problems == ()


def test_a_copy_that_lost_its_bullets() -> None:
    dump = read(BYLINED.replace("• ", ""))
    assert [(e.author_count, e.organisation) for e in dump.entries] == [(5, None), (2, None)]


@pytest.mark.parametrize(
    "second", ["\ufeff" + BYLINED, BYLINED.split("\n", 2)[2], BYLINED[BYLINED.index("Daily Papers") :]], ids=repr
)
def test_joined_without_a_final_newline(second: str) -> None:
    dump = read((BYLINED.rstrip() + second).replace("\n", "\r\n"))
    assert dump.problems == ()
    assert [e.title for e in dump.entries] == ["First title", "Second title"] * 2
    assert [e.date.text for e in dump.entries if e.date] == ["Jan 15, 2024", "May 17"] * 2


def test_the_day_that_the_user_gives_must_fit_the_years_shown() -> None:
    with pytest.raises(WrongUsage, match="shows papers of 2024 with their year"):
        read(BYLINED, listed=date(2024, 6, 17))
    assert read(BYLINED, listed=date(2025, 6, 17)).entries[1].date is not None


def test_it_is_told_how_far_a_long_listing_is_read() -> None:
    told: list[tuple[int, int]] = []
    text = listing([(f"Title number {n}", abstract(n), "\u00b72 authors", "Jun 16, 2026") for n in range(600)])
    parse(text, "long.txt", today=date(2026, 6, 18), tell=lambda done, total: told.append((done, total)))
    assert len(told) >= 2
    assert told == sorted(told)
    assert told[-1][0] <= told[-1][1]
