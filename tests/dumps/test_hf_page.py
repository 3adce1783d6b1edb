"""Whole pages as they are copied: menus, footers, cards, lost bylines, short abstracts; and that no line gets lost."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist import dumps as reader
from readlist.dumps.source import Dump
from readlist.errors import UnreadableSource
from readlist.paper import Organisation
from tests.support import abstract, listing

TODAY = date(2026, 11, 20)
A, B, C = abstract("a"), abstract("b"), abstract("c")
TAIL = ("  • 3 authors", "Jul 25, 2024")
FOOTER = (
    "Previous\n1\n2\n3\n...\n100\nNext\n\nSystem theme\n\nCompany\n\nTOS\nPrivacy\nAbout\nCareers\n\nWebsite\n\n"
    "Models\nDatasets\nSpaces\nPricing\nDocs\n"
)
MENU = "Hugging Face\nModels\nDatasets\nSpaces\nCommunity\nDocs\nPricing\nLog In\nSign Up\n\n"
LONG_TITLE = ("A Long Title About Everything and Nothing in Particular with Words " * 6).strip()[:350]


def read(text: str | bytes, format_name: str = "auto") -> Dump:
    data = text.encode() if isinstance(text, str) else text
    return reader.read(data, "dump.txt", today=TODAY, format_name=format_name)


def pairs(dump: Dump) -> list[tuple[str, str]]:
    return [(entry.title, entry.abstract) for entry in dump.entries]


def named(dump: Dump) -> list[tuple[int, str]]:
    return [(problem.line, problem.why) for problem in dump.problems]


def card(title: str, authors: int, comments: int, account: str = "taesiri", votes: str = "213") -> str:
    return f"Submitted by\n\n\n{account}\n\n{votes}\n\n{title}\n\n · {authors} authors\n\n{comments}\n\n"


@pytest.mark.parametrize("tail", [(), TAIL], ids=["no bylines", "bylines"])
def test_a_footer_is_no_paper(tail: tuple[str, ...]) -> None:
    dump = read(listing([("First title", A, *tail), ("Second title", B, *tail)]) + FOOTER)
    assert pairs(dump) == [("First title", A), ("Second title", B)]
    assert dump.problems == ()
    lines = (listing([("First title", A, *tail), ("Second title", B, *tail)]) + FOOTER).split("\n")
    assert {lines[number - 1] for number in dump.page} >= {"System theme", "TOS", "Docs", "100", "Daily Papers"}


def test_two_whole_pages_one_below_the_other() -> None:
    page = MENU + listing([("First title", A), ("Second title", B)]) + FOOTER
    dump = read(page + page)
    assert pairs(dump) == [("First title", A), ("Second title", B)] * 2
    assert dump.problems == ()


def test_below_a_footer_papers_are_read_and_stray_lines_named() -> None:
    first = listing([("First title", A)]) + FOOTER
    dump = read(first + "Collections Next\n\nSecond title\n\n" + B)
    assert pairs(dump) == [("First title", A), ("Second title", B)]
    assert named(dump) == [(first.count("\n") + 1, "not part of a paper: below the end of the page")]


@pytest.mark.parametrize("word", ["Models", "Docs", "About", "Submitted by", "Daily Papers", "Next", "2048", "Papers"])
@pytest.mark.parametrize("tail", [(), TAIL], ids=["no bylines", "bylines"])
def test_a_title_may_be_a_word_of_the_menu(word: str, tail: tuple[str, ...]) -> None:
    dump = read(listing([("First title", A, *tail), (word, B, *tail), ("Third title", C, *tail)]) + FOOTER)
    assert pairs(dump) == [("First title", A), (word, B), ("Third title", C)]
    assert dump.problems == ()


def test_a_word_of_the_menu_with_a_byline_is_a_title() -> None:
    dump = read(card("Datasets", 3, 4) + card("2048", 2, 1) + FOOTER)
    assert [(e.title, e.author_count, e.comments) for e in dump.entries] == [("Datasets", 3, 4), ("2048", 2, 1)]


def test_cards_are_titles_with_their_counts() -> None:
    text = MENU + "Daily Papers\n\nby AK and the research community\n\nJun 17\n\n"
    long_one = "Do Not Stop Here, for There Is More: a Title with an Exclamation Mark at Its End!"
    text += card("First title", 3, 4) + card(long_one, 10, 1, votes="-") + card("Sapiens2", 6, 2, votes="1.2k") + FOOTER
    dump = read(text)
    assert [(e.title, e.abstract, e.author_count, e.comments) for e in dump.entries] == [
        ("First title", "", 3, 4),
        (long_one, "", 10, 1),
        ("Sapiens2", "", 6, 2),
    ]
    assert dump.problems == ()
    assert dump.entries[0].listing is not None


def test_cards_need_no_header_and_the_account_may_be_a_name() -> None:
    text = card("First title", 3, 4, account="Adina Yao") + "Submitted by\n\nAda B\n\nSecond title\n\n · 2 authors\n"
    dump = read(text)
    assert [entry.title for entry in dump.entries] == ["First title", "Second title"]
    assert [problem.text for problem in dump.problems] == ["Ada B"]
    assert "who submitted" in dump.problems[0].why


def test_a_card_with_its_organisation_on_a_line() -> None:
    text = "Submitted by\n\ntaesiri\n\n213\n\nFirst title\n\nPaddlePaddle\n\n · 3 authors\n\n4\n\n" + card(
        "Second", 2, 1
    )
    dump = read(text)
    assert [(e.title, e.abstract, e.organisation) for e in dump.entries] == [
        ("First title", "", Organisation("PaddlePaddle", None)),
        ("Second", "", None),
    ]
    assert [problem.text for problem in dump.problems] == ["PaddlePaddle"]


def test_a_card_that_was_cut_at_its_top() -> None:
    dump = read("taesiri\n\n213\n\nFirst title\n\n · 3 authors\n\n" + card("Second", 2, 1))
    assert [entry.title for entry in dump.entries] == ["First title", "Second"]
    assert [problem.text for problem in dump.problems] == ["taesiri", "213"]


@pytest.mark.parametrize("head", ["", listing([])], ids=["no header", "header"])
def test_submitted_by_parts_papers_and_keeps_their_bylines(head: str) -> None:
    dump = read(
        f"{head}First title\n\n{A}\n\nSubmitted by\n\ntaesiri\n\nSecond title\n\n{B}\n\n{TAIL[0]}\n·\n{TAIL[1]}\n"
    )
    assert pairs(dump) == [("First title", A), ("Second title", B)]
    assert [entry.author_count for entry in dump.entries] == [None, 3]
    assert dump.problems == ()


@pytest.mark.parametrize("tail", [(), TAIL], ids=["no bylines", "bylines"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_very_long_title_is_read_and_named(tail: tuple[str, ...], place: int) -> None:
    titles = ["First title", "Second title", "Third title"]
    titles[place] = LONG_TITLE
    text = listing([(title, body, *tail) for title, body in zip(titles, (A * 2, B * 2, C * 2), strict=True)])
    dump = read(text)
    assert pairs(dump) == list(zip(titles, (A * 2, B * 2, C * 2), strict=True))
    line = text.split("\n").index(LONG_TITLE) + 1
    assert named(dump) == [(line, "very long, read as a title for it holds no sentence")]


def test_a_further_paragraph_without_bylines_is_named() -> None:
    dump = read(listing([("First title", f"{A}\n\n{B}"), ("Second title", C)]))
    assert pairs(dump) == [("First title", f"{A} {B}"), ("Second title", C)]
    assert named(dump) == [(17, "read as a further paragraph of the abstract above it")]


def test_a_title_that_bylines_may_have_swallowed_is_named() -> None:
    dump = read(
        listing([("First title", A, *TAIL), ("Second title", "Third title", *TAIL), ("Fourth title", B, *TAIL)])
    )
    assert [problem.text for problem in dump.problems] == ["Third title"]
    dump = read(listing([("First title", f"{A}\n\nA title alone", *TAIL), ("Fourth title", B, *TAIL)]))
    assert [problem.text for problem in dump.problems] == ["A title alone"]
    assert "looks like a title" in dump.problems[0].why


def test_more_text_than_an_abstract_has_is_named() -> None:
    dump = read(listing([("First title", f"{A * 6}\n\nA sentence between them ends here.\n\n{B * 3}", *TAIL)]))
    assert len(dump.entries) == 1
    assert [problem.why for problem in dump.problems] == [
        "more text than an abstract has; the title of a paper may be missing above it"
    ]


@pytest.mark.parametrize(
    "short",
    [
        "We do re-identification.",
        "A short abstract of a dance.",
        A[:120] + "…",
        A[:120] + "...",
    ],
)
def test_short_and_cut_abstracts_where_titles_and_abstracts_take_turns(short: str) -> None:
    for entries in (
        [("First title", short), ("Second title", "We dance with it."), ("Third", A)],
        [("First title", A), ("Second title", short)],
        [("First title", short), ("Second title", short), ("Third title", short)],
    ):
        dump = read(listing(entries))
        assert pairs(dump) == entries
        assert dump.problems == ()


def test_an_abstract_cut_without_an_end() -> None:
    cut = "We present one model family of high-resolution transformers for human-centric vision focused on genera"
    entries = [("First title", A[:120] + "…"), ("Second title", B[:120] + "..."), ("Third title", cut)]
    assert pairs(read(listing(entries))) == entries
    dump = read(listing([("First title", A), ("Second title", cut), ("Third title", B), ("Fourth title", C)]))
    assert pairs(dump)[1] == ("Second title", cut)


CUT = "We present one model family of high-resolution transformers for human-centric vision focused on genera"
LONG_LIST = ("Reproducing Vectorization of Many Body Potentials on New Machines and Old Ones, " * 4)[:220].strip(" ,")


@pytest.mark.parametrize(
    ("lines", "expected", "doubts"),
    [
        # An odd line among the pairs: what stands behind it still takes turns.
        (
            ["First", A, "Lonely", "Second", "We dance with it.", "Third", B],
            [("First", A), ("Lonely", ""), ("Second", "We dance with it."), ("Third", B)],
            [("Lonely", "without an abstract")],
        ),
        (
            ["First", A, "Lonely", "Second", CUT, "Third", B],
            [("First", A), ("Lonely", ""), ("Second", CUT), ("Third", B)],
            [("Lonely", "without an abstract"), (CUT, "though it is cut off")],
        ),
        (
            ["First", A, "Second", "We dance with it.", "Lonely", "Third", B],
            [("First", A), ("Second", "We dance with it."), ("Lonely", ""), ("Third", B)],
            [("We dance with it.", "though short"), ("Lonely", "without an abstract")],
        ),
        # All second lines but one read like text.
        (
            ["First", CUT, "Second", "We dance with it.", "Third", "Dogs dance too", "Fourth", CUT, "Fifth", CUT],
            [("First", CUT), ("Second", "We dance with it."), ("Third", "Dogs dance too"), ("Fourth", CUT),
             ("Fifth", CUT)],
            [("Dogs dance too", "as every second line")],
        ),
        # Cut in the middle of a sentence, and going on.
        (
            ["First", A + " And more of", "the very same sentence", "Second", B],
            [("First", A + " And more of the very same sentence"), ("Second", B)],
            [],
        ),
        # Long without a sentence: a title among titles, and in doubt among abstracts.
        (["First", LONG_LIST, "Third", "Fourth"], [("First", ""), (LONG_LIST, ""), ("Third", ""), ("Fourth", "")], []),
        (
            ["First", LONG_LIST, "Third", B, "Fourth", C],
            [("First", LONG_LIST), ("Third", B), ("Fourth", C)],
            [(LONG_LIST, "no sentence ends in it")],
        ),
    ],
)  # fmt: skip
def test_turns(lines: list[str], expected: list[tuple[str, str]], doubts: list[tuple[str, str]]) -> None:
    dump = read("\n\n".join(["Daily Papers", *lines]))
    assert pairs(dump) == expected
    assert [problem.text for problem in dump.problems] == [text for text, _ in doubts]
    assert all(why in problem.why for problem, (_, why) in zip(dump.problems, doubts, strict=True))


def test_a_menu_ends_where_a_title_begins() -> None:
    byline = " · 3 authors\n·\nJul 25, 2024\n"
    dump = read(f"{MENU}Datasets\n{byline}Previous\n1\nNext\nModels\n\n{A}\n\n{byline}")
    assert pairs(dump) == [("Datasets", ""), ("Models", A)]
    assert dump.problems == ()


def test_a_card_with_a_long_title() -> None:
    dump = read(card("First title", 2, 1) + card(LONG_LIST, 3, 4))
    assert [(e.title, e.author_count, e.comments) for e in dump.entries] == [("First title", 2, 1), (LONG_LIST, 3, 4)]
    assert dump.problems == ()


def test_what_is_in_doubt_is_named_and_no_paper_is_made_up_in_silence() -> None:
    dump = read(listing([("First title", A)]) + f"Lonely title\n\nSecond title\n\n{B}\n\nx\n\nJun 18\n\nSubmit\n")
    assert pairs(dump) == [("First title", A), ("Lonely title", ""), ("Second title", B)]
    assert [(problem.text, problem.why) for problem in dump.problems] == [
        ("Lonely title", "read as a paper without an abstract"),
        ("x", "not part of a paper: too short for a title without an abstract"),
        ("Jun 18", "not part of a paper"),
        ("Submit", "not part of a paper"),
    ]


def test_lines_above_the_day_of_the_listing_are_named_unless_they_are_menus() -> None:
    dump = read("Hugging Face\nModels\nA paper of its own\n" + listing([("First title", A)]))
    assert [(problem.line, problem.text) for problem in dump.problems] == [(3, "A paper of its own")]


def test_a_list_of_titles_says_what_would_work() -> None:
    titles = ["Keypoint Re-Identification", "Look, Do Not Stop Thinking, for This Title Ends So!", "Sapiens2", "hep-th"]
    for format_name in ("auto", "hf-text"):
        with pytest.raises(UnreadableSource, match="a list of titles is read when its first line is 'Daily Papers'"):
            read("\n".join(titles), format_name)
    dump = read("\n".join(["Daily Papers", *titles]))
    assert pairs(dump) == [(title, "") for title in titles]
    assert dump.problems == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_utf_16_with_its_mark(encoding: str, line_end: str) -> None:
    text = listing([("Größe zählt", A), ("第二 title 🦙", B)]).replace("\n", line_end)
    mark = "" if encoding == "utf-16" else "\ufeff"
    assert pairs(read((mark + text).encode(encoding))) == [("Größe zählt", A), ("第二 title 🦙", B)]


def test_utf_16_that_is_broken_names_the_place() -> None:
    with pytest.raises(UnreadableSource, match=r"line 2: byte 0x\w\w at offset 10: this is not UTF-16; save the file"):
        read("one\ntwo".encode("utf-16")[:10] + b"\x00")


LINES = st.sampled_from(
    [
        "A title of a paper", "Models", "Sapiens2", "2048", "x", A, B, A * 3, A[:120], "We dance with it.", LONG_TITLE,
        "Submitted by", "Submitted by taesiri", "taesiri", "213", "-", "  • 3 authors", " · 12 authors", "·",
        "Jul 25, 2024", "Feb 30, 2024", "Jun 18", "ByteDance ByteDance", "stepfun-ai StepFun • 4 authors",
        "• 5 authors · Jan 15, 2024 8", "new", "Daily Papers", "byAK and the research community", "Subscribe",
        "Previous", "Next", "TOS", "Privacy", "System theme", "Docs", "", "lower case words that go on and on",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=30), st.booleans())
def test_every_line_is_in_an_entry_or_the_page_s_own_or_named(lines: list[str], headed: bool) -> None:
    text = "\n".join([*(["Daily Papers", "Jun 17"] if headed else []), *lines])
    try:
        dump = read(text, "hf-text")
    except UnreadableSource:
        return
    told = {problem.line for problem in dump.problems} | set(dump.page)
    titles = {entry.line for entry in dump.entries}
    facts = {"·"}
    for entry in dump.entries:
        facts |= {str(entry.comments), f"{entry.author_count} authors"}
        facts |= {day.text for day in (entry.date, entry.listing) if day}
        if entry.organisation:
            facts |= {entry.organisation.handle, f"{entry.organisation.handle} {entry.organisation.name}"}
            facts.add(f"{entry.organisation.handle} {entry.organisation.name} • {entry.author_count} authors")
        if entry.date:
            facts.add(f"• {entry.author_count} authors · {entry.date.text} {entry.comments}")
    for number, line in enumerate(text.split("\n"), 1):
        kept = " ".join(line.split())
        if not kept or number in told or number in titles:
            continue
        in_abstract = any(kept in entry.abstract for entry in dump.entries)
        assert in_abstract or kept in facts or kept.strip("•· ") in facts, (number, kept, text)
