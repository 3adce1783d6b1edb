"""From evidence to a decision: sure, a question for a person, or nothing.

A score is a probability: each candidate has odds of its own, and exactly one candidate, or none, is the paper. So two
good candidates halve each other's score, and a question arises by itself.
Every number that decides stands in this file. The weights were fitted by ``python -m tests.evaluation --fit`` and are
checked, scores against what came true, by ``python -m tests.evaluation``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import exp, log1p

from readlist.paper import Candidate, Match, MatchState, Record
from readlist.resolver.evidence import Evidence, reasons, weigh, withdrawn
from readlist.resolver.question import Question

#: At or above: matched without a person. A wrong match is worse than a question: at 0.95 one more of 10,500 matches is
#: wrong, at 0.99 five more of a thousand are asked about and none is saved (the evaluation prints that table).
SURE = 0.97
#: How much better the text of a sure match must fit than any other candidate's (log odds: 3 is 20 to 1). A date may be
#: months late and a count off by three: they may help a match, and not choose between two.
APART = 3.0
#: A title that was cut off after fewer words begins too many others (seen: "Fine-Tuning Large Language Mod…").
CUT_WORDS = 7
#: An abstract that has less in common is another text: of another paper, or written anew, which a person can see.
FOREIGN = 0.15
#: Below, for all candidates together: no resemblance worth a person's time.
POSSIBLE = 0.2
#: How many candidates a person is shown, and how likely one must be to be among them.
SHOWN, WORTH_SHOWING = 5, 0.02

#: The log odds of "this record is the paper" are the sum of these, each times what `terms` found. Fitted to 20,000
#: labelled entries (seed 7); where the comment says so, bounded by hand, because the entries do not show how bad it is.
WEIGHTS: dict[str, float] = {
    # Both sides have an abstract. Where the sum starts: without anything in common, 3,500 to 1 against.
    "with abstract": -8.16,
    # The share of the shorter abstract's runs of three words that the other has too; steeper above 0.3, where rewritten
    # abstracts of one paper begin and those of two papers about one matter end.
    "overlap": 7.20,
    "overlap over 0.3": 6.64,
    "overlap over 0.6": 2.77,
    # The same among the runs of both: tells an abstract apart from one that quotes it.
    "jaccard": 2.50,
    "jaccard over 0.15": 1.98,
    "jaccard over 0.4": 0.38,
    # How many runs that is (1 at 150): half of twenty runs is less than half of two hundred.
    "shared runs": 3.71,
    # What is equal also begins and is equal but for the name, so these add up to 5 for a long equal title.
    "title equal": 1.24,
    "title equal, long": 2.04,
    "title begins": 0.00,
    "title equal but for the name": 1.74,
    # The same coined name before other words: follow-up papers, more often than the paper itself.
    "name equal": -2.74,
    # Other numbers, another part or year. By hand: at most -1, for an abstract that agrees explains a changed number.
    "numbers differ": -2.18,
    # One side has no abstract.
    "title only": -4.54,
    # By hand: 0 at five words, -8 at one. Namesakes of short titles are elsewhere in arXiv if not in this snapshot.
    "title only, short": -10.00,
    "only title alike over 0.5": 10.75,
    "only title alike over 0.85": 8.80,
    "only title begins": 4.64,
    "only title begins, long": 0.00,
    "only title equal": 0.00,
    "only title equal, long": 0.00,
    "only title equal but for the name": 0.00,
    # By hand: with nothing else to go by, other numbers are another paper.
    "only numbers differ": -4.00,
    # Date and author count, bounded by hand. For a record: they agree by chance more often between papers of one group
    # than between the entries. Against it: lists show papers months late, and the count of another version.
    "date near": 1.75,
    "date within days": 1.00,
    "date far": -0.50,
    "count equal": 0.53,
    "count equal, many": 1.00,
    "count near": -0.36,
    "count far": -0.80,
}


def terms(e: Evidence) -> Iterator[tuple[str, float]]:
    """What counts for and against a record, by name; its log odds are the sum of these, each times its weight."""
    yield from text_terms(e)
    yield from _byline_terms(e)


def text_terms(e: Evidence) -> Iterator[tuple[str, float]]:
    """What title and abstract say."""
    yield from _text(e) if e.overlap is not None else _title_only(e)
    if e.numbers_differ:
        yield "numbers differ" if e.overlap is not None else "only numbers differ", 1.0


def _byline_terms(e: Evidence) -> Iterator[tuple[str, float]]:
    """What date and author count say: they support, and hardly speak against (lists are late, versions differ)."""
    if e.days is not None:
        yield "date near" if -3 <= e.days <= 14 else "date far", 1.0
        if -1 <= e.days <= 3:
            yield "date within days", 1.0
    if e.authors_off is not None:
        yield "count equal" if e.authors_off == 0 else "count near" if e.authors_off <= 3 else "count far", 1.0
        if e.authors_off == 0:
            yield "count equal, many", min(log1p(e.listed_authors or 0) / log1p(20), 1.0)


def _text(e: Evidence) -> Iterator[tuple[str, float]]:
    """Title and abstract. Ratios count in steps, each steeper or flatter than the one before."""
    overlap, jaccard = e.overlap or 0.0, e.jaccard or 0.0
    yield "with abstract", 1.0
    yield "overlap", overlap
    yield "overlap over 0.3", max(overlap - 0.3, 0.0)
    yield "overlap over 0.6", max(overlap - 0.6, 0.0)
    yield "jaccard", jaccard
    yield "jaccard over 0.15", max(jaccard - 0.15, 0.0)
    yield "jaccard over 0.4", max(jaccard - 0.4, 0.0)
    yield "shared runs", min(log1p(e.shared or 0) / log1p(150), 1.0)
    # What is equal also begins and is alike: an equal title never counts less than one that is nearly so.
    if e.title_equal:
        yield "title equal", 1.0
        yield "title equal, long", min(e.title_words, 8) / 8
    if e.title_equal or e.title_begins:
        yield "title begins", 1.0
    if e.title_equal or e.rest_equal:
        yield "title equal but for the name", 1.0
    if e.name_equal and not e.title_equal:
        yield "name equal", 1.0


def _title_only(e: Evidence) -> Iterator[tuple[str, float]]:
    """One side has no abstract: long equal titles are rarely shared, short ones often."""
    yield "title only", 1.0
    if e.title_words < 5:
        yield "title only, short", 1 - e.title_words / 5
    if e.title_equal:
        yield "only title equal", 1.0
        yield "only title equal, long", min(e.title_words, 8) / 8
    if e.title_equal or e.title_begins:
        yield "only title begins", 1.0
        yield "only title begins, long", min(e.begun_words, 8) / 8
    if e.title_equal or e.rest_equal:
        yield "only title equal but for the name", 1.0
    yield "only title alike over 0.5", max(e.title_ratio - 0.5, 0.0)
    yield "only title alike over 0.85", max(e.title_ratio - 0.85, 0.0)


def _weighted(found: Iterator[tuple[str, float]]) -> float:
    return sum(WEIGHTS[name] * value for name, value in found)


def scores(weighed: Iterable[Evidence]) -> list[float]:
    """The probability of each record: one of them is the paper, or none is."""
    weighed = list(weighed)
    if any(evidence.same_id for evidence in weighed):
        return [1.0 if evidence.same_id else 0.0 for evidence in weighed]
    odds = [exp(min(_weighted(terms(evidence)), 50.0)) for evidence in weighed]
    total = 1.0 + sum(odds)
    return [one / total for one in odds]


def decide(
    question: Question, records: Iterable[Record], source: str, *, sure: float = SURE
) -> tuple[Match, Record | None]:
    """Decide which of the records the paper is; at ``sure`` or above without a person.

    Returns the match and, when it is sure, the record.
    """
    weighed = [weigh(question, record) for record in {record.arxiv_id: record for record in records}.values()]
    ranked = sorted(zip(scores(weighed), weighed, strict=True), key=_place)
    # A record of this very title is worth a look whatever its abstract says: abstracts are written anew.
    if sum(probability for probability, _ in ranked) < POSSIBLE and not any(e.title_equal for e in weighed):
        return Match(MatchState.NOT_FOUND, source=source, decided_by="resolver"), None
    best, evidence = ranked[0]
    # Rounded down: a score never promises more than it holds.
    candidates = tuple(
        Candidate(e.record.arxiv_id, e.record.title, int(probability * 10_000) / 10_000, reasons(e, question))
        for probability, e in ranked[:SHOWN]
        if probability >= min(WORTH_SHOWING, best) or _as_like(e, evidence)
    )
    if best >= sure and _may_be_sure(evidence) and not any(_as_like(e, evidence) for _, e in ranked[1:]):
        match = Match(MatchState.MATCHED, candidates[0].score, source, "resolver", candidates[0].reasons)
        return match, evidence.record
    return Match(MatchState.REVIEW, candidates[0].score, source, "resolver", candidates[0].reasons, candidates), None


def _place(scored: tuple[float, Evidence]) -> tuple[float, bool, float, str]:
    """The likeliest first; of two alike, the one that was withdrawn comes second."""
    score, evidence = scored
    return -round(score, 2), withdrawn(evidence.record), -score, evidence.record.arxiv_id


def _may_be_sure(best: Evidence) -> bool:
    """What no sum of evidence outweighs, for sister papers share half of their abstracts, date and authors."""
    if best.same_id:
        return True
    if best.numbers_differ or best.too_early or (best.overlap is not None and best.overlap < FOREIGN):
        return False
    # A title that is only like another is no proof where there is no text: sequels and series are called so.
    return best.title_equal or best.overlap is not None or (best.title_cut and best.begun_words >= CUT_WORDS)


def _as_like(rival: Evidence, best: Evidence) -> bool:
    """Only the byline tells the two apart: namesakes without abstracts, or one paper under two ids."""
    if best.same_id:
        return False
    return _weighted(text_terms(best)) - _weighted(text_terms(rival)) < APART
