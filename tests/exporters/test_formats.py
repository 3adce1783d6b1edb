"""The other formats and the registry."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.errors import ReadlistError, WrongUsage
from readlist.exporters import FORMATS, render
from readlist.exporters.paper_json import paper_json, utc
from readlist.names import split_name
from readlist.paper import (
    Author,
    Candidate,
    Entry,
    ListedDate,
    Match,
    MatchState,
    Organisation,
    Sighting,
    Status,
    ZoteroLink,
)
from tests.exporters.samples import NOW, adversarial, paper

SIGHTING = Sighting(
    7,
    Entry(
        title="InstantID",
        abstract="…",
        source="jun17.txt",
        line=96,
        author_count=5,
        organisation=Organisation("stepfun-ai", None),
        date=ListedDate(1, 15, None, "Jan 15"),
        comments=8,
        listing=ListedDate(6, 17, 2026, "Jun 17"),
    ),
)


def test_json_of_a_paper_has_the_promised_fields_in_order() -> None:
    full = paper(
        42,
        citekey="k",
        tags=("faces",),
        match=Match(MatchState.MATCHED, 0.998, "snapshot", "resolver", ("title",)),
        sightings=(SIGHTING,),
        zotero=ZoteroLink("user:12345", "ABCD2345", 17, NOW),
    )
    assert (
        list(paper_json(full))
        == (
            "id title abstract authors arxiv_id arxiv_version published updated year primary_category categories doi "
            "journal_ref comment url status status_changed tags note citekey added match priority sightings zotero"
        ).split()
    )
    written: dict[str, Any] = json.loads(json.dumps(paper_json(full)))
    assert (written["id"], written["year"], written["primary_category"]) == ("p42", 2024, "cs.CV")
    assert written["authors"][0] == {"name": "Qixun Wang", "family": "Wang", "given": "Qixun"}
    assert (written["published"], written["added"]) == ("2024-01-15", "2026-11-20T09:00:00Z")
    assert written["match"] == {
        "state": "matched", "score": 0.998, "source": "snapshot", "decided_by": "resolver", "reasons": ["title"]
    }  # fmt: skip
    assert written["sightings"] == [
        {
            "source": "jun17.txt", "line": 96, "title": "InstantID", "listed": "2026-06-17", "listed_text": "Jun 17",
            "date": None, "date_text": "Jan 15", "author_count": 5,
            "organisation": {"handle": "stepfun-ai", "name": None}, "comments": 8,
        }
    ]  # fmt: skip
    assert written["zotero"] == {
        "library": "user:12345", "key": "ABCD2345", "version": 17, "synced": "2026-11-20T09:00:00Z"
    }  # fmt: skip


def test_json_of_a_bare_paper_says_null() -> None:
    bare = paper(arxiv_id=None, arxiv_version=None, published=None, updated=None, categories=(), authors=())
    written = paper_json(bare)
    unknown = (
        "arxiv_id arxiv_version published updated year primary_category doi journal_ref comment url citekey zotero"
    )
    assert {name for name, value in written.items() if value is None} == set(unknown.split())


def test_candidates_show_only_in_review() -> None:
    candidates = (Candidate("2401.07519", "T", 0.5, ("title",)),)
    review = paper_json(paper(match=Match(MatchState.REVIEW, candidates=candidates)))["match"]
    assert isinstance(review, dict)
    assert review["candidates"] == [{"arxiv_id": "2401.07519", "title": "T", "score": 0.5, "reasons": ["title"]}]
    matched = paper_json(paper(match=Match(MatchState.MATCHED, candidates=candidates)))["match"]
    assert isinstance(matched, dict)
    assert "candidates" not in matched


def test_times_are_utc() -> None:
    assert utc(datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=1)))) == "2026-11-20T09:00:00Z"
    assert utc(datetime(2026, 11, 20, 9, 0, 0, 999)) == utc(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))


def test_markdown() -> None:
    papers = [
        paper(1, title="A *bold* [claim] <b>_x_ #1", status=Status.READ, tags=("big faces",)),
        paper(2, authors=tuple(map(split_name, "A A,B B,C C,D D,E E,F F".split(",")))),
    ]
    assert render("markdown", papers) == (
        "# Reading list\n\n"
        "## New\n\n"
        "- [ ] [InstantID: Zero-shot Identity-Preserving Generation in Seconds](https://arxiv.org/abs/2401.07519)"
        " · A A, B B, C C, D D, E E, et al. · 2024\n\n"
        "## Read\n\n"
        r"- [x] [A \*bold\* \[claim\] \<b\>\_x\_ \#1](https://arxiv.org/abs/2401.07519)"
        " · Qixun Wang, Xu Bai, Haofan Wang · 2024 · #big-faces\n"
    )


def test_a_links_parentheses_do_not_end_it() -> None:
    by_hand = paper(arxiv_id=None, published=None, given_url="https://x.org/a_(b) c", title="T", authors=())
    assert "[T](https://x.org/a_%28b%29%20c)" in render("markdown", [by_hand])


@given(st.text(st.sampled_from(list("=+-@\t\r\n ,\"'ab＝|")), max_size=12))
def test_csv_never_starts_a_formula_and_reads_back(text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv", [paper(title=text, note=text)]), newline="")))
    assert len(rows) == 1
    cell = rows[0]["title"]
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    assert cell in (one_kind, f"'{one_kind}")
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))


def test_ris() -> None:
    article = paper(
        citekey="k",
        title="On\nER  - lines",
        authors=(split_name("Martin King, Jr."), Author("The Team", "The Team", "")),
        journal_ref="Nature 521, 436-444 (2015)",
        doi="10.1/x",
        tags=("a", "b"),
    )
    lines = render("ris", [article, paper(2, citekey="l")]).splitlines()
    assert lines[0] == "TY  - JOUR"
    expected = """ID  - k|TI  - On ER - lines|AU  - King, Martin, Jr.|AU  - The Team|PY  - 2015|T2  - Nature|VL  - 521|
    SP  - 436|EP  - 444|AN  - arXiv:2401.07519|KW  - a|KW  - b|DO  - 10.1/x"""
    for line in map(str.strip, expected.split("|")):
        assert line in lines
    assert lines.count("ER  - ") == 2
    assert "DA  - 2024/01/15" in lines
    assert "TY  - UNPB" in lines


def test_csl_json() -> None:
    preprint, published = json.loads(
        render(
            "csl-json",
            [
                paper(citekey="k", authors=(split_name("Martin King, Jr."), Author("The Team", "The Team", ""))),
                paper(2, citekey="l", journal_ref="Proc. CVPR 2024, pp. 1-10", title=r"Poincar\'e"),
            ],
        )
    )
    assert preprint["type"] == "article"
    assert preprint["id"] == "k"
    assert preprint["author"] == [{"family": "King", "given": "Martin", "suffix": "Jr."}, {"literal": "The Team"}]
    assert preprint["issued"] == {"date-parts": [[2024, 1, 15]]}
    assert preprint["number"] == "arXiv:2401.07519"
    assert [published[name] for name in ("type", "container-title", "page", "title")] == [
        "paper-conference", "Proc. CVPR", "1-10", "Poincaré"
    ]  # fmt: skip
    assert published["issued"] == {"date-parts": [[2024]]}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_every_paper_and_gives_the_same_bytes_again(name: str) -> None:
    papers = adversarial()
    text = render(name, papers)
    assert text == render(name, papers)
    assert text.endswith("\n")
    text.encode("utf-8")
    if FORMATS[name].extension == "json":
        assert len(json.loads(text)) == len(papers)


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if each.citable])
def test_bibliographies_need_keys(name: str) -> None:
    with pytest.raises(ReadlistError, match="no citation key"):
        render(name, [paper()])


def test_unknown_formats_and_options_are_named() -> None:
    with pytest.raises(WrongUsage, match=r"'word'.*bibtex"):
        render("word", [])
    with pytest.raises(WrongUsage, match="csv has no option abstract"):
        render("csv", [], abstract=True)


def test_heavy_libraries_load_only_when_a_format_needs_them() -> None:
    program = (
        "import sys, readlist.exporters as e, readlist.exporters.bibtex, readlist.exporters.references\n"
        "heavy = lambda: sorted(m for m in sys.modules if m in ('bibtexparser', 'pylatexenc'))\n"
        "assert heavy() == [], heavy()\n"
        "from tests.exporters.samples import keyed, paper\n"
        "e.render('bibtex', keyed([paper(title='Poincaré')]))\n"
        "assert heavy() == ['pylatexenc'], heavy()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
