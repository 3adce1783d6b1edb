"""A program in a terminal of its own: how long until a text is on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path


def first_sight(command: list[str], text: bytes, folder: Path, *, limit: float = 60.0, **environment: str) -> float:
    """Seconds from the start of a program until ``text`` has reached its terminal (160 columns, 45 lines)."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    start = time.perf_counter()
    program = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
    )  # fmt: skip
    os.close(slave)
    seen = b""
    try:
        while time.perf_counter() - start < limit:
            ready, _, _ = select.select([master], [], [], 0.5)
            if ready:
                seen += os.read(master, 65536)
                if text in seen:
                    return time.perf_counter() - start
            elif program.poll() is not None:
                break
    finally:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        os.close(master)
    raise RuntimeError(f"{command}: {text!r} was not seen; the end of the output was {seen[-300:]!r}")
