"""PDFs of papers: downloaded once, kept, and gone on with where a download broke off.

One request to arXiv at a time for all of a user's processes, in the pace of everything else that is asked there.
https://info.arxiv.org/help/api/tou.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from readlist.actions.links import without_record
from readlist.actions.progress import Progress, Report, silent
from readlist.errors import ReadlistError, ServiceError, WrongUsage
from readlist.paper import Paper

if TYPE_CHECKING:
    import requests

#: How often a request is sent at most: for one that is refused as too soon, and for a beginning that does not fit.
_TRIES = 3
#: A longer wait than this is left to the person, seconds.
_PATIENCE = 90.0
#: The wait after a refusal that names none, seconds.
_PAUSE = 20.0
#: Bytes of the largest PDF that is fetched.
_LARGEST = 500 * 1024 * 1024
_CHUNK = 64 * 1024
_TIMEOUTS = (15.0, 60.0)
#: Where the mark of a PDF has to be found, in bytes.
_HEAD = 1024
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class PdfAccess:
    """Where PDFs are asked for (the id is appended), seconds between requests, the folder that keeps them.

    ``home`` is the data folder, for the pace where the user's state folder cannot be written; ``contact`` is told to
    arXiv with each request.
    """

    url: str
    delay: float
    folder: Path
    home: Path
    contact: str | None = None


def _name(paper: Paper) -> str:
    return f"{paper.arxiv_id}" + (f"v{paper.arxiv_version}" if paper.arxiv_version else "")


def _place(paper: Paper, folder: Path) -> Path:
    return folder / f"{_name(paper).replace('/', '_')}.pdf"


def kept_pdf(paper: Paper, folder: Path) -> Path | None:
    """The PDF of a paper's version that is known here, where it was fetched before."""
    target = _place(paper, folder)
    return target if paper.arxiv_id is not None and target.is_file() else None


def fetch_pdf(
    paper: Paper, access: PdfAccess, *, report: Report = silent, sleep: Callable[[float], None] = time.sleep
) -> Path:
    """The PDF of a paper's version that is known here, fetched unless it is kept already.

    Raises `WrongUsage` for a paper without a record and `ServiceError` where it cannot be had; what has come by then is
    kept, and the next call goes on from there.
    """
    if paper.arxiv_id is None:
        raise WrongUsage(without_record(paper))
    target = _place(paper, access.folder)
    if target.is_file():
        return target
    try:
        access.folder.mkdir(parents=True, exist_ok=True)
        _Download(f"{access.url}/{_name(paper)}", target, access, report, sleep).run()
    except OSError as error:
        raise ReadlistError(f"{target}: cannot keep the PDF: {error.strerror or error}") from error
    return target


class _Again(Exception):
    """The same request may be sent again, after a pause of ``wait`` seconds where the service asked for one."""

    def __init__(self, sentence: str, wait: float = 0.0) -> None:
        super().__init__(sentence)
        self.wait = wait


