"""Text copied from a Hugging Face "Daily Papers" page.

A header (site chrome, then the day of the listing), then papers: a title line, an abstract line and, in some layouts,
a byline, a line "·" and a date line; or, as cards, "Submitted by", an account, votes, a title, "· 3 authors" and the
number of comments; then a footer. The copy carries no markup, so what a line is follows from its neighbours. Every line
is in an entry, or known as the page's own, or named as a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from readlist.dumps import hf_papers
from readlist.dumps.dates import DATE_LINE, in_year, listing_year, read_date
from readlist.dumps.hf_lines import (
    ACCOUNT,
    COUNT,
    DOT,
    HEADER,
    HEADER_FILLER,
    SUBMITTED,
    Line,
    counted_authors,
    glued,
    is_abstract,
    is_long_title,
    is_menu,
    is_menu_word,
    is_surely_abstract,
    one_line_tail,
)
from readlist.dumps.hf_papers import Draft
from readlist.dumps.source import Dump, Problem, split_lines
from readlist.errors import UnreadableSource, WrongUsage
from readlist.paper import Entry, ListedDate

FORMAT = "hf-text"

#: The first header may hold this many lines before its date (menus of the site), each at most so long.
_HEADER_LINES, _HEADER_WIDTH = 30, 100
# What stands before the number of authors on the page; other signs may be anybody's list.
_BULLETS = ("•", "∙", "·")
#: So many lines of menus, buttons and page numbers in a row are the page's own; one alone may be a title.
_MENU_LINES = 3


@dataclass(slots=True)
class _Listing:
    """One header and what follows it."""

    date: ListedDate | None = None
    drafts: list[Draft] = field(default_factory=list)


def parse(
    text: str,
    source: str,
    *,
    today: date,
    listed: date | None = None,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Dump:
    """Read a dump.

    ``today``: the day of the import, for years that the page leaves out. ``listed``: the listing's date as the user
    knows it; it counts for listings of that day. ``tell`` hears how many lines of how many are read. Raises
    `UnreadableSource` for text that is no such dump.
    """
    lines = [Line(number, line) for number, line in split_lines(text)]
    if not _is_dump(lines):
        raise UnreadableSource(
            f"{source}: not a dump that readlist knows: text copied from a Hugging Face papers page has its header "
            "('Daily Papers', …) or bylines ('• 5 authors'), and a list of arXiv ids has one a line; a list of titles "
            "is read when its first line is 'Daily Papers'"
        )
    reader = _Reader(list(_unglued(lines)))
    reader.run(tell)
    entries = [entry for listing in reader.listings for entry in _entries(listing, source, today=today, listed=listed)]
    if not entries:
        raise UnreadableSource(f"{source}: the header of a Hugging Face papers page, but no papers below it")
    problems = tuple(sorted(reader.problems, key=lambda problem: problem.line))
    return Dump(source, FORMAT, tuple(entries), problems, tuple(sorted(reader.page)))


def _is_dump(lines: list[Line]) -> bool:
    """Whether there is the page's header, or a byline with its bullet (as in cards) or its date."""
    for line, after in pairwise([*lines, Line(0, "")]):
        authors = counted_authors(line.text)
        if HEADER.fullmatch(line.text) or one_line_tail(line.text) or (authors and authors["bullet"] in _BULLETS):
            return True
        if line.text == DOT and DATE_LINE.fullmatch(after.text):
            return True
    return False


def _unglued(lines: list[Line]) -> Iterator[Line]:
    """Two dumps joined where the first had no final newline: its last line goes on with the second's header."""
    for line, after in zip(lines, [*lines[1:], Line(0, "")], strict=True):
        first, mark, rest = line.text.partition("\ufeff")  # the second one's byte order mark
        found = None if mark else glued(line.text)
        if found is not None:
            followed = HEADER.fullmatch(after.text) or HEADER_FILLER.fullmatch(after.text)
            if followed or DATE_LINE.fullmatch(found["first"]):
                first, mark, rest = found["first"], "x", found["rest"]
        yield Line(line.number, first.strip() if mark else line.text)
        if mark and rest.strip():
            yield Line(line.number, rest.strip())


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


