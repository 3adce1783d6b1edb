"""PDFs against a strict server: fetched once, gone on with, and never kept where they are no PDF."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from readlist.actions.pdfs import PdfAccess, fetch_pdf
from readlist.actions.progress import Progress
from readlist.errors import ServiceError, WrongUsage
from readlist.library import Library, edits, papers
from readlist.paper import Entry, Match, MatchState, Paper
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
    server.faults = [(503, {"Retry-After": "30"})]
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
    assert 25 < waited[0] <= 30
    assert len(server.requests) == 1


def test_nobody_there(paper: Paper, tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="no answer with the PDF"):
        fetch_pdf(paper, PdfAccess("http://127.0.0.1:9/pdf", 0.0, tmp_path / "pdfs", tmp_path))


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
