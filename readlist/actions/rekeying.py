"""Making citation keys anew by another template: shown first, done as one step that undo takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from readlist.library import Library, citing, edits, papers
from readlist.text import count


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A paper's key, and the one that the template makes of it."""

    paper: int
    old: str
    new: str

    @property
    def short_id(self) -> str:
        return f"p{self.paper}"


def new_keys(library: Library, template: str) -> list[KeyChange]:
    """What would change if all keys were made by a template, oldest papers first.

    Keys that somebody chose stay, and so do those that differ from the template's by a suffix only. A key that another
    paper has or had is nobody else's. Raises `SettingsError` for a template that cannot be read.
    """
    from readlist.exporters.citekeys import is_from, renew

    ids = sorted(citing.current_keys(library).values())
    given = citing.given_keys(library)
    stale = [
        paper
        for paper in papers.many(library, ids, evidence=False)
        if paper.citekey and paper.id not in given and not is_from(paper.citekey, paper, template)
    ]
    keys = renew(stale, citing.holders(library), template)
    return [KeyChange(paper.id, paper.citekey or "", keys[paper.id]) for paper in stale]


def set_keys(library: Library, changes: Sequence[KeyChange], now: datetime) -> None:
    """Give the papers their new keys; the old ones stay taken."""
    with library.action("keys", f"{count(len(changes), 'citation key')} made anew", now) as writer:
        for change in changes:
            edits.set_citekey(writer, change.paper, change.new, given=False)
