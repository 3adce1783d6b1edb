"""Reading the settings of the section ``zotero``. All raise `SettingsError`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from readlist.errors import SettingsError
from readlist.paper import Status


def libraries(environment: Mapping[str, str], section: Mapping[str, object]) -> tuple[str, ...]:
    """One library or several: a list, or a text with commas."""
    found = environment.get("READLIST_ZOTERO_LIBRARY") or section.get("library")
    listed = found if isinstance(found, list) else str(found or "").split(",")
    given = tuple(name for name in (str(name).strip() for name in listed) if name)
    for name in given:
        kind, _, number = name.partition(":")
        if name != "local" and (kind not in {"user", "group"} or not number.isdigit()):
            raise SettingsError(f"zotero.library: {name!r} is not user:12345, group:678 or local")
    if "local" in given and len(given) > 1:
        raise SettingsError("zotero.library: local is another server, and cannot be synced with others at once")
    return tuple(dict.fromkeys(given))


def one_of(name: str, text: str | None, known: tuple[str, ...]) -> str:
    """One of the ``known`` words; the first is the default."""
    if text is None or text in known:
        return text or known[0]
    raise SettingsError(f"{name}: {text!r} is not {' or '.join(known)}")


def extras(environment: Mapping[str, str], section: Mapping[str, object]) -> tuple[str, ...]:
    """What new items get besides, as Zotero's translator gives it."""
    found = environment.get("READLIST_ZOTERO_EXTRAS") or section.get("extras", ())
    listed = tuple(found.replace(",", " ").split()) if isinstance(found, str) else found
    if not isinstance(listed, (list, tuple)) or not set(listed) <= {"categories", "comment"}:
        raise SettingsError(f"zotero.extras: {found!r} is not a list of categories and comment")
    return tuple(listed)


def names(path: Path, name: str, table: object) -> dict[str, str]:
    """A table of texts."""
    if not isinstance(table, dict) or not all(isinstance(value, str) and value.strip() for value in table.values()):
        raise SettingsError(f'{path}: {name} is a table: [{name}] on a line, below it lines such as faces = "Faces"')
    return {str(key): str(value) for key, value in table.items()}


def status_names(path: Path, table: object) -> dict[str, str]:
    """What the Reading List plugin calls the five statuses, where a person changed it there."""
    given = names(path, "zotero.status_names", table)
    for name in given:
        if name not in set(Status):
            raise SettingsError(f"{path}: zotero.status_names: {name} is no read status ({', '.join(Status)})")
    if len({value.casefold() for value in given.values()}) < len(given):
        raise SettingsError(f"{path}: zotero.status_names: two statuses have one name")
    return given
