"""Completion through the shells' own protocol: variables in, a line for each offer out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Cli, abstract, listing, record, write_snapshot

RECORDS = [record(f"2401.0000{n}", f"Title {n}", abstract(n), categories=("cs.CV",)) for n in (1, 2)]


@pytest.fixture
def filled(cli: Cli) -> Cli:
    (cli.folder / "june.txt").write_text(listing([(found.title, found.abstract) for found in RECORDS]))
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", RECORDS))
    cli("resolve", "--source", "snapshot")
    cli("tag", "p1", "+faces", "+later", "+two words")
    cli("export", "bibtex")
    return cli


def ask(shell: str, *words: str) -> str:
    """What a shell is told about the last of these words; bash takes colons for words of their own."""
    environment = {
        **os.environ,
        "_READLIST_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "readlist"], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stderr == ""
    return done.stdout


def offers(*words: str) -> list[str]:
    """The words that bash is offered."""
    return [line.partition(",")[2] for line in ask("bash", "readlist", *words).splitlines() if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("export", "b"), ["bibtex", "biblatex"]),
        (("list", "--sort", "ti"), ["title"]),
        (("list", "sta"), ["status:"]),
        (("list", "status", ":", "to"), ["to-read"]),
        (("list", "status", ":"), ["new", "to-read", "reading", "read", "skipped"]),
        (("list", "status:to"), ["status:to-read"]),
        (("list", "-status", ":", "to"), ["to-read"]),
        (("export", "csv", "tag", ":", "f"), ["faces"]),
        (("list", "cat", ":"), ["cs.CV"]),
        (("list", "author", ":", "love"), ["Lovelace"]),
        (("tag", "p1", "+"), ["+faces", "+later"]),
        (("tag", "p1", "-f"), ["-faces"]),
        (("show", "p"), ["p1", "p2"]),
        (("show", "love"), ["lovelace2024title", "lovelace2024titlea"]),
        (("status", "read", "p2"), ["p2"]),
        (("--library", "none.sqlite3", "tag", "p1", "+"), []),
    ],
)
def test_what_bash_is_offered(filled: Cli, words: tuple[str, ...], offered: list[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in filled.folder.rglob("*")}
    assert offers(*words) == offered
    assert {path: path.stat().st_mtime_ns for path in filled.folder.rglob("*")} == before


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("import", "e"), "file"),
        (("import", "a.txt", "e"), "file"),
        (("export", "bibtex", "-o", "e"), "file"),
        (("export", "bibtex", "--cited", "e"), "file"),
        (("restore", "e"), "file"),
        (("backup", "e"), "file"),
        (("tui", "--screenshot", "e"), "file"),
        (("snapshot", "build", "e"), "file"),
        (("--library", "e"), "file"),
        (("demo", "--folder", "e"), "dir"),
    ],
)
def test_files_are_left_to_the_shell(cli: Cli, words: tuple[str, ...], kind: str) -> None:
    assert ask("bash", "readlist", *words) == f"{kind},e\n"
    assert not cli.home.exists()


def test_nothing_is_offered_and_nothing_said_where_the_library_cannot_be_read(cli: Cli) -> None:
    assert offers("show", "p") == []
    assert not cli.home.exists()
    cli.home.mkdir()
    (cli.home / "library.sqlite3").write_bytes(b"nonsense" * 500)
    assert offers("tag", "p1", "+") == []
    (cli.home / "config.toml").write_text("library = 5\n", encoding="utf-8")
    assert offers("show", "p") == []
    assert sorted(path.name for path in cli.home.iterdir()) == ["config.toml", "library.sqlite3"]


def test_a_library_that_is_open_is_looked_at_too(filled: Cli) -> None:
    from readlist.library import Library

    with Library.open(filled.home / "library.sqlite3"):
        filled("tag", "p2", "+newest")
        assert offers("tag", "p1", "+n") == ["+newest"]


@pytest.mark.usefixtures("filled")
def test_zsh_and_fish() -> None:
    assert ask("zsh", "readlist", "show", "p1") == "plain\np1\nTitle 1\n"
    assert ask("zsh", "readlist", "list", "status:to") == "plain\nstatus:to-read\n_\n"
    assert ask("zsh", "readlist", "import", "e") == "file\ne\n_\n"
    assert "plain,bibtex" in ask("fish", "readlist", "export", "b")
    assert ask("fish", "readlist", "import", "e").startswith("file,e")


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.usefixtures("filled")
def test_the_script_runs_in_bash(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "readlist"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m readlist "$@"\n')
    program.chmod(0o755)
    lines = (
        'eval "$(readlist completion bash)"',
        "COMP_WORDS=(readlist list status : to); COMP_CWORD=4; _readlist_completion readlist 2>/dev/null",
        'echo "${COMPREPLY[*]}"',
    )
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    command = ["bash", "--norc", "-c", "\n".join(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.stdout, done.stderr) == ("to-read\n", "")
