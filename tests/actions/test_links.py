"""Pages of papers, and what of papers is copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from readlist.actions.copying import copied
from readlist.actions.links import address_of, links_of
from readlist.errors import WrongUsage
from readlist.library import Library
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
        with pytest.raises(WrongUsage, match="no page yet"):
            address_of(by_hand, "abs")


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
