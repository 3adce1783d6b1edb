"""The guard against a sync that throws much away."""

from __future__ import annotations

from collections.abc import Iterable

from readlist.errors import NeedsYes
from readlist.paper import Paper
from readlist.zotero.changes import Plan, Taking
from readlist.zotero.state import ItemState

#: A sync that would remove more than this many papers, or this part of them, on either side is asked about.
MANY, PART = 20, 0.1
#: One or two are never many, however short the list is.
_FEW = 2


def guard(plan: Plan, papers: Iterable[Paper], items: Iterable[ItemState]) -> None:
    """Raises `NeedsYes` for a plan that removes more than a person may have meant."""
    here, there = len(plan.taken(Taking.REMOVE)), len(plan.rows("trash"))
    if max(here, there) <= _FEW:
        return
    listed = sum(paper.removed is None for paper in papers)
    linked = sum(not item.deleted and not item.trashed for item in items)
    for number, total, what in (
        (here, listed, "remove {} of the {} papers from the list"),
        (there, linked, "move {} of the {} items to Zotero's trash"),
    ):
        if number > MANY or (number > _FEW and number > PART * total):
            raise NeedsYes(f"this sync would {what.format(f'{number:,}', f'{total:,}')}; nothing was done")
