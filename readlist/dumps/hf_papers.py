"""Titles and abstracts in the lines between two boundaries of a page. What a line is follows from its neighbours.

A reading that is a guess is named, with the line it is about: nothing is taken in or left out without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from readlist.dumps.dates import DATE_LINE
from readlist.dumps.hf_lines import (
    ABSTRACT_LENGTH,
    ACCOUNT,
    COUNT,
    TITLE_LENGTH,
    Line,
    is_abstract,
    is_complete,
    is_cut_text,
    is_heading,
    is_long_title,
    is_menu,
    is_surely_abstract,
)
from readlist.paper import ListedDate, Organisation

# arXiv takes no abstract of more than 1,920 characters; with this many, a title between may have been missed.
_MUCH_TEXT = 2400
# A title without an abstract that is shorter says nothing.
_SHORTEST_TITLE = 4

Tell = Callable[[Line, str], None]


@dataclass(slots=True)
class Draft:
    """A paper being read."""

    title: Line
    abstract: list[str] = field(default_factory=list)
    author_count: int | None = None
    organisation: Organisation | None = None
    date: ListedDate | None = None
    comments: int | None = None


def one_paper(body: Sequence[Line], tell: Tell, *, card: bool) -> list[Draft]:
    """The paper in lines of which both ends are known: all of it is one paper's, however short its paragraphs are.

    Only what can be nothing else is a title of its own, for a byline may be lost: a line that is no sentence, between
    two long ones. ``card``: the lines stand below "Submitted by"; in a card the organisation has its own line.
    """
    drafts: list[Draft] = []
    body = _without_account(body, tell)
    for place, line in enumerate(body):
        following = body[place + 1].text if place + 1 < len(body) else ""
        last = place + 1 == len(body)
        if not drafts:
            alone = last and (card or any(map(str.isalpha, line.text)))
            _begin(drafts, line, following, tell, alone=alone)
        elif _is_title_between(drafts[-1], line, following):
            _begin(drafts, line, following, tell)
        elif is_menu(line.text):
            tell(line, "not part of a paper")
        elif card and last and not drafts[-1].abstract and is_heading(line.text):
            drafts[-1].organisation = organisation(line.text)
            tell(line, "read as the organisation of the paper above it")
        else:
            _add_to_one(drafts[-1], line, following, tell)
    return drafts


def organisation(text: str) -> Organisation:
    """``stepfun-ai StepFun``: a handle, and the name behind it."""
    handle, _, display = text.partition(" ")
    return Organisation(handle, display or None)


def _without_account(body: Sequence[Line], tell: Tell) -> Sequence[Line]:
    """A card whose first line was not copied begins with the account and the votes."""
    if len(body) < 3 or not (ACCOUNT.fullmatch(body[0].text) and COUNT.fullmatch(body[1].text)):
        return body
    if is_abstract(body[2].text):
        return body
    for line in body[:2]:
        tell(line, "not part of a paper: read as who submitted it, and its votes")
    return body[2:]


def _begin(drafts: list[Draft], line: Line, following: str, tell: Tell, *, alone: bool = False) -> None:
    """A new paper, unless the line is no title; ``alone``: with nothing but a byline below, any word is one."""
    text = line.text
    if len(text) > TITLE_LENGTH and not (is_long_title(text) and len(following) >= ABSTRACT_LENGTH):
        tell(line, "text without a title above it")
        return
    if (is_menu(text) or DATE_LINE.fullmatch(text)) and not alone and not is_abstract(following):
        tell(line, "not part of a paper")
        return
    if len(text) > TITLE_LENGTH:
        tell(line, "very long, read as a title for it holds no sentence")
    drafts.append(Draft(line))


def _is_title_between(draft: Draft, line: Line, following: str) -> bool:
    """Whether a line between two long ones can only be a title."""
    if not draft.abstract or len(draft.abstract[-1]) < ABSTRACT_LENGTH or len(following) < ABSTRACT_LENGTH:
        return False
    return (is_heading(line.text) or is_long_title(line.text)) and draft.abstract[-1].endswith((".", ")", "!", "…"))


def _add_to_one(draft: Draft, line: Line, following: str, tell: Tell) -> None:
    before = draft.abstract[-1] if draft.abstract else ""
    like_title = is_heading(line.text) or (is_long_title(line.text) and not is_cut_text(line.text))
    doubtful = like_title and (is_complete(before) or (not before and (not following or is_abstract(following))))
    _add(draft, line, tell, "read as part of the abstract, though it looks like a title" if doubtful else "")


def _add(draft: Draft, line: Line, tell: Tell, doubt: str) -> None:
    """A further piece of an abstract; ``doubt`` says what is in doubt about it, if anything."""
    size = sum(map(len, draft.abstract))
    told_before = size > _MUCH_TEXT and len(draft.abstract) > 1
    if size and size + len(line.text) > _MUCH_TEXT and not told_before:
        doubt = "more text than an abstract has; the title of a paper may be missing above it"
    draft.abstract.append(line.text)
    if doubt:
        tell(line, doubt)


def papers(body: Sequence[Line], tell: Tell, *, below: bool) -> list[Draft]:
    """The papers in lines of which only titles and abstracts take turns.

    ``below``: they stand below the footer of a page, where a line alone is not taken for a paper.
    """
    drafts: list[Draft] = []
    turns = _Turns(body)
    for place, line in enumerate(body):
        following = body[place + 1].text if place + 1 < len(body) else ""
        doubt: str | None = None
        if drafts:
            draft = drafts[-1]
            doubt = _continues(draft, line.text, following) if draft.abstract else turns.abstract(place)
        if doubt is None:
            _begin(drafts, line, following, tell)
        else:
            _add(drafts[-1], line, tell, doubt)
    return _without_doubtful(drafts, tell, below=below)


class _Turns:
    """How titles and abstracts take turns in a body: which short lines can be abstracts."""

    def __init__(self, body: Sequence[Line]) -> None:
        self._body = body
        #: For each line: how many short ones follow it, and whether an abstract ends them.
        self._shorts: list[tuple[int, bool]] = []
        shorts, ended = 0, False
        for line in reversed(body):
            self._shorts.append((shorts, ended))
            shorts, ended = (0, True) if is_abstract(line.text) else (shorts + 1, ended)
        self._shorts.reverse()
        texts = [_reads_like_text(line.text) for line in body]
        # Titles end with "!" and "..." too: where few lines read like text, only what surely is text is an abstract.
        self._mostly_titles = sum(texts) * 3 <= len(body)
        # Every second line reads like text and hardly another does: then those are abstracts that do not, too.
        second, others = sum(texts[1::2]), sum(texts[::2])
        self._strictly = len(body) % 2 == 0 and second * 5 >= len(body) and second >= 3 * others + 2

    def abstract(self, place: int) -> str | None:
        """Whether the line behind a title is its abstract: None for no, else what is in doubt about it."""
        text = self._body[place].text
        if is_surely_abstract(text):
            return self._long(text) if is_long_title(text) else ""
        shorts, ended = self._shorts[place]
        if is_menu(text) or (ended and shorts == 0):  # what stands before an abstract is its title
            return "" if is_abstract(text) and not self._mostly_titles else None
        if self._strictly and place % 2 == 1:
            plain = _reads_like_text(text) or is_complete(text)
            return "" if plain else "read as the abstract of the title above it, as every second line"
        if self._mostly_titles:
            return None
        # Behind it: title, abstract, title, abstract … to the end, or to the title of the next long abstract.
        return "" if is_abstract(text) else _short_abstract(text, in_turn=shorts % 2 == (1 if ended else 0))

    def _long(self, text: str) -> str | None:
        """As `abstract`, for a long line in which no sentence ends: an abstract that was cut, or a very long title."""
        if is_cut_text(text) and not self._mostly_titles:
            return ""
        if self._mostly_titles and not is_cut_text(text):
            return None
        return "read as the abstract of the title above it, though no sentence ends in it"


def _short_abstract(text: str, *, in_turn: bool) -> str | None:
    """As `_Turns.abstract`, for a short line; ``in_turn``: titles and abstracts take turns behind it."""
    if is_complete(text) and text.count(" ") >= 2:
        return "" if in_turn else "read as the abstract of the title above it, though short"
    if is_cut_text(text) and in_turn:
        return "read as the abstract of the title above it, though it is cut off"
    return None


def _reads_like_text(text: str) -> bool:
    return is_abstract(text) or is_cut_text(text) or (text.endswith((".", "。")) and not text.endswith("..."))


def _continues(draft: Draft, text: str, following: str) -> str | None:
    """Whether a line behind an abstract is more of it and not the next title: None for no, else what is in doubt."""
    before = draft.abstract[-1]
    if not is_complete(before) and text[0].islower() and (len(text) > TITLE_LENGTH or not is_abstract(following)):
        return ""  # it was cut in the middle of a sentence
    if len(text) > TITLE_LENGTH:
        if _is_title_between(draft, Line(0, text), following):
            return None
        return _PARAGRAPH
    return _PARAGRAPH if text.count(" ") >= 11 and text.endswith(".") and not is_abstract(following) else None


_PARAGRAPH = "read as a further paragraph of the abstract above it"


def _without_doubtful(drafts: list[Draft], tell: Tell, *, below: bool) -> list[Draft]:
    """Lines alone are papers where most are; among papers with abstracts they are named."""
    kept: list[Draft] = []
    lonely = sum(not draft.abstract for draft in drafts)
    for draft in drafts:
        if not draft.abstract and below:
            tell(draft.title, "not part of a paper: below the end of the page")
        elif not draft.abstract and len(draft.title.text) < _SHORTEST_TITLE and draft.title.text.isascii():
            tell(draft.title, "not part of a paper: too short for a title without an abstract")
        else:
            if not draft.abstract and 0 < lonely <= len(drafts) - lonely:
                tell(draft.title, "read as a paper without an abstract")
            kept.append(draft)
    return kept
