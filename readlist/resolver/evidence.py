"""Evidence that a record is the paper asked for, each piece a number with a name a person understands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz

from readlist.identifiers import year_and_month
from readlist.paper import Record
from readlist.resolver.question import Question
from readlist.text import fold, key, shingles, words

#: Fewer words than this are too little text to compare abstracts by.
_ENOUGH_WORDS = 12
#: A title of fewer letters and digits begins too many others to mean anything.
_ENOUGH_LETTERS = 8
#: Listings show papers a day early at times, for they are in another time zone; not more.
_EARLY = 7
_NUMBER = re.compile(r"\d+")
# Vec2Face+ is not Vec2Face, EvTexture++ not EvTexture; keys know letters and digits only. W_+ may be written W₊.
_PLUS = re.compile("[+₊⁺＋]")
_ROMAN = frozenset("ii iii iv vi vii viii ix".split())
# Elsewhere these are a pronoun, a variable, a sign.
_PART = re.compile(r"\bpart (i|v|x)\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one record compares with a question. Ratios run from 0 to 1; None means that a side does not know.

    ``title_equal``: letters and digits agree. ``title_begins``: one begins the other, which has ``begun_words``
    words in common with it; ``title_cut``: the listed one does, and dots say that it was cut off. ``rest_equal``:
    what stands behind the colon agrees, the name before it does not; ``name_equal``: the other way round.
    ``numbers_differ``: both titles hold numbers (2025, II, 3D), and others, or only one a plus sign.
    ``title_ratio``: edit similarity of the folded titles. ``shared``: runs of three words that both abstracts have;
    ``overlap``: their share of the shorter abstract's runs; ``jaccard``: among all runs of both. ``days``: from
    submission of version 1 to the listed date; ``too_early``: listed more than a week before it was submitted (by its
    id, where the record has no date). ``authors_off``: difference in author count.
    """

    record: Record
    same_id: bool
    title_equal: bool
    title_begins: bool
    title_cut: bool
    rest_equal: bool
    name_equal: bool
    numbers_differ: bool
    title_ratio: float
    title_words: int
    begun_words: int
    shared: int | None
    overlap: float | None
    jaccard: float | None
    days: int | None
    too_early: bool
    authors_off: int | None
    listed_authors: int | None


@dataclass(frozen=True, slots=True)
class _Title:
    key: str
    name: str
    rest: str
    plain: str
    words: int
    numbers: frozenset[str]
    pluses: int


@lru_cache(maxsize=4096)
def _title(text: str) -> _Title:
    name, _, rest = text.partition(":")
    tokens = words(text)
    plain = " ".join(tokens)
    numbers = frozenset(_NUMBER.findall(plain) + _PART.findall(plain)) | _ROMAN.intersection(tokens)
    pluses = len(_PLUS.findall(text))
    return _Title(key(text), key(name) if rest else "", key(rest) if rest else "", plain, len(tokens), numbers, pluses)


@lru_cache(maxsize=1024)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    tokens = words(text)
    return frozenset(shingles(tokens)) if len(tokens) >= _ENOUGH_WORDS else frozenset()


def weigh(question: Question, record: Record) -> Evidence:
    """Compare a record with a question."""
    recorded = _title(record.title)
    asked = [_title(title) for title in question.titles]
    runs, record_runs = _runs(question.abstract), _runs(record.abstract)
    shared = overlap = jaccard = None
    if runs and record_runs:
        shared = len(runs & record_runs)
        overlap = shared / min(len(runs), len(record_runs))
        jaccard = shared / (len(runs) + len(record_runs) - shared)
    days = None
    if record.published is not None and question.dates:
        days = min(((listed - record.published).days for listed in question.dates), key=abs)
    count, off = None, None
    if record.authors and question.author_counts:
        count = min(question.author_counts, key=lambda n: abs(n - len(record.authors)))
        off = abs(count - len(record.authors))
    return Evidence(
        record=record,
        same_id=question.arxiv_id == record.arxiv_id,
        title_equal=any(title.key == recorded.key and title.pluses == recorded.pluses for title in asked),
        title_begins=any(_one_begins_the_other(title, recorded) for title in asked),
        title_cut=any(
            text.endswith(("…", "...")) and recorded.key.startswith(title.key)
            for text, title in zip(question.titles, asked, strict=True)
        ),
        rest_equal=any(_rest_equal(title, recorded) or _rest_equal(recorded, title) for title in asked),
        name_equal=bool(recorded.name) and any(title.name == recorded.name for title in asked),
        numbers_differ=bool(asked) and all(_differ(title, recorded) for title in asked),
        title_ratio=max((fuzz.ratio(title.plain, recorded.plain) / 100 for title in asked), default=0.0),
        title_words=recorded.words,
        begun_words=max((min(title.words, recorded.words) for title in asked), default=0),
        shared=shared,
        overlap=overlap,
        jaccard=jaccard,
        days=days,
        too_early=_too_early(days, question, record),
        authors_off=off,
        listed_authors=count,
    )


