"""Imports and resolves of the TUI run in a process of their own, which can be stopped and leaves no orphan."""

from __future__ import annotations

import pickle
import signal
import subprocess
from typing import Any

import pytest

from readlist import settings
from readlist.actions import triage
from readlist.actions.progress import Progress, silent
from readlist.cli import apart
from readlist.cli.apart import Task, run_apart
from readlist.errors import ReadlistError
from readlist.library import Library, papers
from readlist.tui.jobs import Cancelled
from tests.support import Cli, abstract, listing


def task(library: Library, text: object, name: str = "import_text") -> Task:
    import os

    return Task(name, (text,), library.path, settings.load(os.environ))


def dump(count: int) -> str:
    return listing([(f"Paper number {n}", abstract(n)) for n in range(count)])


def test_an_import_tells_how_far_it_is_and_is_one_undo_step(cli: Cli, library: Library) -> None:
    assert cli.home
    told: list[Progress] = []
    outcome = run_apart(task(library, dump(250)), told.append)
    assert outcome.sentence == "250 entries, 250 papers, 250 new"
    assert [(one.done, one.total) for one in told if one.stage == "import"] == [
        (0, 250),
        (100, 250),
        (200, 250),
        (250, 250),
    ]
    assert papers.counts(library).total == 250
    triage.undo(library, 1)
    assert papers.counts(library).total == 0


def test_what_was_stored_stays_when_it_is_stopped(cli: Cli, library: Library) -> None:
    assert cli.home

    def report(progress: Progress) -> None:
        if progress.done == 100:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_apart(task(library, dump(250)), report)
    assert papers.counts(library).total == 100


def test_errors_are_sentences_and_faults_are_kept(cli: Cli, library: Library) -> None:
    with pytest.raises(ReadlistError, match=r"^pasted: "):
        run_apart(task(library, "no listing at all"), silent)
    with pytest.raises(ReadlistError, match=r"^AttributeError: .*faults.log"):
        run_apart(task(library, 42), silent)
    assert "Traceback" in (cli.home / "logs" / "faults.log").read_text(encoding="utf-8")


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes as they are started."""
    started: list[subprocess.Popen[bytes]] = []
    start = apart._start

    def kept() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(apart, "_start", kept)
    return started


def test_a_process_that_is_killed(cli: Cli, library: Library, processes: list[subprocess.Popen[bytes]]) -> None:
    assert cli.home

    def report(progress: Progress) -> None:
        if progress.done == 100:
            processes[0].kill()

    with pytest.raises(ReadlistError, match=r"its process ended before it was done .*what was stored is there"):
        run_apart(task(library, dump(250)), report)
    assert papers.counts(library).total >= 100
    assert run_apart(task(library, dump(250)), silent).sentence.startswith("250 entries, 250 papers, ")


def test_none_can_be_started(cli: Cli, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.home

    def full(*_arguments: Any, **_options: Any) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(ReadlistError, match="no process can be started for it"):
        run_apart(task(library, dump(2)), silent)


def test_it_ends_when_the_terminal_interface_is_gone(cli: Cli, library: Library) -> None:
    assert cli.home
    process = apart._start()
    assert process.stdin is not None
    assert process.stdout is not None
    apart._send(process.stdin, task(library, dump(250)))
    assert pickle.load(process.stdout)[0] == "told"
    process.stdin.close()
    process.stdout.close()
    assert process.wait(60) in (0, -signal.SIGPIPE if hasattr(signal, "SIGPIPE") else 0)
    assert papers.counts(library).total <= 100


def test_what_lies_in_the_folder_is_not_run(cli: Cli, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    (cli.folder / "random.py").write_text("raise SystemExit('not mine')\n", encoding="utf-8")
    (cli.folder / "dump.txt").write_text(dump(3), encoding="utf-8")
    monkeypatch.chdir(cli.folder)
    outcome = run_apart(task(library, ("dump.txt",), "import_files"), silent)
    assert outcome.sentence == "3 entries, 3 papers, 3 new"
