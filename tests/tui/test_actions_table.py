"""Every action in every place, by key and by mouse, at both sizes: what it does there, seen on the screen.

An action without a check of its own fails; so does one that does something else than what stands here.
"""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from textual.command import CommandPalette

from readlist.paper import Status
from readlist.tui import registry
from readlist.tui.app import ReadlistApp
from readlist.tui.rows import DEFAULT
from readlist.tui.screens import statistics
from readlist.tui.screens.ask import AskPage
from readlist.tui.screens.choice import ChoicePage
from readlist.tui.screens.columns import ColumnsPage, SortPage
from readlist.tui.screens.files import FileList
from readlist.tui.screens.help import HelpPage
from readlist.tui.screens.identifier import IdentifierPage
from readlist.tui.screens.importing import ImportPage
from readlist.tui.screens.note import NotePage
from readlist.tui.screens.paper import PaperPage
from readlist.tui.screens.report import ReportPage
from readlist.tui.screens.review import ReviewPage
from readlist.tui.screens.said import SaidPage
from readlist.tui.screens.statistics import StatisticsPage
from readlist.tui.screens.tag_list import TagListPage
from readlist.tui.screens.tags import TagPage
from readlist.tui.screens.triage import TriagePage
from readlist.tui.screens.zotero import ZoteroPage
from readlist.tui.spans import plain
from readlist.tui.widgets.lines import LineList
from tests.tui.actions_driven import (
    REMOVED,
    SITUATIONS,
    WAYS,
    Act,
    Driven,
    Worked,
    table_built,
    title_of,
)  # fmt: skip
from tests.tui.conftest import NARROW, WIDE, opened

__all__ = ["table_built"]

Check = Callable[[Driven, Act], Awaitable[None]]


# Deciding.


async def verdict(driven: Driven, act: Act, status: Status) -> None:
    other = Status.READ if status is not Status.READ else Status.READING
    await driven.change(lambda: driven.app.desk.status(driven.papers, other))
    driven.are("status", other.value)
    await act()
    driven.are("status", status.value)
    driven.says(f"→ {status.value}")


async def later(driven: Driven, act: Act) -> None:
    driven.shows("1 of 88")
    await act()
    driven.shows("2 of 88")
    driven.says("left for later")


async def raise_priority(driven: Driven, act: Act) -> None:
    await act()
    driven.are("priority", 1)
    driven.says("priority 1")


async def clear_priority(driven: Driven, act: Act) -> None:
    await driven.change(lambda: driven.app.desk.priority(driven.papers, 2))
    driven.are("priority", 2)
    await act()
    driven.are("priority", 0)
    driven.says("priority 0")


async def remove(driven: Driven, act: Act) -> None:
    await act()
    assert all(driven.drive.paper(paper)["removed"] for paper in driven.papers)
    driven.says("removed")


async def restore(driven: Driven, act: Act) -> None:
    assert driven.papers == [REMOVED[0]]
    await act()
    driven.are("removed", None)
    driven.says("restored")


async def empty_trash(driven: Driven, act: Act) -> None:
    await act()
    driven.shows("Empty the trash?")
    driven.shows("Delete 2 papers")
    await driven.drive.press("enter")
    driven.says("2 papers deleted from the trash")
    assert all(driven.drive.paper(paper) is None for paper in REMOVED)


async def undo(driven: Driven, act: Act) -> None:
    await driven.change(lambda: driven.app.desk.status([20], Status.READ))
    assert driven.drive.status(20) == "read"
    await act()
    assert driven.drive.status(20) == "new"
    driven.says("taken back: ")


async def redo(driven: Driven, act: Act) -> None:
    await driven.change(lambda: driven.app.desk.status([20], Status.READ))
    await driven.change(lambda: driven.app.desk.undo(1))
    assert driven.drive.status(20) == "new"
    await act()
    assert driven.drive.status(20) == "read"
    driven.says("done again: ")


async def undo_triaged(driven: Driven, act: Act) -> None:
    await driven.drive.press("4")
    driven.are("status", "read")
    driven.shows("2 of 88")
    await act()
    driven.are("status", "new")
    driven.says("taken back: ")
    driven.shows("1 of 88")


