"""What the face that starts the TUI lets it do: the long jobs, as plain callables.

The TUI imports no resolver, exporter or Zotero code. Each job runs in a worker thread with a `Library` of its own;
it tells how far it is through ``report``, which raises `Cancelled` when the person has asked to stop, and returns
one sentence for people, or an `Outcome`. A job that is None is not offered, and its key says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from readlist.actions.browsing import Library
from readlist.actions.progress import Report
from readlist.paper import Record


class Section(NamedTuple):
    """A part of what a job has to say: a heading, and below it lines with what they are about (a line's number)."""

    heading: str
    lines: tuple[tuple[str, str], ...] = ()


class Outcome(NamedTuple):
    """What a job ended with: one sentence, and where that is not all, the rest of it to read."""

    sentence: str
    report: tuple[Section, ...] = ()
    #: It is not all done; the sentence says why.
    bad: bool = False
    #: What a screen that waits for it shows.
    value: object = None


class Cancelled(Exception):
    """Raised from ``report`` in the thread of a job that is to stop; what was stored stays."""


class Jobs(NamedTuple):
    """The callables. Those of the second group are quick: one transaction each, no network."""

    #: All that `readlist import` takes: files, folders, arXiv ids and addresses.
    import_files: Callable[[Library, Sequence[str], Report], str | Outcome] | None = None
    #: A dump pasted as text.
    import_text: Callable[[Library, str, Report], str | Outcome] | None = None
    resolve: Callable[[Library, Report], str | Outcome] | None = None
    #: Format, ids in the order of the list, and the file.
    export: Callable[[Library, str, Sequence[int], Path, Report], Outcome] | None = None
    #: Where an export in a format goes unless the person says so; the second argument: whether it is of all papers.
    export_target: Callable[[str, bool], Path] = lambda name, _everything: Path(name)
    #: What a sync would change; the outcome's value is a `SyncResult`.
    zotero_plan: Callable[[Library, Report], Outcome] | None = None
    #: Does it, but for the papers (and the items that are no paper's yet, by key) that are left out this time; the
    #: mapping says whose side, ``local`` or ``remote``, was taken in the conflicts of a paper.
    zotero_apply: Callable[[Library, Collection[int | str], Mapping[int, str], Report], Outcome] | None = None
    #: Opens an address in the browser.
    open_address: Callable[[str], str] | None = None
    #: Fetches the PDF where it is not there yet, and opens it.
    open_pdf: Callable[[Library, int, Report], str] | None = None

    #: Lets the person edit a text in an editor, while the screen is theirs; None where it stayed as it was. Raises
    #: `ReadlistError`.
    edit_text: Callable[[str], str | None] | None = None

    #: The record that an id or address names, fetched where the library does not keep it yet, and kept. Raises
    #: `ReadlistError` where there is none, or nobody can be asked.
    fetch_record: Callable[[Library, str, Report], Record] | None = None

    accept_match: Callable[[Library, int, str, datetime], str] | None = None
    #: As `accept_match`, for a record that is no candidate.
    set_match: Callable[[Library, int, str, datetime], str] | None = None
    reject_match: Callable[[Library, int, datetime], str] | None = None
    not_on_arxiv: Callable[[Library, int, datetime], str] | None = None

    #: Brings the living files of the settings up to date; returns what went wrong, in sentences. None: there are none.
    keep_living: Callable[[Library], list[str]] | None = None
    #: Keeps the details of what went wrong and was not foreseen, for a report.
    keep_fault: Callable[[Exception], object] | None = None
    #: What citation keys are made by; None: the default.
    key_template: str | None = None
    export_formats: tuple[str, ...] = ("bibtex", "biblatex", "csl-json", "ris", "markdown", "csv", "json")
