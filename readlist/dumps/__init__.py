"""Dumps: a source's bytes to entries, with file, line and what could not be read."""

from __future__ import annotations

from datetime import date

from readlist.dumps import hf_text, ids
from readlist.dumps.source import Dump, Problem, decode
from readlist.errors import WrongUsage

__all__ = ["FORMATS", "Dump", "Problem", "read"]

#: Formats that can be asked for by name.
FORMATS = ("auto", hf_text.FORMAT, ids.FORMAT)


def read(data: bytes, source: str, *, today: date, format_name: str = "auto", listed: date | None = None) -> Dump:
    """Read one source.

    ``source`` is its name for messages and sightings, ``today`` the day of the import, ``listed`` the day of the
    listing where the user gave it. Raises `UnreadableSource` when nothing can be read, `WrongUsage` for an unknown
    format.
    """
    if format_name not in FORMATS:
        raise WrongUsage(f"no format {format_name!r}; there are {', '.join(FORMATS)}")
    text = decode(data, source)
    if format_name == ids.FORMAT or (format_name == "auto" and ids.looks_like(text)):
        return ids.parse(text, source)
    return hf_text.parse(text, source, today=today, listed=listed)
