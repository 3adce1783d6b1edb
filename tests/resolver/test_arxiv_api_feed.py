"""An answer is read wholly and rightly, or not at all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.paper import Author
from readlist.resolver.arxiv_api.faults import Passing, Refused
from readlist.resolver.arxiv_api.feed import error_message, read_page
from tests.servers.arxiv_index import Row
from tests.servers.arxiv_markup import entry, error_feed, feed

ROW: Row = {
    "id": "math/0309136",
    "title": "A <b> & 'quoted' title that is long enough for the old markup to wrap it onto another line",
    "authors": "Ana Brandt, Laurens van der Maaten, The LIGO Collaboration",
    "abstract": "One\n  two   three " * 20,
    "categories": "math.GT cs.CV",
    "comments": "12 pages,\n 3 figures",
    "journal-ref": "Ann. Math. 1 (2004) 1-9",
    "doi": "10.1000/ABC.1",
    "versions": [
        {"version": "v1", "created": "Mon, 8 Sep 2003 23:30:00 GMT"},
        {"version": "v2", "created": "Tue, 6 Jan 2004 01:00:00 GMT"},
    ],
}


def whole(rows: list[Row], markup: str = "modern", **counts: Any) -> bytes:
    counts = {"total": len(rows), "start": 0, "per_page": 10, **counts}
    return feed([entry(row, markup) for row in rows], "q", markup=markup, **counts).encode()


@pytest.mark.parametrize("markup", ["modern", "legacy"])
def test_a_record_is_the_same_in_both_markups(markup: str) -> None:
    (record,) = read_page(whole([ROW], markup), start=0, max_results=10).records
    assert record.arxiv_id == "math/0309136"
    assert record.version == 2
    assert record.title == ROW["title"]
    assert record.abstract == " ".join(["One two three"] * 20)
    assert record.authors == (
        Author("Ana Brandt", "Brandt", "Ana"),
        Author("Laurens van der Maaten", "van der Maaten", "Laurens"),
        Author("The LIGO Collaboration", "The LIGO Collaboration", ""),
    )
    assert (record.published, record.updated) == (date(2003, 9, 8), date(2004, 1, 6))
    assert record.categories == ("math.GT", "cs.CV")
    assert (record.doi, record.journal_ref, record.comment) == (
        "10.1000/abc.1",
        "Ann. Math. 1 (2004) 1-9",
        "12 pages, 3 figures",
    )


def test_what_a_record_lacks_is_none_and_zero_is_a_title() -> None:
    row = {"id": "2104.12255", "title": "0", "authors": "X"}
    (record,) = read_page(whole([row]), start=0, max_results=10).records
    assert record.title == "0"
    assert (record.doi, record.journal_ref, record.comment, record.categories) == (None, None, None, ())


def test_three_thousand_authors() -> None:
    row = dict(ROW, authors=", ".join(f"Ana B{n}" for n in range(3000)))
    (record,) = read_page(whole([row]), start=0, max_results=10).records
    assert len(record.authors) == 3000


@given(st.data())
@pytest.mark.parametrize("markup", ["modern", "legacy"])
def test_a_cut_off_answer_gives_no_record(markup: str, data: st.DataObject) -> None:
    content = whole([ROW, dict(ROW, id="2401.00001")], markup).rstrip()
    at = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(Passing):
        read_page(content[:at], start=0, max_results=10)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    with pytest.raises((Passing, Refused)):
        read_page(content, start=0, max_results=10)
    assert isinstance(error_message(content), str)


def test_missing_doubled_and_further_entries_are_counted() -> None:
    page = read_page(whole([ROW, ROW], total=5), start=0, max_results=3)
    assert (len(page.records), page.missing, page.more, page.whole) == (1, 2, True, False)
    page = read_page(whole([ROW], total=1), start=0, max_results=10)
    assert (page.missing, page.more, page.whole) == (0, False, True)
    page = read_page(whole([], total=0), start=0, max_results=10)
    assert (page.missing, page.more, page.whole) == (0, False, False)
    page = read_page(whole([], total=3), start=3, max_results=10)
    assert page.missing == 0


def test_of_two_versions_the_higher_one_counts() -> None:
    older = dict(ROW, versions=ROW["versions"][:1])
    for rows in ([older, ROW], [ROW, older]):
        (record,) = read_page(whole(rows), start=0, max_results=10).records
        assert record.version == 2


def test_a_control_character_does_not_spoil_the_page() -> None:
    content = whole([ROW]).replace(b"quoted", b"quo\x0cted\x85".replace(b"\x85", "\x85".encode()))
    (record,) = read_page(content, start=0, max_results=10).records
    assert "quo ted" in record.title


@pytest.mark.parametrize("markup", ["modern", "legacy"])
@pytest.mark.parametrize(
    "lost",
    [
        "<name>Ana Brandt</name>",
        "<published>.*?</published>",
        "<updated>.*?</updated>",
        "<title>.*?</title>",
        "<author>.*</author>",
        "(?<=<title>)[^<]+(?=</title>)",
    ],
)
def test_an_entry_that_is_not_whole_is_unread_and_missing(markup: str, lost: str) -> None:
    spoilt = re.sub(lost, "", entry(ROW, markup), flags=re.DOTALL)
    entries = [spoilt, entry(dict(ROW, id="2401.00001", title="Whole"), markup)]
    content = feed(entries, "q", total=2, start=0, per_page=10, markup=markup).encode()
    page = read_page(content, start=0, max_results=10)
    assert [record.title for record in page.records] == ["Whole"]
    assert (page.unread, page.missing, page.whole) == (("math/0309136",), 1, False)
    assert page.gap == "arXiv sent an entry that is not whole (math/0309136)"


def test_entries_of_others_are_not_unread() -> None:
    content = whole([ROW], total=0).replace(b"arxiv.org/abs/math/0309136v2", b"example.org/one")
    page = read_page(content, start=0, max_results=10)
    assert (page.records, page.unread, page.missing) == ((), (), 0)


def test_an_entry_with_an_impossible_date_is_a_fault() -> None:
    with pytest.raises(Passing):
        read_page(whole([ROW]).replace(b"2003-09-08", b"2003-19-08"), start=0, max_results=10)


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE feed [<!ENTITY a "Half">]>' + whole([ROW]).split(b"?>", 1)[1].replace(b"Ana", b"&a;")
    for content in (bomb, b"<!-- " + b"x" * 9000 + b" -->" + bomb):
        with pytest.raises(Passing):
            read_page(content, start=0, max_results=10)


@pytest.mark.parametrize("markup", ["modern", "legacy"])
def test_error_entries_are_no_papers(markup: str) -> None:
    ours = error_feed("incorrect id format for abc", "incorrect_id_format_for_abc", markup).encode()
    with pytest.raises(Refused, match="incorrect id format for abc"):
        read_page(ours, start=0, max_results=10)
    assert error_message(ours) == "incorrect id format for abc"
    with pytest.raises(Passing, match="please wait"):
        read_page(error_feed("please wait", "", markup).encode(), start=0, max_results=10)


def test_a_paper_may_be_called_error() -> None:
    (record,) = read_page(whole([dict(ROW, title="Error")]), start=0, max_results=10).records
    assert record.title == "Error"
