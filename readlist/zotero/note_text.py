"""Blocks as Markdown (CommonMark with tables, strikethrough and formulas in dollars), and Markdown as a note's HTML.

What is written is read again with the same parser before it is believed: text that would be taken for markup is
escaped, and only where it would. Styles that Markdown cannot say in some place are left out there; text never is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from mdit_py_plugins.dollarmath import dollarmath_plugin

from readlist.zotero.note_blocks import (
    Block,
    Code,
    Heading,
    Listing,
    Math,
    Para,
    Quote,
    Rule,
    Table,
    read,
)
from readlist.zotero.note_runs import Run, Runs, cleaned, plain, tidy

_SCHEMES = ("http:", "https:", "mailto:", "ftp:", "zotero:", "doi:", "arxiv:")
# What may mean anything inside a line that begins with a letter.
_SUSPECT = re.compile(r"[\\`*_\[\]<>~$|&]|://|mailto:|#$", re.MULTILINE)
#: Longer paragraphs are not read again to see what is understood: that may take the parser very long.
_LONG = 8_000
# Deeper nesting than the parser follows (it would leave out what is inside): such a text is shown as it stands.
_TOO_DEEP = re.compile(
    r"^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){20}|^[ \t]{60,}(?:[-*+]|\d{1,9}[.)])[ \t]|^(?:[ \t]*>){20}",
    re.M,
)


@cache
def parser() -> MarkdownIt:
    """The parser of notes. HTML in Markdown is text; so are link definitions, which would otherwise vanish."""
    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True, "maxNesting": 100})
    made.enable(["table", "strikethrough", "linkify"])
    made.disable(["reference", "html_block", "html_inline"])
    made.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False)
    assert made.linkify is not None
    made.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    made.linkify.add("//", None)
    for name, rule in _RULES.items():
        made.add_render_rule(name, rule)
    return made


def _fence(_self: Any, tokens: Sequence[Any], place: int, *_: Any) -> str:
    token = tokens[place]
    text, language = token.content.removesuffix("\n"), token.info.strip()
    if not text.strip() or (language and not re.fullmatch(r"[\w+#.-]{1,40}", language)):
        # What stands behind the fence and is no language would be lost.
        text, language = f"{language}\n{text}".strip("\n"), ""
    kind = f' class="language-{escapeHtml(language)}"' if language else ""
    first = "\n" if text.startswith("\n") else ""  # a line break just after <pre> does not count
    return f"<pre{kind}>{first}{escapeHtml(text)}</pre>\n"


def _image(_self: Any, tokens: Sequence[Any], place: int, *_: Any) -> str:
    token = tokens[place]
    address = str(token.attrs.get("src", ""))
    # The editor would fetch a picture; a link shows where it is and leaves it there.
    return f'<a href="{escapeHtml(address)}">{escapeHtml(token.content or "image")}</a>'


def _math(_self: Any, tokens: Sequence[Any], place: int, *_: Any) -> str:
    return f'<span class="math">${escapeHtml(tokens[place].content)}$</span>'


def _math_block(_self: Any, tokens: Sequence[Any], place: int, *_: Any) -> str:
    return f'<pre class="math">$${escapeHtml(tokens[place].content)}$$</pre>\n'


def _strike(_self: Any, tokens: Sequence[Any], place: int, *_: Any) -> str:
    # As Zotero's editor writes it.
    return '<span style="text-decoration: line-through">' if tokens[place].nesting == 1 else "</span>"


_RULES: dict[str, Callable[..., str]] = {
    "fence": _fence,
    "code_block": _fence,
    "image": _image,
    "math_inline": _math,
    "math_block": _math_block,
    "s_open": _strike,
    "s_close": _strike,
}


def render(markdown: str) -> str:
    """The HTML of a Markdown text."""
    text = cleaned(markdown)
    if _TOO_DEEP.search(text):
        return f"<pre>\n{escapeHtml(text.strip(chr(10)))}</pre>\n"
    return str(parser().render(text)).strip()


# Blocks to Markdown


def write(blocks: Sequence[Block]) -> str:
    """The Markdown of blocks, without a line break at its end."""
    return "\n\n".join(_separate(blocks))


def _separate(blocks: Sequence[Block], *, first_in_item: bool = False) -> list[str]:
    texts: list[str] = []
    marker = ""
    for place, block in enumerate(blocks):
        if isinstance(block, Listing):
            # Two lists in a row would be one, were they marked alike.
            before = blocks[place - 1] if place else None
            alike = isinstance(before, Listing) and (before.start is None) == (block.start is None)
            marks = "-*" if block.start is None else ".)"
            marker = marks[1] if alike and marker == marks[0] else marks[0]
            texts.append(_list(block, marker))
        elif isinstance(block, Rule) and not place and first_in_item:
            texts.append("___")  # three hyphens after a hyphen would be one longer rule
        else:
            texts.append(_block(block))
    return texts


def _block(block: Block) -> str:
    match block:
        case Para(runs):
            return inline(runs)
        case Heading(level, runs):
            return f"{'#' * level} {inline(runs, before='# ')}"
        case Quote(inner):
            return "\n".join(f"> {line}" if line else ">" for line in _untabbed(write(inner)).split("\n"))
        case Code(text, language):
            return _fenced(text, language)
        case Math(text):
            return _formula(text)
        case Table(rows, aligns):
            return _table(rows, aligns)
        case Rule():
            return "---"
        case Listing():  # pragma: no cover - written by `_separate`, which knows its neighbours
            return _list(block, "-" if block.start is None else ".")


def _untabbed(text: str) -> str:
    """A tab after a quotation mark counts for what is left of it."""
    return text.expandtabs(4) if "\t" in text else text


def _list(block: Listing, marker: str) -> str:
    lines: list[str] = []
    for place, item in enumerate(block.items):
        sign = marker if block.start is None else f"{min(block.start + place, 999_999_999)}{marker}"
        indent = " " * (len(sign) + 1)
        text = _item(item)
        if "\t" in text:
            text = _untabbed(text)
        first, *rest = text.split("\n")
        lines.append(f"{sign} {first}")
        lines += [f"{indent}{line}" if line else "" for line in rest]
    return "\n".join(lines)


def _item(item: Sequence[Block]) -> str:
    texts = _separate(item, first_in_item=True)
    text = texts[0]
    for before, block, more in zip(item, item[1:], texts[1:], strict=False):
        # A list interrupts a paragraph without an empty line, unless its number is not 1.
        close = isinstance(before, Para) and isinstance(block, Listing) and block.start in {None, 1}
        text += ("\n" if close else "\n\n") + more
    return text


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _formula(text: str) -> str:
    made = f"$${text}$$"
    if read(render(made)) == (Math(text),) and "\t" not in text:
        return made
    return _fenced(f"$${text}$$", "")


_DASHES = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}


def _table(rows: Sequence[Sequence[Runs]], aligns: Sequence[str]) -> str:
    written = [[inline(cell, before="| ", after=" |\n| --- |") for cell in row] for row in rows]
    written.insert(1, [_DASHES[align] for align in aligns])
    return "\n".join("| " + " | ".join(row) + " |" for row in written)


# Runs to Markdown

_MARKS = {"strong": "**", "em": "*", "strike": "~~"}


def inline(runs: Runs, *, before: str = "", after: str = "") -> str:
    """One paragraph, heading or cell. ``before`` and ``after`` are what the parser has to see around it."""
    in_cell = before == "| "
    if len(runs) == 1 and runs[0] == Run(runs[0].text) and _harmless(runs[0].text):
        return runs[0].text
    if len(plain(runs)) > _LONG:
        text = _written(tidy(_without_odd_links(runs)), _escaped, careful=True)
        return text.replace("|", "\\|") if in_cell else text
    text = ""
    for wanted in _simpler(runs):
        goal = comparable(wanted)
        for escape in (_as_is, _starts, _escaped):
            text = _written(wanted, escape, careful=escape is _escaped)
            text = text.replace("|", "\\|") if in_cell else text
            if _understood(f"{before}{text}{after}") == goal:
                return text
    return text


def _harmless(text: str) -> bool:
    return _SUSPECT.search(text) is None and all(line[:1].isalpha() for line in text.split("\n"))


def _simpler(runs: Runs) -> Iterator[Runs]:
    """The runs, then with fewer and fewer styles."""
    safe = tidy(_without_odd_links(runs))
    yield safe
    bare = tidy([replace(run, strong=False, em=False, strike=False) for run in safe])
    texts = tidy([replace(run, code=False, math=False) for run in bare])
    yield from (bare, texts, tidy([Run(run.text) for run in texts]))


def _without_odd_links(runs: Runs) -> list[Run]:
    """Addresses that a note does not link to (programs, files of this machine) stand as text behind theirs."""
    made: list[Run] = []
    for href, group in groupby(runs, lambda run: run.href):
        pieces = list(group)
        if href is None or _linkable(href):
            made += pieces
            continue
        made += [replace(piece, href=None) for piece in pieces]
        if plain(pieces).strip() != href.strip() and not href.startswith("#"):
            made.append(Run(f" ({href.strip()[:2000]})"))
    return made


def _linkable(href: str) -> bool:
    return href.lower().startswith(_SCHEMES) and parser().validateLink(href)


def comparable(runs: Runs) -> Runs:
    """Runs as they compare: an address that links to itself is as good as the address alone, and an address is
    spelt as the parser spells it."""
    made: list[Run] = []
    for href, group in groupby(runs, lambda run: run.href):
        pieces = list(group)
        address = parser().normalizeLink(href) if href else None
        if _itself(pieces, href):
            address = None
        made += [replace(piece, href=address) for piece in pieces]
    return tidy(made)


def _itself(pieces: Sequence[Run], href: str | None) -> bool:
    if href is None or len(pieces) != 1:
        return False
    text = pieces[0].text
    return text == href or parser().normalizeLink(text) == parser().normalizeLink(href)


def _understood(markdown: str) -> Runs | None:
    match read(render(markdown)):
        case (Para(runs),) | (Heading(_, runs),):
            return comparable(runs)
        case (Table(rows=((runs,),)),):
            return comparable(runs)
    return None


def _written(runs: Sequence[Run], escape: Callable[[str], str], *, careful: bool) -> str:
    text = ""
    for href, linked in groupby(_bare_addresses(runs, careful=careful), lambda run: run.href):
        inner = _styled(list(linked), escape, list(_MARKS))
        text += inner if href is None else f"[{inner}]({_destination(href)})"
    return text


def _bare_addresses(runs: Sequence[Run], *, careful: bool) -> Runs:
    """Links whose text is their address as the address alone, which is a link again; ``careful``: in brackets."""
    made: list[Run] = []
    for href, group in groupby(runs, lambda run: run.href):
        pieces = list(group)
        if _itself(pieces, href) and not pieces[0].verbatim:
            shown = replace(pieces[0], href=None)
            # As verbatim as a formula: nothing in it is escaped.
            pieces = [replace(shown, text=f"<{shown.text}>", math=True) if careful else shown]
        made += pieces
    return tidy(made)


def _destination(href: str) -> str:
    href = re.sub(r"&(?=#?\w+;)", r"\\&", parser().normalizeLink(href))
    depth = 0
    for found in re.finditer(r"[()]", href):
        depth += 1 if found[0] == "(" else -1
        if depth < 0:
            break
    return re.sub(r"[()]", _backslash, href) if depth else href


def _styled(runs: Sequence[Run], escape: Callable[[str], str], styles: list[str]) -> str:
    if not styles:
        return "".join(_leaf(run, escape) for run in runs)
    style, *others = styles
    text = ""
    for on, group in groupby(runs, lambda run: bool(getattr(run, style))):
        inner = _styled(list(group), escape, others)
        text += f"{_MARKS[style]}{inner}{_MARKS[style]}" if on else inner
    return text


def _leaf(run: Run, escape: Callable[[str], str]) -> str:
    if run.math:
        return run.text
    if run.code:
        ticks = "`" * (max(map(len, re.findall("`+", run.text)), default=0) + 1)
        text = run.text
        if text.startswith("`") or text.endswith("`") or (text[0] == text[-1] == " " and text.strip()):
            text = f" {text} "
        return f"{ticks}{text}{ticks}"
    return escape(run.text)


def _as_is(text: str) -> str:
    return text


def _starts(text: str) -> str:
    """With what begins a block at the start of a line escaped."""
    text = re.sub(r"(?m)^([#+\-=>:|]|\*(?=\s))|(?<=\s)#+$", _backslash, text)
    return re.sub(r"(?m)^(\d{1,9})([.)])", r"\1\\\2", text)


_SIGNS = re.compile(r"[\\`*_\[\]$]|<(?=[^\s<>]*[:@])|~(?=~)|(?<=~)~|^~|&(?=#?\w+;)|:(?=//)|(?<=mailto):|!$")


def _escaped(text: str) -> str:
    """With all that may mean anything escaped."""
    return _starts(_SIGNS.sub(_backslash, text))


def _backslash(found: re.Match[str]) -> str:
    return "\\" + found[0]
