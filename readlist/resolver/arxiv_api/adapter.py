"""One connection that can be cut off: no exchange lasts longer than it may, however slowly something drips."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

#: A connection that was still being made is cut off as soon as it stands; looked for this often, in seconds.
_AGAIN = 0.5


class BoundedAdapter(HTTPAdapter):
    """Keeps one connection, never repeats by itself, and shuts the line when the time for an exchange is up.

    The HTTP libraries bound each silence only: a byte every minute, in the headers too, would go on for ever.
    """

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._connections: WeakSet[HTTPConnection] = WeakSet()

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> HTTPConnectionPool:
        """The library's own pool, with connections that we know of."""
        pool: Any = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if "connections" not in vars(pool.ConnectionCls):
            pool.ConnectionCls = _known_to(self._connections, pool.ConnectionCls)
        return pool  # type: ignore[no-any-return]

    @contextmanager
    def within(self, seconds: float) -> Iterator[threading.Event]:
        """Bound what is exchanged inside; the event is set when time was up, whatever the libraries made of it."""
        late, done = threading.Event(), threading.Event()

        def watch() -> None:
            if done.wait(seconds):
                return
            late.set()
            self._cut()
            while not done.wait(_AGAIN):
                self._cut()

        watcher = threading.Thread(target=watch, name="readlist-arxiv-deadline", daemon=True)
        watcher.start()
        try:
            yield late
        finally:
            done.set()
            watcher.join()

    def _cut(self) -> None:
        for connection in list(self._connections):
            line = connection.sock
            if line is not None:
                # TLS's own shutdown would wait for the other side; this one wakes whoever is reading.
                with suppress(OSError, TypeError):
                    socket.socket.shutdown(line, socket.SHUT_RDWR)


def _known_to(known: WeakSet[HTTPConnection], kind: type[HTTPConnection]) -> type[HTTPConnection]:
    class Known(kind):  # type: ignore[misc,valid-type]
        connections = known

        def __init__(self, *args: Any, **values: Any) -> None:
            super().__init__(*args, **values)
            self.connections.add(self)

    return Known
