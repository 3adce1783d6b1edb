"""What a piece of the file is found by, worked out for all of its records at once: `features`, thousands at a time.

Each function takes a column of values, one for each record, and returns hashes with the numbers of the records that
they are of. A test holds that they are the hashes that `features` looks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from readlist.resolver.snapshot.features import (
    DROPPED,
    PLAIN,
    RUN,
    RUN_WORDS,
    SPACE,
    SPREAD,
    STOP_WORDS,
    ascii_only,
    edges,
    hashed,
    id_hash,
    is_rare,
    title_key,
)

Numbers = NDArray[np.uint64]
Letters = NDArray[np.uint8]
#: Hashes, and the number of the record that each is of.
Hashes = tuple[Numbers, Numbers]

#: How many runs of an abstract are kept: some of its beginning, as listings cut abstracts off, and some of the rest.
_KEPT_FIRST, _KEPT = 5, 9
# What a word's hash is marked with: to be joined with the next word, to be left out, no word but the end of a title.
_COMMON, _STOP, _END = 1 << 32, 1 << 33, 1 << 34
_HASH = np.uint64((1 << 32) - 1)
_HALF = np.uint64(32)
#: Words are remembered up to so many, which are a few dozen megabytes.
_REMEMBERED = 200_000
# In no text of UTF-8: stands between two abstracts, and often enough behind the last to read beyond its end.
_BORDER = b"\xff"
_BLANK = ord(" ")
_PADDING = 32
_PLAIN = PLAIN[:-1] + _BORDER
_DROPPED = DROPPED.replace(_BORDER, b"")
# The words behind which runs begin, with the blank behind them, as numbers, and masks for so many letters.
_RUN_WORDS = np.array([int.from_bytes(word + b" ", "little") for word in RUN_WORDS], np.uint32)
_LONGEST_RUN_WORD = max(map(len, RUN_WORDS))
_MASKS = np.array([(1 << 8 * (length + 1)) - 1 for length in range(_LONGEST_RUN_WORD + 1)], np.uint32)
# Runs that too many records have are known by as many of their lowest bits.
_COMMON_BITS = 20


def ids_of(arxiv_ids: Sequence[str]) -> Hashes:
    """`features.id_hash` of ids in their canonical form."""
    return _one_each(list(map(id_hash, arxiv_ids)))


def _one_each(hashes: Sequence[int] | Numbers) -> Hashes:
    return np.array(hashes, np.uint64), np.arange(len(hashes), dtype=np.uint64)


def _joined(first: Hashes, second: Hashes) -> Hashes:
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])


class TitleTerms:
    """Finds the hashes of titles: their keys, and the terms that they are found by besides."""

    def __init__(self, common: AbstractSet[bytes]) -> None:
        self._words = _Words(common)

    def of(self, titles: Sequence[str], tokens: Sequence[Sequence[bytes]]) -> tuple[Hashes, Hashes]:
        """Keys and terms, from titles and their word lists."""
        keys = [title_key(title, words) for title, words in zip(titles, tokens, strict=True)]
        ends = [edges(key) if words else () for key, words in zip(keys, tokens, strict=True)]
        ends_of = np.repeat(np.arange(len(ends), dtype=np.uint64), list(map(len, ends)))
        return _one_each(_hashed(keys)), _joined(self._terms(tokens), (_hashed(chain.from_iterable(ends)), ends_of))

    def _terms(self, tokens: Sequence[Sequence[bytes]]) -> Hashes:
        """The rare words, and pairs of a common word and the next."""
        self._words.forget_many()
        end = (b"",)
        marked = np.array(
            list(map(self._words.__getitem__, chain.from_iterable(chain(words, end) for words in tokens))), np.uint64
        )
        marked = marked[marked & np.uint64(_STOP) == 0]
        is_end = marked & np.uint64(_END) != 0
        record = np.cumsum(is_end, dtype=np.uint64)
        is_common = marked & np.uint64(_COMMON) != 0
        rare = np.flatnonzero(~(is_common | is_end))
        followed = np.flatnonzero(is_common[:-1] & ~is_end[1:])
        pairs = _pairs(marked[followed] & _HASH, marked[followed + 1] & _HASH)
        return _joined((marked[rare], record[rare]), (pairs, record[followed]))


def _hashed(terms: Iterable[bytes]) -> Numbers:
    """`features.hashed` of each."""
    return np.array(list(map(crc32, terms)), np.uint64) % np.uint64(SPACE)


class _Words(dict[bytes, int]):
    """The hashes of words as they come, marked with what becomes of them; the empty word ends a title."""

    def __init__(self, common: AbstractSet[bytes]) -> None:
        self._common = common

    def __missing__(self, word: bytes) -> int:
        if not word:
            number = _END
        elif word in STOP_WORDS:
            number = _STOP
        else:
            number = hashed(word) | (0 if is_rare(word, self._common) else _COMMON)
        self[word] = number
        return number

    def forget_many(self) -> None:
        """Keep memory bounded."""
        if len(self) > _REMEMBERED:
            self.clear()


def _pairs(first: Numbers, second: Numbers) -> Numbers:
    """`features.pair`."""
    return _below_space(((first << _HALF) + second) * np.uint64(SPREAD))


def _below_space(numbers: Numbers) -> Numbers:
    return (numbers >> _HALF) * np.uint64(SPACE) >> _HALF


def runs(abstracts: Sequence[str]) -> Hashes:
    """All runs of all abstracts, in their order."""
    letters = _plain(abstracts)
    ends = np.flatnonzero(letters == _BORDER[0])[: len(abstracts)]
    begins = _run_begins(letters)
    record = np.searchsorted(ends, begins)
    whole = begins + RUN <= ends[np.minimum(record, len(ends) - 1)]
    begins, record = begins[whole], record[whole]
    numbers = np.ndarray((len(letters) - 7,), np.uint64, letters, strides=(1,))
    found = numbers[begins] * np.uint64(SPREAD)
    for part in (numbers[begins + 8], numbers[begins + 16] & np.uint64(0xFFFF)):
        found ^= found >> _HALF
        found += part
        found *= np.uint64(SPREAD)
    return _below_space(found), record.astype(np.uint64)


def _plain(abstracts: Sequence[str]) -> Letters:
    """`features.plain` of all abstracts, one behind the other, each with a border behind it."""
    data = b" ".join([ascii_only(text).encode("utf-8", "replace") + _BORDER for text in abstracts])
    data = b"".join([b" ", data, _BORDER * _PADDING]).translate(_PLAIN, _DROPPED)
    letters = np.frombuffer(data, np.uint8)
    blank = letters == _BLANK
    collapsed: Letters = np.delete(letters, np.flatnonzero(blank[1:] & blank[:-1]))
    return collapsed


def _run_begins(letters: Letters) -> NDArray[np.intp]:
    """Where something stands behind a frequent word and a blank."""
    blanks = np.flatnonzero(letters == _BLANK)
    lengths = np.diff(blanks) - 1
    short = np.flatnonzero(lengths <= _LONGEST_RUN_WORD)
    begins, lengths = blanks[short] + 1, lengths[short]
    numbers = np.ndarray((len(letters) - 3,), np.uint32, letters, strides=(1,))
    found = np.isin(numbers[begins] & _MASKS[lengths], _RUN_WORDS)
    behind: NDArray[np.intp] = begins[found] + lengths[found] + 1
    return behind


class Sketches:
    """Finds what is kept of abstracts: their first runs, and of the rest of those with the smallest hashes, so that two
    edits of one abstract keep the same ones. ``common``: runs that too many records have, not to be kept.
    """

    def __init__(self, common: Numbers) -> None:
        self._common = np.zeros(1 << _COMMON_BITS, np.bool_)
        self._common[_lowest(common)] = True

    def of(self, abstracts: Sequence[str]) -> Hashes:
        """The kept runs of all abstracts."""
        found, record = runs(abstracts)
        fresh = ~self._common[_lowest(found)]
        found, record = found[fresh], record[fresh]
        first = _ranks(record) < _KEPT_FIRST
        rest = np.sort(record[~first] << _HALF | found[~first])
        rest = rest[_ranks(rest >> _HALF) < _KEPT]
        return _joined((found[first], record[first]), (rest & _HASH, rest >> _HALF))


def _lowest(hashes: Numbers) -> NDArray[np.intp]:
    return (hashes & np.uint64((1 << _COMMON_BITS) - 1)).astype(np.intp)


def _ranks(record: Numbers) -> NDArray[np.intp]:
    """For ascending numbers of records: the place of each among those of the same record, from 0."""
    begins = np.flatnonzero(np.diff(record, prepend=np.uint64(_HASH)))
    return np.arange(len(record)) - np.repeat(begins, np.diff(begins, append=len(record)))
