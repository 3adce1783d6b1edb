"""A .bib file that others edit too: our entries brought up to date in it, everything else left as it stands.

A three-way merge, field by field: what the file says now, what we wrote there last (the base), what we would write. A
field that only we changed is updated, one that only they changed or added stays, and where both did theirs stays and
is named. Nothing is re-formatted, so that a diff shows what changed and no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from readlist.text import collapse

# As BibTeX reads: between entries anything may stand, and an @ starts one.
_START = re.compile(r"@[ \t]*(?P<kind>\w+)\s*(?P<open>[{(])")
_KEY = re.compile(r"\s*([^\s,{}()\"#%=]+)\s*,")
_NAME = re.compile(r"[\s,]*([A-Za-z][^\s=,{}()\"#%]*)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}()\"]+")
_JOINT = re.compile(r"\s*#\s*")
_NO_ENTRY = frozenset({"comment", "preamble", "string"})


#: A stretch of an entry, from and to, and what takes its place.
_Edit: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Written:
    """An entry: its key and its whole text, which ends with a newline."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What was left as others made it. ``fields``: where we would say another thing; none: the whole entry."""

    paper: int
    key: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """The file's new text, and what could not be brought up to date in it."""

    text: str
    conflicts: tuple[Conflict, ...]


@dataclass(slots=True)
class _Piece:
    """A stretch of a file: an entry with its key, or what stands around entries (no key)."""

    text: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of an entry: where it stands (comma included), where its value stands, and what that says."""

    name: str
    start: int
    end: int
    value_start: int
    value_end: int
    value: str


@dataclass(frozen=True, slots=True)
class _Parsed:
    kind: str
    fields: dict[str, _Field]
    close: int


def merge(current: str, base: Mapping[int, Written], ours: Sequence[tuple[int, Written]]) -> Merged:
    """Bring our entries in a file up to date.

    ``base``: what we wrote there last, by paper; ``ours``: what we would write, in order. An entry of ours that is no
    longer wanted goes, unless somebody changed it; one that somebody deleted comes back.
    """
    pieces = _split(current, {written.key.lower(): written.text for written in base.values()})
    places: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        if piece.key is not None:
            places.setdefault(piece.key.lower(), number)
    conflicts = _without(pieces, places, base, ours)
    new: dict[int | None, list[str]] = {}
    first: int | None = None
    last: int | None = None
    for paper, written in ours:
        before = base.get(paper)
        place = places.get(written.key.lower())
        if place is None and before is not None:  # under the key that the paper had
            place = places.get(before.key.lower())
        if place is None:
            new.setdefault(last, []).append(written.text.rstrip("\n"))
            continue
        last = place
        first = place if first is None else min(first, place)
        pieces[place].text, fields = _merged(pieces[place].text, before, written)
        if fields is not None:
            conflicts.append(Conflict(paper, written.key, fields))
    text = _joined(pieces, new, first)
    if not current.endswith("\n\n"):
        text = text.rstrip("\n") + "\n" if text.strip() else ""
    return Merged(text, tuple(conflicts))


def _without(
    pieces: list[_Piece], places: Mapping[str, int], base: Mapping[int, Written], ours: Sequence[tuple[int, Written]]
) -> list[Conflict]:
    """Take out the entries that are no longer wanted; returns those that somebody changed, which stay."""
    conflicts: list[Conflict] = []
    wanted = {paper for paper, _ in ours}
    held = {written.key.lower() for _, written in ours}
    for paper, written in base.items():
        place = places.get(written.key.lower())
        if paper in wanted or place is None or written.key.lower() in held:
            continue
        if pieces[place].text == written.text.rstrip("\n"):
            _take_out(pieces, place)
        else:
            conflicts.append(Conflict(paper, written.key))
    return conflicts


def _split(text: str, known: Mapping[str, str]) -> list[_Piece]:
    """The file in pieces that together are the file. ``known``: entries by key, recognised without reading them."""
    pieces: list[_Piece] = []
    done = 0
    while (start := _START.search(text, done)) is not None:
        key = _KEY.match(text, start.end())
        entry = key is not None and start["kind"].lower() not in _NO_ENTRY
        end = None
        if key is not None and entry:
            written = known.get(key[1].lower(), "").rstrip("\n")
            if written and text.startswith(written, start.start()):
                end = start.start() + len(written)
        end = end or _closed(text, start)
        if end is None:  # never closed: nothing in it can be told apart; go on with what follows
            following = re.compile(r"^[ \t]*@", re.MULTILINE).search(text, start.end())
            entry, end = False, following.start() if following else len(text)
        if start.start() > done:
            pieces.append(_Piece(text[done : start.start()]))
        pieces.append(_Piece(text[start.start() : end], key[1] if key is not None and entry else None))
        done = end
    if done < len(text):
        pieces.append(_Piece(text[done:]))
    return pieces


_BRACE = re.compile(r"[{}]")
_BRACE_OR_PARENTHESIS = re.compile(r"[{})]")


def _closed(text: str, start: re.Match[str]) -> int | None:
    """Where an entry ends. BibTeX counts every brace, even one behind a backslash."""
    depth = 1 if start["open"] == "{" else 0
    for found in (_BRACE if depth else _BRACE_OR_PARENTHESIS).finditer(text, start.end()):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if depth == 0 and start["open"] == "{":
                return found.end()
        elif depth == 0:
            return found.end()
    return None


def _take_out(pieces: list[_Piece], place: int) -> None:
    pieces[place].text = ""
    if place + 1 < len(pieces) and pieces[place + 1].key is None:
        pieces[place + 1].text = re.sub(r"\A[ \t]*\n\n?", "", pieces[place + 1].text)


def _joined(pieces: list[_Piece], new: Mapping[int | None, list[str]], first: int | None) -> str:
    """The pieces, each new entry behind the one of ours that comes before it.

    Those before all of ours stand before ``first``, or at the end where none of ours was there yet.
    """
    out: list[str] = []
    for number, piece in enumerate(pieces):
        if number == first:
            out += [f"{text}\n\n" for text in new.get(None, ())]
        out.append(piece.text)
        out += [f"\n\n{text}" for text in new.get(number, ())]
    text = "".join(out)
    if first is None:
        for entry in new.get(None, ()):
            text = text.rstrip("\n") + ("\n\n" if text.strip() else "") + entry + "\n"
    return text


def _merged(theirs: str, base: Written | None, ours: Written) -> tuple[str, tuple[str, ...] | None]:
    """An entry brought up to date, and the fields left as they stand because both sides changed them (None: none)."""
    wanted = ours.text.rstrip("\n")
    if theirs == wanted or (base is not None and theirs == base.text.rstrip("\n")):
        return wanted, None
    there, here = _parse(theirs), _parse(wanted)
    if there is None or here is None:
        return theirs, ()
    before = _parse(base.text) if base is not None else None
    changes, conflicts = _head_changes(theirs, there, here, before)
    if base is not None and base.key != ours.key and (key := _KEY.search(theirs)) is not None and key[1] == base.key:
        changes.append((key.start(1), key.end(1), ours.key))
    more, unsettled = _field_changes(theirs, there, here.fields, before.fields if before else {})
    for start, end, text in sorted([*changes, *more], reverse=True):
        theirs = theirs[:start] + text + theirs[end:]
    return theirs, (*conflicts, *unsettled) or None


def _field_changes(
    text: str, there: _Parsed, here: Mapping[str, _Field], before: Mapping[str, _Field]
) -> tuple[list[_Edit], list[str]]:
    """The fields of an entry as changes to make, and the names of those in conflict."""
    edits: list[_Edit] = []
    conflicts: list[str] = []
    added: list[str] = []
    for name in dict.fromkeys([*here, *there.fields]):
        field = there.fields.get(name)
        mine, old, other = (_says(fields.get(name)) for fields in (here, before, there.fields))
        if mine in (other, old):
            continue  # in step, or only they changed it
        if other != old:
            conflicts.append(name)
        elif field is None:
            added.append(f"{here[name].name} = {here[name].value},")
        elif mine is None:
            edits.append((field.start, field.end, ""))
        else:
            edits.append((field.value_start, field.value_end, here[name].value))
    if added:
        edits.append(_addition(text, there, added))
    return edits, conflicts


def _head_changes(text: str, there: _Parsed, here: _Parsed, before: _Parsed | None) -> tuple[list[_Edit], list[str]]:
    """The entry's type as a change to make, or as a conflict."""
    kinds = [parsed.kind.lower() if parsed else None for parsed in (there, here, before)]
    if kinds[1] in (kinds[0], kinds[2]):
        return [], []
    if kinds[0] != kinds[2]:
        return [], ["the entry's type"]
    at = text.index(there.kind)
    return [(at, at + len(there.kind), here.kind)], []


