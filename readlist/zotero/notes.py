"""A paper's Markdown note ↔ our one child note of its item in Zotero.

The child note begins with a heading, which Zotero shows as its title in the item list; by it a person and another
installation know that the note is ours. What stands under it is the paper's note.

The normal form of a note is what comes back from Zotero (`normal`): the same text, with one empty line between
blocks, ``-`` for bullets, numbers counted on, ``#`` headings, ``*`` and ``**`` for emphasis, fenced code, a line break
where a line ended, ``[text](address)`` for all links and pictures, and escapes only where they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from readlist.zotero import note_blocks, note_runs, note_text
from readlist.zotero.note_blocks import Block, Heading, Para
from readlist.zotero.note_merge import merge

__all__ = ["LIMIT", "TITLE", "from_html", "is_ours", "merge", "normal", "to_html"]

#: The first line of our note.
TITLE = "readlist note"
#: Characters that the server takes in a note; a longer one is refused.
LIMIT = 500_000


def to_html(markdown: str) -> str:
    """The HTML of our child note. HTML inside the Markdown is shown as text."""
    body = note_text.render(markdown)
    return f"<h1>{TITLE}</h1>\n{body}".rstrip()


def is_ours(html: str) -> bool:
    """Does this note begin as ours do, whatever the editor made of the heading?"""
    return TITLE in html and _marked(note_blocks.read(html))


def from_html(html: str) -> str:
    """The Markdown of a note, without our heading; text is never lost, elements without a meaning give theirs."""
    blocks = note_blocks.read(html)
    return note_text.write(blocks[1:] if _marked(blocks) else blocks)


def normal(markdown: str) -> str:
    """A note as it comes back from Zotero: two notes that are alike in this form say the same."""
    return from_html(to_html(markdown))


def _marked(blocks: Sequence[Block]) -> bool:
    match blocks:
        case (Heading(_, runs) | Para(runs), *_):
            return note_runs.plain(runs).casefold() == TITLE
    return False
