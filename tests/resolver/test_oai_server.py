"""The OAI-PMH server of the tests is as strict as the contract (section 7) says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote, quote_plus, unquote

import pytest
import requests

from tests.resolver.oai_support import changed
from tests.servers.oai import OaiServer

ROWS = changed(25)


@pytest.fixture
def server() -> Iterator[OaiServer]:
    with OaiServer(ROWS) as running:
        yield running


def ask(server: OaiServer, query: str) -> str:
    answer = requests.get(f"{server.url}?{query}", timeout=60)
    assert answer.status_code == 200
    return answer.text


def code_of(text: str) -> str | None:
    found = re.search(r'<error code="(\w+)"', text)
    return found[1] if found else None


def token_of(text: str) -> str | None:
    found = re.search(r"<resumptionToken[^>]*>([^<]+)</", text)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nonsense", "badVerb"),
        ("verb=ListRecords&verb=ListRecords&metadataPrefix=arXiv", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2005-09-15", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-11-14T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-13-14", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-11-21", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-11-19", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=arXiv&max=3", "badArgument"),
        ("verb=ListRecords&resumptionToken=made-up", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=arXiv&resumptionToken=x", "badArgument"),
        ("verb=GetRecord&identifier=oai:arXiv.org:2611.99999&metadataPrefix=arXiv", "idDoesNotExist"),
        ("verb=GetRecord&identifier=oai:arXiv.org:2611.00001", "badArgument"),
        ("verb=GetRecord&identifier=oai:arXiv.org:2611.00001&metadataPrefix=arXiv", None),
        ("verb=Identify", None),
        ("verb=ListSets", None),
        ("verb=ListMetadataFormats", None),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc", None),
    ],
)
def test_what_it_refuses(server: OaiServer, query: str, code: str | None) -> None:
    assert code_of(ask(server, query)) == code


def test_tokens_are_opaque_bound_to_their_verb_and_end_at_midnight(server: OaiServer) -> None:
    server.page_size = 8
    text = ask(server, "verb=ListRecords&metadataPrefix=arXiv&from=2026-11-14")
    token = token_of(text)
    assert token is not None
    # The service begins again with the last day that it showed.
    assert unquote(token).endswith("from=2026-11-15&skip=3")
    assert code_of(ask(server, f"verb=ListIdentifiers&resumptionToken={quote_plus(token)}")) == "badResumptionToken"
    pages = [text]
    while "<resumptionToken/>" not in pages[-1]:
        pages.append(ask(server, f"verb=ListRecords&resumptionToken={quote(token_of(pages[-1]) or '', safe='')}"))
    assert [page.count("<record>") for page in pages] == [8, 8, 8, 1]
    assert re.findall(r"<identifier>oai:arXiv.org:([^<]+)", "".join(pages)) == [row["id"] for row in ROWS]
    server.today = date(2026, 11, 21)
    assert code_of(ask(server, f"verb=ListRecords&resumptionToken={quote_plus(token)}")) == "badResumptionToken"


def test_a_short_list_has_no_token_at_all(server: OaiServer) -> None:
    assert "resumptionToken" not in ask(server, "verb=ListRecords&metadataPrefix=arXiv&from=2026-11-18")


def test_who_comes_too_soon_is_turned_away() -> None:
    with OaiServer(ROWS, delay=30) as server:
        query = "verb=ListRecords&metadataPrefix=arXiv"
        codes = [requests.get(f"{server.url}?{query}", timeout=60).status_code for _ in range(2)]
        assert (codes, server.too_soon) == ([200, 429], 1)


def test_posted_questions_are_understood(server: OaiServer) -> None:
    form = {"verb": "ListRecords", "metadataPrefix": "arXiv"}
    assert requests.post(server.url, data=form, timeout=60).text.count("<record>") == 10
