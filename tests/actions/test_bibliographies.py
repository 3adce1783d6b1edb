"""Bibliographies taken into the list: what they add, what they may not change, and our own exports come back whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from readlist import exporters
from readlist.actions.exporting import export, freeze_keys
from readlist.actions.importing import ImportResult, import_sources, import_text
from readlist.actions.rekeying import new_keys, set_keys
from readlist.actions.resolving import resolve
from readlist.actions.reviewing import reject
from readlist.actions.triage import change_tags, empty_trash, remove, set_status
from readlist.library import Library, citing, edits, papers
from readlist.paper import Author, Entry, Match, MatchState, Paper, Record, Status
from readlist.text import key
from tests.support import abstract, record, write_snapshot

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BIB = """@article{wang2024,
  author = {Wang, Qixun and Bai, Xu},
  title = {{InstantID}: Zero-shot Generation},
  year = 2024, eprint = {2401.07519}, archivePrefix = {arXiv}, doi = {10.1000/xyz},
  keywords = {faces, status:to-read, priority:2}, annote = {Mine.},
}
@inproceedings{he2016deep, author = {Kaiming He}, title = {Deep Residual Learning}, booktitle = {Proc. CVPR},
  year = 2016, abstract = {Deeper networks are more difficult to train.}}
"""


def bib(library: Library, text: str = BIB, name: str = "refs.bib") -> ImportResult:
    return import_text(library, text, name, NOW)


def get(library: Library, number: int) -> Paper:
    found = papers.get(library, number)
    assert found is not None
    return found


def known(library: Library, found: Record) -> int:
    """A paper that is matched to its record already."""
    with library.action("test", "", NOW) as writer:
        number = edits.take_in(writer, Entry(found.title, found.abstract, "dump.txt", 1)).paper_id
        return edits.set_match(writer, number, Match(MatchState.MATCHED, 1.0, "snapshot", "resolver"), found)


def test_what_a_bibliography_says_is_kept(library: Library) -> None:
    result = bib(library)
    assert (result.entries, result.new, result.sources[0].problems) == (2, 2, ())
    one, two = get(library, 1), get(library, 2)
    assert (one.citekey, one.tags, one.status, one.priority, one.note) == (
        "wang2024", ("faces",), Status.TO_READ, 2, "Mine."
    )  # fmt: skip
    assert [author.family for author in one.authors] == ["Wang", "Bai"]
    # Not matched yet: its id waits for the record, and stands in an export as an address.
    assert (one.arxiv_id, one.match.state, one.doi, one.year) == (None, MatchState.UNRESOLVED, "10.1000/xyz", 2024)
    assert one.sightings[0].entry.arxiv_id == "2401.07519"
    assert (two.journal_ref, two.abstract) == ("Proc. CVPR, 2016", "Deeper networks are more difficult to train.")
    text = export(library, "bibtex", [1, 2]).text
    assert "@inproceedings{he2016deep," in text
    assert "url = {https://arxiv.org/abs/2401.07519}" in text
    assert len(library.history()) == 1


def test_the_record_replaces_what_it_knows_better_and_leaves_the_rest(library: Library, tmp_path: Path) -> None:
    bib(library)
    found = record("2401.07519", "InstantID: Zero-shot Identity-Preserving Generation", authors="Qixun Wang, A, B")
    resolve_with(library, tmp_path, [found])
    paper = get(library, 1)
    assert (paper.match.state, paper.arxiv_id, paper.title) == (MatchState.MATCHED, "2401.07519", found.title)
    assert len(paper.authors) == 3
    assert (paper.citekey, paper.doi, paper.tags, paper.note) == ("wang2024", "10.1000/xyz", ("faces",), "Mine.")
    # What the person's file said comes back when the match proves wrong.
    reject(library, 1, NOW)
    assert [author.family for author in get(library, 1).authors] == ["Wang", "Bai"]


def resolve_with(library: Library, folder: Path, records: Sequence[Record]) -> None:
    from readlist.resolver.snapshot.build import build

    build(write_snapshot(folder / "part.jsonl", records), folder / "index.sqlite3", NOW)
    resolve(library, NOW, source="snapshot", snapshot=folder / "index.sqlite3", service=lambda: pytest.fail("asked"))


def test_again_adds_nothing_and_a_changed_entry_adds_what_is_new(library: Library) -> None:
    bib(library)
    set_status(library, [1], Status.READ, NOW)
    change_tags(library, [1], NOW, remove=["faces"])
    actions = len(library.history())
    assert bib(library, name="copy.bib").new == 0
    assert len(library.history()) == actions
    assert get(library, 1).tags == ()
    bib(library, BIB.replace("faces", "portraits, Read later"))
    paper = get(library, 1)
    assert (paper.tags, paper.status) == (("portraits", "Read later"), Status.READ)
    assert papers.total(library) == 2


def test_a_known_paper_takes_key_tags_and_notes_and_keeps_its_record(library: Library) -> None:
    number = known(library, record("2401.07519", "InstantID", authors="Qixun Wang"))
    bib(library)
    paper = get(library, number)
    assert (paper.title, paper.citekey, paper.tags, paper.doi) == ("InstantID", "wang2024", ("faces",), "10.1000/xyz")
    assert [author.name for author in paper.authors] == ["Qixun Wang"]
    assert not paper.by_hand
    assert papers.total(library) == 2


def test_an_id_imported_first_gets_its_title(library: Library) -> None:
    import_sources(library, ["2401.07519"], NOW)
    bib(library)
    assert papers.total(library) == 2
    assert get(library, 1).title == "InstantID: Zero-shot Generation"


def test_two_ids_are_two_papers_though_they_share_a_title(library: Library) -> None:
    text = "@misc{a, title={Twins}, eprint={2401.00001}}\n@misc{b, title={Twins}, eprint={2401.00002}}\n"
    assert bib(library, text).new == 2


def test_keys_are_frozen_and_never_given_to_two(library: Library) -> None:
    bib(library)
    with library.action("test", "", NOW) as writer:
        edits.set_citekey(writer, 2, "mine2016")
    text = (
        "@misc{wang2024, title={Another one}}\n"
        "@misc{he2016deep, title={Deep Residual Learning}}\n"
        "@misc{p7, title={Short id}}\n@misc{2401.00001, title={An id}}\n@misc{o'neil, title={A quote}}\n"
        "@misc{2401.00002, title={Its own id}, eprint={2401.00002}}\n"
    )
    result = bib(library, text)
    assert [(problem.line, problem.why.split(";")[0]) for problem in result.sources[0].problems] == [
        (1, "the citation key wang2024 is p1's"),
        (2, "the paper keeps its citation key mine2016"),
        (3, "the citation key p7 means another thing here"),
        (4, "the citation key 2401.00001 means another thing here"),
        (5, "o'neil cannot be a citation key in every dialect"),
    ]
    shown = {paper.title: paper.citekey for paper in papers.many(library, papers.ids(library, now=NOW))}
    assert shown["Deep Residual Learning"] == "mine2016"
    assert shown["Its own id"] == "2401.00002"
    assert shown["Another one"] is None
    assert freeze_keys(library, papers.many(library, papers.ids(library, now=NOW)))


def test_a_key_that_we_made_is_the_persons_once_it_comes_with_an_import(library: Library) -> None:
    known(library, record("2401.00001", "A thing", categories=("cs.CV",)))
    known(library, record("2401.00002", "Another thing", categories=("cs.CV",)))
    made = freeze_keys(library, papers.many(library, [1, 2]))
    assert [change.paper for change in new_keys(library, "[title][year]")] == [1, 2]
    bib(library, f"@misc{{{made[1]}, title={{A thing}}, eprint={{2401.00001}}}}")
    assert [change.paper for change in new_keys(library, "[title][year]")] == [2]
    set_keys(library, new_keys(library, "[title][year]"), NOW)
    assert citing.given_keys(library) == {1}


def test_undo_gives_keys_back_and_a_deleted_paper_gets_its_own(library: Library) -> None:
    bib(library)
    library.undo()
    assert papers.taken_keys(library) == set()
    bib(library)
    remove(library, papers.ids(library, now=NOW), NOW)
    assert empty_trash(library, NOW) == 2
    result = bib(library)
    assert result.sources[0].problems == ()
    assert {paper.citekey for paper in papers.many(library, papers.ids(library, now=NOW))} == {"wang2024", "he2016deep"}


# Round trips: what we write comes back as it was.

_WORD = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäéøłšñç", min_size=2, max_size=8)
_NAME = _WORD.map(str.capitalize).filter(lambda name: name.lower() not in {"and", "others"})
_TITLE = st.lists(_WORD | st.sampled_from(["GPT-4", "50%", "A&B", "a_b", "$x^2$", "#1", "C++"]), min_size=2, max_size=7)
_TAG = (
    st.text(alphabet="abcdefg--&_ 1é;:/+#%~'`^{}<,,\"", min_size=1, max_size=10)
    .map(lambda tag: " ".join(tag.split()))
    .filter(bool)
)
_FAMILY = st.builds(
    lambda particle, names, suffix: " ".join([*particle, *names, *suffix]),
    st.sampled_from([(), ("de", "la"), ("van", "der"), ("von",), ("De", "la")]),
    st.lists(_NAME, min_size=1, max_size=2),
    st.sampled_from([(), (), ("Jr.",), ("III",)]),
)
_GIVEN = st.lists(_NAME | st.sampled_from(["J.", "K.-L."]), min_size=1, max_size=2).map(" ".join)
_AUTHOR = st.builds(lambda given, family: Author(f"{given} {family}", family, given), _GIVEN, _FAMILY) | st.just(
    Author("Gemini Team", "Gemini Team", "")
)
_NOTE = st.sampled_from(["", "A note & more.", "One.\n\nTwo, 50% of it.\n- a_b\n- TY  - c\n\nThree: \\par {x"])
_PLACE = st.sampled_from([
    None, "Nature 521(7), 436-444 (2015)", "Phys.Rev.D83:063512,2011", "J. Math. Phys. 45 (2004) 1-20", "Somewhere",
    "Proc. CVPR, pp. 1-10, 2024", "PhD thesis, University of X, 2010", "Master's thesis, ETH Zurich, 2015",
    "Technical Report RR-12, INRIA, 2004", "Technical report, Stanford University, 2008",
    "Lecture Notes in Computer Science 7000, pp. 1-10, 2011", "Springer, Berlin, 2021, xii+350 pp",
    "Artificial Evolution, Lecture Notes in Computer Science, vol. 1063, Springer, pp. 3-12, 1996",
    "Chapter 3 in: Handbook of R&D, Cambridge University Press, 2021", "Handbook of X, pp. 1-9, Springer, 2001",
])  # fmt: skip

_DOIS = ["10.18653/v1/2024.acl-long.12", "10.1088/0264-9381/18/3/101", "10.4230/lipics.concur.2019.14"]
_COMMENT = st.sampled_from(
    [None, "12 pages", "Accepted to CVPR 2024. Code at https://x.org", "ICLR 2026", "In press at A"]
)


@st.composite
def lists(draw: st.DrawFn) -> list[Paper]:
    """Papers with records and without, as a person may have them."""
    titles = draw(st.lists(_TITLE.map(" ".join), min_size=1, max_size=5, unique_by=key))
    found = []
    for number, title in enumerate(titles, 1):
        on_arxiv = draw(st.booleans())
        found.append(
            Paper(
                id=number,
                title=title,
                abstract=draw(st.sampled_from(["", abstract(number)])),
                added=NOW,
                status_changed=NOW,
                authors=tuple(draw(st.lists(_AUTHOR, min_size=1, max_size=4))),
                arxiv_id=f"2401.{number:05}" if on_arxiv else None,
                given_year=None if on_arxiv else draw(st.integers(1900, 2030)),
                doi=draw(st.sampled_from([None, f"10.1000/x_{number}", "10.1103/physrevd.83.063512", *_DOIS])),
                journal_ref=draw(_PLACE) if on_arxiv else None,
                comment=draw(_COMMENT) if on_arxiv else None,
                status=draw(st.sampled_from(list(Status))),
                tags=tuple(sorted(draw(st.sets(_TAG, max_size=3)), key=str.casefold)),
                note=draw(_NOTE),
                priority=draw(st.integers(0, 3)),
                citekey=f"key{number}",
                by_hand=not on_arxiv,
            )
        )
    return found


@pytest.mark.parametrize("name", ["bibtex", "biblatex", "ris", "csl-json"])
def test_a_comma_in_a_tag_stays_a_comma(name: str) -> None:
    tags = ("a, b", '"quoted"', 'say "x, y"', "c; d", "{e, f}", "g,")
    back = taken_back(exporters.render(name, [lists_paper(tags=tags)]), "library.bib" if "bib" in name else "library")
    assert set(back["key1"].tags) == set(tags)


@settings(max_examples=40, deadline=None, derandomize=True)
@for_all(lists(), st.sampled_from(["bibtex", "biblatex"]), st.sampled_from(["fields", "wrapped", "line"]))
def test_our_own_bibliography_gives_the_same_list_back(found: list[Paper], dialect: str, layout: str) -> None:
    text = exporters.render(dialect, found, abstract=True, note=True, layout=layout)
    back = taken_back(text, "library.bib")
    for paper in found:
        one = back[paper.citekey or ""]
        assert key(one.title) == key(paper.title)
        assert (one.doi, one.abstract) == (paper.doi, paper.abstract)
        same_decisions(one, paper)
        same_place(one, paper)


@settings(max_examples=40, deadline=None, derandomize=True)
@for_all(lists(), st.sampled_from(["ris", "csl-json"]))
def test_our_own_exchange_files_give_the_same_list_back(found: list[Paper], name: str) -> None:
    back = taken_back(exporters.render(name, found, note=True), "library")
    for paper in found:
        one = back[paper.citekey or ""]
        assert (one.title, one.abstract, one.doi) == (paper.title, paper.abstract, paper.doi)
        same_decisions(one, paper)
        same_place(one, paper)


def same_decisions(one: Paper, paper: Paper) -> None:
    """What a person decided, and the names, are the same."""
    assert (one.authors, one.status, one.priority) == (paper.authors, paper.status, paper.priority)
    # Blanks that stand together are one to BibTeX.
    assert [line.split() for line in one.note.splitlines()] == [line.split() for line in paper.note.splitlines()]
    assert {tag.casefold() for tag in one.tags} == {tag.casefold() for tag in paper.tags}


def test_what_is_not_decided_stands_in_no_entry() -> None:
    new = lists_paper(status=Status.NEW)
    for name, word in (("bibtex", "keywords"), ("biblatex", "keywords"), ("ris", "KW  -"), ("csl-json", "keyword")):
        assert word not in exporters.render(name, [new])
        assert "priority:2" in exporters.render(name, [replace(new, priority=2)])
        assert "status:read" in exporters.render(name, [replace(new, status=Status.READ)])
    read = replace(new, status=Status.READ)
    assert "keywords" not in exporters.render("bibtex", [read], leave_out=("keywords",))
    assert "mine" not in exporters.render("ris", [replace(new, note="mine")])


def lists_paper(**changes: Any) -> Paper:
    ordinary = Paper(1, "A title", "", NOW, NOW, arxiv_id="2401.00001", citekey="key1")
    return replace(ordinary, **changes)


@pytest.mark.parametrize("name", ["bibtex", "biblatex", "ris", "csl-json"])
def test_the_real_list_comes_back_byte_for_byte(
    name: str, library: Library, dumps: list[Path], real_index: Path, tmp_path: Path
) -> None:
    def resolved(one: Library) -> str:
        resolve(one, NOW, source="snapshot", snapshot=real_index, service=lambda: pytest.fail("asked"))
        return export(one, "bibtex", papers.ids(one, now=NOW)).text

    import_sources(library, [str(path) for path in dumps], NOW)
    before = resolved(library)
    text = export(library, name, papers.ids(library, now=NOW)).text
    with Library.open(tmp_path / "other.sqlite3") as other:
        assert import_text(other, text, "library", NOW).new == 145
        assert resolved(other) == before


def taken_back(text: str, name: str) -> dict[str, Paper]:
    with TemporaryDirectory() as folder, Library.open(Path(folder) / "library.sqlite3") as library:
        result = import_text(library, text, name, NOW)
        assert result.sources[0].problems == ()
        found = papers.many(library, papers.ids(library, now=NOW))
    return {paper.citekey or "": paper for paper in found}


def same_place(one: Paper, paper: Paper) -> None:
    """Venue, volume, pages and year read the same, and so does what cannot be read."""
    from readlist.exporters.journal import reference_of

    if paper.arxiv_id is not None:
        assert one.sightings[0].entry.arxiv_id == paper.arxiv_id
    if paper.journal_ref is None:
        assert one.journal_ref is None
        stated = reference_of(paper)  # by the DOI, whose year a file tells
        assert one.year == (stated.year if stated is not None and stated.year is not None else paper.year)
        return
    before, after = reference_of(paper), reference_of(one)
    if before is None:
        assert one.journal_ref == paper.journal_ref
    else:
        assert after is not None
        assert replace(after, venue="") == replace(before, venue="")
        assert "".join(filter(str.isalpha, after.venue)) == "".join(filter(str.isalpha, before.venue))
