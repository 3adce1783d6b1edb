"""Pages of papers, and what of papers is copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from readlist.actions import triage
from readlist.actions.copying import copied
from readlist.actions.links import address_of, links_of, without_record
from readlist.errors import WrongUsage
from readlist.library import Library, papers
from readlist.paper import Match, MatchState
from tests.actions.test_pdfs import made


def test_links(library: Library, now: datetime) -> None:
    paper = made(library, now, "2401.07519")
    paper = replace(
        paper, abstract="Code at https://github.com/a/b. See http://x.org", doi="10.1/a<b>", comment="p. 3"
    )  # fmt: skip
    assert [(link.name, link.address) for link in links_of(paper)] == [
        ("abs", "https://arxiv.org/abs/2401.07519"),
        ("listing", "https://huggingface.co/papers/2401.07519"),
        ("code", "https://github.com/a/b"),
        ("doi", "https://doi.org/10.1/a%3Cb%3E"),
    ]
    for address in ("file:///etc/passwd", "-x", "javascript:alert(1)"):
        by_hand = replace(paper, given_url=address, arxiv_id=None, abstract="", doi=None)
        assert links_of(by_hand) == []
        with pytest.raises(WrongUsage, match="has not|no record|arXiv record"):
            address_of(by_hand, "abs")


def test_what_is_said_where_there_is_no_record(library: Library, now: datetime) -> None:
    number = triage.add_by_hand(library, now, title="A book of one's own", doi="10.1000/182").paper_id
    paper = papers.get(library, number)
    assert paper is not None
    assert address_of(paper, "abs") == "https://doi.org/10.1000/182"
    with pytest.raises(WrongUsage) as told:
        address_of(paper, "listing")
    assert str(told.value) == (
        "p1: you said that it is not on arXiv; readlist review set p1 ARXIV_ID names one all the same"
    )
    states = {
        Match(): "it has no arXiv record yet; readlist resolve looks for it",
        Match(MatchState.REVIEW): "which arXiv record it is, is in doubt; readlist review accept p1 takes the best one",
        Match(MatchState.NOT_FOUND): "no arXiv record of it was found; readlist resolve --again p1 looks once more",
        Match(MatchState.NOT_FOUND, decided_by="person"): "you said that it is none of the records found; readlist",
    }
    for match, sentence in states.items():
        assert without_record(replace(paper, match=match)).startswith(f"p1: {sentence}")


def test_copying(library: Library, now: datetime) -> None:
    first, second = made(library, now, "2401.07519"), made(library, now, "2402.00001")
    text, told = copied(library, [first.id], "bibtex")
    assert text.lstrip().startswith("@")
    assert told.startswith("copied: @")
    text, told = copied(library, [first.id, second.id, 99], "key")
    assert text.count(",") == 1
    assert told == "copied: 2 citation keys, 1 have none"
    assert copied(library, [first.id], "id") == ("2401.07519", "copied: 2401.07519")
    assert copied(library, [first.id, second.id], "link")[0].splitlines()[1] == "https://arxiv.org/abs/2402.00001"
    assert copied(library, [first.id, second.id], "bibtex")[1] == "copied: 2 BibTeX entries"
    with pytest.raises(WrongUsage, match="no arXiv id is known"):
        copied(library, [99], "id")
    with pytest.raises(WrongUsage, match="more than a terminal's clipboard takes"):
        copied(library, [first.id] * 3000, "link")
