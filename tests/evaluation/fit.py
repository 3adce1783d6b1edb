"""Fitting the weights of the decision: the odds under which the labelled entries are most likely.

The model is the decision's own: one candidate or none is the paper, odds are sums of weighted terms. What is
maximised is the likelihood of the truth, with a mild pull towards zero; some signs are given, because more alike must
never count less, and a date or a count supports and hardly speaks against.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, inf, log

from readlist.resolver.decision import terms
from readlist.resolver.evidence import weigh
from tests.evaluation.outcome import in_reach
from tests.evaluation.sets import Labelled
from tests.evaluation.snapshot import Snapshot

#: One entry: the terms of each candidate, and which one is right (-1: none of them).
Example = tuple[list[list[tuple[int, float]]], int]

#: Bounds of a weight, by how its name begins; what is not named here counts for a record.
_BOUNDS = {
    "with abstract": (-inf, 0.0),
    # A part of arXiv has few of the papers that share a short title; all of it has many.
    "title only, short": (-inf, -10.0),
    "title only": (-inf, 0.0),
    # Too rare in any snapshot to be learned, and known all the same: 2025 is not 2026, Part I not Part II.
    "numbers differ": (-inf, -1.0),
    "only numbers differ": (-inf, -4.0),
    "name equal": (-inf, inf),
    "overlap over": (-inf, inf),
    "jaccard over": (-inf, inf),
    # Dates and counts agree by chance more often between the papers of one group than between the entries here.
    "date near": (0.0, 1.75),
    "date within": (0.0, 1.0),
    "count equal": (0.0, 1.0),
    "date far": (-0.5, 0.0),
    "count near": (-0.5, 0.5),
    "count far": (-0.8, 0.0),
}
_PULL = 0.05
_STEPS = 600


def examples(snapshot: Snapshot, entries: Iterable[Labelled]) -> tuple[list[str], list[Example]]:
    """The names of all terms, and the entries as examples."""
    names: dict[str, int] = {}
    found: list[Example] = []
    for entry in entries:
        rows: list[list[tuple[int, float]]] = []
        right = -1
        for record in in_reach(snapshot, entry):
            if record.arxiv_id in entry.same and not entry.kind.absent:
                continue  # the same paper twice: either answer would be true
            if record.arxiv_id == entry.truth or (entry.kind.absent and record.arxiv_id in entry.same):
                right = len(rows)
            rows.append(
                [
                    (names.setdefault(name, len(names)), value)
                    for name, value in terms(weigh(entry.question, record))
                    if value
                ]
            )
        if rows:
            found.append((rows, right))
    return list(names), found


def fit(names: Sequence[str], found: Sequence[Example]) -> tuple[dict[str, float], float]:
    """The weights, and the mean log likelihood of an entry under them (nats, 0 is certainty)."""
    weights = [0.0] * len(names)
    bounds = [next((b for start, b in _BOUNDS.items() if name.startswith(start)), (0.0, inf)) for name in names]
    speed = [0.1] * len(names)
    before = [0.0] * len(names)
    likelihood = -inf
    for _ in range(_STEPS):
        slope, likelihood = _slope(weights, found)
        for at, weight in enumerate(weights):
            down = slope[at] - _PULL * weight
            # Rprop: the sign of the slope decides, the step grows while it stays the same.
            speed[at] = min(speed[at] * 1.2, 0.5) if down * before[at] > 0 else max(speed[at] * 0.5, 1e-4)
            before[at] = down
            step = speed[at] if down > 0 else -speed[at] if down < 0 else 0.0
            weights[at] = min(max(weight + step, bounds[at][0]), bounds[at][1])
    return {name: round(weight, 2) for name, weight in zip(names, weights, strict=True)}, likelihood


def _slope(weights: Sequence[float], found: Sequence[Example]) -> tuple[list[float], float]:
    slope = [0.0] * len(weights)
    likelihood = 0.0
    for rows, right in found:
        odds = [exp(min(sum(weights[at] * value for at, value in row), 50.0)) for row in rows]
        total = 1.0 + sum(odds)
        for number, row in enumerate(rows):
            off = (number == right) - odds[number] / total
            if abs(off) > 1e-9:
                for at, value in row:
                    slope[at] += off * value
        likelihood += log((odds[right] if right >= 0 else 1.0) / total)
    return slope, likelihood / max(len(found), 1)
