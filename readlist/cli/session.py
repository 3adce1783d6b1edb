"""What every command is given, and how everything that goes wrong becomes a sentence. No CLI library is loaded here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from readlist import settings as settings_module
from readlist.actions.browsing import Library
from readlist.cli.output import Output
from readlist.errors import ReadlistError
from readlist.settings import Settings


@dataclass
class Session:
    """Settings, output, and the library on request."""

    settings: Settings
    output: Output

    @contextmanager
    def library(self, *, create: bool = True) -> Iterator[Library]:
        """The library, closed afterwards."""
        library = Library.open(self.settings.library, create=create)
        try:
            yield library
        finally:
            library.close()


def guarded(work: Callable[[], int], output: Output) -> int:
    """Do some work and return its exit code; what is raised becomes one or two lines on standard error."""
    try:
        code = work()
        sys.stdout.flush()
    except ReadlistError as error:
        output.complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        output.complain("interrupted; what was done is kept, and the same command goes on from there")
        return 130
    except BrokenPipeError:
        # The reader went away (| head); the interpreter must not complain about that while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        output.complain(f"a fault in readlist itself: {type(error).__name__}: {error}\n{_log(error)}")
        return 1
    return code


def _log(error: Exception) -> str:
    """Keep the traceback for a report; say where."""
    import traceback

    try:
        folder = settings_module.load(os.environ).home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "faults.log"
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error)) + "\n")
    except (OSError, ReadlistError):
        return "Please report it."
    return f"The details are in {path}; please report them."
