"""Sorted lists from hashes to the addresses of records: how they are packed, and how they are searched.

A list is cut into `PARTS` by the highest bits of the hash, which are sorted and written one by one. A part holds its
addresses and its hashes, both in the order of the hashes and then of the addresses: a few hashes as they are (32 bits),
many as their lower 16 bits behind a directory of where each value of the bits between begins.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

PARTS = 64
_PART_BITS = 25  # of a hash's 31, those below the number of its part
_DIRECTORY = 1 << (_PART_BITS - 16)
#: From so many postings on, a part has a directory: it costs four bytes an entry and saves two a posting.
_WORTH_DIRECTORY = 2048
_FIRST_BOUNDS = [part << (_PART_BITS + 32) for part in range(1, PARTS)]


def packed(hashes: Sequence[int], addresses: Sequence[int]) -> tuple[bytes, list[int]]:
    """Postings, sorted, eight bytes each, and the positions in bytes at which each part but the first begins."""
    pairs = array("I", bytes(8 * len(hashes)))
    pairs[::2] = array("I", addresses)
    pairs[1::2] = array("I", hashes)
    data = in_order(pairs.tobytes())
    with memoryview(data) as view, view.cast("Q") as numbers:
        return data, [8 * bisect_left(numbers, bound) for bound in _FIRST_BOUNDS]


def in_order(data: bytes) -> bytes:
    """Sort packed postings, as floats of the same bits: see `features.SPACE`."""
    floats = array("d")
    floats.frombytes(data)
    return array("d", sorted(floats)).tobytes()


def part_of_index(data: bytes, *, newest_only: bool) -> tuple[bytes, int]:
    """A part as it lies in the index, from its packed postings in any order, and how many postings it has.

    ``newest_only``: of postings with the same hash the one with the highest address is kept.
    """
    data = in_order(data)
    with memoryview(data) as view, view.cast("I") as words, view.cast("H") as halves:
        addresses, hashes = words[::2].tobytes(), words[1::2].tobytes()
        lower = halves[2::4].tobytes()
    if newest_only:
        numbers = array("I", hashes)
        if len(set(numbers)) < len(numbers):
            newest = dict(zip(numbers, array("I", addresses), strict=True))
            numbers = array("I", newest)
            addresses, hashes = array("I", newest.values()).tobytes(), numbers.tobytes()
            lower = memoryview(numbers).cast("B").cast("H")[::2].tobytes()
    count = len(addresses) // 4
    if count < _WORTH_DIRECTORY:
        return addresses + hashes, count
    sorted_hashes = array("I", hashes)
    part = sorted_hashes[0] >> _PART_BITS << _PART_BITS
    directory = array("I", [bisect_left(sorted_hashes, part + (entry << 16)) for entry in range(_DIRECTORY)])
    directory.append(count)
    return directory.tobytes() + addresses + lower, count


class Postings:
    """One list in an open index. ``parts``: position in the file and number of postings of each part."""

    def __init__(self, words: memoryview, halves: memoryview, parts: Sequence[tuple[int, int]]) -> None:
        self._words, self._halves, self._parts = words, halves, parts

    def __len__(self) -> int:
        return sum(count for _position, count in self._parts)

    def span(self, number: int) -> tuple[int, int]:
        """Where the addresses for a hash stand among the file's 32-bit words: from the first to before the second."""
        position, count = self._parts[number >> _PART_BITS]
        first = position >> 2
        if count < _WORTH_DIRECTORY:
            hashes = first + count
            begin = bisect_left(self._words, number, hashes, hashes + count)
            end = bisect_right(self._words, number, begin, hashes + count)
            return begin - count, end - count
        entry = first + (number >> 16 & (_DIRECTORY - 1))
        first += _DIRECTORY + 1
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
            if count < _WORTH_DIRECTORY:
                found += self._words[first + count : first + 2 * count]
                continue
            bounds = self._words[first : first + _DIRECTORY + 1].tolist()
            lower = (first + _DIRECTORY + 1 + count) << 1
            for entry, (begin, end) in enumerate(pairwise(bounds)):
                upper = number << _PART_BITS | entry << 16
                found += [upper | half for half in self._halves[lower + begin : lower + end]]
        return found
