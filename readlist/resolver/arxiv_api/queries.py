"""Questions in arXiv's query language: cleaned phrases, content words, runs of the abstract, in batches.

https://info.arxiv.org/help/api/user-manual.html#query_details
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from readlist.resolver.question import Question
from readlist.text import collapse

T = TypeVar("T")

#: Words that arXiv's index leaves out; as a single term one matches nothing.
STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
    "to was will with".split()
)
# Function words and the phrases of every abstract: runs made of these say little.
_COMMON = STOP_WORDS | frozenset(
    """we our ours us its has have had can could may which who when while where than from both each all also more most
    these those such many much very only other others however moreover furthermore thus hence therefore due over under
    between through via using use used uses based paper work approach approaches method methods model models framework
    propose proposed proposes present presents introduce introduces novel new existing previous prior recent recently
    state art results result show shows demonstrate demonstrates extensive experiments experimental performance
    significantly outperforms outperform achieve achieves achieving task tasks problem problems data dataset datasets
    training trained learning deep neural network networks large high low different various challenging challenge
    challenges effective effectiveness effectively efficient code available project page including first second third
    furthermore addition additionally specifically significant improve improves improved quality able enable enables
    provide provides address remains despite been being were what how given without within across some any one two
    """.split()
)
_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
# An accent before its letter, either of them in braces or not.
_ACCENT = re.compile(
    r"(?:\{\s*)?\\([`'^\"~=.]|[uvHcdrk](?![A-Za-z]))\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))(?:\s*\})?"
)
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
).split()
_SYMBOLS = {name: unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}") for name in _GREEK}
_SYMBOLS |= {"lambda": "λ", "varepsilon": "ε", "vartheta": "ϑ", "varphi": "ϕ"}
_SYMBOLS |= {"ss": "ß", "ae": "æ", "oe": "œ", "o": "ø", "l": "ł", "aa": "å", "L": "Ł", "O": "Ø", "AA": "Å"}
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
# What separates words in the index, or is syntax to the query parser. A colon without a blank behind it would make one
# token of two words, and listings lose that blank.
_SEPARATORS = re.compile(r"[\"\\${}^:_()\[\]*?~<>|/+=&%#@!,;\u2010-\u2015\u2212\u00ad-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_PLAIN = re.compile(r"[A-Za-z]{3,}")
_TOKEN = re.compile(r"[^\W_]+")
# Runs of plain words: letters, single blanks and hyphens between them, nothing that may be written in another way.
_RUN = re.compile(r"(?<![^\s(])[A-Za-z]+(?:[ -][A-Za-z]+)+(?![^\s.,;:)])")

#: Titles with at most so many words of content are shared by others and get crowded out by them.
FEW_WORDS = 4
_LONGEST_PHRASE = 300
_MOST_TITLES = 3
_MOST_WORDS = 8
_RUN_WORDS = 6
_RUNS = 3


def clean(title: str) -> str:
    """A title as it may stand between the quotes of a phrase, in the Unicode form that arXiv indexes."""
    title = _ACCENT.sub(lambda m: (m[2] or m[3]) + _COMBINING[m[1]], title)
    title = _COMMAND.sub(lambda m: _SYMBOLS.get(m[1], f" {m[1]} "), title)
    title = _CONTROL.sub(" ", unicodedata.normalize("NFC", title))
    return collapse(_SEPARATORS.sub(" ", title))


def content_words(title: str) -> list[str]:
    """The words of a cleaned title that its index entry has."""
    return [word for word in _TOKEN.findall(clean(title).lower()) if word not in STOP_WORDS]


def generic(question: Question) -> bool:
    """The title is so short that many others hold its words."""
    return min((len(content_words(title)) for title in question.titles), default=0) <= FEW_WORDS


def by_phrase(question: Question) -> str:
    """``ti:"…"`` for each title of the question, or the empty string where a title cannot be asked for."""
    phrases = []
    for title in question.titles[:_MOST_TITLES]:
        phrase = clean(title)
        if len(phrase) > _LONGEST_PHRASE:
            phrase = phrase[:_LONGEST_PHRASE].rpartition(" ")[0]
        if content_words(phrase):
            phrases.append(f'ti:"{phrase}"')
    return _any_of(phrases)


def by_words(question: Question) -> str:
    """ANDs of the title's plain words of content: another order, TeX and most accents do not matter.

    One word may differ as well (an accent that the listing dropped, a spelling, a first edition's word): of six words
    or more each half is enough, of four or five all but one.
    """
    alternatives = []
    for title in question.titles[:_MOST_TITLES]:
        words = list(dict.fromkeys(_plain_words(title)))
        longest = sorted(words, key=len, reverse=True)[:_MOST_WORDS]
        chosen = [word for word in words if word in longest]
        if len(chosen) >= 6:
            groups = [chosen[::2], chosen[1::2]]
        elif len(chosen) >= 4:
            groups = [chosen[:i] + chosen[i + 1 :] for i in range(len(chosen))]
        else:
            groups = [chosen] if len(chosen) >= 2 else _tokens(title)
        alternatives += [f"({' AND '.join(f'ti:{word}' for word in group)})" for group in groups]
    return _any_of(alternatives)


def _tokens(title: str) -> list[list[str]]:
    """All that a title has, where it has hardly a plain word ("ICON: S^2")."""
    tokens = list(dict.fromkeys(content_words(title)))[:_MOST_WORDS]
    return [[f'"{token}"' for token in tokens]] if len(tokens) >= 2 else []


def _plain_words(title: str) -> Iterator[str]:
    """Words that are spelt the same with and without TeX, accents and typography."""
    chunks = title.split()
    if title.rstrip().endswith(("…", "...")):
        chunks = chunks[:-1]  # cut off, perhaps within the word
    for chunk in chunks:
        bare = chunk.strip("\"'“”‘’.,;:!?()[]")
        if _PLAIN.fullmatch(bare) and bare.lower() not in STOP_WORDS:
            yield bare.lower()


def by_abstract(question: Question) -> str:
    """``abs:"…"`` for a few distinctive runs of the abstract: a renamed paper keeps most of its text."""
    return _any_of([f'abs:"{run}"' for run in abstract_runs(question.abstract)])


def abstract_runs(abstract: str) -> list[str]:
    """Up to three runs of six plain words, from the parts of the abstract that say the most.

    Names (CustAny, Portrait3D) are avoided: they are what changes when a paper is renamed. Each run is from another
    third of the text, for an edit seldom touches them all.
    """
    abstract = unicodedata.normalize("NFC", collapse(abstract))
    best: dict[int, tuple[float, str]] = {}
    for stretch in _RUN.finditer(abstract):
        words = list(re.finditer(r"[A-Za-z]+", stretch[0]))
        for i in range(len(words) - _RUN_WORDS + 1):
            window = words[i : i + _RUN_WORDS]
            third = min(3 * (stretch.start() + window[0].start()) // max(len(abstract), 1), _RUNS - 1)
            value = _telling([word[0] for word in window])
            if value > best.get(third, (0.0, ""))[0]:
                run = stretch[0][window[0].start() : window[-1].end()]
                best[third] = value, collapse(run.replace("-", " "))
    return [run for _, run in sorted(best.values(), key=lambda pair: -pair[0])]


def _telling(words: Sequence[str]) -> float:
    """How much a run tells: long words that are in few abstracts, without names."""
    if any(not word.islower() and not (i == 0 and word.istitle()) for i, word in enumerate(words)):
        return 0.0
    if words[0].lower() in STOP_WORDS or words[-1] in STOP_WORDS:
        return 0.0
    return sum(min(len(word), 10) for word in {word.lower() for word in words} if word.lower() not in _COMMON)


def _any_of(clauses: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(clauses))
    return f"({' OR '.join(distinct)})" if len(distinct) > 1 else "".join(distinct)


def evenly(items: Sequence[T], size: int) -> list[list[T]]:
    """As few batches of at most ``size`` as hold all items, and none much smaller than the others."""
    count = -(-len(items) // size)
    bounds = [round(i * len(items) / count) for i in range(count + 1)] if count else []
    return [list(items[a:b]) for a, b in pairwise(bounds)]
