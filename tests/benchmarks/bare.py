"""Textual apps that show one word, or one box to type in: the least that a paint and a key can take."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("bare")


class Box(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("bare")
        box = Input()
        box.cursor_blink = False
        yield box


if __name__ == "__main__":
    (Box if sys.argv[1:] == ["box"] else Bare)().run()
