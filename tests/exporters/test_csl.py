"""CSL-JSON as the CSL 1.0.2 input model has it, and as citeproc renders it."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest

from readlist.exporters import render
from tests.exporters.samples import adversarial, keyed, paper, records

# The part of https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json that is written here; no other
# field is allowed there or here.
TYPES = {"article", "article-journal", "paper-conference", "document"}
STRINGS = {
    "citation-key", "title", "abstract", "DOI", "URL", "note", "keyword", "number", "publisher", "container-title",
    "page", "volume", "issue",
}  # fmt: skip
NAME_PARTS = {"family", "given", "suffix", "literal"}


@pytest.fixture(scope="module")
def items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render("csl-json", keyed([*adversarial(), *records(300)])))
    return found


def test_items_are_of_the_input_model(items: list[dict[str, Any]]) -> None:
    for item in items:
        assert item["type"] in TYPES
        assert set(item) <= STRINGS | {"id", "type", "author", "issued"}
        assert all(isinstance(item[name], str) and item[name] for name in STRINGS & set(item))
        for name in item.get("author", []):
            assert set(name) <= NAME_PARTS
            assert all(isinstance(part, str) and part.strip() for part in name.values())
            assert ("literal" in name) != ("family" in name)
        for parts in item.get("issued", {}).get("date-parts", []):
            assert 1 <= len(parts) <= 3
            assert all(isinstance(part, int) for part in parts)
    assert len({item["id"] for item in items}) == len(items)


def rendered(items: list[dict[str, Any]]) -> list[str]:
    """The bibliography that citeproc makes in its bundled style."""
    pytest.importorskip("citeproc")
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        # citeproc-py is at CSL 1.0.1, which has no citation-key.
        warnings.filterwarnings("ignore", "The following arguments for Reference are unsupported: citation_key")
        source = CiteProcJSON(items)
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        return [str(entry) for entry in bibliography.bibliography()]


def test_citeproc_renders_every_item(items: list[dict[str, Any]]) -> None:
    assert len(rendered(items)) == len(items)


def test_what_a_reader_sees() -> None:
    found = json.loads(
        render(
            "csl-json",
            keyed([
                paper(1),
                paper(2, journal_ref="Phys.Rev.D83:063512,2011", doi="10.1103/PhysRevD.83.063512"),
                paper(3, journal_ref="Proc. CVPR 2024, pp. 1-10"),
            ]),
        )
    )  # fmt: skip
    title = "“InstantID: Zero-shot Identity-Preserving Generation in Seconds”"
    who = "Wang, Q., Bai, X. and Wang, H."
    eprint = "Available at: https://arxiv.org/abs/2401.07519."
    assert set(rendered(found)) == {
        f"{who} (2011) {title}, Phys. Rev. D, 83, p. 063512. Available at: https://doi.org/10.1103/PhysRevD.83.063512.",
        f"{who} (2024) {title}. arXiv. {eprint}",
        f"{who} (2024) {title}, Proc. CVPR, pp. 1–10. {eprint}",
    }
