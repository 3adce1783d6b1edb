"""Lists of arXiv ids and addresses, one a line: bare, in a list's bullets, or before or behind a title."""

from __future__ import annotations

from readlist.dumps.source import Dump, Problem, split_lines
from readlist.errors import UnreadableSource
from readlist.identifiers import ArxivId, parse_arxiv_id, search_arxiv_id, stand_in
from readlist.paper import Entry

FORMAT = "ids"
#: A longer line is an abstract that mentions a paper.
_LONGEST_LINE = 400


def entry_of(text: str, source: str, line: int = 1) -> Entry | None:
    """An entry for an arXiv id or the address of a paper's page; None when it is none."""
    identifier = parse_arxiv_id(text)
    return None if identifier is None else _entry(identifier, source, line)


def _entry(identifier: ArxivId, source: str, line: int) -> Entry:
    return Entry(title=stand_in(identifier.id), abstract="", source=source, line=line, arxiv_id=identifier.id)


def _in_line(line: str) -> ArxivId | None:
    """The paper that a line names: alone, as its first or last word, or in an address or ``arXiv:`` name anywhere."""
    if len(line) > _LONGEST_LINE:
        return None
    words = line.strip("-*•+<>()[]., ").split()
    if not words:
        return None
    for word in dict.fromkeys((" ".join(words), words[0], words[-1])):
        identifier = parse_arxiv_id(word.strip("<>()[],;"))
        if identifier is not None:
            return identifier
    return search_arxiv_id(line)


def looks_like(text: str) -> bool:
    """Whether most lines are ids or addresses of papers; lines that start with ``#`` are comments."""
    lines = [line for _, line in split_lines(text) if not line.startswith("#")]
    return bool(lines) and sum(_in_line(line) is not None for line in lines) * 2 > len(lines)


def parse(text: str, source: str) -> Dump:
    """Read a list of ids. Raises `UnreadableSource` when no line holds one."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, line in split_lines(text):
        if line.startswith("#"):
            continue
        identifier = _in_line(line)
        if identifier is None:
            problems.append(Problem(number, line, "not an arXiv id or the address of a paper"))
        else:
            entries.append(_entry(identifier, source, number))
    if not entries:
        raise UnreadableSource(f"{source}: no arXiv id in it")
    return Dump(source, FORMAT, tuple(entries), tuple(problems))
