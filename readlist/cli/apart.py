"""Jobs of the TUI that keep a processor busy for long, in a process of their own.

Python runs one thread at a time: an import that parses megabytes would hold the keys up. The process opens the same
library; the TUI sees its changes as it sees those of any other program. The two take turns over a pair of pipes: the
process tells its progress and waits for a byte before it goes on, so that it can be stopped, and made to let decisions
go first, between two of its transactions. Where that byte does not come, because the TUI has ended however it did,
the process ends too.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from readlist.actions.browsing import Library
from readlist.actions.progress import Progress, Report
from readlist.errors import ReadlistError
from readlist.settings import Settings
from readlist.tui.jobs import Cancelled, Outcome

#: How much the process stands back where others want the processor too: keys come first. (POSIX; 0 to 19.)
_NICE = 5
_GO_ON = b"."


class Task(NamedTuple):
    """A job by its name among those of `readlist.cli.jobs`, and what it needs."""

    name: str
    arguments: tuple[Any, ...]
    library: Path
    settings: Settings
    snapshot: Path | None = None


def run_apart(task: Task, report: Report) -> Outcome:
    """Do a job in a process of its own. What ``report`` raises stops it, and is raised here. Raises `ReadlistError`."""
    process = _start()
    try:
        with process:  # its end closes the pipes, and waits
            return _converse(process, task, report)
    except (BrokenPipeError, EOFError, pickle.UnpicklingError):
        raise ReadlistError(
            f"its process ended before it was done (exit code {process.returncode}); what was stored is there, "
            "and the same again goes on from there"
        ) from None


def _start() -> subprocess.Popen[bytes]:
    # -P: what people have in the folder they happen to be in (a random.py) is not to be imported.
    root = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.append({root!r}); from readlist.cli.apart import main; main()"
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise ReadlistError(f"no process can be started for it ({error.strerror}); try again later") from None


def _converse(process: subprocess.Popen[bytes], task: Task, report: Report) -> Outcome:
    assert process.stdin is not None
    assert process.stdout is not None
    _send(process.stdin, task)
    while True:
        kind, value = pickle.load(process.stdout)
        if kind == "done":
            outcome: Outcome = value
            return outcome
        if kind == "failed":
            raise ReadlistError(value)
        report(value)
        process.stdin.write(_GO_ON)
        process.stdin.flush()


def _send(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe)
    pipe.flush()


def main() -> None:
    """The process: takes a task from standard input, and answers on standard output."""
    task: Task = pickle.load(sys.stdin.buffer)
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing else may get among the answers.
    os.dup2(2, 1)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICE)
    try:
        _send(answers, _answer(task, lambda progress: _tell(answers, progress)))
    except (Cancelled, BrokenPipeError):
        os._exit(0)  # nobody is there to be told, and nothing is left to be flushed


def _tell(answers: IO[bytes], progress: Progress) -> None:
    _send(answers, ("told", progress))
    if sys.stdin.buffer.read(1) != _GO_ON:
        raise Cancelled


def _answer(task: Task, report: Report) -> tuple[str, object]:
    from readlist.cli.jobs import work
    from readlist.cli.session import keep_fault

    try:
        with Library.open(task.library, create=False) as library:
            return "done", work(task, library, report)
    except (Cancelled, BrokenPipeError):
        raise
    except ReadlistError as error:
        return "failed", str(error)
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}. {keep_fault(error)}"