class _Download:
    def __init__(
        self, address: str, target: Path, access: PdfAccess, report: Report, sleep: Callable[[float], None]
    ) -> None:
        self._address, self._target, self._access, self._report, self._sleep = address, target, access, report, sleep
        self._partial = target.with_name(target.name + ".part")
        #: What tells whether the file there is still the one whose beginning is here.
        self._tag = target.with_name(target.name + ".part.tag")

    def run(self) -> None:
        import requests

        from readlist.resolver.arxiv_api.faults import GaveUp
        from readlist.resolver.arxiv_api.transport import follow_nothing

        with requests.Session() as session:
            follow_nothing(session)
            for attempt in range(_TRIES):
                try:
                    self._follow(session)
                    return
                except GaveUp as fault:
                    raise ServiceError(f"{fault}; open its page with o instead") from fault
                except _Again as again:
                    if again.wait > _PATIENCE:
                        raise ServiceError(f"arXiv asks to come back for the PDF in {again.wait:.0f} s") from None
                    if attempt == _TRIES - 1:
                        raise ServiceError(f"{again}; try again later") from None
                except requests.exceptions.RequestException as error:
                    raise ServiceError(self._broken(error)) from error

    def _broken(self, error: requests.exceptions.RequestException) -> str:
        """What kept the PDF from coming, and whether any of it is here."""
        from readlist.resolver.arxiv_api.transport import no_answer

        what = str(no_answer(urlsplit(self._address).netloc, error))
        if self._begun()[0]:
            return f"{what}; what has come of the PDF is kept, and opening it again goes on from there"
        return f"{what}; try again later"

    def _follow(self, session: requests.Session) -> None:
        """Ask, and ask where a redirect leads: each request waits for its turn at the service that it goes to."""
        from readlist.resolver.arxiv_api.transport import MOST_REDIRECTS

        place: str | None = self._address
        tried: set[str] = set()
        while place is not None:
            if place in tried or len(tried) > MOST_REDIRECTS:
                raise ServiceError(f"{self._address} redirects in a circle; open its page with o instead")
            tried.add(place)
            place = self._in_turn(session, place)

    def _in_turn(self, session: requests.Session, place: str) -> str | None:
        """One request; returns where it is redirected to, None when the file is here."""
        from readlist.resolver.arxiv_api.pace import pace_of

        pace = pace_of(place, self._access.home, self._access.delay, sleep=self._sleep)
        try:
            with pace.turn(self._waits):
                # While we wait for our turn another process may fetch the same file.
                return None if self._target.is_file() else self._once(session, place)
        except _Again as again:
            if again.wait:
                pace.pause(again.wait)
            raise

    def _waits(self, seconds: float, reason: str) -> None:
        self._report(Progress("PDF", text=reason, wait=seconds))

    def _once(self, session: requests.Session, place: str) -> str | None:
        from readlist.resolver.arxiv_api.transport import REDIRECTS, redirected, user_agent

        start, tag = self._begun()
        headers = {"User-Agent": user_agent(self._access.contact), "Accept-Encoding": "identity"}
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": tag}
        with session.get(place, headers=headers, stream=True, timeout=_TIMEOUTS, allow_redirects=False) as answer:
            location = answer.headers.get("Location", "").strip()
            if answer.status_code in REDIRECTS and location:
                return redirected(place, location)
            self._check(answer)
            if answer.status_code == 206:
                total = self._goes_on(answer, start)
            else:
                start, total = 0, _number(answer.headers.get("Content-Length"))
                self._forget()
                if tag := _strong(answer):
                    self._tag.write_text(tag, encoding="latin-1")
            self._take(answer, start, total)
        self._partial.replace(self._target)
        self._forget()
        return None

    def _begun(self) -> tuple[int, str]:
        """How much is here already, and its tag; a beginning that nothing can be compared with is worth nothing."""
        try:
            tag = self._tag.read_text(encoding="latin-1")
            return (self._partial.stat().st_size if tag else 0), tag
        except OSError:
            return 0, ""

    def _forget(self) -> None:
        for path in (self._partial, self._tag):
            with suppress(FileNotFoundError):
                path.unlink()

    def _check(self, answer: requests.Response) -> None:
        status = answer.status_code
        if status in {429, 503}:
            from readlist.resolver.arxiv_api.transport import retry_after

            raise _Again("arXiv is busy", retry_after(answer.headers.get("Retry-After"), time.time()) or _PAUSE)
        if status == 416:
            self._forget()
            raise _Again(f"{self._address} does not go on where it broke off")
        if status == 404:
            raise ServiceError(f"there is no PDF at {self._address}; withdrawn papers have none")
        if status not in {200, 206}:
            raise ServiceError(f"{self._address} answered with status {status}; try again later")

    def _goes_on(self, answer: requests.Response, start: int) -> int | None:
        found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != start:
            self._forget()
            raise _Again(f"{self._address} does not go on where it broke off")
        return _number(found[2])

    def _take(self, answer: requests.Response, start: int, total: int | None) -> None:
        done, head = start, b""
        with self._partial.open("ab" if start else "wb") as file:
            for piece in answer.iter_content(_CHUNK):
                if start == 0 and len(head) < _HEAD:
                    head = (head + piece)[:_HEAD]
                    self._check_head(head, whole=len(head) == _HEAD)
                file.write(piece)
                done += len(piece)
                if done > _LARGEST:
                    raise ServiceError(
                        f"{self._address} is longer than {_LARGEST // 1024**2} MB; open its page instead"
                    )
                self._report(Progress("PDF, kB", done // 1000, total // 1000 if total else None))
        if start == 0:
            self._check_head(head, whole=True)
        if total is not None and done != total:
            raise ServiceError(
                f"the PDF broke off at {done // 1000:,} of {total // 1000:,} kB; opening it again goes on from there"
            )

    def _check_head(self, head: bytes, *, whole: bool) -> None:
        if whole and b"%PDF-" not in head:
            self._forget()
            raise ServiceError(f"{self._address} sent something that is no PDF; open its page with o to see what")


def _strong(answer: requests.Response) -> str:
    """What a range may be asked by: an ETag that is no weak one, else the time of the last change."""
    tag = answer.headers.get("ETag", "")
    return answer.headers.get("Last-Modified", "") if not tag or tag.startswith("W/") else tag


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
