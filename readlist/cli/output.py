"""Where output goes: data to standard output, talk to standard error. Colours and bars only for terminals."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from readlist.actions.progress import Report, silent
from readlist.text import count

__all__ = ["Output", "called", "count", "plain", "plain_title"]


class Output:
    """Both streams, and how much is said: -1 quiet, 0 normal, 1 verbose."""

    def __init__(self, out: IO[str], err: IO[str], verbosity: int = 0, *, no_color: bool = False) -> None:
        self.out, self.err, self.verbosity = out, err, verbosity
        self._no_color = no_color

    @classmethod
    def of_process(cls, verbosity: int) -> Output:
        for stream in (sys.stdout, sys.stderr):
            # A title may hold what the terminal's encoding cannot say; a "?" there is better than a crash.
            # What goes into a file or a pipe is UTF-8, whatever the locale says: scripts read it.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace", **({} if stream.isatty() else {"encoding": "utf-8"}))
        return cls(sys.stdout, sys.stderr, verbosity, no_color=bool(os.environ.get("NO_COLOR")))

    @property
    def interactive(self) -> bool:
        """Whether a person sits there who can be asked."""
        return sys.stdin is not None and sys.stdin.isatty() and self.out.isatty()

    @property
    def colours(self) -> bool:
        """Whether standard output is to have colours."""
        return not self._no_color and self.out.isatty()

    def data(self, text: str = "") -> None:
        """A line of what was asked for."""
        self.out.write(text + "\n")

    def done(self, text: str) -> None:
        """What a command did, where nothing was asked for but to do it: silent when quiet."""
        if self.verbosity >= 0:
            self.data(text)

    def raw(self, text: str) -> None:
        """Text that was asked for, as it is."""
        self.out.write(text)

    def json(self, value: object) -> None:
        """The one JSON document of a command."""
        self.out.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def say(self, text: str) -> None:
        """What a person wants to know, unless quiet."""
        if self.verbosity >= 0:
            self.err.write(text + "\n")

    def detail(self, text: str) -> None:
        """What only a curious person wants to know."""
        if self.verbosity > 0:
            self.err.write(text + "\n")

    def complain(self, text: str) -> None:
        """What went wrong; said however quiet."""
        self.err.write(f"readlist: {text}\n")

    def style(self, text: str, code: str) -> str:
        """Text in a terminal style (``1`` bold, ``2`` dim, ``32`` green …) where that is wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours else text

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """A bar on standard error while something takes long; nothing where that is no terminal."""
        if self.verbosity < 0 or not self.err.isatty() or self._no_color:
            yield silent
            return
        from readlist.cli.bars import bars

        with bars(self.err) as report:
            yield report


def called() -> str:
    """The program's name as this person can type it again: with its folder where the shell does not look there."""
    program = Path(sys.argv[0])
    if program.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m readlist"
    on_path = shutil.which("readlist")
    here = program.stem == "readlist" and program.exists()
    return shlex.quote(sys.argv[0]) if here and not (on_path and program.samefile(on_path)) else "readlist"


def plain(text: str) -> str:
    """Text from outside made harmless for a terminal: no control characters, no bidi overrides, one line."""
    cleaned = "".join(c if c.isprintable() or c == " " else " " for c in text if c not in _BIDI)
    return " ".join(cleaned.split())


def plain_title(text: str) -> str:
    """A title the same way, its TeX made readable. For people only: what programs read is as arXiv has it."""
    if "$" in text or "\\" in text or "{" in text:
        from readlist.tex import readable

        text = readable(text)
    return plain(text)


_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
