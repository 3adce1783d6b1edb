"""Evidence that a record is the paper asked for, each piece a number with a name a person understands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from readlist.paper import Record
from readlist.resolver.question import Question
from readlist.text import jaccard, key, overlap, shingles, words

#: Fewer words than this are too little text to compare abstracts by.
_ENOUGH_WORDS = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one record compares with a question. Ratios run from 0 to 1; None means that a side does not know.

    ``title_equal``: letters and digits agree. ``title_ratio``: edit similarity of the folded titles.
    ``overlap``: share of the shorter abstract's runs of three words that the longer one has; ``jaccard``: shared among
    all runs. ``days``: from submission of version 1 to the listed date. ``authors_off``: difference in author count.
    """

    record: Record
    same_id: bool
    title_equal: bool
    title_begins: bool
    title_ratio: float
    title_words: int
    overlap: float | None
    jaccard: float | None
    days: int | None
    authors_off: int | None
    listed_authors: int | None


@lru_cache(maxsize=4096)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    tokens = words(text)
    return frozenset(shingles(tokens)) if len(tokens) >= _ENOUGH_WORDS else frozenset()


def weigh(question: Question, record: Record) -> Evidence:
    """Compare a record with a question."""
    record_key = key(record.title)
    record_words = " ".join(words(record.title))
    keys = [key(title) for title in question.titles]
    asked, recorded = _runs(question.abstract), _runs(record.abstract)
    comparable = bool(asked) and bool(recorded)
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
        title_equal=record_key in keys,
        title_begins=any(_one_begins_the_other(one, record_key) for one in keys),
        title_ratio=max((fuzz.ratio(" ".join(words(t)), record_words) / 100 for t in question.titles), default=0.0),
        title_words=len(record_words.split()),
        overlap=overlap(set(asked), set(recorded)) if comparable else None,
        jaccard=jaccard(set(asked), set(recorded)) if comparable else None,
        days=days,
        authors_off=off,
        listed_authors=count,
    )


def _one_begins_the_other(first: str, second: str) -> bool:
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= 8 and longer.startswith(shorter)


def reasons(evidence: Evidence, question: Question) -> tuple[str, ...]:
    """The evidence in words, the strongest kind first."""
    return tuple(
        text
        for text in (
            "arXiv id given" if evidence.same_id else "",
            _title_reason(evidence, question),
            _abstract_reason(evidence),
            _date_reason(evidence.days),
            _count_reason(evidence),
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
    return f"title {evidence.title_ratio:.2f} alike"


def _abstract_reason(evidence: Evidence) -> str:
    if evidence.overlap is None:
        return "no abstract to compare"
    if evidence.overlap >= 0.995:
        return "abstract equal" if (evidence.jaccard or 0) >= 0.995 else "one abstract holds the other"
    return f"abstract {evidence.overlap:.2f} alike"


def _date_reason(days: int | None) -> str:
    if days is None:
        return ""
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
