"""Lines that nobody shows any more are freed at once, not when the collector of cycles comes by."""

from __future__ import annotations

import gc
from pathlib import Path

from rich.segment import Segment
from textual.strip import Strip

from tests.tui.conftest import opened


async def test_a_line_that_was_drawn_is_no_cycle(library_path: Path) -> None:
    async with opened(library_path):
        gc.collect()
        gc.disable()
        try:
            for width in (4, 6):
                strip = Strip([Segment("ab"), Segment("cd")]).extend_cell_length(width)
                assert strip.divide([width]) == [strip]
                assert [part.text for part in strip.divide([1, width])] == ["a", f"bcd{' ' * (width - 4)}"]
            del strip
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            assert not [found for found in gc.garbage if isinstance(found, Strip)]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