#: How often it is told how far the reader is, in lines.
_TOLD = 1000


class _Reader:
    """Walks over the lines: headers, footers, "Submitted by" and bylines close the body of lines collected so far."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.listings = [_Listing()]
        self.problems: list[Problem] = []
        #: Numbers of the lines that are the page's own.
        self.page: list[int] = []
        self._body: list[Line] = []
        #: The body stands below "Submitted by", or below a footer.
        self._card = self._below = False

    def run(self, tell: Callable[[int, int], None]) -> None:
        position, told = self._first_header(), 0
        steps: tuple[Callable[[int], int], ...] = (self._header, self._menu, self._submitted, self._tail)
        while position < len(self.lines):
            if position - told >= _TOLD:
                told = position
                tell(position, len(self.lines))
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

    def _is_title(self, position: int) -> bool:
        """Whether an abstract follows: then even a word of a menu is a title."""
        return is_abstract(self._text(position + 1)) and not is_abstract(self._text(position))

    def _tell(self, line: Line, why: str) -> None:
        self.problems.append(Problem(line.number, line.text, why))

    def _leave_out(self, lines: Iterable[Line]) -> None:
        self.page += [line.number for line in lines]

    # Headers, menus and footers

    def _first_header(self) -> int:
        """Past the header at the top, which may begin with menus of the site; 0 where there is none."""
        seen = False
        for position, line in enumerate(self.lines[:_HEADER_LINES]):
            text = line.text
            if len(text) > _HEADER_WIDTH or text == DOT or counted_authors(text) or SUBMITTED.fullmatch(text):
                break
            seen = seen or HEADER.fullmatch(text) is not None
            if seen and DATE_LINE.fullmatch(text):
                for above in self.lines[:position]:
                    if HEADER.fullmatch(above.text) or HEADER_FILLER.fullmatch(above.text) or is_menu(above.text):
                        self._leave_out([above])
                    else:
                        self._tell(above, "not part of a paper: above the day of the listing")
                return self._header_date(position)
        return 0

    def _header(self, start: int) -> int:
        """Past a header that starts here; ``start`` itself where none does."""
        position, strong = start, False
        while position < len(self.lines) and not self._is_title(position):
            text = self._text(position)
            if HEADER.fullmatch(text):
                strong = True
            elif not HEADER_FILLER.fullmatch(text) and not (strong and is_menu_word(text)):
                break
            position += 1
        if not strong:
            return start
        self._close_body()
        self._below = False
        self._leave_out(self.lines[start:position])
        if DATE_LINE.fullmatch(self._text(position)):
            return self._header_date(position)
        self.listings.append(_Listing())
        return position

    def _header_date(self, position: int) -> int:
        found = DATE_LINE.fullmatch(self._text(position))
        assert found is not None
        day = read_date(found)
        if day is None:
            self._tell(self.lines[position], "there is no such day")
        else:
            self._leave_out([self.lines[position]])
        self.listings.append(_Listing(day))
        return position + 1

    def _menu(self, start: int) -> int:
        """Past menus, page numbers and the footer; ``start`` where too few such lines stand together to be sure."""
        end = start
        while end < len(self.lines) and is_menu(self._text(end)) and self._text(end) != DOT:
            if self._is_title(end) or (end > start and self._starts_tail(end + 1)) or HEADER.fullmatch(self._text(end)):
                break
            end += 1
        found = self.lines[start:end]
        if len(found) < _MENU_LINES or sum(is_menu_word(line.text) for line in found) < 2:
            return start
        self._close_body()
        self._leave_out(found)
        self._below = True
        return end

    # Cards

    def _submitted(self, start: int) -> int:
        """Past "Submitted by", the account and the votes; ``start`` where no card begins."""
        found = SUBMITTED.fullmatch(self._text(start))
        if found is None or self._is_title(start):
            return start
        self._close_body()
        self._card, self._below = True, False
        end = start + 1
        if found["account"] is None and self._is_account(end):
            if not ACCOUNT.fullmatch(self._text(end)) and not COUNT.fullmatch(self._text(end + 1)):
                self._tell(self.lines[end], "not part of a paper: read as who submitted the one below")
            end += 1
        if COUNT.fullmatch(self._text(end)) and not self._names_paper(end):
            end += 1
        told = {problem.line for problem in self.problems}
        self._leave_out(line for line in self.lines[start:end] if line.number not in told)
        return end

    def _is_account(self, position: int) -> bool:
        """Whether a line below "Submitted by" is the account, for a title is still to come."""
        after = self._text(position + 1)
        if not after or self._names_paper(position) or COUNT.fullmatch(self._text(position)):
            return False
        return SUBMITTED.fullmatch(after) is None

    def _names_paper(self, position: int) -> bool:
        """Whether a line of a card is its title already: an abstract or a byline follows."""
        after = self._text(position + 1)
        return (is_surely_abstract(after) and not is_long_title(after)) or self._starts_tail(position + 1)

    # Tails: byline, dot, date

    def _starts_tail(self, position: int) -> bool:
        text = self._text(position)
        if counted_authors(text) or one_line_tail(text) or text == DOT:
            return True
        return self._text(position + 1) == DOT and _is_name(text)

    def _tail(self, start: int) -> int:
        """Past the byline and date that start here, given to the last entry of the body; ``start`` where none does."""
        text = self._text(start)
        one_line = one_line_tail(text)
        if one_line:
            return self._close_entry(start, one_line["byline"], start + 1, one_line)
        if text == DOT:
            return self._bare_dot(start)
        authors = counted_authors(text)
        dotted = self._text(start + 1) == DOT
        if not authors and not (dotted and self._body and _is_name(text)):
            return start
        end = start + 1 + dotted
        found = DATE_LINE.fullmatch(self._text(end)) if dotted or authors else None
        if found is None:
            if dotted:
                self._tell(self.lines[start + 1], "no date behind this byline")
            return self._close_entry(start, text, end, None)
        return self._close_entry(start, text, end + 1, found)

    def _bare_dot(self, start: int) -> int:
        """A dot with no byline before it: its date still belongs to the entry above."""
        found = DATE_LINE.fullmatch(self._text(start + 1))
        if found and self._body:
            return self._close_entry(start, None, start + 2, found)
        self._tell(self.lines[start], "a separator without a paper")
        return start + 1

    def _close_entry(self, start: int, byline: str | None, end: int, found: re.Match[str] | None) -> int:
        card = self._card
        drafts = self._close_body(tailed=True)
        if not drafts:
            for line in self.lines[start:end]:
                if line.text != DOT or byline is None:
                    self._tell(line, "a byline without a paper")
            return end
        draft = drafts[-1]
        if byline is not None:
            _read_byline(byline, draft)
        if found is not None:
            draft.date = read_date(found)
            if draft.date is None:
                self._tell(self.lines[end - 1], "there is no such day")
            draft.comments = _number(found["comments"])
        counted = (found is not None or card) and draft.comments is None and not self._is_title(end)
        if counted and re.fullmatch(r"\d[\d,]*", self._text(end)):
            draft.comments = _number(self._text(end))
            end += 1
        return end

    # Bodies: titles and abstracts

    def _close_body(self, *, tailed: bool = False) -> list[Draft]:
        """The entries in the lines since the last boundary; ``tailed``: a byline ends them, as it ends each entry."""
        body, self._body = self._body, []
        card, self._card = self._card, False
        if tailed or card:
            drafts = hf_papers.one_paper(body, self._tell, card=card)
        else:
            drafts = hf_papers.papers(body, self._tell, below=self._below)
        self.listings[-1].drafts += drafts
        self._below = self._below and not drafts
        return drafts


def _is_name(text: str) -> bool:
    """Whether a line can be an organisation: a name, and no abstract."""
    return any(map(str.isalpha, text)) and len(text) <= 100 and not is_abstract(text)


def _read_byline(byline: str, draft: Draft) -> None:
    authors = counted_authors(byline)
    name = byline
    if authors:
        draft.author_count = _number(authors["count"])
        name = authors["organisation"] or ""
    if name:
        draft.organisation = hf_papers.organisation(name)


def _number(text: str | None) -> int | None:
    return int(text.replace(",", "")) if text else None
