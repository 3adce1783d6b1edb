r"""Text as people and arXiv write it → text that LaTeX, BibTeX and biber read without a complaint.

What comes in is Unicode with TeX in it: maths, accents such as ``Poincar\'e``, macros of the authors, and what is left
of all these when a web page was flattened (``W_+``). What goes out compiles under pdflatex in a document with UTF-8
(the default since 2018), ``amsmath`` and ``amssymb``; a few letters (ą, đ, ð, þ, ŋ, «) need
``\usepackage[T1]{fontenc}``.
Scripts that LaTeX has no commands for (CJK, Cyrillic, emoji) stay as UTF-8 in every dialect: BibTeX copies them as
bytes, biber understands them, and lualatex, xelatex or a font package prints them.

With ``utf8`` Latin letters stay as they are, for biblatex: biber reads accent commands into letters anyhow, and stacked
ones (``{\~{\^e}}``) wrongly. A document for pdflatex with letters beyond T1 takes biblatex's option ``safeinputenc``.

Braces come out balanced in BibTeX's way of counting, which takes ``\{`` for a brace too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from readlist.exporters.macros import EXOTIC, SYMBOLS, TEXT_DECLARATIONS, TEXT_STYLES
from readlist.exporters.mathmode import tidy
from readlist.exporters.titles import Protection
from readlist.text import collapse

_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
_COMMANDS = {mark: command for command, mark in _MARKS.items()}
_LETTERS = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "ss": "ß", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ",
    "NG": "Ŋ", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "textquotedblleft": "“", "textquotedblright": "”", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textbackslash": "\\", "textless": "<", "textgreater": ">", "textbar": "|",
    "textbraceleft": "{", "textbraceright": "}", "textellipsis": "…", "ldots": "…", "dots": "…", "textdegree": "°",
    "textregistered": "®", "texttrademark": "™", "copyright": "©", "pounds": "£", "euro": "€",
}  # fmt: skip
_ACCENT = (
    r"\\(?P<mark>[`'^\"~=.]|[uvHcdbrk](?![A-Za-z]))\s*(?:\{\s*\\?(?P<braced>[A-Za-z])\s*\}|\\(?P<dotless>[ij])(?![A-Za-z])|"
    r"(?P<bare>[A-Za-z]))"
)
_LETTER = rf"\\(?P<letter>{'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|\s(?=\S))?"
_BRACED_LETTER = re.compile(rf"\{{\s*(?:{_ACCENT}|{_LETTER})\s*\}}")
_ACCENTED = re.compile(f"{_ACCENT}|{_LETTER}")

# What must be looked up: all but letters, digits and harmless punctuation.
_SPECIAL = re.compile(r"[^A-Za-z0-9 ,.;:!?()'`/*+=@\[\]-]+")
# (The character itself stands first in these patterns, since a search for a plain character is fast.)
_OPENING_QUOTE = re.compile(r'"(?:(?<=[\s(\[{/–—-]")|(?<=^"))(?=\S)')
# In TeX a blank that does not break: after a letter or a stop, before a word ("Fig.~1"). Elsewhere it means "about".
_TIE = re.compile(r"~(?<=[A-Za-z.,;:)\]]~)(?=[\w\\$(\[])")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MATHS = re.compile(r"(\$\$(?<!\\\$\$).+?\$\$|\$(?<!\\\$)[^$]*\$(?<!\\\$)|\\\(.+?\\\)|\\\[.+?\\\])")
_TOKEN = re.compile(
    r"\\(?P<command>[A-Za-z]+)\*?|\\(?P<symbol>.)|\\$|(?P<brace>[{}])|(?P<plain>[^\\${}]+)|\$", re.DOTALL
)
_ASCII = {
    "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_", "\\": r"{\textbackslash}", "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "<": "{$<$}", ">": "{$>$}",
    "|": r"{\textbar}", '"': "''",
}  # fmt: skip
# What becomes another character beside its like, and how it stays itself.
_LIGATURE = re.compile(r"""(["`]|(?<=-)-|(?<=')')""")
_LIGATURES = {'"': r"{\textquotedbl}", "`": r"{\textasciigrave}", "-": "{}-", "'": "{}'"}
_TYPOGRAPHY = {
    "–": "--", "—": "---", "―": "---", "‘": "`", "’": "'", "‚": ",", "“": "``", "”": "''", "„": ",,",
    "‟": "``", "‛": "`", "…": r"{\ldots}",
    "\u2010": "-", "\u2011": "-", "\u00ad": "", "\u200b": "", "\u00a0": "~", "ı": r"{\i}", "ȷ": r"{\j}", "ſ": "s",
    "·": r"{\textperiodcentered}", "−": "{$-$}", "×": r"{$\times$}", "→": r"{$\to$}", "←": r"{$\gets$}",
    # Every encoding draws \'i with a dotless i, and other programs read \'i as í, but not \'\i.
    "ì": r"{\`i}", "í": r"{\'i}", "î": r"{\^i}", "ï": r'{\"i}',
    "µ": r"{$\mu$}", "¬": r"{$\lnot$}",
    # pylatexenc's data has another letter's accent here.
    "ű": r"{\H{u}}", "Ű": r"{\H{U}}", "ħ": r"{$\hbar$}", "ŀ": r"l{\textperiodcentered}", "Ŀ": r"L{\textperiodcentered}",
}  # fmt: skip
_ENSUREMATH = re.compile(r"\\ensuremath\{(.*)\}\Z", re.DOTALL)
_COMMAND_NAME = re.compile(r"\\([A-Za-z]+)")
# Cyrillic commands exist only under Cyrillic encodings, which also read the letters themselves.
_CYRILLIC = range(0x0400, 0x0530)


def latex(text: str, *, utf8: bool = False) -> str:
    """A field's text: maths and accents kept, everything else escaped. One line, braces balanced."""
    return _convert(unicode_text(text), _escape_utf8 if utf8 else _escape).strip()


def latex_title(text: str, *, utf8: bool = False) -> str:
    """A title's text, with braces around the words whose capitals a bibliography style would take away."""
    text = unicode_text(text)
    protection = Protection.of(text)
    escape = _escape_utf8 if utf8 else _escape
    return _convert(text, lambda plain: protection.apply(plain, escape)).strip()


def literal(text: str, *, utf8: bool = False) -> str:
    """A text in which nothing is TeX, to the letter: no dash is made of hyphens that stand together."""
    text = unicodedata.normalize("NFC", collapse(_CONTROLS.sub("", text)))
    translate = _translate_utf8 if utf8 else _translate
    return "".join(_LIGATURES.get(part) or _SPECIAL.sub(translate, part) for part in _LIGATURE.split(text))


def unicode_text(text: str) -> str:
    r"""White space collapsed and TeX's accents and letters outside maths as Unicode (``Poincar\'e`` → ``Poincaré``)."""
    if not (text.isascii() and text.isprintable() and "  " not in text):  # five times as fast as to collapse at once
        text = collapse(_CONTROLS.sub("", collapse(text)))
    text = text.strip()
    if "\\" not in text:
        return text
    pieces = _MATHS.split(text)
    for index in range(0, len(pieces), 2):
        if "\\" in pieces[index]:
            pieces[index] = _ACCENTED.sub(_letter, _BRACED_LETTER.sub(_letter, pieces[index]))
    return "".join(pieces)


def _letter(found: re.Match[str]) -> str:
    if found["letter"]:
        return _LETTERS[found["letter"]]
    base = found["braced"] or found["dotless"] or found["bare"]
    return unicodedata.normalize("NFC", base + _MARKS[found["mark"]])


def _convert(text: str, escape: Callable[[str], str]) -> str:
    if "~" in text:
        text = _TIE.sub("\u00a0", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "\\" not in text and "$" not in text and "{" not in text and "}" not in text:
        return escape(text)
    return _Reader(text, escape).read()


def _escape(plain: str) -> str:
    """Text without any TeX: every character as itself or as what LaTeX calls it."""
    return _escape_with(plain, _translate)


def _escape_utf8(plain: str) -> str:
    return _escape_with(plain, _translate_utf8)


def _escape_with(plain: str, translate: Callable[[re.Match[str]], str]) -> str:
    # Most abstracts hold nothing special: to ask for each character costs a tenth of a walk through the text.
    if plain.isascii() and not any(map(plain.__contains__, _ASCII)):
        return plain
    if '"' in plain:
        plain = _OPENING_QUOTE.sub("``", plain)
    return _SPECIAL.sub(translate, plain)


def _translate(found: re.Match[str]) -> str:
    return found[0].translate(table())


def _translate_utf8(found: re.Match[str]) -> str:
    return found[0].translate(_utf8_table())


class _Reader:
    """Walks through text that holds TeX; ``plain`` collects what is to be escaped, ``out`` what is written."""

    def __init__(self, text: str, escape: Callable[[str], str]) -> None:
        self.text = text
        self.escape = escape
        self.out: list[str] = []
        self.plain: list[str] = []
        self.open: list[int] = []

    def read(self) -> str:
        at = 0
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            assert found is not None  # the alternatives cover every character
            at = (not found["plain"] and self.maths(at)) or self.token(found)
        self.flush()
        for index in self.open:
            self.out[index] = self.out[index][:-1] + _ASCII["{"]  # a brace that nothing closes is a character
        return "".join(self.out)

    def flush(self) -> None:
        if self.plain:
            self.out.append(self.escape("".join(self.plain)))
            self.plain.clear()

    def write(self, written: str) -> None:
        self.flush()
        self.out.append(written)

    def maths(self, at: int) -> int:
        """If a formula begins here, write it and return where it ends; else 0."""
        found = _formula(self.text, at)
        if found is None:
            return 0
        end, source = found
        formula = tidy(source, _say_in_maths)
        if not formula or formula.isspace():
            return 0
        self.write(f"{{${formula}$}}")
        return end

    def token(self, found: re.Match[str]) -> int:
        """Write one token that is no maths; return where the next begins."""
        if found["plain"]:
            self.plain.append(found["plain"])
        elif found["brace"] == "{":
            self.write("{")
            self.open.append(len(self.out) - 1)
        elif found["brace"]:
            if self.open:
                self.open.pop()
                self.write("}")
            else:
                self.plain.append("}")
        elif found["command"]:
            return self.command(found)
        else:
            self.symbol(found["symbol"], found[0], after_blank=self.text[: found.start()].endswith(" "))
        return found.end()

    def symbol(self, symbol: str | None, source: str, *, after_blank: bool) -> None:
        if symbol == " " and after_blank:
            self.plain.append(source)  # TeX's own blank follows a word: this is a backslash that stands alone
        elif symbol is not None and symbol in "%&_#${}":
            self.plain.append(symbol)
        elif symbol is not None and symbol in "\\ ,;:>":
            self.plain.append(" ")
        elif symbol is None or symbol not in "-/!":
            self.plain.append(source)

    def in_new_group(self) -> bool:
        """Whether a group was opened just before, and not as the argument of a command, which needs it as it is."""
        opened = not self.plain and bool(self.open) and self.open[-1] == len(self.out) - 1 and self.out[-1] == "{"
        return opened and not (len(self.out) > 1 and self.out[-2][1:] in TEXT_STYLES)

    def command(self, found: re.Match[str]) -> int:
        name, end = found["command"], found.end()
        follows = self.text[end : end + 1]
        if name in TEXT_STYLES and follows == "{":
            self.write(f"\\{'textrm' if name in {'text', 'mbox'} else name}")
        elif name in TEXT_DECLARATIONS:
            # {\bf C}: the group just opened becomes the command's argument. Without a group it means nothing here.
            if self.in_new_group():
                self.out[-1] = f"\\{TEXT_DECLARATIONS[name]}{{"
            while self.text[end : end + 1] == " ":
                end += 1
        elif name in {"LaTeX", "TeX"}:
            self.write(f"{{\\{name}}}")
        elif name in SYMBOLS:
            self.write(f"{{$\\{name}$}}")
        else:
            self.plain.append(found[0])
        return end


def _formula(text: str, at: int) -> tuple[int, str] | None:
    """The formula that begins at ``at``: where it ends and what stands between its marks.

    A dollar that opens or closes beside a blank, or closes before a digit, is money unless TeX stands between.
    """
    opening = text[at : at + 2]
    if opening[0] == "$" != opening[1:]:
        opening = "$"
    closing = _CLOSING.get(opening)
    if closing is None:
        return None
    start = at + len(opening)
    end = text.find(closing, start)
    while end > 0 and text[end - 1] == "\\" and closing[0] == "$":
        end = text.find(closing, end + 1)
    source = text[start:end].strip() if end >= 0 else ""
    if not source or (opening == "$" and not _plausible(text[start:end], text[end + 1 : end + 2].isdigit())):
        return None
    return end + len(closing), source


_CLOSING = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,} [A-Za-z]{2,}")
_NO_PROSE = re.compile(r"\\(?:text|mbox|mathrm)[a-z]*\s*\{[^{}]*\}|\\[A-Za-z]+")
_TEX_INSIDE = re.compile(r"[\\^_]")


@lru_cache(maxsize=8192)
def _plausible(source: str, before_digit: bool) -> bool:
    if _TEX_INSIDE.search(source):
        return not _PROSE.search(_NO_PROSE.sub("", source))
    money = source[0].isspace() or source[-1].isspace() or before_digit
    return not money and not _PROSE.search(source)


class _Table(dict[int, str]):
    """A table for `str.translate` that works out what it does not hold, once a character."""

    def __missing__(self, code: int) -> str:
        self[code] = written = _work_out(chr(code), self)
        return written


@lru_cache(maxsize=1)
def table() -> _Table:
    """Character → LaTeX for text, built once from pylatexenc's data (which is loaded only now)."""
    from pylatexenc.latexencode import get_builtin_uni2latex_dict

    known = _Table()
    for code, command in get_builtin_uni2latex_dict().items():
        names = _COMMAND_NAME.findall(command)
        if code < 0x80 or code in _CYRILLIC or EXOTIC.intersection(names):
            continue
        in_maths = _ENSUREMATH.match(command)
        if in_maths or "acute{" in command or names in (["flat"], ["natural"], ["sharp"], ["Upsilon"], ["varepsilon"]):
            known[code] = f"{{${in_maths[1] if in_maths else command}$}}"
        else:
            known[code] = f"{{{command}}}" if "\\" in command else command
    known.update({code: chr(code) for code in range(0x20, 0x7F)})
    known.update({ord(character): written for character, written in (_ASCII | _TYPOGRAPHY).items()})
    return known


class _Utf8Table(dict[int, str]):
    """The table for biblatex: Latin letters are themselves, the rest as in `table`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        latin = character.isalpha() and code < 0x1F00 and unicodedata.name(character, "").startswith("LATIN")
        self[code] = written = character if latin else table()[code]
        return written


@lru_cache(maxsize=1)
def _utf8_table() -> _Utf8Table:
    return _Utf8Table()


def _work_out(character: str, known: _Table) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Cs", "Cf", "Zl", "Zp"}:  # controls, halves of pairs, direction marks
        return character if character == "\u200d" else " " if category[0] == "Z" else ""
    base, *marks = list(unicodedata.normalize("NFD", character))
    if marks and base.isascii() and all(mark in _COMMANDS for mark in marks):
        return _accented(base, marks)
    if character in _COMMANDS:
        return ""  # an accent without a letter
    simpler = unicodedata.normalize("NFKC", character)
    if simpler != character and (simpler.isascii() or character in "⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"):
        if "SCRIPT CAPITAL" in unicodedata.name(character, ""):
            return rf"{{$\mathcal{{{simpler}}}$}}"
        return simpler.replace("⁄", "/").translate(known)
    return character


def _accented(base: str, marks: list[str]) -> str:
    written = base
    for mark in marks:
        command = _COMMANDS[mark]
        braces = command.isalpha() or len(written) > 1
        written = f"\\{command}{{{written}}}" if braces else f"\\{command}{written}"
    return f"{{{written}}}"


def _say_in_maths(character: str) -> str:
    """One character beyond ASCII inside a formula, where text must be marked as text."""
    written = table()[ord(character)]
    if written.startswith("{$") and written.endswith("$}"):
        return f"\\ensuremath{{{written[2:-2]}}}"
    return f"\\mbox{{{written}}}" if written else ""
