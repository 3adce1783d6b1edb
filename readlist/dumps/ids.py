"""Lists of arXiv ids and addresses, one a line."""

from __future__ import annotations

from readlist.dumps.source import Dump, Problem, split_lines
from readlist.errors import UnreadableSource
from readlist.identifiers import parse_arxiv_id
from readlist.paper import Entry

FORMAT = "ids"


def entry_of(text: str, source: str, line: int = 1) -> Entry | None:
    """An entry for an arXiv id or the address of a paper's page; None when it is none."""
    identifier = parse_arxiv_id(text)
    if identifier is None:
        return None
    return Entry(title=f"arXiv:{identifier.id}", abstract="", source=source, line=line, arxiv_id=identifier.id)


def looks_like(text: str) -> bool:
    """Whether most lines are ids or addresses of papers; lines that start with ``#`` are comments."""
    lines = [line for _, line in split_lines(text) if not line.startswith("#")]
    return bool(lines) and sum(parse_arxiv_id(line) is not None for line in lines) * 2 > len(lines)


def parse(text: str, source: str) -> Dump:
    """Read a list of ids. Raises `UnreadableSource` when no line holds one."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, line in split_lines(text):
        if line.startswith("#"):
            continue
        entry = entry_of(line, source, number)
        if entry is None:
            problems.append(Problem(number, line, "not an arXiv id or the address of a paper"))
        else:
            entries.append(entry)
    if not entries:
        raise UnreadableSource(f"{source}: no arXiv id in it")
    return Dump(source, FORMAT, tuple(entries), tuple(problems))
