"""The evaluation itself: the same entries for the same seed, distortions that do what they say, and honest counting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from readlist.paper import Candidate, Match, MatchState, Record
from readlist.resolver import decision
from readlist.resolver.question import Question
from tests.evaluation import distortions as d
from tests.evaluation.__main__ import main
from tests.evaluation.baseline import FirstHit, first_hits
from tests.evaluation.fit import fit
from tests.evaluation.outcome import Outcome, calibration, figures, interval, outcomes
from tests.evaluation.sets import SETS, Labelled, LabelledSet, labelled
from tests.evaluation.snapshot import Snapshot, opened
from tests.servers.arxiv_index import Index, read_rows
from tests.support import abstract, record, write_snapshot

_SUBJECTS = "Faces Voices Graphs Proteins Markets Textures Policies Motions Lattices Speakers".split()
_TASKS = "Editing Segmenting Ranking Compressing Restoring Sampling Aligning Forecasting".split()


def _made_up() -> list[Record]:
    """Eighty papers with names of their own, three namesakes, and one paper under two ids."""
    records = [
        record(
            f"2401.{number:05}",
            f"{task[:3]}{subject[:4]}: {task} {subject} in a Single Pass of a Small Network",
            abstract(number, 130),
            published=date(2024, 1, 1 + number % 28),
        )
        for number, (task, subject) in enumerate(((task, subject) for task in _TASKS for subject in _SUBJECTS), start=1)
    ]
    namesakes = [
        record(f"2402.{n:05}", "A Survey of Things", abstract(f"things {n}", 130), published=date(2024, 2, n))
        for n in (1, 2, 3)
    ]
    twice = [
        record(f"2403.{n:05}", "One Work under Two Identifiers", abstract("twice", 130), published=date(2024, 3, n))
        for n in (1, 2)
    ]
    return [*records, *namesakes, *twice]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshot(tmp_path_factory.mktemp("evaluation") / "records.jsonl", _made_up())


@pytest.fixture(scope="module")
def snapshot(path: Path) -> Iterator[Snapshot]:
    with opened(path, 1) as found:
        yield found


def test_namesakes_and_papers_submitted_twice_are_known(snapshot: Snapshot) -> None:
    assert snapshot.twins == {"2403.00001": {"2403.00002"}, "2403.00002": {"2403.00001"}}
    assert {"2402.00001", "2402.00002", "2402.00003"} <= snapshot.hard
    assert "2401.00001" not in snapshot.hard


def test_the_same_seed_makes_the_same_entries(snapshot: Snapshot) -> None:
    first, second, other = (labelled(snapshot, 300, seed) for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_each_set_is_what_it_says(snapshot: Snapshot) -> None:
    entries = labelled(snapshot, 600, 1)
    by_set = {kind.name: [entry for entry in entries if entry.kind is kind] for kind in SETS}
    assert all(by_set.values())
    assert {entry.truth for entry in by_set["namesake"]} <= snapshot.hard
    assert {entry.truth for entry in by_set["twice"]} == set(snapshot.twins)
    assert all(not entry.question.abstract for entry in by_set["title only"])
    assert all(not entry.question.dates and not entry.question.author_counts for entry in by_set["no byline"])
    assert all(entry.question.author_counts for entry in by_set["plain"])
    titles = {found.arxiv_id: found.title for found in snapshot.records}
    assert all(entry.question.titles[0] != titles[entry.truth] for entry in by_set["renamed"])


SHOWN = d.Shown(
    r"S$^2$Edit: The $\mathscr{W}_+$ Space for modeling pre-trained Edits", "We analyze. " * 60, date(2024, 1, 5), 4
)
CORPUS = d.Corpus(("kernel", "motion"), ("Nothing of this is said by the paper that was asked for, at all.",), ("Nom",))


@pytest.mark.parametrize(
    ("distort", "title"),
    [
        (d.flattened, "S^2Edit: The W_+ Space for modeling pre-trained Edits"),
        (d.british, r"S$^2$Edit: The $\mathscr{W}_+$ Space for modelling pre-trained Edits"),
        (d.hyphens, r"S$^2$Edit: The $\mathscr{W}_+$ Space for modeling pretrained Edits"),
    ],
)
def test_distortions_without_chance(distort: d.Distortion, title: str) -> None:
    assert distort(SHOWN, Random(1), CORPUS).title == title


def test_distortions_by_chance() -> None:
    for seed in range(50):
        chance = Random(seed)
        cut = d.cut_title(SHOWN, chance, CORPUS).title.rstrip(" .…")
        assert SHOWN.title.startswith(cut)
        assert len(cut.split()) >= 2
        assert 195 <= len(d.cut_abstract(SHOWN, chance, CORPUS).abstract) <= 603
        assert d.typo(SHOWN, chance, CORPUS).abstract == SHOWN.abstract
        late = d.listed(SHOWN, chance, CORPUS).listed
        assert late is not None
        assert 0 <= (late - date(2024, 1, 5)).days <= 258
        changed = d.edited(0.2)(SHOWN, chance, CORPUS).abstract.split()
        assert 0 < sum(word in ("kernel", "motion") for word in changed) < 0.5 * len(changed)


KIND = LabelledSet("plain", "", 1.0, ())
ABSENT = LabelledSet("absent", "", 1.0, (), absent=True)


def _outcome(entry: Labelled, state: MatchState, score: float, matched: str | None, *candidates: str) -> Outcome:
    rivals = tuple(Candidate(one, one, score, ()) for one in candidates)
    return Outcome(entry, Match(state, score, "test", "resolver", (), rivals), matched)


def test_counting() -> None:
    question = Question(1, ("A Title",))
    here, absent = Labelled(KIND, question, "a", frozenset()), Labelled(ABSENT, question, "a", frozenset({"b"}))
    found = [
        _outcome(here, MatchState.MATCHED, 0.99, "a"),
        _outcome(here, MatchState.MATCHED, 0.99, "z"),
        _outcome(here, MatchState.REVIEW, 0.5, None, "x", "y", "a"),
        _outcome(here, MatchState.REVIEW, 0.5, None, "w", "x", "y", "a"),
        _outcome(here, MatchState.NOT_FOUND, 0.0, None),
        _outcome(absent, MatchState.MATCHED, 0.99, "z"),
        _outcome(absent, MatchState.MATCHED, 0.97, "b"),
        _outcome(absent, MatchState.NOT_FOUND, 0.0, None),
    ]
    count = figures(found)
    assert (count.entries, count.present, count.matched, count.right, count.wrong) == (8, 5, 4, 1, 2)
    assert (count.review, count.offered) == (2, 1)
    assert count.precision == 0.5
    assert count.recall == 0.2
    assert figures([]).precision == figures([]).recall == 1.0
    high = calibration(found)[-1]
    assert (high.low, high.count) == (0.98, 3)
    assert high.true == pytest.approx(1 / 3)
    middle = calibration(found)[0]
    assert (middle.low, middle.count, middle.promised, middle.true) == (0.5, 2, 0.5, 0.0)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"), [(10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (50, 100, 0.4038, 0.5962)]
)
def test_the_confidence_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    assert interval(hits, total) == pytest.approx((low, high), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)


def test_the_usual_method_takes_the_first_hit_of_the_very_words(path: Path, snapshot: Snapshot) -> None:
    search = FirstHit(Index(read_rows(path)))
    title = snapshot.records[0].title
    assert search(title) == "2401.00001"
    assert search(title, without="2401.00001") is None
    assert search(title.replace("Network", "Netwrok")) is None
    absent = [entry for entry in labelled(snapshot, 300, 1) if entry.kind.name == "absent"]
    assert absent
    assert all(hit != entry.truth for entry, hit in first_hits(search, absent))


def test_absent_records_are_out_of_reach(snapshot: Snapshot) -> None:
    entries = labelled(snapshot, 300, 1)
    for one in outcomes(snapshot, entries):
        if one.entry.kind.absent:
            assert one.matched != one.entry.truth
            assert one.entry.truth not in [candidate.arxiv_id for candidate in one.match.candidates]
        elif one.entry.kind.name == "plain":
            assert one.right


def test_fitting_finds_what_the_examples_show() -> None:
    # A term that the right record has nine times in ten, and a wrong one once in ten.
    right, wrong = [([[(0, 1.0)], [(1, 1.0)]], 0)] * 90, [([[(0, 1.0)], [(1, 1.0)]], 1)] * 10
    weights, likelihood = fit(["overlap", "date far"], right + wrong)
    assert weights["overlap"] > 1.0
    assert -0.5 <= weights["date far"] <= 0.0
    assert -0.6 < likelihood < 0.0


def test_the_command_prints_all_tables_and_judges(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [str(path), "--entries", "120", "--api", "15"]
    code = main(arguments)
    out = capsys.readouterr().out
    assert "right among automatic matches" in out
    assert "came true" in out
    assert "sure from" in out
    assert "first hit of the quoted title" in out
    assert "readlist, API" in out
    # Whoever says yes to everything is told so.
    monkeypatch.setattr(decision, "WEIGHTS", dict.fromkeys(decision.WEIGHTS, 5.0))
    assert main(arguments) == 1
    assert code in (0, 1)
    with pytest.raises(SystemExit):
        main(["no-such-file.json"])
    assert "there is no such file" in capsys.readouterr().err
