"""How the service's index takes text apart: standard tokeniser, stop words (holes in phrases), Porter stems.

Section 2.1 of the contract. Accents are folded in ``au`` and ``all`` only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
    "to was will with".split()
)
# Letters and digits; a dot, colon or apostrophe between letters and a dot or comma between digits do not separate.
_TOKEN = re.compile(r"\w(?:\w|(?<=[^\W\d_])[.:'’](?=[^\W\d_])|(?<=\d)[.,](?=\d))*")
_FIVE = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_THREE = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_FOUR = (
    "ement ance ence able ible ment ant ent sion tion ism ate iti ous ive ize al er ic ou".split()
)  # the s and t of -ion are given back below


_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "c": "\u0327", "v": "\u030c"}
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "lambda": "λ", "mu": "μ", "pi": "π", "omega": "ω"}


def to_unicode(text: str) -> str:
    """``title_utf8``: TeX accents and Greek commands are converted, other TeX stays."""
    text = re.sub(r"\\(['`^\"~]|[cv](?![A-Za-z]))\s*\{?([A-Za-z])\}?", lambda m: m[2] + _ACCENTS[m[1]], text)
    text = re.sub(r"\\([a-z]+)", lambda m: _GREEK.get(m[1], m[0]), text)
    return unicodedata.normalize("NFC", text)


def tokens(text: str, *, fold: bool = False) -> list[tuple[int, str]]:
    """The terms of a text with their places; stop words leave a hole."""
    if fold:
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    found = []
    for place, match in enumerate(_TOKEN.finditer(text.lower())):
        word = match[0].strip("_")
        word = word[:-2] if word.endswith(("'s", "’s")) else word
        if word and word not in STOP_WORDS:
            found.append((place, stem(word)))
    return found


def _measure(word: str) -> int:
    """How often a consonant follows a vowel."""
    shape = re.sub(r"[^aeiouy]", "c", re.sub(r"(?<=[aeiou])y|^y", "c", word))
    return len(re.findall(r"[aeiouy]+c+", shape))


def _has_vowel(word: str) -> bool:
    return re.search(r"[aeiou]|(?<=.)y", word) is not None


def _short_end(word: str) -> bool:
    return re.search(r"(?:^|[^aeiou])[aeiouy][^aeiouwxy]$", word) is not None


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Porter's stemmer. https://tartarus.org/martin/PorterStemmer/def.txt"""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    word = _plurals(word)
    word = _participles(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    return _tail(_suffixes(_replaced(_replaced(word, _FIVE), _THREE)))


def _replaced(word: str, table: tuple[tuple[str, str], ...]) -> str:
    for ending, new in table:
        if word.endswith(ending):
            root = word[: -len(ending)]
            return root + new if _measure(root) > 0 else word
    return word


def _suffixes(word: str) -> str:
    for ending in _FOUR:
        if word.endswith(ending):
            root = word[:-3] if ending in {"sion", "tion"} else word[: -len(ending)]
            return root if _measure(root) > 1 else word
    return word


def _tail(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _short_end(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


def _plurals(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _participles(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        root = word[: -len(ending)]
        if word.endswith(ending) and _has_vowel(root):
            if root.endswith(("at", "bl", "iz")):
                return root + "e"
            if re.search(r"([^aeiouylsz])\1$", root):
                return root[:-1]
            return root + "e" if _measure(root) == 1 and _short_end(root) else root
    return word
