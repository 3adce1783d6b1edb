"""Titles as they are shown: harmless, with their TeX made readable, and search words marked where they were found."""

from __future__ import annotations

from collections.abc import Sequence

from readlist.tui.spans import Line, marked, marks, safe, wrap


def has_tex(text: str) -> bool:
    """Whether there may be TeX in a title; most have none, and the module that reads it is not loaded for them."""
    return "$" in text or "\\" in text or "{" in text


def shown_title(text: str, *, tex: bool = True) -> str:
    """A title fit to be shown. ``tex=False`` leaves its TeX as it is: what reads it takes time to load."""
    if tex and has_tex(text):
        from readlist.tex import readable

        text = readable(text)
    return safe(text)


def title_marks(text: str, shown: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where search words are in a title as it is shown.

    A search finds what the title is written like (``odinger`` in ``Schr\\"odinger``): where that cannot be seen any
    more, the words that stand in its place are marked.
    """
    places = marks(shown, words) if words else []
    raw = safe(text)
    if not words or raw == shown:
        return places
    lost = [word for word in words if not marks(shown, [word])]
    return sorted({*places, *_instead(raw, shown, marks(raw, lost))}) if lost else places


def _instead(raw: str, shown: str, found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The words of the shown title that stand where something was found in the one as it is written."""
    from difflib import SequenceMatcher

    before, after = _words(raw), _words(shown)
    hit = {n for n, (start, end) in enumerate(before) if any(start < last and first < end for first, last in found)}
    steps = SequenceMatcher(
        None, [raw[start:end] for start, end in before], [shown[start:end] for start, end in after], autojunk=False
    ).get_opcodes()
    places = []
    for what, first, last, start, end in steps:
        for number in range(start, end):
            alike = last - first == end - start
            if what != "equal" and (first + number - start in hit if alike else hit & set(range(first, last))):
                places.append(after[number])
    return places


def _words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text are."""
    places, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        places.append((start, at))
    return places


def title_lines(text: str, width: int, words: Sequence[str] = (), *, tex: bool = True) -> list[Line]:
    """A title wrapped to a width."""
    shown = shown_title(text, tex=tex)
    places = title_marks(text, shown, words)
    return [marked(shown, "title", places, start, end) for start, end in wrap(shown, width)]
