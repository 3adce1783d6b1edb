"""Keys, as Textual names them and as people write them."""

from __future__ import annotations

import re
import string
import unicodedata

from textual.keys import KEY_NAME_REPLACEMENTS

#: Keys as people write them.
SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "asterisk": "*",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "shift+up": "Shift+Up",
    "shift+down": "Shift+Down",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "delete": "Del",
    "backspace": "Backspace",
    "f1": "F1",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def character_key(character: str) -> str:
    """The name under which Textual sends the key of a character: ``slash`` for ``/``."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


#: Characters that are no letters, by the name of their key.
CHARACTERS = {character_key(character): character for character in string.punctuation}
_FUNCTION = re.compile(r"f\d+")


def key_name(key: str) -> str:
    """A key as people write it: ``/``, ``Ctrl+R``."""
    if key in SHOWN:
        return SHOWN[key]
    *held, base = key.split("+")
    if not held:
        return CHARACTERS.get(key) or (key.upper() if _FUNCTION.fullmatch(key) else key)
    shown = SHOWN.get(base) or CHARACTERS.get(base) or base
    return "+".join([*map(str.capitalize, held), shown.upper() if len(shown) == 1 else shown])


def types(key: str) -> bool:
    """Whether a key writes a character where text is typed."""
    return len(key) == 1 or key == "space" or key in CHARACTERS
