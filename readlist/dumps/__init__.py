"""Dumps: a source's bytes to entries, with file, line and what could not be read."""

from __future__ import annotations

from datetime import date

from readlist.dumps import bibtex, csl_json, hf_html, hf_json, hf_text, ids, json_text, ris
from readlist.dumps.source import Dump, Problem, Tell, decode, untold
from readlist.errors import UnreadableSource, WrongUsage

__all__ = ["FORMATS", "SUFFIXES", "Dump", "Problem", "Tell", "read"]

#: Formats that can be asked for by name.
FORMATS = (
    "auto",
    hf_text.FORMAT,
    hf_json.FORMAT,
    hf_html.FORMAT,
    bibtex.FORMAT,
    ris.FORMAT,
    csl_json.FORMAT,
    ids.FORMAT,
)
#: How the files are called that may hold one of them.
SUFFIXES = frozenset({"", ".txt", ".text", ".bib", ".bibtex", ".ris", ".json", ".html", ".htm"})


def read(
    data: bytes,
    source: str,
    *,
    today: date,
    format_name: str = "auto",
    listed: date | None = None,
    address: str = "",
    tell: Tell = untold,
) -> Dump:
    """Read one source.

    ``source`` is its name for messages and sightings, ``today`` the day of the import, ``listed`` the day of the
    listing where the user gave it, ``address`` where a page was fetched from; ``tell`` hears how far a long file is.
    Raises `UnreadableSource` when nothing can be read, `WrongUsage` for an unknown format.
    """
    if format_name not in FORMATS:
        raise WrongUsage(f"no format {format_name!r}; there are {', '.join(FORMATS)}")
    text = decode(data, source)
    kind = _kind(text) if format_name == "auto" else format_name
    if kind in {hf_json.FORMAT, csl_json.FORMAT, "json"}:
        return _read_json(text, source, kind, listed)
    if kind == hf_html.FORMAT:
        return hf_html.parse(text, source, listed=listed, address=address)
    if kind == bibtex.FORMAT:
        return bibtex.parse(text, source, tell)
    if kind == ris.FORMAT:
        return ris.parse(text, source)
    if kind == ids.FORMAT:
        return ids.parse(text, source)
    return hf_text.parse(text, source, today=today, listed=listed, tell=tell)


def _kind(text: str) -> str:
    """What a text is, by what only one of the formats begins with; copied pages are what is left."""
    if hf_html.looks_like(text):
        return hf_html.FORMAT
    if json_text.looks_like(text):
        return "json"
    if ris.looks_like(text):
        return ris.FORMAT
    if bibtex.looks_like(text):
        return bibtex.FORMAT
    return ids.FORMAT if ids.looks_like(text) else hf_text.FORMAT


def _read_json(text: str, source: str, kind: str, listed: date | None) -> Dump:
    data = json_text.load(text, source)
    if kind == hf_json.FORMAT or (kind == "json" and hf_json.looks_like(data)):
        return hf_json.parse(data, text, source, listed)
    if kind == csl_json.FORMAT or csl_json.looks_like(data):
        return csl_json.parse(data, text, source)
    raise UnreadableSource(f"{source}: JSON, but neither Hugging Face's daily papers nor CSL-JSON")
