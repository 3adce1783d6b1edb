"""Notes in Markdown: what is ours is made anew, what is the person's stays to the letter."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from readlist.exporters.notes import FIELDS, MARK, file_name, index, note
from readlist.paper import Author, Status
from tests.exporters.samples import TITLES, keyed, paper


def made(old: str | None = None, **changes: Any) -> str:
    text = note(keyed([paper(**changes)])[0], old)
    assert text is not None
    return text


def front(text: str) -> dict[str, Any]:
    lines = text.split("---\n")[1].splitlines()
    return {name: json.loads(value) for name, _, value in (line.partition(": ") for line in lines)}


def test_a_note() -> None:
    assert made(tags=("big faces",), doi="10.1/x", note="*Mine.*", priority=2) == (
        "---\n"
        'readlist: "p1"\n'
        'title: "InstantID: Zero-shot Identity-Preserving Generation in Seconds"\n'
        'authors: ["Qixun Wang", "Xu Bai", "Haofan Wang"]\n'
        "year: 2024\n"
        'arxiv: "2401.07519"\n'
        'doi: "10.1/x"\n'
        'url: "https://arxiv.org/abs/2401.07519"\n'
        'status: "new"\n'
        "priority: 2\n"
        'tags: ["big-faces"]\n'
        "---\n\n"
        "# InstantID: Zero-shot Identity-Preserving Generation in Seconds\n\n"
        "[[Qixun Wang]], [[Xu Bai]], [[Haofan Wang]] · 2024 · "
        "[arXiv:2401.07519](https://arxiv.org/abs/2401.07519) · [DOI](https://doi.org/10.1/x)\n\n"
        "> There has been significant progress in personalized image synthesis.\n\n"
        "## Note\n\n*Mine.*\n\n"
        f"{MARK}\n"
    )


def test_what_a_person_wrote_stays() -> None:
    mine = "\r\n\n# My thoughts\n\n- [[Other paper]]   \n---\nstatus: none\n"
    old = made().replace("---\n\n#", "aliases:\n  - ID\n# a comment\ncssclass: wide\n---\n\n#", 1).rstrip("\n") + mine
    new = made(old, status=Status.READ, title="Renamed")
    assert new.endswith(MARK + mine)
    assert "\naliases:\n  - ID\n# a comment\ncssclass: wide\n---\n\n# Renamed\n" in new
    assert new.count('status: "') == 1
    assert made(new, status=Status.READ, title="Renamed") == new


def test_a_note_without_the_mark_is_the_persons() -> None:
    assert note(keyed([paper()])[0], "# Mine\n") is None
    assert note(keyed([paper()])[0], " \n") == made()


def test_a_mark_in_the_text_is_no_mark() -> None:
    text = made(note=f"see {MARK} here", title=MARK)
    assert text.count(MARK) == 1
    assert made(text + "mine\n", note=f"see {MARK} here", title=MARK).endswith(f"{MARK}\nmine\n")


@given(st.sampled_from(TITLES) | st.text(max_size=30), st.text(max_size=12), st.text(max_size=40))
def test_front_matter_is_read_back(title: str, name: str, below: str) -> None:
    text = made(title=title, authors=(Author(name, name, ""),), tags=(name,) if name.strip() else ())
    assert set(front(text)) <= set(FIELDS)
    assert front(text)["readlist"] == "p1"
    assert made(text + below, title=title, authors=(Author(name, name, ""),)).endswith(f"{MARK}\n{below}")


def test_the_index_links_to_the_notes() -> None:
    papers = keyed([paper(1, title="A [b] | c"), paper(2, status=Status.READ, title="Done")])
    text = index(papers, None)
    assert text == (
        f"# Reading list\n\n## New\n\n- [ ] [[wang2024b|A b c]]\n\n## Read\n\n- [x] [[wang2024done|Done]]\n\n{MARK}\n"
    )
    assert index(papers, f"{text}mine") == f"{text}mine"


def test_names_of_files() -> None:
    assert file_name("DBLP:conf/x") == "DBLP=conf,x.md"
    assert len({file_name(key) for key in ("a/b", "a:b", "a_b", "a.b", "a-b", "a+b")}) == 6
