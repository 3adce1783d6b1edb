"""Finding a paper among items, and not finding another one."""

from __future__ import annotations

import pytest

from readlist.paper import Author, Paper
from readlist.zotero.recognise import Index, agree, identities_of_item, identities_of_paper
from tests.zotero.fakes import NOW, paper

ITEM: dict[str, object] = {"itemType": "preprint", "title": "Renamed", "creators": []}


@pytest.mark.parametrize(
    "fields",
    [
        {"archiveID": "arXiv:2401.00001"},
        {"archiveID": "arXiv:2401.00001v3"},
        {"extra": "note\narXiv:2401.00001 [cs.CV]\nmore"},
        {"extra": "arXiv: 2401.00001v1"},
        {"url": "http://arxiv.org/abs/2401.00001v2"},
        {"url": "https://www.arxiv.org/pdf/2401.00001.pdf"},
        {"DOI": "10.48550/arXiv.2401.00001"},
        {"DOI": "https://doi.org/10.48550/ARXIV.2401.00001"},
        {"DOI": "doi:10.1109/ABC.1"},
        {"url": "https://doi.org/10.1109/abc.1"},
    ],
)
def test_arxiv_paper_by_every_trace(fields: dict[str, object]) -> None:
    found = Index({"K": identities_of_item(ITEM | fields)}).find(identities_of_paper(paper(doi="10.1109/abc.1")))
    assert list(found) == ["K"]


def test_by_title_and_first_author() -> None:
    item = {
        "itemType": "journalArticle",
        "title": "<i>InstantID</i> Number 1: Identity preserving generation",
        "creators": [{"creatorType": "author", "firstName": "Q.", "lastName": "Wang"}],
    }
    assert Index({"K": identities_of_item(item)}).find(identities_of_paper(paper())) != {}
    item["creators"] = [{"creatorType": "author", "firstName": "Q.", "lastName": "Ox"}]
    assert Index({"K": identities_of_item(item)}).find(identities_of_paper(paper())) == {}


def test_same_title_of_another_arxiv_paper_is_another_work() -> None:
    same_title = paper(2, title=paper(1).title)
    assert agree(identities_of_paper(paper(1)), identities_of_paper(same_title)) is None


def test_same_title_with_another_doi_is_another_work() -> None:
    one = Paper(1, "A title that tells enough", "", NOW, NOW, authors=(Author("A Ox", "Ox", "A"),), doi="10.1000/a")
    two = Paper(2, "A title that tells enough", "", NOW, NOW, authors=(Author("A Ox", "Ox", "A"),), doi="10.1000/b")
    assert agree(identities_of_paper(one), identities_of_paper(two)) is None


def test_by_page_but_not_by_front_page() -> None:
    one = Paper(1, "T", "", NOW, NOW, given_url="https://www.Example.org/papers/1/#top")
    assert identities_of_item(ITEM | {"url": "http://example.org/papers/1"}) == ("url:example.org/papers/1",)
    assert agree(identities_of_paper(one), ["url:example.org/papers/1"])
    assert identities_of_item(ITEM | {"url": "http://example.org/"}) == ()


def test_notes_and_attachments_are_no_works() -> None:
    assert identities_of_item({"itemType": "attachment", "url": "http://arxiv.org/pdf/2401.00001v2"}) == ()


def test_short_titles_tell_nothing() -> None:
    one = Paper(1, "Editorial", "", NOW, NOW, authors=(Author("A Ox", "Ox", "A"),))
    assert identities_of_paper(one) == ()


def test_the_strongest_identity_comes_first() -> None:
    found = Index({"A": ("doi:10.1000/x",), "B": ("arxiv:2401.00001",)}).find(
        identities_of_paper(paper(doi="10.1000/x"))
    )
    assert list(found) == ["B", "A"]
