"""What every command is given, and how everything that goes wrong becomes a sentence. No CLI library is loaded here."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from readlist import settings as settings_module
from readlist.actions.browsing import Library, opened
from readlist.cli.output import Output
from readlist.errors import ReadlistError
from readlist.settings import Settings

if TYPE_CHECKING:
    from readlist.actions.living import Refreshed


@dataclass
class Session:
    """Settings, output, and the library on request."""

    settings: Settings
    output: Output

    def warn(self) -> None:
        """Say what settings cannot be used, where what is done does not need them."""
        for problem in self.settings.problems.values():
            self.output.say(f"readlist: {problem}; this setting is passed over")

    @contextmanager
    def library(self, *, create: bool = True) -> Iterator[Library]:
        """The library, closed afterwards. What was changed goes into the living files, even where more was to come."""
        with opened(self.settings.library, create=create, tell=self.output.say) as library:
            try:
                yield library
            finally:
                if library.take_changed():
                    self.keep_living(library)

    @contextmanager
    def library_if_any(self) -> Iterator[Library]:
        """For looking only: the library, or where there is none an empty one that leaves no file."""
        if self.settings.library.exists():
            with self.library() as library:
                yield library
        else:
            with opened(Path(":memory:")) as library:
                yield library

    def keep_living(self, library: Library) -> None:
        """Bring the files of ``[[export.target]]`` up to date; trouble with them does not fail the command."""
        if not self.settings.targets:
            return
        from readlist.actions.living import refresh_targets

        sys.stdout.flush()  # the command's own work is done
        for target in refresh_targets(library, self.settings):
            trouble = living_trouble(target)
            if trouble:
                self.output.complain(trouble)
            elif target.changed:
                self.output.detail(f"{target.path} brought up to date")


def living_trouble(target: Refreshed) -> str:
    """What hinders a living file from being up to date, in one sentence; empty where nothing does."""
    if target.error is not None:
        return f"not kept up to date: {target.error}"
    if not target.conflicts:
        return ""
    more = "" if len(target.conflicts) == 1 else f" (and {len(target.conflicts) - 1} more)"
    return f"{target.conflicts[0]}{more}; readlist export --all names them again"


def guarded(work: Callable[[], int], output: Output) -> int:
    """Do some work and return its exit code; what is raised becomes one or two lines on standard error."""
    try:
        code = work()
        sys.stdout.flush()
    except ReadlistError as error:
        output.complain(str(error))
        return error.exit_code
    except KeyboardInterrupt as error:
        output.complain(str(error) or "interrupted; what was done is kept, and the same command goes on from there")
        return 130
    except BrokenPipeError:
        _close_output()  # the reader went away (| head)
        return 1
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EIO, errno.EBADF}:
            return _fault(error, output)
        _close_output()
        output.complain(f"cannot write the output: {error.strerror}")
        return 1
    except Exception as error:
        return _fault(error, output)
    return code


def _close_output() -> None:
    """What is still to be written goes nowhere, so that the interpreter does not complain about it while it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fault(error: Exception, output: Output) -> int:
    output.complain(f"a fault in readlist itself: {type(error).__name__}: {error}\n{keep_fault(error)}")
    return 1


def keep_fault(error: Exception) -> str:
    """Keep the traceback for a report; say where."""
    import traceback

    try:
        folder = settings_module.load(os.environ).home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "faults.log"
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error)) + "\n")
    except Exception:  # whatever is wrong with the settings or the disk: the fault itself is what counts
        return "Please report it."
    return f"The details are in {path}; please report them."
