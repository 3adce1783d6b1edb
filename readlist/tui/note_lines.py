"""Notes as they are read: their Markdown drawn lightly, as lines in the roles of everything else."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.segment import Segment

from readlist.tui.spans import Line, paragraph, safe

#: Characters that are drawn as Markdown; what follows is shown as it was typed.
_LONGEST = 20_000
#: What may be Markdown. Most notes are plain, and what reads it takes time to load.
_MARKUP = re.compile(r"[*_`#\[>~|]|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
#: A colour for each role that Rich's own styles of Markdown have no attribute for.
_ROLES = {"color(1)": "heading", "color(2)": "label", "color(3)": "link"}
_STYLES = {
    **{f"markdown.h{level}": "bold color(1)" for level in range(1, 7)},
    "markdown.code": "color(2)", "markdown.code_block": "color(2)", "markdown.link": "color(3)",
    "markdown.link_url": "color(3)", "markdown.item.bullet": "color(2)", "markdown.item.number": "color(2)",
}  # fmt: skip


def note_lines(note: str, width: int, *, drawn: bool = True) -> list[Line]:
    """A note wrapped to a width. ``drawn=False`` leaves its Markdown as it was typed."""
    if not drawn or not _MARKUP.search(note):
        return _typed(note, width)
    return [list(line) for line in _drawn(note[:_LONGEST], width)] + (
        _typed(note[_LONGEST:], width) if len(note) > _LONGEST else []
    )


def _typed(note: str, width: int) -> list[Line]:
    return [line for part in note.splitlines() for line in (paragraph(part, width) if part.strip() else [[]])]


@lru_cache(maxsize=16)
def _drawn(note: str, width: int) -> tuple[tuple[tuple[str, str], ...], ...]:
    from io import StringIO

    from markdown_it import MarkdownIt
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import Heading, Markdown
    from rich.theme import Theme

    class _Heading(Heading):
        """At the left and in no box: the pane is narrow."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            self.text.justify = "left"
            yield self.text

    class _Markdown(Markdown):
        elements = {**Markdown.elements, "heading_open": _Heading}

    # Lines end where a person ended them, and what looks like HTML is text.
    text = "  \n".join(safe(line) for line in note.splitlines())
    markdown = _Markdown(text, hyperlinks=False)
    markdown.parsed = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").enable("table").parse(text)
    console = Console(file=StringIO(), width=width, theme=Theme(_STYLES), color_system=None)
    found = console.render_lines(markdown, console.options.update(width=width), pad=False)
    lines = [tuple((segment.text, _role(segment)) for segment in line if segment.text) for line in found]
    while lines and not "".join(text for text, _ in lines[-1]).strip():
        lines.pop()
    return tuple(lines)


def _role(segment: Segment) -> str:
    style = segment.style
    if style is None:
        return "text"
    role = _ROLES.get(style.color.name, "") if style.color is not None else ""
    return role or ("strong" if style.bold else "dim" if style.strike or style.dim else "text")
