"""Evidence and decision: sure, a question, or nothing; never a wrong match."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from readlist.paper import MatchState, Record
from readlist.resolver.decision import SURE, decide, scores
from readlist.resolver.evidence import Evidence, reasons, weigh
from readlist.resolver.question import Question
from tests.support import abstract, record

TITLE = "Identity-Preserving Generation of Faces in Seconds"


def ask(title: str = TITLE, text: str | None = None, **values: object) -> Question:
    question = Question(1, (title,), abstract(TITLE, 120) if text is None else text)
    return replace(question, **values)  # type: ignore[arg-type]


def right(**values: object) -> Record:
    return record("2401.00001", TITLE, abstract(TITLE, 120), published=date(2024, 1, 15), **values)


def state(question: Question, *records: Record) -> tuple[MatchState, str | None]:
    match, found = decide(question, records, "test")
    assert (found is not None) == (match.state is MatchState.MATCHED)
    return match.state, found.arxiv_id if found else None


OTHER = record("2402.00002", "Something about Lattices", abstract("lattices", 120))
MATCHED, REVIEW, NOT_FOUND = (MatchState.MATCHED, "2401.00001"), (MatchState.REVIEW, None), (MatchState.NOT_FOUND, None)


def test_title_and_abstract_agree() -> None:
    assert state(ask(), OTHER, right()) == MATCHED


@pytest.mark.parametrize(
    "title", [TITLE.upper(), "Identity Preserving Generation of faces in seconds", TITLE + "."], ids=str
)
def test_typography_of_the_title_does_not_matter(title: str) -> None:
    assert state(ask(title), right()) == MATCHED


def test_a_renamed_paper_is_known_by_its_abstract() -> None:
    assert state(ask("FaceNow: Portraits at Once"), OTHER, right()) == MATCHED


def test_a_cut_off_abstract() -> None:
    assert state(ask(text=abstract(TITLE, 120)[:400]), right()) == MATCHED


def test_nothing_alike_is_not_found() -> None:
    assert state(ask(), OTHER) == NOT_FOUND
    assert state(ask()) == NOT_FOUND


def test_another_work_of_the_same_name_is_never_a_match() -> None:
    twin = record("2403.00003", TITLE, abstract("a foreign one", 120), published=date(2024, 1, 15))
    question = ask(dates=(date(2024, 1, 15),), author_counts=(2,))
    assert state(question, twin)[0] is MatchState.REVIEW
    assert state(question, twin, right()) == MATCHED


def test_a_foreign_abstract_is_a_question_whatever_else_agrees() -> None:
    crowd = ", ".join(f"Ada Author{number}" for number in range(40))
    text = abstract(TITLE, 120).split()
    mixed = " ".join([*text[:8], *(word[::-1] for word in abstract("foreign", 40).split()), abstract("foreign", 80)])
    anew = record("2401.00001", TITLE, mixed, published=date(2024, 1, 15), authors=crowd)
    question = ask(dates=(date(2024, 1, 15),), author_counts=(40,))
    shared = weigh(question, anew).overlap
    assert shared is not None
    assert 0.05 < shared < 0.15
    assert scores([weigh(question, anew)])[0] > SURE
    assert state(question, anew) == REVIEW


def test_two_papers_of_one_name_without_abstracts_are_a_question() -> None:
    one = record("2502.14437", "Natural Language Generation", "", authors="Ehud Reiter")
    other = record("2503.16728", "Natural Language Generation", "", authors="Emiel van Miltenburg, Chenghua Lin")
    question = Question(1, ("Natural Language Generation",), author_counts=(2,))
    match, found = decide(question, [one, other], "test")
    assert found is None
    assert match.state is MatchState.REVIEW
    assert [candidate.arxiv_id for candidate in match.candidates] == ["2503.16728", "2502.14437"]


def test_one_paper_under_two_ids_is_a_question() -> None:
    assert state(ask(), right(), replace(right(), arxiv_id="2401.00009")) == REVIEW


def test_of_two_alike_the_withdrawn_one_comes_second() -> None:
    gone = replace(right(), arxiv_id="2401.00000", comment="This paper has been withdrawn: see arXiv:2401.00001")
    match, _ = decide(ask(), [gone, right()], "test")
    assert [candidate.arxiv_id for candidate in match.candidates] == ["2401.00001", "2401.00000"]
    assert "withdrawn" in match.candidates[1].reasons


def test_a_sequel_with_a_borrowed_abstract_does_not_win() -> None:
    sequel = record("2508.00005", TITLE + " Part II", abstract(TITLE, 60) + abstract("new", 120))
    assert state(ask(), right(), sequel) == MATCHED
    assert state(ask(), sequel)[0] is not MatchState.MATCHED


def test_a_short_title_alone_is_not_enough_and_date_and_count_help() -> None:
    icon = record("2112.09127", "ICON", "", published=date(2021, 12, 16), authors="A B, C D, E F, G H")
    assert state(Question(1, ("ICON",)), icon)[0] is not MatchState.MATCHED
    long = replace(icon, title="A Long Title of Many Words about Faces")
    question = Question(1, (long.title,))
    supported = replace(question, dates=(date(2021, 12, 17),), author_counts=(4,))
    assert scores([weigh(question, long)]) < scores([weigh(supported, long)])


def test_a_late_date_and_another_count_veto_nothing() -> None:
    question = ask(dates=(date(2024, 9, 30),), author_counts=(9,))
    assert state(question, right()) == MATCHED


def test_listed_before_it_was_submitted_is_a_question() -> None:
    early = ask(dates=(date(2024, 1, 5),))
    assert state(early, right()) == REVIEW
    assert "submitted 10 days after" in decide(early, [right()], "test")[0].reasons
    assert state(ask(dates=(date(2024, 1, 14),)), right()) == MATCHED
    assert state(ask(dates=(date(2024, 1, 5), date(2024, 1, 16))), right()) == MATCHED


def test_without_a_date_the_id_tells_the_month() -> None:
    undated = replace(right(), published=None)
    early = ask(dates=(date(2023, 12, 10),))
    assert state(early, undated) == REVIEW
    assert "its id is of a later month" in decide(early, [undated], "test")[0].reasons
    assert state(ask(dates=(date(2023, 12, 31),)), undated) == MATCHED


@pytest.mark.parametrize("number", ["2", "II"])
def test_another_part_is_a_question_whatever_else_agrees(number: str) -> None:
    part = ask(f"{TITLE}, Part {number}", dates=(date(2024, 1, 15),), author_counts=(2,))
    first = replace(right(), title=f"{TITLE}, Part {'1' if number == '2' else 'I'}")
    assert state(part, first) == REVIEW


def test_a_title_alone_must_be_equal_or_cut_late() -> None:
    bare = replace(right(), abstract="")
    byline = {"text": "", "dates": (date(2024, 1, 15),), "author_counts": (2,)}
    assert state(ask(**byline), bare) == MATCHED  # type: ignore[arg-type]
    for title in (TITLE.rpartition(" ")[0], TITLE.rpartition(" ")[0] + "…", TITLE + " and Minutes"):
        assert state(ask(title, **byline), bare) == REVIEW, title  # type: ignore[arg-type]
    long = replace(bare, title=TITLE + " from a Single Photograph")
    assert state(ask(TITLE + " from a …", **byline), long) == MATCHED  # type: ignore[arg-type]
    assert state(ask(TITLE + " from a", **byline), long) == REVIEW  # type: ignore[arg-type]


def test_a_given_id_decides() -> None:
    question = Question(1, ("arXiv:2401.00001",), arxiv_id="2401.00001")
    assert state(question, right(), replace(right(), arxiv_id="2401.00009")) == MATCHED


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ask(), ("title equal", "abstract equal")),
        (ask(TITLE.lower()), ("title equal but for case", "abstract equal")),
        (ask(TITLE.replace("-", " ")), ("title equal but for punctuation or TeX", "abstract equal")),
        (ask(TITLE + " and Minutes"), ("one title begins the other", "abstract equal")),
        (ask(text=""), ("title equal", "no abstract to compare")),
        (
            ask(dates=(date(2024, 1, 18),), author_counts=(5,)),
            ("title equal", "abstract equal", "submitted 3 days before", "5 authors, record has 2"),
        ),
        (
            ask(dates=(date(2024, 1, 14),), author_counts=(2,)),
            ("title equal", "abstract equal", "submitted 1 day after", "2 authors"),
        ),
    ],
)
def test_reasons_are_sentences_for_people(question: Question, expected: tuple[str, ...]) -> None:
    assert reasons(weigh(question, right()), question) == expected


def test_scores_are_probabilities_and_more_evidence_is_more() -> None:
    bare, dated = (scores([weigh(question, right())])[0] for question in (ask(), ask(dates=(date(2024, 1, 15),))))
    assert SURE <= bare < dated < 1


def test_scores_share_one_certainty() -> None:
    found = scores([weigh(ask(), one) for one in (right(), replace(right(), arxiv_id="2401.00009"), OTHER)])
    assert found[0] == found[1] > 0.49
    assert sum(found) < 1


def compared(asked: str, recorded: str, about: str = "") -> Evidence:
    return weigh(Question(1, (asked,), about), record("2401.00001", recorded, about))


def odds(question: Question, *records: Record) -> float:
    score = scores([weigh(question, one) for one in records])[0]
    return score / (1 - score)


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [
        ("Report of the Challenge 2025", "Report of the Challenge 2026"),
        ("Lectures on Sheaves, Part I", "Lectures on Sheaves, Part II"),
        ("Lectures on Sheaves II", "Lectures on Sheaves III"),
        ("Vec2Face: Faces", "Vec2Face+: Faces"),
        ("EvTexture++", "EvTexture"),
    ],
)
def test_other_numbers_and_pluses_are_another_title(asked: str, recorded: str) -> None:
    found = compared(asked, recorded)
    assert found.numbers_differ
    assert not found.title_equal
    assert "numbers in the titles differ" in reasons(found, Question(1, (asked,)))
    match, sure = decide(Question(1, (asked,)), [found.record], "test")
    assert sure is None
    assert (match.score or 0.0) < 0.5


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [("Faces in 3D", "Faces in Space"), ("Vec2Face", "Vec2Face: Faces"), ("What I Know in Part", "What I Know")],
)
def test_a_number_on_one_side_only_is_no_difference(asked: str, recorded: str) -> None:
    assert not compared(asked, recorded).numbers_differ


def test_another_number_counts_more_than_another_word() -> None:
    about = abstract(TITLE, 120)
    report = record("2401.00001", "Report of the Challenge 2026", about[: len(about) // 2] + abstract("new", 80))
    year, word = (Question(1, (f"Report of the Challenge {last}",), about) for last in ("2025", "Team"))
    assert odds(year, report) < 0.5 * odds(word, report)


def test_short_names_begin_nothing_and_short_ends_are_not_the_rest_of_a_title() -> None:
    assert not compared("ICON", "ICON: Implicit Clothed humans").title_begins
    assert compared("ICON: Implicit", "ICON: Implicit Clothed humans").title_begins
    assert not compared("FaceNow: A Survey", "Portraits: A Survey").rest_equal
    assert compared("FaceNow: A Survey of Known Faces", "Portraits: A Survey of Known Faces").rest_equal


def test_too_little_text_is_no_abstract() -> None:
    few = "Code is at this address and so are the data"
    assert compared(TITLE, TITLE, few).overlap is None
    assert compared(TITLE, TITLE, f"{few} of it all").overlap == 1.0


def test_something_alike_is_a_question() -> None:
    match, found = decide(Question(1, ("Identity-Preserving Generation",)), [right()], "test")
    assert (match.state, found) == (MatchState.REVIEW, None)


def test_a_byline_speaks_for_a_record_and_hardly_against_it() -> None:
    cut = abstract(TITLE, 120)
    plain = ask("FaceNow", cut[: len(cut) // 4] + abstract("new", 80))
    listed = {
        days: odds(replace(plain, dates=(date(2024, 1, 15) + timedelta(days),)), right()) for days in (0, 10, 258)
    }
    assert listed[0] > listed[10] > odds(plain, right()) > listed[258] > 0.5 * odds(plain, right())
    counted = {count: odds(replace(plain, author_counts=(count,)), right()) for count in (2, 4, 40)}
    assert counted[2] > odds(plain, right()) > counted[4] > counted[40] > 0.4 * odds(plain, right())


def test_a_score_never_promises_more_than_it_holds() -> None:
    question = ask("FaceNow", abstract(TITLE, 120)[:400])
    match, _ = decide(question, [right(), OTHER], "test")
    exact = scores([weigh(question, right()), weigh(question, OTHER)])[0]
    assert match.score is not None
    assert exact - 1e-4 <= match.score <= exact
