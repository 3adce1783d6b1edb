"""What happens to a paper between its arXiv record and a listing, as documented, seeded distortions.

Each takes what a listing shows and a source of chance and returns what another listing might show. None of them
uses the resolver's own folding of text: what is tested must not be what makes the test.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from readlist.paper import Record
from tests.servers.arxiv_text import to_unicode


@dataclass(frozen=True, slots=True)
class Shown:
    """What a listing shows of a paper. ``None`` and empty text: it does not say."""

    title: str
    abstract: str
    listed: date | None
    authors: int | None


@dataclass(frozen=True, slots=True)
class Corpus:
    """What distortions draw from: words, sentences and coined names of the snapshot's other papers."""

    words: Sequence[str]
    sentences: Sequence[str]
    names: Sequence[str]


Distortion = Callable[[Shown, Random, Corpus], Shown]

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_BRITISH = {
    "ization": "isation", "izing": "ising", "ized": "ised", "ize": "ise", "color": "colour", "behavior": "behaviour",
    "modeling": "modelling", "labeled": "labelled", "center": "centre", "neighbor": "neighbour", "favor": "favour",
    "analyze": "analyse", "fiber": "fibre", "defense": "defence", "signaling": "signalling",
}  # fmt: skip
_SIGNS = {
    "epsilon": "ε", "phi": "φ", "theta": "θ", "rho": "ρ", "kappa": "κ", "sigma": "σ", "tau": "τ", "psi": "ψ",
    "eta": "η",
    "xi": "ξ", "nu": "ν", "zeta": "ζ", "chi": "χ", "Delta": "Δ", "Gamma": "Γ", "Lambda": "Λ", "Omega": "Ω",
    "Sigma": "Σ",
    "in": "∈", "infty": "∞", "times": "×", "to": "→", "rightarrow": "→", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "ell": "ℓ", "cdot": "·", "pm": "±", "sim": "∼", "approx": "≈", "circ": "∘", "otimes": "⊗", "partial": "∂",
}  # fmt: skip
_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}


def shown(record: Record) -> Shown:
    """A record as a listing shows it on the day of its submission, nothing distorted yet but for TeX accents."""
    count = len(record.authors) or None
    return Shown(to_unicode(record.title), to_unicode(record.abstract), record.published, count)


def flattened(entry: Shown, _chance: Random, _corpus: Corpus) -> Shown:
    """TeX made plain as listing pages do it: ``$\\mathscr{W}_+$`` is shown as ``W_+``, ``S$^2$Edit`` as ``S^2Edit``."""

    def plain(text: str) -> str:
        text = re.sub(r"\\(?:boldsymbol|bm|var)", lambda m: "\\" if m[0] == "\\var" else "", text)
        text = re.sub(r"\\([A-Za-z]+)", lambda m: _SIGNS.get(m[1], m[0]), text)
        text = re.sub(r"\\(?:math\w*|text\w*|emph|operatorname|rm|bf|it|cal)\s*\{([^{}]*)\}", r"\1", text)
        text = re.sub(r"\\(?:math\w*|text\w*|rm|bf|it|cal)\s*", "", text)
        text = text.replace("$", "").replace("{", "").replace("}", "").replace("~", " ").replace("\\", "")
        return " ".join(text.split())

    return replace(entry, title=plain(entry.title) or entry.title, abstract=plain(entry.abstract))


def typography(entry: Shown, chance: Random, _corpus: Corpus) -> Shown:
    """Dashes, quotes, ligatures, case, soft hyphens, and the blank that is missing behind a colon."""

    def dress(text: str) -> str:
        if chance.random() < 0.6:
            text = re.sub(r"(?<=\w)-(?=\w)", lambda _: chance.choice("‐‑–—-"), text)
        if chance.random() < 0.5:
            text = text.replace("'", "’").replace('"', "”")
        if chance.random() < 0.4:
            for letters, ligature in _LIGATURES.items():
                text = text.replace(letters, ligature)
        if chance.random() < 0.2:
            text = unicodedata.normalize("NFD", text)
        return text

    title = dress(entry.title)
    if chance.random() < 0.5:
        title = title.replace(": ", ":")
    case = chance.random()
    title = title.upper() if case < 0.1 else title.title() if case < 0.3 else title.lower() if case < 0.4 else title
    return replace(entry, title=title, abstract=dress(entry.abstract))


def hyphens(entry: Shown, _chance: Random, _corpus: Corpus) -> Shown:
    """Compounds written in one word or in two: ``pre-training``, ``pretraining``, ``pre training``."""
    return replace(
        entry,
        title=re.sub(r"(?<=[a-z])-(?=[a-z])", "", entry.title),
        abstract=re.sub(r"(?<=[a-z])-(?=[a-z])", " ", entry.abstract),
    )


def british(entry: Shown, _chance: Random, _corpus: Corpus) -> Shown:
    """British spelling."""

    def respelt(text: str) -> str:
        for american, other in _BRITISH.items():
            text = text.replace(american, other)
        return text

    return replace(entry, title=respelt(entry.title), abstract=respelt(entry.abstract))