async def redo_triaged(driven: Driven, act: Act) -> None:
    await driven.drive.press("4", "u")
    driven.are("status", "new")
    await act()
    driven.are("status", "read")
    driven.says("done again: ")


async def only_what_was_done_here(driven: Driven, act: Act, *, told: str) -> None:
    await driven.change(lambda: driven.app.desk.status([20], Status.READ))
    await act()
    assert driven.drive.status(20) == "read"
    driven.says(told)


def match(driven: Driven) -> str:
    """The state of the doubt that the review begins with."""
    return str(driven.drive.paper(86)["match_state"])


async def undo_match(driven: Driven, act: Act) -> None:
    driven.screen._at = 0
    driven.screen._show()
    await driven.drive.press("r")
    assert match(driven) == "not-found"
    await act()
    assert match(driven) == "review"
    driven.says("taken back: ")
    driven.shows("1 of 3")


async def redo_match(driven: Driven, act: Act) -> None:
    driven.screen._at = 0
    driven.screen._show()
    await driven.drive.press("r", "u")
    assert match(driven) == "review"
    await act()
    assert match(driven) == "not-found"
    driven.says("done again: ")


async def accept(driven: Driven, act: Act) -> None:
    await act()
    assert match(driven) == "matched"
    assert driven.drive.paper(86)["arxiv_id"] == "2401.00172"
    driven.shows("1 accepted")


async def reject(driven: Driven, act: Act) -> None:
    await act()
    assert match(driven) == "not-found"
    driven.shows("1 rejected")


async def not_on_arxiv(driven: Driven, act: Act) -> None:
    await act()
    assert match(driven) == "not-on-arxiv"
    driven.shows("1 not on arXiv")


async def next_doubt(driven: Driven, act: Act) -> None:
    driven.shows("1 of 3")
    await act()
    driven.shows("2 of 3")
    driven.says("left in doubt")


async def previous_doubt(driven: Driven, act: Act) -> None:
    driven.screen._step(1)
    driven.shows("2 of 3")
    await act()
    driven.shows("1 of 3")


async def previous_doubt_from_the_end(driven: Driven, act: Act) -> None:
    driven.shows("all looked at")
    await act()
    driven.shows("3 of 3")


async def candidate(driven: Driven, act: Act) -> None:
    shown = driven.screen.candidate.arxiv_id
    await act()
    assert {shown, driven.screen.candidate.arxiv_id} == {"2401.00172", "2401.00173"}
    driven.shows(driven.screen.candidate.arxiv_id)


async def open_record(driven: Driven, act: Act) -> None:
    await act()
    assert driven.worked.addresses == ["https://arxiv.org/abs/2401.00172"]


# Moving.


async def scroll(driven: Driven, act: Act, lines: Callable[[int], int]) -> None:
    """``lines``: how far it goes in a pane of a height."""
    pane = driven.screen.pane
    middle = len(pane.lines) // 2
    pane.scroll_to_line(middle)
    assert pane.top == middle, "there is something to scroll"
    await act()
    assert pane.top == max(0, min(middle + lines(pane.size.height), len(pane.lines) - pane.size.height))
    assert pane.top != middle
    first = next(line for line in map(plain, pane.lines[pane.top :]) if line.strip())
    driven.shows(first)


async def walk(driven: Driven, act: Act, lines: Callable[[int], int]) -> None:
    """The same for a list: where the cursor goes."""
    box: LineList = driven.screen.shelf if driven.place == registry.HOME else driven.screen.query_one(LineList)
    if driven.place == registry.FILES:
        box = driven.screen.query_one(FileList)
    middle = box.count // 2
    box.move_to(middle)
    await driven.drive.settle()
    await act()
    assert box.cursor == max(0, min(middle + lines(box.size.height), box.count - 1))
    assert box.cursor != middle
    driven.shows(plain(box.line(box.cursor, box.size.width - 1))[3:33])
    if driven.place == registry.HOME:
        driven.shows(f"{box.cursor + 1} of 88")


