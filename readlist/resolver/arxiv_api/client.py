"""The client: the ``arxiv`` package's, with a transport that keeps arXiv's manners and survives its weather."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import arxiv
from arxiv import _feed

from readlist.errors import ServiceError
from readlist.identifiers import parse_arxiv_id
from readlist.paper import Record
from readlist.resolver.arxiv_api.asking import FAILED, Asker
from readlist.resolver.arxiv_api.cache import AnswerCache
from readlist.resolver.arxiv_api.events import Listener, Progress, Step
from readlist.resolver.arxiv_api.faults import Fault, Passing
from readlist.resolver.arxiv_api.feed import Page, read_page
from readlist.resolver.arxiv_api.lookup import LookUp
from readlist.resolver.arxiv_api.pace import DELAY
from readlist.resolver.arxiv_api.transport import LARGEST_ANSWER
from readlist.resolver.question import Answer, Question

ARXIV_URL = "https://export.arxiv.org/api/query"


class ArxivClient(arxiv.Client):  # type: ignore[misc]  # the package has no type marker
    """Looks papers up in the arXiv query API; a context manager, not for use by several threads at a time.

    ``state_folder`` holds the answers of the last day; the pace is kept where all processes of this machine find it.
    ``url`` is the address of the service, ``delay`` the least time between two requests, ``contact`` whom arXiv's staff
    may write to. All times are in seconds:
    ``read_timeout`` bounds a silence (answers have taken more than a minute), ``total_timeout`` one whole exchange.
    ``listener`` hears of the progress;
    ``clock`` (seconds since the epoch) and ``sleep`` are arguments for the sake of tests.
    """

    def __init__(
        self,
        state_folder: Path,
        *,
        url: str = ARXIV_URL,
        delay: float = DELAY,
        contact: str | None = None,
        listener: Listener | None = None,
        read_timeout: float = 90.0,
        total_timeout: float = 300.0,
        largest_answer: int = LARGEST_ANSWER,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(page_size=100, delay_seconds=delay, num_retries=len(FAILED))
        self.query_url_format = f"{url}?{{}}"
        self._listener = listener
        self._cache = AnswerCache(state_folder / "arxiv-cache", clock=clock)
        self._asker = Asker(
            state_folder,
            url,
            session=self._session,
            delay=delay,
            contact=contact,
            on_request=lambda: self._tell(Step.REQUEST),
            on_wait=lambda seconds, reason: self._tell(Step.WAIT, seconds, reason),
            read_timeout=read_timeout,
            total_timeout=total_timeout,
            largest_answer=largest_answer,
            clock=clock,
            sleep=sleep,
        )
        self._asked = self._answered = self._left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._asker.close()

    @property
    def requests(self) -> int:
        """Requests sent so far, redirects and repetitions included."""
        return self._asker.requests

    def look_up(self, questions: Sequence[Question], *, fresh: bool = False) -> Iterator[Answer]:
        """Answer each question, as soon as it is settled; the order is not that of the questions.

        Store each answer when it comes: then an interruption (closing the generator, Ctrl-C) loses nothing. An answer
        without records is provisional. When the service gives up, the questions that are left come with ``failed``.
        ``fresh`` passes by cached answers that say nothing about a question that they should answer.
        """
        return LookUp(self, questions, fresh=fresh).answers()

    def records(self, ids: Sequence[str]) -> dict[str, Record]:
        """The current records of these arXiv ids, by id without version; unknown ids are absent.

        Raises ServiceError when the service cannot be asked.
        """
        identifiers = [identifier for text in ids if (identifier := parse_arxiv_id(text)) is not None]
        found: dict[str, Record] = {}
        for answer in self.look_up([Question(0, (), arxiv_id=one) for one in dict.fromkeys(i.id for i in identifiers)]):
            if answer.failed:
                raise ServiceError(f"{answer.failed}. Run the same command again later.")
            found.update((record.arxiv_id, record) for record in answer.records)
        return found

    def page(
        self,
        *,
        search_query: str = "",
        id_list: Sequence[str] = (),
        start: int = 0,
        max_results: int,
        again: bool = False,
        hurried: bool = False,
    ) -> Page:
        """One page of an answer, from the cache unless ``again``; raises one of the package's faults.

        ``hurried`` does not ask again when the service breaks over this request.
        """
        parameters = {"search_query": search_query, "id_list": ",".join(id_list)}
        parameters = {name: value for name, value in parameters.items() if value}
        parameters |= {"start": str(start), "max_results": str(max_results)}
        if not again and (body := self._cache.get(self._asker.url, parameters)) is not None:
            try:
                return replace(read_page(body, start=start, max_results=max_results), cached=True)
            except Fault:
                pass  # written by another version: ask
        body, page = self._ask(parameters, hurried=hurried)
        if page.whole:
            self._cache.put(self._asker.url, parameters, body)
        return page

    def note(self, *, asked: int, answered: int, left: int) -> None:
        """Take down how far the look-up is, and tell the listener of new answers."""
        news = answered != self._answered
        self._asked, self._answered, self._left = asked, answered, left
        if news and answered:
            self._tell(Step.ANSWERED)

    def _ask(self, parameters: Mapping[str, str], *, hurried: bool = False) -> tuple[bytes, Page]:
        """Ask, and ask again while there is hope. Raises Refused, TooLong, Broken or GaveUp."""
        start, size = int(parameters["start"]), int(parameters["max_results"])

        def read(body: bytes) -> tuple[bytes, Page]:
            page = read_page(body, start=start, max_results=size)
            if page.gap and not page.records:
                # A known flake. Large pages come back empty more often, so it may help to ask for less.
                raise Passing(page.gap, perhaps_ours=True, hollow=True)
            return body, page

        return self._asker.ask(parameters, read, hurried=hurried)

    def _tell(self, step: Step, wait: float = 0.0, reason: str = "") -> None:
        if self._listener is not None:
            self._listener(Progress(step, self._asked, self._answered, self.requests, self._left, wait, reason))

    def _parse_feed(self, url: str, first_page: bool = True, _try_index: int = 0) -> _feed.ParsedFeed:
        """The package's own door (`arxiv.Client.results`), led through our transport."""
        del first_page, _try_index
        parameters = dict(parse_qsl(urlsplit(url).query))
        try:
            body, _ = self._ask(parameters)
        except Fault as fault:
            raise ServiceError(f"{fault}. Run the same command again later.") from fault
        return _feed.parse(body)
