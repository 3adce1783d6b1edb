"""The Zotero key: what it may do, and where it is kept (the system's keyring, or a file only its owner can read)."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from readlist.actions.progress import Progress, Report, silent
from readlist.errors import ReadlistError

if TYPE_CHECKING:
    from readlist.zotero.access import Group
    from readlist.zotero.events import Event

_SERVICE = "readlist"
_FILE = "zotero-key"


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What a key may do. ``library``: where a sync would go. ``missing``: the rights that a full sync of it lacks, as
    Zotero's key page calls them. ``refusal``: one sentence on why the library cannot be written, None where it can.
    ``groups``: the group libraries that the key reaches.
    """

    user: str
    server: str
    library: str
    read: bool
    write: bool
    missing: tuple[str, ...]
    refusal: str | None
    groups: tuple[Group, ...]


def address(url: str, library: str | None) -> str:
    """The server that a key is kept for: that of ``zotero.url``, or the Zotero program on this machine."""
    from readlist.zotero import local

    return local.base(url) if local.is_local(library) else url


def is_local(library: str | None) -> bool:
    """Does this ``zotero.library`` mean the Zotero program on this machine, which wants no key to be read?"""
    from readlist.zotero import local

    return local.is_local(library)


def examine(
    key: str,
    *,
    library: str | None,
    url: str,
    contact: str | None = None,
    ask: bool = False,
    keep_key: Callable[[str], object] = lambda _key: None,
    report: Report = silent,
) -> KeyReport:
    """Ask the server what a key may do.

    ``ask``: have the Zotero program on this machine ask its person for leave to write; a leave for good goes to
    ``keep_key``. Raises `ServiceError` and `WrongUsage` for a key that is not valid, and when the person says no.
    """
    from readlist.zotero.client import ZoteroClient
    from readlist.zotero.events import Waiting

    def listen(event: Event) -> None:
        if isinstance(event, Waiting):
            report(Progress("Zotero", text=event.reason, wait=event.seconds))

    with ZoteroClient(key, library=library, url=url, contact=contact, keep_key=keep_key, progress=listen) as client:
        known, target = client.access(), client.library
        may_read, may_write = known.rights(target)
        groups, refusal = client.groups(), client.refusal()
        if ask and refusal is None:
            client.require_write()
        return KeyReport(
            user=known.username,
            server=client.url,
            library=str(target),
            read=may_read,
            write=may_write,
            missing=() if is_local(library) else known.missing(target),
            refusal=refusal,
            groups=groups,
        )


def load_key(home: Path, url: str) -> str | None:
    """The key kept for a server, or None."""
    with suppress(OSError):
        lines = (home / _FILE).read_text(encoding="utf-8").splitlines()
        for line in lines:
            server, _, key = line.partition(" ")
            if server == url and key:
                return key
    return _from_keyring(url)


def save_key(home: Path, url: str, key: str) -> str:
    """Keep a key; returns where it is kept, for people. Raises `ReadlistError` when it cannot be kept."""
    forget_key(home, url)
    if _to_keyring(url, key):
        return "the system keyring"
    path = home / _FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        others = [line for line in _lines(path) if not line.startswith(f"{url} ")]
        # Made unreadable for others before anything is in it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in [*others, f"{url} {key}"]))
        path.chmod(0o600)
    except OSError as error:
        raise ReadlistError(f"{path}: cannot keep the key: {error.strerror}") from error
    return str(path)


def forget_key(home: Path, url: str) -> bool:
    """Forget the key kept for a server; returns whether there was one."""
    found = load_key(home, url) is not None
    path = home / _FILE
    lines = _lines(path)
    others = [line for line in lines if not line.startswith(f"{url} ")]
    with suppress(OSError):
        if others:
            path.write_text("".join(f"{line}\n" for line in others), encoding="utf-8")
        elif lines:
            path.unlink()
    _drop_from_keyring(url)
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _from_keyring(url: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, url)
    except (KeyringError, OSError):
        return None


def _to_keyring(url: str, key: str) -> bool:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, url, key)
        return bool(keyring.get_password(_SERVICE, url) == key)
    except (KeyringError, OSError):
        return False


def _drop_from_keyring(url: str) -> None:
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError, OSError):
        keyring.delete_password(_SERVICE, url)