def cut_title(entry: Shown, chance: Random, _corpus: Corpus) -> Shown:
    """A title cut off, with or without the dots that say so; a third of the words at least, and at least two, stay."""
    tokens = entry.title.split()
    kept = chance.randint(max(2, len(tokens) // 3), max(2, len(tokens) - 1))
    if kept >= len(tokens):
        return entry
    return replace(entry, title=" ".join(tokens[:kept]) + chance.choice(("", "…", "...", " …")))


def cut_abstract(entry: Shown, chance: Random, _corpus: Corpus) -> Shown:
    """An abstract cut off after 200 to 600 characters."""
    return replace(
        entry, abstract=entry.abstract[: chance.randint(200, 600)].rstrip() + chance.choice(("", "…", "..."))
    )


def typo(entry: Shown, chance: Random, _corpus: Corpus) -> Shown:
    """One letter of the title dropped, doubled or swapped with its neighbour."""
    places = [at for at, letter in enumerate(entry.title[:-1]) if letter.isalpha()]
    if len(places) < 6:
        return entry
    at = chance.choice(places)
    text = entry.title
    changed = chance.choice((text[:at] + text[at + 1 :], text[: at + 1] + text[at:], text[:at] + text[at + 1] + text[at] + text[at + 2 :]))  # fmt: skip # noqa: E501
    return replace(entry, title=changed)


def reworded(entry: Shown, chance: Random, corpus: Corpus) -> Shown:
    """A title edited between versions: one to three of its words replaced, dropped or added."""
    tokens = entry.title.split()
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(tokens))
        word = chance.choice(corpus.words).capitalize()
        what = chance.randrange(3)
        tokens[at : at + (what != 1)] = [] if what == 0 and len(tokens) > 3 else [word]
    return replace(entry, title=" ".join(tokens))


def renamed(entry: Shown, chance: Random, corpus: Corpus) -> Shown:
    """Another title altogether: a new coined name, or none, and words about the same matter in another order."""
    about = [word for word in re.findall(r"[A-Za-z-]{5,}", entry.abstract) if word.islower()]
    tokens = re.findall(r"[A-Za-z-]{4,}", entry.title)
    words = chance.sample(about, min(len(about), chance.randint(2, 5))) + chance.sample(tokens, min(len(tokens), 2))
    chance.shuffle(words)
    title = " ".join(word.capitalize() for word in words) or chance.choice(corpus.words)
    return replace(entry, title=f"{chance.choice(corpus.names)}: {title}" if chance.random() < 0.7 else title)


def new_name(entry: Shown, chance: Random, corpus: Corpus) -> Shown:
    """The coined name before the colon replaced, the rest as it was; without a name, one is put before the title."""
    _, colon, rest = entry.title.partition(": ")
    return replace(entry, title=f"{chance.choice(corpus.names)}: {rest if colon else entry.title}")


def edited(share: float) -> Distortion:
    """An abstract edited between versions: about this share of its words replaced, dropped or added, in stretches,
    and now and then a sentence of it gone, new, or elsewhere."""

    def edit(entry: Shown, chance: Random, corpus: Corpus) -> Shown:
        sentences = _SENTENCE.split(entry.abstract)
        if len(sentences) > 3 and chance.random() < share * 2:
            del sentences[chance.randrange(len(sentences))]
        if chance.random() < share * 2:
            sentences.insert(chance.randint(0, len(sentences)), chance.choice(corpus.sentences))
        if len(sentences) > 2 and chance.random() < share:
            sentences.insert(0, sentences.pop())
        tokens = " ".join(sentences).split()
        left = int(len(tokens) * share)
        while left > 0 and len(tokens) > 4:
            length = min(chance.choice((1, 1, 2, 3, 5)), left)
            at = chance.randrange(len(tokens))
            new = [chance.choice(corpus.words) for _ in range(max(0, length + chance.choice((-1, 0, 0, 1))))]
            tokens[at : at + length] = new
            left -= length
        return replace(entry, abstract=" ".join(tokens))

    return edit


def rewritten(entry: Shown, chance: Random, corpus: Corpus) -> Shown:
    """An abstract written anew: a third of the sentences are kept, edited; the others are foreign."""
    sentences = _SENTENCE.split(entry.abstract)
    kept = chance.sample(sentences, max(1, len(sentences) // 3))
    foreign = [chance.choice(corpus.sentences) for _ in range(len(sentences) - len(kept) + 1)]
    mixed = [*kept, *foreign]
    chance.shuffle(mixed)
    return edited(0.15)(replace(entry, abstract=" ".join(mixed)), chance, corpus)


def no_abstract(entry: Shown, _chance: Random, _corpus: Corpus) -> Shown:
    return replace(entry, abstract="")


def no_byline(entry: Shown, _chance: Random, _corpus: Corpus) -> Shown:
    """Neither date nor author count, as in the plainest dumps."""
    return replace(entry, listed=None, authors=None)


def listed(entry: Shown, chance: Random, _corpus: Corpus) -> Shown:
    """Listed as pages do: mostly within days, at times months late (258 days were seen), a count at times off."""
    late = chance.choice((0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 7, 14, 60, 258))
    off = chance.choice((0,) * 12 + (-1, 1, 2, -3))
    return replace(
        entry,
        listed=entry.listed + timedelta(days=late) if entry.listed else None,
        authors=max(1, entry.authors + off) if entry.authors else None,
    )
