"""A reading list in Markdown: check boxes and links, for READMEs, Obsidian, Logseq and issue trackers.

Task list items as in GitHub Flavored Markdown, section 5.3; escapes as in CommonMark, section 2.4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

from readlist.exporters.latex import unicode_text
from readlist.paper import Paper, Status

_HEADINGS = {
    Status.READING: "Reading",
    Status.TO_READ: "To read",
    Status.NEW: "New",
    Status.READ: "Read",
    Status.SKIPPED: "Skipped",
}
_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_NOT_IN_TAG = re.compile(r"[^\w/-]+")
URL_SAFE = "/:?&=#%+,;@~!$*-."
_MOST_AUTHORS = 5


def markdown(papers: Iterable[Paper]) -> str:
    """Papers by read status, in the given order within each; a read paper's box is ticked."""
    return by_status(papers, _described)


def by_status(papers: Iterable[Paper], describe: Callable[[Paper], str]) -> str:
    """A list with a heading for each read status; ``describe`` says a paper in one line of Markdown."""
    items: dict[Status, list[str]] = {status: [] for status in _HEADINGS}
    for paper in papers:
        box = "x" if paper.status is Status.READ else " "
        items[paper.status].append(f"- [{box}] {describe(paper)}\n")
    sections = [f"## {_HEADINGS[status]}\n\n{''.join(lines)}" for status, lines in items.items() if lines]
    return "\n".join(["# Reading list\n", *sections])


def tag_name(tag: str) -> str:
    """A tag as Markdown programs take it: one word."""
    return _NOT_IN_TAG.sub("-", tag)


def escape(text: str) -> str:
    """Text on one line in which no character means anything to Markdown or HTML."""
    return _MEANS_SOMETHING.sub(r"\\\1", unicode_text(text))


def _described(paper: Paper) -> str:
    title = escape(paper.title)
    if paper.url:
        title = f"[{title}]({quote(paper.url.strip(), safe=URL_SAFE)})"
    names = [escape(author.name) for author in paper.authors[:_MOST_AUTHORS]]
    if len(paper.authors) > _MOST_AUTHORS:
        names.append("et al.")
    parts = [title, ", ".join(names), str(paper.year or "")]
    tags = " ".join("#" + tag_name(tag) for tag in paper.tags)
    return " · ".join(filter(None, [*parts, tags]))
