"""Which items a list request means, and in which order: ``q``, ``tag``, ``itemType``, ``since``, ``sort`` …"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tests.servers.zotero_library import Library
from tests.servers.zotero_rules import Data, Refused
from tests.servers.zotero_schema import FIELDS

if TYPE_CHECKING:
    from tests.servers.zotero_messages import Request

_SORTS = {"dateAdded", "dateModified", "title", "creator", "itemType", "date", "publisher", "publicationTitle", "extra"}
_SORTS |= {"journalAbbreviation", "language", "accessDate", "libraryCatalog", "callNumber", "rights", "addedBy"}
_SORTS |= {"itemKeyList", "numItems"}


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def select_items(request: Request, library: Library, keys: list[str], *, top: bool, trash: bool) -> list[str]:
    """Of ``keys``, those that the parameters of the request leave."""
    since = int(request.get("since") or 0)
    named = request.get("itemKey")
    if named is not None:
        wanted = named.split(",")
        if top:  # a child's key means its parent
            wanted = [str(library.items[key].data.get("parentItem") or key) for key in wanted if key in library.items]
        keys = [key for key in keys if key in wanted]
    if top:
        keys = [key for key in keys if not library.items[key].data.get("parentItem")]
    if trash:
        keys = [key for key in keys if library.trashed(key)]
    elif request.get("includeTrashed") != "1":
        keys = [key for key in keys if not library.trashed(key)]
    keys = [key for key in keys if library.items[key].version > since]
    keys = [key for key in keys if _is_type(request, library.items[key].data)]
    keys = [key for key in keys if all(_has_tag(library.items[key].data, tag) for tag in request.all("tag"))]
    words = (request.get("q") or "").split()
    return [key for key in keys if all(_found(library.items[key].data, word) for word in words)]


def _is_type(request: Request, data: Data) -> bool:
    given = request.all("itemType")
    if not given:
        return True
    if len(given) > 1:
        raise Refused(400, "'itemType' can be given only once")
    negated = given[0].startswith("-")
    names = [name.strip() for name in given[0].removeprefix("-").split("||")]
    for name in names:
        if name not in FIELDS and name != "annotation":
            raise Refused(400, f"Invalid item type '{name}'")
    return (data["itemType"] in names) != negated


def _has_tag(data: Data, wanted: str) -> bool:
    mine = {_fold(tag["tag"]) for tag in data["tags"]}
    if wanted.startswith("-"):
        return _fold(wanted[1:]) not in mine
    names = [name.strip().removeprefix("\\") for name in wanted.split("||")]
    return any(_fold(name) in mine for name in names)


def _found(data: Data, word: str) -> bool:
    names = [
        creator.get("name") or f"{creator.get('firstName', '')} {creator.get('lastName', '')}"
        for creator in data.get("creators", ())
    ]
    texts = [str(data.get("title", "")), *names]
    return any(_fold(word) in _fold(text) for text in texts) or str(data.get("date", ""))[:4] == word


def sort_items(request: Request, library: Library, keys: list[str]) -> list[str]:
    """Keys in the order asked for; ties by version."""
    sort = request.get("sort") or "dateModified"
    if sort not in _SORTS:
        raise Refused(400, f"Invalid 'sort' value '{sort}'")
    direction = request.get("direction") or ("desc" if sort in {"dateAdded", "dateModified"} else "asc")

    def place(key: str) -> tuple[str, int]:
        stored = library.items[key]
        return str(stored.data.get(sort, "")), stored.version

    return sorted(keys, key=place, reverse=direction == "desc")


def tag_rows(request: Request, library: Library, parts: list[str]) -> list[Data]:
    """The rows of ``/tags``, ``/tags/<name>``, ``/items/tags`` and ``/items/<key>/tags``."""
    counts: dict[tuple[str, int], int] = {}
    for key, stored in library.items.items():
        if len(parts) == 3 and parts[0] == "items" and parts[1] not in {"top", key}:
            continue
        for tag in stored.data["tags"]:
            pair = (tag["tag"], tag.get("type", 0))
            counts[pair] = counts.get(pair, 0) + 1
    since = int(request.get("since") or 0)
    wanted = parts[1] if parts[0] == "tags" and len(parts) == 2 else None
    filters = [request.get("q") or "", *request.all("tag")]
    return [
        {"tag": name, "links": {}, "meta": {"type": kind, "numItems": count}}
        for (name, kind), count in sorted(counts.items())
        if library.tag_seen.get(name, 0) > since and wanted in {None, name} and all(text in name for text in filters)
    ]
