"""One library of the strict Zotero server: objects, versions, the log of deletions, and how writes change them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.servers.zotero_rules import KEY, MAX_NAME, Crash, Data, Refused, clean, read_item

NOW = "2026-11-20T09:00:00Z"
#: Changes in these alone leave an item's date of modification as it was.
_QUIET = frozenset({"collections", "relations", "inPublications", "dateModified", "dateAdded"})


@dataclass
class Stored:
    """An object as stored."""

    version: int
    data: Data


@dataclass
class Library:
    """``kind`` is ``users`` or ``groups``; ``exact``: an object's version must be the one that is there, not only no
    older (the program on a desk). Not locked: the server holds one lock around every request."""

    kind: str
    id: int
    version: int = 0
    items: dict[str, Stored] = field(default_factory=dict)
    collections: dict[str, Stored] = field(default_factory=dict)
    log: list[tuple[int, str, str]] = field(default_factory=list)
    tag_seen: dict[str, int] = field(default_factory=dict)
    exact: bool = False
    random: random.Random = field(default_factory=lambda: random.Random(7))

    def new_key(self) -> str:
        return "".join(self.random.choices("23456789ABCDEFGHIJKLMNPQRSTUVWXYZ", k=8))

    # Reading

    def present(self, kind: str, key: str) -> Data:
        """An object as the API shows it."""
        stored = getattr(self, kind)[key]
        place = {"type": self.kind[:-1], "id": self.id, "name": f"Library {self.id}", "links": {}}
        base = f"https://api.zotero.org/{self.kind}/{self.id}/{kind}/{key}"
        links = {"self": {"href": base, "type": "application/json"}}
        data = {"key": key, "version": stored.version} | stored.data
        if kind == "items":
            data = _shown(data)
            meta: Data = _meta(
                data, sum(1 for child in self.children(key) if not self.items[child].data.get("deleted"))
            )
        else:
            members = [item for item in self.items.values() if key in item.data.get("collections", ())]
            meta = {"numItems": len(members), "numCollections": 0}
        return {"key": key, "version": stored.version, "library": place, "links": links, "meta": meta, "data": data}

    def children(self, key: str) -> list[str]:
        """Keys of an item's notes and attachments, trashed ones included."""
        return [name for name, item in self.items.items() if item.data.get("parentItem") == key]

    def trashed(self, key: str) -> bool:
        data = self.items[key].data
        parent = self.items.get(str(data.get("parentItem")))
        return bool(data.get("deleted") or (parent and parent.data.get("deleted")))

    def deleted_since(self, since: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {kind: [] for kind in ("collections", "items", "searches", "tags", "settings")}
        for version, kind, key in self.log:
            alive = kind in {"items", "collections"} and key in getattr(self, kind)
            if version > since and not alive and key not in found[kind]:
                found[kind].append(key)
        return found

    # Writing: one object

    def _next(self) -> int:
        self.version += 1
        return self.version

    def write(self, kind: str, payload: Any, *, library_version: bool) -> tuple[str, bool]:
        """One object of a multi-object POST: its key, and whether anything changed."""
        if not isinstance(payload, dict):
            raise Refused(400, "Uploaded data must be a JSON array of objects")
        if isinstance(payload.get("data"), dict):
            payload = payload["data"]
        objects: dict[str, Stored] = getattr(self, kind)
        word = kind[:-1].capitalize()
        key, version = payload.get("key"), payload.get("version")
        if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
            raise Refused(400, f"'{version}' is not a valid version")
        if key is None:
            if version is not None:
                raise Refused(400, f"'version' is valid only if {word.lower()} key is provided")
            return self._store(kind, self.new_key(), payload, None)
        if not KEY.fullmatch(str(key)):
            raise Refused(400, f"'{key}' is not a valid {word.lower()} key")
        old = objects.get(key)
        if version is None and not library_version:
            raise Refused(
                428,
                "Either If-Unmodified-Since-Version or object version property must be provided for key-based writes",
            )
        self.check(word, old, version)
        return self._store(kind, key, payload, old)

    def check(self, word: str, old: Stored | None, version: int | None) -> None:
        if old is None and version and not self.exact:
            raise Refused(404, f"{word} doesn't exist (expected version {version}; use 0 instead)")
        if (
            old is not None
            and version is not None
            and (version < old.version or (self.exact and version > old.version))
        ):
            raise Refused(
                412, f"{word} has been modified since specified version (expected {version}, found {old.version})"
            )

    def _store(self, kind: str, key: str, payload: Mapping[str, Any], old: Stored | None) -> tuple[str, bool]:
        if kind == "collections":
            data = self._read_collection(key, payload, old)
        else:
            parents = {name: stored.data for name, stored in self.items.items()}
            live = {name for name, stored in self.collections.items() if not stored.data.get("deleted")}
            data = read_item(payload, old.data if old else None, live, parents, in_group=self.kind == "groups")
            self._date(data, payload, old.data if old else None)
        # A list of tags counts as a change even where it says what is there already.
        changed = old is None or data != old.data or bool(kind == "items" and payload.get("tags"))
        version = self._next()
        if not changed:
            return key, False
        getattr(self, kind)[key] = Stored(version, data)
        for tag in data.get("tags", ()):
            self.tag_seen.setdefault(tag["tag"], version)
        if kind == "items" and "relations" in payload:
            self._mirror(key, data)
        return key, True

    def _date(self, data: Data, payload: Mapping[str, Any], old: Data | None) -> None:
        """When the item was added and modified: now, unless the writer says (something new)."""
        now = self.now()
        data.setdefault("dateAdded", now)
        told = payload.get("dateModified")
        if told and (old is None or told != old["dateModified"]):
            return
        changed = (
            old is None
            or payload.get("tags")
            or any(data.get(name) != old.get(name) for name in data.keys() | old.keys() if name not in _QUIET)
        )
        data["dateModified"] = now if changed or old is None else old["dateModified"]

    def now(self) -> str:
        """The time of the next write; a second passes with each."""
        when = datetime.fromisoformat(NOW) + timedelta(seconds=self.version)
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _mirror(self, key: str, data: Data) -> None:
        """The other side of ``dc:relation`` shows it too, and moves."""
        targets = data["relations"].get("dc:relation", [])
        mine = f"http://zotero.org/{self.kind}/{self.id}/items/{key}"
        for uri in targets if isinstance(targets, list) else [targets]:
            found = re.fullmatch(rf"https?://zotero\.org/{self.kind}/{self.id}/items/([A-Z0-9]{{8}})", str(uri))
            other = self.items.get(found[1]) if found else None
            if other is None or found is None or found[1] == key:
                continue
            there = other.data["relations"].get("dc:relation", [])
            there = there if isinstance(there, list) else [there]
            if mine not in there:
                other.data["relations"] = {**other.data["relations"], "dc:relation": [*there, mine]}
                other.version = self._next()

    def _read_collection(self, key: str, payload: Mapping[str, Any], old: Stored | None) -> Data:
        data: Data = dict(old.data) if old else {"name": "", "parentCollection": False, "relations": {}}
        if other := set(payload) - {"key", "version", "name", "parentCollection", "relations", "deleted"}:
            raise Refused(400, f"Invalid property '{sorted(other)[0]}'")
        parent = payload.get("parentCollection")
        if parent == key:
            raise Crash
        if parent and parent not in self.collections:
            raise Refused(409, f"Parent collection {parent} not found", {"collection": parent})
        if "parentCollection" in payload:
            data["parentCollection"] = parent or False
        if "deleted" in payload:
            data.pop("deleted", None)
            data |= {"deleted": True} if payload["deleted"] else {}
        data["name"] = clean(payload.get("name", data["name"]))
        if not data["name"]:
            raise Refused(400, "Collection name cannot be empty")
        if len(data["name"]) > MAX_NAME:
            raise Refused(413, f"Collection name '{data['name'][:50]}...' too long")
        return data

    def put(self, key: str, payload: Data, version: int | None, *, whole: bool) -> int:
        """PUT (``whole``) or PATCH of one item: its version afterwards."""
        if payload.get("key", key) != key:
            raise Refused(409, "Item key in URL does not match key in JSON")
        if payload.get("version") is not None:
            if version is not None and version != payload["version"]:
                raise Refused(400, "If-Unmodified-Since-Version value does not match JSON version")
            version = payload["version"]
        if not KEY.fullmatch(key):
            raise Refused(400, f"'{key}' is not a valid item key")
        old = self.items.get(key)
        self._check_single(old, version, payload, whole=whole)
        if whole and old is not None:
            needed = ["itemType", "tags", "relations"] + ([] if old.data.get("parentItem") else ["collections"])
            for name in needed:
                if name not in payload:
                    raise Refused(400, f"'{name}' property not provided")
            # What a PUT leaves out: out of the trash, and no longer a child.
            payload = {"deleted": 0} | ({"parentItem": False} if old.data.get("parentItem") else {}) | payload
        self._store("items", key, payload, old)
        return self.items[key].version

    @staticmethod
    def _check_single(old: Stored | None, version: int | None, payload: Data, *, whole: bool) -> None:
        if version is None and old is None and not whole:
            raise Refused(404, "Item not found")
        if version is None:
            raise Refused(428, "If-Unmodified-Since-Version not provided")
        if old is None and version > 0:
            raise Refused(412, f"Item doesn't exist (expected version {version})")
        if old is None and not whole and "itemType" not in payload:
            raise Refused(500, "An error occurred")
        if old is not None and version < old.version:
            found = f"(expected {version}, found {old.version})"
            raise Refused(412, f"Item has been modified since specified version {found}")

    def erase(self, kind: str, keys: list[str]) -> None:
        """Delete objects for good; children go with their parents, subcollections without a trace in the log."""
        version = self._next()
        for key in keys:
            if kind == "items" and key in self.items:
                for name in [*self.children(key), key]:
                    del self.items[name]
                    self.log.append((version, "items", name))
            elif kind == "collections" and key in self.collections:
                self._erase_collection(key)
                self.log.append((version, "collections", key))

    def _erase_collection(self, key: str) -> None:
        del self.collections[key]
        for item in self.items.values():  # without moving their versions
            item.data["collections"] = [name for name in item.data["collections"] if name != key]
        for name in [name for name, other in self.collections.items() if other.data["parentCollection"] == key]:
            self._erase_collection(name)

    def erase_tags(self, names: list[str]) -> None:
        version = self._next()
        for item in self.items.values():
            kept = [tag for tag in item.data["tags"] if tag["tag"] not in names]
            if kept != item.data["tags"]:
                item.data["tags"], item.version = kept, version
        self.log += [(version, "tags", name) for name in names]


def _meta(data: Data, children: int) -> Data:
    meta: Data = {}
    names = [creator.get("name") or creator.get("lastName", "") for creator in data.get("creators", ())]
    if names:
        two = f"{names[0]} and {names[-1]}" if len(names) == 2 else f"{names[0]} et al."
        meta["creatorSummary"] = names[0] if len(names) == 1 else two
    if found := re.fullmatch(r"(\d{4})(-\d\d){0,2}|\d\d/(\d{4})", str(data.get("date", ""))):
        meta["parsedDate"] = found[3] or found[0]
    return meta if data.get("parentItem") else meta | {"numChildren": children}


def _shown(data: Data) -> Data:
    data = dict(data)
    if not data.get("deleted"):
        data.pop("deleted", None)
    if data.get("parentItem"):
        data.pop("collections", None)
    else:
        data.pop("parentItem", None)
    return data
