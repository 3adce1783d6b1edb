"""The collections that a sync puts papers into and takes them from: found by name, made where they are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from readlist.errors import ServiceError
from readlist.paper import Paper
from readlist.zotero.changes import Places, Plan
from readlist.zotero.memory import Memory
from readlist.zotero.state import EVERYTHING
from readlist.zotero.task import Task

if TYPE_CHECKING:
    from readlist.zotero.client import ZoteroClient

_TRIES = 12


class Shelves:
    """``places`` are those found; ``read``: they were looked for since the library was last read."""

    def __init__(self, client: ZoteroClient, memory: Memory, task: Task) -> None:
        self._client, self._memory, self._task = client, memory, task
        self._by_fold = {tag.casefold(): name for tag, name in task.tag_collections.items()}
        self.places = Places()
        self.read = False

    def scope(self) -> list[str]:
        """What papers come from: keys of collections, or everything."""
        if self._task.rules.whole_library:
            return [EVERYTHING]
        known = self._memory.state.collections
        return [known[name] for name in self._names() if name in known]

    def _names(self) -> list[str]:
        return [self._task.collection, *dict.fromkeys(self._task.tag_collections.values())]

    def recall(self) -> None:
        """Go by the keys that are remembered: nothing changed in the library."""
        if not self.read:
            if any(name not in self._memory.state.collections for name in self._names()):
                self.look()
                return
            self._use(self._memory.state.collections)

    def look(self) -> int:
        """Read the collections; returns the library version that they are of."""
        listing = self._client.collections()
        rows = [row["data"] | {"key": row["key"]} for row in listing.items]
        live = {row["key"]: row for row in rows if not row.get("deleted")}
        found: dict[str, str] = {}
        for name in self._names():
            known = self._memory.state.collections.get(name)
            named = sorted(
                (row for row in live.values() if row["name"] == name),
                key=lambda row: (bool(row.get("parentCollection")), row["key"]),
            )
            if known in live:
                found[name] = str(known)
            elif named:
                found[name] = str(named[0]["key"])
        self._use(found)
        self.read = True
        if news := {name: key for name, key in found.items() if self._memory.state.collections.get(name) != key}:
            self._memory.keep_collections(news)
        return listing.version

    def _use(self, keys: Mapping[str, str]) -> None:
        by_tag = {fold: keys.get(name) for fold, name in self._by_fold.items()}
        self.places = Places(keys.get(self._task.collection), by_tag)

    def _key(self, name: str) -> str | None:
        if name == self._task.collection:
            return self.places.main
        return next((self.places.by_tag[fold] for fold, other in self._by_fold.items() if other == name), None)

    def missing(self, plan: Plan, papers: Iterable[Paper]) -> str | None:
        """The name of a collection that is needed and not there."""
        if not self._task.rules.push:
            return None
        if self.places.main is None and (plan.needs_collection or self._lost()):
            return self._task.collection
        wanted = {tag for tag, key in self.places.by_tag.items() if key is None}
        if not wanted:
            return None
        made = {write.owner for write in plan.writes} | self._memory.state.items.keys()
        for paper in papers:
            if paper.id in made and paper.removed is None:
                for tag in paper.tags:
                    if tag.casefold() in wanted:
                        return self._by_fold[tag.casefold()]
        return None

    def _lost(self) -> bool:
        """The collection was deleted in Zotero, and items of ours were in it."""
        return any(not item.deleted and not item.trashed for item in self._memory.state.items.values())

    def make(self, name: str, refresh: Callable[[], None]) -> None:
        """Make a collection, unless it turns out to be there; ``refresh`` is called when the library has changed."""
        from readlist.zotero.client import AmbiguousWrite, StaleLibrary

        for _ in range(_TRIES):
            if not self.read:
                self.look()
            if self._key(name):
                return
            try:
                report = self._client.create_collection(name, version=self._memory.state.library_version)
            except (StaleLibrary, AmbiguousWrite):
                refresh()
                continue
            if 0 not in report.successful:
                _, reason = report.failed.get(0, (0, "no reason given"))
                raise ServiceError(f"Zotero does not take the collection '{name}': {reason}")
            key = str(report.successful[0]["key"])
            # Nothing can be in it that we do not know.
            self._memory.keep_collections({name: key}, {key: report.version} if self._task.rules.pull else {})
            there = {other: known for other in self._names() if (known := self._key(other))}
            self._use({**there, name: key})
            self._memory.reached(report.version)
            return
        raise ServiceError(f"The collection '{name}' could not be made: answers keep getting lost.")
