"""The HTML of a Zotero note, read into blocks and runs of text.

Zotero's note editor wraps a note in a ``div``, drops what it does not know and pulls paragraphs into list items and
cells, so nothing here depends on more than what an element means. An element without a meaning gives its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from lxml import etree

from readlist.zotero.note_runs import Run, Runs, cleaned, paragraphs, tidy

_SILENT = frozenset({"script", "style", "template", "head", "title"})
_PARTS = frozenset(
    "html body div p section article header footer main aside nav figure figcaption address center details summary "
    "dl dt dd li form fieldset caption thead tbody tfoot tr td th".split()
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
#: Deeper than this, only the text counts; nobody writes so, and the reader must not run out of stack.
DEPTH = 40
_PLAIN = Run("")


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. ``start`` is the first number, None for bullets."""

    start: int | None
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else said."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that are kept as they are."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Math:
    """A formula of its own; ``text`` is what stands between the double dollars."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first row is the head. ``aligns``: ``left``, ``center``, ``right`` or empty, by column."""

    rows: tuple[tuple[Runs, ...], ...]
    aligns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Para | Heading | Listing | Quote | Code | Math | Table | Rule


def read(html: str) -> tuple[Block, ...]:
    """The blocks of a note's HTML; never fails."""
    source = f"<div>{cleaned(html)}</div>".encode()
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(source, parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        # Nested thousands deep: the parser gave up on what is inside, so only the words are kept.
        return tuple(Para(runs) for runs in paragraphs([Run(unescape(re.sub(r"<[^<>]*>", " ", cleaned(html))))]))
    return _blocks(root, _PLAIN, 0)


@dataclass
class _Gathering:
    """Blocks as they come; runs gather until something ends their paragraph."""

    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def add(self, block: Block) -> None:
        self.flush()
        self.blocks.append(block)

    def flush(self) -> None:
        if any(not run.blank for run in self.runs):
            self.blocks += [Para(runs) for runs in paragraphs(self.runs)]
        self.runs = []


def _blocks(element: Any, style: Run, depth: int) -> tuple[Block, ...]:
    into = _Gathering()
    _inside(element, style, into, depth)
    into.flush()
    return tuple(into.blocks)


def _inside(element: Any, style: Run, into: _Gathering, depth: int) -> None:
    if depth > DEPTH:
        _say("".join(element.itertext()), style, into)
        return
    _say(element.text, style, into)
    for child in element:
        if isinstance(child.tag, str):
            _element(child, style, into, depth + 1)
        _say(child.tail, style, into)


def _say(text: str | None, style: Run, into: _Gathering) -> None:
    if text:
        into.runs.append(replace(style, text=_SPACE.sub(" ", text)))


def _element(element: Any, style: Run, into: _Gathering, depth: int) -> None:
    tag = element.tag.lower()
    if tag in _SILENT:
        return
    if tag in _PARTS:
        into.flush()
        _inside(element, style, into, depth)
        into.flush()
    elif tag == "br":
        into.runs.append(replace(style, text="\n"))
    elif tag == "img":
        _image(element, style, into)
    elif tag in {"pre", "listing", "xmp"}:
        _pre(element, into)
    elif tag == "table":
        _table(element, style, into, depth)
    elif tag in _BLOCKS:
        into.flush()
        if block := _BLOCKS[tag](element, style, depth):
            into.add(block)
    else:
        _inline(element, tag, style, into, depth)


def _heading(element: Any, style: Run, depth: int) -> Block | None:
    runs = tidy(_one_line(flat(_blocks(element, style, depth))))
    return Heading(int(element.tag[1]), runs) if runs else None


def _listing(element: Any, style: Run, depth: int) -> Block | None:
    items = _items(element, style, depth)
    return Listing(_start(element) if element.tag.lower() == "ol" else None, items) if items else None


def _quote(element: Any, style: Run, depth: int) -> Block | None:
    inner = _blocks(element, style, depth)
    return Quote(inner) if inner else None


def _rule(_element: Any, _style: Run, _depth: int) -> Block | None:
    return Rule()


_BLOCKS: dict[str, Callable[[Any, Run, int], Block | None]] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    **dict.fromkeys(("ul", "ol"), _listing),
    "blockquote": _quote,
    "hr": _rule,
}


def _inline(element: Any, tag: str, style: Run, into: _Gathering, depth: int) -> None:
    classes = (element.get("class") or "").split()
    css = (element.get("style") or "").replace(" ", "").lower()
    if tag == "span" and "math" in classes:
        text = _SPACE.sub(" ", "".join(element.itertext())).strip()
        if text:
            into.runs.append(replace(style, text=text, math=text.startswith("$") and text.endswith("$")))
        return
    if tag == "a":
        style = replace(style, href=element.get("href") or style.href)
    elif tag in {"b", "strong"}:
        style = replace(style, strong=True)
    elif tag in {"i", "em"}:
        style = replace(style, em=True)
    elif tag in {"s", "strike", "del"} or "line-through" in css:
        style = replace(style, strike=True)
    elif tag in {"code", "tt", "kbd", "samp"}:
        style = replace(style, code=True)
    _inside(element, style, into, depth)


