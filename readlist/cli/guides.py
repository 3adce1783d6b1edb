"""The guides: Markdown files of the package, filled in with what only the program knows (keys, settings, filters)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import partial
from importlib import resources

from readlist import settings as known
from readlist.actions.browsing import SORTS, VALUES
from readlist.errors import WrongUsage
from readlist.settings import Settings

#: Every guide, in the order in which one may read them.
TOPICS = ("start", "import", "resolve", "triage", "queries", "tags-notes", "export", "zotero", "settings", "scripting",
          "trouble")  # fmt: skip
_FILLED = re.compile(r"\{\{(\w+)(?: ([\w-]+))?\}\}")


def about(topic: str) -> str:
    """What a guide is about, in one line."""
    return _source(topic).partition("\n")[0].partition(": ")[2]


def guide(topic: str, settings: Settings) -> str:
    """A guide as Markdown. Raises `WrongUsage` for a topic that there is none of, naming those that are near."""
    if topic not in TOPICS:
        raise WrongUsage(f"no guide {topic!r}; {_hint(topic)}")
    return _FILLED.sub(lambda found: _FILLS[found[1]](found[2], settings), _source(topic))


def _source(topic: str) -> str:
    return resources.files("readlist").joinpath("guides", f"{topic}.md").read_text(encoding="utf-8")


def _hint(word: str) -> str:
    near = [topic for topic in TOPICS if word in topic] or get_close_matches(word, TOPICS, 3)
    if near:
        return f"did you mean {_or(near)}?"
    spoken = [topic for topic in TOPICS if f"readlist {word}" in _source(topic)]
    if spoken:
        return f"readlist {word} is explained in {_or(spoken)}"
    return f"there are {', '.join(TOPICS)}"


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _keys(place: str, settings: Settings) -> str:
    """The keys in force on one screen of the terminal interface, as a table."""
    from readlist.tui import keyboard, registry

    chosen = keyboard.read_keys(settings.tui_keys).keys
    rows = [
        (_shown(action.keys) or "in the palette", action.name, action.description)
        for _group, actions in registry.grouped(place, keys=chosen)
        for action in actions
    ]
    return _table(("key", "name", "does"), rows)


def _windows(_: str, settings: Settings) -> str:
    """The keys in force in the windows over the screens that no screen has, as a table."""
    from readlist.tui import keyboard, registry

    keys = keyboard.read_keys(settings.tui_keys)
    rows = [
        (_shown(keys.keys_of(action.name)) or "none", action.name, ", ".join(sorted(action.places)), action.description)
        for action in registry.ACTIONS
        if action.places <= registry.WINDOWS
    ]
    return _table(("key", "name", "where", "does"), rows)


def _shown(keys: Iterable[str]) -> str:
    from readlist.tui import registry

    return " ".join(_code(registry.key_name(key)) for key in keys)


def _key(name: str, settings: Settings) -> str:
    from readlist.tui import keyboard

    return keyboard.read_keys(settings.tui_keys).shown(name) or f"{name} in the palette"


def _code(text: str) -> str:
    """Text as Markdown's code within a table."""
    mark = "``" if "`" in text else "`"
    blank = " " if "`" in text else ""
    return f"{mark}{blank}{text}{blank}{mark}".replace("|", "\\|")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table whose columns stand below each other as plain text too."""
    lines = [head, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    head_line, *rest = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([head_line, "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rest])


def _settings(_: str, settings: Settings) -> str:
    del settings
    lines = []
    for section, names in known.KNOWN.items():
        for name, (what, default) in names.items():
            shown = f"{section}.{name}" if section else name
            variable = "" if shown in known.FILE_ONLY else f", `{known.variable_of(section, name)}`"
            lines.append(f"- `{shown}`{variable}: {what}{'' if default is None else f'; default: {default}'}")
    return "\n".join([*lines, f"- `{known.KEYS_VARIABLE}` and the name of an action: one key of `tui.keys`"])


def _variables(_: str, settings: Settings) -> str:
    del settings
    return "\n".join(
        f"- {', '.join(f'`{name}`' for name in names.split(', '))}: {what}" for names, what in known.VARIABLES.items()
    )


def _listed(words: Callable[[str], Iterable[str]], what: str, settings: Settings) -> str:
    del settings
    return ", ".join(words(what))


_FILLS: dict[str, Callable[[str, Settings], str]] = {
    "keys": _keys,
    "key": _key,
    "windows": _windows,
    "settings": _settings,
    "variables": _variables,
    "values": partial(_listed, lambda name: VALUES[name]),
    "sorts": partial(_listed, lambda _: SORTS),
}
