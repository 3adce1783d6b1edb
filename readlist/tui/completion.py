"""What the word that is being typed in a search can become. Pure: what there is to choose from is handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from readlist.actions.browsing import FILTERS, VALUES
from readlist.text import fold

#: Choices that are offered at once.
MOST = 7
#: Filters whose values are looked up in the library, in a thread.
LOOKED_UP = frozenset({"author", "cat", "source", "year"})
_WORD = re.compile(r'-?(?:[A-Za-z]+:)?(?:"[^"]*"?|[^\s"]*)')
_PARTS = re.compile(r'(?P<sign>-?)(?:(?P<name>[A-Za-z]+):)?(?P<quote>"?)(?P<value>[^"]*)')


class Word(NamedTuple):
    """The word before the cursor: where it starts, ``-`` before it, the filter, and its value so far."""

    start: int
    sign: str
    name: str | None
    value: str


class Choice(NamedTuple):
    """What the word can become, how it is shown, and on how many papers it is. ``open``: a value is still to come."""

    text: str
    shown: str
    number: int | None = None
    open: bool = False


def word_at(text: str, cursor: int) -> Word | None:
    """The word that ends at the cursor; None between words and inside one."""
    if text[cursor : cursor + 1].strip():
        return None
    at = 0
    while at < cursor:
        if text[at].isspace():
            at += 1
            continue
        found = _WORD.match(text, at)
        end = max(found.end() if found else at, at + 1)
        if end >= cursor:
            parts = _PARTS.fullmatch(text[at:cursor])
            if parts is None or end > cursor:
                return None
            return Word(at, parts["sign"], parts["name"] and parts["name"].lower(), parts["value"])
        at = end
    return None


def unfinished(text: str, cursor: int) -> tuple[str, str] | None:
    """The word at the cursor that may become a filter, being the beginning of a filter's name, and the rest."""
    word = word_at(text, cursor)
    if word is None or word.name is not None or not word.value:
        return None
    typed = text[word.start : cursor]
    if typed != word.sign + word.value or not any(name.startswith(word.value.lower()) for name in FILTERS):
        return None
    return typed, text[: word.start] + text[cursor:]


def choices(word: Word | None, tags: Mapping[str, int], found: Mapping[str, int]) -> list[Choice]:
    """The best choices for a word. ``found``: what was looked up for its filter."""
    if word is None:
        return []
    if word.name is None:
        if len(word.value) < 2:
            return []
        names = [name for name in FILTERS if name.startswith(word.value.lower())]
        return [Choice(f"{word.sign}{name}:", f"{name}:", open=True) for name in names]
    numbers: Mapping[str, int | None]
    if word.name == "tag":
        numbers = dict(tags)
    elif word.name in LOOKED_UP:
        numbers = {value: number or None for value, number in found.items()}
    else:
        numbers = dict.fromkeys(VALUES.get(word.name, ()))
    chosen = _matching(numbers, word.value)
    return [
        Choice(f"{word.sign}{word.name}:{_quoted(value)}", value, numbers[value])
        for value in chosen
        if value.casefold() != word.value.casefold() or len(chosen) > 1
    ]


def _matching(values: Iterable[str], start: str) -> list[str]:
    """Those that begin so, then those that have it inside; each in the order given."""
    wanted = fold(start)
    first: list[str] = []
    inside: list[str] = []
    for value in values:
        folded = fold(value)
        if folded.startswith(wanted):
            first.append(value)
            if len(first) == MOST:
                return first
        elif wanted in folded and len(inside) < MOST:
            inside.append(value)
    return (first + inside)[:MOST]


def _quoted(value: str) -> str:
    """A value as it is typed; one with a quotation mark inside cannot be."""
    plain = value.replace('"', " ")
    return f'"{plain}"' if re.search(r"\s", plain) else plain


def accepted(text: str, cursor: int, word: Word, choice: Choice) -> tuple[str, int]:
    """The text with the choice in the word's place, and where the cursor is then."""
    return text[: word.start] + choice.text + text[cursor:], word.start + len(choice.text)
