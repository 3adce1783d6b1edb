"""Pages fetched because their address was given: whence, how politely, and what is said when that fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from readlist.actions.fetching import Sites, fetch
from readlist.actions.progress import silent
from readlist.cli.jobs import _SessionJobs
from readlist.errors import ReadlistError, UnreadableSource
from readlist.library import Library
from readlist.resolver.arxiv_api.pace import ORDINARY
from tests.cli.test_jobs import session
from tests.dumps.test_web import ITEMS, card, page
from tests.servers.pages import PageServer
from tests.support import Cli

DAY = "https://huggingface.co/papers/date/2026-11-19"


@pytest.fixture
def site(cli: Cli) -> Iterator[PageServer]:
    pages = {
        "/papers/date/2026-11-19": (200, page(card("2611.00001", "First title")).encode()),
        "/api/daily_papers?date=2026-11-19": (200, json.dumps(ITEMS).encode()),
        "/list/cs.CV/new": (200, page('<dt><a href="/abs/2611.00009">arXiv:2611.00009</a></dt>').encode()),
        "/refs.bib": (200, b"@misc{mine, title={Mine}, eprint={2611.00005}}"),
        "/moved": (302, b"/refs.bib"),
        "/busy": (503, b"later"),
        "/empty": (200, b""),
    }
    with PageServer(pages) as server:
        cli.setenv(READLIST_HUGGINGFACE_URL=server.url, READLIST_ARXIV_SITE=server.url, READLIST_ARXIV_DELAY="0",
                   READLIST_ARXIV_URL=f"{server.url}/api/query")  # fmt: skip
        yield server


def test_a_days_page_its_json_a_listing_and_any_file(cli: Cli, site: PageServer) -> None:
    sources = [DAY, "https://huggingface.co/api/daily_papers?date=2026-11-19", "https://arxiv.org/list/cs.CV/new",
               f"{site.url}/moved"]  # fmt: skip
    result = cli("import", *sources, "--json").json
    assert [(source["source"], source["format"], source["entries"]) for source in result["sources"]] == [
        (sources[0], "hf-html", 1), (sources[1], "hf-json", 2), (sources[2], "ids", 1), (sources[3], "bibtex", 1)
    ]  # fmt: skip
    assert result["papers"] == 4
    assert site.seen == ["/papers/date/2026-11-19", "/api/daily_papers?date=2026-11-19", "/list/cs.CV/new", "/moved",
                         "/refs.bib"]  # fmt: skip
    assert all(agent.startswith("readlist/") and "contact" in agent for agent in site.agents)
    seen = cli("show", "2611.00001", "--json").json["sightings"]
    assert [(one["source"], one["listed"]) for one in seen] == [(sources[0], "2026-11-19"), (sources[1], "2026-11-19")]
    assert f"imported {DAY}" in cli("history").out


def test_the_address_of_a_paper_is_its_id_and_asks_nobody(cli: Cli, site: PageServer) -> None:
    for address in ("https://huggingface.co/papers/2401.07519", "https://www.alphaxiv.org/abs/2401.07520v1"):
        assert cli("import", address, "--json").json["sources"][0]["format"] == "ids"
    assert site.seen == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nowhere", "answered with status 404"),
        ("/busy", "failed (503); try again later, or save the page and import the file"),
        ("/empty", "the file is empty"),
    ],
)
def test_what_cannot_be_had_is_one_clear_line(cli: Cli, site: PageServer, path: str, said: str) -> None:
    failed = cli("import", f"{site.url}{path}", code=1)
    assert failed.out == ""
    assert failed.err.count("\n") == 1
    assert failed.err.startswith(f"readlist: {site.url}{path}: ")
    assert said in failed.err
    both = cli("import", f"{site.url}{path}", DAY, code=3)
    assert "1 entry, 1 paper" in both.out


def test_offline(cli: Cli) -> None:
    cli.setenv(READLIST_HUGGINGFACE_URL="http://127.0.0.1:9")
    failed = cli("import", DAY, code=1)
    assert failed.err.startswith(f"readlist: {DAY}: no connection to 127.0.0.1:9 (")
    assert "save the page and import the file" in failed.err


def test_a_page_has_bounds(site: PageServer, tmp_path: Path) -> None:
    site.pages["/large"] = (200, b"x" * 5000)
    sites = Sites(site.url, site.url, 0.0, tmp_path)
    assert fetch("https://arxiv.org/large", sites, largest=5000) == b"x" * 5000
    with pytest.raises(UnreadableSource, match="more than 4,999 bytes"):
        fetch("https://arxiv.org/large", sites, largest=4999)


def test_arxivs_pages_keep_arxivs_pace(cli: Cli, site: PageServer) -> None:
    cli.setenv(READLIST_ARXIV_SITE="https://arxiv.org", READLIST_ARXIV_DELAY="1")
    assert "arxiv.delay" in cli("import", "https://arxiv.org/list/cs.CV/new", code=2).err
    assert site.seen == []


def test_arxivs_pages_share_one_pace(site: PageServer, tmp_path: Path) -> None:
    class Waiting(Exception):
        pass

    def on_wait(_seconds: float, reason: str) -> None:
        raise Waiting(reason)

    sites = Sites(site.url, site.url, 600.0, tmp_path)
    fetch("https://arxiv.org/list/cs.CV/new", sites, on_wait=on_wait)
    with pytest.raises(Waiting, match=ORDINARY):
        fetch("https://arxiv.org/list/cs.CV/new", sites, on_wait=on_wait)
    assert len(site.seen) == 1


def test_the_contact_is_told_to_arxiv_alone(site: PageServer, tmp_path: Path) -> None:
    sites = Sites(site.url, site.url, 0.0, tmp_path, "ana@example.org")
    site.pages["/page"] = (200, b"x")
    for address in ("https://arxiv.org/page", "https://huggingface.co/page"):
        fetch(address, sites)
    assert ["ana@example.org" in agent for agent in site.agents] == [True, False]


def test_the_interface_fetches_as_the_command_does(cli: Cli, site: PageServer) -> None:
    made = _SessionJobs(session(), cli.folder, None)
    with Library.open(cli.home / "library.sqlite3") as library:
        assert made.import_files(library, [DAY, "2401.07519"], silent).sentence == "2 entries, 2 papers, 2 new"
        cli.setenv(READLIST_HUGGINGFACE_URL="http://127.0.0.1:9")
        made = _SessionJobs(session(), cli.folder, None)
        with pytest.raises(ReadlistError, match=f"{DAY}: no connection to 127.0.0.1"):
            made.import_files(library, [DAY], silent)
        demo = _SessionJobs(session(), cli.folder, cli.folder / "snapshot")
        with pytest.raises(ReadlistError, match="nothing is fetched here"):
            demo.import_files(library, [DAY], silent)
    assert site.seen == ["/papers/date/2026-11-19"]
