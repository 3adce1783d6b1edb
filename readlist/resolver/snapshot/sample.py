"""What is too common to find a record by, learned from a sample of the file before it is read."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np
import orjson

from readlist.resolver.snapshot.columns import Numbers, runs
from readlist.resolver.snapshot.encode import reduced
from readlist.resolver.snapshot.features import STOP_WORDS, word_list
from readlist.resolver.snapshot.reading import lines_between

# A word of titles that more records are expected to have is indexed together with the next word only, and a run of
# abstracts that more are expected to have not at all: nothing would be read that found so many.
_MOST_FOR_A_WORD = 1000
_MOST_FOR_A_RUN = 150
# From a plain file: a share of it, from many places (it is sorted by id, that is by time, and words have their day).
_PLACES = 64
# Untrained, a dictionary of records does as well as one trained to half its size, and costs nothing.
_DICTIONARY_BYTES = 64 << 10
_RECORDS_OF_DICTIONARY = 64
_SHARE = 32
_LEAST, _MOST = 1 << 20, 24 << 20
# Abstracts looked through at a time: memory stays small.
_AT_A_TIME = 1000


class Sample:
    """Lines of a file, and how many bytes the whole is expected to have."""

    def __init__(self, lines: bytes, size: int) -> None:
        self._words: Counter[bytes] = Counter()
        records: list[bytes] = []
        abstracts: list[str] = []
        found: list[Numbers] = []
        split = lines.split(b"\n")
        step = max(len(split) // _RECORDS_OF_DICTIONARY, 1)
        for number, line in enumerate(split):
            with suppress(ValueError, TypeError, AttributeError):
                data = reduced(orjson.loads(line))
                self._words.update(set(word_list(data["title"])))
                abstracts.append(data.get("abstract", ""))
                if number % step == 0:
                    records.append(orjson.dumps(data))
            if len(abstracts) >= _AT_A_TIME:
                found.append(_distinct_runs(abstracts))
                abstracts.clear()
        self._runs = np.unique(np.concatenate([*found, _distinct_runs(abstracts)]), return_counts=True)
        #: Records from all over the sample, to compress others against.
        self.dictionary = b"\n".join(records)[:_DICTIONARY_BYTES]
        #: How many records of the file one of the sample stands for.
        self._weight = max(size / max(len(lines), 1), 1.0)

    def common_words(self) -> frozenset[bytes]:
        """The words of titles that are indexed only together with the next."""
        least = max(2.0, _MOST_FOR_A_WORD / self._weight)
        return frozenset(word for word, count in self._words.items() if count >= least) - STOP_WORDS

    def common_runs(self) -> Numbers:
        """The runs of abstracts that are not indexed."""
        least = max(2.0, _MOST_FOR_A_RUN / self._weight)
        found, counts = self._runs
        return found[counts >= least]


def _distinct_runs(abstracts: list[str]) -> Numbers:
    """The runs of abstracts, each as often as there are abstracts that have it."""
    if not abstracts:
        return np.empty(0, np.uint64)
    found, record = runs(abstracts)
    return np.unique(found << np.uint64(32) | record) >> np.uint64(32)


def of_plain(path: Path, size: int) -> Sample:
    """A sample of a plain file. Raises `UnreadableSource`."""
    wanted = min(max(size // _SHARE, _LEAST), _MOST)
    if wanted >= size:
        return Sample(lines_between(path, 0, size), size)
    step = size // _PLACES
    length = wanted // _PLACES
    return Sample(b"".join(lines_between(path, place * step, place * step + length) for place in range(_PLACES)), size)
