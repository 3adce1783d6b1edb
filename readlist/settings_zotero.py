"""Reading the settings of the section ``zotero``. All raise `SettingsError`."""

from __future__ import annotations

from readlist.errors import SettingsError
from readlist.paper import Status


def libraries(value: object) -> tuple[str, ...]:
    """One library or several: a list, or a text with commas."""
    listed = value if isinstance(value, list) else str(value).split(",")
    given = tuple(name for name in (str(name).strip() for name in listed) if name)
    for name in given:
        kind, _, number = name.partition(":")
        if name != "local" and (kind not in {"user", "group"} or not number.isdigit()):
            raise SettingsError(f"zotero.library: {name!r} is not user:12345, group:678 or local")
    if "local" in given and len(given) > 1:
        raise SettingsError("zotero.library: local is another server, and cannot be synced with others at once")
    return tuple(dict.fromkeys(given))


def one_of(name: str, value: object, known: tuple[str, ...]) -> str:
    """One of the ``known`` words."""
    if isinstance(value, str) and value in known:
        return value
    raise SettingsError(f"{name}: {value!r} is not {' or '.join(known)}")


def extras(found: object) -> tuple[str, ...]:
    """What new items get besides, as Zotero's translator gives it."""
    listed = tuple(found.replace(",", " ").split()) if isinstance(found, str) else found
    if not isinstance(listed, (list, tuple)) or not set(listed) <= {"categories", "comment"}:
        raise SettingsError(f"zotero.extras: {found!r} is not a list of categories and comment")
    return tuple(listed)


def names(name: str, table: object) -> dict[str, str]:
    """A table of texts."""
    if not isinstance(table, dict) or not all(isinstance(value, str) and value.strip() for value in table.values()):
        raise SettingsError(f'{name} is a table: [{name}] on a line, below it lines such as faces = "Faces"')
    return {str(key): str(value) for key, value in table.items()}


def status_names(table: object) -> dict[str, str]:
    """What the Reading List plugin calls the five statuses, where a person changed it there."""
    given = names("zotero.status_names", table)
    for name in given:
        if name not in set(Status):
            raise SettingsError(f"zotero.status_names: {name} is no read status ({', '.join(Status)})")
    if len({value.casefold() for value in given.values()}) < len(given):
        raise SettingsError("zotero.status_names: two statuses have one name")
    return given
