"""One question over HTTP: sent, followed through redirects, read within bounds, and its status understood."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import requests
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import NewConnectionError

from readlist import __version__
from readlist.resolver.arxiv_api.adapter import BoundedAdapter
from readlist.resolver.arxiv_api.faults import GaveUp, Passing, Refused, TooLong
from readlist.resolver.arxiv_api.feed import error_message
from readlist.resolver.arxiv_api.unpacking import TooMuch, Unpacker

#: Longer URLs are refused somewhere near 8 kB; from here on the question goes as a POST body.
LONGEST_URL = 6000
#: Bytes of the largest answer that is read, packed or not (2,000 long entries are about 10 MB).
LARGEST_ANSWER = 32 * 1024 * 1024
#: The statuses that send one elsewhere, and how often one lets oneself be sent.
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
_NO_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
_CHUNK = 64 * 1024
#: Seconds until a connection stands.
_CONNECT_TIMEOUT = 10.0


class Transport:
    """Sends questions to one address.

    ``turn`` is entered once for each request (redirects too) with the address asked, and keeps the pace. ``explain``
    reads the message of an error page, the empty string when it is none. ``read_timeout`` bounds
    each silence, ``total_timeout`` one whole exchange, in seconds.
    """

    def __init__(
        self,
        session: requests.Session,
        url: str,
        turn: Callable[[str], AbstractContextManager[None]],
        *,
        contact: str | None = None,
        explain: Callable[[bytes], str] = error_message,
        read_timeout: float,
        total_timeout: float,
        largest_answer: int = LARGEST_ANSWER,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.url = url
        #: Something has come back from there, if only an error.
        self.reached = False
        self._session = session
        self._session.headers["User-Agent"] = user_agent(contact)
        # What we can unpack piece by piece, whatever else the HTTP library knows.
        self._session.headers["Accept-Encoding"] = "gzip"
        follow_nothing(session)
        self._adapter = BoundedAdapter()
        session.mount("https://", self._adapter)
        session.mount("http://", self._adapter)
        self._turn = turn
        self._explain = explain
        self._timeouts = (_CONNECT_TIMEOUT, read_timeout)
        self._total_timeout = total_timeout
        self._largest_answer = largest_answer
        self._clock = clock
        # Where a redirect led, so that it costs its extra request only once.
        self._moved_to: str | None = None

    def ask(self, parameters: Mapping[str, str]) -> bytes:
        """The body of the answer with status 200. Raises one of the faults, never an error of the HTTP library."""
        query = urlencode(parameters)
        address = self._moved_to or self.url
        post = len(address) + 1 + len(query) > LONGEST_URL
        try:
            target, tried = address if post else _with_query(address, query), set[str]()
        except ValueError as error:
            raise GaveUp(f"{self.url} is not an address that can be asked") from error
        while True:
            if target in tried or len(tried) > MOST_REDIRECTS:
                self._moved_to = None
                raise GaveUp(f"{_host(self.url)} redirects in a circle: check the address {self.url}")
            tried.add(target)
            try:
                status, headers, body = self._send(target, query if post else None)
                location = headers.get("Location", "").strip()
                if status in REDIRECTS and location:
                    target = redirected(target, location, "" if post else query)
                    continue
                self._raise_for(status, headers, body, post)
            except (Passing, GaveUp) as fault:
                # Perhaps only the place we were sent to is at fault; under overload it is not worth a request more.
                if not (isinstance(fault, Passing) and fault.overload):
                    self._moved_to = None
                raise
            if len(tried) > 1:
                self._moved_to = _without_query(target)
            return body

    def _send(self, target: str, form: str | None) -> tuple[int, Mapping[str, str], bytes]:
        headers = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        with self._turn(target), self._adapter.within(self._total_timeout) as late:
            try:
                with self._session.request(
                    "GET" if form is None else "POST",
                    target,
                    data=form,
                    headers=headers,
                    timeout=self._timeouts,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    self.reached = True
                    answer = response.status_code, response.headers, self._said(response)
                if not late.is_set():  # else it only looks like an answer
                    return answer
            except (*_NO_ADDRESS, UnicodeError) as error:
                raise GaveUp(f"{target.partition('?')[0]} is not an address that can be asked") from error
            except (requests.exceptions.RequestException, Urllib3Error, OSError) as error:
                if not late.is_set():
                    raise no_answer(_host(target), error) from error
            raise Passing(f"{_host(target)} sent its answer too slowly")

    def _said(self, response: requests.Response) -> bytes:
        try:
            return self._body(response)
        except Passing:
            if response.status_code == 200:
                raise
            return b""  # of an error the status and its headers say what is to be done

    def _body(self, response: requests.Response) -> bytes:
        host = _host(self.url)
        came = 0
        try:
            unpacker = Unpacker(response.headers.get("Content-Encoding", ""), self._largest_answer)
            # read1 returns what has come; read would wait for a whole chunk however slowly it drips. Unpacked by the
            # library, a small piece might fill the memory.
            while piece := response.raw.read1(_CHUNK, decode_content=False):
                came += len(piece)
                unpacker.feed(piece)
                if came > self._largest_answer:
                    raise TooMuch
            return unpacker.whole()
        except TooMuch:
            raise Passing(f"{host} sent an answer of more than {self._largest_answer:,} bytes", costly=True) from None
        except ValueError as error:
            raise Passing(f"{host} sent an answer that cannot be unpacked ({error})") from error

    def _raise_for(self, status: int, headers: Mapping[str, str], body: bytes, posted: bool) -> None:
        if status == 200:
            return
        host = _host(self.url)
        wait = retry_after(headers.get("Retry-After"), self._clock())
        if status == 429:
            raise Passing(f"{host} is overloaded (429)", retry_after=wait, overload=True)
        if status in {408, 425} or 500 <= status < 600:
            message = self._explain(body)
            said = f"{status}: {message}" if message else str(status)
            # 504: the question may be too heavy to be answered in time.
            raise Passing(f"{host} failed ({said})", retry_after=wait, perhaps_ours=status in {500, 504})
        if status in {413, 414}:
            raise TooLong(f"{host} refused a question as too long ({status}{', POST' if posted else ''})")
        if status == 400:
            raise Refused(f"arXiv refused the query: {self._explain(body) or 'status 400'}")
        raise GaveUp(f"{host} answered with status {status}: check the address {self.url}")


def user_agent(contact: str | None) -> str:
    """Who asks: program, version, and whom to write to, where somebody said so.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5
    """
    return f"readlist/{__version__} ({contact or 'reading-list manager; no contact given'})"


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date. None for none and for nonsense.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max((until - datetime.fromtimestamp(now, UTC)).total_seconds(), 0.0)


def follow_nothing(session: requests.Session) -> None:
    """Redirects are followed by who keeps the pace.

    The library reads the address of a redirect even where it is not to follow, and stumbles over a bad one.
    """
    session.get_redirect_target = _nowhere  # type: ignore[method-assign]


def _nowhere(resp: requests.Response) -> str | None:
    del resp
    return None


def redirected(target: str, location: str, query: str = "") -> str:
    """The address to ask next; the question itself is sent along where the redirect dropped it.

    Raises GaveUp where that is no address, or none that is safe to ask.
    """
    before = urlsplit(target)
    try:
        there = urljoin(target, location)
        after = urlsplit(there)
        _ = after.port
    except ValueError as error:
        raise GaveUp(f"{before.netloc} redirects to {location[:200]!r}, which is no address") from error
    if after.scheme not in {"http", "https"} or (before.scheme == "https" and after.scheme == "http"):
        raise GaveUp(f"{before.netloc} redirects to {there}, which is not safe to follow")
    return there if after.query or not query else _with_query(there, query)


def _with_query(address: str, query: str) -> str:
    if not query:
        return address
    return f"{address}{'&' if urlsplit(address).query else '?'}{query}"


def _without_query(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(query="", fragment=""))


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc or url
    except ValueError:
        return url


def no_answer(host: str, error: Exception) -> Passing:
    """What kept an exchange from being one."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    no_way = (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError, requests.exceptions.SSLError)
    if isinstance(error, no_way) or isinstance(cause, NewConnectionError):
        return Passing(f"no connection to {host} ({_reason(error)})", unreached=True)
    if isinstance(error, requests.exceptions.Timeout):
        return Passing(f"{host} did not answer in time")
    return Passing(f"{host} broke off ({_reason(error)})")


def _reason(error: BaseException) -> str:
    """The innermost cause in words: the libraries wrap it several times, addresses and all."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:120]
