"""Progress bars on a terminal: one line of at most 80 columns for each stage, and none of them jumps about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.table import Column
from rich.text import Text

from readlist.actions.progress import Progress, Report, clock


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        # Answers come by the page, so the rate of the last moments would leap; on the whole it includes the waits.
        elapsed = task.elapsed or 0.0
        return Text(rate(task.completed / elapsed) if elapsed >= 1 else "")


class _Left(ProgressColumn):
    def render(self, task: Task) -> Text:
        known = task.fields["left"]
        return Text(clock(task.time_remaining if known is None else known))


def rate(speed: float | None) -> str:
    """``12/s``, ``1.5/s`` or ``40/min``: how many in a second, or in a minute where that says more; 0 and None: ``""``.

    No longer than six characters for what a person waits for.
    """
    if not speed:
        return ""
    if speed < 0.95:
        return f"{speed * 60:.0f}/min" if speed * 60 >= 1 else ""
    return f"{speed:.0f}/s" if speed >= 9.5 else f"{speed:.1f}/s"


def words(progress: Progress) -> str:
    """What stands behind the bar: the wait first, for it must be seen where the rest is cut off."""
    pause = f"next in {progress.wait:.0f} s" if progress.wait else ""
    return ": ".join(part for part in (pause, progress.text) if part)


@contextmanager
def bars(stream: IO[str]) -> Iterator[Report]:
    """A report that draws; what it drew is gone at the end."""

    def column(width: int, ratio: int | None = None) -> Column:
        return Column(no_wrap=True, min_width=width, ratio=ratio)

    columns = (
        TextColumn("{task.description}", table_column=column(0)),
        BarColumn(bar_width=12),
        MofNCompleteColumn(table_column=column(7)),
        _Rate(table_column=column(6)),
        _Left(table_column=column(4)),
        TextColumn(
            "{task.fields[text]}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)
        ),
    )
    with Bar(*columns, console=Console(file=stream), transient=True, expand=True) as bar:
        tasks: dict[str, Task] = {}

        def report(progress: Progress) -> None:
            if progress.stage not in tasks:
                number = bar.add_task(progress.stage, total=progress.total, text="", left=None)
                tasks[progress.stage] = next(task for task in bar.tasks if task.id == number)
            task = tasks[progress.stage]
            text = words(progress)
            if progress.total is None and not progress.done:
                bar.update(task.id, text=text, left=progress.left)
            else:
                bar.update(task.id, completed=progress.done, total=progress.total, text=text, left=progress.left)

        yield report
