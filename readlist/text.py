"""Text as it is compared: keys and words that do not change with case, accents, dashes, quotes or TeX.

Pure functions shared by the library (is this paper known?) and the resolver (which record is it?).
"""

from __future__ import annotations

import re
import unicodedata

_TEX_ACCENT = re.compile(r"\\(?:[`'^\"~=.]|[uvHcdbrk](?![A-Za-z]))(?:\s*\{\s*\\?([A-Za-z])\s*\}|\s*\\?([A-Za-z]))")
_TEX_SYMBOLS = {
    "aa": "a", "AA": "A", "ae": "ae", "AE": "AE", "oe": "oe", "OE": "OE", "o": "o", "O": "O", "l": "l", "L": "L",
    "ss": "ss", "i": "i", "j": "j",
}  # fmt: skip
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
).split()
_GREEK_LETTERS = {chr(0x3B1 + i + (i >= 17)): name for i, name in enumerate(_GREEK)}
_GREEK_LETTERS |= {"ς": "sigma", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϱ": "rho", "ϖ": "pi"}
# Commands that say how a letter looks, not which letter it is.
_TEX_STYLE = re.compile(
    r"\\(?:math(?:bb|bf|bm|cal|frak|it|rm|scr|sf|tt|bfit)|text(?:bf|it|rm|sc|sf|sl|tt|normal)?|emph|bm|boldsymbol|"
    r"operatorname|mbox|hbox|rm|bf|it|sc|tt|em|cal|ensuremath|left|right|displaystyle|textsuperscript|textsubscript|"
    r"underline|overline)(?![A-Za-z])\*?"
)
_TEX_COMMAND = re.compile(r"\\(?:var)?([A-Za-z]+)")
_LETTERS = {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ħ": "h"}
_FOLD = str.maketrans(_LETTERS | _GREEK_LETTERS)
_NOT_ALNUM = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")


def collapse(text: str) -> str:
    """White space of any kind and length becomes one blank, none at the ends."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """Lower case without accents, ligatures or TeX: what is left of a text when its typography is taken away.

    ``Poincar\\'e``, ``Poincaré`` and ``POINCARE`` fold alike, and so do ``$\\omega$`` and ``ω``, ``W_+`` and
    ``$\\mathscr{W}_+$``.
    """
    if "\\" in text:
        text = _TEX_ACCENT.sub(lambda m: m[1] or m[2], text)
        text = _TEX_STYLE.sub(" ", text)
        text = _TEX_COMMAND.sub(lambda m: _TEX_SYMBOLS.get(m[1], m[1]), text)
    if "{" in text:
        text = text.replace("{", "").replace("}", "")
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return text.translate(_FOLD)


def key(text: str) -> str:
    """Letters and digits only, folded: equal for titles that differ only in case, blanks, punctuation or TeX.

    A text without any letter or digit keeps its characters, so that two such titles stay different.
    """
    return _NOT_ALNUM.sub("", fold(text)) or collapse(text)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def shingles(tokens: list[str], size: int = 3) -> set[tuple[str, ...]]:
    """All runs of ``size`` words; a shorter text is one run."""
    if len(tokens) <= size:
        return {tuple(tokens)} if tokens else set()
    return set(zip(*(tokens[i:] for i in range(size)), strict=False))


def overlap(first: set[tuple[str, ...]], second: set[tuple[str, ...]]) -> float:
    """Share of the smaller set that is in the other, 0 to 1: a cut-off text still overlaps wholly."""
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def jaccard(first: set[tuple[str, ...]], second: set[tuple[str, ...]]) -> float:
    """Shared runs among all runs, 0 to 1."""
    if not first or not second:
        return 0.0
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)


def alike(first: str, second: str) -> float:
    """How alike two abstracts are, 0 to 1: overlap of their runs of three words."""
    return overlap(shingles(words(first)), shingles(words(second)))


def count(number: int, noun: str) -> str:
    """``1 paper``, ``2 papers``, ``1,000 entries``."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        plural = f"{noun[:-1]}ies"
    else:
        plural = f"{noun}es" if noun.endswith(("ch", "x")) else f"{noun}s"
    return f"{number:,} {plural}"
