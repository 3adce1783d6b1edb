"""Hugging Face's daily papers as JSON, and web pages: by the links on them, whatever their markup."""

from __future__ import annotations

import html
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from readlist import dumps
from readlist.dumps import Dump
from readlist.errors import UnreadableSource
from readlist.paper import ListedDate, Organisation

TODAY = date(2026, 11, 20)


def daily(arxiv_id: str, title: str, **more: Any) -> dict[str, Any]:
    """An item as ``/api/daily_papers`` gives it."""
    return {
        "paper": {
            "id": arxiv_id,
            "authors": [{"_id": "1", "name": "Ada Lovelace", "hidden": False}, {"_id": "2", "name": "Alan Turing"}],
            "publishedAt": "2026-11-17T18:59:59.000Z",
            "submittedOnDailyAt": "2026-11-19T00:00:00.000Z",
            "title": title,
            "summary": f"We study {title}\nin two lines.",
            "upvotes": 12,
        },
        "publishedAt": "2026-11-17T18:59:59.000Z",
        "title": title,
        "summary": f"We study {title}\nin two lines.",
        "numComments": 3,
        "organization": {"_id": "3", "name": "stepfun-ai", "fullname": "StepFun"},
        **more,
    }


ITEMS = [daily("2611.00001", "First title"), daily("2611.00002", "Second title")]


def read(text: str, format_name: str = "auto", **more: Any) -> Dump:
    return dumps.read(text.encode(), "page", today=TODAY, format_name=format_name, **more)


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{body}\n</body></html>'


def card(arxiv_id: str, title: str) -> str:
    return f"""<article><a href="/papers/{arxiv_id}"><img src="x.png"></a>
      <div><h3><a class="x" href="/papers/{arxiv_id}">{title}</a></h3>
      <a href="/papers/{arxiv_id}#community">7</a><a href="/papers/{arxiv_id}">· 3 authors</a></div></article>"""


def test_daily_papers_as_json() -> None:
    dump = read(json.dumps(ITEMS, indent=1))
    assert (dump.format, dump.problems) == ("hf-json", ())
    first, second = dump.entries
    assert (first.title, first.abstract, first.arxiv_id) == (
        "First title", "We study First title in two lines.", "2611.00001"
    )  # fmt: skip
    assert (first.author_count, first.comments, first.organisation) == (2, 3, Organisation("stepfun-ai", "StepFun"))
    assert first.date == ListedDate(11, 17, 2026, "2026-11-17")
    assert first.listing == ListedDate(11, 19, 2026, "2026-11-19")
    assert (first.line, second.line) == (4, 34)


def test_one_paper_as_json_and_items_without_id() -> None:
    assert read(json.dumps(ITEMS[0]["paper"])).entries[0].arxiv_id == "2611.00001"
    dump = read(json.dumps([*ITEMS, {"paper": {"id": "nonsense"}}, 5]))
    assert len(dump.entries) == 2
    assert [problem.why for problem in dump.problems] == ["a paper without arXiv id and title"]
    no_day = daily("2611.00003", "Third")
    del no_day["paper"]["submittedOnDailyAt"]
    assert read(json.dumps([no_day])).entries[0].listing is None
    assert read(json.dumps([no_day]), listed=date(2026, 11, 18)).entries[0].listing == ListedDate(
        11, 18, 2026, "2026-11-18"
    )


def test_a_days_page_by_its_links() -> None:
    text = page(card("2611.00001", "First &amp; title") + card("2611.00002", "Second title"),
                '<link rel="canonical" href="https://huggingface.co/papers/date/2026-11-19">')  # fmt: skip
    dump = read(text)
    assert dump.format == "hf-html"
    assert [(entry.arxiv_id, entry.title) for entry in dump.entries] == [
        ("2611.00001", "First & title"), ("2611.00002", "Second title")
    ]  # fmt: skip
    assert all(entry.listing == ListedDate(11, 19, 2026, "2026-11-19") for entry in dump.entries)
    assert [entry.line for entry in dump.entries] == [6, 8]


def test_a_page_whose_markup_is_all_different() -> None:
    body = '<ul><li><a href="https://huggingface.co/papers/2611.00001?x=1">A title</a></li>'
    body += '<li><a href="/papers/2611.00002"></a></ul>'
    assert [(entry.arxiv_id, entry.title) for entry in read(page(body)).entries] == [
        ("2611.00001", "A title"), ("2611.00002", "arXiv:2611.00002")
    ]  # fmt: skip


def test_the_data_that_a_page_carries_says_more_than_its_links() -> None:
    data = html.escape(json.dumps({"dailyPapers": ITEMS, "dateString": "2026-11-19"}))
    dump = read(page(f'<div data-target="DailyPapers" data-props="{data}">{card("2611.00001", "Cut off…")}</div>'))
    assert [entry.title for entry in dump.entries] == ["First title", "Second title"]
    assert dump.entries[0].abstract == "We study First title in two lines."


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize("told_by", ["canonical", "og", "saved", "address"])
def test_a_papers_page_is_that_paper_and_none_that_it_mentions(told_by: str, embedded: bool) -> None:
    place = "https://huggingface.co/papers/2611.00001"
    head = {"canonical": f'<link rel="canonical" href="{place}">', "og": f'<meta property="og:url" content="{place}">'}
    data = html.escape(json.dumps({"paper": ITEMS[0]["paper"], "comments": []}))
    body = "<h1>First\n title</h1><div><h2>Abstract</h2><p>short</p><p>We study First title in two lines.</p></div>"
    body += card("2501.00009", "Recommended") + (f'<div data-props="{data}"></div>' if embedded else "")
    text = page(body, head.get(told_by, ""))
    if told_by == "saved":
        text = text.replace("<html", f"<!-- saved from url=({len(place):04}){place} -->\n<html", 1)
    (entry,) = read(text, address=place if told_by == "address" else "").entries
    assert (entry.arxiv_id, entry.title) == ("2611.00001", "First title")
    assert entry.abstract == "We study First title in two lines."


def test_an_arxiv_listing() -> None:
    body = """<dl id='articles'><dt><a name='item1'>[1]</a>
      <a href ="/abs/2611.00001" title="Abstract" id="2611.00001">arXiv:2611.00001</a>
      [<a href="/pdf/2611.00001">pdf</a>, <a href="https://arxiv.org/html/2611.00001v1">html</a>]</dt>
      <dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:</span>
        First $x^2$ title</div><p class='mathjax'>The abstract of it.</p></div></dd>
      <dt><a href ="/abs/math/0309136">arXiv:math/0309136</a></dt></dl>"""
    dump = read(page(body))
    assert dump.format == "ids"
    assert [(entry.arxiv_id, entry.title, entry.abstract) for entry in dump.entries] == [
        ("2611.00001", "First $x^2$ title", "The abstract of it."),
        ("math/0309136", "arXiv:math/0309136", ""),
    ]


@pytest.mark.parametrize("text", [page("Nothing <a href='/papers'>here</a>"), "<html>", page("", "\x01")])
def test_a_page_without_papers_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSource, match=r"^page: "):
        read(text, "hf-html")


@settings(max_examples=100, deadline=None)
@for_all(st.text(alphabet="<>/=\"' ahrefpdivscript&;!-0123456789.[]{}:", max_size=120))
def test_no_markup_is_too_broken(text: str) -> None:
    dump = read(page(card("2611.00001", "First title") + text), "hf-html")
    assert dump.entries[0].arxiv_id == "2611.00001"
