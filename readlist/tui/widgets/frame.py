"""A box for other widgets."""

from __future__ import annotations

from textual.containers import Container


class Frame(Container):
    """What is in it covers it wholly, so nothing is drawn beneath: half of the first paint otherwise."""

    BLANK = True
