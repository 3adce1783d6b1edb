"""What is typed as the source of an import: all that `readlist import` takes."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from readlist.identifiers import host_of, parse_arxiv_id
from readlist.text import count

PAPER, PAGE, FILE, FOLDER = "arXiv paper", "page", "file", "folder"

_ALONE = {
    PAPER: "an arXiv paper",
    PAGE: "a page, which is fetched",
    FILE: "a file",
    FOLDER: "a folder: all its texts",
}


class Typed(NamedTuple):
    """A source: its name as `readlist import` takes it, and what it is; None where nothing is known of that name."""

    name: str
    kind: str | None


def read_sources(typed: str) -> list[Typed]:
    """The sources that a line names: one, blanks and all, or several with blanks or commas between them."""
    whole = typed.strip().strip("'\"")  # terminals put a file that is dropped on them in quotes
    if not whole:
        return []
    one = _source(whole)
    if one.kind is not None:
        return [one]
    several = [_source(word) for word in _words(typed)]
    # Where nothing is known of any word it is one name, with blanks, of what is not there.
    return several if any(word.kind for word in several) else [one]


def _words(typed: str) -> list[str]:
    try:
        words = shlex.split(typed, posix=os.name != "nt")
    except ValueError:  # a quote that is not closed yet
        words = typed.split()
    return [word for word in (word.strip(",;") for word in words) if word]


def _source(word: str) -> Typed:
    identifier = parse_arxiv_id(word)
    if identifier is not None:
        return Typed(str(identifier), PAPER)
    if word.lower().startswith(("http://", "https://")):
        return Typed(word, PAGE if host_of(word) and len(word.split()) == 1 else None)
    try:
        path = Path(word).expanduser()
        kind = FOLDER if path.is_dir() else FILE if path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # too long for a name, an unknown user, a NUL: a paste typed by line
        return Typed(word, None)
    return Typed(str(path), kind)


def told(sources: list[Typed]) -> str | None:
    """What they are, in words; None while one of them is nothing."""
    kinds = Counter(source.kind for source in sources)
    if not sources or None in kinds:
        return None
    if len(sources) == 1:
        return _ALONE[sources[0].kind or ""]
    return ", ".join(count(kinds[kind], kind) for kind in (PAPER, PAGE, FILE, FOLDER) if kinds[kind])
