"""Text copied from a Hugging Face "Daily Papers" page.

A header (site chrome, then the day of the listing), then papers: a title line, an abstract line and, in some layouts,
a byline, a line "·" and a date line. The copy carries no markup, so what a line is follows from its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from readlist.dumps.dates import DATE_LINE, in_year, listing_year, read_date
from readlist.dumps.source import Dump, Problem, split_lines
from readlist.errors import UnreadableSource, WrongUsage
from readlist.paper import Entry, ListedDate, Organisation

FORMAT = "hf-text"

_DOT = "·"
# Some copies lose the bullet; "5 authors" is no organisation all the same.
_AUTHORS = re.compile(r"(?:(?:(?P<organisation>\S.*?) )?[•∙*·-] ?)?(?P<count>\d[\d,]*) authors?")
_ONE_LINE_TAIL = re.compile(rf"(?P<byline>\S.*?) ?{_DOT} ?(?P<date>{DATE_LINE.pattern})")
# Lines that only this page's header has; "new" and "Subscribe" alone could be anything.
_HEADER = re.compile(
    r"get trending papers in your email inbox!?|daily papers|by ?@?_?ak\w*( and the research community)?|"
    r"and the research community",
    re.IGNORECASE,
)
_HEADER_FILLER = re.compile(r"new|subscribe|ak|by|trending papers|papers", re.IGNORECASE)
_GLUED = re.compile(
    r"(?P<first>.*?\S) ?"
    r"(?P<rest>new|Get trending papers in your email inbox!?|Daily Papers|by ?AK and the research community)"
)
# Buttons of the page that a copy may catch below or between papers.
_CHROME = re.compile(r"previous|next|load more|upvote|submit( paper)?|view (all|more).*|[\W\d]+", re.IGNORECASE)
#: The first header may hold this many lines before its date (menus of the site), each at most so long.
_HEADER_LINES, _HEADER_WIDTH = 30, 100
#: No title is longer; what is, is text of an abstract. (The longest arXiv title so far has under 300 characters.)
_TITLE_LENGTH = 300
#: A line of this many characters behind a title is its abstract, whatever it ends with.
_ABSTRACT_LENGTH = 200


@dataclass(slots=True)
class _Line:
    number: int
    text: str


@dataclass(slots=True)
class _Draft:
    """An entry being read."""

    title: _Line
    abstract: list[str] = field(default_factory=list)
    author_count: int | None = None
    organisation: Organisation | None = None
    date: ListedDate | None = None
    comments: int | None = None


@dataclass(slots=True)
class _Listing:
    """One header and what follows it."""

    date: ListedDate | None = None
    drafts: list[_Draft] = field(default_factory=list)


def parse(text: str, source: str, *, today: date, listed: date | None = None) -> Dump:
    """Read a dump.

    ``today``: the day of the import, for years that the page leaves out. ``listed``: the listing's date as the user
    knows it; it counts for listings of that day. Raises `UnreadableSource` for text that is no such dump.
    """
    lines = [_Line(number, line) for number, line in split_lines(text)]
    if not _is_dump(lines):
        raise UnreadableSource(
            f"{source}: not a dump that readlist knows: text copied from a Hugging Face papers page has its header "
            "('Daily Papers', …) or bylines ('• 5 authors'); a list of arXiv ids has one a line"
        )
    reader = _Reader(list(_unglued(lines)))
    reader.run()
    entries = [entry for listing in reader.listings for entry in _entries(listing, source, today=today, listed=listed)]
    if not entries:
        raise UnreadableSource(f"{source}: the header of a Hugging Face papers page, but no papers below it")
    return Dump(source, FORMAT, tuple(entries), tuple(sorted(reader.problems, key=lambda problem: problem.line)))


def _is_dump(lines: list[_Line]) -> bool:
    """Whether there is the page's header or a byline with its date."""
    return any(_HEADER.fullmatch(line.text) or _ONE_LINE_TAIL.fullmatch(line.text) for line in lines) or any(
        line.text == _DOT and DATE_LINE.fullmatch(after.text) for line, after in pairwise(lines)
    )


