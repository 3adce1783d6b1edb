"""The program as it is installed, in a real terminal: opened, used, quit, opened again."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest

from readlist.library import Library, edits, papers
from readlist.paper import Entry, Status
from readlist.resolver.snapshot.build import build
from tests.conftest import NOW
from tests.support import abstract, listing, record, write_snapshot

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
ROOT = Path(__file__).parents[2]


class Terminal:
    """A program in an 80×24 terminal: what it has written, and keys for it."""

    def __init__(self, home: Path, **environment: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.program = subprocess.Popen(
            [sys.executable, "-m", "readlist"], stdin=slave, stdout=slave, stderr=slave, cwd=ROOT,
            start_new_session=True, env={**os.environ, "TERM": "xterm-256color", "READLIST_HOME": str(home),
                 **environment},
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def wait_for(self, text: str, seconds: float = 30.0) -> None:
        """Until a text was written after the last one waited for."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self._master], [], [], 0.2)
            if ready:
                self.seen += os.read(self._master, 65536).decode(errors="replace")
            assert time.monotonic() < end, f"{text!r} was not seen in {self.seen[-600:]!r}"
        self.seen = self.seen.split(text, 1)[1]

    def settle(self, quiet: float = 0.7) -> None:
        """Until nothing more is written: the list follows what was said about it."""
        while select.select([self._master], [], [], quiet)[0]:
            self.seen += os.read(self._master, 65536).decode(errors="replace")

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def paste(self, text: str) -> None:
        """Send a text as terminals send what is pasted, reading what is written meanwhile."""
        data = f"\x1b[200~{text}\x1b[201~".encode()
        os.set_blocking(self._master, False)
        end = time.monotonic() + 60
        while data:
            assert time.monotonic() < end, f"{len(data):,} bytes are left of the paste"
            ready, writable, _ = select.select([self._master], [self._master], [], 0.2)
            if ready:
                self.seen += os.read(self._master, 65536).decode(errors="replace")
            if writable:
                with suppress(BlockingIOError):
                    data = data[os.write(self._master, data[:65536]) :]
        os.set_blocking(self._master, True)

    def close(self) -> None:
        if self.program.poll() is None:
            os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()
        os.close(self._master)

    def ended(self, seconds: float = 20.0) -> int:
        """The exit code, while what is still written is read away."""
        end = time.monotonic() + seconds
        while self.program.poll() is None and time.monotonic() < end:
            ready, _, _ = select.select([self._master], [], [], 0.1)
            if ready:
                try:
                    os.read(self._master, 65536)
                except OSError:
                    break
        return self.program.wait(5)


def test_a_session_from_start_to_end(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.sqlite3") as library, library.action("import", "imported", NOW) as writer:
        from readlist import dumps

        text = listing([(f"Paper number {n}", abstract(n)) for n in range(1, 6)])
        for entry in dumps.read(text.encode(), "june.txt", today=NOW.date()).entries:
            edits.take_in(writer, entry)
    terminal = Terminal(tmp_path)
    try:
        terminal.wait_for("Paper number 5")
        terminal.send("2")
        terminal.wait_for("to-read")
        terminal.send("4")
        terminal.wait_for("takes it back")
        terminal.send("u")
        terminal.wait_for("taken back")
        terminal.send("/number")  # in one burst: no letter may be lost while the box opens
        terminal.wait_for("/number")
        terminal.send("\r")
        terminal.wait_for("search")
        terminal.send("\x1b")  # alone: what comes at once behind it would make it the start of a sequence
        terminal.wait_for("the search is cleared")
        terminal.send("q")
        assert terminal.ended() == 0
    finally:
        terminal.close()
    with Library.open(tmp_path / "library.sqlite3") as library:
        assert papers.counts(library).status[Status.TO_READ] == 1
        assert papers.counts(library).status[Status.NEW] == 4
        assert [action.state for action in library.history()] == ["undone", "done", "done"]


@pytest.mark.parametrize("how", ["gone", "hangup", "terminate"])
def test_without_its_terminal_the_program_ends_and_what_was_decided_is_there(tmp_path: Path, how: str) -> None:
    with Library.open(tmp_path / "library.sqlite3") as library, library.action("import", "one", NOW) as writer:
        edits.take_in(writer, Entry("A paper to decide on", abstract("one"), "june.txt", 1))
    terminal = Terminal(tmp_path)
    try:
        terminal.wait_for("A paper to decide on")
        terminal.send("4")
        terminal.wait_for("takes it back")
        if how == "gone":
            os.close(terminal._master)
            terminal._master = os.open(os.devnull, os.O_RDONLY)
            assert terminal.program.wait(20) == 129
        else:
            terminal.program.send_signal(signal.SIGHUP if how == "hangup" else signal.SIGTERM)
            assert terminal.ended() == (129 if how == "hangup" else 143)
    finally:
        terminal.close()
    with Library.open(tmp_path / "library.sqlite3") as library:
        assert [paper.status for paper in papers.many(library, [1])] == [Status.READ]


def test_a_library_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"nonsense " * 1000)
    terminal = Terminal(tmp_path)
    try:
        terminal.wait_for("damaged or not an SQLite file")
        assert terminal.ended() == 1
        assert "Traceback" not in terminal.seen
    finally:
        terminal.close()