def _too_early(days: int | None, question: Question, record: Record) -> bool:
    if days is not None:
        return days < -_EARLY
    year, month = year_and_month(record.arxiv_id)
    return bool(question.dates) and (max(question.dates) - date(year, month, 1)).days < -_EARLY


def _one_begins_the_other(first: _Title, second: _Title) -> bool:
    shorter, longer = sorted((first.key, second.key), key=len)
    # Part I does not begin Part II.
    return len(shorter) >= _ENOUGH_LETTERS and longer.startswith(shorter) and not _differ(first, second)


def _differ(first: _Title, second: _Title) -> bool:
    if first.key == second.key:
        return first.pluses != second.pluses
    one, other = first.numbers, second.numbers
    return bool(one and other) and not (one <= other or other <= one)


def _rest_equal(first: _Title, second: _Title) -> bool:
    """Behind a name of its own the first title says what the second does, with or without a name before it."""
    return len(first.rest) >= 2 * _ENOUGH_LETTERS and first.rest in (second.rest, second.key)


def reasons(evidence: Evidence, question: Question) -> tuple[str, ...]:
    """The evidence in words, the strongest kind first."""
    return tuple(
        text
        for text in (
            "arXiv id given" if evidence.same_id else "",
            _title_reason(evidence, question),
            "numbers in the titles differ" if evidence.numbers_differ else "",
            _abstract_reason(evidence),
            _date_reason(evidence),
            _count_reason(evidence),
            "withdrawn" if withdrawn(evidence.record) else "",
        )
        if text
    )


def _title_reason(evidence: Evidence, question: Question) -> str:
    if evidence.record.title in question.titles:
        return "title equal"
    if evidence.title_equal:
        same_but_for_case = evidence.record.title.casefold() in {title.casefold() for title in question.titles}
        return "title equal but for case" if same_but_for_case else "title equal but for punctuation or TeX"
    if evidence.title_begins:
        return "one title begins the other"
    if evidence.rest_equal:
        return "title equal but for the name"
    if evidence.name_equal and evidence.title_ratio < 0.9:
        return f"name equal, title {evidence.title_ratio:.2f} alike"
    return f"title {evidence.title_ratio:.2f} alike"


def _abstract_reason(evidence: Evidence) -> str:
    if evidence.overlap is None:
        return "no abstract to compare"
    if evidence.overlap >= 0.995:
        return "abstract equal" if (evidence.jaccard or 0) >= 0.995 else "one abstract holds the other"
    return f"abstract {evidence.overlap:.2f} alike"


def _date_reason(evidence: Evidence) -> str:
    days = evidence.days
    if days is None:
        return "its id is of a later month" if evidence.too_early else ""
    if days == 0:
        return "submitted the same day"
    unit = "day" if abs(days) == 1 else "days"
    return f"submitted {abs(days)} {unit} {'before' if days > 0 else 'after'}"


def _count_reason(evidence: Evidence) -> str:
    if evidence.listed_authors is None:
        return ""
    count = evidence.listed_authors
    noun = "author" if count == 1 else "authors"
    if evidence.authors_off == 0:
        return f"{count:,} {noun}"
    return f"{count:,} {noun}, record has {len(evidence.record.authors):,}"


def withdrawn(record: Record) -> bool:
    """Whether its authors took the paper back. arXiv has no flag for it: the comment says so, in these words."""
    return "withdrawn" in fold(record.comment or "")
