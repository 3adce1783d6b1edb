"""The demo: the whole job on the bundled sample, offline, in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path

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
    cli("undo", "--library=demo/library.sqlite3")
    first = json.loads(Path("demo/exports/library.json").read_text(encoding="utf-8"))
    cli("demo", "--no-tui", "--folder", "demo")
    assert json.loads(Path("demo/exports/library.json").read_text(encoding="utf-8")) == first
    Path("mine").mkdir()
    Path("mine/thesis.tex").write_text("x", encoding="utf-8")
    refused = cli("demo", "--no-tui", "--folder", "mine", code=1)
    assert "this folder holds other things" in refused.err
    assert [path.name for path in Path("mine").iterdir()] == ["thesis.tex"]


def test_without_a_folder_it_makes_a_new_one_and_names_it(cli: Cli) -> None:
    result = cli("demo")
    assert "Your own list is untouched" in result.err
    assert Path(result.out.splitlines()[-1].split()[-1]).is_file()
