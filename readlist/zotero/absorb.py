"""What a look at the library changes in what is remembered of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from readlist.zotero import mapping, notes
from readlist.zotero.mapping import STANDARD, Options
from readlist.zotero.recognise import identities_of_item
from readlist.zotero.state import ChildNote, Fields, ItemState, LibraryState, Seen, remember


def absorb(
    state: LibraryState,
    listing: Iterable[Mapping[str, object]],
    gone: Iterable[str],
    *,
    complete: bool = False,
    options: Options = STANDARD,
) -> tuple[dict[int, ItemState], dict[str, Seen | None]]:
    """What a listing of changed items and of erased keys changes in the remembered state.

    ``complete``: the listing is the whole library, so items of ours that are not in it are erased.
    """
    owners = {item.key: paper_id for paper_id, item in state.items.items()}
    items: dict[int, ItemState] = {}
    seen: dict[str, Seen | None] = {}
    present: set[str] = set()
    arrived: set[int] = set()
    for item in listing:
        key, version, data = str(item["key"]), int(str(item["version"])), item["data"]
        assert isinstance(data, Mapping)
        present.add(key)
        if key in owners:
            known = state.items[owners[key]]
            if known.version != version or known.deleted:
                items[owners[key]] = replace(_recognised(known, data, options), version=version, deleted=False)
                arrived.add(owners[key])
        elif identities := identities_of_item(data):
            title, trashed = str(data.get("title") or ""), bool(data.get("deleted"))
            seen[key] = Seen(key, version, title, identities, trashed)
    items |= {paper_id: item for paper_id, item in forget_sent(state).items() if paper_id not in arrived}
    lost = set(gone)
    if complete:
        lost |= {item.key for item in state.items.values() if not item.pending} - present
    for key in lost - present:
        if key in owners:
            items[owners[key]] = gone_for_good(state.items[owners[key]])
        elif key in state.seen:
            seen[key] = None
    return items, seen


def absorb_notes(
    state: LibraryState, listing: Iterable[Mapping[str, object]], gone: Iterable[str], *, complete: bool = False
) -> dict[str, ChildNote | None]:
    """What a listing changes in what is remembered of our child notes, by the key of their item."""
    found: dict[str, ChildNote | None] = {}
    present: set[str] = set()
    for item in listing:
        data = item["data"]
        assert isinstance(data, Mapping)
        parent, html = str(data.get("parentItem") or ""), str(data.get("note") or "")
        key = str(item["key"])
        known = state.notes.get(parent)
        if data.get("itemType") != "note" or not parent:
            continue
        if not notes.is_ours(html) and (known is None or known.key != key):
            continue
        present.add(key)
        other = found.get(parent) or known
        if other is not None and other.key != key and other.version and (other.key, other.trashed) < (key, False):
            continue  # of two notes of ours the one that is known stays
        found[parent] = ChildNote(key, int(str(item["version"])), html, bool(data.get("deleted")))
    lost = set(gone)
    for parent, note in state.notes.items():
        erased = note.key in lost or (complete and note.version > 0)
        if erased and note.key not in present:
            found.setdefault(parent, None)
    return found


def gone_for_good(item: ItemState) -> ItemState:
    """The state of an item that was erased in Zotero."""
    return replace(item, deleted=True, sent={}, in_step="")


def forget_sent(state: LibraryState) -> dict[int, ItemState]:
    """For a library that shows no trace of what was sent to it: it never arrived."""
    return {paper_id: replace(item, sent={}) for paper_id, item in state.items.items() if item.sent}


def _recognised(known: ItemState, data: Fields, options: Options) -> ItemState:
    """The item as it is now; what we sent without getting an answer, and find in it, is agreed."""
    arxiv_id = str(known.sent.get("arxiv") or known.here.get("arxiv") or "")
    wanted = mapping.strings(known.sent.get("collections", known.here.get("collections")))
    there = mapping.remote(data, arxiv_id=arxiv_id, collections=wanted, options=options)
    arrived = {name: value for name, value in known.sent.items() if _has(there, name, value)}
    here, base = {**known.here, **arrived}, {**known.base, **arrived}
    return replace(known, here=here, base=base, there=mapping.subset(data), sent={}, in_step="")


def _has(there: Fields, name: str, sent: object) -> bool:
    if name == "tags":
        return mapping.folded(sent).keys() <= mapping.folded(there[name]).keys()
    return remember(there[name]) == sent
