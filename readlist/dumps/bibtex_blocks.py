"""A .bib file cut into its entries, each with its line; whatever is broken spoils only itself."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from readlist.dumps.source import LINE_END, Problem

_START = re.compile(r"@\s*(?P<kind>[A-Za-z]+)\s*(?P<open>[{(])")
# Braces, and the next entry where one was never closed: it begins a line and has its key and a comma.
_BRACE = re.compile(r"[{}()]|^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(][ \t]*[^\s,{}()\"=]+[ \t]*,", re.MULTILINE)
_FIELD = re.compile(r"^[ \t]*,?[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*[{\"\d]", re.MULTILINE)
_LENIENT = re.compile(r"(?P<name>[A-Za-z][\w-]*)\s*=\s*")
_ENTRY_KEY = re.compile(r"[ \t]*([^\s,{}()\"#%=\\']+)[ \t]*,")
_PLAIN_NAME = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*")
_VALUE_END = re.compile(r"\s*(?:,|\Z)")
_ONLY_BRACES = re.compile(r"\s*[{}][{}\s]*")
_SIGN = re.compile(r"[{}\"]")
_BARE = re.compile(r"[^\s,{}\"#]+")


@dataclass(frozen=True, slots=True)
class Block:
    """``@kind{body}``: the whole ``text``, what stands between its braces, and the line on which it begins.

    ``closed``: it has its closing brace; without it the braces of its fields are in doubt as well.
    """

    kind: str
    text: str
    body: str
    line: int
    closed: bool


def blocks(text: str, problems: list[Problem]) -> Iterator[Block]:
    """The entries of a file, strings and comments included; what is wrong between and around them is a problem."""
    starts = [0, *(end.end() for end in LINE_END.finditer(text))]

    def line_at(position: int) -> int:
        return bisect(starts, position)

    position = 0
    while (start := _START.search(text, position)) is not None:
        _lost(text, position, start.start(), line_at, problems)
        body_end, position, closed = _end(text, start)
        line = line_at(start.start())
        body = text[start.end() : body_end]
        if not closed:
            problems.append(Problem(line, text[start.start() : start.end() + 40], "this entry is never closed"))
        yield Block(start["kind"].lower(), f"@{start['kind']}{{{body}}}", body, line, closed)
    _lost(text, position, len(text), line_at, problems)


def _end(text: str, start: re.Match[str]) -> tuple[int, int, bool]:
    """Where the body ends, where to go on, and whether the entry was closed."""
    depth = 0
    parentheses = start["open"] == "("
    for found in _BRACE.finditer(text, start.end()):
        sign = found[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            if depth == 0 and not parentheses:
                return found.start(), found.end(), True
            depth = max(depth - 1, 0)
        elif sign == ")":
            if depth == 0 and parentheses:
                return found.start(), found.end(), True
        elif sign != "(":
            return found.start(), found.start(), False
    return len(text), len(text), False


def _lost(text: str, start: int, end: int, line_at: Callable[[int], int], problems: list[Problem]) -> None:
    """Text between entries is a comment to BibTeX; what looks like a field was an entry's, closed too early."""
    for found in _FIELD.finditer(text, start, end):
        rest = LINE_END.search(text, found.start(1), end)
        line = text[found.start() : rest.start() if rest else end].strip()
        problems.append(Problem(line_at(found.start(1)), line, "outside of every entry: a brace too many above?"))


def plain_fields(body: str, strings: Mapping[str, object]) -> dict[str, str] | None:
    """The fields of an entry that is written as by far the most are: each ``name = {value}``, ``"value"``, a number or
    a name in ``strings``. None for any other, which takes bibtexparser 4 ms to read."""
    key = _ENTRY_KEY.match(body)
    if key is None or "\\{" in body or "\\}" in body:
        return None
    fields = {"ID": key[1]}
    position = key.end()
    while (name := _PLAIN_NAME.match(body, position)) is not None:
        found = _plain_value(body, name.end(), strings)
        end = _VALUE_END.match(body, found[1]) if found else None
        if found is None or end is None or name[1].lower() in fields or _ONLY_BRACES.fullmatch(found[0]):
            return None
        fields[name[1].lower()] = found[0]
        position = end.end()
    return fields if len(fields) > 1 and not body[position:].strip() else None


def _plain_value(text: str, start: int, strings: Mapping[str, object]) -> tuple[str, int] | None:
    """A value and where it ends."""
    opening = text[start : start + 1]
    if opening not in {"{", '"'}:
        word = _BARE.match(text, start)
        value = None if word is None else word[0] if word[0].isdigit() else strings.get(word[0].lower())
        return (value, word.end()) if word is not None and isinstance(value, str) else None
    depth = 0
    for sign in _SIGN.finditer(text, start + (opening == '"')):
        depth += {"{": 1, "}": -1}.get(sign[0], 0)
        if depth < 0:
            return None
        if depth == 0 and sign[0] == ("}" if opening == "{" else '"'):
            return text[start + 1 : sign.start()], sign.end()
    return None


def lenient_fields(body: str) -> dict[str, str]:
    """What can be read of a broken entry: each ``name = {value}``, ``"value"`` or bare word, commas or not."""
    key, _, rest = body.partition(",")
    fields = {"ID": key.strip()} if key.strip() and "=" not in key else {}
    rest = rest if fields or not key.strip() else body
    position = 0
    while (name := _LENIENT.search(rest, position)) is not None:
        value, position = _value(rest, name.end())
        fields.setdefault(name["name"].lower(), value)
    return fields


def _value(text: str, start: int) -> tuple[str, int]:
    opening = text[start : start + 1]
    if opening not in {"{", '"'}:
        found = _BARE.match(text, start)
        return (found[0], found.end()) if found else ("", start)
    # A value that is never closed ends before the next line that looks like a field.
    following = _FIELD.search(text, start)
    limit = following.start() if following else len(text)
    depth = 0
    for position in range(start, limit):
        character = text[position]
        depth += (character == "{") - (character == "}")
        if (depth == 0 and opening == "{") or (character == opening == '"' and position > start and depth == 0):
            return text[start + 1 : position], position + 1
    return text[start + 1 : limit].strip().rstrip(","), limit
