"""What the Zotero server accepts in an item and how it keeps it: validation and cleaning, one object at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from tests.servers.zotero_notes import sanitised
from tests.servers.zotero_schema import (
    ALL_CREATOR_TYPES,
    ALL_FIELDS,
    ATTACHMENT_PROPERTIES,
    BASE_FIELDS,
    CHILD_TYPES,
    CREATOR_TYPES,
    FIELDS,
    LINK_MODES,
    OTHER_PROPERTIES,
)

Data = dict[str, Any]
KEY = re.compile(r"[23456789ABCDEFGHIJKLMNPQRSTUVWXYZ]{8}")
_ACCESS_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)|CURRENT_TIMESTAMP|)"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?")
_RELATION = re.compile(r"https?://zotero\.org/(users|groups)/\d+/items/[A-Z0-9]{8}")
_PREDICATES = frozenset({"owl:sameAs", "dc:replaces", "dc:relation"})
MAX_FIELD, MAX_TAG, MAX_NAME, MAX_NOTE = 65_535, 255, 255, 500_000


class Refused(Exception):
    """An object or request that the server does not take."""

    def __init__(self, code: int, message: str, data: Data | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


def clean(value: object) -> str:
    """A field as it is stored."""
    text = "" if value is None or value is False else str(value)
    return "".join(c for c in text if c in "\t\n" or unicodedata.category(c) != "Cc").strip()


def read_tags(value: object) -> list[Data]:
    if not isinstance(value, list):
        raise Refused(400, "'tags' property must be an array")
    kept: dict[tuple[str, int], Data] = {}
    for tag in value:
        if not isinstance(tag, dict) or "tag" not in tag:
            raise Refused(400, "Tag must be an object with a 'tag' property")
        if other := set(tag) - {"tag", "type"}:
            raise Refused(400, f"Invalid tag property '{sorted(other)[0]}'")
        kind = tag.get("type", 0)
        if not isinstance(kind, int):
            raise Refused(400, "Tag 'type' must be an integer")
        name = unicodedata.normalize("NFC", clean(tag["tag"]))
        if len(name) > MAX_TAG:
            raise Refused(413, f"Tag '{name[:50]}...' too long", {"tag": name})
        if name:
            kept[name, kind] = {"tag": name} | ({"type": kind} if kind else {})
    return [kept[pair] for pair in sorted(kept)]


def read_creators(value: object, item_type: str, *, new: bool) -> list[Data]:
    if not isinstance(value, list):
        raise Refused(400, "'creators' property must be an array")
    if item_type in CHILD_TYPES:
        raise Refused(400, f"'creators' is not a valid property for type '{item_type}'")
    creators = [_creator(creator, item_type) for creator in value]
    named = [creator for creator in creators if any(creator[part] for part in creator if part != "creatorType")]
    if len(named) < len(creators) and not (new and len(creators) == 1):
        raise Refused(400, "Creator names cannot be empty")
    return named


def _creator(creator: object, item_type: str) -> Data:
    if not isinstance(creator, dict) or "creatorType" not in creator:
        raise Refused(400, "creator object must contain 'creatorType'")
    if other := set(creator) - {"creatorType", "firstName", "lastName", "name"}:
        raise Refused(400, f"Invalid creator property '{sorted(other)[0]}'")
    kind = creator["creatorType"]
    if kind not in ALL_CREATOR_TYPES:
        raise Refused(400, f"'{kind}' is not a valid creator type")
    if kind not in CREATOR_TYPES[item_type] and kind != "author":
        raise Refused(400, f"'{kind}' is not a valid creator type for item type '{item_type}'")
    names = [name for name in ("name", "firstName", "lastName") if name in creator]
    if names not in (["name"], ["firstName", "lastName"]):
        raise Refused(400, "creator object must contain 'firstName' and 'lastName', or 'name'")
    kept = {"creatorType": kind} | {name: clean(creator[name]) for name in names}
    for name in names:
        if len(kept[name]) > MAX_NAME:
            raise Refused(413, f"Creator name '{kept[name][:50]}...' too long", {"field": name})
    return kept


def read_relations(value: object) -> Data:
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise Refused(400, "'relations' property must be an object")
    for predicate, target in value.items():
        if predicate not in _PREDICATES and not predicate.startswith("mendeleyDB:"):
            raise Refused(400, f"Unsupported predicate '{predicate}'")
        for uri in target if isinstance(target, list) else [target]:
            if not predicate.startswith("mendeleyDB:") and not _RELATION.fullmatch(str(uri)):
                raise Refused(400, f"'{predicate}' values currently must be Zotero item URIs")
    return value


def _field(name: str, value: object, item_type: str) -> str | None:
    """The stored value, None for a field of another type sent empty."""
    if isinstance(value, list | dict):
        if name in {"accessDate"}:
            raise Crash
        raise Refused(400, f"'{name}' must be a string")
    text = clean(value)
    if name not in FIELDS[item_type]:
        if text:
            raise Refused(400, f"'{name}' is not a valid field for type '{item_type}'")
        return None
    if name == "accessDate" and (value is None or not _ACCESS_DATE.fullmatch(text)):
        raise Refused(
            400, "'accessDate' must be in ISO 8601 or UTC 'YYYY-MM-DD[ hh-mm-ss]' format or 'CURRENT_TIMESTAMP'"
        )
    if len(text.encode()) > MAX_FIELD - (11 if name == "date" else 0):
        raise Refused(413, f"'{name}' field value '{text[:50]}...' too long", {"field": name})
    return text


class Crash(Exception):
    """A type error inside the server: the request ends in a bare 500, earlier objects stay committed."""


def _note(value: object, item_type: str) -> str:
    if item_type not in CHILD_TYPES:
        raise Refused(400, "'note' property is valid only for note and attachment items")
    note = sanitised("".join(c for c in str(value) if c in "\t\n" or unicodedata.category(c) != "Cc"))
    if len(note) > MAX_NOTE:
        raise Refused(413, f"Note '{note[:30]}...' too long")
    return note


def read_item(
    payload: Mapping[str, Any],
    old: Data | None,
    collections: Collection[str],
    parents: Mapping[str, Data],
    *,
    in_group: bool = False,
) -> Data:
    """An item's new data: ``old`` with what ``payload`` names replaced (whole)."""
    item_type = _item_type(payload, old)
    if old and item_type != old["itemType"]:
        old = _retyped(old, item_type)
    data: Data = dict(old) if old else _blank(item_type)
    for name, value in payload.items():
        if name in {"key", "version", "itemType"}:
            continue
        if name in ALL_FIELDS:
            text = _field(name, value, item_type)
            if text is not None:
                data[name] = text
        elif name == "creators":
            data[name] = read_creators(value, item_type, new=old is None)
        elif name == "collections":
            data[name] = _collections(value, data | dict(payload), collections)
        elif name == "parentItem":
            _parent(value, item_type, parents)
            data[name] = value
        else:
            data[name] = _property(name, value, item_type, old)
    if item_type == "attachment" and data.get("linkMode") not in LINK_MODES:
        raise Refused(400, "'linkMode' property not provided")
    if in_group and data.get("linkMode") == "linked_file":
        raise Refused(400, "Linked files can only be added to user libraries")
    return data