def _image(element: Any, style: Run, into: _Gathering) -> None:
    source = element.get("src") or ""
    text = _SPACE.sub(" ", element.get("alt") or "").strip() or ("image" if source else "")
    if text:
        address = None if source.lower().startswith("data:") else source or None
        into.runs.append(replace(style, text=text, href=style.href or address))


def _pre(element: Any, into: _Gathering) -> None:
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    text = "".join(element.itertext())
    text = text.removeprefix("\n")  # as HTML says
    bare = text.strip()
    if "math" in (element.get("class") or "").split() and bare.startswith("$$") and bare.endswith("$$"):
        body = bare[2:-2] if len(bare) >= 4 else ""
        if body.strip():
            into.add(Math(body))
            return
    text = text.removesuffix("\n")
    if text.strip():
        into.add(Code(text, _language(element)))


def _language(element: Any) -> str:
    for part in element.iter():
        for name in (part.get("class") or "").split():
            if found := re.fullmatch(r"lang(?:uage)?-([\w+#.-]{1,40})", name):
                return str(found[1])
    return ""


def _start(element: Any) -> int:
    text = element.get("start") or ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 1


def _items(element: Any, style: Run, depth: int) -> tuple[tuple[Block, ...], ...]:
    items: list[tuple[Block, ...]] = []
    stray = _Gathering()
    _say(element.text, style, stray)
    for child in element:
        if isinstance(child.tag, str):
            if child.tag.lower() == "li":
                stray.flush()
                items += [tuple(stray.blocks)] if stray.blocks else []
                stray = _Gathering()
                inner = _blocks(child, style, depth + 1)
                items += [inner] if inner else []
            elif child.tag.lower() in {"ul", "ol"} and items:  # a list in a list belongs to the item before it
                inside = _Gathering()
                _element(child, style, inside, depth + 1)
                items[-1] = (*items[-1], *inside.blocks)
            else:
                _element(child, style, stray, depth + 1)
        _say(child.tail, style, stray)
    stray.flush()
    return (*items, tuple(stray.blocks)) if stray.blocks else tuple(items)


def _table(element: Any, style: Run, into: _Gathering, depth: int) -> None:
    rows: list[list[Runs]] = []
    aligns: list[str] = []
    into.flush()
    for child in element.iter("caption"):
        into.blocks += _blocks(child, style, depth)
    for row in element.iter("tr"):
        cells = [cell for cell in row if isinstance(cell.tag, str) and cell.tag.lower() in {"th", "td"}]
        if next(row.iterancestors("table")) is not element or not cells:
            continue  # a table in a cell is text of that cell
        rows.append([tidy(_one_line(flat(_blocks(cell, style, depth + 1)))) for cell in cells])
        if len(rows) == 1:
            aligns = [_align(cell) for cell in cells]
    if not any(any(row) for row in rows):
        return
    width = max(map(len, rows))
    into.add(
        Table(
            tuple((*row, *[()] * (width - len(row))) for row in rows),
            (*aligns, *[""] * (width - len(aligns))),
        )
    )


def _align(cell: Any) -> str:
    css = (cell.get("style") or "").replace(" ", "").lower()
    found = re.search(r"text-align:(left|center|right)", css)
    return str(found[1]) if found else ""


# Runs


def flat(blocks: Sequence[Block]) -> list[Run]:
    """Blocks as one line of runs, for the places that hold no blocks."""
    lines = list(_lines(blocks))
    runs: list[Run] = []
    for line in lines:
        runs += [Run(" "), *line] if runs else line
    return runs


def _lines(blocks: Sequence[Block]) -> Iterator[Sequence[Run]]:
    for block in blocks:
        match block:
            case Para(runs) | Heading(_, runs):
                yield runs
            case Listing(_, parts):
                yield from (line for part in parts for line in _lines(part))
            case Quote(inner):
                yield from _lines(inner)
            case Code(text):
                yield (Run(_SPACE.sub(" ", text).strip(), code=True),)
            case Math(text):
                yield (Run(f"$${_SPACE.sub(' ', text)}$$"),)
            case Table(rows):
                yield from (cell for row in rows for cell in row)


def _one_line(runs: Iterable[Run]) -> list[Run]:
    return [replace(run, text=run.text.replace("\n", " ")) for run in runs]
