"""A local arXiv query API that is as strict as the real one (contracts/arxiv.md), with weather on demand.

By hand: ``python -m tests.servers.arxiv --records FILE.jsonl.gz --port 8000``, then
``READLIST_ARXIV_URL=http://127.0.0.1:8000/api/query``.
"""

from __future__ import annotations

import argparse
import gzip
import re
import socket
import struct
import threading
import time
import zlib
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.servers import arxiv_query
from tests.servers.arxiv_index import Index, Row, read_rows, shuffled
from tests.servers.arxiv_markup import entry, error_feed, feed
from tests.servers.local import LocalServer, QuietServer

Markup = Literal["modern", "legacy"]
Phrases = Literal["strict", "bag"]
#: What totalResults counts: all that match, what the page shows, (for ids) what was asked for, or more than there is.
Totals = Literal["found", "page", "asked", "over"]

_LONGEST_URL = 8000
_WINDOW = 10_000
_CLAUSES = 1024
_PARAMETERS = frozenset("search_query id_list start max_results sortBy sortOrder raw".split())


@dataclass(frozen=True)
class Fault:
    """What happens to the next request instead of (or to) its answer.

    ``kind``: status, empty, nothing, short, truncated, html, json, error-entry, reset-before, reset-within, drip,
    drip-headers, redirect, redirect-loop, bomb, huge, doubled, foreign; half-entry, untitled, nameless, empty-author,
    no-author (one entry lacks something); packed, packed-deflate (the answer, packed), packed-twice (in two files),
    packed-cut, packed-bomb (``huge`` blanks), packed-oddly. ``status`` with ``headers`` and ``body`` for the first.
    """

    kind: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = "Rate exceeded."
    message: str = "internal error"


def status(code: int, *, retry_after: str | None = None) -> Fault:
    """An error from the layers in front of the service: plain text."""
    return Fault("status", code, () if retry_after is None else (("Retry-After", retry_after),))


@dataclass(frozen=True)
class Request:
    """A request as it came in. ``started`` is when its first line had been read (monotonic seconds)."""

    started: float
    method: str
    path: str
    parameters: dict[str, str]
    agent: str
    status: int


@dataclass
class Reply:
    """What goes back."""

    status: int
    body: bytes
    content_type: str = "application/atom+xml; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)


class _BadRequest(Exception):
    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.code = code


class FaultyServer(LocalServer):
    """A server that remembers its requests and does what was queued.

    ``drip``: seconds between two parts of a slow answer; ``huge``: bytes of a large one. ``stopping`` ends it. A
    service says where it lives (``path``), where it moves to (``moved``), and what its documents begin with.
    """

    path: str
    moved: str
    document: str

    def __init__(self, port: int, drip: float, huge: int) -> None:
        server = self

        class Handler(_Handler):
            service = server

        super().__init__(QuietServer(("127.0.0.1", port), Handler))
        self.drip, self.huge = drip, huge
        self.faults: deque[Fault] = deque()
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return self.origin + self.path

    def queue(self, *faults: Fault | str) -> None:
        """Let these happen to the next requests, one each; a name alone is the kind."""
        self.faults.extend(Fault(fault) if isinstance(fault, str) else fault for fault in faults)

    def answer(self, pairs: list[tuple[str, str]], fault: Fault | None) -> Reply:
        """What the service says to these parameters."""
        raise NotImplementedError

    def rushed(self, started: float) -> bool:
        """Whether a request came too soon after the one before."""
        del started
        return False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        super().__exit__(kind, error, trace)


