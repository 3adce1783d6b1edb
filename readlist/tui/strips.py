"""Lines that were drawn go when nobody shows them any more, instead of waiting for the collector of cycles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.strip import Strip

_divide = Strip.divide


def _divide_others(strip: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    cuts = list(cuts)
    return [strip] if cuts == [strip.cell_length] else _divide(strip, cuts)


def free_strips() -> None:
    """Let a strip that is not divided at all be no part of its own cache.

    Textual keeps what a strip was divided into; for nearly every line that is the strip itself, a cycle of a dozen
    objects. A search draws a thousand lines, and the collector held keys up for 5 to 10 ms again and again.
    """
    Strip.divide = _divide_others  # type: ignore[method-assign, assignment]
