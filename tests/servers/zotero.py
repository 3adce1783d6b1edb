"""A strict local Zotero server (Web API v3) for tests: real HTTP, real versions, faults on demand, a second editor.

In a test: ``with ZoteroServer() as server: ...``, then `server.url`. By hand, to look at with curl or a client:
``python -m tests.servers.zotero --port 8080`` (key ``testkey``, user 12345, group 678).
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.servers.local import LocalServer, QuietServer
from tests.servers.zotero_files import Upload
from tests.servers.zotero_library import Library
from tests.servers.zotero_messages import Answer, Request
from tests.servers.zotero_routes import answer_request
from tests.servers.zotero_rules import Data
from tests.servers.zotero_schema import SCHEMA_VERSION

KEY, USER, GROUP = "testkey", 12345, 678
#: Requests that a key may send at once, how many come back each second, and how many may be under way.
BUCKET, REFILL, CONCURRENT = 100, 10, 5


@dataclass
class Fault:
    """Something that goes wrong with the next request that fits.

    ``kind``: ``status`` (answer ``code``, nothing done), ``backoff`` (done, and asked to pause), ``partial`` (500 after
    ``count`` objects were committed), ``reset-before`` and ``reset-after`` (connection reset, the request ignored or
    carried out), ``lost`` (carried out, but the answer is ``code``), ``cut`` (carried out, the JSON breaks off),
    ``short`` (carried out, the connection ends amid the body), ``slow`` (``seconds`` late).
    """

    kind: str
    method: str | None = None
    path: str = ""
    code: int = 503
    seconds: float | str | None = None
    count: int = 0
    times: int = 1
    text: str = "The server is busy"


@dataclass
class Logged:
    """A request as it came, and the status that it got (0: the connection was reset)."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any
    status: int = 0


@dataclass
class Bucket:
    tokens: float
    updated: float


@dataclass
class World:
    """Everything the server knows; one lock for all of it."""

    libraries: dict[tuple[str, int], Library]
    keys: dict[str, Data]
    lock: threading.RLock = field(default_factory=threading.RLock)
    faults: list[Fault] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
    tokens: set[tuple[str, str]] = field(default_factory=set)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    bad_keys: list[float] = field(default_factory=list)
    uploads: dict[str, Upload] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    quota: int = 300_000_000
    origin: str = ""
    under_way: int = 0
    most_at_once: int = 0
    limited: bool = True
    prefix: str = ""
    clock: Callable[[], float] = time.monotonic
    answer: Callable[[World, Request], Answer] = answer_request
    random: random.Random = field(default_factory=lambda: random.Random(11))


class ZoteroServer(LocalServer):
    """The server, running in a thread while in a ``with`` block.

    Args:
        write: whether the key ``testkey`` may write.
        limited: keep to the rate and concurrency limits of the real server.
        prefix: a path before every address, as a self-hosted server may have.
    """

    def __init__(self, *, write: bool = True, limited: bool = True, prefix: str = "", port: int = 0) -> None:
        rights = {"library": True, "files": True, "notes": True, "write": write}
        access = {"user": rights, "groups": {str(GROUP): {"library": True, "write": write}}}
        self.world = World(
            libraries={("users", USER): Library("users", USER), ("groups", GROUP): Library("groups", GROUP)},
            keys={KEY: {"key": KEY, "userID": USER, "username": "tester", "displayName": "", "access": access}},
            limited=limited,
            prefix=prefix,
        )
        super().__init__(_Server(("127.0.0.1", port), self.world))
        self.url = self.origin + prefix
        self.world.origin = self.origin

    def serve(self) -> None:
        """Run in this thread until interrupted."""
        try:
            self._http.serve_forever()
        finally:
            self._http.server_close()

    # What went on

    @property
    def requests(self) -> int:
        return len(self.world.log)

    def count(self, method: str | None = None, path: str = "") -> int:
        """How many requests came with this method, and this in their path."""
        return sum(1 for entry in self.log if method in {None, entry.method} and path in entry.path)

    @property
    def most_at_once(self) -> int:
        """The most requests that were under way at the same time."""
        return self.world.most_at_once

    @property
    def log(self) -> list[Logged]:
        return self.world.log

    def library(self, kind: str = "users") -> Library:
        return self.world.libraries[kind, USER if kind == "users" else GROUP]

    def items(self, kind: str = "users") -> list[Data]:
        """Data of all items, in order of their versions, with key and version."""
        library = self.library(kind)
        ordered = sorted(library.items.items(), key=lambda pair: pair[1].version)
        return [library.present("items", key)["data"] for key, _ in ordered]

    def item(self, key: str, kind: str = "users") -> Data:
        found: Data = self.library(kind).present("items", key)["data"]
        return found

    # Faults

    def fault(self, kind: str, **details: Any) -> None:
        """Queue a fault; see `Fault`."""
        with self.world.lock:
            self.world.faults.append(Fault(kind, **details))

    # A second editor, behind the client's back

    def add(self, data: Data, kind: str = "users") -> str:
        """Another program adds an item: its key."""
        with self.world.lock:
            return self.library(kind).write("items", data, library_version=True)[0]

    def edit(self, key: str, kind: str = "users", **changes: Any) -> None:
        """Another program changes an item."""
        with self.world.lock:
            self.library(kind).write("items", {"key": key} | changes, library_version=True)

    def erase(self, *keys: str, kind: str = "users") -> None:
        """Another program deletes items for good."""
        with self.world.lock:
            self.library(kind).erase("items", list(keys))

    def add_collection(self, name: str, kind: str = "users", parent: str | bool = False) -> str:
        with self.world.lock:
            payload = {"name": name, "parentCollection": parent}
            return self.library(kind).write("collections", payload, library_version=True)[0]

    def erase_collection(self, key: str, kind: str = "users") -> None:
        with self.world.lock:
            self.library(kind).erase("collections", [key])


