"""From evidence to a decision: sure, a question for a person, or nothing.

A score is a probability. Every number that decides stands in this file, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp

from readlist.paper import Candidate, Match, MatchState, Record
from readlist.resolver.evidence import Evidence, reasons, weigh
from readlist.resolver.question import Question

#: At or above: matched without a person. A wrong match is worse than a question.
SURE = 0.98
#: Below: no resemblance worth a person's time.
POSSIBLE = 0.2
#: A second candidate this good makes even a sure first one a question (one paper under two ids, a twin title).
RIVAL = 0.75
#: How many candidates a person is shown.
SHOWN = 5


def score(evidence: Evidence) -> float:
    """Probability that the record is the paper, from all the evidence together."""
    if evidence.same_id:
        return 1.0
    return 1 / (1 + exp(-(_text_odds(evidence) + _support(evidence))))


def _text_odds(e: Evidence) -> float:
    """Log odds from title and abstract."""
    if e.overlap is None or e.jaccard is None:
        return _title_only_odds(e)
    if e.title_equal:
        # An equal title with a foreign abstract is another paper of that name, or an abstract written anew: a question
        # for a person, the more so the longer the title.
        if e.overlap < 0.05:
            return -1.6 + min(0.2 * e.title_words, 2.0)
        return -1.0 + 14.0 * min(e.overlap, 0.6)
    # A renamed paper keeps most of its abstract. Extended versions (Part II, "+", journal version) quote from the
    # first one but are longer or say new things, so both measures must be high.
    kept = 0.5 * e.overlap + 0.5 * e.jaccard
    title = 2.5 * max(e.title_ratio - 0.5, 0.0) - (1.0 if e.title_begins else 0.0)
    return -7.0 + 13.0 * kept + title


def _title_only_odds(e: Evidence) -> float:
    """Log odds where one side has no abstract: long equal titles are rarely shared, short ones often."""
    if e.title_equal:
        return min(0.6 * e.title_words, 4.2) - 0.4
    if e.title_begins:
        return -2.0
    return -9.0 + 9.0 * e.title_ratio


def _support(e: Evidence) -> float:
    """Log odds from date and author count: they support, and hardly speak against (lists are late, versions differ)."""
    odds = 0.0
    if e.days is not None:
        odds += 1.5 if -1 <= e.days <= 3 else 0.5 if -3 <= e.days <= 10 else -0.5
    if e.authors_off is not None:
        odds += 0.8 if e.authors_off == 0 else 0.0 if e.authors_off <= 2 else -0.3
    return odds


def decide(question: Question, records: Iterable[Record], source: str) -> tuple[Match, Record | None]:
    """Decide which of the records the paper is.

    Returns the match and, when it is sure, the record. Two good candidates are a question for a person: the same
    paper submitted twice and two papers of one name cannot be told apart from here.
    """
    weighed = sorted(
        ((score(evidence), evidence) for evidence in (weigh(question, record) for record in _distinct(records))),
        key=lambda pair: (-pair[0], pair[1].record.arxiv_id),
    )
    likely = [(probability, e) for probability, e in weighed if probability >= POSSIBLE]
    if not likely:
        return Match(MatchState.NOT_FOUND, source=source, decided_by="resolver"), None
    candidates = tuple(
        Candidate(e.record.arxiv_id, e.record.title, round(probability, 4), reasons(e, question))
        for probability, e in likely[:SHOWN]
    )
    best, evidence = likely[0]
    rivals = [e for probability, e in likely[1:] if probability >= RIVAL and not _clearly_behind(e, evidence)]
    if best >= SURE and (evidence.same_id or not rivals):
        match = Match(MatchState.MATCHED, candidates[0].score, source, "resolver", candidates[0].reasons)
        return match, evidence.record
    return Match(MatchState.REVIEW, candidates[0].score, source, "resolver", candidates[0].reasons, candidates), None


def _clearly_behind(rival: Evidence, best: Evidence) -> bool:
    """The rival resembles the paper only as a sequel does (title and abstract fit less), or only by its name."""
    if rival.overlap is None or best.overlap is None or rival.jaccard is None or best.jaccard is None:
        return False
    only_by_name = rival.overlap < 0.1 and best.overlap >= 0.6
    return best.title_equal and best.jaccard - rival.jaccard >= 0.3 and (only_by_name or not rival.title_equal)


def _distinct(records: Iterable[Record]) -> list[Record]:
    return list({record.arxiv_id: record for record in records}.values())