def _unglued(lines: list[_Line]) -> Iterator[_Line]:
    """Two dumps joined where the first had no final newline: its last line goes on with the second's header."""
    for line, after in zip(lines, [*lines[1:], _Line(0, "")], strict=True):
        first, mark, rest = line.text.partition("\ufeff")  # the second one's byte order mark
        found = None if mark else _GLUED.fullmatch(line.text)
        if found is not None:
            followed = _HEADER.fullmatch(after.text) or _HEADER_FILLER.fullmatch(after.text)
            if followed or DATE_LINE.fullmatch(found["first"]):
                first, mark, rest = found["first"], "x", found["rest"]
        yield _Line(line.number, first.strip() if mark else line.text)
        if mark and rest.strip():
            yield _Line(line.number, rest.strip())


def _entries(listing: _Listing, source: str, *, today: date, listed: date | None) -> Iterator[Entry]:
    heading = listing.date
    if listed is not None and (heading is None or (heading.month, heading.day) == (listed.month, listed.day)):
        text = heading.text if heading else listed.isoformat()
        heading = ListedDate(listed.month, listed.day, listed.year, text)
    if heading is not None:
        shown = [draft.date.year for draft in listing.drafts if draft.date is not None and draft.date.year is not None]
        if listed is not None and heading.year == listed.year and any(year >= listed.year for year in shown):
            raise WrongUsage(
                f"--listed {listed}: {source} shows papers of {max(shown)} with their year, so it is of a later year"
            )
        heading = replace(heading, year=listing_year(heading, shown, today))
    year = heading.year if heading else None
    for draft in listing.drafts:
        yield Entry(
            title=draft.title.text,
            abstract=" ".join(draft.abstract),
            source=source,
            line=draft.title.number,
            author_count=draft.author_count,
            organisation=draft.organisation,
            date=in_year(draft.date, year, today) if draft.date else None,
            comments=draft.comments,
            listing=heading,
        )


class _Reader:
    """Walks over the lines: a header or a tail closes the body of titles and abstracts collected so far."""

    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.listings = [_Listing()]
        self.problems: list[Problem] = []
        self._body: list[_Line] = []

    def run(self) -> None:
        position = self._first_header()
        steps: tuple[Callable[[int], int], ...] = (self._header, self._tail)
        while position < len(self.lines):
            for step in steps:
                end = step(position)
                if end > position:
                    position = end
                    break
            else:
                self._body.append(self.lines[position])
                position += 1
        self._close_body()

    def _text(self, position: int) -> str:
        return self.lines[position].text if 0 <= position < len(self.lines) else ""

    def _problem(self, line: _Line, why: str) -> None:
        self.problems.append(Problem(line.number, line.text, why))

    # Headers

    def _first_header(self) -> int:
        """Past the header at the top, which may begin with menus of the site; 0 where there is none."""
        seen = False
        for position, line in enumerate(self.lines[:_HEADER_LINES]):
            if len(line.text) > _HEADER_WIDTH or line.text == _DOT:
                break
            seen = seen or _HEADER.fullmatch(line.text) is not None
            if seen and DATE_LINE.fullmatch(line.text):
                return self._header_date(position)
        return 0

    def _header(self, start: int) -> int:
        """Past a header that starts here; ``start`` itself where none does."""
        position, strong = start, False
        while position < len(self.lines):
            text = self._text(position)
            if _HEADER.fullmatch(text):
                strong = True
            elif not _HEADER_FILLER.fullmatch(text):
                break
            position += 1
        if not strong:
            return start
        self._close_body()
        if DATE_LINE.fullmatch(self._text(position)):
            return self._header_date(position)
        self.listings.append(_Listing())
        return position

    def _header_date(self, position: int) -> int:
        found = DATE_LINE.fullmatch(self._text(position))
        assert found is not None
        day = read_date(found)
        if day is None:
            self._problem(self.lines[position], "there is no such day")
        self.listings.append(_Listing(day))
        return position + 1

    # Tails: byline, dot, date

    def _tail(self, start: int) -> int:
        """Past the byline and date that start here, given to the last entry of the body; ``start`` where none does."""
        text = self._text(start)
        one_line = _ONE_LINE_TAIL.fullmatch(text)
        if one_line:
            return self._close_entry(start, one_line["byline"], start + 1, one_line)
        if text == _DOT:
            return self._bare_dot(start)
        authors = _AUTHORS.fullmatch(text)
        dotted = self._text(start + 1) == _DOT
        if not authors and not (dotted and self._is_organisation(text)):
            return start
        end = start + 1 + dotted
        found = DATE_LINE.fullmatch(self._text(end)) if dotted or authors else None
        if found is None:
            if dotted:
                self._problem(self.lines[start + 1], "no date behind this byline")
            return self._close_entry(start, text, end, None)
        return self._close_entry(start, text, end + 1, found)

    def _is_organisation(self, text: str) -> bool:
        named = any(character.isalpha() for character in text)
        return named and len(text) <= 100 and len(self._body) >= 1 and not _is_abstract(text)

    def _bare_dot(self, start: int) -> int:
        """A dot with no byline before it: its date still belongs to the entry above."""
        found = DATE_LINE.fullmatch(self._text(start + 1))
        if found and self._body:
            return self._close_entry(start, None, start + 2, found)
        self._problem(self.lines[start], "a separator without a paper")
        return start + 1

    def _close_entry(self, start: int, byline: str | None, end: int, found: re.Match[str] | None) -> int:
        drafts = self._close_body(tailed=True)
        if not drafts:
            for line in self.lines[start:end]:
                if line.text != _DOT or byline is None:
                    self._problem(line, "a byline without a paper")
            return end
        draft = drafts[-1]
        if byline is not None:
            _read_byline(byline, draft)
        if found is not None:
            draft.date = read_date(found)
            if draft.date is None:
                self._problem(self.lines[end - 1], "there is no such day")
            draft.comments = _number(found["comments"])
        if draft.comments is None and re.fullmatch(r"\d[\d,]*", self._text(end)) and found is not None:
            draft.comments = _number(self._text(end))
            end += 1
        return end

    # Bodies: titles and abstracts

    def _close_body(self, *, tailed: bool = False) -> list[_Draft]:
        """The entries in the lines since the last boundary; ``tailed``: a byline ends them, as it ends each entry."""
        drafts: list[_Draft] = []
        body, self._body = self._body, []
        belongs_to = _belongs_to_tailed if tailed else _belongs_to
        for position, line in enumerate(body):
            following = body[position + 1].text if position + 1 < len(body) else ""
            if drafts and belongs_to(drafts[-1], line.text, following):
                drafts[-1].abstract.append(line.text)
            elif len(line.text) > _TITLE_LENGTH:
                self._problem(line, "text without a title above it")
            elif _CHROME.fullmatch(line.text) and not _is_abstract(following):
                self._problem(line, "not part of a paper")
            else:
                drafts.append(_Draft(line))
        self.listings[-1].drafts += drafts
        return drafts


