"""Requests and answers of the Zotero server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.servers.zotero_rules import Refused


@dataclass
class Request:
    """A request, read. ``stop_after``: crash after that many objects of a multi-object write (a fault);
    ``unlimited``: lists have no limit unless it is asked for.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any
    stop_after: int | None = None
    unlimited: bool = False

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.query if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    @property
    def key(self) -> str | None:
        """The API key, from wherever it stands."""
        given = self.headers.get("zotero-api-key")
        bearer = self.headers.get("authorization")
        if bearer is not None:
            if not bearer.startswith("Bearer ") or not bearer[7:].strip():
                raise Refused(400, "Invalid Authorization header format")
            given = bearer[7:].strip()
        parameter = self.get("key")
        if given and parameter and given != parameter:
            raise Refused(400, "API key in header does not match the key parameter")
        return given or parameter

    def number(self, header: str) -> int | None:
        value = self.headers.get(header)
        if value is None:
            return None
        if not value.isdecimal():
            raise Refused(400, f"Invalid {header} value '{value}'")
        return int(value)


@dataclass
class Answer:
    """``body``: a string is an error's sentence, None is nothing, the rest is sent as JSON."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