class ArxivServer(FaultyServer):
    """A context manager; ``url`` is the address to give to the client."""

    path, moved, document = "/api/query", "/moved/query", 'feed xmlns="http://www.w3.org/2005/Atom"'

    def __init__(
        self,
        rows: Iterable[Row] | Index,
        *,
        markup: Markup = "modern",
        phrases: Phrases = "strict",
        totals: Totals = "found",
        port: int = 0,
        drip: float = 0.02,
        huge: int = 2_000_000,
    ) -> None:
        self.index = rows if isinstance(rows, Index) else Index(rows)
        self.markup, self.phrases, self.totals = markup, phrases, totals
        #: Each request on which this string occurs in search_query or id_list is answered with ``poison_status``.
        self.poison: str | None = None
        self.poison_status = 400
        super().__init__(port, drip, huge)

    def answer(self, pairs: list[tuple[str, str]], fault: Fault | None) -> Reply:
        """What the service says to these parameters."""
        if fault and fault.kind == "error-entry":
            return Reply(200, error_feed(fault.message, "", self.markup).encode())
        try:
            return Reply(200, self._page(dict(pairs), fault).encode())
        except _BadRequest as error:
            fragment = str(error).replace(" ", "_") if "id format" in str(error) else ""
            return Reply(error.code, error_feed(str(error), fragment, self.markup).encode())

    def _page(self, parameters: dict[str, str], fault: Fault | None) -> str:
        parameters = {name: value for name, value in parameters.items() if name in _PARAMETERS}
        start, size = _number(parameters, "start", 0), _number(parameters, "max_results", 10)
        numbers = self._sorted(parameters, self._matching(parameters))
        if size > 30_000:
            raise _BadRequest("max_results must not exceed 30000")
        if size == 0 or 1 + round(start / size) > _WINDOW // size:
            raise _BadRequest("result window is too large", 500)
        shown = [self.index.rows[number] for number in numbers[start : start + size]]
        ids = parameters.get("id_list", "").split(",")
        totals = {"found": len(numbers), "page": len(shown), "asked": len(ids), "over": len(numbers) + 5}
        counting = "found" if self.totals == "asked" and ids == [""] else self.totals
        total, kind = totals[counting], fault.kind if fault else ""
        if kind in {"empty", "nothing"}:
            shown, total = [], total if kind == "empty" else 0
        elif kind == "short":
            shown = shown[: len(shown) // 2]
        elif kind == "doubled":
            shown = [row for row in shown for _ in range(2)]
        elif kind == "foreign":
            others = [row for row in self.index.rows if row not in shown][: max(len(shown), 3)]
            shown = [*others, *shown]
            total += len(others)
        entries = [entry(row, self.markup) for row in shown]
        if entries:
            entries[0] = _halved(entries[0], kind)
        per_page = size if self.markup == "modern" else len(shown)
        query = urlencode(parameters)
        return feed(entries, query, total=total, start=start, per_page=per_page, markup=self.markup)

    def _matching(self, parameters: dict[str, str]) -> dict[int, float]:
        query, ids = parameters.get("search_query", ""), parameters.get("id_list", "")
        if not query and not ids:
            raise _BadRequest("Either a search_query or id_list must be specified for the classic API.")
        if self.poison is not None and self.poison.casefold() in (query + ids).casefold():
            raise _BadRequest(f"Invalid query string: '{query or ids}'", self.poison_status)
        named = self._named(ids) if ids else None
        if not query:
            return dict.fromkeys(named or (), 1.0)
        found = self._found(query)
        return found if named is None else {number: score for number, score in found.items() if number in named}

    def _named(self, ids: str) -> set[int]:
        named = set()
        for identifier in ids.split(","):
            well_formed, number = self.index.by_id(identifier)
            if not well_formed:
                raise _BadRequest(f"incorrect id format for {identifier}")
            if number is not None:
                named.add(number)
        return named

    def _found(self, query: str) -> dict[int, float]:
        bag = self.phrases == "bag"
        try:
            tree = arxiv_query.parse(query)
        except arxiv_query.BadQuery as error:
            raise _BadRequest(f"Invalid query string: '{query}'") from error
        except (arxiv_query.BadWildcard, RecursionError) as error:
            raise _BadRequest("the index cannot answer", 500) from error
        if arxiv_query.clauses(tree, bag=bag) > _CLAUSES:
            raise _BadRequest("too many clauses", 500)
        return self.index.search(tree, bag=bag)

    def _sorted(self, parameters: dict[str, str], found: dict[int, float]) -> list[int]:
        by, order = parameters.get("sortBy", "relevance"), parameters.get("sortOrder", "descending")
        if by not in {"relevance", "lastUpdatedDate", "submittedDate"}:
            raise _BadRequest("sortBy must be in: relevance, lastUpdatedDate, submittedDate")
        if order not in {"ascending", "descending"}:
            raise _BadRequest("sortOrder must be in: ascending, descending")
        if by == "relevance":
            numbers = sorted(shuffled(found), key=lambda n: -found[n])  # no tie-break
        else:
            numbers = [n for n in self.index.newest_first(updated=by == "lastUpdatedDate") if n in found]
        return numbers[::-1] if order == "ascending" else numbers


def _number(parameters: dict[str, str], name: str, default: int) -> int:
    try:
        value = int(parameters.get(name, default))
    except ValueError:
        raise _BadRequest(f"{name} must be an integer") from None
    if value < 0:
        raise _BadRequest(f"{name} must be non-negative")
    return value


class _Handler(BaseHTTPRequestHandler):
    service: FaultyServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 20

    def do_GET(self) -> None:
        self._serve("")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Tests look at ``requests`` instead."""

    def _serve(self, form: str) -> None:
        started = time.monotonic()
        pairs = parse_qsl(form or urlsplit(self.path).query, keep_blank_values=True)
        with self.service.lock:
            rushed = self.service.rushed(started)
            fault = self.service.faults.popleft() if self.service.faults and not rushed else None
            answer = self._answer(pairs, status(429) if rushed else fault)
            code = answer.status if answer else 0
            agent = self.headers.get("User-Agent", "")
            self.service.requests.append(Request(started, self.command, self.path, dict(pairs), agent, code))
        if answer is None:
            self._reset()
        else:
            with suppress(OSError):
                self._send(answer, fault.kind if fault else "")

    def _answer(self, pairs: list[tuple[str, str]], fault: Fault | None) -> Reply | None:
        kind = fault.kind if fault else ""
        if kind == "reset-before":
            return None
        if fault and kind == "status":
            return Reply(fault.status, fault.body.encode(), "text/plain", list(fault.headers))
        if len(self.path) > _LONGEST_URL:
            return Reply(414, b"<html><h1>414 Request-URI Too Large</h1></html>", "text/html")
        if kind in {"redirect", "redirect-loop"}:
            return self._redirect(kind)
        if urlsplit(self.path).path not in {self.service.path, self.service.moved}:
            return Reply(404, b"<html>not found</html>", "text/html")
        return self._spoilt(kind) or self.service.answer(pairs, fault)

    def _redirect(self, kind: str) -> Reply:
        there, query = self.service.moved, urlsplit(self.path).query
        if kind == "redirect-loop":
            self.service.faults.appendleft(Fault("redirect-loop"))
            there = self.service.path if self.path.startswith(there) else there
        location = f"{there}?{query}" if query else there
        return Reply(301, b"moved", "text/plain", [("Location", location)])

    def _spoilt(self, kind: str) -> Reply | None:
        if kind == "html":
            return Reply(200, b"<!DOCTYPE html><html><body><p>Please wait<br></body></html>", "text/html")
        if kind == "json":
            return Reply(200, b'{"error": "try later"}', "application/json")
        if kind == "bomb":
            document = self.service.document
            root = document.partition(" ")[0]
            entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "boom"}">' for i in range(12))
            text = f'<?xml version="1.0"?><!DOCTYPE {root} [{entities}]><{document}>&e11;</{root}>'
            return Reply(200, text.encode())
        if kind == "huge":
            return Reply(200, b"<feed>" + b" " * self.service.huge)
        return None

    def _send(self, answer: Reply, kind: str) -> None:
        if kind.startswith("packed"):
            encoding = {"packed-deflate": "deflate", "packed-oddly": "compress"}.get(kind, "gzip")
            answer.headers.append(("Content-Encoding", encoding))
            answer.body = _packed(answer.body, kind, self.service.huge)
        body = answer.body
        if kind == "truncated":
            body = body[: max(body.rfind(b"<author>"), len(body) // 2)]
        if kind == "drip-headers":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 10_000)
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if kind == "reset-within":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self._reset()
        elif kind == "drip":
            self._drip(body)
        else:
            self.wfile.write(body)

    def _drip(self, data: bytes) -> None:
        for at in range(0, len(data), 4):
            if self.service.stopping.wait(self.service.drip):
                self.close_connection = True
                return
            self.wfile.write(data[at : at + 4])
            self.wfile.flush()

    def _reset(self) -> None:
        # Lingering for no time makes close send RST instead of FIN.
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        with suppress(OSError):
            self.connection.close()


def _halved(text: str, kind: str) -> str:
    """An entry of which something is missing."""
    if kind == "half-entry":
        return text.replace("<published>", "<was>").replace("</published>", "</was>")
    if kind == "untitled":
        return re.sub("<title>.*?</title>", "<title> </title>", text, flags=re.DOTALL)
    if kind == "nameless":
        return re.sub("<name>.*?</name>", "<name> </name>", text, count=1)
    if kind == "empty-author":
        return text.replace("<author>", "<author/><author>", 1)
    return re.sub("<author>.*</author>", "", text, flags=re.DOTALL) if kind == "no-author" else text


def _packed(body: bytes, kind: str, huge: int) -> bytes:
    middle = len(body) // 2
    if kind == "packed-deflate":
        return zlib.compress(body)
    if kind == "packed-twice":
        return gzip.compress(body[:middle]) + gzip.compress(body[middle:])
    if kind == "packed-bomb":
        return gzip.compress(b"<feed>" + b" " * huge)
    packed = gzip.compress(body)
    return packed[: len(packed) // 2] if kind == "packed-cut" else packed


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, required=True, help="JSON lines in the shape of the metadata snapshot")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--markup", choices=["modern", "legacy"], default="modern")
    parser.add_argument("--phrases", choices=["strict", "bag"], default="strict")
    parser.add_argument("--totals", choices=["found", "page", "asked", "over"], default="found")
    chosen = parser.parse_args()
    rows = read_rows(chosen.records)
    modes = {"markup": chosen.markup, "phrases": chosen.phrases, "totals": chosen.totals}
    with ArxivServer(rows, port=chosen.port, **modes) as server:
        print(f"{len(rows):,} records at {server.url}")
        seen = 0
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(0.5)
                for request in server.requests[seen:]:
                    print(request.method, request.status, str(request.parameters)[:160])
                    seen += 1


if __name__ == "__main__":
    main()
