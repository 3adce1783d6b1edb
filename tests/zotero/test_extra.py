"""Our lines in Extra: written as the plugin and the translator write them, and nothing else moved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.paper import Status
from readlist.zotero import extra

WHEN = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)
OURS = re.compile(r"(?i)(read_status|read_status_date):.+")
lines = st.text(alphabet=st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=25)
some_ours = st.sampled_from(["Read_Status: Read", "read_status:New", "Read_Status_Date: x", "arXiv:2401.00001 [cs.CV]"])
texts = st.lists(st.one_of(lines, some_ours), max_size=7).map("\n".join)


def others(text: str) -> list[str]:
    return [line for line in text.split("\n") if not OURS.fullmatch(line.rstrip("\r")) and line]


@given(texts, st.sampled_from(Status))
def test_status_is_read_back_and_other_lines_survive_byte_for_byte(text: str, status: Status) -> None:
    merged = extra.set_status(text, status, WHEN)
    assert extra.read_status(merged) == status
    assert others(merged) == others(text)
    assert extra.set_status(merged, status, WHEN) == merged
    # what the plugin itself does to read it
    found = [line for line in merged.split("\n") if re.fullmatch(r"(?i)Read_Status:([^\r\n\u2028\u2029]+)", line)]
    assert found == [f"Read_Status: {extra.STATUS_NAMES[status]}"]


@given(texts)
def test_arxiv_line_is_read_back_and_other_lines_survive(text: str) -> None:
    merged = extra.set_arxiv(text, "arXiv:2502.00002 [cs.LG]", {"2502.00002"})
    assert "2502.00002" in extra.read_arxiv_ids(merged)
    assert [line for line in merged.split("\n") if line and "2502.00002" not in line] == [
        line for line in text.split("\n") if line and "2502.00002" not in line
    ]


def test_our_lines_stay_where_they_are() -> None:
    text = "Read_Status: New\nPMID: 3\nRead_Status_Date: 2020-01-01T00:00:00.000Z\ntail "
    assert extra.set_status(text, Status.READ, WHEN) == (
        "Read_Status: Read\nPMID: 3\nRead_Status_Date: 2026-11-20T09:00:00.123Z\ntail "
    )


def test_several_status_lines_become_one() -> None:
    text = "Read_Status: New\nx\nRead_Status: Read"
    assert extra.read_status(text) is None  # the plugin shows nothing either
    assert extra.set_status(text, Status.SKIPPED, WHEN).count("Read_Status:") == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Read_Status: In Progress", "reading"),
        ("read_status:  Not Reading ", "skipped"),
        ("Read_Status: Someday", "Someday"),
        (" Read_Status: Read", None),
        ("Read_Status_Date: Read", None),
        ("Read_Status:", None),
    ],
)
def test_status_lines_as_the_plugin_reads_them(line: str, expected: str | None) -> None:
    assert extra.read_status(f"a\n{line}\nb") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("arXiv:2301.00001 [cs.CV]", ["2301.00001"]),
        ("arXiv: 2301.00001v3", ["2301.00001"]),
        ("arxiv:astro-ph/0603274", ["astro-ph/0603274"]),
        ("arXiv:math.GT/0309136 [math.GT]", ["math/0309136"]),
        ("see arXiv:2301.00001", []),
        ("arXiv:tomorrow", []),
    ],
)
def test_arxiv_lines(line: str, expected: list[str]) -> None:
    assert extra.read_arxiv_ids(f"x\n{line}\ny") == expected


def test_old_ids_have_no_category() -> None:
    assert extra.arxiv_line("2301.00001", "cs.CV") == "arXiv:2301.00001 [cs.CV]"
    assert extra.arxiv_line("astro-ph/0603274", "astro-ph") == "arXiv:astro-ph/0603274"


def test_dates_are_those_of_javascript() -> None:
    local = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone(timedelta(hours=2)))
    assert extra.iso_time(local) == "2026-01-02T01:04:05.678Z"


def test_citation_key_line() -> None:
    assert extra.read_citation_key("a: b\nCitation Key: wang2024\n") == "wang2024"
    assert extra.read_citation_key("Citation Keys: no") is None