def _belongs_to_tailed(draft: _Draft, text: str, following: str) -> bool:
    """Where entries end with a byline, all that stands between is one entry, however short its paragraphs are.

    Only what can be nothing else is a title: a short line that is no sentence, between two long ones.
    """
    if not draft.abstract:
        return _CHROME.fullmatch(text) is None
    title_like = len(text) < 150 and "://" not in text and not text.endswith((".", "!", ":", ";", ","))
    between = len(draft.abstract[-1]) >= _ABSTRACT_LENGTH and len(following) >= _ABSTRACT_LENGTH
    return not (title_like and between and draft.abstract[-1].endswith((".", ")", "!")))


def _belongs_to(draft: _Draft, text: str, following: str) -> bool:
    """Whether a line is the abstract of the entry above it, or a further paragraph of that."""
    return _continues(text, following) if draft.abstract else _is_abstract(text)


def _is_abstract(text: str) -> bool:
    """Whether a line behind a title reads like an abstract: long, or a sentence."""
    if len(text) >= _ABSTRACT_LENGTH:
        return True
    return text.count(" ") >= 7 and text.endswith((".", "!", "…", ".)", '."', ".”", "..."))


def _continues(text: str, following: str) -> bool:
    """Whether a line behind an abstract is its next paragraph and not the next title."""
    if len(text) > _TITLE_LENGTH:
        return True
    return text.count(" ") >= 11 and text.endswith(".") and not _is_abstract(following)


def _read_byline(byline: str, draft: _Draft) -> None:
    authors = _AUTHORS.fullmatch(byline)
    name = byline
    if authors:
        draft.author_count = _number(authors["count"])
        name = authors["organisation"] or ""
    if name:
        handle, _, display = name.partition(" ")
        draft.organisation = Organisation(handle, display or None)


def _number(text: str | None) -> int | None:
    return int(text.replace(",", "")) if text else None
