"""PDFs against a strict server: fetched once, gone on with, and never kept where they are no PDF."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from readlist.actions.pdfs import PdfAccess, fetch_pdf
from readlist.actions.progress import Progress
from readlist.errors import ServiceError, WrongUsage
from readlist.library import Library, edits, papers
from readlist.paper import Entry, Match, MatchState, Paper
from readlist.resolver.arxiv_api.pace import pace_of
from tests.servers.pdf import PdfServer, content
from tests.support import record


@pytest.fixture
def server() -> Iterator[PdfServer]:
    with PdfServer() as running:
        yield running


@pytest.fixture
def paper(library: Library, now: datetime) -> Paper:
    return made(library, now, "2401.07519")


def made(library: Library, now: datetime, arxiv_id: str) -> Paper:
    with library.action("import", "one", now) as writer:
        number = edits.take_in(writer, Entry(f"Title {arxiv_id}", "", "pasted", 1)).paper_id
        match = Match(MatchState.MATCHED, 1.0, "api", "resolver")
        edits.set_match(writer, number, match, record(arxiv_id, f"Title {arxiv_id}", version=2))
    found = papers.get(library, number)
    assert found is not None
    return found


@pytest.fixture
def access(server: PdfServer, tmp_path: Path) -> PdfAccess:
    return PdfAccess(server.url, 0.0, tmp_path / "pdfs", tmp_path)


def left(access: PdfAccess) -> list[str]:
    return sorted(path.name for path in access.folder.iterdir())


def test_it_is_fetched_once(server: PdfServer, paper: Paper, access: PdfAccess) -> None:
    told: list[Progress] = []
    path = fetch_pdf(paper, access, report=told.append)
    assert path.name == "2401.07519v2.pdf"
    assert path.read_bytes() == content("2401.07519v2")
    assert fetch_pdf(paper, access) == path
    assert [request[0] for request in server.requests] == ["/pdf/2401.07519v2"]
    assert (told[-1].stage, told[-1].done, told[-1].total) == ("PDF, kB", 299, 299)
    assert left(access) == [path.name]


def test_an_old_id_is_a_file_name_too(server: PdfServer, library: Library, now: datetime, access: PdfAccess) -> None:
    assert fetch_pdf(made(library, now, "math/0309136"), access).name == "math_0309136v2.pdf"
    assert server.requests[0][0] == "/pdf/math/0309136v2"


def test_a_paper_without_a_record_has_none(library: Library, now: datetime, access: PdfAccess) -> None:
    with library.action("import", "one", now) as writer:
        number = edits.take_in(writer, Entry("Unknown", "", "pasted", 1)).paper_id
    found = papers.get(library, number)
    assert found is not None
    with pytest.raises(WrongUsage, match="no arXiv record yet"):
        fetch_pdf(found, access)


def test_what_broke_off_is_gone_on_with(server: PdfServer, paper: Paper, access: PdfAccess) -> None:
    server.faults = ["cut"]
    with pytest.raises(ServiceError, match="goes on from there"):
        fetch_pdf(paper, access)
    assert left(access) == ["2401.07519v2.pdf.part", "2401.07519v2.pdf.part.tag"]
    path = fetch_pdf(paper, access)
    assert path.read_bytes() == content("2401.07519v2")
    assert [status for _, _, status in server.requests] == [200, 206]
    assert server.requests[1][1]["if-range"] == '"one"'
    assert left(access) == [path.name]


@pytest.mark.parametrize("change", ["another file", "no tag", "too long", "another range"])
def test_a_beginning_that_does_not_fit_is_discarded(
    server: PdfServer, paper: Paper, access: PdfAccess, change: str
) -> None:
    server.faults = ["weak" if change == "no tag" else "none"]
    stop = RuntimeError("stopped")

    def report(progress: Progress) -> None:
        if progress.done > 100:
            raise stop

    with pytest.raises(RuntimeError):
        fetch_pdf(paper, access, report=report)
    if change == "another file":
        server.etag = '"two"'
    elif change == "too long":
        with (access.folder / "2401.07519v2.pdf.part").open("ab") as file:
            file.write(b"x" * 400_000)
    elif change == "another range":
        server.faults = ["lies"]
    assert fetch_pdf(paper, access).read_bytes() == content("2401.07519v2")
    assert left(access) == ["2401.07519v2.pdf"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("html", "no PDF"),
        ((404, {}), "there is no PDF"),
        ((403, {}), "status 403"),
        ((429, {"Retry-After": "3600"}), "come back for the PDF in 3600 s"),
    ],
)
def test_what_cannot_be_had_is_a_sentence_and_leaves_nothing(
    server: PdfServer, paper: Paper, access: PdfAccess, fault: object, told: str
) -> None:
    server.faults = [fault]
    with pytest.raises(ServiceError, match=told):
        fetch_pdf(paper, access)
    assert left(access) == []
    assert len(server.requests) == 1


def test_a_busy_service_is_waited_for_as_long_as_it_asks(server: PdfServer, paper: Paper, access: PdfAccess) -> None:
    server.faults = [(503, {"Retry-After": "60"})]
    waited: list[float] = []
    now = [0.0]

    class Enough(Exception):
        pass

    def report(progress: Progress) -> None:
        if progress.wait:
            waited.append(progress.wait)
            raise Enough  # the person has seen how long it takes, and stops it

    with pytest.raises(Enough):
        fetch_pdf(paper, access, report=report, sleep=now.append)
    assert 0 < waited[0] <= 60
    assert len(server.requests) == 1


def test_a_redirect_is_followed_and_gone_on_with(server: PdfServer, paper: Paper, access: PdfAccess) -> None:
    moved = (302, {"Location": "/pdf/2401.07519v3"})
    server.faults = [moved, "cut", moved]
    with pytest.raises(ServiceError, match="goes on from there"):
        fetch_pdf(paper, access)
    assert fetch_pdf(paper, access).read_bytes() == content("2401.07519v3")
    assert [(path, status) for path, _, status in server.requests] == [
        ("/pdf/2401.07519v2", 302), ("/pdf/2401.07519v3", 200), ("/pdf/2401.07519v2", 302), ("/pdf/2401.07519v3", 206)
    ]  # fmt: skip


def test_a_redirect_waits_for_its_turn_too(server: PdfServer, paper: Paper, access: PdfAccess) -> None:
    server.faults = [(301, {"Location": "/pdf/2401.07519v3"})]

    class Waiting(Exception):
        pass

    def sleep(_seconds: float) -> None:
        raise Waiting

    with pytest.raises(Waiting):
        fetch_pdf(paper, replace(access, delay=600.0), sleep=sleep)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("/pdf/2401.07519v2", "redirects in a circle"),
        ("ftp://127.0.0.1/x", "not safe to follow"),
        ("http://[::1", "which is no address"),
    ],
)
def test_a_redirect_to_nowhere_is_a_sentence(
    server: PdfServer, paper: Paper, access: PdfAccess, location: str, told: str
) -> None:
    server.faults = [(302, {"Location": location})] * 9
    with pytest.raises(ServiceError, match=told):
        fetch_pdf(paper, access)
    assert len(server.requests) == 1


def test_the_place_that_a_redirect_leads_to_has_a_pace_of_its_own(
    server: PdfServer, paper: Paper, access: PdfAccess
) -> None:
    with PdfServer() as other:
        server.faults = [(302, {"Location": f"{other.url}/x"})]
        other.faults = [(429, {"Retry-After": "3600"})]
        with pytest.raises(ServiceError, match="come back for the PDF in 3600 s"):
            fetch_pdf(paper, access)
        assert pace_of(other.url, access.home, 0.0).remaining()[0] > 3000
        assert pace_of(server.url, access.home, 0.0).remaining()[0] == 0


def test_nobody_there(paper: Paper, tmp_path: Path) -> None:
    nobody = PdfAccess("http://127.0.0.1:9/pdf", 0.0, tmp_path / "pdfs", tmp_path)
    with pytest.raises(ServiceError, match=r"^no connection to 127\.0\.0\.1:9 \(.*\); try again later$"):
        fetch_pdf(paper, nobody)
    (nobody.folder / "2401.07519v2.pdf.part").write_bytes(b"%PDF-1")
    (nobody.folder / "2401.07519v2.pdf.part.tag").write_text("etag")
    with pytest.raises(ServiceError, match="what has come of the PDF is kept, and opening it again goes on from there"):
        fetch_pdf(paper, nobody)


def test_two_at_once_fetch_it_once(server: PdfServer, paper: Paper, access: PdfAccess) -> None:
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(fetch_pdf(paper, access))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(server.requests) == 1
    assert server.most_at_once == 1
