"""Refresh: what is news in a record, what is shown and asked, what stays; against the strict arXiv server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from readlist.actions.refreshing import is_withdrawn
from tests.servers.arxiv import ArxivServer, status
from tests.servers.arxiv_samples import made_up
from tests.support import Cli, abstract, record, write_snapshot

Row = dict[str, Any]
CREATED = "Mon, 15 Jan 2024 09:30:00 GMT"


def rows(count: int = 3) -> list[Row]:
    return [{**row, "versions": [{"version": "v1", "created": CREATED}]} for row in made_up(count)]


@pytest.fixture
def served() -> Iterator[tuple[ArxivServer, list[Row]]]:
    before = rows()
    with ArxivServer(before) as server:
        yield server, before


@pytest.fixture
def matched(cli: Cli, served: tuple[ArxivServer, list[Row]]) -> Cli:
    """Three papers with their records, and a service to ask."""
    server, before = served
    cli.setenv(READLIST_ARXIV_URL=server.url, READLIST_ARXIV_DELAY="0.01")
    cli("import", *(row["id"] for row in before), "--resolve")
    cli("export", "bibtex", "-o", "library.bib")
    server.requests.clear()
    return cli


def later(cli: Cli, changes: dict[int, Row]) -> Iterator[ArxivServer]:
    """The service on another day, when its records say something else."""
    cli.setenv(READLIST_NOW="2026-12-24T09:00:00Z")
    with ArxivServer([{**row, **changes.get(number, {})} for number, row in enumerate(rows())]) as server:
        cli.setenv(READLIST_ARXIV_URL=server.url)
        yield server


NEWS: dict[int, Row] = {
    0: {"doi": "10.1000/xyz", "journal-ref": "Nature 521, 436-444 (2015)"},
    1: {
        "versions": [
            {"version": "v1", "created": CREATED},
            {"version": "v2", "created": "Fri, 2 Feb 2024 09:30:00 GMT"},
        ],
        "comments": "Accepted to CVPR 2024",
    },
    2: {
        "versions": [
            {"version": "v1", "created": CREATED},
            {"version": "v2", "created": "Fri, 2 Feb 2024 09:30:00 GMT"},
        ],
        "comments": "This paper has been withdrawn by the authors due to an error in Lemma 2",
        "abstract": "This paper has been withdrawn.",
    },
}


@pytest.fixture
def news(matched: Cli) -> Iterator[ArxivServer]:
    yield from later(matched, NEWS)


def test_without_a_terminal_it_shows_and_refuses(matched: Cli, news: ArxivServer) -> None:
    before = matched("list", "--json").json
    shown = matched("refresh", code=3)
    assert "      published: Nature 521, 436-444 (2015), DOI 10.1000/xyz\n" in shown.out
    assert "      version 2 of 2 Feb 2024, was 1\n      comment: Accepted to CVPR 2024\n" in shown.out
    assert "      withdrawn: This paper has been withdrawn by the authors due to an error" in shown.out
    assert "What" not in shown.err
    assert "Take over what is new about 3 papers? There is no terminal to ask at; --yes says yes.\n" in shown.err
    assert matched("list", "--json").json == before
    assert len(news.requests) == 1
    assert len(news.requests[0].parameters["id_list"].split(",")) == 3


@pytest.mark.usefixtures("news")
def test_taken_over_in_one_step_with_keys_and_eprints_kept(matched: Cli) -> None:
    before = {paper["id"]: paper for paper in matched("list", "--json").json}
    matched("note", "p3", "Mine.")
    assert "3 papers refreshed\n" in matched("refresh", "--yes").out
    after = {paper["id"]: paper for paper in matched("list", "--json").json}
    for number in before:
        for name in ("citekey", "arxiv_id", "title", "match", "status", "added"):
            assert after[number][name] == before[number][name]
    one, two, three = (after[f"p{number}"] for number in (1, 2, 3))
    assert (one["doi"], one["journal_ref"]) == ("10.1000/xyz", "Nature 521, 436-444 (2015)")
    assert (two["arxiv_version"], two["comment"], two["journal_ref"]) == (2, "Accepted to CVPR 2024", None)
    assert (three["tags"], three["abstract"], three["note"]) == (["withdrawn"], before["p3"]["abstract"], "Mine.")
    text = matched("export", "bibtex", "-o", "-").out
    assert "journal = {Nature}" in text
    assert f"eprint = {{{one['arxiv_id']}}}" in text
    assert "booktitle" not in text
    assert matched("refresh", "--yes").out == "Nothing new about 3 papers.\n"
    matched("undo")
    undone = {paper["id"]: paper for paper in matched("list", "--json").json}
    assert {**undone["p3"], "note": ""} == before["p3"]
    assert (undone["p1"], undone["p2"]) == (before["p1"], before["p2"])


def test_a_query_chooses_and_what_has_no_record_is_counted(matched: Cli, news: ArxivServer) -> None:
    matched("add", "--title", "Not on arXiv")
    shown = matched("refresh", "p2", "OR", "Not", "--yes")
    assert "1 paper refreshed\n" in shown.out
    assert "1 paper without a record left out\n" in shown.err
    assert len(news.requests[0].parameters["id_list"].split(",")) == 1
    assert matched("refresh", "nosuchword").out == "Nothing to refresh: no paper with an arXiv record here.\n"


def test_a_service_that_fails_leaves_the_rest_for_later(matched: Cli, news: ArxivServer) -> None:
    news.queue(*[status(429, retry_after="100000")] * 3)
    part = matched("refresh", "--yes", code=3)
    assert "3 papers not asked for: " in part.err
    assert part.err.endswith("The same command continues.\n")


def test_records_that_are_gone_are_named(matched: Cli) -> None:
    matched.setenv(READLIST_NOW="2026-12-24T09:00:00Z")
    with ArxivServer(rows()[:2]) as server:
        matched.setenv(READLIST_ARXIV_URL=server.url)
        shown = matched("refresh")
    assert "No record any more: p3\n" in shown.err
    assert matched("list", "--ids").out.count("\n") == 3


@pytest.mark.usefixtures("news")
def test_a_snapshot_that_knows_less_takes_nothing_back(matched: Cli) -> None:
    matched("refresh", "--yes")
    old = [record(row["id"], "An older title", row["abstract"], published=date(2024, 1, 15)) for row in rows()]
    matched("snapshot", "build", write_snapshot(matched.folder / "part.jsonl", old))
    before = matched("list", "--json").json
    matched("refresh", "--source", "snapshot", "--yes")
    after = matched("list", "--json").json
    for name in ("doi", "journal_ref", "comment", "arxiv_version", "tags"):
        assert [paper[name] for paper in after] == [paper[name] for paper in before]
    # Version 1 of those that are at version 2 is no news; the first paper is still at version 1.
    assert [paper["title"] == "An older title" for paper in sorted(after, key=lambda one: one["id"])] == [
        True, False, False
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("comment", "withdrawn"),
    [
        ("This paper has been withdrawn by the author", True),
        ("Withdrawn due to an error", True),
        ("This submission has been withdrawn by arXiv administrators", True),
        ("Paper withdrawn", True),
        ("12 pages, 3 figures", False),
        ("We study how money is withdrawn from banks", False),
        (None, False),
    ],
)
def test_withdrawals_are_told_by_words(comment: str | None, withdrawn: bool) -> None:
    assert is_withdrawn(record("2401.00001", "A title", abstract(1), comment=comment)) is withdrawn


def test_no_library_is_no_reason_to_make_one(cli: Cli, tmp_path: Path) -> None:
    assert "there is no library yet" in cli("refresh", code=1).err
    assert not (tmp_path / "home" / "library.sqlite3").exists()
