"""RIS and CSL-JSON in, and what formats are taken for each other."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from readlist import dumps
from readlist.dumps import Dump
from readlist.errors import UnreadableSource, WrongUsage
from readlist.paper import Author, Given, Status

TODAY = date(2026, 11, 20)
RIS = """TY  - JOUR
ID  - he2016deep
TI  - Deep Residual
  Learning
AU  - He, Kaiming
AU  - King, Martin Luther, Jr.
AU  - Gemini Team
PY  - 2016/06/27
T2  - Nature
VL  - 521
IS  - 7
SP  - 436
EP  - 444
DO  - 10.1109/CVPR.2016.90
UR  - https://arxiv.org/abs/1512.03385v1
KW  - vision
KW  - status:read
AB  - An abstract.
ER  -
"""


def read(text: str, format_name: str = "auto") -> Dump:
    return dumps.read(text.encode(), "refs", today=TODAY, format_name=format_name)


def test_ris() -> None:
    dump = read(RIS)
    (entry,) = dump.entries
    assert (dump.format, dump.problems, entry.line) == ("ris", (), 1)
    assert (entry.title, entry.abstract, entry.arxiv_id) == ("Deep Residual Learning", "An abstract.", "1512.03385")
    assert entry.given == Given(
        authors=(
            Author("Kaiming He", "He", "Kaiming"),
            Author("Martin Luther King Jr.", "King Jr.", "Martin Luther"),
            Author("Gemini Team", "Gemini Team", ""),
        ),
        year=2016,
        doi="10.1109/cvpr.2016.90",
        journal_ref="Nature 521(7), 436-444 (2016)",
        citekey="he2016deep",
        tags=("vision",),
        status=Status.READ,
    )


def test_records_that_lack_their_end_or_their_title_are_named() -> None:
    dump = read("stray\nTY  - JOUR\nTI  - One\nTY  - JOUR\nPY  - 2000\nER  - \nTY  - CONF\nT1  - Three\nN1  - Mine\n")
    assert [entry.title for entry in dump.entries] == ["One", "Three"]
    assert [(problem.line, problem.why) for problem in dump.problems] == [
        (1, "outside of every record"),
        (4, "the record of line 2 has no end (ER)"),
        (4, "a record without title and arXiv id"),
        (7, "this record has no end (ER)"),
    ]
    assert dump.entries[1].given is not None
    assert dump.entries[1].given.note == "Mine"


def test_csl_json() -> None:
    items = [
        {
            "id": "wang2024instantid",
            "type": "article",
            "title": "InstantID",
            "author": [
                {"family": "Wang", "given": "Qixun"},
                {"family": "Maaten", "given": "Laurens", "non-dropping-particle": "van der"},
                {"literal": "Gemini Team"},
                "nonsense",
            ],
            "issued": {"date-parts": [["2024", 1, 15]]},
            "number": "arXiv:2401.07519",
            "note": "A note.",
            "keyword": "faces, diffusion",
        },
        {"id": 7, "type": "article-journal"},
    ]
    dump = read(json.dumps(items, indent=1))
    (entry,) = dump.entries
    assert (dump.format, entry.title, entry.arxiv_id, entry.line) == ("csl-json", "InstantID", "2401.07519", 3)
    assert entry.given is not None
    assert [author.name for author in entry.given.authors] == ["Qixun Wang", "Laurens van der Maaten", "Gemini Team"]
    assert (entry.given.year, entry.given.tags, entry.given.note) == (2024, ("faces", "diffusion"), "A note.")
    assert [problem.why for problem in dump.problems] == ["an item without title and arXiv id"]
    assert read(json.dumps({"items": items})).format == "csl-json"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"id": 1},\n {"title": }]', "refs: line 2: broken JSON"),
        ("[]", "JSON, but neither"),
        ('{"a": [1, 2]}', "JSON, but neither"),
        ("[" * 100_000, "nested too deeply"),
        ("<html><body>Nothing</body></html>", "no link to a paper"),
        ("TY  - JOUR\nER  - \n", "no record of a paper"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(text: str, message: str) -> None:
    with pytest.raises(UnreadableSource, match=message):
        read(text)


def test_a_format_can_be_asked_for_by_name() -> None:
    assert read("2401.07519\n2403.11641\n").format == "ids"
    with pytest.raises(UnreadableSource):
        read("2401.07519\n", "bibtex")
    with pytest.raises(UnreadableSource):
        read("2401.07519\n", "csl-json")
    with pytest.raises(WrongUsage, match="no format 'word'; there are auto, hf-text, hf-json, hf-html, bibtex, ris"):
        read("2401.07519\n", "word")


def test_ids_stand_in_lists_of_any_kind() -> None:
    lines = [
        "# a comment",
        "2401.07519",
        "arXiv:2401.07520v3 [cs.CV]",
        "https://www.alphaxiv.org/abs/2401.07521v1",
        "* <https://arxiv.org/pdf/math.GT/0309136v2.pdf>",
        "- [InstantID](https://huggingface.co/papers/2401.07522)",
        "https://arxiv.org/html/2401.07523v1#S2",
        "2401.07524, A title behind the id",
        "A title before it (https://hf.co/papers/2401.07525)",
        "https://doi.org/10.48550/arXiv.2401.07526",
        "https://huggingface.co/api/papers/2401.07527",
        "hep-th/9901001",
        "nothing here",
    ]
    dump = read("\n".join(lines))
    assert dump.format == "ids"
    assert [entry.arxiv_id for entry in dump.entries] == [
        "2401.07519", "2401.07520", "2401.07521", "math/0309136", "2401.07522", "2401.07523", "2401.07524",
        "2401.07525", "2401.07526", "2401.07527", "hep-th/9901001",
    ]  # fmt: skip
    assert [problem.line for problem in dump.problems] == [13]


@settings(max_examples=200, deadline=None)
@for_all(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    "id title author issued date-parts keyword note paper summary authors family type".split()
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_json_of_any_shape_is_read_or_refused(data: object) -> None:
    for name in ("csl-json", "hf-json"):
        try:
            dump = read(json.dumps(data), name)
        except UnreadableSource:
            continue
        assert all(entry.title for entry in dump.entries)


@settings(max_examples=150, deadline=None)
@for_all(st.lists(st.sampled_from(["TY  - JOUR", "ER  - ", "TI  - T", "AU  - , ", "AU  - A", "KW  -", "x", "ID  - k"])))
def test_ris_of_any_shape_is_read_or_refused(lines: list[str]) -> None:
    try:
        dump = read("\n".join([*lines, ""]), "ris")
    except UnreadableSource:
        return
    assert all(entry.title.startswith("T") for entry in dump.entries)