def moves(how: Callable[..., Awaitable[None]]) -> dict[str, Check]:
    far = 10_000
    by: dict[str, Callable[[int], int]] = {
        "down": lambda _height: 1,
        "up": lambda _height: -1,
        "first": lambda _height: -far,
        "last": lambda _height: far,
        "page-down": lambda height: max(height - 1, 1),
        "page-up": lambda height: -max(height - 1, 1),
        "half-down": lambda height: round((height - 1) * 0.5),
        "half-up": lambda height: round((height - 1) * -0.5),
    }
    return {name: partial(how, lines=lines) for name, lines in by.items()}


#: What leaves a place as it was.
MOVES = frozenset(moves(walk))


async def open_paper(driven: Driven, act: Act) -> None:
    await act()
    assert isinstance(driven.screen, PaperPage)
    driven.shows(f"p{driven.home.shelf.current}")


async def to_paper(driven: Driven, act: Act, by: int) -> None:
    driven.home.shelf.move_to(0 if by > 0 else 1)
    driven.screen._show()
    wanted = driven.home.listing.ids[driven.home.shelf.cursor + by]
    assert not driven.drive.shows(f"p{wanted}")
    await act()
    driven.shows(f"p{wanted}")
    driven.shows(title_of(wanted))


async def clear_marks(driven: Driven, act: Act) -> None:
    driven.home.listing.marked.add(1)
    driven.home.show_position()
    await driven.drive.settle()
    await act()
    assert driven.home.listing.marked == set()
    driven.says("no marks")


async def clear_search(driven: Driven, act: Act) -> None:
    await act()
    assert driven.home.query_text == ""
    driven.says("the search is cleared")
    driven.shows("of 88")


async def back_home(driven: Driven, act: Act) -> None:
    assert driven.screen is not driven.home
    await act()
    assert driven.screen is driven.home


async def back_from_files(driven: Driven, act: Act) -> None:
    await act()
    assert isinstance(driven.screen, ImportPage)
    assert driven.screen.place == registry.IMPORT


async def view(driven: Driven, act: Act, by: int) -> None:
    wanted = driven.home.sidebar.neighbour(by)
    await act()
    assert driven.home.view == wanted
    driven.shows(wanted.name)


async def chart(driven: Driven, act: Act, by: int) -> None:
    names = driven.screen._tabs.names
    driven.screen._index = 2
    await act()
    driven.shows(f"[{names[2 + by]}]")


async def preview(driven: Driven, act: Act, by: int) -> None:
    pane = driven.home.side_pane if driven.place == registry.HOME else driven.screen._fields
    pane.scroll_to_line(9)
    assert pane.top == 9
    await act()
    assert pane.top == 9 + by
    driven.shows(plain(pane.lines[10 + by]))


# Finding.


async def search(driven: Driven, act: Act) -> None:
    await act()
    assert driven.home.query_one("#search").has_focus


async def mark(driven: Driven, act: Act) -> None:
    here = driven.home.shelf.current
    await act()
    assert driven.home.listing.marked == {here}
    driven.shows("1 marked")


async def mark_range(driven: Driven, act: Act) -> None:
    driven.home.listing.marked.clear()
    driven.home.shelf.move_to(0)
    await driven.drive.press("space", "j", "j")
    await act()
    assert driven.home.listing.marked == {1, 2, 3, 4}
    driven.shows("4 marked")


async def mark_all(driven: Driven, act: Act) -> None:
    total = len(driven.home.listing)
    await act()
    assert driven.home.listing.marked == set(driven.home.listing.ids)
    driven.shows(f"{total} marked")


async def opens(driven: Driven, act: Act, page: type, *texts: str) -> None:
    await act()
    assert isinstance(driven.screen, page)
    for text in texts:
        driven.shows(text)


async def save_search(driven: Driven, act: Act) -> None:
    driven.home.query_text = "paper"
    await opens(driven, act, AskPage, "Save this search")


async def this_place(driven: Driven, act: Act) -> None:
    driven.home.show_view(driven.home.sidebar.neighbour(3))
    await driven.drive.settle()
    await opens(driven, act, ChoicePage, f"The tag {driven.home.view.tag}")


