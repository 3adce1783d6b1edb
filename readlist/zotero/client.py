"""Speaking to a Zotero server: pyzotero over an HTTP client that is patient and counts.

pyzotero builds and reads the requests. What it leaves to its caller (contracts: waiting out 429, 503 and ``Backoff``,
dates in ``Retry-After``, network errors, answers cut off, per-object failures) is done here, below it: by the time
pyzotero sees an answer, it is one it can read. Exceptions of both libraries end in this module.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

import httpx2
from pyzotero.errors import PyZoteroError
from pyzotero.zotero import Zotero

from readlist.errors import ServiceError, WrongUsage
from readlist.zotero.events import Progress, Reading, ignore
from readlist.zotero.patience import Patience, PatientClient
from readlist.zotero.state import Target, parse_target

DEFAULT_URL = "https://api.zotero.org"
#: Objects of one page of a listing: the server's limit.
PAGE = 100
_RESTARTS = 5
_KEYS_PAGE = "https://www.zotero.org/settings/keys"

Item = dict[str, Any]
T = TypeVar("T")


class StaleLibrary(Exception):
    """412: the library changed since the version that the write named; nothing was written."""


class AmbiguousWrite(Exception):
    """The answer to a write was lost: nobody knows whether it was applied. Look before repeating it."""


@dataclass(frozen=True, slots=True)
class Access:
    """What an API key may do, from ``/keys/current``."""

    user_id: int
    username: str
    access: Mapping[str, Any]

    def rights(self, target: Target) -> tuple[bool, bool]:
        """May the key (read, write) this library?"""
        if target.kind == "user":
            if target.id != self.user_id:
                return False, False
            rights = self.access.get("user") or {}
        else:
            groups = self.access.get("groups") or {}
            rights = groups.get(str(target.id)) or groups.get("all") or {}
        return bool(rights.get("library")), bool(rights.get("library") and rights.get("write"))


@dataclass(frozen=True, slots=True)
class Listing:
    """Objects and the library version that they belong to."""

    items: list[Item]
    version: int


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the objects of one write, by their place in it."""

    version: int
    successful: Mapping[int, Item] = field(default_factory=dict)
    unchanged: frozenset[int] = frozenset()
    failed: Mapping[int, tuple[int, str]] = field(default_factory=dict)


