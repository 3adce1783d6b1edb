"""The local API of the Zotero program (contracts/zotero.md, section 7), as strict as the server that it shares its
rules with. By hand: ``python -m tests.servers.zotero_desktop --port 23119``.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from typing import Any

from tests.servers.zotero import USER, World, ZoteroServer
from tests.servers.zotero_files import keep_bytes
from tests.servers.zotero_library import Library
from tests.servers.zotero_messages import Answer, Request
from tests.servers.zotero_routes import in_library
from tests.servers.zotero_rules import Crash, Refused

SERVER_ID = "desktop1aaaa"
_WINDOW, _QUESTIONS = 60.0, 5
_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


@dataclass
class Program:
    """The running program. ``clicks``: what its person answers (``allow``, ``always``, ``deny``), the last for ever."""

    version: str = "10.0.1"
    enabled: bool = True
    server_id: str = SERVER_ID
    clicks: list[str] = field(default_factory=lambda: ["always"])
    keys: dict[str, bool] = field(default_factory=dict)
    asked: list[float] = field(default_factory=list)

    @property
    def writable(self) -> bool:
        return int(self.version.split(".")[0]) >= 10

    def answer(self, world: World, request: Request) -> Answer:
        """Answer a request as the program does."""
        try:
            answer = self._answer(world, request)
        except Refused as refusal:
            answer = Answer(refusal.code, refusal.message)
        except Crash:
            answer = Answer(500, "An error occurred")
        answer.headers["X-Zotero-Version"] = self.version
        if self.writable and answer.status != 401:
            answer.headers["Zotero-Server-ID"] = self.server_id
        return answer

    def _answer(self, world: World, request: Request) -> Answer:
        host = re.sub(r":\d+$", "", request.headers.get("host", ""))
        if host not in _HOSTS:
            raise Refused(400, "Invalid Host header")
        if request.headers.get("user-agent", "").startswith("Mozilla/"):
            raise Refused(403, "Request not allowed")
        if not self.enabled:
            raise Refused(403, "Local API is not enabled")
        if request.headers.get("zotero-api-version", "3") != "3" or request.get("format") == "atom":
            raise Refused(501, "Not implemented")
        self._check_server(request)
        if request.path == "/":
            return Answer(200, "Nothing to see here.")
        if request.path == "/local/authorize":
            return self._authorize(world, request)
        if request.path.startswith("/local/uploads/"):
            return _receive(world, request)
        return self._library(world, request)

    def _check_server(self, request: Request) -> None:
        given = request.headers.get("zotero-server-id")
        if not self.writable:
            if request.method != "GET":
                raise Refused(400, "Endpoint does not support method")
        elif given is not None and given != self.server_id:
            raise Refused(412, "Zotero-Server-ID does not match this server")
        elif given is None and request.method != "GET":
            raise Refused(428, "Zotero-Server-ID not provided")

    def _library(self, world: World, request: Request) -> Answer:
        place = re.fullmatch(r"/(users|groups)/(\d+)(/.*)", request.path)
        if place is None or place[3].startswith(("/deleted", "/keys")):
            raise Refused(404, "No endpoint found")
        if place[1] == "users" and int(place[2]) not in {0, USER}:
            raise Refused(400, f"Only data for the logged-in user is available locally -- use userID 0 or {USER}")
        library = world.libraries.get((place[1], USER if place[1] == "users" else int(place[2])))
        if library is None:
            raise Refused(404, "Not found")
        request.unlimited = True
        if request.method == "GET":
            if place[3] == "/groups":
                raise Refused(404, "No endpoint found")
            return in_library(world, request, library, place[3], None)
        self._leave(request)
        if request.body == []:
            raise Refused(400, "No items provided")
        if request.method == "DELETE" and place[3] == "/items":
            _check_removal(request)
        return in_library(world, request, library, place[3], "local")

    def _leave(self, request: Request) -> None:
        """A key is good for ever, or for the first write that names it."""
        key = request.headers.get("zotero-api-key") or request.get("key")
        if not key:
            raise Refused(401, "API key required -- POST /api/local/authorize to obtain one")
        if key not in self.keys:
            raise Refused(401, "Invalid or expired API key")
        if not self.keys[key]:
            del self.keys[key]

    def _authorize(self, world: World, request: Request) -> Answer:
        name = request.body.get("appName") if isinstance(request.body, dict) else None
        if request.method != "POST" or not isinstance(name, str) or not name.strip():
            raise Refused(400, "appName is required")
        now = world.clock()
        self.asked = [when for when in self.asked if when > now - _WINDOW]
        if len(self.asked) >= _QUESTIONS:
            return Answer(429, "Too many authorization requests", {"Retry-After": str(int(_WINDOW))})
        self.asked.append(now)
        click = self.clicks.pop(0) if len(self.clicks) > 1 else self.clicks[0]
        if click == "deny":
            return Answer(403, {"denied": True})
        key = f"local{len(self.keys) + len(self.asked):027d}"
        self.keys[key] = click == "always"
        return Answer(200, {"key": key, "remember": click == "always"})


def _check_removal(request: Request) -> None:
    if request.number("if-unmodified-since-version") is None:
        raise Refused(428, "If-Unmodified-Since-Version not provided")
    if len((request.get("itemKey") or "").split(",")) > 50:
        raise Refused(413, "Cannot delete more than 50 objects at a time")


def _receive(world: World, request: Request) -> Answer:
    """The bytes of a file, as they are: there is no form around them."""
    if not isinstance(request.body, bytes):
        raise Refused(400, "No file content provided")
    return keep_bytes(world, request.path.rpartition("/")[2], request.body)


class ZoteroDesktop(ZoteroServer):
    """The program, running in a thread while in a ``with`` block; `url` ends in ``/api``."""

    def __init__(
        self, *, version: str = "10.0.1", enabled: bool = True, clicks: Any = ("always",), port: int = 0
    ) -> None:
        super().__init__(limited=False, prefix="/api", port=port)
        self.program = Program(version, enabled, clicks=list(clicks))
        self.world.answer = self.program.answer
        self.world.libraries = {
            ("users", USER): Library("users", USER, exact=True),
        }


def main() -> None:
    """Run the program by hand."""
    parser = argparse.ArgumentParser(description="The local API of a Zotero program.")
    parser.add_argument("--port", type=int, default=23119)
    parser.add_argument("--version", default="10.0.1")
    options = parser.parse_args()
    server = ZoteroDesktop(version=options.version, port=options.port)
    print(server.url, flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
