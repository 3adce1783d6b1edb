"""Two versions of a Markdown note made one, from what both were: block by block, and nothing new is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,}|\$\$)")


def blocks(text: str) -> list[str]:
    """The blocks of a note: what empty lines separate, a fenced piece of code being one."""
    found: list[list[str]] = [[]]
    fence = ""
    for line in text.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            if line.strip().endswith("$$") if fence == "$$" else _closes(line, fence):
                fence = ""
        elif opened and not (opened[1] == "$$" and line.strip() != "$$" and line.strip().endswith("$$")):
            fence = opened[1]
        elif not line.strip():
            if found[-1]:
                found.append([])
            continue
        found[-1].append(line)
    return [made for made in ("\n".join(lines).rstrip() for lines in found) if made.strip()]


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    return set(bare) == {fence[0]} and len(bare) >= len(fence)


def merge(base: str, ours: str, theirs: str) -> str:
    """What a note becomes that two sides changed from ``base``.

    Where only one side changed, its text stands. A block that both edited stands in both forms, ours first; one that
    one side took out and the other left alone goes; what either side added stays, in its place.
    """
    if ours in (theirs, base):
        return theirs
    if theirs == base:
        return ours
    old, mine, other = blocks(base), blocks(ours), blocks(theirs)
    in_mine, in_other = _matches(old, mine), _matches(old, other)
    added_by_us = Counter(block for place, block in enumerate(mine) if place not in in_mine.values())
    result: list[str] = []
    at_mine = at_other = 0
    for place in range(len(old) + 1):
        # Up to this block of the base: what each side put before it.
        end_mine = _until(in_mine, place, len(old), len(mine))
        end_other = _until(in_other, place, len(old), len(other))
        if end_mine is not None and end_other is not None:
            result += _new(in_mine, mine, at_mine, end_mine)
            for block in _new(in_other, other, at_other, end_other):
                if added_by_us[block]:
                    added_by_us[block] -= 1  # both said it
                else:
                    result.append(block)
            at_mine, at_other = end_mine, end_other
            result += old[place : place + 1]
    return "\n\n".join(result)


def _matches(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Place in the base → place in the newer text, of the blocks that are still there."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return {match.a + step: match.b + step for match in matcher.get_matching_blocks() for step in range(match.size)}


def _until(matches: dict[int, int], place: int, old: int, new: int) -> int | None:
    """Where a block of the base stands in the newer text (past all of it: its end), None where it is gone."""
    return new if place == old else matches.get(place)


def _new(matches: dict[int, int], texts: Sequence[str], start: int, end: int) -> list[str]:
    known = set(matches.values())
    return [texts[place] for place in range(start, end) if place not in known]