def _item_type(payload: Mapping[str, Any], old: Data | None) -> str:
    item_type = payload.get("itemType", old["itemType"] if old else None)
    if item_type is None:
        raise Refused(400, "'itemType' property not provided")
    if item_type not in FIELDS:
        raise Refused(400, f"'{item_type}' is not a valid itemType")
    if old and item_type != old["itemType"] and CHILD_TYPES & {item_type, old["itemType"]}:
        raise Refused(500, "An error occurred")
    return str(item_type)


def _property(name: str, value: Any, item_type: str, old: Data | None) -> Any:
    """A property that is no field and needs nothing but itself to be checked."""
    if name == "tags":
        return read_tags(value)
    if name == "relations":
        return read_relations(value)
    if name == "deleted":
        if not isinstance(value, bool | int):
            raise Refused(500, "An error occurred")
        return 1 if value else 0
    if name == "note":
        return _note(value, item_type)
    if name in {"dateAdded", "dateModified"}:
        return _time(name, value)
    if item_type == "attachment" and name in ATTACHMENT_PROPERTIES:
        _attachment(name, value, old)
    elif name not in OTHER_PROPERTIES:
        raise Refused(400, f"Invalid property '{name}'")
    return value


def _time(name: str, value: object) -> object:
    if isinstance(value, list):
        raise Crash
    if not _TIME.fullmatch(str(value)):
        raise Refused(400, f"'{name}' must be in ISO 8601 or UTC 'YYYY-MM-DD[ hh-mm-ss]' format")
    return value


def _blank(item_type: str) -> Data:
    data: Data = {"itemType": item_type} | dict.fromkeys(FIELDS[item_type], "")
    if item_type not in CHILD_TYPES:
        data["creators"] = []
    if item_type == "note":
        data["note"] = ""
    return data | {"tags": [], "collections": [], "relations": {}, "deleted": 0}


def _attachment(name: str, value: object, old: Data | None) -> None:
    if name == "filename" and re.search(r"[/\\]", str(value)):
        raise Refused(400, "'filename' cannot contain a path")
    if name == "linkMode" and old and old.get("linkMode") != value:
        raise Refused(400, "Cannot change attachment linkMode")


def _collections(value: object, data: Mapping[str, Any], known: Collection[str]) -> list[str]:
    if not isinstance(value, list):
        raise Refused(400, "'collections' property must be an array")
    if value and data.get("parentItem"):
        raise Refused(400, "Child items cannot be assigned to collections")
    for key in value:
        if key not in known:
            raise Refused(409, f"Collection {key} not found", {"collection": key})
    return sorted(set(value))


def _parent(value: object, item_type: str, parents: Mapping[str, Data]) -> None:
    if item_type not in CHILD_TYPES:
        raise Refused(500, "An error occurred")
    if value is False:
        return
    parent = parents.get(str(value))
    if parent is None:
        raise Refused(409, f"Parent item {value} not found", {"parentItem": value})
    if parent["itemType"] in CHILD_TYPES:
        raise Refused(409, f"Parent item {value} cannot be a note or attachment", {"parentItem": value})


def _retyped(old: Data, item_type: str) -> Data:
    """Shared fields stay, base fields move, the rest is dropped."""
    new = _blank(item_type)
    to_base, from_base = BASE_FIELDS.get(old["itemType"], {}), {b: n for n, b in BASE_FIELDS.get(item_type, {}).items()}
    for name in FIELDS[old["itemType"]]:
        base = to_base.get(name, name)
        target = from_base.get(base, base)
        if target in new and old.get(name):
            new[target] = old[name]
    for name in ("tags", "collections", "relations", "deleted", "dateAdded", "dateModified"):
        new[name] = old[name]
    new["creators"] = [
        creator if creator["creatorType"] in CREATOR_TYPES[item_type] else creator | {"creatorType": "contributor"}
        for creator in old["creators"]
    ]
    return new
