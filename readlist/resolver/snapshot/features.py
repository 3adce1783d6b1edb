"""What the index keeps to find a record by: hashes of its id, its title, terms of the title and runs of its abstract.

All of them are numbers below `SPACE`, so that one form of sorted lists serves all (`postings`). Here is what a question
is looked up by, one text at a time; `columns` has the same for the records of a build, thousands at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from struct import Struct
from zlib import crc32

from readlist.text import collapse, fold, words

#: Hashes are below this number, which fits in 31 bits.
SPACE = 0x7FF00000
#: Words of titles by which nothing is told apart.
STOP_WORDS = frozenset(
    b"a an and are as at be by can do for from how in into is it its not of on or over that the their these this to "
    b"towards toward under via we what when with without using".split()
)
# Beginnings that one writer joins with a hyphen, another with nothing.
_PREFIXES = frozenset(
    b"anti auto bi co cross de deep fine hyper inter intra macro meta micro mid mini mono multi nano non on off over "
    b"poly post pre pseudo quasi re self semi sub super trans tri ultra un under uni".split()
)
#: As many letters of a title's beginning and of its end are a term each: a slip in the middle, or an end cut off,
#: leaves one of them whole.
_EDGE = 20
#: A run of so many letters behind a frequent word is rarely shared by two abstracts that have nothing to do with each
#: other; shorter ones are ("in this paper"), longer ones are lost with every changed word.
RUN = 18
#: The words behind which runs begin.
RUN_WORDS = tuple(b"of the to and in a".split())
_RUNS = re.compile(rb" (?:%b)(?= (.{%d}))" % (b"|".join(RUN_WORDS), RUN)).findall
# A run as two numbers of 64 bits and one of 16.
_NUMBERS = Struct("<QQH").unpack
#: Spreads what it multiplies over 64 bits.
SPREAD = 0x9E3779B97F4A7C15
_64_BITS = (1 << 64) - 1
#: Capitals become small, all but letters and digits blanks.
PLAIN = bytes(c + 32 if 65 <= c <= 90 else c if 48 <= c <= 57 or 97 <= c <= 122 else 32 for c in range(256))
_BRACES = b"{}"
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
#: Left out of abstracts: all but letters, digits and white space.
DROPPED = bytes(c for c in range(256) if PLAIN[c] == 32 and chr(c) not in " \t\n\r\v\f")

# Old identifiers, in the order in which they are numbered; the order is part of the layout.
_ARCHIVES = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph "
    "q-alg q-bio quant-ph solv-int supr-con"
).split()
_ARCHIVE_NUMBERS = {name: number for number, name in enumerate(_ARCHIVES)}
_NEW_STYLE = 1 << 30
# Spreads neighbouring ids over the hash space. Odd and no multiple of 23 or 89, the odd factors of SPACE: no two ids
# fall together.
_SPREAD = 0x5E3779B1


def id_hash(arxiv_id: str) -> int:
    """A number below `SPACE` for an arXiv id in its canonical form, a different one for every id.

    Raises ValueError for what is no such id.
    """
    if "/" not in arxiv_id:
        month = _month(arxiv_id[:4]) << 18 | (len(arxiv_id) == 10) << 17
        return (_NEW_STYLE | month | int(arxiv_id[5:])) * _SPREAD % SPACE
    archive, _, digits = arxiv_id.rpartition("/")
    if archive not in _ARCHIVE_NUMBERS or len(digits) != 7:
        raise ValueError("no arXiv id")
    return (_ARCHIVE_NUMBERS[archive] << 21 | _month(digits[:4]) << 10 | int(digits[4:])) * _SPREAD % SPACE


@lru_cache(maxsize=1024)
def _month(digits: str) -> int:
    return int(digits[:2]) * 12 + int(digits[2:]) - 1


def word_list(text: str) -> list[bytes]:
    """The folded words of a text, encoded: `readlist.text.words`, at several times its speed for plain ASCII."""
    if "\\" in text or not text.isascii():
        folded = fold(text)
        if not folded.isascii():
            return [word.encode("utf-8", "replace") for word in words(text)]
        text = folded
    # As `fold` has it: braces go together, a closing one alone parts words.
    return text.encode().translate(PLAIN, _BRACES if "{" in text else b"").split()


def title_key(title: str, tokens: Sequence[bytes]) -> bytes:
    """`readlist.text.key` of a title, encoded, from its `word_list`."""
    return b"".join(tokens) or collapse(title).encode("utf-8", "replace")


def hashed(term: bytes) -> int:
    """A number below `SPACE`."""
    return crc32(term) % SPACE


def is_rare(word: bytes, common: AbstractSet[bytes]) -> bool:
    """Does the word find a record by itself, without the next one?"""
    return len(word) > 1 and word not in common


def edges(letters: bytes) -> tuple[bytes, ...]:
    """The terms for both ends of a title, from its letters and digits."""
    return (b"^" + letters[:_EDGE], b"$" + letters[-_EDGE:]) if len(letters) > _EDGE else ()


def pair(first: int, second: int) -> int:
    """A number below `SPACE` for two words, from their hashes."""
    return _below_space(((first << 32) + second) * SPREAD & _64_BITS)


def _below_space(number: int) -> int:
    """The upper half of a number of 64 bits, to a number below `SPACE`."""
    return (number >> 32) * SPACE >> 32


def title_terms(tokens: Sequence[bytes], common: AbstractSet[bytes]) -> set[int]:
    """What a title is found by besides its key: rare words, common words together with the next word, both ends."""
    content = [token for token in tokens if token not in STOP_WORDS]
    return {*_terms(content, common), *map(hashed, edges(b"".join(tokens)))}


def _terms(content: Sequence[bytes], common: AbstractSet[bytes]) -> Iterable[int]:
    for word, after in zip(content, [*content[1:], b""], strict=False):
        if is_rare(word, common):
            yield hashed(word)
        elif after:
            yield pair(hashed(word), hashed(after))


def asked_terms(tokens: Sequence[bytes], common: AbstractSet[bytes]) -> set[int]:
    """The terms to look a title up by: `title_terms`, also of the title with words joined or split otherwise."""
    content = [token for token in tokens if token not in STOP_WORDS]
    found = title_terms(tokens, common)
    for place, word in enumerate(content):
        before, after = content[max(place - 1, 0) : place], content[place + 1 : place + 3]
        if after:
            found.update(_terms([*before, word + after[0], *after[1:]], common))
        for cut in range(2, min(len(word) - 2, 9)):
            first, second = word[:cut], word[cut:]
            if first in _PREFIXES or (first in common and second in common):
                found.update(_terms([*before, first, second, *after[:1]], common))
    return found


def plain(abstract: str) -> bytes:
    """An abstract as runs are taken from it: lower case, letters and digits, one blank before each word.

    Punctuation and TeX go as far as that can be had cheaply: ``pre-training`` and ``pretraining``, ``Poincar\\'e`` and
    ``Poincaré``, ``$\\omega$`` and ``ω`` become the same; where they do not, only the runs over that place are lost.
    """
    text = (" " + ascii_only(abstract)).encode("utf-8", "replace").translate(PLAIN, DROPPED)
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def ascii_only(text: str) -> str:
    """The text with what is not ASCII folded; what has no ASCII form stays."""
    return text if text.isascii() else _FOREIGN.sub(_folded, text)


def _folded(match: re.Match[str]) -> str:
    return _fold(match[0])


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    return fold(text)


def runs(text: bytes) -> set[bytes]:
    """All runs of a `plain` text."""
    return set(_RUNS(text))


def asked_runs(found: Iterable[bytes]) -> set[int]:
    """What a question's abstract is looked up by: hashes of its runs."""
    return set(map(_run_hash, found))


def _run_hash(run: bytes) -> int:
    first, second, third = _NUMBERS(run)
    number = first * SPREAD & _64_BITS
    number = ((number ^ number >> 32) + second) * SPREAD & _64_BITS
    number = ((number ^ number >> 32) + third) * SPREAD & _64_BITS
    return _below_space(number)
