"""The keys that a person chose: ``[tui.keys]`` of the settings, checked against the registry.

What cannot be used is a sentence, and the action keeps its own keys: a slip in a settings file keeps nobody out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from textual.keys import Keys as Known

from readlist.tui import registry

#: The name of the table in the settings.
TABLE = "tui.keys"
#: As people write keys, and as others name them.
_NAMES = {shown.casefold(): key for key, shown in registry.SHOWN.items()} | {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "spacebar": "space",
}  # fmt: skip
#: Terminals send the same for both.
_SAME = {
    "ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape", "ctrl+h": "backspace",
}  # fmt: skip
_MODIFIERS = ("ctrl", "alt", "shift")
_KNOWN = {key.value for key in Known if key.value.isalnum()} | set(registry.CHARACTERS)


class Keyboard(NamedTuple):
    """The keys of every action that has others than the registry says, and what could not be used."""

    keys: registry.Keys = MappingProxyType({})
    problems: tuple[str, ...] = ()

    def shown(self, name: str) -> str:
        """The first key of an action as people write it; nothing where it has none."""
        keys = self.keys_of(name)
        return registry.key_name(keys[0]) if keys else ""

    def keys_of(self, name: str) -> tuple[str, ...]:
        """All keys of an action."""
        return self.keys.get(name, registry.BY_NAME[name].keys)

    def says(self, name: str, does: str) -> str:
        """What the key of an action does (``u takes it back``); nothing where it has none."""
        key = self.shown(name)
        return f"{key} {does}" if key else ""

    def counting(self, place: str) -> frozenset[str]:
        """The digits that begin a count on a screen: those that no action has."""
        taken = {key for action in registry.actions(place, self.keys) for key in action.keys}
        return frozenset("123456789") - taken


def read_keys(chosen: Mapping[str, object]) -> Keyboard:
    """What the table of the settings means: names of actions, and for each its keys with blanks between."""
    problems: list[str] = []
    keys: dict[str, tuple[str, ...]] = {}
    for name, value in chosen.items():
        try:
            keys[_action(name)] = _keys(value)
        except ValueError as error:
            problems.append(f"{TABLE}.{name}: {error}")
    while conflict := _conflict(keys):
        name, why = conflict
        del keys[name]
        problems.append(f"{TABLE}.{name}: {why}")
    return Keyboard(keys, tuple(problems))


def _action(name: str) -> str:
    if name in registry.BY_NAME:
        return name
    from difflib import get_close_matches

    close = get_close_matches(name, registry.BY_NAME, 1)
    raise ValueError(f"there is no such action{f'; did you mean {close[0]}?' if close else ''}")


def _keys(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise ValueError('write the keys as text, with blanks between them: "j down"')
    return tuple(dict.fromkeys(read_key(text) for text in value.split()))


def read_key(text: str) -> str:
    """A key as Textual names it: ``/``, ``Ctrl+R``, ``PgUp``, ``alt+x``, ``question_mark``. Raises `ValueError`."""
    # The plus sign itself may be the key: "+", "ctrl++".
    *modifiers, base = [*text[:-1].split("+")[:-1], "+"] if text == "+" or text.endswith("++") else text.split("+")
    held = [modifier.lower() for modifier in modifiers]
    key = _base(base)
    if key is None or not set(held) <= set(_MODIFIERS) or len(set(held)) < len(held):
        raise ValueError(f"there is no key {text!r}; keys are written j, G, /, ctrl+r, alt+x, f2, space, pagedown")
    if "shift" in held and len(key) == 1:
        held.remove("shift")
        key = key.upper()
    if "ctrl" in held and len(key) == 1:
        key = key.lower()
    name = "+".join([*(modifier for modifier in _MODIFIERS if modifier in held), key])
    return _SAME.get(name, name)


def _base(text: str) -> str | None:
    if len(text) == 1:
        return registry.character_key(text) or None
    name = _NAMES.get(text.casefold(), text.casefold())
    return name if name in _KNOWN else None


def _conflict(keys: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """A chosen action that cannot have its keys, and why."""
    for name in keys:
        own = registry.BY_NAME[name]
        if "escape" in keys[name] and "escape" not in own.keys:
            return name, "Escape always goes back; choose another key"
        typed = next((key for key in keys[name] if own.places <= registry.TYPING and registry.types(key)), None)
        if typed is not None:
            return name, f"{registry.key_name(typed)} is typed there; choose one with Ctrl, or a function key"
    for place in registry.PLACES:
        owners: dict[str, str] = {}
        for action in registry.actions(place, keys):
            for key in action.keys:
                other = owners.setdefault(key, action.name)
                if other != action.name:
                    loser, winner = (action.name, other) if action.name in keys else (other, action.name)
                    where = f"in the window {place}" if place in registry.WINDOWS else f"on the screen {place}"
                    return loser, f"{registry.key_name(key)} is the key of {winner} {where} already"
    return None
