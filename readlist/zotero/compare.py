"""Which side changed what of a paper and its item since both were last in step. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from readlist.paper import Paper
from readlist.zotero import mapping
from readlist.zotero.changes import Rules
from readlist.zotero.state import Fields, ItemState, remember


@dataclass(slots=True)
class Found:
    """Fields by the side that changed them. In those that ``stand`` the two sides may differ; those ``waiting`` go
    the other way, in another sync."""

    ours: set[str] = field(default_factory=set)
    theirs: set[str] = field(default_factory=set)
    stand: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    conflicts: dict[str, tuple[object, object]] = field(default_factory=dict)
    add_tags: set[str] = field(default_factory=set)
    drop_tags: set[str] = field(default_factory=set)
    tags_theirs: tuple[tuple[str, ...], tuple[str, ...]] | None = None


#: What counts as said before by sides that were never asked where a work appeared.
_NOT_ASKED: Fields = mapping.PUBLICATION


def compare(
    paper: Paper, local: mapping.Local, state: ItemState, there: Fields, data: Fields, rules: Rules, *, placed: bool
) -> Found:
    """Compare field by field. ``data`` is the item, ``there`` the same in our words; ``placed``: there is a collection
    that it can be in."""
    found = Found()
    prefer = rules.decided.get(paper.id, rules.prefer)
    for name in mapping.FIELDS:
        if name in {"trashed", "tags"} or name not in local.fields or local.fields[name] == there[name]:
            continue
        ours, theirs = local.fields[name], there[name]
        changed_here, changed_there = _changed(name, ours, theirs, state, data)
        if name == "collections":
            if changed_here and placed and rules.push:
                found.ours.add(name)
            continue
        if changed_here and not _may_write(name, state, there, data, paper):
            changed_here = False
            found.stand.add(name)
        if changed_here and changed_there:
            changed_here, changed_there = prefer == "local", prefer == "remote" and rules.pull
            if not (changed_here or changed_there):
                found.conflicts[name] = (shown(name, ours), shown(name, theirs))
        retyped = "type" in found.ours and name in mapping.PUBLICATION
        if changed_here and rules.push and (retyped or allowed(name, state.there)):
            found.ours.add(name)
        elif changed_there and rules.pull:
            found.theirs.add(name)
    compare_tags(found, local, state, there, rules)
    return found


def _changed(name: str, ours: object, theirs: object, state: ItemState, data: Fields) -> tuple[bool, bool]:
    """Did each side change a field since both were last in step?"""
    here, base = (said.get(name, _NOT_ASKED.get(name)) for said in (state.here, state.base))
    changed_here = here is not None and remember(ours) != here
    changed_there = base is not None and remember(theirs) != base
    # An item of another type has no such field: nobody emptied it.
    absent = name in mapping.TEXT_FIELDS and mapping.TEXT_FIELDS[name] not in data
    return changed_here, changed_there and not absent


def _may_write(name: str, state: ItemState, there: Fields, data: Fields, paper: Paper) -> bool:
    """May what the list says of the work replace what somebody's own item says? Only where both said the same before;
    what a person or a publisher's page worded stands, and what is empty is filled."""
    if state.made_by_us or name not in {*mapping.BIBLIOGRAPHIC, "citekey"}:
        return True
    if name in mapping.PUBLICATION:
        return False  # what kind of work their item is, is theirs to say
    if not there[name]:
        return fillable(name, data, paper)
    said_the_same = state.here.get(name) == state.base.get(name)
    return said_the_same and (name == "citekey" or not state.copied)


def compare_tags(found: Found, local: mapping.Local, state: ItemState, there: Fields, rules: Rules) -> None:
    """Tags are sets, and a tag is one whatever its case."""
    ours, theirs = mapping.folded(local.fields["tags"]), mapping.folded(there["tags"])
    here, base = mapping.folded(state.here.get("tags")), mapping.folded(state.base.get("tags"))
    found.add_tags = {ours[fold] for fold in ours.keys() - here.keys() - theirs.keys()}
    off = here.keys() - ours.keys()
    found.drop_tags = {tag for tag in mapping.strings(there["tags"]) if mapping.folded([tag]).keys() <= off}
    if found.add_tags or found.drop_tags:
        (found.ours if rules.push else found.waiting).add("tags")
    if rules.pull:
        added = tuple(sorted(theirs[fold] for fold in theirs.keys() - base.keys() - ours.keys() - here.keys()))
        dropped = tuple(sorted(ours[fold] for fold in (base.keys() - theirs.keys()) & ours.keys() & here.keys()))
        if added or dropped:
            found.tags_theirs = (added, dropped)


def tags_after(state: ItemState, found: Found) -> list[str]:
    """The tags that both sides know of once those from there are taken over."""
    added, dropped = found.tags_theirs or ((), ())
    here = mapping.folded(state.here.get("tags")) | mapping.folded(list(added))
    return sorted(here[fold] for fold in here.keys() - mapping.folded(list(dropped)).keys())


def with_tags(kept: ItemState, local: mapping.Local, state: ItemState, there: Fields) -> ItemState:
    """The tags that both sides have once ours are written. Those that only the item has are news for a pull."""
    ours, theirs = mapping.folded(local.fields["tags"]), mapping.folded(there["tags"])
    base, known = mapping.folded(state.base.get("tags")), mapping.folded(state.here.get("tags"))
    agreed = sorted(tag for fold, tag in ours.items() if fold in theirs or fold not in known)
    # What was agreed and is there no more, but still here, is news too.
    lost = [tag for fold, tag in base.items() if fold in ours and fold not in theirs]
    here = {**kept.here, "tags": remember(local.fields["tags"])}
    return replace(kept, here=here, base={**kept.base, "tags": sorted({*agreed, *lost})})


def same_tags(first: object, second: object) -> bool:
    """Do two lists of tags hold the same, in whatever order?"""

    def names(tags: object) -> set[tuple[object, object]]:
        rows = tags if isinstance(tags, list) else []
        return {(tag.get("tag"), tag.get("type") or 0) for tag in rows if isinstance(tag, dict)}

    return names(first) == names(second)


def allowed(name: str, data: Fields) -> bool:
    """An item's JSON names every field that its type has, the empty ones too."""
    if name in mapping.PUBLICATION:
        return name == "type" or data.get("itemType") in mapping.VENUES
    return name not in mapping.TEXT_FIELDS or mapping.TEXT_FIELDS[name] in data


def fillable(name: str, data: Fields, paper: Paper) -> bool:
    """May this empty field of somebody's item be filled? Not with what would be untrue of it: an article from a
    publisher's page was not catalogued by arXiv and does not carry arXiv's DOI."""
    if name == "catalog":
        return False
    if name == "doi" and data.get("itemType") != "preprint" and paper.doi is None:
        return False
    return allowed(name, data)


def shown(name: str, value: object) -> object:
    """A value as the plan's rows show it: names for creators, null for nothing."""
    if name == "authors" and isinstance(value, list):
        people = [creator for creator in value if isinstance(creator, dict)]
        value = [
            str(person.get("name") or f"{person.get('firstName', '')} {person.get('lastName', '')}".strip())
            for person in people
        ]
    return None if value in ("", []) else value
