"""Titles and abstracts become queries that the service reads as meant, whatever they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.resolver.arxiv_api.queries import (
    abstract_runs,
    by_abstract,
    by_phrase,
    by_words,
    clean,
    content_words,
    evenly,
    generic,
)
from readlist.resolver.question import Question
from tests.resolver.arxiv_support import FakeTime, client_for, matched_ids
from tests.servers.arxiv import ArxivServer
from tests.servers.arxiv_query import Both, Node, Term, parse
from tests.servers.arxiv_samples import made_up, question_for

NASTY = st.text(
    st.one_of(
        st.sampled_from("\"\\(){}[]$^_*?:-–—'’`~+=&%#@!,;./|<>\t\n\u200bé\u0301ωß日 "),
        st.sampled_from("abtixANDORNOT019"),
        st.characters(),
    ),
    max_size=60,
)


def leaves(node: Node) -> list[Term]:
    if isinstance(node, Both):
        return leaves(node.left) + leaves(node.right)
    assert isinstance(node, Term)
    return [node]


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("Poincar\\'e and H\\\"{o}lder", "Poincaré and Hölder"),
        ("Poincare\u0301 maps", "Poincaré maps"),
        ("$\\omega$Test", "ω Test"),
        ("Poincar{\\'e} und Erd{\\H o}s, Fran\\c{c}ois", "Poincaré und Erdős François"),
        ("$\\mathcal{O}(n)$ time", "mathcal O n time"),
        ("S^2Edit", "S 2Edit"),
        ("W_+ Space", "W Space"),
        ('The "what" of \\ things', "The what of things"),
        ("A:B — c–d e-f", "A B c d e f"),
        ("Is it?", "Is it"),
        ("node.js  don't\n  wrap", "node.js don't wrap"),
        ("cat:dog ti:x AND", "cat dog ti x AND"),
    ],
)
def test_cleaning(title: str, cleaned: str) -> None:
    assert clean(title) == cleaned


@given(NASTY, NASTY, NASTY)
def test_any_text_becomes_a_query_that_stays_in_its_field(one: str, two: str, abstract: str) -> None:
    question = Question(1, (one, two), abstract)
    for form, field in ((by_phrase, "ti"), (by_words, "ti"), (by_abstract, "abs")):
        clause = form(question)
        if clause:
            found = leaves(parse(f'ti:"before" OR {clause} OR ti:"after"'))
            assert {term.field for term in found[1:-1]} == {field}
            assert (found[0].text, found[-1].text) == ("before", "after")
            assert all(term.text.strip() for term in found)


@given(st.lists(st.integers(), max_size=300), st.integers(1, 50))
def test_batches_are_few_and_even(items: list[int], size: int) -> None:
    batches = evenly(items, size)
    assert [item for batch in batches for item in batch] == items
    assert len(batches) == -(-len(items) // size)
    assert all(batches)
    assert max(map(len, batches), default=0) - min(map(len, batches), default=0) <= 1


def test_a_phrase_for_each_title_once() -> None:
    assert by_phrase(Question(1, ("A Title", "Another"))) == '(ti:"A Title" OR ti:"Another")'
    assert by_phrase(Question(1, ("Same: one", "Same one"))) == 'ti:"Same one"'


@pytest.mark.parametrize("title", ["To Be or Not to Be, That Is It", "?!", "", "$$"])
def test_a_title_without_content_is_not_asked_for(title: str) -> None:
    assert by_phrase(Question(1, (title,))) == ""
    assert by_words(Question(1, (title,))) == ""


def test_words_are_plain_and_each_half_is_enough() -> None:
    question = Question(1, ("S^2Edit: a Poincaré W_+ study of pre-training very large generative portrait models",))
    assert (
        by_words(question) == "((ti:study AND ti:large AND ti:portrait) OR (ti:very AND ti:generative AND ti:models))"
    )


def test_of_few_words_one_may_differ() -> None:
    assert by_words(Question(1, ("Rings of Saturn",))) == "(ti:rings AND ti:saturn)"
    four = by_words(Question(1, ("Hoelder spaces bound rings",)))
    assert four.count("AND") == 8
    assert "(ti:spaces AND ti:bound AND ti:rings)" in four


def test_the_last_word_of_a_cut_off_title_is_left_out() -> None:
    assert "portra" not in by_words(Question(1, ("Generative modelling of human portra…",)))


def test_a_single_plain_word_is_no_second_form() -> None:
    assert by_words(Question(1, ("The ICON",))) == ""


def test_short_titles_are_generic() -> None:
    assert generic(Question(1, ("Natural Language Generation",)))
    assert not generic(Question(1, ("AvatarShield: Visual Reinforcement Learning for Video Forgery Detection",)))
    assert content_words("What is the Point?") == ["what", "point"]


def test_runs_avoid_names_and_phrases_that_every_abstract_has() -> None:
    abstract = (
        "In this paper, we propose CustAny, a novel framework that achieves state-of-the-art performance. "
        "Wandering hedgehogs inspect crumbling lighthouses during equinoctial storms in Portrait3D scenes. "
        "Extensive experiments demonstrate that our method significantly outperforms existing approaches. "
        "Submerged orchestras rehearse forgotten symphonies beneath frozen waterfalls."
    )
    runs = abstract_runs(abstract)
    assert 2 <= len(runs) <= 3
    assert all(len(run.split()) == 6 for run in runs)
    text = " ".join(runs)
    assert "hedgehogs" in text
    assert "symphonies" in text
    assert not any(word in text for word in ("CustAny", "Portrait3D"))


def test_runs_are_words_of_the_abstract_in_its_order() -> None:
    abstract = "Long-range interactions between well-separated magnetic impurities govern low-temperature relaxation."
    (run, *_) = abstract_runs(abstract)
    assert run in abstract.replace("-", " ")


def test_a_run_with_a_name_or_open_ends_is_none() -> None:
    assert abstract_runs("Wandering hedgehogs inspect CustAny crumbling lighthouses.") == []
    assert abstract_runs("the hedgehogs inspect crumbling lighthouses during") == []


def test_no_abstract_no_run() -> None:
    assert by_abstract(Question(1, ("Title",))) == ""


HOSTILE = [
    *['Quotes "in the" middle', '"', "Ends with a backslash \\", "\\", "To be or not to be", "AND", "OR", "NOT"],
    *["a AND NOT b OR c", "cat:cs.CV OR all:the", "ti:", "(unbalanced", ")) OR ((", "wild* car?ds", "*"],
    *["[20200101 TO 20240101]", "submittedDate:[1 TO 2]", "co:design", "node.js: what?", "&max_results=30000"],
    *["深度学习中的注意力", "🎉🎉", "🎉 party of one", "ﬁne ligatures", "\u202eevil", "\x00\x1b[31m", "%22 OR all:a"],
    *["$\\mathcal{O}(n \\log n)$ sorting", "Erd\\H{o}s--R\\'enyi", "0", "X", "a" * 5000, "word " * 3000],
]


@pytest.mark.parametrize("phrases", ["strict", "bag"])
def test_hostile_titles_spoil_no_query_and_leak_no_words(tmp_path: Path, phrases: str) -> None:
    """None makes a request fail, or one that finds what was not asked for; one letter and "0" are found."""
    rows = made_up(200)
    known = [question_for(row, number) for number, row in enumerate(rows)][20:30]
    rows = [dict(rows[0], id="2104.12255", title="0"), dict(rows[1], id="2104.12256", title="X"), *rows[2:200]]
    asked = [Question(1000 + number, (title,)) for number, title in enumerate(HOSTILE)]
    with ArxivServer(rows, phrases=phrases) as server, client_for(server, tmp_path, FakeTime()) as client:  # type: ignore[arg-type]
        answers = {a.question.paper_id: a for a in client.look_up([*asked, *known])}
        assert len(answers) == len(HOSTILE) + 10
        assert matched_ids(list(answers.values())).keys() == set(range(20, 30))
        assert {request.status for request in server.requests} == {200}
    found = {HOSTILE[n - 1000]: [r.title for r in a.records] for n, a in answers.items() if n >= 1000 and a.records}
    assert found == {"0": ["0"], "X": ["X"]}
    # What the index has no word of cannot be asked for: that is said, and is no "not found".
    unsaid = {question.paper_id for question in asked if not by_phrase(question)}
    assert 5 <= len(unsaid) < len(HOSTILE) / 2
    assert {n for n, answer in answers.items() if answer.failed} == unsaid
    assert all("cannot search" in str(answers[n].failed) for n in unsaid)


def test_a_title_with_hardly_a_plain_word_has_a_second_form() -> None:
    assert by_words(Question(1, ("ICON: S^2",))) == '(ti:"icon" AND ti:"s" AND ti:"2")'
