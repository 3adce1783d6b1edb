"""Progress on a terminal of 80 columns: what is done, how fast, how long still, and when the next request goes out."""

from __future__ import annotations

import io

import pytest

from readlist.actions.progress import Progress, clock
from readlist.cli.bars import bars, rate, words


@pytest.mark.parametrize(
    ("speed", "text"),
    [(None, ""), (0.0, ""), (0.001, ""), (0.02, "1/min"), (0.5, "30/min"), (1.5, "1.5/s"), (12.3, "12/s")],
)
def test_a_rate_is_short(speed: float | None, text: str) -> None:
    assert rate(speed) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, ""), (0, "0:00"), (7.4, "0:07"), (59.9, "1:00"), (750, "12:30"), (3900, "1:05:00")]
)
def test_a_time_is_short(seconds: float | None, text: str) -> None:
    assert clock(seconds) == text


def test_the_wait_comes_first() -> None:
    assert words(Progress("arXiv", 1, 2, "is overloaded (429)", 29.6)) == "next in 30 s: is overloaded (429)"
    assert words(Progress("arXiv", 1, 2, "", 2.9)) == "next in 3 s"
    assert words(Progress("arXiv", 1, 2, "request 4")) == "request 4"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_holds_everything_in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with bars(stream) as report:
        report(Progress("arXiv", 0, 146, "request 1"))
        report(Progress("arXiv", 102, 146, "is overloaded [429]", 30.0, 41.0))
        report(Progress("counting", text="[/no markup]"))
    drawn = stream.getvalue()
    line = next(line for line in drawn.splitlines() if "next in" in line)
    for part in ("102/146", "0:41", "next in 30 s: is overloaded [429]"):
        assert part in line
    assert "[/no markup]" in drawn