class _Server(QuietServer):
    def __init__(self, address: tuple[str, int], world: World) -> None:
        super().__init__(address, _Handler)
        self.world = world


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
        """Quiet."""

    def _handle(self) -> None:
        world = self.server.world
        parts = urlsplit(self.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if self.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        body: Any = None
        if raw:
            try:
                body = json.loads(raw)
            except ValueError:
                body = raw
        logged = Logged(self.command, parts.path, query, dict(self.headers.items()), body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path.removeprefix(world.prefix), query, headers, body)
        with world.lock:
            world.log.append(logged)
            fault = self._fault(request)
            world.under_way += 1
            world.most_at_once = max(world.most_at_once, world.under_way)
        try:
            self._respond(request, fault, logged)
        finally:
            with world.lock:
                world.under_way -= 1

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _handle  # noqa: N815

    def _fault(self, request: Request) -> Fault | None:
        faults = self.server.world.faults
        for fault in faults:
            if fault.method in {None, request.method} and fault.path in request.path:
                fault.times -= 1
                if fault.times == 0:
                    faults.remove(fault)
                return fault
        return None

    def _respond(self, request: Request, fault: Fault | None, logged: Logged) -> None:
        world = self.server.world
        kind = fault.kind if fault else ""
        if fault and kind == "slow":
            time.sleep(float(fault.seconds or 0))
        if kind == "reset-before":
            self._reset()
            return
        with world.lock:
            if fault and kind == "status":
                answer = Answer(fault.code, fault.text)
            else:
                limited = self._limited(request)
                request.stop_after = fault.count if fault and kind == "partial" else None
                answer = limited or world.answer(world, request)
        if kind == "reset-after":
            self._reset()
            return
        if fault and kind == "lost":
            answer = Answer(fault.code, fault.text)
        if fault and fault.seconds is not None and kind in {"status", "lost"}:
            answer.headers["Retry-After"] = str(fault.seconds)
        if fault and kind == "backoff":
            answer.headers["Backoff"] = str(fault.seconds)
        logged.status = answer.status
        self._send(answer, cut=kind == "cut", short=kind == "short")

    def _limited(self, request: Request) -> Answer | None:
        world = self.server.world
        if not world.limited:
            return None
        name = request.headers.get("authorization") or request.headers.get("zotero-api-key") or ""
        now = world.clock()
        bucket = world.buckets.setdefault(name, Bucket(BUCKET, now))
        bucket.tokens = min(BUCKET, bucket.tokens + (now - bucket.updated) * REFILL)
        bucket.updated = now
        if world.under_way > CONCURRENT:
            pause = str(world.random.randint(1, 30))
            return Answer(429, "Concurrent request limit exceeded", {"Retry-After": pause})
        if bucket.tokens < 1:
            return Answer(429, "Request rate limit exceeded", {"Retry-After": "10"})
        bucket.tokens -= 1
        return None

    def _reset(self) -> None:
        """Reset the connection, as a dying server or a bad network does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, answer: Answer, *, cut: bool, short: bool) -> None:
        if isinstance(answer.body, str):
            content, kind = html.escape(answer.body, quote=False).encode(), "text/html; charset=utf-8"
        elif answer.body is None:
            content, kind = b"", "text/plain"
        elif isinstance(answer.body, bytes):
            content, kind = answer.body, "application/octet-stream"
        else:
            content, kind = json.dumps(answer.body).encode(), "application/json"
        if cut:
            content = content[: len(content) // 2]
        self.send_response(answer.status)
        self.send_header("Zotero-API-Version", "3")
        self.send_header("Zotero-Schema-Version", str(SCHEMA_VERSION))
        self.send_header("Content-Type", kind)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in {204, 304}:
            self.send_header("Content-Length", str(len(content)))
        sent = b"" if self.command == "HEAD" or answer.status in {204, 304} else content
        if short:
            sent = sent[: len(sent) // 2]
            self.close_connection = True
        self.end_headers()
        self.wfile.write(sent)


def main() -> None:
    """Run the server by hand."""
    parser = argparse.ArgumentParser(description="A strict local Zotero server.")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--read-only", action="store_true", help="the key may not write")
    options = parser.parse_args()
    server = ZoteroServer(write=not options.read_only, port=options.port)
    print(f"{server.url} key={KEY} library=user:{USER} or group:{GROUP}", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