# Jobs.


async def resolve(driven: Driven, act: Act) -> None:
    await act()
    driven.says("all resolved")


async def cancel(driven: Driven, act: Act) -> None:
    assert driven.app.desk.start("held", driven.worked.running)
    await driven.drive.press_only()
    await act_only(driven, act, "held is being stopped")
    await driven.drive.until("held stopped")
    assert not driven.worked.hold.is_set(), "it was stopped, not let go"


async def act_only(driven: Driven, act: Act, text: str) -> None:
    """Act while a job runs, which one cannot wait for."""
    await act()
    said = [plain(line) for line in driven.app.said]
    assert any(text in line for line in said), said


async def to_zotero(driven: Driven, act: Act) -> None:
    await act()
    assert isinstance(driven.screen, ZoteroPage)
    await driven.drive.until("79 of 79 changes chosen")


async def choose_change(driven: Driven, act: Act) -> None:
    driven.screen._list.move_to(3)
    await act()
    driven.shows("78 of 79 changes chosen")
    driven.shows(f"[ ] to Zotero create {title_of(driven.screen._list.entries[3].paper_id)}")


async def choose_all(driven: Driven, act: Act) -> None:
    await act()
    driven.shows("0 of 79 changes chosen")


async def take_side(driven: Driven, act: Act, sign: str) -> None:
    place = next(at for at, entry in enumerate(driven.screen._list.entries) if entry.kind == "conflict")
    driven.screen._list.move_to(place)
    await act()
    driven.shows(f"[{sign}] conflict")
    driven.shows("80 of 80 changes chosen")


async def apply(driven: Driven, act: Act) -> None:
    await opens(driven, act, ChoicePage, "Write 79 changes to Zotero", "u takes back what is in the list")


async def plan_again(driven: Driven, act: Act) -> None:
    plans = driven.worked.plans
    await act()
    await driven.drive.until(f"plan {plans + 1}")


async def open_page(driven: Driven, act: Act) -> None:
    await act()
    (paper,) = driven.papers
    assert driven.worked.addresses == [f"https://arxiv.org/abs/2506.{paper:05}"]
    driven.says("opened https://arxiv.org/abs/")


async def open_pdf(driven: Driven, act: Act) -> None:
    await act()
    assert driven.worked.pdfs == driven.papers
    driven.says(f"the PDF of p{driven.papers[0]} is open")


async def copy(driven: Driven, act: Act, text: str) -> None:
    await act()
    copied = driven.app.clipboard
    assert copied.count(text) == len(driven.papers), copied
    driven.says("copied: ")


# Going about.


async def messages(driven: Driven, act: Act) -> None:
    driven.page.say("something to read again")
    await opens(driven, act, SaidPage, "Messages", "something to read again")


async def helps(driven: Driven, act: Act) -> None:
    place = driven.screen.place
    await act()
    assert isinstance(driven.screen, HelpPage)
    driven.shows(f"the window {place}" if place in registry.WINDOWS else f"the {place}")
    driven.shows(next(action.description for action in registry.actions(place)))


async def theme(driven: Driven, act: Act) -> None:
    await act()
    assert isinstance(driven.screen, CommandPalette)
    driven.shows("Search for themes")
    await driven.drive.until("atom-one-dark")


async def palette(driven: Driven, act: Act) -> None:
    description = next(action.label for action in registry.actions(driven.place))
    await act()
    assert isinstance(driven.screen, CommandPalette)
    await driven.drive.until(description)


async def suspend(driven: Driven, act: Act) -> None:
    await act()
    assert driven.suspended == ["suspended"]


async def leave(driven: Driven, act: Act) -> None:
    await act()
    assert driven.left == [0]


async def interrupt(driven: Driven, act: Act) -> None:
    await act()
    driven.says("q leaves readlist")
    assert driven.left == []


# Windows.


async def choose(driven: Driven, act: Act) -> None:
    await driven.drive.press("j")
    await act()
    driven.shows("Export 88 papers as biblatex to")


async def choose_number(driven: Driven, act: Act) -> None:
    await act()
    driven.shows("Export 88 papers as bibtex to")


