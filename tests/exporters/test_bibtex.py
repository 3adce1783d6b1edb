"""BibTeX and biblatex entries: types, fields, names, dates, order."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlist.errors import ReadlistError
from readlist.exporters.bibtex import bibtex
from readlist.names import split_name
from readlist.paper import Author, Paper
from tests.exporters.samples import adversarial, keyed, paper

BY_HAND: dict[str, Any] = {"by_hand": True, "arxiv_id": None, "published": None, "updated": None, "categories": ()}


def entry(dialect: Any = "bibtex", **changes: Any) -> str:
    return bibtex([paper(**{"citekey": "k", **changes})], dialect)


def field(name: str, text: str) -> str | None:
    found = re.search(rf"^  {name} = (.*?),$", text, re.M)
    return found[1].removeprefix("{").removesuffix("}") if found else None


def test_a_preprint_in_bibtex() -> None:
    assert bibtex(keyed([paper()])) == (
        "@misc{wang2024instantid,\n"
        "  author = {Wang, Qixun and Bai, Xu and Wang, Haofan},\n"
        "  title = {{InstantID}: Zero-shot Identity-Preserving Generation in Seconds},\n"
        "  year = {2024},\n"
        "  month = jan,\n"
        "  eprint = {2401.07519},\n"
        "  archivePrefix = {arXiv},\n"
        "  eprinttype = {arxiv},\n"
        "  primaryClass = {cs.CV},\n"
        "  url = {https://arxiv.org/abs/2401.07519},\n"
        "}\n"
    )


def test_a_preprint_in_biblatex() -> None:
    assert bibtex(keyed([paper()]), "biblatex") == (
        "@online{wang2024instantid,\n"
        "  author = {Wang, Qixun and Bai, Xu and Wang, Haofan},\n"
        "  title = {{InstantID}: Zero-shot Identity-Preserving Generation in Seconds},\n"
        "  date = {2024-01-15},\n"
        "  eprint = {2401.07519},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs.CV},\n"
        "  url = {https://arxiv.org/abs/2401.07519},\n"
        "}\n"
    )


def test_a_published_article_keeps_its_eprint() -> None:
    text = entry(journal_ref="Nature 521, 436-444 (2015)", doi="10.1038/nature14539")
    assert text.startswith("@article{k,")
    fields = ["journal", "volume", "pages", "year", "month", "eprint", "doi", "url"]
    assert [field(each, text) for each in fields] == [
        "Nature", "521", "436--444", "2015", None, "2401.07519", "10.1038/nature14539", None
    ]  # fmt: skip
    latex = entry("biblatex", journal_ref="Nature 521, 436-444 (2015)")
    assert [field(each, latex) for each in ("journaltitle", "date")] == ["Nature", "2015"]


def test_a_conference_paper() -> None:
    text = entry(journal_ref="In Proc. CVPR 2024, pp. 1-10")
    assert text.startswith("@inproceedings{k,")
    assert [field(each, text) for each in ("booktitle", "pages", "year")] == ["Proc. {CVPR}", "1--10", "2024"]


@pytest.mark.parametrize(
    "changes", [{"journal_ref": "See 100% of it"}, {"journal_ref": "Nature 1, 2 (2015)", "authors": ()}]
)
def test_what_cannot_be_an_article_keeps_its_reference_as_a_note(changes: dict[str, Any]) -> None:
    text = entry(**changes)
    assert text.startswith("@misc{k,")
    assert field("note", text) == changes["journal_ref"].replace("%", r"\%")
    assert field("year", text) == "2024"


def test_a_paper_by_hand() -> None:
    text = entry(**BY_HAND, given_year=1998, given_url="https://x.org/a b_{c}%20#d", doi="10.1/a_b")
    assert text.startswith("@misc{k,")
    assert [field(each, text) for each in ("year", "month", "doi", "url", "eprint")] == [
        "1998", None, "10.1/a_b", "https://x.org/a%20b_%7Bc%7D%20#d", None
    ]  # fmt: skip
    assert entry("biblatex", **BY_HAND).startswith("@misc{k,")


def test_dates_as_far_as_they_are_known() -> None:
    assert field("date", entry("biblatex", published=None)) == "2024-01"
    assert field("date", entry("biblatex", **BY_HAND)) == "XXXX"
    assert field("year", entry(**BY_HAND)) == "n.d."
    assert "month" not in entry(**BY_HAND, given_year=1999)
    assert field("month", entry(published=date(2024, 12, 1))) == "dec"


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ([split_name("Laurens van der Maaten")], "van der Maaten, Laurens"),
        ([split_name("Martin Luther King, Jr.")], "King, Jr., Martin Luther"),
        ([split_name("Henry Ford II"), split_name("A. Bee")], "Ford, II, Henry and Bee, A."),
        ([Author("A King Jr. Mill", "King Jr. Mill", "A")], "King Jr. Mill, A"),
        ([Author("Gemini Team", "Gemini Team", "")], "{Gemini Team}"),
        ([Author("Smith and Sons, Ltd", "Smith and Sons, Ltd", "")], "{Smith and Sons, Ltd}"),
        ([Author("others", "others", "")], "{others}"),
        ([Author("A And, B", "And", "B"), Author("J, K C", "C", "J, K")], "{And}, B and C, {J, K}"),
        ([split_name(r"Jes\'us Mu{\~n}oz")], r"Mu{\~n}oz, Jes{\'u}s"),
        ([Author("E% {F_", "{F_", "E%")], r"F\_, E\%"),
        ([Author("", "", ""), split_name("A Bee")], "Bee, A"),
    ],
)
def test_names(authors: list[Author], expected: str) -> None:
    assert field("author", entry(authors=tuple(authors))) == expected


def test_without_authors_there_is_a_key_to_sort_by() -> None:
    text = entry(authors=())
    assert field("author", text) is None
    assert field("key", text) == "instantid zeroshot identitypreserving generation in seconds"


def test_thousands_of_authors() -> None:
    authors = tuple(Author(f"A{number} B", "B", f"A{number}") for number in range(3000))
    assert (field("author", entry(authors=authors)) or "").count(" and ") == 2999


def test_abstract_and_note_only_on_request() -> None:
    noted = paper(citekey="k", note="my 5% note", abstract="All $x$ & more")
    assert not re.search("abstract|note", bibtex([noted]))
    text = bibtex([noted], abstract=True, note=True)
    assert [field(each, text) for each in ("abstract", "annote")] == [r"All {$x$} \& more", r"my 5\% note"]
    assert field("annotation", bibtex([noted], "biblatex", note=True)) == r"my 5\% note"


def test_a_notes_paragraphs_and_lines_stay() -> None:
    noted = paper(citekey="k", note="One.\n\n\nTwo:\n- a\n- b\n")
    assert field("annote", bibtex([noted], note=True)) == r"One.\par Two:\newline - a\newline - b"


def test_a_venue_that_only_a_comment_names_is_a_note_unless_asked_for() -> None:
    claimed = paper(citekey="k", comment="8 pages, accepted to CVPR 2024 (oral)")
    text = bibtex([claimed])
    assert text.startswith("@misc")
    assert field("note", text) == "Accepted to CVPR 2024 (oral)"
    text = bibtex([claimed], venues=True)
    assert text.startswith("@inproceedings")
    assert (field("booktitle", text), field("year", text), field("note", text)) == ("{CVPR}", "2024", None)


def test_zoteros_field_can_be_left_out() -> None:
    assert field("eprinttype", bibtex([paper(citekey="k")], eprinttype=False)) is None


def test_entries_stand_in_the_order_of_their_keys() -> None:
    papers = [paper(number, citekey=key) for number, key in enumerate(["b", "C", "a", "B2"])]
    text = bibtex(papers)
    assert re.findall(r"^@misc\{(.*),$", text, re.M) == ["a", "b", "B2", "C"]
    assert text == bibtex(list(reversed(papers)))
    assert text.endswith("}\n")
    assert bibtex([]) == ""


def test_a_paper_without_a_key_is_refused() -> None:
    with pytest.raises(ReadlistError, match=r"p1 .*InstantID"):
        bibtex([paper()])


@settings(max_examples=60)
@given(
    st.builds(
        paper,
        citekey=st.just("k"),
        title=st.text(max_size=40),
        abstract=st.text(max_size=40),
        journal_ref=st.none() | st.text(max_size=30),
        doi=st.none() | st.text(max_size=20),
        authors=st.lists(
            st.builds(Author, st.text(max_size=9), st.text(max_size=9), st.text(max_size=9)), max_size=3
        ).map(tuple),
    )
)
def test_every_entry_is_balanced_and_whole(any_paper: Paper) -> None:
    for dialect in ("bibtex", "biblatex"):
        text = bibtex([any_paper], dialect, abstract=True)
        assert text.count("{") == text.count("}")
        for line in text.splitlines()[1:-1]:
            assert re.fullmatch(r"  \w+ = (?:\{.*\}|[a-z]{3}),", line)
            assert line.count("{") == line.count("}")


def test_bibtexparser_reads_back_what_was_written() -> None:
    import bibtexparser

    papers = [each for each in adversarial() if len(each.authors) < 100]
    parser = bibtexparser.bparser.BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    read = parser.parse(bibtex(papers, abstract=True)).entries_dict
    assert set(read) == {each.citekey for each in papers}
    for each in papers:
        assert read[each.citekey].get("eprint") == each.arxiv_id
