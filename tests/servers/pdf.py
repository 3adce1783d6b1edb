"""A strict local server of PDFs for tests: ranges and conditions as RFC 9110 has them, and faults.

``with PdfServer() as server: ...``, then `server.url`; any id is a PDF of its own, whose ``etag`` a test may change.
"""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler

from tests.servers.local import LocalServer, QuietServer


def content(name: str, size: int = 300_000) -> bytes:
    """The PDF of an id: the mark, and bytes that say where they stand."""
    head = f"%PDF-1.7\n% {name}\n".encode()
    return head + b"".join(b"%08d\n" % number for number in range((size - len(head)) // 9))


class PdfServer(LocalServer):
    """Answers ``/pdf/ID``. ``faults``: what goes wrong with the next requests, in order, one each.

    A fault is ``(status, headers)``, ``cut`` (the connection ends amid the body), ``html``, ``weak`` (no strong tag),
    ``lies`` (a range that was not asked for) or ``none``.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], int]] = []
        self.faults: list[object] = []
        self.etag = '"one"'
        self.at_once = self.most_at_once = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.at_once += 1
                server.most_at_once = max(server.most_at_once, server.at_once)
                try:
                    server.answer(self)
                finally:
                    server.at_once -= 1

            def log_message(self, *_args: object) -> None:
                pass

        super().__init__(QuietServer(("127.0.0.1", 0), Handler))

    @property
    def url(self) -> str:
        return f"{self.origin}/pdf"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        fault = self.faults.pop(0) if self.faults else "none"
        headers = {name.lower(): value for name, value in request.headers.items()}
        name = request.path.removeprefix("/pdf/")
        status, extra, body = self._made(fault, headers, content(name))
        if not headers.get("user-agent", "").startswith("readlist/") or headers.get("accept-encoding") != "identity":
            status, extra, body = 403, {}, b"say who you are, and take the file as it is"
        self.requests.append((request.path, headers, status))
        request.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **extra}.items():
            request.send_header(key, value)
        if fault == "cut":
            request.send_header("Connection", "close")
            request.close_connection = True
            body = body[: len(body) // 2]
        request.end_headers()
        request.wfile.write(body)

    def _made(self, fault: object, headers: dict[str, str], whole: bytes) -> tuple[int, dict[str, str], bytes]:
        tag = {} if fault == "weak" else {"ETag": self.etag, "Accept-Ranges": "bytes"}
        if isinstance(fault, tuple):
            return fault[0], fault[1], b"no"
        if fault == "html":
            return 200, {"Content-Type": "text/html"}, b"<html>are you a robot?</html>" * 100
        asked = re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))
        if asked is None or headers.get("if-range") != self.etag:
            return 200, {"Content-Type": "application/pdf", **tag}, whole
        start = int(asked[1])
        if start >= len(whole):
            return 416, {"Content-Range": f"bytes */{len(whole)}"}, b""
        if fault == "lies":
            return 206, {"Content-Range": f"bytes 7-{len(whole) - 1}/{len(whole)}", **tag}, whole[7:]
        return 206, {"Content-Range": f"bytes {start}-{len(whole) - 1}/{len(whole)}", **tag}, whole[start:]