async def choose_order(driven: Driven, act: Act) -> None:
    await driven.drive.press("g", "j")
    await act()
    assert driven.home.sort == "title"
    driven.says("sorted by title, A to Z")


async def turn_order(driven: Driven, act: Act) -> None:
    await driven.drive.press("g", "j")
    driven.shows("title A to Z")
    await act()
    driven.shows("title Z to A")


async def next_order(driven: Driven, act: Act) -> None:
    await driven.drive.press("g")
    await act()
    assert driven.screen.box.cursor == 1


async def submit_target(driven: Driven, act: Act) -> None:
    await act()
    assert driven.screen is driven.home
    await driven.drive.until("88 papers in")
    assert [path.name for path in driven.worked.exported] == ["bibtex"]


async def submit_search(driven: Driven, act: Act) -> None:
    await driven.drive.type("Mine")
    await act()
    assert driven.screen is driven.home
    driven.says("saved search “Mine”")


async def submit_tags(driven: Driven, act: Act) -> None:
    driven.screen._boxes.toggle(2)
    tag = driven.screen._boxes.shown[2]
    await act()
    assert driven.screen is driven.home
    driven.says(f"+{tag}")


async def submit_columns(driven: Driven, act: Act) -> None:
    driven.screen.box.toggle(2)
    await act()
    assert len(driven.home.shelf.chosen) == len(DEFAULT) - 1
    assert driven.screen is driven.home


async def submit_import(driven: Driven, act: Act) -> None:
    await driven.drive.type("many/dump-03.txt")
    await act()
    driven.says("1 imported")
    assert [[Path(name).name for name in names] for names in driven.worked.sources] == [["dump-03.txt"]]


async def other_line(driven: Driven, act: Act) -> None:
    first, second = driven.screen.query("Input")
    assert first.has_focus
    await act()
    assert second.has_focus


async def tick_tag(driven: Driven, act: Act) -> None:
    tag = driven.screen._boxes.shown[0]
    await act()
    driven.shows(f"[x] # {tag}")


async def tick_column(driven: Driven, act: Act) -> None:
    driven.screen.box.move_to(2)
    shown = plain(driven.screen.box.line(2, 60)).split()[1:2]
    await act()
    name = " ".join(shown).removeprefix("x]")
    driven.shows(f"[ ] {name}")


async def complete_tag(driven: Driven, act: Act) -> None:
    line = driven.screen.query_one("Input")
    await act()
    assert line.has_focus, "from the boxes back to the line"
    await driven.drive.type("tag 07")
    await driven.drive.press("backspace")
    await driven.drive.until(lambda: bool(line._suggestion))
    await act()
    assert line.value == "tag 01"


async def to_line(driven: Driven, act: Act) -> None:
    assert not driven.screen.query_one("Input").has_focus
    await act()
    assert driven.screen.query_one("Input").has_focus


async def to_boxes(driven: Driven, act: Act) -> None:
    assert driven.screen.query_one("Input").has_focus
    await act()
    assert driven.screen._boxes.has_focus


async def complete_path(driven: Driven, act: Act) -> None:
    await driven.drive.type("ma")
    await act()
    assert driven.screen.query_one("Input").value == "many/"


async def to_files(driven: Driven, act: Act) -> None:
    await act()
    assert driven.screen.query_one(FileList).has_focus
    driven.shows("Space mark")


async def shift_column(driven: Driven, act: Act, by: int) -> None:
    box = driven.screen.box
    box.move_to(2)
    name = box.names[2]
    await act()
    assert box.names.index(name) == box.cursor == 2 + by


async def all_columns(driven: Driven, act: Act) -> None:
    box = driven.screen.box
    box.toggle(2)
    box.move(2, 1)
    assert box.chosen != DEFAULT
    await act()
    assert box.chosen == DEFAULT
    assert driven.screen is not driven.home


async def show_tag(driven: Driven, act: Act) -> None:
    await driven.drive.press("j")
    tag = driven.screen._list.tags[1][0]
    await act()
    assert driven.home.view.tag == tag
    driven.shows("1 of 1")


