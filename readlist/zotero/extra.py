"""The Extra field: `Name: value` lines of several programs in one text. Only our own lines are ever touched.

The read status is kept as the Zotero Reading List plugin keeps it: exactly one line ``Read_Status: <name>`` (the
plugin shows nothing where there are several), and ``Read_Status_Date:`` with JavaScript's ``Date.toISOString()``.
https://github.com/Dominic-DallOsto/zotero-reading-list
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from readlist.identifiers import parse_arxiv_id
from readlist.paper import Status

#: The five default names of the plugin.
STATUS_NAMES = {
    Status.NEW: "New",
    Status.TO_READ: "To Read",
    Status.READING: "In Progress",
    Status.READ: "Read",
    Status.SKIPPED: "Not Reading",
}
_STATUS = re.compile(r"Read_Status:(.+)", re.IGNORECASE)
_STATUS_DATE = re.compile(r"Read_Status_Date:(.+)", re.IGNORECASE)
_CITATION_KEY = re.compile(r"Citation Key:\s*(\S.*)", re.IGNORECASE)
# "arXiv:2301.00001 [cs.CV]", the category being optional; nothing else may stand on the line.
_ARXIV = re.compile(r"arXiv:\s*(\S+)(?:\s+\[[\w.-]*\])?\s*", re.IGNORECASE)


def _values(extra: str, pattern: re.Pattern[str]) -> list[str]:
    found = (pattern.fullmatch(line.rstrip("\r")) for line in extra.split("\n"))
    return [match[1].strip() for match in found if match]


def read_status(extra: str, names: Mapping[Status, str] = STATUS_NAMES) -> str | None:
    """The read status in our words, in the item's own where they are none of the five, None where there is none.

    ``names`` are those that the person set in the plugin; the plugin's own are understood beside them.

    Several lines that disagree say nothing, as in the plugin.
    """
    values = {value for value in _values(extra, _STATUS) if value}
    if len(values) != 1:
        return None
    name = values.pop()
    for spelled in (names, STATUS_NAMES):
        for status, known in spelled.items():
            if known.casefold() == name.casefold():
                return str(status)
    return name


def read_status_date(extra: str) -> datetime | None:
    """When the status was set, as the first readable ``Read_Status_Date:`` line says; UTC where it names no zone."""
    for value in _values(extra, _STATUS_DATE):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value)
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            if moment.year >= 1970:
                return moment
    return None


def read_citation_key(extra: str) -> str | None:
    """The value of the first ``Citation Key:`` line."""
    return next(iter(_values(extra, _CITATION_KEY)), None)


def read_arxiv_ids(extra: str) -> list[str]:
    """The arXiv ids of all ``arXiv:`` lines, without versions."""
    ids = (parse_arxiv_id(value) for value in _values(extra, _ARXIV))
    return [found.id for found in ids if found is not None]


def arxiv_line(arxiv_id: str, category: str | None) -> str:
    """The line as Zotero's arXiv translator writes it: old ids, which name their archive, have no category."""
    return f"arXiv:{arxiv_id} [{category}]" if category and "/" not in arxiv_id else f"arXiv:{arxiv_id}"


def iso_time(moment: datetime) -> str:
    """A time as JavaScript's ``Date.toISOString()`` writes it: UTC, milliseconds, ``Z``."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _set(extra: str, ours: Callable[[str], bool], line: str | None) -> str:
    """Put ``line`` where the first of our lines stands, or at the end; drop the others of ours."""
    kept: list[str] = []
    placed = line is None
    for old in extra.split("\n") if extra else []:
        if not ours(old.rstrip("\r")):
            kept.append(old)
        elif not placed and line is not None:
            kept.append(line)
            placed = True
    if not placed and line is not None:
        if kept and kept[-1] == "":
            kept[-1] = line
        else:
            kept.append(line)
    return "\n".join(kept)


def set_status(extra: str, status: Status, changed: datetime, names: Mapping[Status, str] = STATUS_NAMES) -> str:
    """Extra with this read status, and nothing else different."""
    extra = _set(extra, lambda line: bool(_STATUS.fullmatch(line)), f"Read_Status: {names[status]}")
    date = f"Read_Status_Date: {iso_time(changed)}"
    return _set(extra, lambda line: bool(_STATUS_DATE.fullmatch(line)), date)


def set_arxiv(extra: str, line: str | None, replaces: Collection[str] = ()) -> str:
    """Extra with this ``arXiv:`` line in place of the lines naming the ids in ``replaces``, and nothing else
    different."""

    def ours(old: str) -> bool:
        return any(arxiv_id in replaces for arxiv_id in read_arxiv_ids(old))

    return _set(extra, ours, line)
