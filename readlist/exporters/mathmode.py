r"""Maths from arXiv texts, made safe to stand in a bibliography.

What authors put between dollars compiles in their paper, with their packages and macros. Here it must compile in a
stranger's document: `tidy` rewrites it to what LaTeX, ``amsmath`` and ``amssymb`` know, or says that it is not maths.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from readlist.exporters.macros import (
    BIG,
    DELIMITERS,
    MATHS_DECLARATIONS,
    ONE_ARGUMENT,
    SYMBOLS,
    TEXT_STYLES,
    TWO_ARGUMENTS,
)

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|[^\\]", re.DOTALL)
_SIMPLE = re.compile(r"[A-Za-z0-9+\-*/=()\[\].,:;|!<> ]+")
_CONTROL_SYMBOLS = {
    r"\{": r"\lbrace ", r"\}": r"\rbrace ", r"\\": r"\ ", r"\/": "", r"\-": "", r"\(": None, r"\)": None,
} | {rf"\{c}": rf"\{c}" for c in ",;:!> |%&#$_"}  # fmt: skip
# They mean something to a document, not to a formula: a formula with one of them is kept as plain text.
_NOT_MATHS = frozenset(
    "begin end cite citep citet label ref eqref footnote href url def newcommand input include over atop choose "
    "above hbox left right".split()
)
_DROPPED = frozenset("limits nolimits nonumber notag displaylimits thinspace allowbreak relax null strut".split())
_NOT_WORDS = frozenset('_^$#&%~{"')
_ESCAPED = frozenset({r"\ ", r"\,", r"\%", r"\&", r"\_", r"\#"})
_MAX_DEPTH = 40


class _NotMaths(Exception):
    """This text cannot stand between dollars."""


@lru_cache(maxsize=8192)
def tidy(source: str, say: Callable[[str], str]) -> str | None:
    """The formula with only commands that every document knows, or None when it is none.

    Braces come out balanced even for readers that do not know ``\\{`` (BibTeX and biber count it as a brace). Unknown
    commands become their names, upright. ``say`` turns one non-ASCII character into LaTeX that holds in maths.
    """
    if _SIMPLE.fullmatch(source):
        return source
    parser = _Parser(_TOKEN.findall(source), say)
    try:
        return parser.sequence(None)
    except _NotMaths:
        return None


class _Parser:
    """Reads tokens of one formula and writes it anew; any doubt raises `_NotMaths`."""

    def __init__(self, tokens: list[str], say: Callable[[str], str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.say = say

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> str:
        token = self.peek()
        if token is None:
            raise _NotMaths
        self.at += 1
        return token

    def skip_blanks(self) -> None:
        while (token := self.peek()) is not None and token.isspace():
            self.at += 1

    def sequence(self, stop: str | None) -> str:
        """All up to ``stop`` (consumed), scripts checked: TeX refuses ``a^b^c`` and a script of nothing."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _NotMaths
        out: list[str] = []
        scripts: set[str] = set()
        while (token := self.peek()) != stop:
            token = self.next()
            if token.isspace():
                out.append(" ")
            elif token in "_^":
                if token in scripts:
                    raise _NotMaths
                scripts.add(token)
                out.append(f"{token}{{{self.argument()}}}")
            elif token == "'":
                if "^" in scripts:
                    raise _NotMaths
                out.append(token)
            else:
                scripts.clear()
                out.append(self.declaration(token, stop) or self.atom(token))
                if token[1:] in MATHS_DECLARATIONS:
                    break
        else:
            if stop is not None:
                self.at += 1
        self.depth -= 1
        return "".join(out)

    def declaration(self, token: str, stop: str | None) -> str:
        """``\\cal L`` to the end of the group, as ``\\mathcal{L}``; nothing for other tokens."""
        command = MATHS_DECLARATIONS.get(token[1:]) if token[0] == "\\" else None
        return f"\\{command}{{{self.sequence(stop).strip()}}}" if command else ""

    def argument(self) -> str:
        """What a command or a script takes: a group, a command with its own arguments, or one character."""
        self.skip_blanks()
        token = self.next()
        if token == "{":
            return self.sequence("}")
        if token in "_^'" or token[1:] in MATHS_DECLARATIONS:
            raise _NotMaths
        return self.atom(token)

    def atom(self, token: str) -> str:
        if token == "{":
            return f"{{{self.sequence('}')}}}"
        if token[0] == "\\":
            return self.command(token[1:]) if token[1:2].isalpha() else self.control_symbol(token)
        if token in '}$"':
            raise _NotMaths
        if token in "%#&":
            return f"\\{token}"
        return token if token.isascii() else self.say(token)

    def control_symbol(self, token: str) -> str:
        written = _CONTROL_SYMBOLS.get(token)
        if written is None:
            raise _NotMaths
        return written

    def command(self, name: str) -> str:
        if name in SYMBOLS:
            return f"\\{name}" + (" " if self.followed_by_letter() else "")
        if name in TEXT_STYLES or name == "hbox":
            return self.text_command("mbox" if name == "hbox" else name)
        if name in ONE_ARGUMENT:
            return self.one_argument(ONE_ARGUMENT[name])
        if name in TWO_ARGUMENTS:
            return f"\\{name}{{{self.argument()}}}{{{self.argument()}}}"
        if name == "left":
            opening = self.delimiter()
            inner = self.sequence(r"\right")
            return rf"\left{opening}{inner}\right{self.delimiter()}"
        if name in BIG:
            # \middle holds only between \left and \right: the other sizes hold anywhere.
            return rf"\{'big' if name == 'middle' else name}{self.delimiter()}"
        if name in _NOT_MATHS:
            raise _NotMaths
        if name in {"hspace", "vspace", "mspace", "hskip", "kern"}:
            self.argument()
            return r"\ "
        return "" if name in _DROPPED else rf"{{\mathrm{{{name}}}}}"

    def followed_by_letter(self) -> bool:
        """Whether what is written next could run into a command's name (a dropped or rewritten token between)."""
        token = self.peek()
        return token is not None and (token[0].isalpha() or token[0] == "\\")

    def one_argument(self, name: str) -> str:
        star = self.peek() == "*" and name == "operatorname"
        self.at += star
        option = ""
        if name in {"sqrt", "xleftarrow", "xrightarrow"} and self.peek() == "[":
            self.at += 1
            option = f"[{self.sequence(']')}]"
        return f"\\{name}{'*' if star else ''}{option}{{{self.argument()}}}"

    def text_command(self, name: str) -> str:
        """A text command's words: letters and punctuation only, since maths inside text would need its own dollars."""
        self.skip_blanks()
        if name == "underline":
            return self.one_argument(name)
        if self.next() != "{":
            raise _NotMaths
        words: list[str] = []
        while (token := self.next()) != "}":
            if token in _NOT_WORDS or (token[0] == "\\" and token not in _ESCAPED):
                raise _NotMaths
            words.append(token if token.isascii() else self.say(token))
        return f"\\{name}{{{''.join(words)}}}"

    def delimiter(self) -> str:
        self.skip_blanks()
        token = self.next()
        if token in {r"\{", r"\}"}:
            return _CONTROL_SYMBOLS[token] or ""
        if token in "()[]|./<>" or token == r"\|":
            return token
        if token[0] == "\\" and token[1:] in DELIMITERS:
            return f"{token} "
        raise _NotMaths