async def delete_tag(driven: Driven, act: Act) -> None:
    tag = driven.screen._list.tags[0][0]
    await act()
    assert isinstance(driven.screen, TagListPage)
    assert tag not in dict(driven.screen._list.tags)
    driven.shows("Tags of the library: 29")


async def open_file(driven: Driven, act: Act) -> None:
    await act()
    driven.says("1 imported")
    assert [[Path(name).name for name in names] for names in driven.worked.sources] == [["dump-00.txt"]]


async def mark_file(driven: Driven, act: Act) -> None:
    await act()
    driven.shows("1 file marked")
    assert driven.screen.query_one(FileList).cursor == 1


async def parent_folder(driven: Driven, act: Act) -> None:
    await act()
    assert driven.screen.query_one("Input").value == f"{Path.cwd()}/"
    driven.shows("many/")


async def keep_note(driven: Driven, act: Act) -> None:
    await driven.drive.type("mine")
    await act()
    assert driven.drive.paper(1)["note"] == "mine"
    driven.says("note on")


async def forget_note(driven: Driven, act: Act) -> None:
    await driven.drive.type("mine")
    await act()
    assert driven.screen is driven.home
    assert driven.drive.paper(1)["note"] == ""


async def preview_note(driven: Driven, act: Act) -> None:
    await driven.drive.type("**mine**")
    driven.shows("**mine**")
    await act()
    driven.shows("mine")
    assert not driven.drive.shows("**mine**")


async def edit_note(driven: Driven, act: Act) -> None:
    await driven.drive.type("mine")
    await act()
    assert driven.worked.edited == ["mine"]
    assert driven.drive.paper(1)["note"] == "from the editor"


# The table.

