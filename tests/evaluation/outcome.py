"""What the resolver makes of labelled entries, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from readlist.paper import Match, MatchState, Record
from readlist.resolver.decision import SURE, decide
from tests.evaluation.sets import Labelled
from tests.evaluation.snapshot import Snapshot

#: The bounds of the bins in which scores are compared with what came true.
BINS = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.995, 1.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One entry and its match; ``matched``: the record it was matched to without a person."""

    entry: Labelled
    match: Match
    matched: str | None

    @property
    def right(self) -> bool:
        """Matched to the right record (for a paper submitted twice: to the very one the entry was made from)."""
        return self.matched == self.entry.truth

    @property
    def other_id(self) -> bool:
        """Matched to the same paper under its second id, the first not being in reach."""
        return self.entry.kind.absent and self.matched in self.entry.same

    @property
    def wrong(self) -> bool:
        return self.matched is not None and not self.right and not self.other_id

    @property
    def offered(self) -> bool:
        """In review with the right record among the first three candidates."""
        shown = [candidate.arxiv_id for candidate in self.match.candidates[:3]]
        return self.match.state is MatchState.REVIEW and self.entry.truth in shown


def in_reach(snapshot: Snapshot, entry: Labelled) -> list[Record]:
    """The candidates of an entry; the record of an absent paper is taken away."""
    found = snapshot.index.candidates(entry.question)
    return [record for record in found if not (entry.kind.absent and record.arxiv_id == entry.truth)]


def outcomes(snapshot: Snapshot, entries: Iterable[Labelled]) -> Iterator[Outcome]:
    """Resolve each entry against the snapshot."""
    for entry in entries:
        yield _outcome(entry, in_reach(snapshot, entry), SURE)


def at_lines(snapshot: Snapshot, entry: Labelled, lines: Sequence[float]) -> list[Outcome]:
    """What an entry would come to where scores from each of these lines on were sure; it is looked up once."""
    records = in_reach(snapshot, entry)
    return [_outcome(entry, records, line) for line in lines]


def _outcome(entry: Labelled, records: Sequence[Record], line: float) -> Outcome:
    match, record = decide(entry.question, records, "snapshot", sure=line)
    return Outcome(entry, match, record.arxiv_id if record else None)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over outcomes. ``present``: entries whose record is in the index; ``offered``: of those, the ones in
    review with the right record among the first three candidates."""

    entries: int
    present: int
    matched: int
    right: int
    wrong: int
    review: int
    offered: int

    @property
    def precision(self) -> float:
        """Share of the automatic matches that are right (1 where there are none)."""
        return 1 - self.wrong / self.matched if self.matched else 1.0

    @property
    def recall(self) -> float:
        """Share of the entries with a record that are matched to it without a person."""
        return self.right / self.present if self.present else 1.0


def figures(found: Sequence[Outcome]) -> Figures:
    """Count outcomes."""
    present = [one for one in found if not one.entry.kind.absent]
    return Figures(
        entries=len(found),
        present=len(present),
        matched=sum(one.matched is not None for one in found),
        right=sum(one.right for one in present),
        wrong=sum(one.wrong for one in found),
        review=sum(one.match.state is MatchState.REVIEW for one in found),
        offered=sum(one.offered for one in present),
    )


def interval(hits: int, total: int) -> tuple[float, float]:
    """95 % confidence interval of a share (Wilson's score interval, which is also sound at 0 and 1)."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, hits / total
    middle = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True, slots=True)
class Bin:
    """First candidates with a score in a range: how many, what the scores promise, what came true."""

    low: float
    high: float
    count: int
    promised: float
    true: float


def calibration(found: Iterable[Outcome]) -> list[Bin]:
    """Do scores keep their promise? Over the best candidate of every entry that has one."""
    pairs = []
    for one in found:
        best = one.matched or (one.match.candidates[0].arxiv_id if one.match.candidates else None)
        if best is not None and one.match.score is not None:
            same = one.entry.kind.absent and best in one.entry.same
            pairs.append((one.match.score, best == one.entry.truth or same))
    bins = []
    for low, high in pairwise(BINS):
        inside = [(score, true) for score, true in pairs if low <= score < high or (high == 1.0 and score == 1.0)]
        if inside:
            count = len(inside)
            promised, true = sum(score for score, _ in inside) / count, sum(true for _, true in inside) / count
            bins.append(Bin(low, high, count, promised, true))
    return bins
