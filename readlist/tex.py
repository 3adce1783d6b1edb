"""TeX in titles made readable on a screen: ``Schr\\"odinger`` is Schrödinger, ``S$^2$Edit`` S²Edit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexMacroNode

_SWITCHES = frozenset("it bf rm sc tt em sf sl cal boldmath displaystyle limits nolimits".split())
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
        plain = _converter().latex_to_text(source)
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


@lru_cache(maxsize=1)
def _converter() -> LatexNodes2Text:
    # Loaded only where a title has TeX: it takes longer than the first screen.
    import logging

    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    commands = get_default_latex_context_db()
    # Authors' own commands are called after what they mean: better the name than nothing.
    commands.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_own))
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    return LatexNodes2Text(latex_context=commands, math_mode="text", keep_comments=True)
