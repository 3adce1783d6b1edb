"""Papers as items: what the arXiv translator would write, and what Zotero cannot take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from readlist.paper import Author, MatchState, Paper, Status
from readlist.zotero import mapping
from tests.servers.zotero_library import Library
from tests.zotero.fakes import NOW, paper


def item_of(made: Paper) -> dict[str, object]:
    return mapping.new_item(mapping.local(made, collections=["COLL2345"]))


def test_an_item_is_what_the_translator_makes_dated_by_the_first_version() -> None:
    assert item_of(paper(7, citekey="wang2024instantid")) == {
        "itemType": "preprint",
        "title": "InstantID number 7: identity-preserving generation",
        "abstractNote": "We present method 7.",
        "date": "2024-01-15",
        "url": "http://arxiv.org/abs/2401.00007",
        "DOI": "10.48550/arXiv.2401.00007",
        "repository": "arXiv",
        "archiveID": "arXiv:2401.00007",
        "libraryCatalog": "arXiv.org",
        "citationKey": "wang2024instantid",
        "creators": [
            {"creatorType": "author", "firstName": "Qixun", "lastName": "Wang"},
            {"creatorType": "author", "name": "The Kimi Team"},
        ],
        "extra": "arXiv:2401.00007 [cs.CV]\nRead_Status: To Read\nRead_Status_Date: 2026-11-20T09:00:00.000Z",
        "tags": [{"tag": "faces"}],
        "collections": ["COLL2345"],
    }


def test_dates_fall_back_to_the_month_of_the_id_and_the_year_given() -> None:
    assert item_of(paper(published=None))["date"] == "2024-01"
    by_hand = Paper(1, "By hand", "", NOW, NOW, given_year=1999, by_hand=True)
    assert item_of(by_hand)["date"] == "1999"
    assert "date" not in item_of(replace(by_hand, given_year=None))


def test_a_publishers_doi_comes_before_arxivs() -> None:
    assert item_of(paper(doi="10.1109/x.2024.1"))["DOI"] == "10.1109/x.2024.1"


def test_a_paper_by_hand_has_no_arxiv_parts() -> None:
    made = Paper(
        1,
        "On Something",
        "",
        NOW,
        NOW,
        authors=(Author("Ann Ox", "Ox", "Ann"),),
        given_url="https://x.org/p",
        by_hand=True,
    )
    item = item_of(made)
    assert item["url"] == "https://x.org/p"
    assert not {"repository", "archiveID", "libraryCatalog", "DOI"} & item.keys()
    assert "arXiv" not in str(item)


def test_what_is_too_long_is_cut_or_left_out_and_said() -> None:
    made = paper(
        title="ä" * 40_000,
        doi="10.1/" + "x" * 70_000,
        tags=("t" * 256, "fine"),
        authors=(Author("x " + "y" * 300, "y" * 300, "x"),),
    )
    local = mapping.local(made)
    item = mapping.new_item(local)
    assert len(str(item["title"]).encode()) <= 65_535
    assert str(item["title"]).endswith("…")
    assert "DOI" not in item
    assert item["tags"] == [{"tag": "fine"}]
    assert len(local.problems) == 4
    Library("users", 1).write("items", {"key": "AAAA2222", "version": 0} | item, library_version=False)


authors = st.builds(Author, st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
papers = st.builds(
    paper,
    title=st.text(max_size=40),
    abstract=st.text(max_size=80),
    authors=st.lists(authors, max_size=4).map(tuple),
    status=st.sampled_from(Status),
    tags=st.lists(st.text(max_size=9), max_size=4).map(tuple),
    citekey=st.none() | st.text(max_size=9),
    doi=st.none() | st.just("10.1/x"),
    published=st.none() | st.just(date(2024, 1, 3)),
)


@given(papers)
def test_every_paper_comes_back_from_the_server_as_it_was_sent(made: Paper) -> None:
    """Also: nothing that can be in a paper is refused, and the server's cleaning changes nothing."""
    local = mapping.local(made)
    library = Library("users", 1)
    key, _ = library.write("items", mapping.new_item(local), library_version=False)
    assert mapping.remote(library.present("items", key)["data"], arxiv_id="2401.00001") == local.fields


def test_a_part_of_the_fields_sends_only_that_part() -> None:
    item = item_of(paper())
    other = mapping.local(paper(status=Status.READ, title="Other", tags=("b",)))
    assert mapping.properties({"title"}, other, item) == {"title": "Other"}
    assert set(mapping.properties({"status"}, other, item)) == {"extra"}


def test_tags_of_others_stay() -> None:
    item = {"tags": [{"tag": "theirs"}, {"tag": "faces", "type": 1}, {"tag": "old"}]}
    sent = mapping.properties({"tags"}, mapping.local(paper()), item, sets=mapping.SetChanges(["faces"], {"old"}))
    assert sent["tags"] == [{"tag": "theirs"}, {"tag": "faces", "type": 1}, {"tag": "faces"}]


def test_the_citation_key_is_read_from_extra_too() -> None:
    assert mapping.remote({"extra": "Citation Key: a1"})["citekey"] == "a1"
    assert mapping.remote({"extra": "Citation Key: a1", "citationKey": "b2"})["citekey"] == "b2"


def test_an_unmatched_paper_is_no_arxiv_paper() -> None:
    made = paper(arxiv_id=None, by_hand=True, categories=())
    assert made.match.state is MatchState.UNRESOLVED
    assert mapping.local(made).fields["arxiv"] == ""
