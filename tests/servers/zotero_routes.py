"""From a request to an answer: the endpoints, parameters and header rules of the Web API v3."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.servers.zotero_files import answer_file, store_file
from tests.servers.zotero_library import Library
from tests.servers.zotero_messages import Answer, Request
from tests.servers.zotero_query import select_items, sort_items, tag_rows
from tests.servers.zotero_rules import Crash, Data, Refused
from tests.servers.zotero_schema import CREATOR_TYPES, FIELDS, template

if TYPE_CHECKING:
    from tests.servers.zotero import World

MAX_OBJECTS, DEFAULT_LIMIT, MAX_LIMIT = 50, 25, 100
_LIBRARY = re.compile(r"/(users|groups)/([^/]+)(/.*)?")


def answer_request(world: World, request: Request) -> Answer:
    """Answer a request, refusals included."""
    try:
        if "expect" in request.headers:
            raise Refused(417, "Expectation Failed")
        _check_version(request)
        return _route(world, request)
    except Refused as refusal:
        return Answer(refusal.code, refusal.message)
    except Crash:
        return Answer(500, "An error occurred")


def _check_version(request: Request) -> None:
    header, parameter = request.headers.get("zotero-api-version"), request.get("v")
    if header and parameter and header != parameter:
        raise Refused(400, "Zotero-API-Version header does not match 'v' parameter")
    if (header or parameter or "3") != "3":
        raise Refused(400, "This server speaks version 3 only")


def _route(world: World, request: Request) -> Answer:
    key = request.key
    if key is not None and key not in world.keys:
        # Strangers who try keys are locked out for a while, and not told how long.
        now = world.clock()
        world.bad_keys = [when for when in world.bad_keys if when > now - 300]
        if world.limited and len(world.bad_keys) >= 5:
            raise Refused(429, "Too many authentication failures")
        world.bad_keys.append(now)
        raise Refused(403, "Invalid key")
    if request.path.startswith("/keys/"):
        wanted = request.path.removeprefix("/keys/")
        if key is None and wanted == "current":
            raise Refused(403, "Forbidden")
        found = world.keys.get(key or "" if wanted == "current" else wanted)
        return Answer(200, found) if found else Answer(404, "Key not found")
    if request.path == "/storage":
        return store_file(world, request)
    schema = _schema(request)
    if schema is not None:
        return schema
    place = _LIBRARY.fullmatch(request.path)
    if place is None:
        raise Refused(404, "Not found")
    kind, number, rest = place[1], place[2], place[3] or ""
    if not number.isdecimal():
        raise Refused(400, "Invalid library id")
    if kind == "users" and rest == "/groups":
        return _groups(world, request, key)
    library = world.libraries.get((kind, int(number)))
    if library is None:
        raise Refused(404, "Group not found") if kind == "groups" else Refused(403, "Forbidden")
    _check_access(world, request, library, key)
    if kind == "groups" and not rest:
        return Answer(200, {"id": library.id, "version": 1, "data": {"id": library.id, "name": group_name(library.id)}})
    return in_library(world, request, library, rest, key)


def _check_access(world: World, request: Request, library: Library, key: str | None) -> None:
    writing = request.method not in {"GET", "HEAD"}
    if key is None:
        raise Refused(403, "An API key is required for write requests." if writing else "Forbidden")
    owner = world.keys[key]
    rights: Data = {}
    if library.kind == "users" and library.id == owner["userID"]:
        rights = owner["access"].get("user", {})
    elif library.kind == "groups":
        groups = owner["access"].get("groups", {})
        rights = groups.get(str(library.id)) or groups.get("all") or {}
    if not rights.get("library"):
        raise Refused(403, "Forbidden")
    if writing and not rights.get("write"):
        raise Refused(403, "Write access denied")


def _schema(request: Request) -> Answer | None:
    item_type = request.get("itemType") or ""
    if request.path in {"/itemTypeFields", "/itemTypeCreatorTypes", "/items/new"} and item_type not in FIELDS:
        raise Refused(400, f"Invalid item type '{item_type}'")
    if request.path == "/itemTypes":
        return Answer(200, [{"itemType": name, "localized": name} for name in FIELDS if name != "attachment"])
    if request.path == "/itemFields":
        names = sorted({name for names in FIELDS.values() for name in names})
        return Answer(200, [{"field": name, "localized": name} for name in names])
    if request.path == "/itemTypeFields":
        return Answer(200, [{"field": name, "localized": name} for name in FIELDS[item_type]])
    if request.path == "/itemTypeCreatorTypes":
        kinds = CREATOR_TYPES.get(item_type, [])
        return Answer(200, [{"creatorType": name, "localized": name} for name in kinds])
    if request.path == "/creatorFields":
        return Answer(200, [{"field": name, "localized": name} for name in ("firstName", "lastName", "name")])
    if request.path == "/items/new":
        if item_type == "attachment" and not request.get("linkMode"):
            raise Refused(400, "linkMode required for itemType=attachment")
        return Answer(200, template(item_type))
    return None


def group_name(number: int) -> str:
    """What a group is called."""
    return f"Library {number}"


def _groups(world: World, request: Request, key: str | None) -> Answer:
    if key is None:
        raise Refused(403, "Forbidden")
    rights = world.keys[key]["access"].get("groups", {})
    numbers = [
        number for kind, number in world.libraries if kind == "groups" and ("all" in rights or str(number) in rights)
    ]
    if request.get("format") == "versions":
        return Answer(200, {str(number): 1 for number in numbers})
    rows = [{"id": number, "version": 1, "data": {"id": number, "name": group_name(number)}} for number in numbers]
    return Answer(200, rows, {"Total-Results": str(len(rows))})


def in_library(world: World, request: Request, library: Library, rest: str, key: str | None) -> Answer:
    """Answer a request for something in a library that the caller may use."""
    parts = rest.strip("/").split("/")
    if parts[0] == "deleted":
        since = request.get("since")
        if since is None or not since.isdecimal():
            raise Refused(400, "'since' parameter must be provided")
        return _versioned(library, Answer(200, library.deleted_since(int(since))))
    if parts[0] == "tags" or parts[-1] == "tags":
        return _tags(request, library, parts)
    if len(parts) == 3 and parts[0] == "items" and parts[2] == "file":
        return answer_file(world, request, library, parts[1])
    if len(parts) == 2 and parts[0] == "items" and parts[1] not in {"top", "trash"}:
        return _single(request, library, parts[1])
    if len(parts) == 2 and parts[0] == "collections" and parts[1] != "top":
        return _single_collection(request, library, parts[1])
    if request.method in {"GET", "HEAD"}:
        if request.method == "HEAD" and parts != ["items"]:
            raise Refused(405, "Method not allowed")
        return _list(request, library, parts)
    if request.method == "POST" and parts in (["items"], ["collections"]):
        return _post(world, request, library, parts[0], key or "")
    if request.method == "DELETE" and parts == ["items"]:
        return _stale(request, library) or _erase(request, library)
    raise Refused(405, "Method not allowed")


def _erase(request: Request, library: Library) -> Answer:
    library.erase("items", (request.get("itemKey") or "").split(","))
    return _versioned(library, Answer(204))


def _single_collection(request: Request, library: Library, name: str) -> Answer:
    if name not in library.collections:
        raise Refused(404, "Collection not found")
    if request.method == "DELETE":
        return _delete_collection(request, library, name)
    if request.method not in {"GET", "HEAD"}:
        raise Refused(405, "Method not allowed")
    stored = library.collections[name]
    return Answer(200, library.present("collections", name), {"Last-Modified-Version": str(stored.version)})


def _versioned(library: Library, answer: Answer) -> Answer:
    answer.headers["Last-Modified-Version"] = str(library.version)
    return answer


def _stale(request: Request, library: Library) -> Answer | None:
    """The up-front check of a write against the library version: its 412 carries no Last-Modified-Version."""
    version = request.number("if-unmodified-since-version")
    if version is not None and version < library.version:
        found = f"(expected {version}, found {library.version})"
        return Answer(412, f"Library has been modified since specified version {found}")
    return None


def _delete_collection(request: Request, library: Library, name: str) -> Answer:
    version = request.number("if-unmodified-since-version")
    if version is None:
        raise Refused(428, "If-Unmodified-Since-Version not provided")
    if version < library.collections[name].version:
        raise Refused(412, "Collection has been modified since specified version")
    library.erase("collections", [name])
    return _versioned(library, Answer(204))


# Lists


def _list(request: Request, library: Library, parts: list[str]) -> Answer:
    known = request.number("if-modified-since-version")
    if known is not None and library.version <= known:
        return _versioned(library, Answer(304))
    if parts[0] == "collections" and "items" not in parts:
        keys: Iterable[str] = _collections(request, library, parts)
        versions = {key: library.collections[key].version for key in keys}
        kind = "collections"
    elif parts[0] in {"items", "collections"}:
        versions = {
            key: library.items[key].version for key in sort_items(request, library, _items(request, library, parts))
        }
        kind = "items"
    elif parts == ["searches"]:
        versions, kind = {}, "searches"
    else:
        raise Refused(404, "Not found")
    return _versioned(library, _page(request, versions, lambda key: library.present(kind, key)))


def _collections(request: Request, library: Library, parts: list[str]) -> list[str]:
    since = int(request.get("since") or 0)
    keys = [key for key, stored in library.collections.items() if stored.version > since]
    if not request.get("includeTrashed"):
        keys = [key for key in keys if not library.collections[key].data.get("deleted")]
    parent = parts[1] if len(parts) == 3 else False
    if len(parts) > 1:
        keys = [key for key in keys if library.collections[key].data["parentCollection"] == parent]
    return sorted(keys, key=lambda key: library.collections[key].data["name"])


def _items(request: Request, library: Library, parts: list[str]) -> list[str]:
    keys = list(library.items)
    if parts[0] == "collections":
        if parts[1] not in library.collections:
            raise Refused(404, "Collection not found")
        keys = [key for key in keys if parts[1] in library.items[key].data.get("collections", ())]
    elif len(parts) == 3 and parts[2] == "children":
        if parts[1] not in library.items:
            raise Refused(404, "Item not found")
        keys = [key for key in keys if library.items[key].data.get("parentItem") == parts[1]]
    elif len(parts) > 2:
        raise Refused(404, "Not found")
    return select_items(request, library, keys, top=parts[-1] == "top", trash=parts[-1] == "trash")


def _page(request: Request, versions: dict[str, int], present: Callable[[str], Data]) -> Answer:
    keys = list(versions)
    form = request.get("format") or "json"
    start = int(request.get("start") or 0)
    limit = _limit(request, form, len(keys))
    page = keys[start : start + limit]
    headers = {"Total-Results": str(len(keys)), "Link": _links(request, start, limit, len(keys))}
    if form == "versions":
        return Answer(200, {key: versions[key] for key in page}, headers)
    if form == "keys":
        return Answer(200, page, headers)
    if form != "json":
        raise Refused(400, f"Invalid 'format' value '{form}'")
    return Answer(200, [present(key) for key in page], headers)


def _limit(request: Request, form: str, total: int) -> int:
    text = request.get("limit") or ""
    given = int(text) if text.isdecimal() else 0
    if request.unlimited:
        return given or max(total, 1)
    if request.get("itemKey"):
        return MAX_LIMIT
    if form in {"keys", "versions"}:
        return given or max(total, 1)
    return min(given, MAX_LIMIT) if given else DEFAULT_LIMIT


def _links(request: Request, start: int, limit: int, total: int) -> str:
    last = max(0, (total - 1) // limit * limit)
    places = {"first": 0, "prev": max(0, start - limit), "next": start + limit, "last": last}
    rows = []
    for name, place in places.items():
        if place == start or (name == "next" and place >= total):
            continue
        # Repeated parameters are joined with a comma, which asks for something else: the real server's bug.
        joined: dict[str, str] = {}
        for key, value in request.query:
            if key not in {"start", "key"} and (key, value) != ("format", "json"):
                joined[key] = f"{joined[key]},{value}" if key in joined else value
        joined |= {"start": str(place)} if place else {}
        query = urlencode(sorted(joined.items()))
        rows.append(f'<https://api.zotero.org{request.path}?{query}>; rel="{name}"')
    return ", ".join([*rows, '<https://www.zotero.org/>; rel="alternate"'])


def _tags(request: Request, library: Library, parts: list[str]) -> Answer:
    if request.method == "DELETE":
        if request.number("if-unmodified-since-version") is None:
            raise Refused(428, "If-Unmodified-Since-Version not provided")
        stale = _stale(request, library)
        if stale:
            return stale
        library.erase_tags([name.strip() for name in (request.get("tag") or "").split("||")])
        return _versioned(library, Answer(204))
    known = request.number("if-modified-since-version")
    if known is not None and library.version <= known:
        return _versioned(library, Answer(304))
    rows = tag_rows(request, library, parts)
    answer = _page(request, {str(i): 0 for i in range(len(rows))}, lambda place: rows[int(place)])
    return _versioned(library, answer)


# Writes


def _single(request: Request, library: Library, key: str) -> Answer:
    if request.method in {"GET", "HEAD"}:
        if key not in library.items:
            raise Refused(404, "Item not found")
        stored = library.items[key]
        return Answer(200, library.present("items", key), {"Last-Modified-Version": str(stored.version)})
    version = request.number("if-unmodified-since-version")
    try:
        if request.method == "DELETE":
            if version is None:
                raise Refused(428, "If-Unmodified-Since-Version not provided")
            if key not in library.items and version:
                raise Refused(412, f"Item not found (expected version {version})")
            if key in library.items and version < library.items[key].version:
                raise Refused(412, "Item has been modified since specified version")
            library.erase("items", [key])
            return _versioned(library, Answer(204))
        if not isinstance(request.body, dict):
            raise Refused(400, "Uploaded data must be a JSON object")
        changed = library.put(key, request.body, version, whole=request.method == "PUT")
        return Answer(204, None, {"Last-Modified-Version": str(changed)})
    except Refused as refusal:
        answer = Answer(refusal.code, refusal.message)
        if refusal.code == 412 and key in library.items:
            answer.headers["Last-Modified-Version"] = str(library.items[key].version)
        return answer


def _post(world: World, request: Request, library: Library, kind: str, key: str) -> Answer:
    token = request.headers.get("zotero-write-token")
    if token is not None and not 5 <= len(token) <= 32:
        raise Refused(400, "Write token must be 5-32 characters in length")
    if (key, token) in world.tokens:
        raise Refused(412, "Write token already used")
    if not isinstance(request.body, list):
        raise Refused(400, "Uploaded data must be a JSON array")
    if len(request.body) > MAX_OBJECTS:
        raise Refused(413, f"Cannot add more than {MAX_OBJECTS} {kind} at a time")
    stale = _stale(request, library)
    if stale:
        return stale
    report = _write_all(request, library, kind)
    if token is not None:
        world.tokens.add((key, token))
    return _versioned(library, Answer(200, report))


def _write_all(request: Request, library: Library, kind: str) -> dict[str, Data]:
    report: dict[str, Data] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
    checked = request.number("if-unmodified-since-version") is not None
    for index, payload in enumerate(request.body):
        if request.stop_after is not None and index >= request.stop_after:
            raise Crash
        try:
            name, changed = library.write(kind, payload, library_version=checked)
        except Refused as refusal:
            entry: Data = {"code": refusal.code, "message": html.escape(refusal.message, quote=False)}
            report["failed"][str(index)] = entry | ({"data": refusal.data} if refusal.data else {})
            continue
        if changed:
            report["successful"][str(index)] = library.present(kind, name)
            report["success"][str(index)] = name
        else:
            report["unchanged"][str(index)] = name
    return report