DECIDING: dict[str, Check] = {
    **{f"status-{status.value}": partial(verdict, status=status) for status in Status},
    "raise-priority": raise_priority,
    "clear-priority": clear_priority,
    "tags": lambda driven, act: opens(driven, act, TagPage, "Tags"),
    "note": lambda driven, act: opens(driven, act, NotePage, "Note on"),
    "remove": remove,
    "undo": undo,
    "redo": redo,
    "cancel": cancel,
    "open-page": open_page,
    "open-one": lambda driven, act: opens(driven, act, ChoicePage, "Open", "PDF, downloaded once and kept"),
    "open-pdf": open_pdf,
    "copy-link": partial(copy, text="https://arxiv.org/abs/2506."),
    "copy-key": partial(copy, text="lovelace2025"),
    "copy-bibtex": partial(copy, text="@misc{"),
    "copy-id": partial(copy, text="2506."),
}
EVERYWHERE: dict[str, Check] = {
    "back": back_home,
    "undo": undo,
    "redo": redo,
    "messages": messages,
    "theme": theme,
    "help": helps,
    "palette": palette,
    "suspend": suspend,
    "quit": leave,
    "interrupt": interrupt,
}
TABLE: dict[str, dict[str, Check]] = {
    registry.HOME: EVERYWHERE | DECIDING | moves(walk) | {
        "empty-trash": empty_trash,
        "open": open_paper,
        "back": clear_marks,
        "next-view": partial(view, by=1),
        "previous-view": partial(view, by=-1),
        "preview-down": partial(preview, by=3),
        "preview-up": partial(preview, by=-3),
        "search": search,
        "mark": mark,
        "mark-range": mark_range,
        "mark-all": mark_all,
        "save-search": save_search,
        "place": this_place,
        "manage-tags": lambda driven, act: opens(driven, act, TagListPage, "Tags of the library: 30"),
        "sort": lambda driven, act: opens(driven, act, SortPage, "Sort by", "when it was added"),
        "columns": lambda driven, act: opens(driven, act, ColumnsPage, "Columns of the list"),
        "import": lambda driven, act: opens(driven, act, ImportPage, "Import: paste a listing"),
        "resolve": resolve,
        "export": lambda driven, act: opens(driven, act, ChoicePage, "Export", "biblatex"),
        "zotero": to_zotero,
        "report": lambda driven, act: opens(driven, act, ReportPage, "Report", "A report"),
        "triage": lambda driven, act: opens(driven, act, TriagePage, "Triage", "1 of"),
        "review": lambda driven, act: opens(driven, act, ReviewPage, "Matches in doubt", "1 of 3"),
        "statistics": lambda driven, act: opens(driven, act, StatisticsPage, "Statistics"),
    },
    registry.PAPER: EVERYWHERE | DECIDING | moves(scroll) | {
        "next-paper": partial(to_paper, by=1),
        "previous-paper": partial(to_paper, by=-1),
    },
    registry.TRIAGE: EVERYWHERE | DECIDING | moves(scroll) | {
        "later": later, "undo": undo_triaged, "redo": redo_triaged,
    },
    registry.REVIEW: EVERYWHERE | moves(scroll) | {
        "undo": undo_match,
        "redo": redo_match,
        "accept": accept,
        "reject": reject,
        "not-on-arxiv": not_on_arxiv,
        "type-id": lambda driven, act: opens(driven, act, IdentifierPage, "Which record is"),
        "next-doubt": next_doubt,
        "previous-doubt": previous_doubt,
        "open-record": open_record,
        "next-candidate": candidate,
        "previous-candidate": candidate,
    },
    registry.STATISTICS: EVERYWHERE | moves(scroll) | {
        "next-chart": partial(chart, by=1),
        "previous-chart": partial(chart, by=-1),
    },
    registry.ZOTERO: EVERYWHERE | moves(walk) | {
        "undo": partial(only_what_was_done_here, told="nothing was written into the list here that could be taken"),
        "redo": partial(only_what_was_done_here, told="nothing was written into the list here that could be done"),
        "cancel": cancel,
        "preview-down": partial(preview, by=3),
        "preview-up": partial(preview, by=-3),
        "choose-change": choose_change,
        "choose-all": choose_all,
        "keep-list": partial(take_side, sign="<"),
        "take-zotero": partial(take_side, sign=">"),
        "apply": apply,
        "plan-again": plan_again,
    },
    registry.READER: EVERYWHERE | moves(scroll),
    registry.HELP: EVERYWHERE | moves(scroll),
    registry.CHOICE: EVERYWHERE | moves(walk) | {"choose": choose, "choose-number": choose_number},
    registry.LINE: EVERYWHERE | {"submit": submit_target},
    registry.LINES: EVERYWHERE | {"submit": submit_search, "other-line": other_line},
    registry.TAGS: EVERYWHERE | moves(walk) | {
        "submit": submit_tags, "tick": tick_tag, "complete": complete_tag, "to-line": to_line,
    },
    registry.ALL_TAGS: EVERYWHERE | moves(walk) | {
        "show-tag": show_tag,
        "rename-tag": lambda driven, act: opens(driven, act, AskPage, "Rename the tag tag 01"),
        "colour-tag": lambda driven, act: opens(driven, act, ChoicePage, "The colour of the tag tag 01"),
        "delete-tag": delete_tag,
    },
    registry.COLUMNS: EVERYWHERE | moves(walk) | {
        "submit": submit_columns,
        "tick": tick_column,
        "column-down": partial(shift_column, by=1),
        "column-up": partial(shift_column, by=-1),
        "all-columns": all_columns,
    },
    registry.SORT: EVERYWHERE | moves(walk) | {
        "choose": choose_order, "turn-order": turn_order, "next-order": next_order,
    },
    registry.NOTE: EVERYWHERE | {
        "keep-note": keep_note, "forget-note": forget_note, "preview-note": preview_note, "edit-note": edit_note,
    },
    registry.IMPORT: EVERYWHERE | {"submit": submit_import, "complete": complete_path, "to-files": to_files},
    registry.FILES: EVERYWHERE | moves(walk) | {
        "back": back_from_files, "open-file": open_file, "mark-file": mark_file, "parent-folder": parent_folder,
    },
}  # fmt: skip
#: What is other in a situation that has a footer of its own.
OTHERWISE: dict[tuple[str, str], dict[str, Check]] = {
    (registry.HOME, registry.TRASH): {"remove": restore},
    (registry.HOME, registry.SEARCHED): {"back": clear_search},
    (registry.PAPER, registry.TRASH): {"remove": restore},
    (registry.TRIAGE, registry.OVER): {
        "undo": partial(only_what_was_done_here, told="nothing was decided here that could be taken back"),
    },
    (registry.REVIEW, registry.OVER): {"previous-doubt": previous_doubt_from_the_end},
    (registry.TAGS, registry.TYPED): {"down": to_boxes},
}


