"""TeX read as Unicode: on a screen ``Schr\\"odinger`` is Schrödinger and ``S$^2$Edit`` S²Edit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexMacroNode

_SWITCHES = frozenset(
    "it bf rm sc tt em sf sl cal bfseries itshape scshape ttfamily boldmath displaystyle limits nolimits".split()
)
# What pylatexenc does not know, or takes for a sign that looks like it.
_CHARACTERS = {
    "textperiodcentered": "·", "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^",
    "textbar": "|", "textquotedbl": '"',
}  # fmt: skip
_TEX = re.compile(r"[\\${}]")
_ESCAPED = re.compile(r"\\.")
_SCRIPT = re.compile(r"([_^])(?:\{([0-9+\-=()n]+)\}|([0-9+\-=n]))")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()n", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ")


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    """Text with its TeX commands and formulas as Unicode says them; what cannot be read as TeX stays as it is.

    For screens only: exports and matching take the text as arXiv has it.
    """
    if not _TEX.search(text) or not _sound(text):
        return text
    source = _SCRIPT.sub(_script, text) if "$" in text else text
    try:
        plain = converter("text").latex_to_text(source)
    except Exception:  # the package raises what it likes on broken TeX, and titles are full of it
        return text
    return " ".join(plain.split()) or text


def _sound(text: str) -> bool:
    """Whether dollars and braces come in pairs; else they are prices and typing errors."""
    bare = _ESCAPED.sub("", text)
    depth = 0
    for character in bare:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0 and bare.count("$") % 2 == 0


def _script(found: re.Match[str]) -> str:
    return (found[2] or found[3]).translate(_RAISED if found[1] == "^" else _LOWERED)


def _own(node: LatexMacroNode) -> str:
    return "" if node.macroname in _SWITCHES else str(node.macroname)


@lru_cache(maxsize=2)
def converter(math_mode: Literal["text", "verbatim"]) -> LatexNodes2Text:
    """pylatexenc's reader of LaTeX, formulas as Unicode or as they stand.

    It is loaded only where a text has TeX: that takes longer than the first screen. It raises what it likes on TeX that
    is broken.
    """
    import logging

    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    commands = get_default_latex_context_db()
    commands.add_context_category(
        "readlist",
        prepend=True,
        macros=[
            MacroTextSpec("url", simplify_repl="%s"),
            *(MacroTextSpec(name, simplify_repl=character) for name, character in _CHARACTERS.items()),
            MacroTextSpec("href", simplify_repl=r"%(2)s (%(1)s)"),
        ],
    )
    # Authors' own commands are called after what they mean: better the name than nothing.
    commands.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_own))
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    return LatexNodes2Text(latex_context=commands, math_mode=math_mode, keep_comments=True)