class ZoteroClient:
    """One Zotero library over the web API. Use it in a ``with`` statement; not for several threads.

    Args:
        api_key: the key, as zotero.org/settings/keys gives it.
        library: ``user:12345`` or ``group:678``; None: the personal library of the key's owner.
        url: base address of the API.
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
        progress: Progress = ignore,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timeout: float = 30.0,
        wait_limit: float = 600.0,
    ) -> None:
        if not api_key.strip() or not api_key.strip().isascii() or not api_key.strip().isprintable():
            raise WrongUsage(f"That is no Zotero API key. Make one at {_KEYS_PAGE} (readlist zotero login).")
        self._target = parse_target(library) if library else None
        self._key = api_key.strip()
        self._url = url.rstrip("/")
        try:
            parsed = httpx2.URL(self._url)
        except httpx2.InvalidURL as error:
            raise WrongUsage(f"zotero.url: '{url}' is not an address ({error})") from None
        if parsed.scheme not in {"http", "https"} or not parsed.host:
            raise WrongUsage(f"zotero.url: '{url}' is not an http or https address")
        self._patience = Patience(progress=progress, sleep=sleep, clock=clock, limit=wait_limit)
        self._http = PatientClient(
            self._patience,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 15.0)),
            # Loading the certificates takes longer than the rest; without TLS (and following no redirect) none is used.
            verify=parsed.scheme == "https",
            # A server on this machine is never behind the proxy that the environment names.
            trust_env=parsed.host not in {"localhost", "127.0.0.1", "::1"},
        )
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
    def library(self) -> Target:
        """The library that is spoken to; asks the server whose key it is, where no library was given."""
        if self._target is None:
            self._target = Target("user", self.access().user_id)
        return self._target

    def access(self) -> Access:
        """What the key may do (asked once).

        Raises:
            ServiceError: the key is unknown, or the server cannot be reached.
        """
        if self._access is None:
            # pyzotero would put the key into the address, where logs and proxies see it.
            data = self._get("/keys/current")
            try:
                self._access = Access(int(data["userID"]), str(data.get("username") or ""), data["access"])
            except (KeyError, TypeError, ValueError):
                raise ServiceError(f"{self._url} does not answer like a Zotero server") from None
        return self._access

    def require_write(self) -> None:
        """Check that the key may write to the library.

        Raises:
            ServiceError: it may not; the sentence says which right is missing and where to give it.
        """
        readable, writable = self.access().rights(self.library)
        name = f"group {self.library.id}" if self.library.kind == "group" else "your personal library"
        if self.library.kind == "user" and self.library.id != self.access().user_id:
            raise ServiceError(
                f"The Zotero key belongs to user:{self.access().user_id}, not to {self.library}. "
                "Leave zotero.library unset to use the key's own library."
            )
        if not writable:
            missing = "write to" if readable else "read or write"
            raise ServiceError(
                f"The Zotero key may not {missing} {name}. Allow library access and write access at {_KEYS_PAGE}."
            )

    # Reading

    def changed_items(self, since: int) -> Listing | None:
        """Top-level items that changed after library version ``since``, trashed ones included; 0: all of them.

        None when the library has not changed at all.
        """
        return self._restarting(lambda: self._items_once(since))

    def items_by_key(self, keys: Sequence[str]) -> Listing:
        """Items by their keys, trashed ones included; unknown keys are left out."""
        items: list[Item] = []
        version = 0
        for start in range(0, len(keys), PAGE):
            items += self._read(partial(self._named, keys[start : start + PAGE]))
            version = self._version()
        return Listing([item for item in items if isinstance(item, dict) and "data" in item], version)

    def _named(self, keys: Sequence[str]) -> None:
        self._zotero.items(itemKey=",".join(keys), includeTrashed=1, limit=PAGE)

    def deleted(self, since: int) -> tuple[dict[str, list[str]], int]:
        """Keys of what was erased for good after ``since``, by kind, and the library version."""
        found = self._read(lambda: self._zotero.deleted(since=since))
        return {kind: list(keys) for kind, keys in dict(found).items()}, self._version()

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

    # The rest is how

    @property
    def _zotero(self) -> Zotero:
        if self._api is None:
            library = self.library
            self._api = Zotero(library.id, library.kind, self._key, client=self._http)
            self._api.endpoint = self._url
        return self._api

    def _get(self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """A read that pyzotero has no call for."""
        mine = {"Authorization": f"Bearer {self._key}", "Zotero-API-Version": "3", **(headers or {})}

        def call() -> None:
            answer = self._http.get(f"{self._url}{path}", params=params, headers=mine)
            if answer.status_code != 304:
                answer.raise_for_status()

        return self._read(call)

    def _items_once(self, since: int) -> Listing | None:
        if since:
            path = f"/{self.library.kind}s/{self.library.id}/items/top"
            params = {"since": str(since), "includeTrashed": "1", "limit": str(PAGE)}
            first = self._get(path, params, {"If-Modified-Since-Version": str(since)})
            if first is None:
                return None
            return self._pages(lambda **page: self._zotero.top(since=since, includeTrashed=1, **page), first)
        return self._pages(lambda **page: self._zotero.top(includeTrashed=1, **page))

    def _pages(self, call: Callable[..., Any], first: list[Item] | None = None) -> Listing:
        """All pages of a listing, by ``start``: the server's links to the next page lose repeated parameters.

        Raises:
            _Moved: the library changed between two pages.
        """
        items = first if first is not None else self._read(lambda: call(limit=PAGE, start=0))
        version, total = self._version(), self._total(len(items))
        while len(items) < total:
            page = self._read(partial(call, limit=PAGE, start=len(items)))
            if self._version() != version or self._total(0) != total or not page:
                raise _Moved
            items = items + page
            self._progress(Reading(len(items), total))
        return Listing(items, version)

    def _restarting(self, listing: Callable[[], T]) -> T:
        for _ in range(_RESTARTS):
            with suppress(_Moved):
                return listing()
        raise ServiceError("The Zotero library keeps changing while it is read. Try again in a moment.")

    def _version(self) -> int:
        return self._header("Last-Modified-Version")

    def _total(self, otherwise: int) -> int:
        return self._header("Total-Results", otherwise)

    def _header(self, name: str, otherwise: int | None = None) -> int:
        answer = self._http.last
        value = answer.headers.get(name) if answer is not None else None
        if value is not None and value.strip().isdecimal():
            return int(value)
        if otherwise is None:
            raise ServiceError(f"{self._url} does not answer like a Zotero server (no {name})")
        return otherwise

    def _read(self, call: Callable[[], Any]) -> Any:
        """The JSON of a read, None for "not modified"; an answer that was cut off is asked for again."""
        for attempt in range(self._patience.tries):
            if self._api is not None:
                self._api.url_params = None  # a call that failed leaves its parameters to the next one
            with self._sentences():
                # pyzotero takes every address with "tags" in it for a list of tags; the answer itself is in `last`.
                with suppress(KeyError, ValueError):
                    call()
                answer = self._http.last
                assert answer is not None
                if answer.status_code == 304:
                    return None
                with suppress(ValueError):
                    return answer.json()
            self._patience.pause(attempt, "the answer was cut off")
        raise ServiceError(f"{self._url} keeps sending answers that cannot be read. Try again later.")

    def _write(self, call: Callable[[], Any]) -> Report:
        with self._sentences(write=True):
            try:
                answer = call()
            except ValueError:
                raise AmbiguousWrite("the answer was cut off") from None
            if not isinstance(answer, dict) or not {"successful", "unchanged", "failed"} <= answer.keys():
                raise AmbiguousWrite("the answer was not a report")
            failed = {
                int(place): (int(entry.get("code", 0)), html.unescape(str(entry.get("message", ""))))
                for place, entry in answer["failed"].items()
            }
            return Report(
                self._version(),
                {int(place): item for place, item in answer["successful"].items()},
                frozenset(int(place) for place in answer["unchanged"]),
                failed,
            )

    @contextmanager
    def _sentences(self, *, write: bool = False) -> Iterator[None]:
        """Turn the libraries' exceptions into ours."""
        try:
            yield
        except httpx2.TransportError as error:
            if write and self._http.maybe_applied:
                raise AmbiguousWrite(str(error) or type(error).__name__) from None
            raise ServiceError(f"{self._url} cannot be reached: {_describe(error)}. Try again later.") from None
        except (PyZoteroError, httpx2.HTTPError) as error:
            answer = self._http.last
            if answer is None:
                raise ServiceError(f"{self._url}: {error}") from None
            self._refuse(answer, write=write)

    def _refuse(self, answer: httpx2.Response, *, write: bool) -> None:
        said = html.unescape(answer.text).strip()
        said = said if len(said) <= 300 and "<" not in said else ""
        code = answer.status_code
        if write and code == 412:
            raise StaleLibrary(said)
        if write and code >= 500:
            raise AmbiguousWrite(f"{code} {said}".strip())
        if code == 403 and "invalid key" in said.lower():
            raise ServiceError(
                f"Zotero does not know this API key. Make one at {_KEYS_PAGE}, then run readlist zotero login."
            )
        if code in {401, 403}:
            reason = f": {said}" if said else ""
            raise ServiceError(f"Zotero refuses access to {self._target or 'the library'}{reason}. See {_KEYS_PAGE}.")
        if code == 404:
            raise ServiceError(f"{self._url} has no library {self._target}{f' ({said})' if said else ''}.")
        if 300 <= code < 400:
            place = answer.headers.get("Location", "elsewhere")
            raise ServiceError(f"{self._url} sends us on to {place}; set zotero.url to the address that answers.")
        raise ServiceError(f"{self._url} answered {code}{f' ({said})' if said else ''}. Try again later.")


class _Moved(Exception):
    """The library changed between two pages of one listing."""


def _describe(error: Exception) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__
