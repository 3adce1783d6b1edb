"""The local server keeps to the contract, pitfalls included: what passes against it is worth something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from lxml import etree

from tests.servers.arxiv import ArxivServer
from tests.servers.arxiv_samples import made_up
from tests.servers.arxiv_text import stem, to_unicode, tokens

ATOM = "{http://www.w3.org/2005/Atom}"
TITLES = {
    "2401.00001": "Attention Is All You Need",
    "2401.00002": "Attention mechanisms for track and field",
    "2401.00003": "Poincaré maps and pre-training in node.js",
    "2401.00004": "All dogs: a field guide",
    "math/0309136": "Quantum mechanics",
}
ROWS = [dict(made_up(1)[0], id=name, title=title, categories="cs.CV math.AG") for name, title in TITLES.items()]


@pytest.fixture(scope="module")
def modes() -> Iterator[dict[str, ArxivServer]]:
    with ArxivServer(ROWS) as strict, ArxivServer(ROWS, markup="legacy", phrases="bag") as bag:
        yield {"strict": strict, "bag": bag}


def ask(server: ArxivServer, **parameters: str) -> tuple[int, list[str], etree._Element]:
    with requests.Session() as session:
        response = session.get(server.url, params=parameters, timeout=60)
        root = etree.fromstring(response.content)
        ids = [(entry.findtext(f"{ATOM}id") or "").rpartition("/abs/")[2] for entry in root.findall(f"{ATOM}entry")]
        return response.status_code, sorted(ids), root


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('ti:"attention is all you need"', "1"),
        ('ti:"ATTENTION, all you need!"', ""),  # the stop word leaves a hole
        ('ti:"attention of all you need"', "1"),
        ("ti:attention AND ti:track", "2"),
        ("ti:then AND ti:track", ""),  # a stop word alone matches nothing
        ("ti:then", ""),
        ("ti:Attention is all you need", "124"),  # missing operator is OR, missing prefix all:
        ("ti:dogs OR ti:maps AND ti:node.js", "34"),
        ("ti:dogs AND ti:maps OR ti:guide", "4"),  # chains group to the right
        ("(ti:dogs AND ti:maps) OR ti:guide", "4"),
        ("(ti:dogs AND ti:guide) OR ti:maps", "34"),
        ("ti:attention ANDNOT ti:track", "1"),
        ("ti:attention AND NOT ti:track", "1"),
        ("ti:attention OR AND ti:track", "2"),  # the last operator stays
        ("ti:(dogs maps)", "34"),
        ("title:dogs", "4"),
        ("ti:poincare", ""),  # accents are not folded here,
        ("all:poincare", "3"),  # but here
        ("ti:Poincaré", "3"),
        ('ti:"pre training"', "3"),
        ("ti:pretraining", ""),
        ('ti:"mechanism"', "2m"),
        ("ti:atten?", "12"),
        ("ti:attent?", ""),
        ('ti:"attention "all" you"', "124"),
        ('ti:dogs"', "4"),
        ("cat:math.*", "1234m"),
        ("submittedDate:[20240101 TO 20240201] AND ti:dogs", "4"),
        ("submittedDate:[20250101 TO 20260101]", ""),
        ('ti:""', "1234m"),
        ("AND", None),
    ],
)
def test_query_language(modes: dict[str, ArxivServer], query: str, found: str | None) -> None:
    status, ids, _ = ask(modes["strict"], search_query=query)
    if found is None:
        assert status == 400
    else:
        short = {"m": "math/0309136v1"} | {str(n): f"2401.0000{n}v1" for n in range(1, 5)}
        assert (status, ids) == (200, sorted(short[c] for c in found))


@pytest.mark.parametrize(
    "query", ["ti:cat:dog", "ti:co:design", "(ti:dogs", "ti:dogs)", "()", 'ti:"dogs\\"', "ti:dogs AND"]
)
def test_bad_queries_are_refused_with_an_error_feed(modes: dict[str, ArxivServer], query: str) -> None:
    status, _, root = ask(modes["strict"], search_query=query)
    assert status == 400
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "Error"
    assert root.find(f"{ATOM}entry/{ATOM}published") is None


def test_a_leading_wildcard_and_too_many_clauses_break_the_service(modes: dict[str, ArxivServer]) -> None:
    assert ask(modes["strict"], search_query="ti:*ttention")[0] == 500
    with requests.Session() as session:
        form = {"search_query": " OR ".join(["ti:dogs"] * 1100)}
        assert session.post(modes["strict"].url, data=form, timeout=60).status_code == 500


def test_a_bag_of_words_has_no_order(modes: dict[str, ArxivServer]) -> None:
    assert ask(modes["strict"], search_query='ti:"need attention"')[1] == []
    assert ask(modes["bag"], search_query='ti:"need attention"')[1] == ["2401.00001v1"]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({}, 400),
        ({"search_query": "", "id_list": ""}, 400),
        ({"id_list": "2401.00001,abc"}, 400),
        ({"id_list": "2401.00001", "start": "x"}, 400),
        ({"id_list": "2401.00001", "start": "-1"}, 400),
        ({"id_list": "2401.00001", "max_results": "40000"}, 400),
        ({"id_list": "2401.00001", "max_results": "0"}, 500),
        ({"id_list": "2401.00001", "start": "20000"}, 500),
        ({"id_list": "2401.00001", "sortBy": "title"}, 400),
        ({"id_list": "2401.00001", "sortOrder": "up"}, 400),
        ({"id_list": "2401.00001," * 800}, 414),
    ],
)
def test_parameters(modes: dict[str, ArxivServer], parameters: dict[str, str], status: int) -> None:
    assert ask(modes["strict"], **parameters)[0] == status


def test_ids(modes: dict[str, ArxivServer]) -> None:
    server = modes["strict"]
    assert ask(server, id_list="2401.00004,2401.99999,math/0309136")[1] == ["2401.00004v1", "math/0309136v1"]
    assert ask(server, id_list="2401.00001v1,2401.00002v9")[1] == ["2401.00001v1"]
    assert ask(server, id_list="arXiv:2401.00001")[:2] == (200, [])
    assert ask(server, id_list="2401.00001,2401.00004", search_query="ti:dogs")[1] == ["2401.00004v1"]


def test_ten_results_unless_asked_for_more() -> None:
    rows = made_up(25)
    ids = ",".join(row["id"] for row in rows)
    with ArxivServer(rows) as server:
        assert len(ask(server, id_list=ids)[1]) == 10
        assert len(ask(server, id_list=ids, max_results="25")[1]) == 25
        status, shown, root = ask(server, id_list=ids, start="30")
        assert (status, shown) == (200, [])
        assert root.findtext("{http://a9.com/-/spec/opensearch/1.1/}totalResults") == "25"


@pytest.mark.parametrize(
    ("word", "root"),
    [
        *[
            ("mechanics", "mechan"),
            ("mechanism", "mechan"),
            ("relational", "relat"),
            ("hopping", "hop"),
            ("sky", "sky"),
        ],
        *[("happy", "happi"), ("agreed", "agre"), ("generalizations", "gener"), ("controlling", "control")],
        *[("adoption", "adopt"), ("probate", "probat"), ("rate", "rate"), ("ties", "ti"), ("falling", "fall")],
    ],
)
def test_stems(word: str, root: str) -> None:
    assert stem(word) == root


def test_tokens() -> None:
    assert tokens("The cat's 3.5 W_+ foo:bar, don't Foo: Bar") == [
        *[(1, "cat"), (2, "3.5"), (3, "w"), (4, "foo:bar"), (5, "don't"), (6, "foo"), (7, "bar")]
    ]
    assert to_unicode("Poincar\\'e $\\omega$ $\\mathcal{O}$") == "Poincaré $ω$ $\\mathcal{O}$"
