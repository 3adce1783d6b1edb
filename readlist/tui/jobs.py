"""What the face that starts the TUI lets it do: the long jobs, as plain callables.

The TUI imports no resolver, exporter or Zotero code. Each job runs in a worker thread with a `Library` of its own;
it tells how far it is through ``report``, which raises `Cancelled` when the person has asked to stop, and returns
one sentence for people. A job that is None is not offered, and its key says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from readlist.actions.browsing import Library
from readlist.actions.progress import Report
from readlist.paper import Record


class Cancelled(Exception):
    """Raised from ``report`` in the thread of a job that is to stop; what was stored stays."""


@dataclass(frozen=True)
class Jobs:
    """The callables. Those of the second group are quick: one transaction each, no network."""

    import_files: Callable[[Library, Sequence[Path], Report], str] | None = None
    #: A dump pasted as text.
    import_text: Callable[[Library, str, Report], str] | None = None
    resolve: Callable[[Library, Report], str] | None = None
    #: Format and ids; the ids are in the order of the list.
    export: Callable[[Library, str, Sequence[int], Report], str] | None = None
    zotero_push: Callable[[Library, Report], str] | None = None
    #: Opens the page of a paper in the browser.
    open_page: Callable[[Library, int, Report], str] | None = None
    #: Fetches the PDF where it is not there yet, and opens it.
    open_pdf: Callable[[Library, int, Report], str] | None = None

    #: Opens the page of an arXiv id in the browser.
    open_record: Callable[[Library, str, Report], str] | None = None
    #: The record that an id or address names, fetched where the library does not keep it yet, and kept. Raises
    #: `ReadlistError` where there is none, or nobody can be asked.
    fetch_record: Callable[[Library, str, Report], Record] | None = None

    accept_match: Callable[[Library, int, str, datetime], str] | None = None
    #: As `accept_match`, for a record that is no candidate.
    set_match: Callable[[Library, int, str, datetime], str] | None = None
    reject_match: Callable[[Library, int, datetime], str] | None = None
    not_on_arxiv: Callable[[Library, int, datetime], str] | None = None

    export_formats: tuple[str, ...] = ("bibtex", "biblatex", "csl-json", "ris", "markdown", "csv", "json")
