"""JSON documents: parsed, or refused with the line; and on which line a value stands."""

from __future__ import annotations

import json
import re

from readlist.errors import UnreadableSource

_LOOKS = re.compile(r"\s*[\[{]\s*[\[{\"\]}]")


def looks_like(text: str) -> bool:
    """Whether a text begins as JSON lists and objects do."""
    return _LOOKS.match(text) is not None


def load(text: str, source: str) -> object:
    """The document. Raises `UnreadableSource` naming the line where it is broken."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableSource(f"{source}: line {error.lineno}: broken JSON: {error.msg}") from None
    except RecursionError:
        raise UnreadableSource(f"{source}: JSON that is nested too deeply") from None


class Lines:
    """Finds the lines of values that are asked for in the order in which they stand in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position, self._line = 0, 1

    def of(self, value: str) -> int:
        """The line on which a string stands next; that of the last one where it is not found."""
        for written in (json.dumps(value, ensure_ascii=False), json.dumps(value)):
            found = self._text.find(written, self._position)
            if found >= 0:
                self._line += self._text.count("\n", self._position, found)
                self._position = found
                break
        return self._line
