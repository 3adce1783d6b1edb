"""CSL-JSON as the CSL 1.0.2 input model has it, and as citeproc renders it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from readlist.exporters import render
from tests.exporters.samples import adversarial, keyed, paper, records

#: https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json, MIT licence beside it.
SCHEMA = json.loads(Path(__file__).with_name("csl-data.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        render("csl-json", keyed([*adversarial(), *records(300)]), note=True)
    )  # fmt: skip
    return found


def test_items_are_of_the_official_schema(items: list[dict[str, Any]]) -> None:
    validator = Draft7Validator(SCHEMA)
    assert not validator.is_valid([{"id": "k", "type": "preprint"}])
    wrong = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(items)]
    assert wrong == []
    assert len({item["id"] for item in items}) == len(items)
    # What the schema leaves open: nothing is empty, and a name is either a whole or has its parts.
    assert all(value not in ("", [], None) for item in items for value in item.values())
    assert all(("literal" in name) != ("family" in name) for item in items for name in item.get("author", []))


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
