"""A program in a terminal of its own: how long until a text is on the screen, and how long a key takes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path


class Terminal:
    """A program in a terminal of 160 columns and 45 lines. Times are of `time.perf_counter`, in seconds."""

    def __init__(self, command: list[str], folder: Path, **environment: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
        self.started = time.perf_counter()
        self.program = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
        )  # fmt: skip
        os.close(slave)
        #: What was written since it was looked at last.
        self.seen = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_exc: object) -> None:
        os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()
        os.close(self._master)

    def read(self, seconds: float) -> bool:
        """Wait so long for something to be written; returns whether something was."""
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0.0))
        if ready:
            self.seen += os.read(self._master, 65536)
        return bool(ready)

    def wait_for(self, text: bytes, limit: float = 60.0) -> float:
        """When a text had reached the terminal; what was written up to its end is taken away."""
        end = time.perf_counter() + limit
        while text not in self.seen:
            if time.perf_counter() > end or (not self.read(0.5) and self.program.poll() is not None):
                raise RuntimeError(f"{text!r} was not seen; the end of the output was {self.seen[-300:]!r}")
        at = time.perf_counter()
        self.seen = self.seen.partition(text)[2]
        return at

    def send(self, keys: bytes) -> float:
        """Type; returns when."""
        at = time.perf_counter()
        while keys:
            _, writable, _ = select.select([], [self._master], [], 0.01)
            if writable:
                keys = keys[os.write(self._master, keys[:1024]) :]
            self.read(0)
        return at

    def rest(self, silence: float) -> None:
        """Until nothing was written for so long; a cursor that blinks is waited for three seconds at most."""
        end = time.perf_counter() + 3.0
        while self.read(silence) and time.perf_counter() < end:
            pass
        self.seen = b""

    def last_byte(self, key: bytes, silence: float) -> float:
        """Seconds from a key to the last byte of what is written because of it, before a silence."""
        self.seen = b""
        sent = last = self.send(key)
        while self.read(silence if last > sent else 2.0):
            last = time.perf_counter()
        return last - sent

    def processor(self) -> float:
        """Seconds of the processor that the program has used so far (Linux): what it would take on an idle machine."""
        fields = Path(f"/proc/{self.program.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[float, float]:
        """Resident memory now and at most, in MB (Linux)."""
        status = Path(f"/proc/{self.program.pid}/status").read_text(encoding="ascii", errors="replace")
        now, most = (re.search(rf"{name}:\s+(\d+) kB", status) for name in ("VmRSS", "VmHWM"))
        return (int(now[1]) / 1000 if now else 0.0, int(most[1]) / 1000 if most else 0.0)


def first_sight(command: list[str], text: bytes, folder: Path, **environment: str) -> float:
    """Seconds from the start of a program until ``text`` has reached its terminal."""
    with Terminal(command, folder, **environment) as terminal:
        return terminal.wait_for(text) - terminal.started
