"""Sorted lists from hashes to the addresses of records: what they look like, and how they are searched.

A list is cut into `PARTS` by the highest bits of the hash, which are sorted and written one by one. A part holds its
addresses and its hashes, both in the order of the hashes and then of the addresses: a few hashes as they are (32 bits),
many as their lower 16 bits behind a directory of where each value of the bits between begins.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

#: The lists of an index, by name: what each finds records by.
KINDS = ("id", "title", "term", "run")
PARTS = 64
#: Of a hash's 31 bits, those below the number of its part.
PART_BITS = 25
#: How many values the bits have that a directory is for.
DIRECTORY = 1 << (PART_BITS - 16)
#: From so many postings on, a part has a directory: it costs four bytes an entry and saves two a posting.
WORTH_DIRECTORY = 2048


class Postings:
    """One list in an open index. ``parts``: position in the file and number of postings of each part."""

    def __init__(self, words: memoryview, halves: memoryview, parts: Sequence[tuple[int, int]]) -> None:
        self._words, self._halves, self._parts = words, halves, parts

    def span(self, number: int) -> tuple[int, int]:
        """Where the addresses for a hash stand among the file's 32-bit words: from the first to before the second."""
        position, count = self._parts[number >> PART_BITS]
        first = position >> 2
        if count < WORTH_DIRECTORY:
            hashes = first + count
            begin = bisect_left(self._words, number, hashes, hashes + count)
            end = bisect_right(self._words, number, begin, hashes + count)
            return begin - count, end - count
        entry = first + (number >> 16 & (DIRECTORY - 1))
        first += DIRECTORY + 1
        hashes = (first + count) << 1
        stop = hashes + self._words[entry + 1]
        begin = bisect_left(self._halves, number & 0xFFFF, hashes + self._words[entry], stop)
        end = bisect_right(self._halves, number & 0xFFFF, begin, stop)
        return first + begin - hashes, first + end - hashes

    def addresses(self, number: int, limit: int) -> list[int]:
        """The addresses for a hash, ascending, at most the first ``limit``."""
        begin, end = self.span(number)
        return self._words[begin : min(end, begin + limit)].tolist()

    def slice(self, begin: int, end: int) -> list[int]:
        """The addresses of a span."""
        return self._words[begin:end].tolist()

    def hashes(self) -> list[int]:
        """All hashes of the list, ascending."""
        found: list[int] = []
        for number, (position, count) in enumerate(self._parts):
            first = position >> 2
            if count < WORTH_DIRECTORY:
                found += self._words[first + count : first + 2 * count]
                continue
            bounds = self._words[first : first + DIRECTORY + 1].tolist()
            lower = (first + DIRECTORY + 1 + count) << 1
            for entry, (begin, end) in enumerate(pairwise(bounds)):
                upper = number << PART_BITS | entry << 16
                found += [upper | half for half in self._halves[lower + begin : lower + end]]
        return found
