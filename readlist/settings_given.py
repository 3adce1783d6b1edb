"""What a person has set: in the environment, which goes first, or in the settings file; and what is wrong with it.

A setting that cannot be used stops those commands alone that need it, so problems are kept here and not raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeAlias, TypeVar

from readlist.errors import SettingsError

#: What TOML can say (https://toml.io/en/v1.0.0); an environment variable says text.
Value: TypeAlias = "str | int | float | bool | datetime | date | time | Sequence[Value] | Mapping[str, Value]"
T = TypeVar("T")


def variable_of(section: str, name: str) -> str:
    """The environment variable of a setting: ``READLIST_ARXIV_DELAY`` for ``arxiv.delay``."""
    return "_".join(part for part in ("READLIST", section, name) if part).upper()


def near(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that was meant; empty where there is none."""
    from difflib import get_close_matches

    close = get_close_matches(name, [text for text in known if text], 1)
    return f"; did you mean {close[0]}?" if close else ""


class Given:
    """The settings as they are given. ``problems``: sentences with the place, by section and name.

    A problem whose name has no dot is about the file itself, or about the library that it names.
    """

    def __init__(self, environment: Mapping[str, str], file: Path, known: Mapping[str, Mapping[str, object]]) -> None:
        self._environment, self._file, self._known = environment, file, known
        self.problems: dict[str, str] = {}
        self._text = ""
        self._values: dict[str, dict[str, Value]] = {}
        self._read()

    def raw(self, section: str, name: str) -> Value | None:
        """A setting as it is given; None where it is not."""
        return self._environment.get(variable_of(section, name)) or self._values.get(section, {}).get(name)

    def take(self, section: str, name: str, read: Callable[[Value], T], default: T) -> T:
        """A setting read by a function that raises `SettingsError`; what cannot be read becomes a problem."""
        value = self.raw(section, name)
        if value is None:
            return default
        try:
            return read(value)
        except SettingsError as error:
            self.fault(section, name, str(error))
            return default

    def text(self, section: str, name: str, read: Callable[[str], T], default: T) -> T:
        """The same for a setting that is a text."""

        def read_text(value: Value) -> T:
            if not isinstance(value, str):
                raise SettingsError(f"{_full(section, name)}: {value!r} is no text; put it in quotes")
            return read(value)

        return self.take(section, name, read_text, default)

    def fault(self, section: str, name: str, said: str) -> None:
        """Keep what is wrong with a setting, with the place it is given at."""
        self.problems[_full(section, name)] = f"{self.place(section, name)}: {said}"

    def place(self, section: str, name: str) -> str:
        """Where a setting is given: the variable, or the file and its line as far as that is known."""
        variable = variable_of(section, name)
        if self._environment.get(variable):
            return variable
        line = _line_of(self._text, section, name)
        return f"{self._file}: line {line}" if line else str(self._file)

    def places(self) -> dict[str, str]:
        """Where each setting is given that is, by section and name."""
        names = ((section, name) for section, known in self._known.items() for name in known)
        return {_full(*each): self.place(*each) for each in names if self.raw(*each) is not None}

    def _read(self) -> None:
        if not self._file.exists():
            if self._environment.get("READLIST_CONFIG"):
                self.problems["READLIST_CONFIG"] = f"READLIST_CONFIG: there is no file {self._file}"
            return
        import tomllib

        try:
            self._text = self._file.read_text(encoding="utf-8")
            data = tomllib.loads(self._text)
        except (OSError, UnicodeDecodeError) as error:
            self.problems["file"] = f"{self._file}: cannot read the settings: {error}"
            return
        except tomllib.TOMLDecodeError as error:
            self.problems["file"] = f"{self._file}: {error}"
            return
        for name, value in data.items():
            if isinstance(value, dict):
                self._take_section(name, value)
            elif self._is_known("", name):
                self._values.setdefault("", {})[name] = value

    def _take_section(self, name: str, table: Mapping[str, Value]) -> None:
        if name not in self._known or not name:
            said = f"unknown section [{name}]{near(name, self._known)}"
            # Who knows what it was to set: the library, it may be.
            self.problems[name] = f"{self.place(name, '')}: {said}"
            return
        self._values[name] = {inner: value for inner, value in table.items() if self._is_known(name, inner)}

    def _is_known(self, section: str, name: str) -> bool:
        if not section and name in self._known:
            said = f"{name} is a section: [{name}] on a line, below it lines such as name = value"
            self.problems[f"{name}."] = f"{self.place(section, name)}: {said}"
            return False
        if name in self._known[section]:
            return True
        self.fault(section, name, f"unknown setting {_full(section, name)}{near(name, self._known[section])}")
        return False


def _full(section: str, name: str) -> str:
    return f"{section}.{name}" if section else name


def _line_of(text: str, section: str, name: str) -> int | None:
    """The line that a setting, or without a name a section, stands on; None where it is not plain."""
    at = ""
    wanted = _full(section, name) if name else section
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            at = header[1].strip()
            if at == wanted:
                return number
        elif (key := re.match(r"\s*([\w.-]+)\s*=", line)) and name and _full(at, key[1]) == wanted:
            return number
    return None
