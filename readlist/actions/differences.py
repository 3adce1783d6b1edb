"""Where two texts differ, word by word, as a person would mark it with a pencil.

Case, accents, punctuation, hyphens and TeX are no differences. Pure, so that both faces mark the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from readlist.text import fold

#: So many words of each text are compared; what stands behind them is shown without marks.
MOST_WORDS = 1000
#: Texts that share less than this are not marked: where all is different, marks only make it hard to read.
FOREIGN = 0.2
# What a reader takes for one word. Hyphens and slashes part words, for the other text may write a blank there.
_WORD = re.compile(r"[^\s\-\u2010-\u2015\u2212/]+")
_NOT_ALNUM = re.compile(r"[\W_]+")
# An equal word between longer changes is chance ("the"), and islands are hard to read.
_ISLAND, _SEA = 1, 3


class Step(NamedTuple):
    """A run of both texts, as places of characters: equal in both, or (``same`` is False) what each has instead."""

    same: bool
    first: tuple[int, int]
    second: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Differences:
    """The steps from one text to the other, in order; together they hold both texts wholly.

    ``share``: words in common among those of both, 0 to 1. ``marked`` is False where the texts have so little in
    common that marks would say nothing.
    """

    steps: tuple[Step, ...]
    share: float
    marked: bool = True

    @property
    def same(self) -> bool:
        """Whether nothing is different."""
        return all(step.same for step in self.steps)

    def only_first(self) -> list[tuple[int, int]]:
        """Places in the first text that the second one lacks."""
        return [step.first for step in self._different() if step.first[0] < step.first[1]]

    def only_second(self) -> list[tuple[int, int]]:
        """Places in the second text that the first one lacks."""
        return [step.second for step in self._different() if step.second[0] < step.second[1]]

    def _different(self) -> Iterator[Step]:
        return (step for step in self.steps if self.marked and not step.same)


class _Word(NamedTuple):
    folded: str
    start: int
    end: int


#: A piece of text: ``same``, ``first`` (only there) or ``second``.
Piece = tuple[str, str]


def merged(found: Differences, first: str, second: str) -> list[list[Piece]]:
    """Both texts as one, in words that lines may be broken between; what is equal is told in the second's spelling.

    What only one side has stands in brackets, as ``git diff --word-diff`` writes it: ``[-first-]``, ``{+second+}``.
    """
    words: list[list[Piece]] = []
    glued = False
    for step in found.steps if found.marked else ():
        if step.same:
            glued = _add(words, "same", second[slice(*step.second)], glued)
            continue
        gone, new = first[slice(*step.first)], second[slice(*step.second)]
        if gone:
            _add(words, "first", f"[-{gone}-]", False)
            glued = False
        if new:
            glued = _add(words, "second", f"{{+{new}+}}", glued)
    if not found.marked:
        _add(words, "same", second, False)
    return words


def _add(words: list[list[Piece]], kind: str, text: str, glued: bool) -> bool:
    """Add the words of a text, the first one to the last word before it where nothing parts them."""
    parts = text.split()
    for number, part in enumerate(parts):
        if number == 0 and glued and words and not text[0].isspace():
            words[-1].append((kind, part))
        else:
            words.append([(kind, part)])
    return bool(parts) and not text[-1].isspace()


def differences(first: str, second: str) -> Differences:
    """Compare two texts word by word."""
    one, other = _words(first), _words(second)
    head = [word.folded for word in one[:MOST_WORDS]], [word.folded for word in other[:MOST_WORDS]]
    runs = _joined(_without_islands(_matched(*head)), *head)
    shared = sum(run[2] - run[1] for run in runs if run[0])
    total = len(head[0]) + len(head[1])
    share = min(1.0, 2 * shared / total) if total else 1.0
    return Differences(tuple(_placed(runs, one, other, first, second)), share, bool(shared) and share >= FOREIGN)


# same, and word places in the first and in the second text
_Run = tuple[bool, int, int, int, int]


def _words(text: str) -> list[_Word]:
    found = []
    for match in _WORD.finditer(text):
        if match[0].isascii() and match[0].isalnum():
            found.append(_Word(match[0].lower(), *match.span()))
            continue
        folded = _NOT_ALNUM.sub("", fold(match[0]))
        if folded:
            found.append(_Word(folded, *_trimmed(match)))
    return found


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """The place of a word without the commas and brackets around it."""
    text = match[0]
    # ™ is no letter, and stands for two.
    if "\\" in text or not any(c.isalnum() for c in text):
        return match.span()
    left = next(i for i, c in enumerate(text) if c.isalnum())
    right = next(i for i, c in enumerate(reversed(text)) if c.isalnum())
    return match.start() + left, match.end() - right


def _matched(first: Sequence[str], second: Sequence[str]) -> list[_Run]:
    # Most pairs begin and end alike: what is equal there costs nothing.
    shorter = min(len(first), len(second))
    start = next((i for i in range(shorter) if first[i] != second[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if first[-1 - i] != second[-1 - i]), rest)
    middle = first[start : len(first) - end], second[start : len(second) - end]
    runs: list[_Run] = [(True, 0, start, 0, start)] if start else []
    # In long texts the matcher takes frequent words for junk that only extends a match: quicker, and easier to read.
    for tag, i, j, k, m in SequenceMatcher(None, *middle).get_opcodes():
        runs.append((tag == "equal", i + start, j + start, k + start, m + start))
    if end:
        runs.append((True, len(first) - end, len(first), len(second) - end, len(second)))
    return runs


def _without_islands(runs: list[_Run]) -> list[_Run]:
    kept: list[_Run] = []
    for number, run in enumerate(runs):
        around = runs[number - 1 : number] + runs[number + 1 : number + 2]
        island = (
            run[0] and run[2] - run[1] <= _ISLAND and len(around) == 2 and all(_size(one) >= _SEA for one in around)
        )
        same = run[0] and not island
        if kept and not same and not kept[-1][0]:
            kept[-1] = (False, kept[-1][1], run[2], kept[-1][3], run[4])
        else:
            kept.append((same, *run[1:]))
    return kept


def _size(run: _Run) -> int:
    return 0 if run[0] else max(run[2] - run[1], run[4] - run[3])


def _joined(runs: list[_Run], first: Sequence[str], second: Sequence[str]) -> list[_Run]:
    """``multi-modal`` and ``multimodal`` are the same letters, parted otherwise."""
    return [(run[0] or "".join(first[run[1] : run[2]]) == "".join(second[run[3] : run[4]]), *run[1:]) for run in runs]


def _placed(runs: list[_Run], one: Sequence[_Word], other: Sequence[_Word], first: str, second: str) -> Iterator[Step]:
    """Word places as places of characters. What stands between words belongs to what is equal, where it can."""
    at, beside = 0, 0
    for same, i, j, k, m in runs:
        if same:
            continue
        start, end = (one[i].start, one[j - 1].end) if i < j else (_gap(one, i, len(first)),) * 2
        left, right = (other[k].start, other[m - 1].end) if k < m else (_gap(other, k, len(second)),) * 2
        if at < start or beside < left:
            yield Step(True, (at, max(start, at)), (beside, max(left, beside)))
        yield Step(False, (start, end), (left, right))
        at, beside = end, right
    if at < len(first) or beside < len(second):
        yield Step(True, (at, len(first)), (beside, len(second)))


def _gap(words: Sequence[_Word], place: int, length: int) -> int:
    return words[place].start if place < len(words) else length
