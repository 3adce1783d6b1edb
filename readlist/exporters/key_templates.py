"""What citation keys are made of: templates in the words that Better BibTeX's users know.

``[auth:lower][year][veryshorttitle:lower]`` and ``auth.lower + year + veryshorttitle.lower`` are the same template, the
older and the newer way to write it (https://retorque.re/zotero-better-bibtex/citing/). All that comes out is ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from readlist.errors import SettingsError
from readlist.exporters.latex import unicode_text
from readlist.exporters.people import family_and_suffix
from readlist.paper import Author, Paper

#: Google Scholar's key: wang2024instantid.
DEFAULT = "[auth:lower][year][veryshorttitle:lower]"

_LITERAL = re.compile(r"[A-Za-z0-9:_./+-]*")
_TOKEN = re.compile(
    r"\s*(?P<name>[A-Za-z]+?)(?P<short>\d*)\s*(?:\(\s*(?P<number>\d+)\s*\))?\s*(?P<filters>(?:[:.]\s*\w+(?:\(\))?\s*)*)"
)
_STOP_WORDS = frozenset(
    "a an the on of in at to for from with by and or but as is are be do does can how what when where which who why "
    "your our its it this that towards toward via using into over under not no l le la les un une der die das ein eine "
    "el los las".split()
)
_WORD = re.compile(r"[^\W_][\w'’.^+]*")
_NOT_IN_KEY = re.compile(r"[^A-Za-z0-9]+")
# Latin letters that are letters of their own, so that taking accents away does not make them ASCII.
_LETTERS = str.maketrans({
    "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "Đ": "D", "Ð": "D",
    "Þ": "Th", "Ł": "L", "Ø": "O", "Æ": "Ae", "Œ": "Oe", "ẞ": "Ss",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Token:
    """A part of a key that a paper fills; ``number``: how many (names, words, letters), where that was said."""

    name: str
    number: int | None
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read."""

    parts: tuple[str | _Token, ...]

    def fill(self, paper: Paper) -> str:
        """The key that the template makes of a paper: empty where the paper fills no name and no word of it."""
        found = [(part, part if isinstance(part, str) else _value(part, paper)) for part in self.parts]
        # A year alone, or what stands between the tokens, tells no paper from another.
        if not any(text for part, text in found if isinstance(part, _Token) and part.name.lower() not in _TIMES):
            return ""
        return "".join(text for _, text in found).lstrip(":_./+-")


@lru_cache(maxsize=16)
def template(text: str) -> Template:
    """Read a template. Raises `SettingsError` that names what cannot be read and what there is."""
    parts: list[str | _Token] = []
    if "[" in text or not re.search(r"[a-z]", text):
        done = 0
        for found in re.finditer(r"\[([^\[\]]*)\]", text):
            parts += [_literal(text[done : found.start()], text), _token(found[1], text)]
            done = found.end()
        parts.append(_literal(text[done:], text))
    else:
        for part in text.split("+"):
            quoted = re.fullmatch(r"""\s*(['"])(.*)\1\s*""", part)
            parts.append(_literal(quoted[2], text) if quoted else _token(part, text))
    if not any(isinstance(part, _Token) for part in parts):
        raise SettingsError(f"keys.template: {text!r} has no token such as [auth]; there are {', '.join(_TOKENS)}")
    return Template(tuple(part for part in parts if part))


def _literal(text: str, whole: str) -> str:
    if not _LITERAL.fullmatch(text):
        raise SettingsError(
            f"keys.template: {text!r} in {whole!r} cannot stand in a key: letters, digits and : _ . / + -"
        )
    return text


def _token(text: str, whole: str) -> _Token:
    found = _TOKEN.fullmatch(text)
    name = found["name"] if found else text.strip()
    name = next((known for known in _TOKENS if known == name or known.lower() == name.lower() != "auth"), name)
    if found is None or name not in _TOKENS:
        raise SettingsError(f"keys.template: no token {name!r} in {whole!r}; there are {', '.join(_TOKENS)}")
    filters = tuple(re.findall(r"\w+", found["filters"]))
    for each in filters:
        if each.lower() not in _FILTERS:
            raise SettingsError(f"keys.template: no filter {each!r} in {whole!r}; there are {', '.join(_FILTERS)}")
    number = found["number"] or found["short"]
    return _Token(name, int(number) if number else None, tuple(each.lower() for each in filters))


def _value(token: _Token, paper: Paper) -> str:
    text = _TOKENS[token.name](paper, token.number)
    for name in token.filters:
        text = _FILTERS[name](text)
    return text


def ascii_text(text: str) -> str:
    """Letters and digits of a text in ASCII, its case kept; what ASCII cannot say is left out."""
    folded = unicodedata.normalize("NFKD", unicode_text(text))
    return _NOT_IN_KEY.sub("", folded.translate(_LETTERS))


def _family(author: Author) -> str:
    words = family_and_suffix(author)[0].split() or author.name.split()
    if not author.given and len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    return ascii_text("".join(words))


def _auth(paper: Paper, letters: int | None) -> str:
    return _family(paper.authors[0])[:letters] if paper.authors else ""


def _authors(paper: Paper, most: int | None) -> str:
    names = "".join(_capital(_family(author)) for author in paper.authors[:most])
    return names + ("EtAl" if most is not None and len(paper.authors) > most else "")


def _words(title: str) -> list[str]:
    """The words of a title that tell something; all of them where none does."""
    found = [
        (word, ascii_text(word.removesuffix("'s").removesuffix("’s"))) for word in _WORD.findall(unicode_text(title))
    ]
    telling = [word for raw, word in found if word and raw.lower() not in _STOP_WORDS]
    return telling or [word for _, word in found if word][:1]


def _some_words(number: int) -> Callable[[Paper, int | None], str]:
    return lambda paper, asked: _joined(_words(paper.title)[: asked or number])


def _joined(words: Iterable[str]) -> str:
    return "".join(map(_capital, words))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_TIMES = frozenset({"year", "shortyear"})
#: What a template may name. A number means so many names, words, or letters of ``auth``.
_TOKENS: dict[str, Callable[[Paper, int | None], str]] = {
    "auth": _auth,
    "Auth": lambda paper, letters: _capital(_auth(paper, letters)),
    "authors": _authors,
    "year": lambda paper, _: str(paper.year or ""),
    "shortyear": lambda paper, _: str(paper.year or "")[-2:],
    "veryshorttitle": _some_words(1),
    "shorttitle": _some_words(3),
    "title": lambda paper, most: _joined(_words(paper.title)[:most]),
    "arxiv": lambda paper, _: (paper.arxiv_id or "").replace("/", "."),
}
#: ``fold`` is there for templates brought along: everything is ASCII without being asked.
_FILTERS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "capitalize": _capital,
    "fold": ascii_text,
}
