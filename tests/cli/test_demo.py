"""The demo: the whole job on the bundled sample, offline, in a folder of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support import Cli


def test_the_whole_job(cli: Cli) -> None:
    out = cli("demo", "--no-tui", "--folder", "demo").out
    assert "25 papers: 24 matched, 1 for review, 0 not found" in out
    exports = sorted(path.name for path in Path("demo/exports").iterdir())
    assert exports == ["library.bib", "library.biblatex.bib", "library.json", "reading-list.md"]
    bibliography = Path("demo/exports/library.bib").read_text(encoding="utf-8")
    assert bibliography.count("\n@") + 1 == 24
    assert "wang2024instantid" in bibliography
    assert "journal = {Phys. Rev. Lett.}" in bibliography
    assert not (cli.home / "library.sqlite3").exists()


def test_what_the_sample_shows(cli: Cli) -> None:
    cli("demo", "--no-tui", "--folder", "demo")
    library = "--library=demo/library.sqlite3"
    papers = {paper["arxiv_id"]: paper for paper in cli("list", "--json", library).json}
    assert papers["2406.11643"]["title"] == "CustAny: Customizing Anything from A Single Example"
    assert papers["2406.11643"]["sightings"][0]["title"].startswith("AnyMaker: ")
    assert len(papers["2401.07519"]["sightings"]) == 2
    assert papers["2510.14975"]["sightings"][0]["organisation"] == {"handle": "stepfun-ai", "name": "StepFun"}
    dates = [s["date"] for s in papers["2601.01425"]["sightings"]]
    assert dates == ["2026-01-04"]
    doubtful = cli("review", "--list", "--json", library).json
    assert [candidate["arxiv_id"] for candidate in doubtful[0]["match"]["candidates"]] == ["2503.16728", "2502.14437"]


def test_a_second_run_begins_anew_and_other_folders_are_left_alone(cli: Cli) -> None:
    cli("demo", "--no-tui", "--folder", "demo")
    cli("list", "--library=demo/library.sqlite3")
    first = json.loads(Path("demo/exports/library.json").read_text(encoding="utf-8"))
    assert "export   demo/exports/library.bib" in cli("demo", "--no-tui", "--folder", "demo").out
    assert json.loads(Path("demo/exports/library.json").read_text(encoding="utf-8")) == first
    Path("mine").mkdir()
    Path("mine/thesis.tex").write_text("x", encoding="utf-8")
    refused = cli("demo", "--no-tui", "--folder", "mine", code=1)
    assert "this folder holds other things" in refused.err
    assert [path.name for path in Path("mine").iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("readme", ["My thesis\n", "Made by readlist demo; it may be deleted.\n"])
def test_a_library_that_is_not_the_samples_is_never_deleted(cli: Cli, readme: str) -> None:
    Path("papers").mkdir()
    Path("papers/README.txt").write_text(readme, encoding="utf-8")
    cli("--library=papers/library.sqlite3", "add", "--title", "A paper of mine")
    before = Path("papers/library.sqlite3").read_bytes()
    done = cli("demo", "--no-tui", "--folder", "papers", code=None)
    if readme.startswith("My"):
        assert done.code == 1
        assert "this folder holds other things" in done.err
    else:
        assert "it is left as it is" in done.err
    assert Path("papers/README.txt").read_text(encoding="utf-8") == readme
    assert Path("papers/library.sqlite3").read_bytes() == before
    assert [paper["title"] for paper in cli("--library=papers/library.sqlite3", "list", "--json").json] == [
        "A paper of mine"
    ]


def test_the_own_library_is_refused_even_where_it_is_a_demos(cli: Cli) -> None:
    cli("demo", "--no-tui", "--folder", "demo")
    before = Path("demo/library.sqlite3").read_bytes()
    cli.setenv(READLIST_LIBRARY="demo/library.sqlite3")
    refused = cli("demo", "--no-tui", "--folder", "demo", code=1)
    assert "your own library is in this folder" in refused.err
    assert Path("demo/library.sqlite3").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        ("note", "p1", "mine"),
        ("add", "--title", "A paper of mine"),
        ("undo",),
    ],
)
def test_a_demo_that_was_changed_is_left_as_it_is(cli: Cli, change: tuple[str, ...]) -> None:
    cli("demo", "--no-tui", "--folder", "demo")
    cli(*change, "--library=demo/library.sqlite3")
    before = cli("list", "--json", "--library=demo/library.sqlite3").json
    again = cli("demo", "--no-tui", "--folder", "demo")
    assert "it is left as it is" in again.err
    assert again.out == ""
    assert cli("list", "--json", "--library=demo/library.sqlite3").json == before


def test_a_file_of_a_demo_that_somebody_wrote_into_is_kept(cli: Cli) -> None:
    cli("demo", "--no-tui", "--folder", "demo")
    notes = Path("demo/exports/reading-list.md")
    notes.write_text("my own words", encoding="utf-8")
    assert "it is left as it is" in cli("demo", "--no-tui", "--folder", "demo").err
    assert notes.read_text(encoding="utf-8") == "my own words"


def test_the_hint_names_the_program_as_it_was_called(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "my venv" / "readlist"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    hint = f"'{program}' --library demo/library.sqlite3"
    assert hint in cli("demo", "--no-tui", "--folder", "demo").err
    monkeypatch.setenv("PATH", str(program.parent))
    assert "again: readlist --library demo/" in cli("demo", "--no-tui", "--folder", "demo").err


def test_without_a_folder_it_makes_a_new_one_and_names_it(cli: Cli) -> None:
    result = cli("demo")
    assert "Your own list is untouched" in result.err
    assert Path(result.out.splitlines()[-1].split()[-1]).is_file()
