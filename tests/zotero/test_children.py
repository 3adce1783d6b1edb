"""What is done by option only: PDFs and comments below items of ours, automatic tags, types of published works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readlist.paper import Paper
from readlist.zotero.categories import category_names
from readlist.zotero.mapping import Options, Publication
from tests.servers.zotero import ZoteroServer
from tests.zotero.desk import Desk


def children(server: ZoteroServer) -> list[dict[str, Any]]:
    return [item for item in server.items() if item.get("parentItem")]


def test_nothing_hangs_below_an_item_unless_asked_for(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1)
    desk.sync()
    assert children(server) == []
    assert {tag.get("type", 0) for tag in server.items()[0]["tags"]} <= {0}


def test_links_to_pdfs_are_made_once(desk: Desk, server: ZoteroServer) -> None:
    server.add({"itemType": "preprint", "archiveID": "arXiv:2401.00002", "title": "Mine"})
    desk.add(1, 2)
    desk.sync(attach="link")
    [link] = children(server)
    assert (link["parentItem"], link["url"]) == (desk.key(1), "https://arxiv.org/pdf/2401.00001")
    assert (link["linkMode"], link["contentType"]) == ("linked_url", "application/pdf")
    assert desk.sync(attach="link").changes == 0
    server.erase(link["key"])
    assert desk.sync(attach="link").changes == 0  # what they threw away is not made again
    assert children(server) == []


def test_papers_that_are_there_get_theirs_later(desk: Desk) -> None:
    desk.add(1, 3)
    desk.sync()
    result = desk.sync(attach="link")
    assert [dict(row.fields) for row in result.updated] == [
        {"attachment": (None, f"https://arxiv.org/pdf/2401.0000{number}")} for number in (1, 3)
    ]


@pytest.mark.parametrize("fault", ["reset-before", "reset-after", "lost", "cut", "partial"])
def test_a_lost_answer_doubles_no_child(desk: Desk, server: ZoteroServer, fault: str) -> None:
    desk.add(1, 3)
    desk.sync()
    server.fault(fault, method="POST", path="/items", count=1)
    desk.sync(attach="link")
    desk.sync(attach="link")
    assert sorted(child["parentItem"] for child in children(server)) == sorted([desk.key(1), desk.key(2)])


def test_the_comment_as_a_note(desk: Desk, server: ZoteroServer) -> None:
    desk.add(1, 3)
    desk.note("Mine.")
    desk.sync(comments=True)
    notes = sorted(child["note"] for child in children(server))
    assert notes[1] == "<p>Comment: Accepted &lt;at&gt; CVPR</p>"
    assert len(notes) == 2
    assert desk.sync(comments=True).changes == 0
    assert desk.paper().note == "Mine."


def test_a_pdf_that_is_here_is_uploaded(desk: Desk, server: ZoteroServer, tmp_path: Path) -> None:
    path = tmp_path / "2401.00001v2.pdf"
    path.write_bytes(b"%PDF-1.5 of one paper")
    desk.add(1, 3)
    files = {1: path}
    desk.sync(attach="upload", pdf_of=lambda paper: files.get(paper.id))
    [child] = children(server)
    assert (child["parentItem"], child["linkMode"]) == (desk.key(1), "imported_file")
    assert desk.sync(attach="upload", pdf_of=lambda paper: files.get(paper.id)).changes == 0
    files[2] = tmp_path / "missing.pdf"
    result = desk.sync(attach="upload", pdf_of=lambda paper: files.get(paper.id))
    assert "its file" in result.left[0].text


def test_automatic_tags_are_the_translators(desk: Desk, server: ZoteroServer) -> None:
    names = category_names()
    assert names["cs.CL"] == "Computer Science - Computation and Language"
    assert names["math-ph"] == "Mathematical Physics"
    assert len(names) > 155
    desk.add(1)
    desk.tag(add="mine")
    options = Options(category_tags=names)
    desk.sync(options=options)
    [item] = server.items()
    tags = {(tag["tag"], tag.get("type", 0)) for tag in item["tags"]}
    assert ("Computer Science - Computer Vision and Pattern Recognition", 1) in tags
    assert ("mine", 0) in tags
    assert desk.sync(options=options).changes == 0
    assert desk.paper().tags == ("mine",)


def published(paper: Paper) -> Publication | None:
    return Publication("journalArticle", "Nature", "521", pages="436-444") if paper.journal_ref else None


@pytest.mark.parametrize("at_once", [True, False])
def test_published_papers_become_articles(desk: Desk, server: ZoteroServer, at_once: bool) -> None:
    options = Options(published=published)
    desk.add(1, 3)
    if not at_once:
        desk.sync(options=options)
        assert {item["itemType"] for item in server.items()} == {"preprint"}
        desk.tag(add="mine")
    with desk.library.action("refresh", "", desk.tick()) as writer:
        writer.update("paper", 1, {"journal_ref": "Nature 521, 436-444 (2015)", "doi": "10.1038/nature14539"})
    desk.sync(options=options)
    item = server.item(desk.key(1))
    assert (item["itemType"], item["publicationTitle"], item["volume"]) == ("journalArticle", "Nature", "521")
    assert (item["pages"], item["DOI"], item["publisher"]) == ("436-444", "10.1038/nature14539", "")
    assert item["extra"].startswith("arXiv:2401.00001 [cs.CV]")
    assert server.item(desk.key(2))["itemType"] == "preprint"
    assert desk.sync(options=options).changes == 0


def test_an_option_taken_up_later_changes_what_is_there(desk: Desk, server: ZoteroServer) -> None:
    server.add({"itemType": "preprint", "archiveID": "arXiv:2401.00003", "title": "Mine", "repository": "Mine"})
    desk.add(1, 3)
    with desk.library.action("refresh", "", desk.tick()) as writer:
        for number in (1, 2):
            writer.update("paper", number, {"journal_ref": "Nature 521, 436-444 (2015)"})
    desk.sync()
    assert {item["itemType"] for item in server.items()} == {"preprint"}
    desk.tag(add="mine")
    desk.sync(options=Options(published=published))
    assert server.item(desk.key(1))["itemType"] == "journalArticle"
    assert server.item(desk.key(2))["repository"] == "Mine"  # not made by us: theirs stands
    assert desk.sync(options=Options(published=published)).changes == 0
