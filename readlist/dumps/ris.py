"""RIS files, as reference managers and publishers write them: a tag, two blanks, a dash and the value on each line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from readlist.dumps.references import (
    entry,
    find_arxiv_id,
    joined_name,
    journal_reference,
    other_url,
    own_words,
    published_doi,
    read_keywords,
    split_keywords,
    whole_name,
    year_of,
)
from readlist.dumps.source import LINE_END, Dump, Problem
from readlist.errors import UnreadableSource
from readlist.identifiers import ArxivId
from readlist.names import split_name
from readlist.paper import Author, Entry, Given
from readlist.text import collapse

FORMAT = "ris"

_TAG = re.compile(r"([A-Z][A-Z0-9])\s{0,2}-(?:\s+|$)(.*)")
_LOOKS = re.compile(r"^\ufeff?TY\s{0,2}-\s", re.MULTILINE)
_Record = list[tuple[str, str]]


def looks_like(text: str) -> bool:
    """Whether a record begins somewhere."""
    return _LOOKS.search(text) is not None


def parse(text: str, source: str) -> Dump:
    """Read a RIS file. Raises `UnreadableSource` where no record has a title or an arXiv id."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for start, record in _records(text, problems):
        entry = _entry(record, source, start)
        if entry is None:
            problems.append(Problem(start, "TY  -", "a record without title and arXiv id"))
        else:
            entries.append(entry)
    if not entries:
        raise UnreadableSource(f"{source}: no record of a paper in this RIS file")
    return Dump(source, FORMAT, tuple(entries), tuple(sorted(problems, key=lambda problem: problem.line)))


def _records(text: str, problems: list[Problem]) -> Iterator[tuple[int, _Record]]:
    """The records with their first lines, also those whose end is missing; a value may go on in the next lines."""
    record: _Record = []
    start = 0
    for number, line in enumerate(LINE_END.split(text), 1):
        found = _TAG.match(line.lstrip("\ufeff"))
        tag, value = (found[1], found[2].strip()) if found else ("", line.strip())
        if tag in {"TY", "ER"}:
            if tag == "TY" and start:
                problems.append(Problem(number, line, f"the record of line {start} has no end (ER)"))
            if start:
                yield start, record
            start, record = (number if tag == "TY" else 0), ([(tag, value)] if tag == "TY" else [])
        elif start and tag:
            record.append((tag, value))
        elif start and record:  # an empty line parts paragraphs
            record[-1] = (record[-1][0], f"{record[-1][1]}\n{value}")
        elif value:
            problems.append(Problem(number, line, "outside of every record"))
    if start:
        problems.append(Problem(start, "TY  -", "this record has no end (ER)"))
        yield start, record


def _entry(record: _Record, source: str, line: int) -> Entry | None:
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for tag, value in record:
        if value.strip():
            fields[tag].append(value.strip())

    def first(*tags: str) -> str:
        return collapse(next((fields[tag][0] for tag in tags if tag in fields), ""))

    title = first("TI", "T1", "CT", "BT")
    places = [value for tag in ("AN", "DO", "UR", "L1", "L2", "LK", "M1", "M3", "N1", "T2", "JO", "JF", "PB")
              for value in fields.get(tag, ())]  # fmt: skip
    identifier = find_arxiv_id("", "", *places)
    if not title and identifier is None:
        return None
    given = _given(fields, first, identifier)
    abstract = collapse(" ".join(fields.get("AB") or fields.get("N2") or ()))
    return entry(title, abstract, identifier, given, source, line)


def _given(fields: dict[str, list[str]], first: Callable[..., str], identifier: ArxivId | None) -> Given:
    words = [word for value in fields.get("KW", ()) for word in value.split("\n")]
    if len(words) == 1 and ";" in words[0]:
        words = split_keywords(words[0])
    tags, status, priority = read_keywords(words)
    year = year_of(first("PY", "Y1"), first("DA"))
    pages = "-".join(filter(None, (first("SP"), first("EP"))))
    kind, doi, publisher = first("TY"), published_doi(first("DO", "DI")), first("PB")
    reference = journal_reference(
        kind,
        first("T2", "JO", "JF", "JA", "J2", "BT") or (publisher if kind in ("THES", "RPRT") else ""),
        year,
        genre=first("M3"),
        volume=first("VL"),
        number=first("IS"),
        pages=pages,
        publisher=publisher,
        series=first("T3"),
        chapter=first("SE"),
        doi=doi,
    )
    notes = [note for note in fields.get("N1", ()) if own_words(note, identifier)]
    if status is not None and reference is None and notes:
        reference = collapse(notes.pop(0))  # so our own export writes what it cannot take apart
    addresses = (other_url(value) for tag in ("UR", "LK", "L2") for value in fields.get(tag, ()))
    return Given(
        authors=tuple(_name(name) for tag in ("AU", "A1") for name in fields.get(tag, ()) if name.strip(" ,")),
        year=year,
        doi=doi,
        url=next(filter(None, addresses), None),
        journal_ref=reference,
        citekey=first("ID") or None,
        tags=tags,
        note="\n\n".join([*notes, *fields.get("RN", ())]),
        status=status,
        priority=priority,
    )


def _name(text: str) -> Author:
    """``Family, Given, Suffix``; a name without a comma is a group, or was written the other way round."""
    parts = [collapse(part) for part in text.split(",")]
    if len(parts) == 1:
        return split_name(parts[0])
    if not parts[0] or not parts[1]:
        return whole_name(collapse(text.strip(" ,")))
    return joined_name(parts[0], parts[1], " ".join(parts[2:]))
