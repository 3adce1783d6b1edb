"""A folder of notes in Markdown, one a paper, as Obsidian and Logseq read them: front matter, wiki links, an index.

Above a marked line a note is ours and made anew; what a person writes below it, and fields that they add to the front
matter, stay to the letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

from readlist.exporters.citekeys import key_of
from readlist.exporters.latex import unicode_text
from readlist.exporters.markdown import URL_SAFE, by_status, escape, tag_name
from readlist.paper import Paper
from readlist.text import collapse

MARK = "<!-- readlist: what stands below this line is yours and stays -->"
INDEX = "Reading list"
#: The fields of the front matter that are ours.
FIELDS = (
    "readlist", "title", "authors", "year", "arxiv", "doi", "url", "published_in", "status", "priority", "tags",
)  # fmt: skip
_FRONT = re.compile(r"\A---[ \t]*\r?\n(?P<fields>.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"[^\s#-][^:\n]*(?=:)")
# What ends or parts a wiki link, or cannot stand in a file's name.
_NOT_IN_LINK = re.compile(r"[\[\]|#^\\/:*?\"<>]+")


def file_name(name: str) -> str:
    """The file of a note: keys may hold ``/`` and ``:``, file names may not; signs that no key has stand for them, so
    that two papers never have one file."""
    return name.replace("/", ",").replace(":", "=") + ".md"


def note(paper: Paper, old: str | None) -> str | None:
    """A paper's note, given what its file says now; None where that has no marked line, so that it is nobody's but
    the person's."""
    return _kept_below(_top(paper, old or ""), old)


def index(papers: Iterable[Paper], old: str | None) -> str | None:
    """The list of all notes by read status, with what stands below the mark in its file now; None as for `note`."""
    return _kept_below(f"{by_status(papers, _index_item)}\n", old)


def _kept_below(top: str, old: str | None) -> str | None:
    if old is None or not old.strip():
        return f"{top}{MARK}\n"
    _, mark, below = old.partition(MARK)
    return f"{top}{MARK}{below}" if mark else None


def _top(paper: Paper, old: str) -> str:
    title = escape(paper.title)
    names = [f"[[{name}]]" for author in paper.authors if (name := _link(author.name))]
    links = [f"[{_place(paper)}]({quote(paper.url.strip(), safe=URL_SAFE)})"] if paper.url else []
    if paper.doi:
        links.append(f"[DOI](https://doi.org/{quote(paper.doi.strip(), safe=URL_SAFE)})")
    parts = [
        f"---\n{_front_matter(paper)}{_theirs(old)}---",
        f"# {title}",
        " · ".join(filter(None, [", ".join(names), str(paper.year or ""), *links])),
        f"> {escape(paper.abstract)}" if paper.abstract.strip() else "",
        # A person's note is Markdown already.
        f"## Note\n\n{paper.note.strip()}" if paper.note.strip() else "",
    ]
    # A mark in somebody's text would be taken for ours.
    return "\n\n".join(filter(None, parts)).replace(MARK, MARK.replace(":", "")) + "\n\n"


def _place(paper: Paper) -> str:
    return f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "page"


def _front_matter(paper: Paper) -> str:
    values: dict[str, object] = dict(
        zip(
            FIELDS,
            (
                paper.short_id, unicode_text(paper.title), [unicode_text(author.name) for author in paper.authors],
                paper.year, paper.arxiv_id, paper.doi, paper.url, collapse(paper.journal_ref or ""),
                paper.status.value, paper.priority or None, [tag_name(tag) for tag in paper.tags],
            ),
            strict=True,
        )
    )  # fmt: skip
    # JSON is YAML: one line a field, and no text of a title is taken for anything else.
    return "".join(f"{name}: {_yaml(value)}\n" for name, value in values.items() if value)


def _yaml(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return "".join(f"\\u{ord(c):04x}" if c != " " and not c.isprintable() and ord(c) < 0x10000 else c for c in text)


def _theirs(old: str) -> str:
    """The fields that a person added to the front matter, with the lines that belong to each."""
    front = _FRONT.match(old)
    kept: list[str] = []
    keeping = False
    for line in front["fields"].splitlines(keepends=True) if front else ():
        name = _FIELD.match(line)
        if name is not None:
            keeping = name[0].strip() not in FIELDS
        if keeping:
            kept.append(line)
    return "".join(kept)


def _link(text: str) -> str:
    return collapse(_NOT_IN_LINK.sub(" ", unicode_text(text)))


def _index_item(paper: Paper) -> str:
    return f"[[{file_name(key_of(paper)).removesuffix('.md')}|{_link(paper.title) or key_of(paper)}]]"
