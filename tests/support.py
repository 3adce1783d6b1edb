"""Helpers of the tests: made-up listings and records, and a runner of the command line."""

from __future__ import annotations

import io
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from readlist.names import split_author_line
from readlist.paper import Record
from readlist.resolver.locking import try_lock, unlock

HEADER = ("new", "", "Get trending papers in your email inbox!", "", "Subscribe", "", "Daily Papers", "")
_WORDS = (
    "attention latent graph sparse kernel neural policy token image speech prompt causal robust metric tensor sample "
    "gradient memory reward speaker segment motion texture lattice protein market traffic climate quantum symbolic"
).split()


@dataclass
class Result:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """Runs command lines in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.home = folder / "home"
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *arguments: str | Path, stdin: str | bytes = b"", code: int | None = 0) -> Result:
        """Run, and check the exit code (None: any)."""
        from readlist.cli.app import run

        data = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        self._capsys.readouterr()
        found = run([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        result = Result(found, captured.out, captured.err)
        assert "Traceback" not in result.err
        assert "fault in readlist" not in result.err, result.err
        if code is not None:
            assert found == code, result
        return result

    def setenv(self, **values: str) -> None:
        for name, value in values.items():
            self._monkeypatch.setenv(name, value)


def until(there: Callable[[], object], what: str) -> None:
    """Wait until something is there, however long a busy machine takes; fails after two minutes."""
    end = time.monotonic() + 120
    while not there():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)


def taken(path: Path) -> bool:
    """Whether some process holds the lock on a file."""
    with path.open("r+b") as file:
        if not try_lock(file.fileno()):
            return True
        unlock(file.fileno())
        return False


def abstract(seed: int | str, length: int = 60) -> str:
    """An abstract of made-up sentences, the same for the same seed."""
    rng = random.Random(seed)
    words = [rng.choice(_WORDS) for _ in range(length)]
    sentences = [" ".join(words[i : i + 12]) for i in range(0, length, 12)]
    return " ".join(
        f"We study {sentence} of the {rng.choice(_WORDS)} to {rng.choice(_WORDS)}." for sentence in sentences
    )


def listing(entries: Sequence[Sequence[str]], day: str = "Jun 17", header: Sequence[str] = HEADER) -> str:
    """A dump's text: each entry is (title, abstract) or (title, abstract, byline, date)."""
    lines = [*header, "byAK and the research community", "", day, ""]
    for title, text, *tail in entries:
        lines += [title, "", text, ""]
        if tail:
            lines += [tail[0], "·", tail[1], ""]
    return "\n".join(lines)


def record(arxiv_id: str, title: str, text: str | None = None, **values: Any) -> Record:
    """A record with made-up authors."""
    names = values.pop("authors", "Ada Lovelace, Alan Turing")
    return Record(arxiv_id, title, abstract(title) if text is None else text, split_author_line(names), **values)


def snapshot_line(found: Record) -> str:
    """A record as a line of the metadata snapshot."""
    data: Mapping[str, object] = {
        "id": found.arxiv_id,
        "authors": ", ".join(author.name for author in found.authors),
        "title": found.title,
        "abstract": f"  {found.abstract}\n",
        "categories": " ".join(found.categories) or "cs.CV",
        "doi": found.doi,
        "journal-ref": found.journal_ref,
        "comments": found.comment,
        "versions": [{"version": "v1", "created": _created(found.published)}] if found.published else [],
    }
    return json.dumps(data, ensure_ascii=False)


def _created(day: date) -> str:
    return day.strftime("%a, %d %b %Y 09:30:00 GMT")


def write_snapshot(path: Path, records: Sequence[Record]) -> Path:
    """A snapshot file of these records."""
    path.write_text("".join(snapshot_line(found) + "\n" for found in records), encoding="utf-8")
    return path
