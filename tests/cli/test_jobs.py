"""The jobs that the TUI starts."""

from __future__ import annotations

from pathlib import Path

from readlist import settings
from readlist.actions.progress import silent
from readlist.cli.jobs import jobs
from readlist.cli.output import Output
from readlist.cli.session import Session
from readlist.library import Library
from tests.support import Cli, abstract, listing


def session() -> Session:
    import os

    return Session(settings.load(os.environ), Output.of_process(0))


def test_a_demo_sends_nothing_to_zotero(cli: Cli) -> None:
    assert cli.home
    assert jobs(session()).zotero_push is not None
    assert jobs(session(), snapshot=Path("snapshot.sqlite3")).zotero_push is None


def test_pasting_and_exporting(cli: Cli, library: Library) -> None:
    assert cli.home
    made = jobs(session(), export_folder=cli.folder / "exports")
    assert made.import_text is not None
    assert made.export is not None
    told = made.import_text(library, listing([("First title", abstract(1)), ("Second title", abstract(2))]), silent)
    assert told == "2 entries, 2 papers, 2 new"
    assert made.export(library, "markdown", [1, 2], silent).endswith("library.md")
    assert made.export(library, "markdown", [1], silent).endswith("selection.md")
