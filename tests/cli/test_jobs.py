"""The jobs that the TUI starts."""

from __future__ import annotations

from pathlib import Path

from readlist import settings
from readlist.actions import triage
from readlist.actions.progress import silent
from readlist.cli.jobs import jobs
from readlist.cli.output import Output
from readlist.cli.session import Session
from readlist.library import Library
from readlist.tui.jobs import Outcome
from tests.conftest import NOW
from tests.support import Cli, abstract, listing


def session() -> Session:
    import os

    return Session(settings.load(os.environ), Output.of_process(0))


def test_a_demo_sends_nothing_to_zotero(cli: Cli) -> None:
    assert cli.home
    assert jobs(session()).zotero_apply is not None
    assert jobs(session(), snapshot=Path("snapshot.sqlite3")).zotero_apply is None
    assert jobs(session(), snapshot=Path("snapshot.sqlite3")).zotero_plan is None


def test_pasting_and_exporting(cli: Cli, library: Library) -> None:
    assert cli.home
    made = jobs(session(), export_folder=cli.folder / "exports")
    assert made.import_text is not None
    assert made.export is not None
    told = made.import_text(library, listing([("First title", abstract(1)), ("Second title", abstract(2))]), silent)
    assert told == Outcome("2 entries, 2 papers, 2 new")
    whole = made.export_target("markdown", True)
    assert whole == cli.folder / "exports" / "library.md"
    assert made.export_target("biblatex", False).name == "selection.biblatex.bib"
    assert made.export(library, "markdown", [1, 2], whole, silent) == Outcome(f"2 papers in {whole}")
    assert made.export(library, "markdown", [1, 2], whole, silent).sentence.endswith(", nothing changed")
    whole.with_name("x.bib").write_text("@misc{other,\n}\n", encoding="utf-8")
    assert made.export(library, "json", [1], whole.with_name("one.json"), silent).report == ()
    number = triage.add_by_hand(library, NOW, title="By hand", authors=("A B",), year=2024, doi=None, url=None).paper_id
    told = made.export(library, "bibtex", [1, 2, number], whole.with_name("x.bib"), silent)
    assert told.sentence == f"1 paper in {whole.with_name('x.bib')}, 2 left out"
    assert [section.heading.split(":")[0] for section in told.report] == ["Kept", "Left out"]
    assert told.report[1].lines == (("p1", "First title"), ("p2", "Second title"))


def test_what_could_not_be_read_is_told_in_full(cli: Cli, library: Library) -> None:
    made = jobs(session())
    assert made.import_files is not None
    good, missing = cli.folder / "good.txt", cli.folder / "missing.txt"
    good.write_text(listing([("First title", abstract(1))]) + "\n12\n", encoding="utf-8")
    told = made.import_files(library, [str(good), str(missing)], silent)
    assert isinstance(told, Outcome)
    assert told.sentence == "1 entry, 1 paper, 1 new; 1 line not used or in doubt; 1 source not read"
    assert "missing.txt: no such file" in told.report[0].lines[0][1]
    ((line, why),) = told.report[1].lines
    assert line == f"line {good.read_text(encoding='utf-8').splitlines().index('12') + 1}"
    assert why == "not part of a paper: 12"
