"""Runs of text in one style: what paragraphs, headings and cells of a note are made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style. A line break is ``\\n``; ``math`` text has its dollars."""

    text: str
    href: str | None = None
    strong: bool = False
    em: bool = False
    strike: bool = False
    code: bool = False
    math: bool = False

    @property
    def verbatim(self) -> bool:
        """Is the text kept as it stands?"""
        return self.code or self.math

    @property
    def blank(self) -> bool:
        """Is it white space that may be collapsed?"""
        return not self.verbatim and not self.text.strip()


Runs = tuple[Run, ...]


def cleaned(text: str) -> str:
    """Text without what no note can hold: control characters but tab and newline, half surrogates."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in {"Cc", "Cs"})


def plain(runs: Iterable[Run]) -> str:
    """The text of runs, without their styles."""
    return "".join(run.text for run in runs)


def paragraphs(runs: Sequence[Run]) -> list[Runs]:
    """Runs cut where a line is left empty, each part tidied; a paragraph has no empty line in it."""
    parts: list[list[Run]] = [[]]
    pending: list[Run] = []  # what may still turn out to be the white space of an empty line
    for run in _merged(runs):
        for piece in filter(None, re.split(r"(\n)", run.text)):
            if piece == "\n":
                if any(other.text == "\n" for other in pending):
                    parts.append([])
                    pending = []
                pending.append(Run("\n"))
            elif not piece.strip():
                pending.append(replace(run, text=piece))
            else:
                parts[-1] += [*pending, replace(run, text=piece)]
                pending = []
    return [made for made in map(tidy, parts) if made]


def tidy(runs: Sequence[Run]) -> Runs:
    """Runs as they compare: white space collapsed, outside of styles, none at the ends of lines; neighbours of one
    style are one."""
    pieces = [piece for run in runs for piece in _pieces(run)]
    pieces = _merged(_spaced(pieces))
    while pieces and not pieces[0].text.strip():
        pieces.pop(0)
    while pieces and not pieces[-1].text.strip():
        pieces.pop()
    if pieces and not pieces[0].verbatim:
        pieces[0] = replace(pieces[0], text=pieces[0].text.lstrip())
    if pieces and not pieces[-1].verbatim:
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip())
    return tuple(pieces)


def _pieces(run: Run) -> Iterator[Run]:
    """The white space before and after the words apart from them; code and formulas whole."""
    if run.verbatim:
        text = re.sub(r"[ \n\t]+", " ", run.text)
        if text.strip():
            yield replace(run, text=text.strip() if run.math else text)
        elif text:
            yield Run(text)
        return
    words = run.text.strip()
    start = len(run.text) - len(run.text.lstrip())
    lines = (re.sub(r"[ \t]+", " ", line.strip()) for line in words.split("\n"))
    for text in (run.text[:start], "\n".join(filter(None, lines)), run.text[start + len(words) :]):
        if text:
            yield replace(run, text=text)


def _spaced(pieces: Sequence[Run]) -> Iterator[Run]:
    """White space keeps a style only between two words of it, and is one space or one line break."""
    place = 0
    while place < len(pieces):
        run = pieces[place]
        if not run.blank:
            yield run
            place += 1
            continue
        end = place
        while end < len(pieces) and pieces[end].blank:
            end += 1
        gap = "".join(piece.text for piece in pieces[place:end])
        text = "\n" if "\n" in gap else re.sub(r"[ \t]+", " ", gap)
        before, after = (pieces[place - 1] if place else None), (pieces[end] if end < len(pieces) else None)
        yield replace(_shared(before, after), text=text)
        place = end


def _shared(before: Run | None, after: Run | None) -> Run:
    if before is None or after is None:
        return Run("")
    return Run(
        "",
        href=before.href if before.href == after.href else None,
        strong=before.strong and after.strong,
        em=before.em and after.em,
        strike=before.strike and after.strike,
    )


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one style as one; a formula stays by itself."""
    kept: list[tuple[Run, list[str]]] = []
    for run in runs:
        style = replace(run, text="")
        if kept and not run.math and kept[-1][0] == style:
            kept[-1][1].append(run.text)
        elif run.text:
            kept.append((style, [run.text]))
    return [replace(style, text="".join(texts)) for style, texts in kept]
