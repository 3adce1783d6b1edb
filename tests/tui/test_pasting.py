"""A paste of any size is one event, however the terminal's bytes are cut, and keys around it are keys."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from readlist.tui.pasting import PasteParser

START, END = "\x1b[200~", "\x1b[201~"


def read(data: str, sizes: list[int]) -> list[events.Event]:
    """What the parser makes of some data that comes in pieces."""
    parser = PasteParser()
    found = []
    at = 0
    while at < len(data):
        size = sizes.pop(0) if sizes else len(data)
        found += list(parser.feed(data[at : at + size]))
        at += size
    return [event for event in found if isinstance(event, (events.Paste, events.Key))]


def told(found: list[events.Event]) -> list[str]:
    return [event.text if isinstance(event, events.Paste) else event.key for event in found]  # type: ignore[attr-defined]


def test_keys_before_between_and_after() -> None:
    data = f"a{START}one\rtwo{END}b{START}{START[:3]}x\x1b[31m\0{END}{START}{END}\x1b[Ac"
    assert told(read(data, [])) == ["a", "one\rtwo", "b", "\x1b[2x\x1b[31m", "", "up", "c"]


@given(st.text(st.sampled_from("ab\r\x1b[201~é")), st.lists(st.integers(1, 9)))
def test_however_it_is_cut(text: str, sizes: list[int]) -> None:
    text = text.replace(END, "")
    if (text + END).find(END) < len(text):
        return  # the text's end and the mark make an earlier mark together
    # The start mark comes whole, as terminals write it; everything else is cut anywhere.
    assert told(read(f"{START}{text}{END}q", [len(START), *sizes])) == [text, "q"]


def test_a_terminal_that_goes_away_amid_a_paste() -> None:
    parser = PasteParser()
    assert list(parser.feed(START + "half of it")) == []
    assert list(parser.feed("")) == []


def test_no_letter_of_a_paste_is_looked_at_alone() -> None:
    """Textual's own parser takes a step for each letter: 12 s for 5 MB."""
    parser = PasteParser()
    steps = 0
    generator = parser._gen

    class Counted:
        def send(self, value: str) -> object:
            nonlocal steps
            steps += 1
            return generator.send(value)

    parser._gen = Counted()  # type: ignore[assignment]
    text = "A title of a paper\r" * 250_000
    data = START + text + END
    found = [event for at in range(0, len(data), 4096) for event in parser.feed(data[at : at + 4096])]
    assert told(found) == [text]  # type: ignore[arg-type]
    assert steps == 0


@pytest.mark.skipif(os.name != "posix", reason="another driver")
def test_the_driver_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from textual.drivers import linux_driver

    from readlist.tui import pasting

    monkeypatch.setattr(linux_driver, "XTermParser", XTermParser)
    pasting.take_pastes_whole()
    assert "XTermParser" in linux_driver.LinuxDriver.run_input_thread.__code__.co_names
    assert vars(linux_driver)["XTermParser"] is PasteParser
