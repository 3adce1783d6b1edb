"""readlist open: pages go to the browser, the PDF is fetched once and goes to the viewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from readlist.actions import links
from readlist.library import Library
from tests.actions.test_pdfs import made
from tests.servers.pdf import PdfServer, content
from tests.support import Cli


@pytest.fixture
def server() -> Iterator[PdfServer]:
    with PdfServer() as running:
        yield running


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def take(target: str) -> bool:
        found.append(target)
        return True

    monkeypatch.setattr(links, "_opened", take)
    return found


@pytest.fixture
def one(cli: Cli, now: datetime) -> Cli:
    cli.home.mkdir()
    with Library.open(cli.home / "library.sqlite3") as library:
        made(library, now, "2401.07519")
    return cli


def test_the_pdf_is_fetched_once_and_opened_each_time(one: Cli, server: PdfServer, opened: list[str]) -> None:
    one.setenv(READLIST_ARXIV_PDF_URL=server.url, READLIST_ARXIV_DELAY="0", READLIST_ARXIV_URL="http://127.0.0.1:9/x")
    for _ in range(2):
        path = Path(one("open", "p1", "--pdf").out.strip())
        assert path.read_bytes() == content("2401.07519v2")
    assert opened == [str(path), str(path)]
    assert len(server.requests) == 1


def test_pages(one: Cli, opened: list[str]) -> None:
    one("open", "2401.07519")
    one("open", "p1", "--listing")
    assert opened == ["https://arxiv.org/abs/2401.07519", "https://huggingface.co/papers/2401.07519"]
    assert "no code or project link" in one("open", "p1", "--code", code=2).err


def test_arxiv_is_not_asked_too_quickly(one: Cli) -> None:
    one.setenv(READLIST_ARXIV_DELAY="0", READLIST_ARXIV_URL="http://127.0.0.1:9/x")
    assert "one request every 3 seconds" in one("open", "p1", "--pdf", code=2).err


def test_no_viewer_is_a_sentence(one: Cli, server: PdfServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_opened", lambda _target: False)
    one.setenv(READLIST_ARXIV_PDF_URL=server.url, READLIST_ARXIV_DELAY="0", READLIST_ARXIV_URL="http://127.0.0.1:9/x")
    told = one("open", "p1", "--pdf", code=1)
    assert "no viewer opened here; the file is" in told.err
    assert Path(told.out.strip()).is_file()
