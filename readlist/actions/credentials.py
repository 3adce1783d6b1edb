"""Where the Zotero key is kept: the system's keyring, or a file that only its owner can read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from readlist.errors import ReadlistError

_SERVICE = "readlist"
_FILE = "zotero-key"


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
