"""The import command: what it says, to whom, and how quiet it may be."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from readlist.actions.progress import Progress
from readlist.cli.output import Output
from tests.support import Cli, abstract, listing, record, write_snapshot

ENTRIES = [("First title", abstract(1)), ("Second title", abstract(2))]
RECORDS = [record("2401.00001", "First title", abstract(1)), record("2401.00002", "Second title", abstract(2))]


def write(cli: Cli, name: str, text: str) -> Path:
    path = cli.folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("options", [["-q"], [], ["-q", "--json"]])
def test_lines_that_were_lost_are_named_however_quiet(cli: Cli, options: list[str]) -> None:
    write(cli, "june.txt", listing(ENTRIES) + "\n12\n")
    result = cli("import", "june.txt", *options)
    line = listing(ENTRIES).count("\n") + 2
    assert f"readlist: june.txt: line {line}: not part of a paper: 12\n" in result.err
    if options == ["-q"]:
        assert result.out == ""
        assert result.err.count("\n") == 1


def test_numbers_are_written_alike(cli: Cli) -> None:
    write(cli, "big.txt", listing([(f"Title number {n}", f"We study case {n}. " * 12) for n in range(1201)]))
    first = cli("import", "big.txt")
    assert "big.txt: 1,201 entries, 1,201 new, 0 known\n" in first.out
    assert "1,201 entries, 1,201 papers, 1,201 new in the list\n" in first.out
    assert "1,201 entries, 0 new, 1,201 known\n" in cli("import", "big.txt").out
    assert cli("import", "big.txt", "--json").json["sources"][0]["merged"] == 1201


def test_import_and_resolve_keep_one_document_and_say_both(cli: Cli) -> None:
    write(cli, "june.txt", listing(ENTRIES))
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", RECORDS))
    both = cli("import", "june.txt", "--resolve", "--json")
    assert set(both.json) == {"sources", "entries", "papers"}
    assert "2 papers: 2 matched, 0 for review" in both.err


def test_papers_in_the_trash_are_named(cli: Cli) -> None:
    write(cli, "june.txt", listing(ENTRIES))
    assert "trash" not in cli("import", "june.txt").err
    cli("remove", "p2")
    for options in ([], ["--json"]):
        again = cli("import", "june.txt", *options)
        assert "1 of them in the trash (readlist trash restore p2)\n" in again.err
    assert cli("list", "--ids").out.split() == ["p1"]
    cli("trash", "restore", "p2")
    assert "trash" not in cli("import", "june.txt").err


def test_the_whole_date_is_shown_where_it_is_known(cli: Cli) -> None:
    write(cli, "sep.txt", listing([(*ENTRIES[0], "• 2 authors", "May 17")], "Sep 8"))
    cli("import", "sep.txt")
    assert "sep.txt, line 13 (Sep 8), 2 authors, May 17\n" in cli("show", "p1").out
    cli("import", "sep.txt", "--listed", "2025-09-08")
    assert "sep.txt, line 13 (Sep 8, 2025), 2 authors, May 17, 2025\n" in cli("show", "p1").out
    assert cli("show", "p1", "--json").json["sightings"][0]["listed_text"] == "Sep 8"


def test_entries_that_became_one_paper_show_both_titles(cli: Cli) -> None:
    write(cli, "june.txt", listing([*ENTRIES, ("An Older Name of the First", abstract(1))]))
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", RECORDS))
    cli("resolve")
    for number in cli("list", "match:review", "--ids").out.split():
        cli("review", "accept", number)
    shown = " ".join(cli("show", "2401.00001").out.split())
    assert "june.txt, line 13 (Jun 17) seen june.txt, line 21 (Jun 17), as “An Older Name of the First”" in shown
    assert "as “" not in cli("show", "2401.00002").out
    assert "as “" not in cli("show", "2401.00001").out.split("\n\n")[0].split("seen")[1]


def test_what_belongs_to_the_page_is_said_only_to_the_curious(cli: Cli) -> None:
    write(cli, "june.txt", listing(ENTRIES) + "\nPrevious\n1\n2\nNext\nTOS\nPrivacy\nAbout\n")
    assert "left out" not in cli("import", "june.txt").err
    assert "june.txt: 13 lines of the page itself (menus and the like) left out" in cli("import", "june.txt", "-v").err


def test_a_list_of_titles_is_refused_with_what_would_work(cli: Cli) -> None:
    write(cli, "titles.txt", "Keypoint Promptable Re-Identification\nSapiens2\n")
    refused = cli("import", "titles.txt", "--format", "hf-text", code=1)
    assert "is read when its first line is 'Daily Papers'" in refused.err
    write(cli, "titles.txt", "Daily Papers\nKeypoint Promptable Re-Identification\nSapiens2\n")
    assert "2 entries, 2 new" in cli("import", "titles.txt").out


def test_a_file_of_windows_notepad(cli: Cli) -> None:
    (cli.folder / "june.txt").write_bytes(listing(ENTRIES).replace("\n", "\r\n").encode("utf-16"))
    assert "june.txt: 2 entries, 2 new, 0 known" in cli("import", "june.txt").out


def test_ids_of_months_to_come_are_named_in_a_list(cli: Cli) -> None:
    Path("ids.txt").write_text("2401.07519\n2901.00001\n2401.0751\n", encoding="utf-8")
    result = cli("import", "ids.txt")
    assert "1 new in the list" in result.out
    assert "ids.txt: line 2: the month of this arXiv id is still to come; check its digits: 2901.00001" in result.err
    assert "ids.txt: line 3: not an arXiv id" in result.err


def test_what_is_no_text_is_said_to_be_none(cli: Cli) -> None:
    (cli.folder / "paper.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    (cli.folder / "sources.tgz").write_bytes(b"\x1f\x8b\x08\x00\xff\xfe")
    for name in ("paper.pdf", "sources.tgz"):
        said = cli("import", name, code=1).err
        assert f"{name}: this is no text" in said
        assert "UTF-8" not in said


def test_what_a_folder_holds_besides_is_counted(cli: Cli) -> None:
    folder = cli.folder / "folder"
    folder.mkdir()
    write(cli, "folder/june.txt", listing(ENTRIES))
    (folder / "paper.pdf").write_bytes(b"%PDF")
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe")
    assert "3 files left out: no listing and no bibliography by name (-v names them)\n" in cli("import", folder).err
    told = cli("import", "-v", folder).err
    assert all(f"left out: {folder / name}\n" in told for name in ("paper.pdf", "gone.txt", "pipe"))
    assert "left out" not in cli("import", "-q", folder).err


@pytest.mark.parametrize(("stage", "kept"), [("read", "nothing was imported"), ("import", "200 entries kept, and")])
def test_an_interrupted_import_says_what_it_kept(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, stage: str, kept: str
) -> None:
    write(cli, "ids.txt", "".join(f"2401.{number:05}\n" for number in range(1, 251)))

    def stop(progress: Progress) -> None:
        if progress.stage == stage and (stage == "read" or progress.done == 200):
            raise KeyboardInterrupt

    monkeypatch.setattr(Output, "progress", lambda _self: nullcontext(stop))
    stopped = cli("import", "ids.txt", code=130)
    assert f"interrupted; {kept}" in stopped.err
    assert len(cli("list", "--ids").out.splitlines()) == (0 if stage == "read" else 200)
