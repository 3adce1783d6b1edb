"""What a document cites: the keys in LaTeX's ``.aux``, biblatex's ``.bcf``, or the ``.tex`` itself.

The ``.aux`` and ``.bcf`` say it for sure, since LaTeX wrote them; a ``.tex`` is read for the citing commands of LaTeX,
natbib and biblatex, comments left out. Files that are included are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from readlist.errors import UnreadableSource, WrongUsage
from readlist.library import Library, citing

_CITATION = re.compile(r"\\(?:citation|abx@aux@cite(?:\{\d+\})?)\{([^{}]*)\}")
_AUX_INPUT = re.compile(r"\\@input\{([^{}]*)\}")
_TEX_INPUT = re.compile(r"\\(?:input|include|subfile)\s*\{([^{}]*)\}")
# A comment ends the line and takes the blanks of the next with it; a % behind an odd number of backslashes is a sign.
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_VERBATIM = re.compile(
    r"\\begin\{(verbatim|lstlisting|minted|comment)\*?\}.*?\\end\{\1\*?\}|\\verb\*?([^\sA-Za-z]).*?\2", re.S
)
_OPTIONS = r"(?:\s*\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]|\s*\([^()]*\)|\s*<[^<>]*>)*"
_KEYS = r"\s*\{([^{}]*)\}"
_CITE = re.compile(
    rf"\\(?P<name>[A-Za-z]*[cC]it(?:e|es|ation)[A-Za-z]*|nocite|bibentry|defcitealias)(?![A-Za-z@])\*?{_OPTIONS}{_KEYS}"
)
_MORE = re.compile(_OPTIONS + _KEYS)
# Commands that look like citing and take something else in their braces.
_NO_CITE = frozenset(
    "citestyle citetext citereset citesetup setcitestyle citationstyle citeindextrue citeindexfalse newcites "
    "bibcite ccitation citetrackertrue citetrackerfalse".split()
)
_VOLUME = re.compile(r"[A-Za-z]*volcites?", re.IGNORECASE)


@dataclass
class Cited:
    """The keys that documents cite, in their order; ``everything``: ``\\nocite{*}`` stands there too.

    ``missing``: files that a document includes and that are not there.
    """

    keys: dict[str, None] = field(default_factory=dict)
    everything: bool = False
    missing: list[Path] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Take the keys of one citation, separated by commas."""
        for key in (part.strip() for part in text.split(",")):
            if key == "*":
                self.everything = True
            elif key and "#" not in key and "\\" not in key:  # not: the body of somebody's own citing command
                self.keys.setdefault(key)


def read_cited(paths: Sequence[Path]) -> Cited:
    """The keys that documents cite. Raises `WrongUsage` for a kind of file that says nothing of citations and
    `UnreadableSource` for one that cannot be read."""
    cited = Cited()
    for path in paths:
        read = {".aux": _read_aux, ".bcf": _read_bcf, ".tex": _read_tex}.get(path.suffix.lower())
        if read is None:
            raise WrongUsage(f"{path}: citations are read from .aux, .bcf and .tex files")
        read(path, cited)
    return cited


def chosen(library: Library, ids: Sequence[int], cited: Cited) -> tuple[list[int], list[str]]:
    """Those of some papers that are cited, in their order, and the cited keys that no listed paper has, each with what
    is known of it. Keys are compared to the letter, as LaTeX does."""
    held = citing.current_keys(library)
    unknown = [f"{key}{citing.hint(library, key)}" for key in cited.keys if key not in held]
    if cited.everything:
        return list(ids), unknown
    wanted = {held[key] for key in cited.keys if key in held}
    return [paper for paper in ids if paper in wanted], unknown


def _read_aux(path: Path, cited: Cited) -> None:
    # \@input names are relative to where LaTeX ran, which is where the first file stands.
    for text in _included(path, _AUX_INPUT, ".aux", cited):
        for found in _CITATION.finditer(text):
            cited.add(found[1])


def _read_tex(path: Path, cited: Cited) -> None:
    for text in _included(path, _TEX_INPUT, ".tex", cited):
        done = 0
        while (found := _CITE.search(text, done)) is not None:
            done = found.end()
            if found["name"] in _NO_CITE:
                continue
            if _VOLUME.fullmatch(found["name"]):  # \volcite{volume}[pages]{key}
                following = _MORE.match(text, done)
                if following is not None:
                    cited.add(following[1])
                    done = following.end()
                continue
            cited.add(found[2])
            # \cites{one}[p. 2]{two}{three}
            while found["name"].endswith("cites") and (following := _MORE.match(text, done)) is not None:
                cited.add(following[1])
                done = following.end()


def _included(first: Path, pattern: re.Pattern[str], ending: str, cited: Cited) -> Iterator[str]:
    """The text of a file and of all that it includes, each once, without comments."""
    seen: set[Path] = set()
    waiting = [first]
    while waiting:
        path = waiting.pop()
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        if path is not first and not path.is_file():
            cited.missing.append(path)
            continue
        text = _text(path)
        if ending == ".tex":
            text = _COMMENT.sub(r"\1", _VERBATIM.sub(" ", text))
        yield text
        names = [found[1].strip() for found in pattern.finditer(text)]
        waiting += [
            first.parent / (name if Path(name).suffix else name + ending)
            for name in reversed(names)
            if name and not set(name) & set("#\\\0")
        ]


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"{path}: cannot read the file: {error.strerror}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # keys are ASCII; what stands around them does not matter


def _read_bcf(path: Path, cited: Cited) -> None:
    from lxml import etree

    # Nothing is fetched and no entity is resolved, whatever the file asks for.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(str(path), parser).getroot()
    except OSError:
        raise UnreadableSource(f"{path}: cannot read the file") from None
    except etree.XMLSyntaxError as error:
        raise UnreadableSource(f"{path}: this is no control file of biblatex: {error}") from None
    if etree.QName(root).localname != "controlfile":
        raise UnreadableSource(f"{path}: this is no control file of biblatex")
    for element in root.iter("{*}citekey"):
        cited.add(element.get("members") or element.text or "")
