"""What a Zotero key may do, and where.

https://www.zotero.org/support/dev/web_api/v3/basics#user_and_group_library_urls
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from readlist.zotero.state import Target

_RIGHTS = {"notes": "notes access", "files": "file access"}
KEYS_PAGE = "https://www.zotero.org/settings/keys"


@dataclass(frozen=True, slots=True)
class Group:
    """A group library; ``write``: whether the key may change it."""

    id: int
    name: str
    write: bool

    @property
    def library(self) -> str:
        """As it is written in ``zotero.library``."""
        return f"group:{self.id}"


@dataclass(frozen=True, slots=True)
class Access:
    """What an API key may do, from ``/keys/current``."""

    user_id: int
    username: str
    access: Mapping[str, Any]

    def rights(self, target: Target) -> tuple[bool, bool]:
        """May the key (read, write) this library?"""
        rights = self._given(target)
        return bool(rights.get("library")), bool(rights.get("library") and rights.get("write"))

    def missing(self, target: Target) -> tuple[str, ...]:
        """The rights that a full sync of this library needs and the key lacks, in the words of Zotero's key page."""
        rights = self._given(target)
        if not rights.get("library"):
            return ("library access", "write access")
        lacking = [] if rights.get("write") else ["write access"]
        if target.kind == "user":  # a group's rights cover its notes and files
            lacking += [words for name, words in _RIGHTS.items() if not rights.get(name)]
        return tuple(lacking)

    def refusal(self, target: Target, groups: tuple[Group, ...] = ()) -> str | None:
        """One sentence on why this library cannot be synced with this key, None where it can.

        ``groups`` are those that the key knows, for the case that it does not know the one that was asked for.
        """
        if target.kind == "user" and target.id != self.user_id:
            return (
                f"The Zotero key belongs to user:{self.user_id}, not to {target}. "
                "Leave zotero.library unset to use the key's own library."
            )
        readable, writable = self.rights(target)
        if writable:
            return None
        if target.kind == "user":
            missing = "write to" if readable else "read or write"
            return (
                f"The Zotero key may not {missing} your personal library. "
                f"Allow library access and write access at {KEYS_PAGE}."
            )
        if readable:
            return f"The Zotero key may not write to group {target.id}. Allow it at {KEYS_PAGE}."
        others = ", ".join(f"{group.library} ({group.name})" for group in groups)
        known = f"it reaches {others}; set zotero.library to one of them, or allow" if others else "allow"
        return f"The Zotero key may not read or write group {target.id}: {known} that group at {KEYS_PAGE}."

    def _given(self, target: Target) -> Mapping[str, Any]:
        if target.kind == "user":
            given = self.access.get("user") if target.id == self.user_id else None
        else:
            groups = self.access.get("groups") or {}
            given = groups.get(str(target.id)) or groups.get("all")
        return given if isinstance(given, Mapping) else {}
