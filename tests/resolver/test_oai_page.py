"""One OAI-PMH answer: whole records in the shape of the snapshot, or the reason why not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.resolver.arxiv_api.faults import Fault, Passing, Refused
from readlist.resolver.oai.page import Page, TokenExpired, error_message, read_page, read_record
from readlist.resolver.snapshot.reading import record_of
from tests.servers import oai_markup as markup
from tests.servers.arxiv_index import Row

ROW: Row = {
    "id": "2611.04567",
    "title": "On the $K_{\\mathrm{d}}$ & Poincar\\'e\n  maps < 1",
    "abstract": "  We prove\nthings & <others>.\n",
    "authors_parsed": [
        ["van der Maaten", "Laurens", ""],
        ["King", "Martin L.", "Jr."],
        ["ATLAS Team", "", ""],
    ],
    "categories": "math.QA  math.RT",
    "comments": "12 pages\n  and more",
    "journal-ref": "Adv. Math. 5 (2026)",
    "doi": "10.1000/xyz",
    "versions": [{"version": "v1", "created": "Tue, 17 Nov 2026 22:18:42 GMT"}],
    "update_date": "2026-11-19",
}
REVISED = {**ROW, "versions": [*ROW["versions"], {"version": "v2", "created": "Thu, 19 Nov 2026 02:00:00 GMT"}]}
OLDER: Row = {
    "id": "math/0309136",
    "title": "Old",
    "authors": "A. Author",
    "abstract": "a",
    "categories": "math.QA",
    "versions": [
        {"version": "v1", "created": "Mon, 8 Sep 2003 19:18:42 GMT"},
        {"version": "v2", "created": "Thu, 19 Nov 2026 02:00:00 GMT"},
    ],
    "update_date": "2026-11-20",
}


def answer(*rows: Row, token: str | None = None, created: markup.Created = "first", inner: str = "") -> bytes:
    records = "\n".join(markup.record(row, "arXiv", created) for row in rows)
    tail = "" if token is None else markup.token_element(token, date(2026, 11, 21))
    inner = inner or f"<ListRecords>\n{records}\n{tail}</ListRecords>"
    return markup.document("http://127.0.0.1/oai", inner, {"verb": "ListRecords"}).encode()


def test_a_record_becomes_a_line_of_the_snapshot() -> None:
    page = read_page(answer(ROW))
    (line,) = page.lines
    assert (page.token, page.oldest, page.newest) == (None, date(2026, 11, 19), date(2026, 11, 19))
    assert (page.deleted, page.foreign, page.odd) == (0, 0, ())
    assert (line["update_date"], "updated" in line) == ("2026-11-19", False)
    assert line["versions"] == [{"version": "v1", "created": "Tue, 17 Nov 2026 00:00:00 GMT"}]
    record = record_of(line)
    assert record.title == "On the $K_{\\mathrm{d}}$ & Poincar\\'e maps < 1"
    assert record.abstract == "We prove things & <others>."
    assert [(a.family, a.given) for a in record.authors] == [
        ("van der Maaten", "Laurens"), ("King Jr.", "Martin L."), ("ATLAS Team", "")]  # fmt: skip
    assert (record.version, record.published, record.updated) == (1, date(2026, 11, 17), date(2026, 11, 17))
    assert (record.categories, record.doi) == (("math.QA", "math.RT"), "10.1000/xyz")
    assert (record.comment, record.journal_ref) == ("12 pages and more", "Adv. Math. 5 (2026)")


def test_a_revised_record_has_a_date_and_no_known_version() -> None:
    (line,) = read_page(answer(REVISED)).lines
    assert line["updated"] == "2026-11-19"
    record = record_of(line)
    assert (record.version, record.published, record.updated) == (None, date(2026, 11, 17), date(2026, 11, 19))


def test_a_created_date_long_after_the_id_is_not_that_of_the_first_version() -> None:
    (line,) = read_page(answer(OLDER, created="current")).lines
    record = record_of(line)
    assert (record.version, record.published, record.updated) == (None, None, date(2026, 11, 19))
    (line,) = read_page(answer(OLDER)).lines
    assert record_of(line).published == date(2003, 9, 8)


def test_what_says_nothing_of_updated_is_read_as_before() -> None:
    for value in (None, "", "soon", 5):
        assert record_of({"id": "2611.04567", "title": "T", "versions": ROW["versions"], "updated": value}).version == 1


@pytest.mark.parametrize("token", ["verb%3DListRecords%26skip%3D3", "a+b/c==", " spaced ", "ä&<>\"'", "%%25"])
def test_a_token_is_kept_as_it_came(token: str) -> None:
    assert read_page(answer(ROW, token=token)).token == token


@pytest.mark.parametrize("tail", ["<resumptionToken/>", "<resumptionToken>  \n</resumptionToken>", ""])
def test_an_empty_token_ends_the_list(tail: str) -> None:
    inner = f"<ListRecords>{markup.record(ROW, 'arXiv', 'first')}{tail}</ListRecords>"
    assert read_page(answer(inner=inner)).token is None


def test_deleted_foreign_and_doubled_entries() -> None:
    deleted = {**OLDER, "deleted": True}
    foreign = {**ROW, "identifier": "oai:example.org:2611.04567"}
    later = {**ROW, "title": "Later", "update_date": "2026-11-20"}
    page = read_page(answer(deleted, foreign, later, ROW, ROW))
    assert [line["title"] for line in page.lines] == ["Later"]
    assert (page.deleted, page.foreign) == (1, 1)
    assert (page.oldest, page.newest) == (date(2026, 11, 19), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"<title>", b"<titel>", "no title"),
        (b"<id>2611.04567", b"<id>2611.04568", "not that of its metadata"),
        (b"2026-11-19", b"yesterday", "no datestamp"),
        (b"<keyname>King</keyname>", b"", "an author without a name"),
        (b"http://arxiv.org/OAI/arXiv/", b"http://arxiv.org/OAI/arXivRaw/", "no metadata in the arXiv format"),
    ],
)
def test_half_a_record_is_left_out_and_named(old: bytes, new: bytes, why: str) -> None:
    body = answer(ROW, OLDER).replace(old, new, 1)
    if new == b"<titel>":
        body = body.replace(b"</title>", b"</titel>", 1)
    page = read_page(body)
    assert [line["id"] for line in page.lines] == ["math/0309136"]
    assert len(page.odd) == 1
    assert page.odd[0].arxiv_id == "2611.04567"
    assert why in str(page.odd[0])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html></html>", "not OAI-PMH"),
        (b"<html><body>wait</body></html>", "not OAI-PMH"),
        (b'{"error": 1}', "not OAI-PMH"),
        (answer(ROW).replace(b"</OAI-PMH>", b""), "cut off or broken"),
        (answer(inner="<ListRecords></ListRecords>"), "an empty list"),
        (answer(inner="<ListRecords><resumptionToken>x</resumptionToken></ListRecords>"), "an empty list"),
        (answer(inner="<Identify/>"), "no list of records"),
        (answer(inner="<error code='busy'>later</error>"), "busy: later"),
        (answer(inner="<error/>"), "no reason given"),
        (answer(ROW).replace(b"<?xml", b'<!DOCTYPE x [<!ENTITY a "b">]><?xml'), "not OAI-PMH"),
    ],
)
def test_what_is_no_page_is_asked_for_again(body: bytes, why: str) -> None:
    with pytest.raises(Passing, match=why):
        read_page(body)


def test_errors_come_with_status_200() -> None:
    assert read_page(answer(inner=markup.error("noRecordsMatch", ""))).lines == ()
    with pytest.raises(TokenExpired):
        read_page(answer(inner=markup.error("badResumptionToken", "expired")))
    bad = answer(inner=markup.error("badArgument", "start date too early"))
    with pytest.raises(Refused, match="badArgument: start date too early"):
        read_page(bad)
    assert error_message(bad) == "badArgument: start date too early"
    assert error_message(b"Rate exceeded.") == ""


def test_nothing_under_a_token_is_no_end_of_the_list() -> None:
    with pytest.raises(TokenExpired, match="noRecordsMatch"):
        read_page(answer(inner=markup.error("noRecordsMatch", "")), resumed=True)


def test_one_record() -> None:
    single = answer(ROW).replace(b"ListRecords", b"GetRecord")
    assert [line["id"] for line in read_record(single).lines] == ["2611.04567"]
    assert read_record(answer(inner=markup.error("idDoesNotExist", ""))) == Page()
    for body in (answer(ROW), answer(ROW, OLDER).replace(b"ListRecords", b"GetRecord"), b""):
        with pytest.raises(Passing):
            read_record(body)
    with pytest.raises(Refused, match="cannotDisseminateFormat"):
        read_record(answer(inner=markup.error("cannotDisseminateFormat", "")))


def test_control_characters_spoil_nothing() -> None:
    body = answer(ROW).replace(b"Poincar", b"Poin\x01&#x1;&#31;&#x1F;car")
    assert "Poin" in read_page(body).lines[0]["title"]
    assert "\t" in read_page(answer(ROW).replace(b"Poincar", b"&#9;")).lines[0]["title"]


def test_comments_do_not_cut_a_text() -> None:
    assert read_page(answer(ROW).replace(b"Poincar", b"Poin<!-- x -->car")).lines[0]["title"] == ROW["title"]


@given(st.integers(min_value=0))
def test_a_page_cut_anywhere_is_never_believed(at: int) -> None:
    body = answer(ROW, OLDER, token="x")
    with pytest.raises(Fault):
        read_page(body[: at % (len(body) - 1)])


def test_a_large_page_is_read() -> None:
    rows = [{**ROW, "id": f"2611.{n:05d}", "abstract": "long " * 1000} for n in range(1, 2501)]
    assert len(read_page(answer(*rows)).lines) == 2500
