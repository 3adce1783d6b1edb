"""Notes: edited in place or in the person's editor, shown as Markdown, whatever is in them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.widgets import Input

from readlist.actions import triage
from readlist.errors import ReadlistError
from readlist.library import Library, opening, papers
from readlist.tui.app import unsaved
from readlist.tui.screens.note import NotePage
from tests.tui.conftest import NARROW, NOW, WIDE, Drive, jobs, opened

HOSTILE = (
    "\x1b[2Jone \u202eevil\u202c\n[bold red]two[/]\x07\n" + "a\u0301\u0302\u0303\u0304\u0305 漢字 \ufeff|\n" + "[" * 900
)


def told(drive: Drive) -> list[str]:
    return [notification.message for notification in drive.app._notifications]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_note_is_shown_as_markdown_and_edited_on(library_path: Path, size: tuple[int, int]) -> None:
    note = "# Why\n\n- first **point**\n- [a link](https://example.org/x)\n\n`code`"
    with Library.open(library_path) as library:
        triage.set_note(library, 1, note, NOW)
    async with opened(library_path, size) as drive:
        await drive.press("n", "ctrl+t")
        assert drive.shows("• first point")
        assert drive.shows("a link (https://example.org/x)")
        assert not drive.shows("**point**")
        await drive.press("ctrl+t")
        assert drive.shows("first **point**")
        await drive.press("x", "escape")
        assert drive.paper(1)["note"] == note + "x"
        await drive.press("u")
        assert drive.paper(1)["note"] == note


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_hostile_note_changes_nothing_on_the_screen_and_is_not_changed(
    library_path: Path, size: tuple[int, int]
) -> None:
    with Library.open(library_path) as library:
        triage.set_note(library, 1, HOSTILE, NOW)
        stored = library.connection.execute("SELECT note FROM paper WHERE id = 1").fetchone()[0]
    async with opened(library_path, size) as drive:
        await drive.press("n", "pageup", "pageup")
        assert drive.shows("␛[2Jone evil")
        assert drive.shows("[bold red]two[/]␇")
        for _ in range(2):
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", "\n".join(drive.screen))
            await drive.press("ctrl+t")
        await drive.press("escape")
        assert drive.app.screen is drive.app.home
        assert drive.paper(1)["note"] == stored


@contextmanager
def nothing(_app: object) -> Iterator[None]:
    yield


async def test_the_editor_of_the_person(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def edit(text: str) -> str | None:
        asked.append(text)
        if len(asked) == 1:
            return text + " from the editor"
        if len(asked) == 2:
            return None
        raise ReadlistError("the editor did not do it [bold]")

    async with opened(library_path, actions=jobs(edit_text=edit)) as drive:
        await drive.press("n", "h", "i", "ctrl+o")
        assert "no editor can be opened in this terminal" in told(drive)
        monkeypatch.setattr(App, "suspend", nothing)
        await drive.press("ctrl+o")
        assert asked == ["hi"]
        assert drive.app.screen is drive.app.home
        assert drive.paper(1)["note"] == "hi from the editor"
        await drive.press("n", "ctrl+o")
        assert asked[-1] == "hi from the editor"
        await drive.press("ctrl+o")
        assert "the editor did not do it [bold]" in told(drive)
        await drive.press("ctrl+g")
        assert drive.paper(1)["note"] == "hi from the editor"


async def test_a_note_too_long_to_lay_out_at_each_key(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "A line of words.\n" * 20_000
    with Library.open(library_path) as library:
        triage.set_note(library, 1, long, NOW)
    monkeypatch.setattr(App, "suspend", nothing)
    async with opened(library_path, actions=jobs(edit_text=lambda text: f"{len(text)}")) as drive:
        await drive.press("n", "x")
        assert drive.shows("too long to edit here")
        await drive.press("ctrl+t", "ctrl+t", "escape")
        assert len(drive.paper(1)["note"]) == len(long.strip())
        await drive.press("n", "ctrl+o")
        assert drive.paper(1)["note"] == str(len(long.strip()))
        await drive.press("n")
        drive.app.post_message(events.Paste("words " * 100_000))
        await drive.settle()
        assert "that is too long for a note in here; Ctrl+O opens your editor" in told(drive)
        drive.app.post_message(events.Paste("\x1b]52;c;x\x07one\rtwo"))
        await drive.settle()
        await drive.press("escape")
        assert drive.paper(1)["note"] == f"{len(long.strip())}␛]52;c;x␇one\ntwo"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for another program gives up soon."""
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)


def locker(path: Path) -> sqlite3.Connection:
    """Another program that is writing to the library, until it is closed."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


async def left_with_an_open_note(drive: Drive, how: str) -> None:
    if how == "ctrl+q":
        # Whoever expects it to end the program is left where he is.
        await drive.press("ctrl+q")
        assert isinstance(drive.app.screen, NotePage)
        assert drive.app.is_running
        drive.app.exit(0)
    else:
        drive.app.exit(128 + 15)


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("how", ["ctrl+q", "killed"])
async def test_a_note_that_is_being_typed_is_kept_however_the_program_ends(
    library_path: Path, size: tuple[int, int], how: str
) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("n")
        await drive.type("half a thought")
        await left_with_an_open_note(drive, how)
    with Library.open(library_path) as library:
        assert papers.many(library, [1])[0].note == "half a thought"
        assert library.history(1)[0].name == "note"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_note_that_could_not_be_saved_is_offered_again(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("2")  # so that the thread that writes has its library
        other = locker(library_path)
        await drive.press("n")
        await drive.type("not to be lost")
        await drive.press("escape")
        await drive.until("another program is writing to it")
        await drive.press("n")
        assert drive.shows("not saved yet")
        assert drive.shows("not to be lost")
        await drive.type("!")
        await drive.press("escape")
        await drive.until("another program is writing to it")
        other.close()
        assert drive.paper(2)["note"] == ""
        await drive.press("n", "escape")
        assert drive.paper(2)["note"] == "not to be lost!"
        await drive.press("n")
        assert not drive.shows("not saved yet")
        await drive.press("escape")
        other = locker(library_path)
        await drive.press("n")
        await drive.type("?")
        await drive.press("escape")
        await drive.until("another program is writing to it")
        other.close()
        await drive.press("n", "ctrl+g", "n")
        assert not drive.shows("not to be lost!?")
        assert drive.shows("not to be lost!")


@pytest.mark.usefixtures("impatient")
async def test_what_cannot_be_saved_to_the_end_is_told(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("2", "n")
        await drive.type("last words")
        other = locker(library_path)
        drive.app.exit(129)
    other.close()
    assert unsaved(drive.app.desk) == ["the note on p2 could not be saved; it says:\nlast words"]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_tags_that_could_not_be_saved_are_offered_again(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("space", "2", "G", "g", "space")
        other = locker(library_path)
        await drive.press("t")
        await drive.type("+new tag -faces")
        await drive.press("enter")
        await drive.until("another program is writing to it")
        other.close()
        await drive.press("t")
        assert drive.app.screen.query_one(Input).value == "+new tag, -faces"
        await drive.press("enter")
        assert "+new tag -faces" in drive.message
        await drive.press("t")
        assert drive.app.screen.query_one(Input).value == ""
