"""Which paper is this item? Identities are words that two things share exactly when they are one work.

``arxiv:2401.07519``, ``doi:10.1/x``, ``url:example.org/paper``, ``title:<title key>|<first author's family name>``,
strongest first. Versions of an arXiv paper are the same work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from readlist.identifiers import normalise_doi, parse_arxiv_id
from readlist.paper import Paper
from readlist.text import key
from readlist.zotero.extra import read_arxiv_ids

#: Item types that are no works of their own.
NOT_WORKS = frozenset({"attachment", "note", "annotation"})
_RANKS = ("arxiv:", "doi:", "url:", "title:")
# A title such as "Editorial" names many works.
_TELLING_TITLE = 15
_ARXIV_DOI = re.compile(r"10\.48550/", re.IGNORECASE)


def _url(text: str) -> str | None:
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return None
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return None  # a site's front page is no paper
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def _build(arxiv: Iterable[str], doi: str, url: str, title: str, family: str) -> tuple[str, ...]:
    found = [f"arxiv:{arxiv_id}" for arxiv_id in arxiv]
    for text in (doi, url):
        if as_arxiv := parse_arxiv_id(text):
            found.append(f"arxiv:{as_arxiv.id}")
        elif (as_doi := normalise_doi(text)) and not _ARXIV_DOI.match(as_doi):
            found.append(f"doi:{as_doi}")
        elif as_url := _url(text):
            found.append(f"url:{as_url}")
    title_key, family_key = key(title), key(family)
    if len(title_key) >= _TELLING_TITLE and family_key:
        found.append(f"title:{title_key}|{family_key}")
    return tuple(dict.fromkeys(found))


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def identities_of_item(data: Mapping[str, object]) -> tuple[str, ...]:
    """The identities of an item's ``data``; none for notes and attachments."""
    if data.get("itemType") in NOT_WORKS:
        return ()
    arxiv = read_arxiv_ids(_text(data, "extra"))
    if named := parse_arxiv_id(_text(data, "archiveID")):
        arxiv.insert(0, named.id)
    creators = data.get("creators")
    first = creators[0] if isinstance(creators, list) and creators and isinstance(creators[0], dict) else {}
    family = first.get("lastName") or first.get("name") or ""
    title = re.sub(r"<[^<>]*>", "", _text(data, "title"))  # Zotero titles may hold <i>, <sup> and the like
    return _build(arxiv, _text(data, "DOI"), _text(data, "url"), title, str(family))


def identities_of_paper(paper: Paper) -> tuple[str, ...]:
    """The identities of a paper."""
    arxiv = [paper.arxiv_id] if paper.arxiv_id else []
    family = paper.authors[0].family or paper.authors[0].name if paper.authors else ""
    return _build(arxiv, paper.doi or "", paper.url or "", paper.title, family)


def agree(first: Iterable[str], second: Iterable[str]) -> str | None:
    """The strongest identity that both have, or None.

    Two arXiv papers, or two DOIs, that differ are two works, whatever their titles say. Two pages may be one work's.
    """
    ours, theirs = set(first), set(second)
    for rank in _RANKS:
        mine = {identity for identity in ours if identity.startswith(rank)}
        other = {identity for identity in theirs if identity.startswith(rank)}
        if mine & other:
            return min(mine & other)
        if mine and other and rank != "url:":
            return None
    return None


class Index:
    """Items by identity, to find those that may be a paper."""

    def __init__(self, items: Mapping[str, Iterable[str]]) -> None:
        self._identities = {key_: tuple(identities) for key_, identities in items.items()}
        self._keys: dict[str, list[str]] = {}
        for key_, identities in self._identities.items():
            for identity in identities:
                self._keys.setdefault(identity, []).append(key_)

    def find(self, identities: Iterable[str]) -> dict[str, str]:
        """Keys of the items that are this work, with the identity that says so, strongest first."""
        identities = tuple(identities)
        found: dict[str, str] = {}
        for identity in identities:
            for key_ in self._keys.get(identity, ()):
                shared = agree(identities, self._identities[key_])
                if shared is not None:
                    found[key_] = shared
        return dict(sorted(found.items(), key=lambda pair: (_rank(pair[1]), pair[0])))


def _rank(identity: str) -> int:
    return next(i for i, rank in enumerate(_RANKS) if identity.startswith(rank))
