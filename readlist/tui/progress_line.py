"""How far a job is, in one line."""

from __future__ import annotations

from readlist.actions.progress import Progress, clock
from readlist.tui.glyphs import Glyphs
from readlist.tui.spans import Line, clip, safe

#: Characters of what is worked on, where that is all that can be said.
_NAME = 32
#: Cells of a progress bar.
_BAR = 10


def progress_line(name: str, progress: Progress, glyphs: Glyphs, left: float | None = None, stop: str = "") -> Line:
    """How far a job is, as one line: what matters first, for the end may be cut off."""
    line: Line = [(safe(progress.stage or name), "heading"), ("  ", "")]
    if progress.total:
        full = round(_BAR * min(progress.done / progress.total, 1))
        line += [(glyphs.bar * full, "bar"), (glyphs.rule * (_BAR - full), "faint")]
        line.append((f"  {progress.done:,} of {progress.total:,}", "text"))
    elif progress.done:
        line.append((f"{progress.done:,}", "text"))
    elif progress.text and not progress.wait:
        line.append((clip(safe(progress.text), _NAME, glyphs.ellipsis), "text"))
    if left is not None:
        line.append((f"  {clock(left)} left", "text"))
    if progress.wait >= 1:
        line.append((f"  waits {progress.wait:.0f} s", "dim"))
    if stop:
        line.append((f"  {stop}", "dim"))
    if progress.text and (progress.total or progress.done or progress.wait):
        line.append(("  " + safe(progress.text), "dim"))
    return line
