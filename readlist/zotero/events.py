"""What a sync tells whoever watches it; every event is a small frozen value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """The server asked for patience, or did not answer: ``seconds`` are left; ``reason`` is a sentence."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """``done`` of ``total`` items of the Zotero library are read."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Writing:
    """``done`` of ``total`` items are written and remembered."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Working:
    """Something on this machine that takes its time with a long list: ``what`` is done with ``papers`` papers."""

    what: str
    papers: int


Event = Waiting | Reading | Writing | Working
Progress = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """A progress callback for those who do not watch."""
