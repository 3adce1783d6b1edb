"""Every action of the TUI, once: key bindings, the footer, the help screen and the command palette are made of it.

The screens' actions are in `screens`, those of the windows over them in `windows`; `footers` says what the footer
shows in which situation, `keynames` how keys are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingsMap

from readlist.tui.registry import screens, windows
from readlist.tui.registry.action import Action
from readlist.tui.registry.footers import (
    EMPTY,
    MARKED,
    OVER,
    PLAIN,
    SEARCHED,
    TRASH,
    TYPED,
    Situation,
    footer,
    way_out,
)  # fmt: skip
from readlist.tui.registry.keynames import CHARACTERS, SHOWN, character_key, key_name, types
from readlist.tui.registry.places import (
    ALL_TAGS,
    CHOICE,
    COLUMNS,
    FILES,
    HELP,
    HOME,
    IMPORT,
    LINE,
    LINES,
    NOTE,
    PAPER,
    READER,
    REVIEW,
    SORT,
    STATISTICS,
    TAGS,
    TRIAGE,
    TYPING,
    WINDOWS,
    ZOTERO,
)  # fmt: skip

__all__ = [
    "ACTIONS", "ALL_TAGS", "BY_NAME", "CHARACTERS", "CHOICE", "COLUMNS", "EMPTY", "FILES", "GROUPS", "HELP", "HOME",
    "IMPORT", "LINE", "LINES", "MARKED", "NOTE", "OVER", "PAPER", "PLACES", "PLAIN", "READER", "REVIEW", "SEARCHED",
    "SHOWN", "SORT", "STATISTICS", "TAGS", "TRASH", "TRIAGE", "TYPED", "TYPING", "WINDOWS", "ZOTERO", "Action",
    "Keys", "Situation", "actions", "bind", "bindings", "character_key", "group_of", "grouped", "hints", "key_name",
    "types",
]  # fmt: skip

#: The groups, in the order in which help shows them.
_GROUPS = {
    "Decide": screens.DECIDE,
    "In this window": windows.CHOOSE,
    "Move": screens.MOVE,
    "Find and mark": screens.FIND,
    "Import, export, sync": screens.DO,
    "Go to": screens.GO,
}
GROUPS = tuple(_GROUPS)
ACTIONS = tuple(action for group in _GROUPS.values() for action in group)
BY_NAME = {action.name: action for action in ACTIONS}
#: Every screen and every window that has actions.
PLACES = tuple(sorted({place for action in ACTIONS for place in action.places}))

#: Keys by the name of an action, where they are not the ones of the registry.
Keys = Mapping[str, tuple[str, ...]]
_DEFAULT: Keys = {}


def actions(place: str, keys: Keys = _DEFAULT) -> list[Action]:
    """The actions of one place, in the order of the registry, with the keys that a person chose."""
    return [_here(action, place, keys) for action in ACTIONS if place in action.places]


def _here(action: Action, place: str, keys: Keys) -> Action:
    """An action as it is in a place: no key that is typed there, and no counts in windows."""
    if action.name in keys:
        action = action._replace(keys=keys[action.name])
    if place in TYPING:
        action = _untyped(action)
    return action._replace(counted=False) if place in WINDOWS else action


def _untyped(action: Action) -> Action:
    return action._replace(keys=tuple(key for key in action.keys if not types(key)))


def bindings(place: str, keys: Keys = _DEFAULT) -> list[Binding]:
    """The key bindings of one place."""
    return [
        Binding(
            key,
            action.handler.format(number),
            action.description,
            show=False,
            # The box in which a note is written has keys of its own.
            priority=place == NOTE,
            id=f"{place}.{action.name}",
        )
        for action in actions(place, keys)
        for number, key in enumerate(action.keys, 1)
    ]


def bind(bound: BindingsMap, place: str, keys: Keys) -> None:
    """Give a screen or a widget the keys of a place, instead of those that it may have of it."""
    found = bound.key_to_bindings
    for key, own in list(found.items()):
        found[key] = [one for one in own if not (one.id or "").startswith(f"{place}.")]
    for binding in bindings(place, keys):
        found.setdefault(binding.key, []).insert(0, binding)


def hints(place: str, keys: Keys = _DEFAULT, situation: Situation = PLAIN) -> list[Action]:
    """What the footer of a place shows, the most important first and the way out last; what has no key is not there."""
    here = {action.name: action for action in actions(place, keys)}
    if TYPED in situation:
        here = {name: _untyped(action) for name, action in here.items()}
    shown = footer(place, situation)
    out, label = way_out(place, situation)
    ranked = sorted((action for action in here.values() if action.hint), key=lambda action: action.hint)
    names = [name for name in shown.names or [action.name for action in ranked] if name != out]
    labels = {**shown.labels, **({out: label} if label else {})}
    found = [here[name] for name in [*names, out] if name in here and here[name].keys]
    return [action._replace(label=labels.get(action.name, action.label)) for action in found]


def group_of(action: Action) -> str:
    """The group that an action stands under in help."""
    return next(group for group, members in _GROUPS.items() if action.name in {member.name for member in members})


def grouped(place: str, text: str = "", keys: Keys = _DEFAULT) -> Iterable[tuple[str, list[Action]]]:
    """The actions of a place by group, those that hold every word of ``text``."""
    words = text.casefold().split()
    for group, members in _GROUPS.items():
        here = [_here(action, place, keys) for action in members if place in action.places]
        found = [action for action in here if _holds(action, words)]
        if found:
            yield group, found


def _holds(action: Action, words: list[str]) -> bool:
    shown = " ".join([action.label, action.description, *map(key_name, action.keys)]).casefold()
    return all(word in shown for word in words)
