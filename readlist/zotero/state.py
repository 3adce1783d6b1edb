"""What is remembered between two syncs, and the store that remembers it.

The remembered values are what makes a sync three-way. For every paper with an item we keep, field by field, what
our side and what the item said when both were last in step (`ItemState.here`, `ItemState.base`), and the item as we
last saw it (`ItemState.there`). A side changed a field when it no longer says what it said then; the two sides need
not have said the same (a person's own wording in Zotero stands, and is not a change each time we look).
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from readlist.errors import WrongUsage

#: The alphabet of Zotero's object keys: no 0, 1 and O. https://www.zotero.org/support/dev/web_api/v3/write_requests
KEY_ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
#: Longer texts are remembered by their digest: only "is it still the same?" is ever asked of them.
_LONG = 200
_SPEC = re.compile(r"(?P<kind>user|group)s?[:/](?P<id>[1-9]\d*)", re.IGNORECASE)

#: In place of a collection's key: the whole library.
EVERYTHING = "*"

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Target:
    """A Zotero library: ``kind`` is ``user`` or ``group``."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def parse_target(spec: str) -> Target:
    """Read ``user:12345`` or ``group:678``.

    Raises:
        WrongUsage: for anything else.
    """
    found = _SPEC.fullmatch(spec.strip())
    if found is None:
        raise WrongUsage(f"'{spec}' is not a Zotero library. Write user:<number> or group:<number>.")
    return Target(found["kind"].lower(), int(found["id"]))


@dataclass(frozen=True, slots=True)
class ItemState:
    """The Zotero item of one paper. ``version`` 0: the key is ours, and nobody knows yet whether the item exists.

    ``here`` and ``base`` hold remembered values (see `remember`) by field name; ``there`` holds the item's own
    properties as last seen (empty while ``version`` is 0). ``deleted``: erased in Zotero, so never made again.
    ``sent``: remembered values that were sent and not yet answered for; should they turn up in the item, they are
    ours, even if the paper has changed its mind since. ``copied``: the paper was made from the item, whose wording is
    therefore the person's own. ``note``: the Markdown of the child note as both sides last had it. ``in_step``: digest
    of the paper with which nothing was left to do on either side; empty once the item changes.
    """

    key: str
    version: int
    here: Fields
    base: Fields
    there: Fields
    made_by_us: bool
    synced: datetime
    deleted: bool = False
    sent: Fields = field(default_factory=dict)
    copied: bool = False
    note: str = ""
    in_step: str = ""

    @property
    def trashed(self) -> bool:
        """In Zotero's trash when last seen."""
        return bool(self.there.get("deleted"))

    @property
    def pending(self) -> bool:
        return self.version == 0


@dataclass(frozen=True, slots=True)
class Seen:
    """An item of the library that is no paper's: enough of it to recognise it later without reading all again."""

    key: str
    version: int
    title: str
    identities: tuple[str, ...]
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class ChildNote:
    """Our note below an item, as last seen. ``version`` 0: the key is ours, and nobody knows yet whether it exists."""

    key: str
    version: int
    html: str = ""
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class LibraryState:
    """All that is remembered of one Zotero library.

    ``collections`` maps the name asked for to the key in use, ``notes`` an item's key to our note below it.
    ``pulled`` says up to which version a collection (or all, see `EVERYTHING`) was looked through for papers.
    """

    library_version: int = 0
    collections: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[int, ItemState] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    notes: Mapping[str, ChildNote] = field(default_factory=dict)
    pulled: Mapping[str, int] = field(default_factory=dict)


class SyncStore(Protocol):
    """Where the state of syncs is kept. ``library`` is ``str(Target)``, such as ``user:12345``.

    Every ``save_…`` must be durable when it returns (one transaction each): a push that is killed right after goes
    on from there. A value of None means: forget that row.
    """

    def zotero_state(self, library: str) -> LibraryState: ...

    def save_zotero_items(self, library: str, items: Mapping[int, ItemState | None]) -> None: ...

    def save_zotero_seen(self, library: str, seen: Mapping[str, Seen | None]) -> None: ...

    def save_zotero_notes(self, library: str, notes: Mapping[str, ChildNote | None]) -> None: ...

    def save_zotero_library(
        self,
        library: str,
        *,
        version: int | None = None,
        collections: Mapping[str, str] | None = None,
        pulled: Mapping[str, int] | None = None,
    ) -> None: ...


def new_key() -> str:
    """A random object key, as any client may choose one."""
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(8))


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def remember(value: object) -> object:
    """A value as it is kept for comparison: itself, or its digest when it is long."""
    if isinstance(value, bool) or (isinstance(value, str) and len(value) <= _LONG):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return value  # lists of words (tags) are merged as sets, so they are kept whole
    text = _encode(value)
    if len(text) <= _LONG:
        return value
    return "blake2b:" + hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
