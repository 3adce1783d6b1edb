"""Text as it is drawn: made harmless, measured in terminal cells, cut, wrapped and marked.

A `Span` is a piece of text and its role (`colours` says how a role looks); a `Line` is a list of spans. Everything
in here is pure, so that what is on the screen can be tested without one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size

Span = tuple[str, str]
Line = list[Span]

_COMBINING = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
#: More than three marks on one letter are decoration that climbs into other lines.
_PILED = re.compile(f"({_COMBINING}{{3}}){_COMBINING}+")
#: Selects an emoji form; terminals disagree about how wide that makes a character.
_VARIATION = re.compile("[\ufe00-\ufe0f]")
_WORD = re.compile(r"\S+")
_QUOTED = re.compile("“([^”]*)”")
#: Control characters but tab and line end, and what turns the direction of text around.
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


def safe(text: str) -> str:
    """Text from outside as one line that can change nothing else on the screen.

    Control characters (escape sequences too) become visible pictures, bidi overrides and other invisible format
    characters are dropped, line ends and tabs become blanks.
    """
    if text.isascii() and text.isprintable():
        return text
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _harmless(c) for c in text)
    return _PILED.sub(r"\1", _VARIATION.sub("", text))


def _harmless(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Cf":
        # The non-joiner is part of Persian words; every other one only steers layout.
        return character if character == "\u200c" else ""
    return "\ufffd"


def editable(text: str) -> str:
    """A text of many lines as it can be edited on the screen: harmless, and otherwise as it is."""
    return _UNPRINTED.sub(lambda found: _harmless(found[0]), text)


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """Text cut to ``width`` cells, with an ellipsis where something was cut."""
    if width <= 0:
        return ""
    if len(text) * 2 <= width or cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    return (set_cell_size(text, room).rstrip() + ellipsis) if room > 0 else set_cell_size(text, width)


def fit(text: str, width: int, ellipsis: str = "…", *, right: bool = False) -> str:
    """Text cut or filled to exactly ``width`` cells."""
    text = clip(text, width, ellipsis)
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def line_width(line: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)


def fit_line(line: Line, width: int) -> Line:
    """A line cut or filled to exactly ``width`` cells."""
    out: Line = []
    left = width
    for text, role in line:
        size = cell_len(text)
        if size > left:
            if left > 0:
                out.append((set_cell_size(text, left), role))
            return out
        out.append((text, role))
        left -= size
    if left > 0:
        out.append((" " * left, ""))
    return out


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of a paragraph start and end, ``width`` cells each at most; long words are cut."""
    width = max(width, 1)
    lines: list[tuple[int, int]] = []
    start = end = used = 0
    for word in _WORD.finditer(text):
        size = cell_len(word[0])
        gap = cell_len(text[end : word.start()]) if used else 0
        if used and used + gap + size <= width:
            end, used = word.end(), used + gap + size
            continue
        if used:
            lines.append((start, end))
        start, end, used = word.start(), word.end(), size
        while used > width:
            cut = start
            room = width
            while cut < end and (cells := cell_len(text[cut])) <= room:
                room -= cells
                cut += 1
            cut = max(cut, start + 1)
            lines.append((start, cut))
            start = cut
            used = cell_len(text[start:end])
    if used or not lines:
        lines.append((start, end))
    return lines


def marks(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where search words begin a word of the text, in order and without overlap."""
    wanted = [re.escape(part) for word in words for part in _WORD.findall(word) if part]
    if not wanted:
        return []
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(sorted(wanted, key=len, reverse=True))})", text, re.IGNORECASE)
    return [hit.span() for hit in found]


def marked(
    text: str, role: str, places: Iterable[tuple[int, int]], start: int = 0, end: int | None = None, *, hit: str = "hit"
) -> Line:
    """A part of a text as spans, with another role (``hit``) where the places are."""
    end = len(text) if end is None else end
    out: Line = []
    at = start
    for place in places:
        first, last = max(place[0], at), min(place[1], end)
        if first >= last:
            continue
        if first > at:
            out.append((text[at:first], role))
        out.append((text[first:last], hit))
        at = last
    if at < end or not out:
        out.append((text[at:end], role))
    return out


def squeezed(line: Line, width: int, ellipsis: str = "…", *, least: int = 1) -> Line:
    """A line with the titles in it (between “ and ”) cut as far as it takes to fit, each to ``least`` cells at most."""
    for room in range(max((cell_len(title) for text, _ in line for title in _QUOTED.findall(text)), default=0), 0, -1):
        if room < least or line_width(line) <= width:
            break
        line = [(_QUOTED.sub(lambda found: f"“{clip(found[1], room, ellipsis)}”", text), role) for text, role in line]  # noqa: B023
    return line


def paragraph(text: str, width: int, role: str = "text", *, words: Sequence[str] = (), indent: str = "") -> list[Line]:
    """A text made harmless, wrapped, and with search words marked."""
    text = safe(text)
    places = marks(text, words) if words else []
    head: Line = [(indent, "")] if indent else []
    lines = wrap(text, width - cell_len(indent))
    return [head + marked(text, role, places, start, end) for start, end in lines]


def wrap_line(line: Line, width: int) -> list[Line]:
    """A line of spans as the lines that it takes, each piece in its role."""
    text = plain(line)
    out: list[Line] = []
    for start, end in wrap(text, width):
        out.append([])
        at = 0
        for piece, role in line:
            cut = piece[max(start - at, 0) : max(end - at, 0)]
            if cut:
                out[-1].append((cut, role))
            at += len(piece)
    return out


def plain(line: Line) -> str:
    """A line without its roles."""
    return "".join(text for text, _ in line)
