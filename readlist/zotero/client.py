"""Speaking to a Zotero server: pyzotero over an HTTP client that is patient and counts.

pyzotero builds and reads the requests. What it leaves to its caller (contracts: waiting out 429, 503 and ``Backoff``,
dates in ``Retry-After``, network errors, answers cut off, per-object failures) is done here and below: by the time
pyzotero sees an answer, it is one it can read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx2
from pyzotero.zotero import Zotero

from readlist.errors import ServiceError, WrongUsage
from readlist.zotero import files, local
from readlist.zotero.access import KEYS_PAGE, Access, Group
from readlist.zotero.desktop import Desktop
from readlist.zotero.events import Progress, Reading, ignore
from readlist.zotero.exchange import AmbiguousWrite, Exchange, Item, KeyNeeded, Report, StaleLibrary
from readlist.zotero.files import Uploaded
from readlist.zotero.patience import Patience, PatientClient
from readlist.zotero.state import Target, parse_target

__all__ = [
    "Access", "AmbiguousWrite", "Group", "Item", "Listing", "Report", "StaleLibrary", "Uploaded", "ZoteroClient",
]  # fmt: skip

DEFAULT_URL = "https://api.zotero.org"
#: Objects of one page of a listing: the server's limit.
PAGE = 100
_RESTARTS = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """Objects and the library version that they belong to; ``complete``: all that the library has, not only news."""

    items: list[Item]
    version: int
    complete: bool = False


class ZoteroClient:
    """One Zotero library over the web API, or that of the Zotero program on this machine. Use it in a ``with``
    statement; not for several threads.

    Args:
        api_key: the key, as zotero.org/settings/keys gives it; for ``local`` the program's own, empty for none yet.
        library: ``user:12345``, ``group:678`` or ``local``; None: the personal library of the key's owner.
        url: base address of the API.
        contact: whom the server's staff may write to about our requests.
        keep_key: told of a key that the program on this machine gave for good, to be kept for next time.
        progress: told of waits.
        sleep, clock: seconds; clock only ever grows.
        wait_limit: the longest wait in seconds that one request may cost before we give up.
    """

    def __init__(
        self,
        api_key: str,
        *,
        library: str | None = None,
        url: str = DEFAULT_URL,
        contact: str | None = None,
        keep_key: Callable[[str], object] = lambda _key: None,
        progress: Progress = ignore,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timeout: float = 30.0,
        wait_limit: float = 600.0,
    ) -> None:
        here = local.is_local(library)
        self._key = api_key.strip()
        if (not self._key and not here) or not self._key.isascii() or not (self._key or " ").isprintable():
            raise WrongUsage(f"That is no Zotero API key. Make one at {KEYS_PAGE} (readlist zotero login).")
        self._target = parse_target(library) if library and not here else None
        self._url = local.base(url) if here else url.rstrip("/")
        parsed = _address(self._url)
        self._patience = Patience(progress=progress, sleep=sleep, clock=clock, limit=wait_limit)
        self._http = PatientClient(
            self._patience,
            contact=contact,
            hasty=here,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 15.0)),
            # Loading the certificates takes longer than the rest; without TLS (and following no redirect) none is used.
            verify=parsed.scheme == "https",
            # A server on this machine is never behind the proxy that the environment names.
            trust_env=not local.is_here(self._url),
        )
        self._talk = Exchange(
            self._http, self._patience, self._url, lambda: str(self._target or "the library"), here=here
        )
        self._desktop: Desktop | None = None
        if here:
            self._desktop = Desktop(self._http, self._talk, self._key, keep_key, progress)
        else:
            self._talk.headers["Authorization"] = f"Bearer {self._key}"
        self._write_timeout = 2 * timeout  # 50 new items take the server a while
        self._progress = progress
        self._access: Access | None = None
        self._api: Zotero | None = None

    def __enter__(self) -> ZoteroClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @property
    def requests(self) -> int:
        """Requests sent so far, repeated ones included."""
        return self._http.sent

    @property
    def url(self) -> str:
        """The address that is spoken to."""
        return self._url

    @property
    def library(self) -> Target:
        """The library that is spoken to; asks the server whose key it is, where no library was given.

        Of the program on this machine, its text is ``local:<server id>``: versions count for that database only.
        """
        if self._target is None:
            user = self.access().user_id
            app = self._desktop
            self._target = local.LocalLibrary("user", 0, app.server) if app else Target("user", user)
        return self._target

    def access(self) -> Access:
        """What the key may do (asked once).

        Raises:
            ServiceError: the key is unknown, or the server cannot be reached.
        """
        if self._access is None:
            self._access = self._desktop.access() if self._desktop else self._key_access()
        return self._access

    def _key_access(self) -> Access:
        # pyzotero would put the key into the address, where logs and proxies see it.
        data = self._talk.get("/keys/current")
        try:
            return Access(int(data["userID"]), str(data.get("username") or ""), data["access"])
        except (KeyError, TypeError, ValueError):
            raise ServiceError(f"{self._url} does not answer like a Zotero server") from None

    def groups(self) -> tuple[Group, ...]:
        """The group libraries that the key reaches, by name."""
        if self._desktop:
            return ()
        known = self.access()
        rows: list[Item] = []
        while True:
            page = self._talk.get(f"/users/{known.user_id}/groups", {"limit": str(PAGE), "start": str(len(rows))})
            rows += page if isinstance(page, list) else []
            if not page or len(rows) >= self._talk.number("Total-Results", len(rows)):
                break
        groups = [
            Group(number, str((row.get("data") or {}).get("name") or ""), known.rights(Target("group", number))[1])
            for row in rows
            if (number := int(row.get("id", 0)))
        ]
        return tuple(sorted(groups, key=lambda group: (group.name.casefold(), group.id)))

    def refusal(self) -> str | None:
        """One sentence on why the library cannot be written; None where it can, or where its person may allow it."""
        known, target = self.access(), self.library
        if self._desktop:
            return self._desktop.refusal()
        lost = target.kind == "group" and not known.rights(target)[0]
        return known.refusal(target, self.groups() if lost else ())

    def require_write(self) -> None:
        """Check that the key may write to the library; the program on this machine asks its person, if need be.

        Raises:
            ServiceError: it may not; the sentence says which right is missing and where to give it.
        """
        if reason := self.refusal():
            raise ServiceError(reason)
        if self._desktop and not self._desktop.key:
            self._desktop.authorize()

    # Reading

    def changed_items(self, since: int, *, notes: bool = False) -> Listing | None:
        """Items that changed after library version ``since``, trashed ones included; 0: all of them.

        None when the library has not changed at all. Without ``notes`` those that hang on others are left out; with
        them, attachments are.
        """
        if not notes:
            return self._restarting(lambda: self._news("items/top", since, {}, lambda: self._zotero.top))
        # Notes come with the works in one listing: two listings might be of two states of the library.
        works = {"itemType": "-attachment"}
        return self._restarting(lambda: self._news("items", since, works, lambda: self._zotero.items))

    def attachments(self, parent_key: str) -> list[Item]:
        """The attachments of an item, trashed ones included."""
        listing = self._restarting(
            lambda: self._pages(partial(self._zotero.children, parent_key, itemType="attachment", includeTrashed=1))
        )
        return listing.items

    def items_by_key(self, keys: Sequence[str]) -> Listing:
        """Items by their keys, trashed ones included; unknown keys are left out."""
        items: list[Item] = []
        version = 0
        for start in range(0, len(keys), PAGE):
            items += self._read(partial(self._named, keys[start : start + PAGE]))
            version = self._talk.version
        return Listing([item for item in items if isinstance(item, dict) and "data" in item], version)

    def _named(self, keys: Sequence[str]) -> None:
        self._zotero.items(itemKey=",".join(keys), includeTrashed=1, limit=PAGE)

    def deleted(self, since: int) -> tuple[dict[str, list[str]], int]:
        """Keys of what was erased for good after ``since``, by kind, and the library version.

        The program on this machine keeps no such list; its listings are complete instead.
        """
        if self._desktop:
            self._talk.get("/users/0/collections", {"limit": "1"})
            return {}, self._talk.version
        found = self._read(lambda: self._zotero.deleted(since=since))
        return {kind: list(keys) for kind, keys in dict(found).items()}, self._talk.version

    def collections(self) -> Listing:
        """All collections."""
        return self._restarting(lambda: self._pages(self._zotero.collections))

    # Writing

    def write_items(self, objects: Sequence[Mapping[str, Any]], *, version: int) -> Report:
        """Create and update up to 50 items (each with ``key`` and ``version``), if the library is still at
        ``version``.

        Raises:
            StaleLibrary: it is not; nothing was written.
            AmbiguousWrite: the answer was lost.
            ServiceError: the server refused the whole request.
        """
        # With own keys, create_items both creates and updates, and returns what became of each object;
        # update_items says True whatever happened.
        payload = [dict(item) for item in objects]
        return self._write(
            lambda: self._zotero.create_items(payload, last_modified=version, timeout=self._write_timeout)
        )

    def create_collection(self, name: str, *, version: int) -> Report:
        """Make a top-level collection, if the library is still at ``version``; raises as `write_items` does."""
        payload = [{"name": name, "parentCollection": False}]
        return self._write(lambda: self._zotero.create_collections(payload, last_modified=version))

    def create(self, objects: Sequence[Mapping[str, Any]]) -> Report:
        """Make up to 50 items with keys of their own (``version`` 0), whatever the library's version; those that are
        there already fail with 412. Raises as `write_items` does, but for StaleLibrary."""
        payload = [dict(item) for item in objects]
        return self._write(lambda: self._zotero.create_items(payload, timeout=self._write_timeout))

    def upload_pdf(self, parent_key: str, path: Path, *, title: str = "PDF") -> Uploaded:
        """Put a PDF below an item, once: a file that is there already is not sent again.

        Interrupted anywhere, the same call goes on from there. It moves the library's version. Raises `ReadlistError`
        where the file cannot be read, `ServiceError` where Zotero does not take it.
        """
        return files.upload_pdf(self, parent_key, path, title=title)

    # What uploads need

    def post_form(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """Post a form to a path of the library; the JSON of the answer, None for none."""
        place = f"/{self.library.kind}s/{self.library.id}{path}"

        def call() -> Any:
            mine = {"Zotero-API-Key": self._desktop.key} if self._desktop else {}
            return self._talk.post_form(place, form, {**headers, **mine})

        try:
            return self._allowed(call)
        except StaleLibrary as error:
            raise AmbiguousWrite(str(error)) from None  # the file is not what we took it for: look again

    def pause(self, attempt: int, reason: str) -> None:
        """Wait before another attempt, telling the progress callback."""
        self._patience.pause(attempt, reason)

    def server_headers(self) -> Mapping[str, str]:
        """What the program on this machine wants to be told with each write: which database is meant."""
        return {"Zotero-Server-ID": self._desktop.server} if self._desktop else {}

    # The rest is how

    @property
    def _zotero(self) -> Zotero:
        if self._api is None:
            library = self.library
            mine: dict[str, Any] = {"api_key": self._key}
            if app := self._desktop:
                mine = {"local": True, "server_id": app.server or None, "local_api_key": app.key or None}
            self._api = Zotero(library.id, library.kind, client=self._http, **mine)
            self._api.endpoint = self._url
        return self._api

    def _news(
        self, path: str, since: int, params: Mapping[str, str], call: Callable[[], Callable[..., Any]]
    ) -> Listing | None:
        """What changed after ``since``; ``call`` is pyzotero's for the same path."""
        given = {"includeTrashed": 1, **params}
        if not since:
            return self._pages(partial(call(), **given), complete=True)
        asked = {name: str(value) for name, value in {**given, "since": since, "limit": PAGE}.items()}
        library = self.library
        place = f"/{library.kind}s/{library.id}/{path}"
        first = self._talk.get(place, asked, {"If-Modified-Since-Version": str(since)})
        if first is None:
            return None
        if self._desktop:  # nothing tells what was deleted there, so all is read again
            return self._pages(partial(call(), **given), complete=True)
        return self._pages(partial(call(), since=since, **given), first)

    def _pages(self, call: Callable[..., Any], first: list[Item] | None = None, *, complete: bool = False) -> Listing:
        """All pages of a listing, by ``start``: the server's links to the next page lose repeated parameters.

        Raises:
            _Moved: the library changed between two pages.
        """
        items = first if first is not None else self._read(lambda: call(limit=PAGE, start=0))
        version, total = self._talk.version, self._talk.number("Total-Results", len(items))
        while len(items) < total:
            page = self._read(partial(call, limit=PAGE, start=len(items)))
            if self._talk.version != version or self._talk.number("Total-Results", 0) != total or not page:
                raise _Moved
            items = items + page
            self._progress(Reading(len(items), total))
        return Listing(items, version, complete)

    def _restarting(self, listing: Callable[[], T]) -> T:
        for _ in range(_RESTARTS):
            with suppress(_Moved):
                return listing()
        raise ServiceError("The Zotero library keeps changing while it is read. Try again in a moment.")

    def _read(self, call: Callable[[], object]) -> Any:
        def fresh() -> object:
            if self._api is not None:
                self._api.url_params = None  # a call that failed leaves its parameters to the next one
            return call()

        return self._talk.read(fresh)

    def _write(self, call: Callable[[], object]) -> Report:
        return self._allowed(lambda: self._talk.write(call))

    def _allowed(self, call: Callable[[], T]) -> T:
        """A write; where the program on this machine wants its person's leave (again), it is asked for once."""
        try:
            return call()
        except KeyNeeded:
            assert self._desktop is not None
            self._desktop.authorize()
            self._drop_api()  # it holds the old key
        try:
            return call()
        except KeyNeeded:
            raise ServiceError(local.DENIED) from None

    def _drop_api(self) -> None:
        if self._api is not None:
            # What is left of it, once it is collected, closes the connections that it has: those that are still used.
            self._api.client = None
        self._api = None


class _Moved(Exception):
    """The library changed between two pages of one listing."""


def _address(url: str) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise WrongUsage(f"zotero.url: '{url}' is not an address ({error})") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise WrongUsage(f"zotero.url: '{url}' is not an http or https address")
    return parsed
