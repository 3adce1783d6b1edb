"""The pace of all requests to arXiv from this machine: one at a time, and not too soon after the last.

A user's own processes share it with all that the service asked for; with those of the machine's other users they share
what can be shared safely (`machine`). arXiv asks for one request every three seconds on one connection over all
machines of a user.
https://info.arxiv.org/help/api/tou.html
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from urllib.parse import urlsplit

from readlist.errors import ServiceError
from readlist.identifiers import host_of, on_arxiv
from readlist.resolver.arxiv_api.machine import MachinePace, OnWait
from readlist.resolver.locking import try_lock, unlock

#: Seconds between two requests that arXiv asks for.
DELAY = 3.0
#: The service sees requests arrive, not start: a new connection takes longer than a kept one. This share of the delay
#: is waited on top, so that neither side counts less than the delay.
_MARGIN = 0.02
#: The reason of every wait that nothing unusual led to.
ORDINARY = "the pace that arXiv asks for"
#: A pause asked for by the service is believed up to this many seconds (a damaged file must not stop us for good).
_LONGEST_PAUSE = 24 * 3600.0
#: A listener hears of a wait this often, in seconds.
_TICK = 1.0
#: How often to look whether another process has finished its request, and how long to go on looking, in seconds.
_POLL, _PATIENCE = 0.1, 900.0

# A link in the file's place is not followed, and Windows must not translate bytes.
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_LOCK = "arxiv.lock"
#: The name of arXiv's own services, all of them together.
ARXIV = "arxiv.org"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def pace_folder(url: str, home: Path) -> Path:
    """The folder for the `Pace` of a service: one for all of arXiv's hosts, one for each other host and port.

    It belongs to the user and the machine and not to a library, so that two data folders share one pace. Where
    the user's state folder cannot be written (a container), a private folder beside the temporary files is taken, and
    if there can be none, ``home``, the data folder.
    """
    name = service_of(url)
    for base in (_state_folder(), _temporary_folder()):
        if base is None:
            continue
        folder = base / "pace" / name
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (OSError, ValueError):
            continue
        lock = folder / _LOCK
        # A lock made by another user (sudo) is not ours to take.
        if os.access(folder, os.W_OK | os.X_OK) and (not lock.exists() or os.access(lock, os.R_OK | os.W_OK)):
            return folder
    return home / "pace" / name


def service_of(url: str) -> str:
    """What shares one pace, as a file name: ``arxiv.org`` for each of its hosts, else host and port."""
    if on_arxiv(url):
        return ARXIV
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:  # no address at all: whoever asks there will be told so
        port = 0
    return re.sub(r"[^\w.-]", "_", f"{host_of(url)}_{port}")[:100]


def pace_of(
    url: str,
    home: Path,
    delay: float,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Pace:
    """The pace of a service. Whatever was set: arXiv's own services are never asked faster than they allow."""
    return Pace(pace_folder(url, home), max(delay, DELAY) if on_arxiv(url) else delay, clock=clock, sleep=sleep)


def _state_folder() -> Path | None:
    from platformdirs import user_state_path

    try:
        return user_state_path("readlist", appauthor=False)
    except (OSError, RuntimeError):
        return None


