"""How often is a match right? Labelled entries from a metadata snapshot, resolved and counted.

python -m tests.evaluation [SNAPSHOT] makes listings out of a snapshot's records by documented, seeded distortions
(tests/evaluation/sets.py names them), resolves them against an index over the same file, and prints what came of
them, beside the usual method: the first hit of the quoted title. SNAPSHOT is any file in the shape of the Kaggle data
set Cornell-University/arxiv; without it, the part of it in the shared folder is taken, and the real dumps there too.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from readlist.errors import ReadlistError
from readlist.paper import MatchState
from readlist.resolver.decision import SURE
from tests.evaluation.baseline import FirstHit, first_hits
from tests.evaluation.fit import examples, fit
from tests.evaluation.outcome import Figures, Outcome, at_lines, calibration, figures, interval, outcomes
from tests.evaluation.real import real_entries
from tests.evaluation.service import ask_service
from tests.evaluation.sets import SETS, Labelled, LabelledSet, labelled
from tests.evaluation.snapshot import Snapshot, opened
from tests.servers.arxiv_index import Index, read_rows

_SHARED = Path(os.environ.get("READLIST_SHARED") or Path(__file__).parents[3] / "shared")
_PART = _SHARED / "arxiv" / "arxiv-metadata-part.jsonl.gz"
#: Where the line between a match and a question could stand.
LINES = (0.7, 0.8, 0.9, 0.93, 0.95, SURE, 0.98, 0.99, 0.995)
#: The set in which a question is the right answer: the paper is in the index under two ids.
_TWICE = "twice"


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; the exit code says whether what must hold, holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__.partition("\n")[0])
    parser.add_argument("snapshot", type=Path, nargs="?", default=_PART, help="a metadata snapshot, .json to .zst")
    parser.add_argument("--entries", type=int, default=12_000, help="how many entries to make (default 12,000)")
    parser.add_argument("--seed", type=int, default=1, help="other entries (default 1; the weights were fitted on 7)")
    parser.add_argument("--api", type=int, default=1000, help="how many of them to ask of the API too (default 1,000)")
    parser.add_argument("--worst", type=int, default=10, help="how many of the worst cases to show")
    parser.add_argument("--fit", action="store_true", help="fit the weights of the decision and print them")
    chosen = parser.parse_args(arguments)
    if not chosen.snapshot.exists():
        parser.error(f"{chosen.snapshot}: there is no such file; give a snapshot, the Kaggle file or a part of it")
    try:
        with opened(chosen.snapshot, chosen.seed) as snapshot:
            entries = labelled(snapshot, chosen.entries, chosen.seed)
            if chosen.fit:
                _print_fit(snapshot, entries)
                return 0
            return _evaluate(snapshot, entries, chosen.snapshot, chosen.api, chosen.worst)
    except ReadlistError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _evaluate(snapshot: Snapshot, entries: list[Labelled], path: Path, api: int, worst: int) -> int:
    dumps = sorted(_SHARED.glob("dumps/*_*.txt")) if path == _PART else []
    real = real_entries(dumps) if dumps else []
    found = list(outcomes(snapshot, entries))
    found_real = list(outcomes(snapshot, real))
    print(f"{len(snapshot.records):,} records, {len(found):,} entries\n")
    _print_sets(found)
    total = figures(_plain(found))
    low, high = interval(total.matched - total.wrong, total.matched)
    print(f"\nright among automatic matches {total.precision:.3%} (95 % interval {low:.3%} to {high:.3%}), hold 99.9 %")
    low, high = interval(total.right, total.present)
    print(f"matched without a person      {total.recall:.2%} (95 % interval {low:.2%} to {high:.2%}), hold 98.5 %")
    _print_calibration(found)
    _print_lines(snapshot, found)
    service = Index(read_rows(path))
    search = FirstHit(service)
    print(f"\n{'method':<44} {'entries':>8} {'right':>8} {'matched':>8} {'review':>8} {'requests':>9}")
    for name, what, some in (("generated", entries, found), ("real dumps", real, found_real)):
        if what:
            _print_method(f"{name}: readlist, snapshot", figures(_plain(some)), "0")
            _print_first_hit(f"{name}: first hit of the quoted title", search, what)
    for name, what in (("generated", _spread(entries, api)), ("real dumps", real)):
        if what:
            asked = ask_service(service, what)
            _print_method(f"{name}: readlist, API", figures(_plain(asked.outcomes)), f"{asked.requests:,}")
    _print_worst(found, worst)
    return 0 if total.precision >= 0.999 and total.recall >= 0.985 else 1


def _plain(found: Iterable[Outcome]) -> list[Outcome]:
    """Without the set in which a question is the right answer."""
    return [one for one in found if one.entry.kind.name != _TWICE]


def _spread(entries: Sequence[Labelled], count: int) -> list[Labelled]:
    """Some of the entries, of all sets alike; none whose record must be absent."""
    present = [entry for entry in entries if not entry.kind.absent and entry.kind.name != _TWICE]
    return present[:: max(len(present) // count, 1)][:count] if count else []


def _print_sets(found: Sequence[Outcome]) -> None:
    print(
        f"{'set':<24} {'entries':>8} {'matched':>8} {'wrong':>6} {'review':>7} {'among 3':>8} {'not found':>9}   what"
    )
    by_kind: dict[str, list[Outcome]] = {}
    for one in found:
        by_kind.setdefault(one.entry.kind.name, []).append(one)
    for kind in SETS:
        if some := by_kind.get(kind.name):
            _print_row(kind.name, some, kind)
    _print_row("all", found, None)


def _print_row(name: str, some: Sequence[Outcome], kind: LabelledSet | None) -> None:
    count = figures(some)
    missing = sum(one.match.state is MatchState.NOT_FOUND for one in some)
    print(
        f"{name:<24} {count.entries:>8,} {count.matched:>8,} {count.wrong:>6} {count.review:>7} {count.offered:>8} "
        f"{missing:>9}   {kind.about if kind else ''}"
    )


def _print_calibration(found: Iterable[Outcome]) -> None:
    print(f"\n{'score':<16} {'entries':>8} {'promised':>9} {'came true':>10}")
    for one in calibration(found):
        print(f"{one.low:<5} to {one.high:<7} {one.count:>8,} {one.promised:>9.3f} {one.true:>10.3f}")


def _print_lines(snapshot: Snapshot, found: Sequence[Outcome]) -> None:
    """What would be if the line between a match and a question stood elsewhere."""
    print(f"\n{'sure from':<16} {'right':>8} {'matched':>8} {'wrong':>6} {'review':>7}")
    plain = _plain(found)
    # Above and below all lines nothing changes.
    moving = [
        at_lines(snapshot, one.entry, LINES) if LINES[0] <= (one.match.score or 0.0) < LINES[-1] else None
        for one in plain
    ]
    for place, line in enumerate(LINES):
        count = figures([one if moves is None else moves[place] for one, moves in zip(plain, moving, strict=True)])
        here = " <" if line == SURE else ""
        print(f"{line:<16} {count.precision:>8.3%} {count.recall:>8.2%} {count.wrong:>6} {count.review:>7}{here}")


def _print_method(name: str, count: Figures, requests: str) -> None:
    review = count.review / count.entries if count.entries else 0.0
    print(
        f"{name:<44} {count.entries:>8,} {count.precision:>8.2%} {count.recall:>8.2%} {review:>8.2%} {requests:>9}",
        flush=True,
    )


def _print_first_hit(name: str, search: FirstHit, entries: Sequence[Labelled]) -> None:
    hits = [(entry, hit) for entry, hit in first_hits(search, entries) if entry.kind.name != _TWICE]
    matched = [(entry, hit) for entry, hit in hits if hit is not None]
    right = sum(hit == entry.truth for entry, hit in matched)
    fine = right + sum(entry.kind.absent and hit in entry.same for entry, hit in matched)
    present = sum(not entry.kind.absent for entry, _ in hits)
    shares = f"{fine / max(len(matched), 1):>8.2%} {right / max(present, 1):>8.2%} {0:>8.2%}"
    print(f"{name:<44} {len(hits):>8,} {shares} {len(hits):>9,}", flush=True)


def _print_worst(found: Sequence[Outcome], count: int) -> None:
    """Wrong matches first, then the surest questions with the wrong record on top, then what was not found."""
    wrong = sorted((one for one in found if one.wrong), key=lambda one: -(one.match.score or 0))
    doubtful = [one for one in found if one.match.state is MatchState.REVIEW and not one.entry.kind.absent]
    misled = [one for one in doubtful if one.match.candidates[0].arxiv_id not in {one.entry.truth, *one.entry.same}]
    misled.sort(key=lambda one: -(one.match.score or 0))
    lost = [one for one in found if one.match.state is MatchState.NOT_FOUND and not one.entry.kind.absent]
    for title, some in (("wrong", wrong), ("question, another record first", misled), ("not found", lost)):
        for one in some[:count]:
            best = one.matched or (one.match.candidates[0].arxiv_id if one.match.candidates else "-")
            print(f"\n{title}: {one.entry.kind.name}: {one.entry.question.titles[0][:100]}")
            print(
                f"  is {one.entry.truth}, taken for {best}, {one.match.score or 0:.3f}: {'; '.join(one.match.reasons)}"
            )


def _print_fit(snapshot: Snapshot, entries: Sequence[Labelled]) -> None:
    names, found = examples(snapshot, entries)
    weights, likelihood = fit(names, found)
    print(f"# {len(found):,} entries, mean log likelihood {likelihood:.4f}")
    for name in sorted(weights):
        print(f'    "{name}": {weights[name]:.2f},')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