def test_every_action_of_every_place_has_a_check() -> None:
    missing = [
        f"{place}: {action.name}"
        for place in registry.PLACES
        for action in registry.actions(place)
        if action.name not in TABLE.get(place, {})
    ]
    assert missing == []
    assert set(WAYS) == set(registry.PLACES)


async def driven_through(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    place: str,
    how: str,
    only: Collection[str] | None = None,
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(30):
        (many / f"dump-{number:02}.txt").write_text("A title\n")
    monkeypatch.chdir(tmp_path)
    library = Path(shutil.copy(built, tmp_path / "library.sqlite3"))
    worked = Worked()
    async with opened(library, size, actions=worked.jobs()) as drive:
        driven = Driven(drive, worked, place, how)
        stand_in(driven, monkeypatch)
        checks = TABLE[place] | OTHERWISE.get((place, how), {})
        for action in registry.actions(place):
            if not how and (only is None or action.name in only):
                await one(driven, action, driven.key, checks[action.name], "key")
        await driven.begin()
        for name in [name for name in drive.hints if only is None or name in only]:
            await one(driven, registry.BY_NAME[name], driven.click, checks[name], "click")
        assert drive.app.is_running


async def one(
    driven: Driven, action: registry.Action, do: Callable[[registry.Action], Awaitable[None]], check: Check, how: str
) -> None:
    try:
        await driven.begin(keep=action.name in MOVES)
        await check(driven, partial(do, action))
    except Exception as error:
        raise AssertionError(f"{action.name} by {how} in {driven.place} {driven.how}") from error


def stand_in(driven: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would end the test or leave the terminal is noted; charts are long enough to be scrolled."""
    monkeypatch.setattr(ReadlistApp, "action_suspend_process", lambda _app: driven.suspended.append("suspended"))

    def exit_app(result: int | None = None, *given: object, **options: object) -> None:
        del given, options
        driven.left.append(result if result is not None else -1)

    monkeypatch.setattr(driven.app, "exit", exit_app)
    drawn = statistics.chart_lines
    monkeypatch.setattr(
        statistics,
        "chart_lines",
        lambda *given: [*drawn(*given), *([(f"line {number}", "text")] for number in range(150))],
    )
    monkeypatch.setattr(ReadlistApp, "suspend", to_the_shell)


@contextmanager
def to_the_shell(_app: ReadlistApp) -> Iterator[None]:
    yield


def shares() -> list[tuple[str, tuple[int, int]]]:
    """Places and sizes, to each of which some of the actions fall."""
    return [(place, NARROW if number % 2 else WIDE) for number, place in enumerate(registry.PLACES)]


@pytest.mark.parametrize(("place", "size"), shares())
async def test_every_action_in_one_of_its_places(
    table_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, size: tuple[int, int]
) -> None:
    """The short form of the two below: each action once, by key, and by mouse where it has a hint there."""
    own = []
    for number, action in enumerate(sorted(registry.BY_NAME.values())):
        there = [each for each in registry.PLACES if action in registry.actions(each)]
        if there[number % len(there)] == place:
            own.append(action.name)
    await driven_through(table_built, tmp_path, monkeypatch, size, place, "", own)


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x45"])
@pytest.mark.parametrize("place", registry.PLACES)
async def test_every_action_by_key_and_by_mouse(
    table_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], place: str
) -> None:
    await driven_through(table_built, tmp_path, monkeypatch, size, place, "")


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x45"])
@pytest.mark.parametrize(("place", "how"), SITUATIONS)
async def test_the_footer_of_every_situation_by_mouse(
    table_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], place: str, how: str
) -> None:
    await driven_through(table_built, tmp_path, monkeypatch, size, place, how)
