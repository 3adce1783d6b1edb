"""Dealing with the Zotero program on this machine: which database it has, and its person's leave to write."""

from __future__ import annotations

from collections.abc import Callable

from readlist.errors import ServiceError
from readlist.zotero import local
from readlist.zotero.access import Access
from readlist.zotero.events import Progress, Waiting
from readlist.zotero.exchange import Exchange
from readlist.zotero.patience import PatientClient


class Desktop:
    """The program's side of a client. ``server``: the id of its database, empty where it tells none (before Zotero
    10); ``key``: its leave to write, empty for none yet.
    """

    def __init__(
        self, http: PatientClient, talk: Exchange, key: str, keep_key: Callable[[str], object], progress: Progress
    ) -> None:
        self._http, self._talk, self._keep_key, self._progress = http, talk, keep_key, progress
        self.key, self.server = key, ""
        self._version: str | None = None

    def access(self) -> Access:
        """What it lets us do; learns which database it has."""
        self._talk.get("/users/0/collections", {"limit": "1"})
        headers = self._talk.answer.headers
        self.server, self._version = headers.get("Zotero-Server-ID", ""), headers.get("X-Zotero-Version")
        if self.server:
            self._talk.headers["Zotero-Server-ID"] = self.server
        rights = {"library": True, "notes": True, "files": True, "write": bool(self.server)}
        return Access(0, "Zotero on this machine", {"user": rights})

    def refusal(self) -> str | None:
        """Why it can never be written to, None where its person decides."""
        return None if self.server else local.too_old(self._version)

    def authorize(self) -> None:
        """Have Zotero ask its person whether we may write. Raises `ServiceError` when they say no."""
        self._progress(Waiting(local.PATIENCE, local.ASKING))
        url = f"{self._talk.url}/local/authorize"
        with self._talk.sentences():
            answer = self._http.post(
                url, json={"appName": local.APP_NAME}, headers=self._talk.headers, timeout=local.PATIENCE
            )
            if answer.status_code == 403 and "not enabled" not in answer.text:
                raise ServiceError(local.DENIED)
            answer.raise_for_status()
        try:
            given = answer.json()
            self.key, for_good = str(given["key"]), bool(given.get("remember"))
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ServiceError(f"{self._talk.url} does not answer like Zotero") from None
        if for_good:
            self._keep_key(self.key)
