"""A person's decision on a conflict: one side counts as unchanged from now on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from readlist.paper import Paper
from readlist.zotero import incoming, mapping
from readlist.zotero.changes import Pull, Row, Taking
from readlist.zotero.mapping import Options
from readlist.zotero.state import ItemState, SyncStore, remember
from readlist.zotero.task import PaperList


def keep_ours(store: SyncStore, library: str, paper_id: int, names: Collection[str], options: Options) -> None:
    """What the item says counts as known: the next sync writes what the list says."""
    state = store.zotero_state(library).items[paper_id]
    there = _there(state, options)
    base = {**state.base, **{name: remember(there[name]) for name in names}}
    store.save_zotero_items(library, {paper_id: replace(state, base=base)})


def take_theirs(papers: PaperList, store: SyncStore, library: str, row: Row, options: Options) -> None:
    """The list says what the item says, as far as a list can; what it cannot say may differ from now on."""
    assert row.paper_id is not None
    state = store.zotero_state(library).items[row.paper_id]
    there = _there(state, options)
    paper = next(paper for paper in papers.papers() if paper.id == row.paper_id)
    revision, _ = incoming.revision(row.fields, paper, state.there, there)
    pull = Pull(Taking.UPDATE, row, state, there, frozenset(row.fields), revision)

    def finish(taken: Pull, revised: Paper) -> ItemState:
        return taken.landed(revised, (), options)

    papers.take_over(library, [pull], frozenset(), finish)


def _there(state: ItemState, options: Options) -> dict[str, object]:
    return mapping.remote(state.there, arxiv_id=str(state.here.get("arxiv") or ""), options=options)