def test_megabytes_are_pasted_a_listing_is_imported_noted_in_an_editor_and_exported(tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho 'from the editor' > \"$1\"\n")
    editor.chmod(0o755)
    exports = tmp_path / "exports"
    terminal = Terminal(tmp_path, EDITOR=str(editor), READLIST_EXPORT_FOLDER=str(exports))
    try:
        terminal.wait_for("The inbox is empty")
        terminal.paste("A title of a paper\r" * 280_000)
        terminal.wait_for("pasted: 280,000 lines, 5.3 MB")
        terminal.send("\x1b")
        terminal.wait_for("other place")
        terminal.paste(listing([(f"Paper number {n}", abstract(n)) for n in range(1, 6)]).replace("\n", "\r"))
        terminal.wait_for("pasted: ")
        terminal.send("\r")
        terminal.wait_for("5 entries, 5 papers, 5 new")
        terminal.settle()
        terminal.send("n")
        terminal.wait_for("Ctrl+O")
        terminal.send("\x0f")
        terminal.wait_for("takes it back")
        terminal.send("x5")  # in one burst: the digit is meant for what the key opens
        terminal.wait_for("a new file in")
        terminal.send("\r")
        terminal.wait_for("5 papers in")
        terminal.send("q")
        assert terminal.ended() == 0
    finally:
        terminal.close()
    assert (exports / "library.md").read_text().count("Paper number") >= 5
    with Library.open(tmp_path / "library.sqlite3") as library:
        assert [paper.note for paper in papers.many(library, [1, 2])] == ["from the editor", ""]
        library.undo(2)
        assert papers.counts(library).total == 0


def test_a_whole_session_and_all_of_it_is_there_again(tmp_path: Path) -> None:
    """Paste, resolve, triage ten papers, tag, note, undo, search, export, quit; start again."""
    titles = [f"Paper number {n}: faces in the wild" for n in range(1, 13)]
    source = write_snapshot(tmp_path / "part.jsonl", [
        record(f"2401.{n:05}", title, abstract(n), authors="Ada Lovelace, Alan Turing")
        for n, title in enumerate(titles, 1)
    ])  # fmt: skip
    build(source, tmp_path / "index", NOW)
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho 'read this *twice*' > \"$1\"\n")
    editor.chmod(0o755)
    environment = {
        "EDITOR": str(editor),
        "READLIST_EXPORT_FOLDER": str(tmp_path / "exports"),
        "READLIST_SNAPSHOT": str(tmp_path / "index"),
        # Nobody is there: what the index knows is all that can be found.
        "READLIST_ARXIV_URL": "http://127.0.0.1:9/",
        "READLIST_ARXIV_DELAY": "0",
    }
    terminal = Terminal(tmp_path, **environment)
    try:
        terminal.wait_for("The inbox is empty")
        dump = listing([(title, abstract(n)) for n, title in enumerate(titles, 1)])
        terminal.paste(dump.replace("\n", "\r"))
        terminal.wait_for("pasted: ")
        terminal.send("\r")
        terminal.wait_for("12 entries, 12 papers, 12 new")
        terminal.send("R")
        terminal.wait_for("12 matched")
        terminal.send("T")
        terminal.wait_for("1 of 12")
        for place, verdict in enumerate("2254325525", 2):
            terminal.send(verdict)
            terminal.wait_for(f"{place} of 12")
        terminal.send("u")  # back to the tenth
        terminal.wait_for("taken back")
        terminal.send("4")
        terminal.wait_for("11 of 12")
        terminal.send("\x1b")
        terminal.wait_for("search")
        terminal.send("\t")  # to read
        terminal.wait_for("1 of 4")
        terminal.send("t")
        terminal.wait_for("Tags")
        terminal.send("faces\r")
        terminal.wait_for("#faces")
        terminal.send("n")
        terminal.wait_for("Ctrl+O")
        terminal.send("\x0f")
        terminal.wait_for("takes it back")
        terminal.send("/tag:faces\r")  # in one burst, Enter too
        terminal.wait_for("1 of 1")
        terminal.wait_for("search")
        terminal.send("x1")
        terminal.wait_for("a new file in")
        terminal.send("\r")
        terminal.wait_for("1 paper in")
        terminal.send("q")
        assert terminal.ended() == 0
    finally:
        terminal.close()
    (bibtex,) = (tmp_path / "exports").glob("*.bib")
    assert bibtex.read_text(encoding="utf-8").count("@") == 1
    with Library.open(tmp_path / "library.sqlite3") as library:
        assert papers.counts(library).status == {
            Status.NEW: 2, Status.TO_READ: 4, Status.READING: 1, Status.READ: 2, Status.SKIPPED: 3,
        }  # fmt: skip
        (tagged,) = papers.many(library, papers.ids(library, "tag:faces", now=NOW))
        assert (tagged.note, tagged.status, tagged.arxiv_id is None) == ("read this *twice*", Status.TO_READ, False)
    again = Terminal(tmp_path, **environment)
    try:
        again.wait_for("1 of 2")
        again.send("\t")
        again.wait_for("faces")
        again.send("u")  # across the restart: the note
        again.wait_for("taken back")
        again.send("q")
        assert again.ended() == 0
    finally:
        again.close()
    with Library.open(tmp_path / "library.sqlite3") as library:
        assert papers.many(library, [tagged.id])[0].note == ""


def test_a_note_that_is_being_typed_outlives_its_terminal(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.sqlite3") as library, library.action("import", "one", NOW) as writer:
        edits.take_in(writer, Entry("A paper to write on", abstract("one"), "june.txt", 1))
    terminal = Terminal(tmp_path)
    try:
        terminal.wait_for("A paper to write on")
        terminal.send("n")
        terminal.wait_for("Ctrl+G")
        terminal.send("half a thought")
        terminal.wait_for("thought")
        terminal.send("\x11")  # Ctrl+Q
        terminal.settle()
        assert terminal.program.poll() is None
        terminal.program.send_signal(signal.SIGTERM)
        assert terminal.ended() == 143
    finally:
        terminal.close()
    with Library.open(tmp_path / "library.sqlite3") as library:
        assert papers.many(library, [1])[0].note == "half a thought"
