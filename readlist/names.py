"""People's names: from a free author line to family and given names.

arXiv's author line is free text: commas or "and" between names, affiliations in parentheses.
https://info.arxiv.org/help/prep.html#authors
"""

from __future__ import annotations

import re

from readlist.paper import Author

# Particles that belong to the family name when they stand in lower case before it.
_PARTICLES = frozenset(
    "af al am an auf aus av bin da dal dalla das de degli dei del dell della dello den der des di do dos du e el la le "
    "lo los mac op ten ter 't te tot und van vande vanden vander vom von y zu zum zur".split()
)
_CONJUNCTIONS = frozenset({"an", "e", "und", "y"})
# María del Mar González: a given name.
_DEL_MAR = ["del", "Mar"]
_INITIAL = re.compile(r"[^\W\d_]\.?")
_SUFFIX = re.compile(r"^(?:jr\.?|sr\.?|II|III|IV|Jr\.?|Sr\.?|2nd|3rd)$")
# A group, not a person: BibTeX and Zotero keep such a name whole.
_GROUP = re.compile(
    r"\b(?:collaboration|consortium|team|group|project|committee|initiative|network|institute|university|laboratory|"
    r"foundation|community)\b|^the\s",
    re.IGNORECASE,
)
_ET_AL = re.compile(r"(?:,|\band\b)?\s*\b(?:et al\b\.?|others)\s*$", re.IGNORECASE)
_PARENTHESES = re.compile(r"\([^()]*\)")
_SEPARATOR = re.compile(r"\s*(?:,|;|:|\band\b|&)\s*")


def split_name(name: str) -> Author:
    """Split a name written "First Last" (or "Last, First") into family and given names.

    The family name begins with its lower-case particle, as BibTeX has it (``Laurens van der Maaten`` → ``van der
    Maaten``, ``Charles de la Vallée Poussin`` → ``de la Vallée Poussin``); a suffix such as ``Jr.`` stays behind the
    family name; groups and single names have no given name.
    """
    name = " ".join(name.split())
    if "," in name:
        family, _, given = name.partition(",")
        given = given.strip()
        if _SUFFIX.match(given):
            inner = split_name(family)
            return Author(name, f"{inner.family} {given}", inner.given)
        return Author(f"{given} {family.strip()}".strip(), family.strip(), given)
    parts = name.split(" ")
    if len(parts) == 1 or _GROUP.search(name):
        return Author(name, name, "")
    end = len(parts) - 1
    if _SUFFIX.match(parts[end]) and end >= 2:
        end -= 1
    start = end
    while start > 1 and parts[start - 1] in _PARTICLES:
        start -= 1
    start = next((place for place in range(1, start) if _begins_family(parts, place)), start)
    return Author(name, " ".join(parts[start:]), " ".join(parts[:start]))


def _begins_family(parts: list[str], place: int) -> bool:
    """Whether a particle amid a name begins the family name: no "and", nor in "da S. Costa", where nobody knows."""
    after = next((part for part in parts[place + 1 :] if part not in _PARTICLES), "")
    return (
        parts[place] in _PARTICLES - _CONJUNCTIONS and not _INITIAL.fullmatch(after) and parts[place:][:2] != _DEL_MAR
    )


def split_author_line(line: str) -> tuple[Author, ...]:
    """Read arXiv's free author line into authors; affiliations in parentheses are left out."""
    line = " ".join(line.split())
    previous = None
    while previous != line:  # parentheses may be nested
        previous, line = line, _PARENTHESES.sub(" ", line)
    line = _ET_AL.sub("", line)
    names: list[str] = []
    for piece in map(str.strip, _SEPARATOR.split(line)):
        if not piece:
            continue
        if names and _SUFFIX.match(piece):
            names[-1] += f" {piece}"
        else:
            names.append(piece)
    return tuple(split_name(name) for name in names)


def from_parsed(parts: list[str]) -> Author:
    """An author from ``authors_parsed`` of the metadata snapshot: last, first, suffix, affiliations."""
    last, first, suffix = (" ".join(part.split()) for part in [*parts[:3], "", "", ""][:3])
    family = f"{last} {suffix}".strip()
    return Author(f"{first} {family}".strip(), family, first)
