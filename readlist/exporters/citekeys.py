"""Citation keys like ``wang2024instantid``: first author's family name, year, first word of the title.

The key of Google Scholar's BibTeX, and Better BibTeX's ``auth.lower + year + veryshorttitle.lower``. A key once given
never changes; a clash suffixes the new paper, as BibTeX does in labels (a, b, …, z, aa).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import count, product
from string import ascii_lowercase

from readlist.errors import ReadlistError
from readlist.exporters.latex import unicode_text
from readlist.exporters.people import family_and_suffix
from readlist.paper import Author, Paper
from readlist.text import collapse, fold

_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_./+-]*")
_STOP_WORDS = frozenset(
    "a an the on of in at to for from with by and or but as is are be do does can how what when where which who why "
    "your our its it this that towards toward via using into over under not no l le la les un une der die das ein eine "
    "el los las".split()
)
_WORD = re.compile(r"[^\W_][\w'’.^+]*")
# Latin letters that are letters of their own, so that taking accents away does not make them ASCII.
_LETTERS = str.maketrans({"đ": "d", "ð": "d", "þ": "th", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"})


def default_key(paper: Paper) -> str:
    """The key that a paper would get if no other had it: only ``a-z`` and ``0-9``, never empty.

    Parts that ASCII cannot say (names in other scripts) are left out; when nothing is left but the year, the digits of
    the arXiv id stand in, or the number in the list.
    """
    name = _family(paper.authors[0]) if paper.authors else ""
    word = _first_word(paper.title)
    if not name and not word:
        return _ascii(paper.arxiv_id or "") or f"paper{paper.id}"
    return f"{name}{paper.year or ''}{word}"


def assign(papers: Sequence[Paper], taken: Collection[str]) -> dict[int, str]:
    """Keys for those of ``papers`` that have none, by paper id, in the given order.

    No key equals another of these papers' or one of ``taken`` in any spelling: BibTeX compares keys without case.
    """
    used = {key.lower() for key in taken} | {paper.citekey.lower() for paper in papers if paper.citekey}
    keys: dict[int, str] = {}
    next_suffix: dict[str, Iterator[str]] = {}
    for paper in papers:
        if paper.citekey is not None or paper.id in keys:
            continue
        base = key = default_key(paper)
        while key in used:
            # One run of suffixes for each base, so that a thousand equal keys are not tried a million times.
            key = base + next(next_suffix.setdefault(base, _suffixes()))
        used.add(key)
        keys[paper.id] = key
    return keys


def key_of(paper: Paper) -> str:
    """The key of a paper that is to be written out.

    Raises `ReadlistError`, naming the paper, when it has none.
    """
    if paper.citekey is None:
        raise ReadlistError(f'{paper.short_id} "{collapse(paper.title)}" has no citation key yet: give it one first')
    return paper.citekey


def valid_key(key: str) -> bool:
    """Whether a key typed by a person can be cited in BibTeX and biber alike."""
    return _KEY.fullmatch(key) is not None


def _suffixes() -> Iterator[str]:
    """a, b, …, z, aa, ab, …"""
    for length in count(1):
        yield from map("".join, product(ascii_lowercase, repeat=length))


def _family(author: Author) -> str:
    words = family_and_suffix(author)[0].split() or author.name.split()
    if not author.given and len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    return _ascii("".join(words))


def _first_word(title: str) -> str:
    fallback = ""
    for word in _WORD.findall(fold(unicode_text(title))):
        ascii_word = _ascii(word.removesuffix("'s").removesuffix("’s"))
        if ascii_word and word not in _STOP_WORDS:
            return ascii_word
        fallback = fallback or ascii_word
    return fallback


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", fold(unicode_text(text))).translate(_LETTERS)
    return _NOT_IN_KEY.sub("", folded)
