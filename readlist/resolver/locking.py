"""The operating system's lock on an open file: a process that dies frees it, and nobody has to clean up."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    # Windows locks are mandatory and by range: this byte lies behind everything that is ever written.
    _LOCK_BYTE = 1 << 16

    def try_lock(file: int) -> bool:
        """Take the lock if it is free, and say whether it was."""
        os.lseek(file, _LOCK_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock(file: int) -> None:
        """Let go of the lock."""
        os.lseek(file, _LOCK_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # flock belongs to the open file, so two clients in one process take turns as well (lockf would let both in).
    def try_lock(file: int) -> bool:
        """Take the lock if it is free, and say whether it was."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(file: int) -> None:
        """Let go of the lock."""
        fcntl.flock(file, fcntl.LOCK_UN)
