"""A reading list in Markdown: check boxes and links, for READMEs, Obsidian, Logseq and issue trackers.

Task list items as in GitHub Flavored Markdown, section 5.3; escapes as in CommonMark, section 2.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_URL_SAFE = "/:?&=#%+,;@~!$*-."
_MOST_AUTHORS = 5


def markdown(papers: Iterable[Paper]) -> str:
    """Papers by read status, in the given order within each; a read paper's box is ticked."""
    by_status: dict[Status, list[str]] = {status: [] for status in _HEADINGS}
    for paper in papers:
        by_status[paper.status].append(_item(paper))
    sections = [
        f"## {_HEADINGS[status]}\n\n" + "".join(f"{item}\n" for item in items)
        for status, items in by_status.items()
        if items
    ]
    return "\n".join(["# Reading list\n", *sections])


def escape(text: str) -> str:
    """Text on one line in which no character means anything to Markdown or HTML."""
    return _MEANS_SOMETHING.sub(r"\\\1", unicode_text(text))


def _item(paper: Paper) -> str:
    title = escape(paper.title)
    if paper.url:
        title = f"[{title}]({quote(paper.url.strip(), safe=_URL_SAFE)})"
    names = [escape(author.name) for author in paper.authors[:_MOST_AUTHORS]]
    if len(paper.authors) > _MOST_AUTHORS:
        names.append("et al.")
    parts = [title, ", ".join(names), str(paper.year or "")]
    tags = " ".join("#" + _NOT_IN_TAG.sub("-", tag) for tag in paper.tags)
    box = "x" if paper.status is Status.READ else " "
    return f"- [{box}] " + " · ".join(filter(None, [*parts, tags]))
