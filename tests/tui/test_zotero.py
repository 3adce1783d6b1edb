"""The Zotero screen against a strict local server: the plan, what is left out, what is done, and what goes wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from readlist import settings
from readlist.actions import credentials, triage
from readlist.actions.syncing import Change, Side
from readlist.cli.jobs import jobs
from readlist.cli.output import Output
from readlist.cli.session import Session
from readlist.library import Library
from readlist.paper import Status
from readlist.tui.glyphs import UNICODE
from readlist.tui.jobs import Jobs, Outcome, Section
from readlist.tui.spans import line_width, plain
from readlist.tui.sync_lines import Entry, entry_lines
from readlist.zotero.changes import Notice, Row
from readlist.zotero.patience import Patience
from readlist.zotero.task import SyncResult
from tests.servers.arxiv import ArxivServer
from tests.servers.arxiv_samples import made_up
from tests.servers.zotero import ZoteroServer
from tests.tui.conftest import NARROW, NOW, TITLES, WIDE, opened


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ZoteroServer]:
    with ZoteroServer(limited=False) as running, ArxivServer(made_up(3)) as arxiv:
        monkeypatch.setenv("READLIST_ARXIV_URL", arxiv.url)
        monkeypatch.setenv("READLIST_ARXIV_DELAY", "0.01")
        monkeypatch.setenv("READLIST_HOME", str(tmp_path))
        monkeypatch.setenv("READLIST_ZOTERO_URL", running.url)
        monkeypatch.setenv("READLIST_ZOTERO_API_KEY", "testkey")
        monkeypatch.setenv("READLIST_ZOTERO_LIBRARY", "user:12345")
        yield running


def made() -> Session:
    return Session(settings.load(os.environ), Output.of_process(0))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_plan_is_shown_chosen_from_and_done(
    server: ZoteroServer, library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size, actions=jobs(made())) as drive:
        await drive.press("3", "1", "z")
        await drive.until("10 of 10 changes chosen")
        assert server.items() == []
        assert drive.shows("[x] to Zotero create Alpha faces in the wild")
        assert drive.shows("title after Alpha faces in the wild")
        assert not drive.shows("before")
        await drive.press("j", "space", "space")
        assert drive.shows("8 of 10 changes chosen")
        assert drive.shows("[ ] to Zotero create Gamma rays")
        await drive.press("enter")
        assert drive.shows("Write 8 changes to Zotero")
        await drive.press("enter")
        await drive.until("8 items created")
        assert len(server.items()) == 8
        assert drive.shows("= to Zotero create Alpha faces")
        await drive.press("u")
        assert "nothing was written into the list here that could be taken back" in drive.message
        assert drive.status(1) == "reading"
        await drive.press("r")
        await drive.until("2 of 2 changes chosen")
        assert drive.shows("[x] to Zotero create Beta swapping")
        await drive.press("escape")
        assert drive.app.screen is drive.app.home


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_updates_show_before_and_after_and_conflicts_both_sides(
    server: ZoteroServer, library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size, actions=jobs(made())) as drive:
        assert server.items() == []
        await drive.press("z")
        await drive.until("10 of 10")
        await drive.press("enter", "enter")
        await drive.until("10 items created")
        await drive.press("escape")
        with Library.open(library_path) as other:
            triage.set_status(other, [1], Status.READING, NOW)
            triage.change_tags(other, [2], NOW, add=["[bold]new"])
            triage.remove(other, [3], NOW)
        await drive.press("z")
        await drive.until("3 of 3 changes chosen")
        assert drive.shows("status before new" if size == NARROW else "status new")
        assert drive.shows("after reading" if size == NARROW else "before after")
        await drive.press("j")
        assert drive.shows("faces · to cite")
        assert drive.shows("[bold]new")
        await drive.press("j")
        assert drive.shows("trash Gamma rays")
        assert drive.shows("not in the trash")
        await drive.press("a")
        assert drive.shows("0 of 3 changes chosen")
        await drive.press("enter")
        assert "no change is chosen" in drive.message
        await drive.press("a", "enter", "enter")
        await drive.until("2 items updated, 1 item moved to the trash")


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("key", ["<", ">"])
async def test_both_sides_and_a_conflict_decided(
    server: ZoteroServer, library_path: Path, size: tuple[int, int], key: str
) -> None:
    async with opened(library_path, size, actions=jobs(made())) as drive:
        await drive.press("z")
        await drive.until("10 of 10")
        await drive.press("enter", "enter")
        await drive.until("10 items created")
        await drive.press("escape")
        [place] = server.library().collections
        first, second = sorted(server.items(), key=lambda item: item["version"])[:2]
        server.edit(first["key"], extra=first["extra"].replace("Status: New", "Status: Read"))
        server.edit(second["key"], title="Their own wording")
        server.add({"itemType": "book", "title": "A book from [bold]Zotero", "collections": [place]})
        with Library.open(library_path) as other:
            triage.set_status(other, [1], Status.SKIPPED, NOW)
        await drive.press("z")
        await drive.until("2 of 2 changes chosen")
        assert drive.shows("to the list create A book from [bold]Zotero")
        assert drive.shows("! conflict")
        await drive.press("G", "space")
        assert "both sides changed it" in drive.message
        await drive.press({"<": "less_than_sign", ">": "greater_than_sign"}[key])
        await drive.until("3 of 3 changes chosen")
        assert drive.shows(f"[{key}] conflict")
        await drive.press("enter")
        sides = {"<": "1 change to Zotero and 2 changes to the list", ">": "Write 3 changes to the list"}
        assert drive.shows(sides[key])
        await drive.press("enter")
        await drive.until("1 paper added")
        assert "; 3 papers: 0 matched" in drive.message
        assert drive.status(1) == ("skipped" if key == "<" else "read")
        assert drive.paper(2)["title"] == "Their own wording"
        assert ("Read_Status: Not Reading" in server.item(first["key"])["extra"]) == (key == "<")
        for _ in ("the search for records", "the sync"):
            await drive.press("u")
            assert drive.message.startswith("taken back: ")
        assert (drive.status(1), drive.paper(2)["title"]) == ("skipped", TITLES[1])
        await drive.press("u")
        assert "something else was done since" in drive.message
        assert drive.status(1) == "skipped"
        await drive.press("ctrl+r")
        assert drive.paper(2)["title"] == "Their own wording"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_comes_from_zotero_gets_its_record(
    server: ZoteroServer, library_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library_path, size, actions=jobs(made())) as drive:
        await drive.press("z")
        await drive.until("10 of 10")
        await drive.press("enter", "enter")
        await drive.until("10 items created")
        [place] = server.library().collections
        known = made_up(3)[1]
        server.add({"itemType": "preprint", "title": known["title"], "collections": [place],
                    "abstractNote": known["abstract"]})  # fmt: skip
        await drive.press("r")
        await drive.until("1 of 1 change")
        await drive.press("enter", "enter")
        await drive.until("; 3 papers: 1 matched")
        assert drive.paper(13)["arxiv_id"] == known["id"]


def test_a_conflict_names_the_two_sides() -> None:
    entry = Entry(
        "conflict", "conflict", "", 4, "ABCD2345", "A title", {"status": ("read", "skipped"), "tags": (["a"], None)}
    )
    shown = "\n".join(plain(line).rstrip() for line in entry_lines(entry, 60, UNICODE))
    assert "status      here    read\n            Zotero  skipped" in shown
    assert "tags        here    a\n            Zotero  nothing" in shown
    beside = entry_lines(entry, 90, UNICODE, beside=True)
    shown = "\n".join(plain(line).rstrip() for line in beside)
    assert f"            here{' ' * 36}Zotero" in shown
    assert f"status      read{' ' * 36}skipped" in shown
    assert ("skipped", "only-record") in [span for line in beside for span in line]


def test_what_differs_is_marked_and_the_trash_said_in_words() -> None:
    fields = {"title": ("Faces in the wild", "Faces in the lab"), "trashed": (False, True), "tags": (["a", "b"], ["a"])}
    fields["note"] = ("", "text")
    entry = Entry("conflict", "conflict", "", 4, "ABCD2345", "In $\\mathcal{W}_+$ space \x1b[1m", fields)
    for width, beside in ((60, False), (67, True), (140, True)):
        lines = entry_lines(entry, width, UNICODE, beside=beside)
        assert all(line_width(line) <= width for line in lines)
        spans = [span for line in lines for span in line]
        assert ("wild", "only-listed") in spans
        assert ("lab", "only-record") in spans
        shown = " ".join("\n".join(map(plain, lines)).split())
        assert "\x1b" not in shown
        assert "$" not in shown
        assert "trash" in shown
        assert "not in the trash" in shown
        assert "note nothing" in shown or "note here nothing" in shown
        assert "False" not in shown
        assert "True" not in shown
    made = Entry("open", "to Zotero", "create", 4, "", "A title", {"title": (None, "A title"), "note": (None, "b")})
    assert [plain(line).rstrip() for line in entry_lines(made, 60, UNICODE, beside=True)][3:] == [
        "title       after   A title", "", "note        after   b",
    ]  # fmt: skip
    assert Change(Side.PULL, "update", None).side == "pull"  # type: ignore[arg-type]


async def test_by_mouse(server: ZoteroServer, library_path: Path) -> None:
    async with opened(library_path, actions=jobs(made())) as drive:
        await drive.press("z")
        await drive.until("10 of 10")
        await drive.click("ChangeList", 2, 1)
        assert drive.shows("9 of 10 changes chosen")
        await drive.click("ChangeList", 30, 3)
        assert drive.shows("title after Delta rules")
        assert drive.shows("9 of 10 changes chosen")
    assert server.items() == []


async def test_what_is_left_is_told_with_its_reason(server: ZoteroServer, library_path: Path) -> None:
    async with opened(library_path, actions=jobs(made())) as drive:
        await drive.press("z")
        await drive.until("10 of 10")
        server.fault("status", method="POST", path="/items", code=413, times=20, text="Too large")
        await drive.press("enter", "enter")
        await drive.until("Zotero was not written to")
        assert drive.shows("r tries again")
        server.world.faults.clear()
        await drive.press("r")
        await drive.until("10 of 10")


async def test_a_result_with_things_left(library_path: Path) -> None:
    left = (Notice(2, "ABCD2345", "Beta", "the server does not take this field"),)
    plan = SyncResult("user:1", 1, created=(Row(1, "K", "Alpha", {"title": (None, "Alpha")}),), dry_run=True)
    done = SyncResult("user:1", 2, updated=(Row(1, "K", "Alpha", {}),), left=left, notices=(Notice(3, None, "C", "!"),))

    async with opened(
        library_path,
        actions=Jobs(
            zotero_plan=lambda _library, _report: Outcome("1 to do", value=plan),
            zotero_apply=lambda _library, _left_out, _decided, _report: Outcome(
                "1 done, 1 left", (Section("Left", (("p2", "why"),)),), bad=True, value=done
            ),
        ),
    ) as drive:
        await drive.press("z")
        await drive.until("1 of 1 changes chosen")
        await drive.press("enter", "enter")
        await drive.until("! to Zotero left Beta")
        assert drive.shows("the server does not take this field")
        assert drive.shows("= to Zotero update Alpha")
        await drive.press("space")
        assert "only what is planned can be chosen" in drive.message
        await drive.press("escape", "L")
        assert drive.shows("p2 why")


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"READLIST_ZOTERO_API_KEY": "wrongkey"}, "key"),
        ({"READLIST_ZOTERO_API_KEY": ""}, "no Zotero key yet: make one at"),
        ({"READLIST_ZOTERO_URL": "http://127.0.0.1:9"}, "127.0.0.1:9"),
    ],
)
async def test_what_goes_wrong_is_a_sentence_and_can_be_tried_again(
    server: ZoteroServer, library_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], told: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(credentials, "load_key", lambda _home, _url: None)
    monkeypatch.setattr(Patience, "pause", lambda *_args: None)
    async with opened(library_path, actions=jobs(made())) as drive:
        await drive.press("z")
        await drive.until("Zotero could not be asked")
        assert drive.shows(told)
        assert drive.shows("r tries again")
        assert not drive.shows("Traceback")
        await drive.press("escape", "2")
        assert drive.status(1) == "to-read"
    assert server.items() == []


async def test_cancel_while_it_looks_and_while_it_writes(server: ZoteroServer, library_path: Path) -> None:
    async with opened(library_path, actions=jobs(made())) as drive:
        server.fault("status", method="GET", code=503, seconds=30, times=50)
        await drive.press_only("z")
        await drive.until("waits")
        await drive.press_only("c")
        await drive.until("r shows what is left to do")
        server.world.faults.clear()
        await drive.press("r")
        await drive.until("10 of 10")