def _addition(text: str, there: _Parsed, added: Sequence[str]) -> _Edit:
    """Fields put behind the last one, laid out as the entry is."""
    before = text[: there.close].rstrip()
    comma = "" if before.endswith(",") else ","
    between = "\n  " if "\n" in text.strip() else " "
    return len(before), len(before), comma + "".join(between + field for field in added)


def _says(field: _Field | None) -> str | None:
    """What a field says, however it is written: ``{2024}``, ``"2024"`` and ``2024`` are one."""
    if field is None:
        return None
    value = collapse(field.value)
    braced = value.startswith("{") and _part_end(value, 0) == len(value)
    quoted = len(value) > 1 and value[0] == value[-1] == '"' and '"' not in value[1:-1]
    return value[1:-1].strip() if braced or quoted else value


def _parse(text: str) -> _Parsed | None:
    """The fields of an entry, or None where they cannot be told apart."""
    start = _START.match(text)
    key = _KEY.match(text, start.end()) if start else None
    if start is None or key is None:
        return None
    fields: dict[str, _Field] = {}
    close = len(text.rstrip()) - 1
    done = key.end()
    while (name := _NAME.match(text, done)) is not None:
        end = _value_end(text, name.end())
        if end is None:
            return None
        comma = re.compile(r"\s*,").match(text, end)
        whole = comma.end() if comma else end
        fields.setdefault(name[1].lower(), _Field(name[1], done, whole, name.end(), end, text[name.end() : end]))
        done = whole
    if text[done:close].strip(" \t\r\n,"):
        return None
    return _Parsed(start["kind"], fields, close)


def _value_end(text: str, at: int) -> int | None:
    """Where a value ends: a braced or quoted text, a number, the name of a string, or several joined by ``#``."""
    while True:
        end = _part_end(text, at)
        if end is None:
            return None
        joint = _JOINT.match(text, end)
        if joint is None:
            return end
        at = joint.end()


def _part_end(text: str, at: int) -> int | None:
    if text.startswith("{", at):
        depth = 0
        for found in _BRACE.finditer(text, at):
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                return found.end()
        return None
    if text.startswith('"', at):
        depth = 0
        for found in re.compile(r'[{}"]').finditer(text, at + 1):
            if found[0] == '"' and depth == 0:
                return found.end()
            depth += {"{": 1, "}": -1}.get(found[0], 0)
        return None
    bare = _BARE.match(text, at)
    return bare.end() if bare else None
