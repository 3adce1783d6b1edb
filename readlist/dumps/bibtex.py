"""BibTeX and biblatex files, other programs' and hand-made ones included: what can be read is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from readlist.dumps.bibtex_blocks import Block, blocks, lenient_fields, plain_fields
from readlist.dumps.bibtex_text import authors_of, plain_of, unicode_of
from readlist.dumps.references import (
    entry,
    find_arxiv_id,
    journal_reference,
    other_url,
    own_words,
    published_doi,
    read_keywords,
    split_keywords,
    year_of,
)
from readlist.dumps.source import Dump, Problem, Tell, untold
from readlist.errors import UnreadableSource
from readlist.identifiers import ArxivId
from readlist.paper import Entry, Given, Status

FORMAT = "bibtex"

_LOOKS = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(][ \t]*(?:[^\s,{}()\"]*[ \t]*,|\w+[ \t]*=)", re.MULTILINE)
_NO_ENTRY = frozenset({"comment", "preamble"})
#: Entries that others take fields from; they are no papers themselves.
_CONTAINERS = frozenset({"proceedings", "mvproceedings", "collection", "mvcollection", "xdata", "set"})
_OTHERS = re.compile(r"\sand\s+others\s*$", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n|\\par(?![A-Za-z])")
_NEW_LINE = re.compile(r"\\newline(?![A-Za-z])")
_MOST_PROBLEM_TEXT = 200
_Fields = dict[str, str]


def looks_like(text: str) -> bool:
    """Whether there is anything that begins like an entry."""
    return _LOOKS.search(text) is not None


def parse(text: str, source: str, tell: Tell = untold) -> Dump:
    """Read a .bib file.

    ``tell`` hears how many entries of how many are read: ten thousand take some ten seconds. Raises `UnreadableSource`
    where no paper could be read.
    """
    problems: list[Problem] = []
    found = [block for block in blocks(text, problems) if block.kind not in _NO_ENTRY]
    reader = _Reader(problems)
    read: list[tuple[Block, _Fields]] = []
    for done, block in enumerate(found, 1):
        fields = reader.fields(block)
        if fields is not None:
            read.append((block, fields | {"ENTRYTYPE": block.kind}))
        if done % 50 == 0:
            tell(done, len(found))
    tell(0, len(read), "entries")
    by_key = {fields["ID"].lower(): fields for _, fields in read if fields.get("ID")}
    entries: list[Entry] = []
    for done, (block, fields) in enumerate(read, 1):
        if done % 50 == 0:
            tell(done, len(read), "entries")
        if block.kind in _CONTAINERS:
            continue
        entry = _entry(_inherited(fields, by_key), source, block.line)
        if entry is None:
            problems.append(_problem(block, "an entry without title and arXiv id"))
        else:
            entries.append(entry)
    if not entries:
        raise UnreadableSource(f"{source}: no entry of a paper in this BibTeX file" + _first(problems))
    return Dump(source, FORMAT, tuple(entries), tuple(sorted(problems, key=lambda problem: problem.line)))


def _problem(block: Block, why: str) -> Problem:
    return Problem(block.line, block.text[:_MOST_PROBLEM_TEXT], why)


def _first(problems: list[Problem]) -> str:
    return f"; line {problems[0].line}: {problems[0].why}" if problems else ""


class _Reader:
    """bibtexparser with a memory for ``@string``, one entry at a time so that one that is broken spoils no other."""

    def __init__(self, problems: list[Problem]) -> None:
        from bibtexparser.bparser import BibTexParser

        self._problems = problems
        self._parser = BibTexParser(ignore_nonstandard_types=False, common_strings=True)
        self._parser.expect_multiple_parse = True

    def fields(self, block: Block) -> _Fields | None:
        """The fields of an entry by lower-case name, ``ID`` its key; None for what is no entry."""
        if block.closed and block.kind != "string":
            plain = plain_fields(block.body, self._parser.bib_database.strings)
            if plain is not None:
                return plain
        entries = self._parse(block)
        if block.kind == "string":
            return None
        if len(entries) == 1 and block.closed:
            return {name: str(value) for name, value in entries[0].items()}
        fields = lenient_fields(block.body)
        # Without a key an entry is well written otherwise, and says all that we need.
        if block.closed and ("ID" in fields or not re.match(r"\s*,", block.body)):
            self._problems.append(_problem(block, "not written as BibTeX wants it; read as far as it can be"))
        return fields

    def _parse(self, block: Block) -> list[dict[str, Any]]:
        from bibtexparser.bibdatabase import UndefinedString

        database = self._parser.bib_database
        # Each unknown abbreviation is found by itself.
        for _ in range(len(block.text)):
            database.entries, database.comments, database.preambles = [], [], []
            try:
                self._parser.parse(block.text)
            except UndefinedString as error:
                name = str(error.args[0])
                self._problems.append(_problem(block, f"no @string {name} in this file; taken as it stands"))
                database.strings[name.lower()] = name
                continue
            except Exception:  # pyparsing's own errors, and recursion without end
                return []
            break
        found: list[dict[str, Any]] = database.entries
        return found


def _inherited(fields: _Fields, by_key: Mapping[str, _Fields]) -> _Fields:
    """With what ``crossref`` and ``xdata`` add: a container's title is its papers' book title."""
    for name in ("crossref", "xdata"):
        for key in fields.get(name, "").split(","):
            parent = by_key.get(key.strip().lower(), {})
            own = {n: v for n, v in parent.items() if n not in {"ID", "ENTRYTYPE", "author", "doi", "url", "keywords"}}
            if name == "crossref" and "title" in own:
                own.setdefault("booktitle", own.pop("title"))
            fields = own | fields
    return fields


def _entry(fields: _Fields, source: str, line: int) -> Entry | None:
    def plain(*names: str) -> str:
        return plain_of(next((fields[name] for name in names if fields.get(name)), ""))

    def text(*names: str) -> str:
        return unicode_of(next((fields[name] for name in names if fields.get(name)), ""))

    identifier = find_arxiv_id(
        plain("eprint", "arxivid", "arxiv"),
        plain("archiveprefix", "eprinttype"),
        *(
            plain(name)
            for name in ("doi", "url", "journal", "journaltitle", "volume", "number", "howpublished", "note")
        ),
        *(plain(name) for name in ("pages", "pdf", "link", "series")),
    )
    title = _title(fields)
    if not title and identifier is None:
        return None
    given = _given(fields, plain, text, identifier)
    others = _OTHERS.search(fields.get("author", "")) is not None
    return entry(title, text("abstract"), identifier, given, source, line, others=others)


def _title(fields: _Fields) -> str:
    title, subtitle = unicode_of(fields.get("title", "")), unicode_of(fields.get("subtitle", ""))
    return f"{title}: {subtitle}" if title and subtitle else title


def _given(fields: _Fields, plain: Callable[..., str], text: Callable[..., str], identifier: ArxivId | None) -> Given:
    tags, status, priority = read_keywords(unicode_of(word) for word in _keywords(fields))
    named = plain("readstatus").lower()
    year = year_of(plain("year"), plain("date"))
    ours = status is not None
    kind = fields.get("ENTRYTYPE", "")
    doi = published_doi(plain("doi"))
    reference = journal_reference(
        kind,
        text("journal", "journaltitle", "booktitle", "school", "institution"),
        year,
        genre=plain("type"),
        volume=plain("volume"),
        number=plain("number", "issue"),
        pages=plain("pages"),
        publisher=text("publisher"),
        series=text("series"),
        chapter=plain("chapter"),
        doi=doi,
    )
    printed = own_words(text("note"), identifier)
    if ours and reference is None and printed:
        reference, printed = printed, ""  # so our own export writes what it cannot take apart
    notes = [_paragraphs(fields.get(name, "")) for name in ("annote", "annotation", "comment", "review")]
    return Given(
        authors=authors_of(fields.get("author", "")),
        year=year,
        doi=doi,
        url=other_url(plain("url", "howpublished")),
        journal_ref=reference,
        citekey=fields.get("ID", "").strip() or None,
        tags=tags,
        note="\n\n".join(dict.fromkeys(note for note in [*notes, printed] if note)),
        status=status if ours else next((one for one in Status if one == named), None),
        priority=priority,
    )


def _keywords(fields: _Fields) -> list[str]:
    return [word for name in ("keywords", "keyword") for word in split_keywords(fields.get(name, ""))]


def _paragraphs(text: str) -> str:
    """A note with its paragraphs, and the lines that LaTeX would break."""
    parts = ("\n".join(filter(None, map(unicode_of, _NEW_LINE.split(part)))) for part in _PARAGRAPH.split(text))
    return "\n\n".join(filter(None, parts))
