"""Citation keys like ``wang2024instantid``: what a template makes of a paper, and no other paper has.

A key once given never changes; a clash suffixes the new paper, as BibTeX does in labels (a, b, …, z, aa).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count, product
from string import ascii_lowercase

from readlist.errors import ReadlistError
from readlist.exporters.key_templates import DEFAULT, ascii_text, template
from readlist.identifiers import parse_arxiv_id
from readlist.paper import Paper
from readlist.text import collapse

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_./+-]*")


def fresh_key(paper: Paper, template_text: str = DEFAULT) -> str:
    """The key that a paper would get if no other had it, never empty.

    Parts that ASCII cannot say (names in other scripts) are left out; when nothing is left but the year, the digits of
    the arXiv id stand in, or the number in the list. Raises `SettingsError` for a template that cannot be read.
    """
    return template(template_text).fill(paper) or ascii_text(paper.arxiv_id or "") or f"paper{paper.id}"


def assign(papers: Sequence[Paper], taken: Collection[str], template_text: str = DEFAULT) -> dict[int, str]:
    """Keys for those of ``papers`` that have none, by paper id, in the given order.

    No key equals another of these papers' or one of ``taken`` in any spelling: BibTeX compares keys without case.
    """
    used = {key.lower() for key in taken} | {paper.citekey.lower() for paper in papers if paper.citekey}
    return _keys([paper for paper in papers if paper.citekey is None], used, {}, template_text)


def renew(papers: Sequence[Paper], holders: Mapping[str, int], template_text: str) -> dict[int, str]:
    """New keys for papers, by paper id, in the given order.

    ``holders``: every key ever used, in lower case, and whose it is or was; a paper may have its own back.
    """
    return _keys(papers, set(), holders, template_text)


def _keys(papers: Sequence[Paper], used: set[str], holders: Mapping[str, int], template_text: str) -> dict[int, str]:
    keys: dict[int, str] = {}
    # One run of suffixes for each base, so that a thousand equal keys are not tried a million times.
    next_suffix: dict[str, Iterator[str]] = {}
    for paper in {paper.id: paper for paper in papers}.values():
        base = key = fresh_key(paper, template_text)
        while key.lower() in used or holders.get(key.lower(), paper.id) != paper.id:
            key = base + next(next_suffix.setdefault(base.lower(), _suffixes()))
        used.add(key.lower())
        keys[paper.id] = key
    return keys


def key_of(paper: Paper) -> str:
    """The key of a paper that is to be written out.

    Raises `ReadlistError`, naming the paper, when it has none.
    """
    if paper.citekey is None:
        raise ReadlistError(f'{paper.short_id} "{collapse(paper.title)}" has no citation key yet: give it one first')
    return paper.citekey


def by_key(paper: Paper) -> tuple[str, str]:
    """The order of a bibliography: by citation key, whatever its case."""
    key = key_of(paper)
    return key.lower(), key


def is_from(key: str, paper: Paper, template_text: str) -> bool:
    """Whether a key is what the template makes of a paper, with a suffix or without."""
    return re.fullmatch(re.escape(fresh_key(paper, template_text)) + "[a-z]{0,3}", key) is not None


def means_another(key: str, arxiv_id: str | None = None) -> bool:
    """Whether a key is a short id, or an arXiv id other than the paper's own, so that it cannot name the paper."""
    named = parse_arxiv_id(key)
    return re.fullmatch(r"[pP]\d+", key) is not None or (named is not None and named.id != arxiv_id)


def valid_key(key: str) -> bool:
    """Whether a key typed by a person can be cited in BibTeX and biber alike."""
    return _KEY.fullmatch(key) is not None


def _suffixes() -> Iterator[str]:
    """a, b, …, z, aa, ab, …"""
    for length in count(1):
        yield from map("".join, product(ascii_lowercase, repeat=length))
