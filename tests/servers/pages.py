"""A local web server for pages whose addresses people give: it answers what it knows, to those with a name."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

from tests.servers.local import LocalServer, QuietServer


class PageServer(LocalServer):
    """A context manager. ``pages``: path with its query → status and body; ``seen``: the paths asked for.

    A request without a User-Agent of its own is refused with 403, an unknown path with 404. Redirects are pages with
    a status of 3xx whose body is the place.
    """

    def __init__(self, pages: dict[str, tuple[int, bytes]]) -> None:
        self.pages = pages
        self.seen: list[str] = []
        self.agents: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def do_GET(self) -> None:
                agent = self.headers.get("User-Agent", "")
                server.seen.append(self.path)
                server.agents.append(agent)
                known = server.pages.get(self.path, (404, b"not here"))
                status, body = known if agent.startswith("readlist/") else (403, b"who are you?")
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", body.decode())
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
                """Tests look at ``seen`` instead."""

        super().__init__(QuietServer(("127.0.0.1", 0), Handler))

    @property
    def url(self) -> str:
        return self.origin
