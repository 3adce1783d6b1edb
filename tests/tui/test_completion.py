"""Completion in a search: filters, their values, tags, authors, categories; by key and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.actions import browsing
from readlist.library import Library
from readlist.library.vocabulary import author_names, values
from readlist.tui.completion import MOST, Choice, Word, accepted, choices, word_at
from readlist.tui.screens.searching import Completions
from readlist.tui.spans import plain
from readlist.tui.views import ALL
from tests.tui.conftest import NARROW, WIDE, Drive, opened

TAGS = {"to cite": 9, "faces": 4, "surfaces": 2}


@pytest.mark.parametrize(
    ("text", "cursor", "word"),
    [
        ("sta", 3, Word(0, "", None, "sta")),
        ("face -ta", 8, Word(5, "-", None, "ta")),
        ("STATUS:to", 9, Word(0, "", "status", "to")),
        ("a tag:", 6, Word(2, "", "tag", "")),
        ('tag:"to c', 9, Word(0, "", "tag", "to c")),
        ('tag:"to cite" st', 16, Word(14, "", None, "st")),
        ("sta rest", 3, Word(0, "", None, "sta")),
        ("status", 3, None),
        ("sta ", 4, None),
        ("", 0, None),
    ],
)
def test_the_word_before_the_cursor(text: str, cursor: int, word: Word | None) -> None:
    assert word_at(text, cursor) == word


@given(st.text('ab:"- \t', max_size=30), st.integers(0, 30))
def test_any_text_has_a_word_or_none(text: str, cursor: int) -> None:
    word = word_at(text, min(cursor, len(text)))
    if word is not None:
        for choice in choices(word, TAGS, {}):
            assert choice.text in accepted(text, cursor, word, choice)[0]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sta", ["status:"]),
        ("a", []),
        ("-au", ["-author:"]),
        ("status:to", ["status:to-read"]),
        ("status:", ["status:new", "status:to-read", "status:reading", "status:read", "status:skipped"]),
        ("match:rev", ["match:review"]),
        ("has:n", ["has:note"]),
        ("is:pub", ["is:published"]),
        ("tag:fa", ["tag:faces", "tag:surfaces"]),
        ("tag:TO", ['tag:"to cite"']),
        ('-tag:"to c', ['-tag:"to cite"']),
        ("tag:to cite", []),
        ("status:read", ["status:reading", "status:read", "status:to-read"]),
        ("status:new", []),
        ("word", []),
        ("", []),
    ],
)
def test_what_is_offered(typed: str, offered: list[str]) -> None:
    assert [choice.text for choice in choices(word_at(typed, len(typed)), TAGS, {})] == offered


def test_not_more_than_fit_and_their_numbers() -> None:
    many = {f"t{number}": number for number in range(5000)}
    found = choices(Word(0, "", "tag", "t"), many, {})
    assert len(found) == MOST
    assert found[0] == Choice("tag:t0", "t0", 0)


def test_a_choice_takes_the_place_of_its_word() -> None:
    word = word_at("x tag:f rest", 7)
    assert word is not None
    assert accepted("x tag:f rest", 7, word, Choice("tag:faces", "faces")) == ("x tag:faces rest", 11)


def test_authors_come_from_the_index(library_path: Path) -> None:
    with Library.open(library_path) as library:
        assert author_names(library, "nam") == {"Name1": 10, "Name2": 8, "Name3": 5, "Name4": 2}
        assert author_names(library, "GIVEN2") == {"Given2 Name2": 8}
        assert author_names(library, 'given2 n"') == {}
        assert author_names(library, "nul") == author_names(library, "") == author_names(library, "-") == {}
        assert values(library, "cat", "") == {"cs.AI": 10, "cs.CV": 10}
        assert values(library, "source", "") == {"jun17.txt": 12}
        assert values(library, "year", "") == {"2025": 10}
        assert values(library, "nothing", "") == {}


def test_numbers_that_nobody_knows_are_not_shown(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readlist.library.vocabulary._LOOKED_AT", 3)
    with Library.open(library_path) as library:
        found = author_names(library, "nam")
    assert set(found.values()) == {0}
    assert choices(Word(0, "", "author", "nám"), {}, found)[0].number is None


def popup(drive: Drive) -> list[str]:
    box = drive.app.screen.query_one(Completions)
    return [" ".join(plain(box.line(index, 40)).split()) for index in range(box.count)] if box.display else []


def typed(drive: Drive) -> str:
    box = drive.app.home._search_box()
    assert box is not None
    return box.value


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_tab_takes_a_choice_and_goes_through_the_others(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        drive.app.desk.tags([3], ["fakes"], [])
        await drive.settle()
        await drive.press("slash")
        await drive.type("ta")
        assert popup(drive) == ["tag:"]
        assert drive.screen[-3].startswith(" tag:")
        await drive.press("tab")
        assert typed(drive) == "tag:"
        assert popup(drive) == ["faces 2", "to cite 2", "fakes 1"]
        await drive.type("fa")
        assert popup(drive) == ["faces 2", "fakes 1"]
        await drive.press("tab")
        assert (typed(drive), drive.app.home.listing.ids) == ("tag:faces", [1, 2])
        await drive.press("tab")
        assert (typed(drive), drive.app.home.listing.ids) == ("tag:fakes", [3])
        await drive.press("shift+tab")
        assert typed(drive) == "tag:faces"
        await drive.type(" sta")
        await drive.press("tab")
        await drive.type("n")
        await drive.press("tab")
        assert typed(drive) == "tag:faces status:new"
        await drive.press("enter")
        assert not drive.app.home.query(Completions)
        assert drive.app.home.listing.ids == [1, 2]


async def test_authors_and_categories_are_looked_up_in_a_thread(
    library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    look_up = browsing.values

    def watching(library: Library, name: str, start: str) -> dict[str, int]:
        asked.append((name, start))
        assert library is not drive.app.desk.library
        return look_up(library, name, start)

    monkeypatch.setattr(browsing, "values", watching)
    async with opened(library_path) as drive:
        drive.app.home.show_view(ALL)
        await drive.press("slash")
        await drive.type("author:nam")
        assert popup(drive)[0] == "Name1 10"
        assert asked[-1] == ("author", "nam")
        await drive.press("tab", "tab")
        assert typed(drive) == "author:Name2"
        await drive.type(" cat:c")
        assert popup(drive) == ["cs.AI 10", "cs.CV 10"]
        number = len(asked)
        await drive.type("s")
        assert len(asked) == number
        await drive.press("tab")
        assert typed(drive) == "author:Name2 cat:cs.AI"


async def test_what_is_typed_at_once_behind_tab_goes_behind_the_choice(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.press_only(*"sta", "tab", *"new", "space", "x")
        await drive.settle()
        assert typed(drive) == "status:new x"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_choice_by_mouse(library_path: Path, size: tuple[int, int]) -> None:
    async with opened(library_path, size) as drive:
        await drive.press("slash")
        await drive.type("status:")
        await drive.click("Completions", 3, 1)
        assert typed(drive) == "status:to-read"
        await drive.click("Completions", 3, 3)
        assert typed(drive) == "status:read"
        await drive.type(" x")
        assert typed(drive) == "status:read x"
        assert popup(drive) == []


async def test_a_fault_is_read_under_the_choices(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash")
        await drive.type("status:rea")
        assert popup(drive) == ["reading", "read", "to-read"]
        assert drive.message.startswith("no status 'rea'")
        assert drive.screen[-1].startswith("/status:rea")
        assert drive.app.home.query_text == "status"
        await drive.press("tab")
        assert drive.app.home.query_text == "status:reading"
        assert not drive.message.startswith("no status")


async def test_nothing_to_complete_is_nothing_done(library_path: Path) -> None:
    async with opened(library_path) as drive:
        await drive.press("slash", "tab", "shift+tab")
        assert typed(drive) == ""
        await drive.type("zzz")
        await drive.press("tab")
        assert typed(drive) == "zzz"
        await drive.press("escape")
        assert drive.app.screen is drive.app.home
