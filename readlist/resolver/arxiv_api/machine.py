"""The pace that all users of a machine share: arXiv sees one address, whoever asks from it.

A folder that everybody may write to holds a small file for each service. Nothing in it is trusted with more than a
short wait, for anybody may have put it there: whoever holds the lock for too long is passed by, and what is no plain
file is left alone. Then the user's own pace holds all the same.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from readlist.resolver.locking import try_lock, unlock

#: Where the folder is, as an environment variable for whoever keeps no common /tmp (and for tests).
FOLDER_VARIABLE = "READLIST_PACE_FOLDER"
_COMMON = "/tmp"
_NAME = "readlist-pace"
#: A folder in which everybody may make files and nobody may remove those of others.
_STICKY = stat.S_ISVTX | stat.S_IWOTH
#: How often to look whether another user's request is done, and for how long, in seconds: few answers take longer.
_POLL, _PATIENCE = 0.1, 60.0
# A link is not followed, a named pipe does not block. No O_CREAT: Linux would refuse the files of others.
_PLAIN = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_LONGEST = 64

#: Told the seconds that remain and what is waited for.
OnWait = Callable[[float, str], None]


class MachinePace:
    """Turns for requests to one service, shared with the other users of this machine as far as they play along.

    ``name`` is the service's, as a file name. Where there is no common folder (Windows, a machine that has none with
    the right to write) a turn is free at once.
    """

    def __init__(
        self, name: str, *, clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._name = name
        self._clock = clock
        self._sleep = sleep
        self._given_up = os.name != "posix"

    @contextmanager
    def turn(self, delay: float, on_wait: OnWait, reason: str) -> Iterator[None]:
        """Wait until the last request of anybody is ``delay`` seconds ago, and hold the turn while the request runs.

        Never waits much longer than a minute; ``reason`` is what ``on_wait`` is told about an ordinary wait.
        """
        file = None if self._given_up else self._opened()
        if file is None:
            yield
            return
        try:
            locked = self._lock(file, on_wait)
            self._wait(file, delay, on_wait, reason)
            with suppress(OSError):  # a full disk: then only this user's own pace is kept
                os.pwrite(file, f"{self._clock():<32.3f}".encode(), 0)
            try:
                yield
            finally:
                if locked:
                    unlock(file)
        finally:
            os.close(file)

    def _opened(self) -> int | None:
        try:
            folder = _folder()
        except OSError:
            return None
        try:
            file = _file(folder, self._name)
        except OSError:
            return None
        finally:
            os.close(folder)
        found = os.fstat(file)
        # A second name might be that of a file which somebody would like us to overwrite.
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
            if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != 0o666:
                os.fchmod(file, 0o666)  # just made, and the umask may have taken something away
            return file
        os.close(file)
        return None

    def _lock(self, file: int, on_wait: OnWait) -> bool:
        patience = _PATIENCE
        while not try_lock(file):
            if patience <= 0:
                self._given_up = True  # it may be held in order to stop us
                return False
            on_wait(_POLL, "another user of this machine is asking arXiv")
            self._sleep(_POLL)
            patience -= _POLL
        return True

    def _wait(self, file: int, delay: float, on_wait: OnWait, reason: str) -> None:
        try:
            started = float(os.pread(file, _LONGEST, 0) or b"0")
        except (OSError, ValueError):
            started = self._clock()  # damaged: somebody may just have been asking
        # A start in the future (a clock that was set back, a joke) is worth one delay, as one of just now.
        left = min(started + delay - self._clock(), delay)
        while left > 0:
            on_wait(left, reason)
            nap = min(left, 1.0)
            self._sleep(nap)
            left -= nap


def _folder() -> int:
    """The common folder, opened. Raises OSError where there is none that is safe to use."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    base = os.open(Path(os.environ.get(FOLDER_VARIABLE) or _COMMON), flags)
    try:
        found = os.fstat(base)
        if found.st_uid not in {0, os.geteuid()} or found.st_mode & _STICKY != _STICKY:
            raise PermissionError("not a folder for everybody")
        with suppress(FileExistsError):
            os.mkdir(_NAME, 0o700, dir_fd=base)
        folder = os.open(_NAME, flags | os.O_NOFOLLOW, dir_fd=base)
    finally:
        os.close(base)
    try:
        found = os.fstat(folder)
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != 0o1777:
            os.fchmod(folder, 0o1777)  # just made, and the umask may have taken something away
        elif found.st_mode & _STICKY != _STICKY:
            raise PermissionError("not a folder for everybody")
    except OSError:
        os.close(folder)
        raise
    return folder


def _file(folder: int, name: str) -> int:
    try:
        return os.open(name, _PLAIN, dir_fd=folder)
    except FileNotFoundError:
        pass
    try:
        return os.open(name, _PLAIN | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder)
    except FileExistsError:
        return os.open(name, _PLAIN, dir_fd=folder)  # another process was quicker
