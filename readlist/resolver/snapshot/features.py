"""What the index keeps to find a record by: hashes of its id, its title, terms of the title and runs of its abstract.

All of them are numbers below `SPACE`, so that one form of sorted lists serves all (`postings`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from zlib import crc32

from readlist.text import collapse, fold, words

#: Hashes are below this number: 31 bits, the highest eleven never all ones. With a record's address in the 32 bits
#: below, a hash is then the bit pattern of a finite positive float, and floats sort several times faster than integers
#: of that size do.
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
#: A run of text this long behind a frequent word is rarely shared by two abstracts that have nothing to do with each
#: other; shorter ones are ("in this paper"), longer ones are lost with every changed word.
_RUNS = re.compile(rb" (?:of|the|to|and|in|a)(?= (.{18}))").findall
#: How many runs of an abstract are kept: some of its beginning, as listings cut abstracts off, and some of the rest.
_KEPT_FIRST, _KEPT = 5, 9
_PLAIN = bytes(c + 32 if 65 <= c <= 90 else c if 48 <= c <= 57 or 97 <= c <= 122 else 32 for c in range(256))
_BRACES = b"{}"
# Left out of abstracts: all but letters, digits and white space.
_DROPPED = bytes(c for c in range(256) if _PLAIN[c] == 32 and chr(c) not in " \t\n\r\v\f")

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
    archive, slash, digits = arxiv_id.rpartition("/")
    if slash:
        if archive not in _ARCHIVE_NUMBERS or len(digits) != 7:
            raise ValueError("no arXiv id")
        code = _ARCHIVE_NUMBERS[archive] << 21 | _month(digits) << 10 | int(digits[4:])
    else:
        number = digits[5:]
        code = _NEW_STYLE | _month(digits) << 18 | (len(number) == 5) << 17 | int(number)
    return code * _SPREAD % SPACE


def _month(digits: str) -> int:
    return int(digits[:2]) * 12 + int(digits[2:4]) - 1


def word_list(text: str) -> list[bytes]:
    """The folded words of a text, encoded: `readlist.text.words`, at several times its speed for plain ASCII."""
    if "\\" in text or not text.isascii():
        folded = fold(text)
        if not folded.isascii():
            return [word.encode("utf-8", "replace") for word in words(text)]
        text = folded
    # As `fold` has it: braces go together, a closing one alone parts words.
    return text.encode().translate(_PLAIN, _BRACES if "{" in text else b"").split()


def title_key(title: str, tokens: Sequence[bytes]) -> bytes:
    """`readlist.text.key` of a title, encoded, from its `word_list`."""
    return b"".join(tokens) or collapse(title).encode("utf-8", "replace")


def hashed(term: bytes) -> int:
    """A number below `SPACE`."""
    return crc32(term) % SPACE


def title_terms(tokens: Sequence[bytes], common: AbstractSet[bytes]) -> set[int]:
    """What a title is found by besides its key: rare words, common words together with the next word, both ends."""
    content = [token for token in tokens if token not in STOP_WORDS]
    terms = _terms(content, common)
    letters = b"".join(tokens)
    if len(letters) > _EDGE:
        terms += (b"^" + letters[:_EDGE], b"$" + letters[-_EDGE:])
    return {crc32(term) % SPACE for term in terms}


def _terms(content: Sequence[bytes], common: AbstractSet[bytes]) -> list[bytes]:
    terms = []
    for word, after in zip(content, [*content[1:], b""], strict=False):
        if word not in common and len(word) > 1:
            terms.append(word)
        elif after:
            terms.append(word + b" " + after)
    return terms


def asked_terms(tokens: Sequence[bytes], common: AbstractSet[bytes]) -> set[int]:
    """The terms to look a title up by: `title_terms`, also of the title with words joined or split otherwise."""
    content = [token for token in tokens if token not in STOP_WORDS]
    found = title_terms(tokens, common)
    variants: set[bytes] = set()
    for place, word in enumerate(content):
        before, after = content[max(place - 1, 0) : place], content[place + 1 : place + 3]
        if after:
            variants.update(_terms([*before, word + after[0], *after[1:]], common))
        for cut in range(2, min(len(word) - 2, 9)):
            first, second = word[:cut], word[cut:]
            if first in _PREFIXES or (first in common and second in common):
                variants.update(_terms([*before, first, second, *after[:1]], common))
    return found | {crc32(term) % SPACE for term in variants}


def plain(abstract: str) -> bytes:
    """An abstract as runs are taken from it: lower case, letters and digits, one blank before each word.

    Punctuation and TeX go as far as that can be had cheaply: ``pre-training`` and ``pretraining``, ``Poincar\\'e`` and
    ``Poincaré``, ``$\\omega$`` and ``ω`` become the same; where they do not, only the runs over that place are lost.
    """
    if not abstract.isascii():
        abstract = fold(abstract)
    text = (" " + abstract).encode("utf-8", "replace").translate(_PLAIN, _DROPPED)
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def runs(text: bytes) -> set[int]:
    """All runs of a `plain` text, as numbers of 32 bits."""
    return set(map(crc32, _RUNS(text)))


def asked_runs(text: bytes) -> set[int]:
    """What a question's abstract is looked up by: hashes of all runs of its `plain` text."""
    return {run % SPACE for run in runs(text)}


def sketch(text: bytes, common: AbstractSet[int]) -> list[int]:
    """What is kept of a `plain` text: hashes of the first runs, and of the rest of those with the smallest numbers, so
    that two edits of one abstract keep the same ones.
    """
    found = [run for run in map(crc32, _RUNS(text)) if run not in common]
    kept = {*found[:_KEPT_FIRST], *sorted(found[_KEPT_FIRST:])[:_KEPT]}
    return [run % SPACE for run in kept]
