"""One request to a Zotero server and its answer, whoever makes it: read to the end, or told in a sentence.

pyzotero and we ourselves send through the same patient HTTP client; the exceptions of both libraries end here.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2
from pyzotero.errors import PyZoteroError

from readlist.errors import ServiceError
from readlist.zotero import local
from readlist.zotero.access import KEYS_PAGE
from readlist.zotero.patience import Patience, PatientClient

Item = dict[str, Any]


class StaleLibrary(Exception):
    """412: the library changed since the version that the write named; nothing was written."""


class AmbiguousWrite(Exception):
    """The answer to a write was lost: nobody knows whether it was applied. Look before repeating it."""


class KeyNeeded(Exception):
    """401 of the program on this machine: it wants the person's leave first. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the objects of one write, by their place in it."""

    version: int
    successful: Mapping[int, Item] = field(default_factory=dict)
    unchanged: frozenset[int] = frozenset()
    failed: Mapping[int, tuple[int, str]] = field(default_factory=dict)


class Exchange:
    """Reads and writes over a `PatientClient`.

    Args:
        http: the client that sends.
        patience: its patience, for answers that were cut off.
        url: the address, for sentences.
        name: tells the library that is spoken of.
        here: whether this is the Zotero program on this machine.
    """

    def __init__(
        self, http: PatientClient, patience: Patience, url: str, name: Callable[[], str], *, here: bool
    ) -> None:
        self._http, self._patience, self._name, self._here = http, patience, name, here
        self.url = url
        #: Sent with each request that is not pyzotero's.
        self.headers: dict[str, str] = {"Zotero-API-Version": "3"}

    def get(self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """A read that pyzotero has no call for: its JSON, None for "not modified"."""

        def call() -> None:
            answer = self._http.get(f"{self.url}{path}", params=params, headers={**self.headers, **(headers or {})})
            if answer.status_code != 304:
                answer.raise_for_status()

        return self.read(call)

    def post_form(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """Post a form: the JSON of the answer, None for none. Raises as `sentences` does of a write."""
        with self.sentences(write=True):
            answer = self._http.post(f"{self.url}{path}", data=dict(form), headers={**self.headers, **headers})
            answer.raise_for_status()
            try:
                return None if answer.status_code == 204 else answer.json()
            except ValueError:
                raise AmbiguousWrite("the answer was cut off") from None

    def read(self, call: Callable[[], object]) -> Any:
        """The JSON of a read, None for "not modified"; an answer that was cut off is asked for again."""
        for attempt in range(self._patience.tries):
            with self.sentences():
                # pyzotero takes every address with "tags" in it for a list of tags; the answer itself is in `last`.
                with suppress(KeyError, ValueError):
                    call()
                answer = self.answer
                if answer.status_code == 304:
                    return None
                with suppress(ValueError):
                    return answer.json()
            self._patience.pause(attempt, "the answer was cut off")
        raise ServiceError(f"{self.url} keeps sending answers that cannot be read. Try again later.")

    def write(self, call: Callable[[], object]) -> Report:
        """What became of the objects of a write; raises as `sentences` does."""
        with self.sentences(write=True):
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
                self.version,
                {int(place): item for place, item in answer["successful"].items()},
                frozenset(int(place) for place in answer["unchanged"]),
                failed,
            )

    @property
    def answer(self) -> httpx2.Response:
        """The latest answer."""
        answer = self._http.last
        assert answer is not None
        return answer

    @property
    def version(self) -> int:
        """The library version of the latest answer."""
        return self.number("Last-Modified-Version")

    def number(self, name: str, otherwise: int | None = None) -> int:
        """A number in a header of the latest answer."""
        value = self._http.last.headers.get(name) if self._http.last is not None else None
        if value is not None and value.strip().isdecimal():
            return int(value)
        if otherwise is None:
            raise ServiceError(f"{self.url} does not answer like a Zotero server (no {name})")
        return otherwise

    @contextmanager
    def sentences(self, *, write: bool = False) -> Iterator[None]:
        """Turn the libraries' exceptions into ours.

        Raises:
            StaleLibrary, AmbiguousWrite, KeyNeeded: of a write.
            ServiceError: a sentence for a person.
        """
        try:
            yield
        except httpx2.TransportError as error:
            if write and self._http.maybe_applied:
                raise AmbiguousWrite(str(error) or type(error).__name__) from None
            raise ServiceError(self._unreachable(error)) from None
        except (PyZoteroError, httpx2.HTTPError) as error:
            if self._http.last is None:
                raise ServiceError(f"{self.url}: {error}") from None
            self._refuse(self._http.last, write=write)

    def _unreachable(self, error: httpx2.TransportError) -> str:
        reached = self._http.reached
        if self._here and not reached and isinstance(error, httpx2.ConnectError):
            return local.NOT_RUNNING.format(url=self.url)
        reason = "no answer in time" if isinstance(error, httpx2.TimeoutException) else str(error)
        reason = reason or type(error).__name__
        if reached:
            return f"{self.url} cannot be reached: {reason}. Try again later."
        return f"{self.url} cannot be reached: {reason}. The list is untouched; try again later."

    def _refuse(self, answer: httpx2.Response, *, write: bool) -> None:
        said = html.unescape(answer.text).strip()
        said = said if len(said) <= 300 and "<" not in said else ""
        code = answer.status_code
        if self._here:
            self._refuse_here(code, said)
        if write and code == 412:
            raise StaleLibrary(said)
        if write and code >= 500:
            raise AmbiguousWrite(f"{code} {said}".strip())
        if code == 403 and "invalid key" in said.lower():
            raise ServiceError(
                f"Zotero does not know this API key. Make one at {KEYS_PAGE}, then run readlist zotero login."
            )
        if code in {401, 403}:
            reason = f": {said}" if said else ""
            raise ServiceError(f"Zotero refuses access to {self._name()}{reason}. See {KEYS_PAGE}.")
        if code == 404:
            raise ServiceError(f"{self.url} has no library {self._name()}{f' ({said})' if said else ''}.")
        if 300 <= code < 400:
            place = answer.headers.get("Location", "elsewhere")
            raise ServiceError(f"{self.url} sends us on to {place}; set zotero.url to the address that answers.")
        raise ServiceError(f"{self.url} answered {code}{f' ({said})' if said else ''}. Try again later.")

    def _refuse_here(self, code: int, said: str) -> None:
        if code == 401:
            raise KeyNeeded(said)
        if code == 403 and "not enabled" in said.lower():
            raise ServiceError(local.SWITCHED_OFF)
        if code == 412 and "server-id" in said.lower():
            raise ServiceError(local.OTHER_DATABASE)
