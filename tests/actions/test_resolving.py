"""Resolving: snapshot and API, interrupted and continued, and what a person decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from readlist.actions import reviewing, triage
from readlist.actions.importing import import_sources, import_text
from readlist.actions.resolving import ResolveResult, resolve
from readlist.errors import LibraryError, WrongUsage
from readlist.library import Library, papers
from readlist.paper import MatchState, Paper, Record
from readlist.resolver.question import Answer, Question
from readlist.resolver.snapshot.build import build
from tests.support import abstract, listing, record, write_snapshot

RECORDS = [record(f"2401.0000{n}", f"Title of paper number {n}", published=date(2024, 1, n)) for n in range(1, 6)]


class FakeService:
    """A service that knows some records, breaks off after some answers, and remembers what it was asked."""

    def __init__(self, records: Sequence[Record], breaks_after: int | None = None, fails: str | None = None) -> None:
        self.records, self.breaks_after, self.fails = records, breaks_after, fails
        self.asked: list[int] = []
        self.fresh: bool | None = None

    @property
    def requests(self) -> int:
        return len(self.asked)

    def look_up(self, questions: Sequence[Question], *, fresh: bool = False) -> Iterator[Answer]:
        self.fresh = fresh
        for number, question in enumerate(questions):
            if number == self.breaks_after:
                raise KeyboardInterrupt
            self.asked.append(question.paper_id)
            yield Answer(question, tuple(self.records), "api", self.fails)

    def open(self) -> AbstractContextManager[FakeService]:
        return nullcontext(self)


@pytest.fixture
def listed(library: Library, now: datetime) -> Library:
    entries = [(found.title, found.abstract) for found in RECORDS]
    import_text(library, listing([*entries, ("Not on arXiv at all", abstract("elsewhere"))]), "june.txt", now)
    return library


def run(library: Library, now: datetime, service: FakeService, tmp_path: Path, **options: object) -> ResolveResult:
    values = {"source": "api", "snapshot": tmp_path / "none.sqlite3", "service": service.open, **options}
    return resolve(library, now, **values)  # type: ignore[arg-type]


def paper(library: Library, number: int) -> Paper:
    found = papers.get(library, number)
    assert found is not None
    return found


def test_answers_are_kept(listed: Library, now: datetime, tmp_path: Path) -> None:
    result = run(listed, now, FakeService(RECORDS), tmp_path)
    assert (result.tried, result.matched, result.review, result.not_found, result.failed) == (6, 5, 0, 1, 0)
    found = paper(listed, 1)
    assert (found.arxiv_id, found.year, found.match.source, found.match.decided_by) == (
        "2401.00001",
        2024,
        "api",
        "resolver",
    )
    assert [author.family for author in found.authors] == ["Lovelace", "Turing"]
    assert listed.history()[0].summary == "resolved 5 of 6 papers"
    listed.undo()
    assert papers.counts(listed).match[MatchState.UNRESOLVED] == 6


def test_an_interrupted_run_goes_on_where_it_was(listed: Library, now: datetime, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(listed, now, FakeService(RECORDS, breaks_after=3), tmp_path)
    assert papers.counts(listed).match[MatchState.MATCHED] == 3
    again = FakeService(RECORDS)
    result = run(listed, now, again, tmp_path)
    assert again.asked == [4, 5, 6]
    assert (result.tried, result.matched) == (3, 2)
    assert run(listed, now, again, tmp_path).tried == 0


def test_what_failed_is_asked_again(listed: Library, now: datetime, tmp_path: Path) -> None:
    result = run(listed, now, FakeService([], fails="arXiv does not answer"), tmp_path)
    assert (result.failed, result.not_found, result.why) == (6, 0, "arXiv does not answer")
    assert papers.counts(listed).match[MatchState.UNRESOLVED] == 6
    assert run(listed, now, FakeService(RECORDS), tmp_path).tried == 6


def test_the_snapshot_first_then_the_service_for_what_it_lacks(listed: Library, now: datetime, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.sqlite3"
    build(write_snapshot(tmp_path / "part.jsonl", RECORDS[:3]), snapshot, now)
    service = FakeService(RECORDS)
    result = run(listed, now, service, tmp_path, source="auto", snapshot=snapshot)
    assert service.asked == [4, 5, 6]
    assert (result.matched, result.not_found, result.source) == (5, 1, "snapshot+api")
    assert [paper(listed, n).match.source for n in (1, 4)] == ["snapshot", "api"]


@pytest.mark.parametrize("how", ["fails", "breaks"])
def test_what_the_snapshot_lacks_stays_open_until_the_service_answered(
    listed: Library, now: datetime, tmp_path: Path, how: str
) -> None:
    snapshot = tmp_path / "snapshot.sqlite3"
    build(write_snapshot(tmp_path / "part.jsonl", RECORDS[:3]), snapshot, now)
    if how == "fails":
        result = run(listed, now, FakeService([], fails="no network"), tmp_path, source="auto", snapshot=snapshot)
        assert (result.tried, result.matched, result.not_found, result.failed) == (6, 3, 0, 3)
    else:
        with pytest.raises(KeyboardInterrupt):
            run(listed, now, FakeService([], breaks_after=0), tmp_path, source="auto", snapshot=snapshot)
    assert papers.counts(listed).match[MatchState.UNRESOLVED] == 3
    result = run(listed, now, FakeService(RECORDS), tmp_path, source="auto", snapshot=snapshot)
    assert (result.tried, result.matched, result.not_found, result.failed) == (3, 2, 1, 0)


SEQUEL = record("2402.00001", "Title of paper number 1, part II", RECORDS[0].abstract, published=date(2024, 2, 20))


@pytest.fixture
def aged(library: Library, now: datetime, tmp_path: Path) -> Path:
    """A snapshot of January 2024 and a listing of February: a known paper, what looks like one, a doubtful one."""
    twins = [record(f"2401.1000{n}", "Natural Language Generation", "", published=date(2024, 1, 9)) for n in (1, 2)]
    snapshot = tmp_path / "snapshot.sqlite3"
    build(write_snapshot(tmp_path / "part.jsonl", [*RECORDS, *twins]), snapshot, now)
    entries = [
        (RECORDS[1].title, RECORDS[1].abstract, "• 2 authors", "Feb 20, 2024"),
        (SEQUEL.title, SEQUEL.abstract, "• 2 authors", "Feb 20, 2024"),
        ("Natural Language Generation", "", "• 2 authors", "Feb 20, 2024"),
        (RECORDS[2].title, RECORDS[2].abstract, "• 2 authors", "Jan 3, 2024"),
    ]
    import_text(library, listing(entries), "february.txt", now)
    return snapshot


def test_what_the_snapshot_is_too_old_to_know_is_asked_for(
    library: Library, now: datetime, tmp_path: Path, aged: Path
) -> None:
    newer = record("2402.00002", "Natural Language Generation", "", published=date(2024, 2, 20))
    service = FakeService([SEQUEL, newer])
    result = run(library, now, service, tmp_path, source="auto", snapshot=aged)
    assert service.asked == [2, 3]
    assert service.fresh is False
    assert (result.failed, result.unconfirmed, result.source) == (0, 0, "snapshot+api")
    assert [paper(library, n).match.source for n in (1, 4)] == ["snapshot", "snapshot"]
    found = [paper(library, n) for n in (1, 2, 4)]
    assert "2401.00001" not in [one.arxiv_id for one in found]
    assert [one.arxiv_id for one in (found[0], found[2])] == ["2401.00002", "2401.00003"]
    # Decided from what both sources know: the better record is the service's.
    sequel = found[1].match
    best = found[1].arxiv_id or sequel.candidates[0].arxiv_id
    assert (best, sequel.source) == ("2402.00001", "api")
    twins = {candidate.arxiv_id for candidate in paper(library, 3).match.candidates}
    assert twins >= {"2401.10001", "2401.10002", "2402.00002"} or paper(library, 3).arxiv_id == "2402.00002"


def test_a_service_that_knows_no_more_takes_nothing_away(
    library: Library, now: datetime, tmp_path: Path, aged: Path
) -> None:
    result = run(library, now, FakeService([]), tmp_path, source="auto", snapshot=aged)
    assert (result.tried, result.not_found, result.failed) == (4, 0, 0)
    assert paper(library, 3).match.state is MatchState.REVIEW
    assert paper(library, 3).match.source == "snapshot"


def test_what_neither_source_knows_names_both(listed: Library, now: datetime, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.sqlite3"
    build(write_snapshot(tmp_path / "part.jsonl", RECORDS), snapshot, now)
    run(listed, now, FakeService([]), tmp_path, source="auto", snapshot=snapshot)
    match = paper(listed, 6).match
    assert (match.state, match.source) == (MatchState.NOT_FOUND, "snapshot+api")


def test_without_a_service_the_answers_of_the_snapshot_are_kept(
    library: Library, now: datetime, tmp_path: Path, aged: Path
) -> None:
    offline = FakeService([], fails="no connection to export.arxiv.org")
    result = run(library, now, offline, tmp_path, source="auto", snapshot=aged)
    assert (result.tried, result.matched, result.review, result.failed, result.unconfirmed) == (4, 2, 2, 0, 2)
    assert result.why == "no connection to export.arxiv.org"
    assert {candidate.arxiv_id for candidate in paper(library, 3).match.candidates} == {"2401.10001", "2401.10002"}
    # What looks like a sequel is not taken for its first part unasked.
    doubted = paper(library, 2)
    assert (doubted.arxiv_id, doubted.match.candidates[0].arxiv_id) == (None, "2401.00001")
    assert reviewing.accept(library, 2, "2401.00001", now, nothing).paper_id == 2
    service = FakeService([])
    assert run(library, now, service, tmp_path, source="auto", snapshot=aged, again=True).unconfirmed == 0
    assert (service.asked, service.fresh) == ([3], True)


def test_interrupted_before_the_service_answered_the_same_command_continues(
    library: Library, now: datetime, tmp_path: Path, aged: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(library, now, FakeService([], breaks_after=0), tmp_path, source="auto", snapshot=aged)
    assert papers.counts(library).match[MatchState.UNRESOLVED] == 2
    service = FakeService([SEQUEL])
    run(library, now, service, tmp_path, source="auto", snapshot=aged)
    assert service.asked == [2, 3]


def test_what_the_snapshot_settles_costs_no_request(library: Library, now: datetime, tmp_path: Path) -> None:
    entries = [(found.title, found.abstract, "• 2 authors", "Feb 20, 2024") for found in RECORDS]
    import_text(library, listing(entries), "june.txt", now)
    snapshot = tmp_path / "snapshot.sqlite3"
    build(write_snapshot(tmp_path / "part.jsonl", RECORDS), snapshot, now)

    def no_service() -> AbstractContextManager[FakeService]:
        raise AssertionError("nothing is left to ask for")

    result = resolve(library, now, source="auto", snapshot=snapshot, service=no_service)
    assert (result.matched, result.requests, result.source) == (5, 0, "snapshot")


@pytest.mark.parametrize("again", [False, True])
def test_weaker_evidence_replaces_nothing(
    library: Library, now: datetime, tmp_path: Path, aged: Path, again: bool
) -> None:
    run(library, now, FakeService([SEQUEL]), tmp_path, source="auto", snapshot=aged)
    before = [known(paper(library, n)) for n in range(1, 5)]
    run(library, now, FakeService([]), tmp_path, again=again)
    run(library, now, FakeService([record("2501.00001", "Natural Language", "")]), tmp_path, again=again)
    # What is worse comes behind what was known, and takes nothing away.
    assert [known(paper(library, n)) for n in range(1, 5)] == before


def known(paper: Paper) -> tuple[MatchState, str | None, list[str]]:
    return paper.match.state, paper.arxiv_id, [candidate.arxiv_id for candidate in paper.match.candidates[:2]]


def test_again_asks_only_what_nobody_decided(listed: Library, now: datetime, tmp_path: Path) -> None:
    run(listed, now, FakeService([]), tmp_path)
    reviewing.not_on_arxiv(listed, 6, now)
    service = FakeService(RECORDS)
    assert run(listed, now, service, tmp_path).tried == 0
    assert run(listed, now, service, tmp_path, again=True).matched == 5
    assert service.asked == [1, 2, 3, 4, 5]
    assert paper(listed, 6).match.state is MatchState.NOT_ON_ARXIV


def test_a_query_chooses(listed: Library, now: datetime, tmp_path: Path) -> None:
    service = FakeService(RECORDS)
    assert run(listed, now, service, tmp_path, query='"number 2"').tried == 1
    assert service.asked == [2]


def test_ids_are_looked_up_as_ids(library: Library, now: datetime, tmp_path: Path) -> None:
    import_sources(library, ["2401.00003"], now)
    assert run(library, now, FakeService(RECORDS), tmp_path).matched == 1
    assert paper(library, 1).title == "Title of paper number 3"


def test_an_entry_and_an_id_that_are_one_record_are_joined(listed: Library, now: datetime, tmp_path: Path) -> None:
    import_sources(listed, ["arXiv:2401.00003"], now)
    triage.change_tags(listed, [7], now, add=["wanted"])
    run(listed, now, FakeService(RECORDS), tmp_path)
    assert papers.get(listed, 7) is None
    assert paper(listed, 3).tags == ("wanted",)
    assert len(paper(listed, 3).sightings) == 2


def test_missing_snapshot_and_unknown_source_are_errors(listed: Library, now: datetime, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="readlist snapshot build"):
        run(listed, now, FakeService([]), tmp_path, source="snapshot")
    with pytest.raises(WrongUsage, match="no source 'web'"):
        run(listed, now, FakeService([]), tmp_path, source="web")


TWINS = [
    record("2502.14437", "Natural Language Generation", ""),
    record("2503.16728", "Natural Language Generation", ""),
]


@pytest.fixture
def doubtful(library: Library, now: datetime, tmp_path: Path) -> Library:
    import_text(library, listing([("Natural Language Generation", "", "• 2 authors", "Mar 20, 2025")]), "june.txt", now)
    assert run(library, now, FakeService(TWINS), tmp_path).review == 1
    return library


def nothing(_arxiv_id: str) -> Record | None:
    return None


def test_a_person_accepts(doubtful: Library, now: datetime, tmp_path: Path) -> None:
    assert [candidate.arxiv_id for candidate in paper(doubtful, 1).match.candidates] == ["2502.14437", "2503.16728"]
    reviewing.accept(doubtful, 1, "2503.16728", now, nothing)
    found = paper(doubtful, 1)
    assert (found.arxiv_id, found.match.state, found.match.decided_by) == ("2503.16728", MatchState.MATCHED, "person")
    assert found.match.candidates == ()
    assert run(doubtful, now, FakeService(TWINS), tmp_path, again=True).tried == 0
    doubtful.undo()
    assert paper(doubtful, 1).match.state is MatchState.REVIEW


def test_a_person_rejects(doubtful: Library, now: datetime) -> None:
    reviewing.reject(doubtful, 1, now)
    assert (paper(doubtful, 1).match.state, paper(doubtful, 1).match.decided_by) == (MatchState.NOT_FOUND, "person")
    with pytest.raises(WrongUsage, match="not in review"):
        reviewing.reject(doubtful, 1, now)


def test_a_person_sets_any_record_and_takes_it_away_again(doubtful: Library, now: datetime) -> None:
    other = record("2410.00001", "Something else entirely", doi="10.1000/1")
    reviewing.set_record(doubtful, 1, "https://arxiv.org/abs/2410.00001v3", now, lambda _id: other)
    assert (paper(doubtful, 1).title, paper(doubtful, 1).doi) == ("Something else entirely", "10.1000/1")
    reviewing.not_on_arxiv(doubtful, 1, now)
    found = paper(doubtful, 1)
    assert (found.title, found.arxiv_id, found.doi, found.authors) == ("Natural Language Generation", None, None, ())


@pytest.mark.parametrize(
    ("arxiv_id", "message"), [("2401.00001", "is no candidate of p1"), ("nonsense", "not an arXiv id")]
)
def test_a_wrong_candidate_is_named(doubtful: Library, now: datetime, arxiv_id: str, message: str) -> None:
    with pytest.raises(WrongUsage, match=message):
        reviewing.accept(doubtful, 1, arxiv_id, now, nothing)


def test_the_real_dumps_settle_their_years(
    library: Library, dumps: list[Path], real_index: Path, now: datetime, tmp_path: Path
) -> None:
    """Imported long after, the year of the listings is open until the records tell it."""
    later = now.replace(year=2031)
    import_sources(library, [str(dumps[1]), str(dumps[2])], later)
    entry = next(s.entry for p in papers.many(library, papers.ids(library, now=now)) for s in p.sightings)
    assert entry.listing is not None
    assert entry.listing.year is None
    run(library, later, FakeService([]), tmp_path, source="snapshot", snapshot=real_index)
    shown = [s.entry for p in papers.many(library, papers.ids(library, now=now)) for s in p.sightings]
    assert {entry.listing.date for entry in shown if entry.listing} == {date(2026, 6, 17), date(2026, 5, 7)}
    assert all(entry.date is not None and entry.date.date is not None for entry in shown)


def tried(library: Library, now: datetime, tmp_path: Path, **options: object) -> list[int]:
    """The papers that a plain resolve asks the service for."""
    service = FakeService([])
    run(library, now, service, tmp_path, **options)
    return service.asked


def test_what_was_not_found_is_looked_for_again_when_more_is_known(
    listed: Library, now: datetime, tmp_path: Path
) -> None:
    run(listed, now, FakeService(RECORDS), tmp_path)
    assert tried(listed, now, tmp_path) == []
    import_text(listed, listing([("Not on arXiv at all", abstract("elsewhere"))], day="Jun 18"), "again.txt", now)
    assert tried(listed, now, tmp_path) == [6]
    assert tried(listed, now, tmp_path) == []


def test_a_question_is_asked_again_when_more_is_known(library: Library, now: datetime, tmp_path: Path) -> None:
    import_text(library, listing([("Hyperagents", "")]), "bare.txt", now)
    found = record("2603.19461", "Hyperagents", abstract("agents", 120), published=date(2026, 3, 19))
    run(library, now, FakeService([found]), tmp_path)
    assert paper(library, 1).match.state is MatchState.REVIEW
    import_text(library, listing([("Hyperagents", abstract("agents", 120))]), "whole.txt", now)
    result = run(library, now, FakeService([found]), tmp_path)
    assert (result.tried, result.matched) == (1, 1)
    assert paper(library, 1).match.reasons[1] == "abstract equal"


def test_a_decision_is_not_asked_again_whatever_is_imported(library: Library, now: datetime, tmp_path: Path) -> None:
    import_text(library, listing([("Hyperagents", "")]), "bare.txt", now)
    run(library, now, FakeService([]), tmp_path)
    reviewing.not_on_arxiv(library, 1, now)
    import_text(library, listing([("Hyperagents", abstract("agents", 120))]), "whole.txt", now)
    assert tried(library, now + timedelta(days=30), tmp_path) == []


def test_what_was_not_found_is_looked_for_again_after_a_week(listed: Library, now: datetime, tmp_path: Path) -> None:
    run(listed, now, FakeService(RECORDS), tmp_path)
    assert tried(listed, now + timedelta(days=6), tmp_path) == []
    assert tried(listed, now + timedelta(days=8), tmp_path) == [6]
    assert tried(listed, now + timedelta(days=14), tmp_path) == []


def test_what_only_the_snapshot_was_asked_for_goes_to_the_service(
    listed: Library, now: datetime, tmp_path: Path
) -> None:
    target = tmp_path / "snapshot"
    build(write_snapshot(tmp_path / "part.jsonl", RECORDS), target, now)
    run(listed, now, FakeService([]), tmp_path, source="snapshot", snapshot=target)
    assert tried(listed, now, tmp_path, source="snapshot", snapshot=target) == []
    assert tried(listed, now, tmp_path, source="auto", snapshot=target) == [6]
    assert tried(listed, now, tmp_path, source="auto", snapshot=target) == []


def test_a_newer_snapshot_is_asked_for_what_the_older_did_not_have(
    listed: Library, now: datetime, tmp_path: Path
) -> None:
    target, new = tmp_path / "snapshot", record("2401.00009", "Not on arXiv at all", abstract("elsewhere"))
    build(write_snapshot(tmp_path / "part.jsonl", RECORDS), target, now)
    run(listed, now, FakeService([]), tmp_path, source="snapshot", snapshot=target)
    later = now + timedelta(hours=2)
    build(write_snapshot(tmp_path / "part.jsonl", [*RECORDS, new]), target, later)
    result = run(listed, later, FakeService([]), tmp_path, source="snapshot", snapshot=target)
    assert (result.tried, result.matched) == (1, 1)


def test_undo_makes_a_paper_one_to_be_tried(listed: Library, now: datetime, tmp_path: Path) -> None:
    run(listed, now, FakeService(RECORDS), tmp_path)
    triage.undo(listed, 1)
    assert tried(listed, now, tmp_path) == [1, 2, 3, 4, 5, 6]