def _temporary_folder() -> Path | None:
    """A folder of ours where everybody may make folders: only if it is no link, ours, and closed to others."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    try:
        folder = Path(tempfile.gettempdir()) / f"readlist-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    private = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077)
    return folder if stat.S_ISDIR(found.st_mode) and private else None


def _no_listener(_seconds: float, _reason: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _State:
    """When the last request started, and from when until when the service asked for quiet: seconds since the epoch."""

    started: float = 0.0
    quiet_from: float = 0.0
    quiet_until: float = 0.0


class Pace:
    """Turns for requests, shared by every process that uses the same folder (its name is that of the service).

    The lock is the operating system's own, so a process that dies frees it; the file beside it keeps when the last
    request started and until when the service asked for quiet. ``clock`` tells seconds since the epoch: processes
    have no other clock in common.
    """

    def __init__(
        self,
        folder: Path,
        delay: float = DELAY,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.delay = delay
        self._path = folder / _LOCK
        self._machine = MachinePace(folder.name, clock=clock, sleep=sleep)
        self._clock = clock
        self._sleep = sleep

    @contextmanager
    def turn(self, on_wait: OnWait = _no_listener) -> Iterator[None]:
        """Wait for this process's turn and hold it while the request runs.

        The turn is that of this user's processes, and of other users' as far as they let us.
        Raises ServiceError when another process keeps its turn for a quarter of an hour.
        """
        with self._locked(on_wait) as file:
            self._wait(file, on_wait)
            with self._machine.turn(self.delay * (1 + _MARGIN), on_wait, ORDINARY):
                self._write(file, _State(started=self._clock()))
                yield

    def pause(self, seconds: float) -> None:
        """Let no process of this user ask again for so long (Retry-After, overload)."""
        with self._locked(_no_listener) as file:
            state, now = self._read(file), self._clock()
            until = max(state.quiet_until, now + min(seconds, _LONGEST_PAUSE))
            self._write(file, _State(state.started, now, until))

    def remaining(self) -> tuple[float, bool]:
        """Seconds until the next request may start, and whether the service itself asked for that wait."""
        if not self._path.exists():
            return 0.0, False
        with self._locked(_no_listener) as file:
            return self._remaining(file)

    def _remaining(self, file: int) -> tuple[float, bool]:
        state, now = self._read(file), self._clock()
        since_start = max(state.started + self.delay * (1 + _MARGIN) - now, 0.0)
        quiet = max(state.quiet_until - now, 0.0)
        return max(since_start, quiet), quiet > since_start

    def _wait(self, file: int, on_wait: OnWait) -> None:
        while True:
            seconds, asked_for = self._remaining(file)
            if seconds <= 0:
                return
            on_wait(seconds, "the service asked for a pause" if asked_for else ORDINARY)
            self._sleep(min(seconds, _TICK))

    @contextmanager
    def _locked(self, on_wait: OnWait) -> Iterator[int]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, _OPEN, 0o600)
        except OSError as error:
            raise ServiceError(
                f"The pace of requests to arXiv is kept in {self._path}, which cannot be written ({error.strerror}): "
                "make the folder writable, then run the same command again."
            ) from error
        try:
            patience = _PATIENCE
            while not try_lock(file):
                if patience <= 0:
                    raise ServiceError(
                        f"Another readlist has been talking to arXiv for {_PATIENCE / 60:.0f} minutes "
                        f"(it holds {self._path}): end it, then run the same command again."
                    )
                on_wait(_POLL, "another readlist is asking arXiv")
                self._sleep(_POLL)
                patience -= _POLL
            try:
                yield file
            finally:
                unlock(file)
        finally:
            os.close(file)

    def _read(self, file: int) -> _State:
        """What the file says, mended where it cannot be true."""
        now = self._clock()
        os.lseek(file, 0, os.SEEK_SET)
        text = os.read(file, 4096)
        if not text:
            return _State()
        try:
            state = _State(**{name: float(value) for name, value in json.loads(text).items()})
            damaged = not all(map(isfinite, (state.started, state.quiet_from, state.quiet_until)))
        except (ValueError, TypeError, AttributeError):
            damaged = True
        if damaged:
            state = _State(started=now)  # a torn write: somebody was just asking
        elif state.started > now or state.quiet_from > now:
            # The clock was set back. A whole delay and a whole pause from now are always enough.
            pause = min(max(state.quiet_until - state.quiet_from, 0.0), _LONGEST_PAUSE)
            state = _State(min(state.started, now), now, now + pause)
        else:
            return state
        self._write(file, state)
        return state

    @staticmethod
    def _write(file: int, state: _State) -> None:
        text = json.dumps(asdict(state)).encode()
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, text)
        os.ftruncate(file, len(text))
