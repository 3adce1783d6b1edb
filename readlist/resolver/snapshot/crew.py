"""Helper processes that encode pieces of the file and sort lists.

Each has one task at a time, so that memory stays bounded and neither side waits for the other to read. A helper ends
when its pipe is closed: also when the process that started it was killed.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any

from readlist.errors import LibraryError
from readlist.resolver.snapshot.encode import Encoder

#: The name of a method of `Encoder`, and its arguments.
Task = tuple[str, tuple[Any, ...]]
_MOST_HELPERS = 8
# How long a helper may take to end by itself, in seconds.
_PATIENCE = 5.0


class Crew:
    """Runs tasks in helper processes; ``helpers`` = 0 does them here."""

    def __init__(self, helpers: int) -> None:
        self._encoder: Encoder | None = None
        self._processes: list[Any] = []
        self._pipes: list[Connection] = []
        context = multiprocessing.get_context("spawn")
        try:
            for _ in range(helpers):
                ours, theirs = context.Pipe()
                self._pipes.append(ours)
                process = context.Process(target=_help, args=(theirs,), daemon=True)
                with theirs:
                    process.start()
                self._processes.append(process)
        except BaseException:
            self._end()
            raise

    def set_up(self, *arguments: Any) -> None:
        """Tell what an `Encoder` is made of; comes before any task."""
        if not self._pipes:
            self._encoder = Encoder(*arguments)
        for pipe in self._pipes:
            self._tell(pipe, arguments)

    def run(self, tasks: Iterable[Task]) -> Iterator[Any]:
        """The results, in the order of the tasks. What a task raises is raised here."""
        if not self._pipes:
            for name, arguments in tasks:
                yield getattr(self._encoder, name)(*arguments)
            return
        coming = iter(tasks)
        idle = deque(self._pipes)
        order: deque[list[Any]] = deque()  # of each task that is not yet given out, a list with its result when it came
        places: dict[Connection, list[Any]] = {}
        most = 3 * len(self._pipes)
        more = True
        while True:
            while more and idle and len(order) < most:
                task = next(coming, None)
                if task is None:
                    more = False
                    break
                pipe = idle.popleft()
                places[pipe] = []
                order.append(places[pipe])
                self._tell(pipe, task)
            if not order:
                return
            if order[0]:
                yield order.popleft()[0]
                continue
            for ready in wait(list(places)):
                assert isinstance(ready, Connection)
                places.pop(ready).append(self._answer(ready))
                idle.append(ready)

    def _tell(self, pipe: Connection, message: object) -> None:
        try:
            pipe.send(message)
        except OSError as error:
            raise LibraryError(_ENDED) from error

    def _answer(self, pipe: Connection) -> Any:
        try:
            sound, result = pipe.recv()
        except (EOFError, OSError) as error:
            raise LibraryError(_ENDED) from error
        if not sound:
            raise result
        return result

    def _end(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(_PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._end()


_ENDED = "the snapshot index: a helper process ended before its work was done (was there enough memory?)"


def processors() -> int:
    """How many helpers are of use: one for each processor that this process may use."""
    usable: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return min(len(usable(0)) if usable else os.cpu_count() or 1, _MOST_HELPERS)


def _help(pipe: Connection) -> None:
    # Ctrl-C reaches every process of the terminal; the one that was started decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Records are trees: nothing that only a collector would free is made here.
    gc.disable()
    with suppress(EOFError, OSError), pipe:
        encoder = Encoder(*pipe.recv())
        while True:
            name, arguments = pipe.recv()
            try:
                answer = True, getattr(encoder, name)(*arguments)
            except Exception as error:  # whatever it is, it is told where the work was asked for
                answer = False, error
            pipe.send(answer)
