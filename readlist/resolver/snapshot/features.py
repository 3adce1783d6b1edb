"""What the index keeps to find a record by: hashes of its title, its title's words and runs of its abstract."""

from __future__ import annotations

import re
from zlib import crc32

from readlist.text import key, words

#: A run of text this long, behind a frequent word, is rarely shared by two abstracts that have nothing to do
#: with each other; shorter ones are ("in this paper").
_RUN = 22
#: How many runs of a record are kept: the smallest hashes, so that two edits of one abstract keep the same ones.
SKETCH = 8
_FREQUENT = re.compile(r" (?:of|the|to|and|in|a|for|with) ")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
#: Words of titles that are too common to find anything by.
STOP_WORDS = frozenset(
    "a an and are as at be by can do for from how in into is it its not of on or over that the their these this to "
    "towards toward under via we what when with without using".split()
)


def title_hash(title: str) -> int:
    """64 bits of a title's key: signed, as SQLite keeps integers."""
    text = key(title).encode()
    return ((crc32(text) << 32) | crc32(text, 0x5BD1E995)) - (1 << 63)


def title_words(title: str) -> set[str]:
    """The words of a title that can find it."""
    return {word for word in words(title) if word not in STOP_WORDS and len(word) > 1}


def runs(abstract: str) -> set[int]:
    """Hashes of the runs of text that start behind frequent words, blanks and punctuation folded away."""
    plain = " " + _NOT_PLAIN.sub(" ", abstract.lower()) + " "
    return {crc32(part[:_RUN].encode()) for part in _FREQUENT.split(plain) if len(part) >= _RUN}


def sketch(abstract: str) -> list[int]:
    """The runs that are kept of a record."""
    return sorted(runs(abstract))[:SKETCH]
