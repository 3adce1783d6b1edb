"""The service's query language (section 2 of the contract): from text to a tree, or to a refusal.

``a AND b OR c`` is ``a AND (b OR c)``; a missing operator is OR, a missing prefix ``all:``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIELDS = frozenset("ti au abs co jr cat rn id all doi submittedDate".split())
_ALIASES = {"title": "ti", "lastUpdatedDate": "submittedDate"}
_PREFIX = re.compile(r"([A-Za-z]+):")


class BadQuery(Exception):
    """The service answers 400."""


class BadWildcard(Exception):
    """The service answers 500."""


@dataclass(frozen=True)
class Term:
    field: str
    text: str
    phrase: bool = False


@dataclass(frozen=True)
class Dates:
    first: str
    last: str


@dataclass(frozen=True)
class Both:
    left: Node
    right: Node
    operator: str


Node = Term | Dates | Both


def parse(text: str) -> Node:
    """The tree of a query."""
    return _Parser(_lex(text)).whole()


def _lex(text: str) -> list[tuple[str, str]]:
    """Tokens as (kind, text); kinds: ( ) op prefix phrase word dates."""
    if text.count('"') % 2:
        at = text.rindex('"')  # the repair layer drops a lone quote
        text = text[:at] + " " + text[at + 1 :]
    found: list[tuple[str, str]] = []
    i = 0
    while i < len(text):
        c = text[i]
        prefix = _PREFIX.match(text, i)
        if c.isspace():
            i += 1
        elif c in "()":
            found.append((c, c))
            i += 1
        elif c == '"':
            end = text.index('"', i + 1)
            found.append(("phrase", text[i + 1 : end]))
            i = end + 1
        elif prefix and (prefix[1] in FIELDS or prefix[1] in _ALIASES):
            found.append(("prefix", _ALIASES.get(prefix[1], prefix[1])))
            i = prefix.end()
        elif c == "[" and found and found[-1] == ("prefix", "submittedDate"):
            end = text.find("]", i) + 1 or len(text)
            found.append(("dates", text[i:end]))
            i = end
        else:
            end = i
            while end < len(text) and not text[end].isspace() and text[end] not in '()"':
                end += 1
            word = text[i:end]
            found.append(("op", word) if word in {"AND", "OR", "ANDNOT", "NOT"} else ("word", word))
            i = end
    return _repair(found)


def _repair(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """NOT and AND NOT become ANDNOT; of several operators in a row the last stays."""
    repaired: list[tuple[str, str]] = []
    for kind, text in found:
        if kind == "op" and repaired and repaired[-1][0] == "op":
            repaired.pop()
        repaired.append((kind, "ANDNOT" if (kind, text) == ("op", "NOT") else text))
    return repaired


class _Parser:
    def __init__(self, found: list[tuple[str, str]]) -> None:
        self._tokens = found
        self._at = 0

    def whole(self) -> Node:
        if not self._tokens:
            raise BadQuery("empty")
        node = self._chain(None)
        if self._at < len(self._tokens):
            raise BadQuery(f"unexpected {self._tokens[self._at][1]}")
        return node

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else "end"

    def _chain(self, field: str | None) -> Node:
        left = self._one(field)
        kind = self._peek()
        if kind in {"end", ")"}:
            return left
        operator = "OR"
        if kind == "op":
            operator = self._tokens[self._at][1]
            self._at += 1
        return Both(left, self._chain(field), operator)  # groups to the right

    def _one(self, field: str | None) -> Node:
        kind = self._peek()
        if kind == "end":
            raise BadQuery("something is missing at the end")
        text = self._tokens[self._at][1]
        self._at += 1
        if kind == "prefix":
            if self._peek() not in {"word", "phrase", "(", "dates"}:
                raise BadQuery(f"nothing behind {text}:")  # also ti:cat:dog and ti:co:design
            return self._one(text)
        if kind == "(":
            node = self._chain(field)
            if self._peek() != ")":
                raise BadQuery("a parenthesis is not closed")
            self._at += 1
            return node
        if kind not in {"dates", "phrase", "word"}:
            raise BadQuery(f"unexpected {text}")
        return _leaf(kind, text, field or "all")


def _leaf(kind: str, text: str, field: str) -> Term | Dates:
    if kind == "dates":
        dates = re.fullmatch(r"\[(\d{4,12}) TO (\d{4,12})\]", text)
        if dates is None:
            raise BadQuery(text)
        return Dates(dates[1].ljust(12, "0"), dates[2].ljust(12, "9"))
    if kind == "phrase" and text.endswith("\\"):
        raise BadQuery("a backslash before the closing quote")
    if kind == "word" and text[0] in "*?":
        raise BadWildcard(text)
    return Term(field, text, phrase=kind == "phrase")


def clauses(node: Node, *, bag: bool) -> int:
    """How many clauses of the index a query costs."""
    if isinstance(node, Both):
        return clauses(node.left, bag=bag) + clauses(node.right, bag=bag)
    if isinstance(node, Term) and node.phrase and bag:
        return max(len(node.text.split()), 1)
    return 1
