"""The text of BibTeX fields: LaTeX to Unicode for screens, lists of names taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readlist.dumps.references import joined_name, whole_name
from readlist.names import split_name
from readlist.paper import Author
from readlist.tex import converter
from readlist.text import collapse

_TEX = re.compile(r"[\\{}$~`']|--")
_AND = re.compile(r"[{}]|(?<=\s)and(?=\s)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([%&_#${}])")
_ESCAPED_IN_URL = re.compile(r"\\([%&_#$~{}])")
_GROUPING = re.compile(r"\\([%&_#${}])|[{}]")
_MATHS = re.compile(r"((?<!\\)\$\$.+?\$\$|(?<!\\)\$[^$]+(?<!\\)\$)", re.DOTALL)
_LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "`": "‘", "~": " "}
# An inequality sign is no formula: it is how LaTeX says the character.
_INEQUALITY = re.compile(r"\{\$([<>])\$\}")
# A lone dollar is a price; left to the reader of LaTeX it would turn the rest into maths.
_DOLLAR = re.compile(r"(?<!\\)\$")


def unicode_of(text: str) -> str:
    """A field's text: accents and symbols as Unicode, braces gone, maths as it stands. One line.

    What cannot be read as LaTeX stays as it is.
    """
    if not _TEX.search(text):
        return collapse(text)
    text = _INEQUALITY.sub(r"\1", text)
    if len(_DOLLAR.findall(text)) % 2:
        text = _DOLLAR.sub(r"\\$", text)
    pieces = _MATHS.split(text)
    plain = [_ESCAPED.sub("", piece) for piece in pieces[::2]]
    if not any("\\" in piece for piece in plain):
        # No command: abstracts are long, and to read one as LaTeX takes 5 ms.
        pieces[::2] = [_simple(piece) for piece in pieces[::2]]
        return collapse("".join(pieces)) or collapse(text)
    try:
        read = converter("verbatim").latex_to_text(text)
    except Exception:  # the package raises what it likes on broken TeX
        return collapse(text)
    return collapse(read) or collapse(text)


def _simple(text: str) -> str:
    for written, meant in _LIGATURES.items():
        text = text.replace(written, meant)
    # An escaped brace is one; the others only group.
    return _GROUPING.sub(lambda found: found[1] or "", text)


def plain_of(text: str) -> str:
    """An address, id or the like: only what LaTeX needs escaped is unescaped."""
    return collapse(_ESCAPED_IN_URL.sub(r"\1", text).replace("{", "").replace("}", ""))


def authors_of(text: str) -> tuple[Author, ...]:
    """The names in an author field; ``and others`` says nothing about anybody."""
    names = (_name(name) for name in _split_names(text) if name.lower() != "others")
    return tuple(author for author in names if author.name)


def _split_names(text: str) -> Iterator[str]:
    """The names between the ``and`` that stand in no braces."""
    text = collapse(text)
    depth = start = 0
    for found in _AND.finditer(text):
        if found[0] in "{}":
            depth = max(depth + (1 if found[0] == "{" else -1), 0)
        elif depth == 0:
            yield text[start : found.start()].strip()
            start = found.end()
    yield text[start:].strip()


def _name(text: str) -> Author:
    if text.startswith("{") and _closes(text) == len(text) - 1:
        return whole_name(unicode_of(text))
    if "," not in text:
        return split_name(unicode_of(text))
    from bibtexparser.customization import splitname

    try:
        parts = splitname(text, strict_mode=False)
    except Exception:  # unbalanced braces, a comma at the end
        return split_name(unicode_of(text).strip(","))
    family, given, suffix = (
        unicode_of(" ".join(word for name in names for word in parts.get(name, ())))
        for names in (("von", "last"), ("first",), ("jr",))
    )
    return joined_name(family, given, suffix)


def _closes(text: str) -> int:
    """Where the brace that a text begins with is closed; -1 where it is not."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return position
    return -1
