"""What of papers goes into the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from readlist.errors import WrongUsage
from readlist.library import Library, papers
from readlist.settings import KEY_TEMPLATE

#: More than this no terminal takes through OSC 52 (xterm: 100,000 bytes of base64).
_MOST = 74_000


def copied(library: Library, ids: Sequence[int], what: str, template: str | None = None) -> tuple[str, str]:
    """The text of ``what`` (``link``, ``key``, ``bibtex``, ``id``), and a sentence about it.

    Citation keys that papers do not have yet are made by the template, and frozen from then on. Raises `WrongUsage`
    where the papers have nothing of the kind, or too much for a terminal's clipboard.
    """
    text, number = _text(library, ids, what, template or KEY_TEMPLATE)
    name = {"link": "link", "key": "citation key", "bibtex": "BibTeX entry", "id": "arXiv id"}[what]
    if not number:
        raise WrongUsage(f"no {name} is known: R looks for the arXiv record")
    if len(text.encode()) > _MOST:
        raise WrongUsage(f"{number:,} papers are more than a terminal's clipboard takes; x exports them to a file")
    if number == 1:
        shown = text if what != "bibtex" else text.strip().splitlines()[0].rstrip(",")
        return text, f"copied: {shown}"
    plural = f"{name[:-1]}ies" if name.endswith("y") and what == "bibtex" else f"{name}s"
    left = f", {len(ids) - number:,} have none" if number < len(ids) else ""
    return text, f"copied: {number:,} {plural}{left}"


def _text(library: Library, ids: Sequence[int], what: str, template: str) -> tuple[str, int]:
    from readlist.actions.exporting import export, keyed

    if what == "bibtex":
        done = export(library, "bibtex", ids, template=template)
        return done.text, done.papers
    found = papers.many(library, ids, evidence=False)
    if what == "key":
        keys = [paper.citekey or "" for paper in keyed(library, found, template)]
        return ",".join(keys), len(keys)
    texts = [text for paper in found if (text := paper.url if what == "link" else paper.arxiv_id)]
    return "\n".join(texts), len(texts)
