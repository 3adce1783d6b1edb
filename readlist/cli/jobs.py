"""The long jobs that the TUI may start, made from the settings: each returns a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.actions.progress import Report
from readlist.cli.output import count
from readlist.cli.session import Session
from readlist.errors import ReadlistError
from readlist.identifiers import abs_url
from readlist.paper import Record
from readlist.tui.jobs import Jobs

if TYPE_CHECKING:
    from readlist.actions.importing import ImportResult
    from readlist.actions.reviewing import Decision


def jobs(session: Session, *, export_folder: Path | None = None, snapshot: Path | None = None) -> Jobs:
    """The jobs of a session. A demo has an export folder and a snapshot of its own, and asks no service."""
    made = _SessionJobs(session, export_folder or session.settings.export_folder, snapshot)
    return Jobs(
        import_files=made.import_files,
        import_text=made.import_text,
        resolve=made.resolve,
        export=made.export,
        # A demo that wrote into somebody's real Zotero library would be no demo.
        zotero_push=None if snapshot else made.zotero_push,
        open_page=lambda library, number, _report: _open(library, number, "abs"),
        open_pdf=lambda library, number, _report: _open(library, number, "pdf"),
        open_record=lambda _library, arxiv_id, _report: _browse(abs_url(arxiv_id)),
        fetch_record=made.fetch_record,
        accept_match=made.accept_match,
        set_match=made.set_match,
        reject_match=made.reject_match,
        not_on_arxiv=made.not_on_arxiv,
    )


class _SessionJobs:
    def __init__(self, session: Session, export_folder: Path, snapshot: Path | None) -> None:
        self._session, self._settings = session, session.settings
        self._export_folder, self._demo_snapshot = export_folder, snapshot

    def import_files(self, library: Library, paths: Sequence[Path], report: Report) -> str:
        from readlist.actions.importing import exit_error, import_sources

        result = import_sources(library, [str(path) for path in paths], self._settings.now(), report=report)
        error = exit_error(result)
        if error is not None and not result.sources:
            raise error
        return _imported(result)

    def import_text(self, library: Library, text: str, report: Report) -> str:
        from readlist.actions.importing import import_text

        return _imported(import_text(library, text, "pasted", self._settings.now(), report=report))

    def resolve(self, library: Library, report: Report) -> str:
        from readlist.actions.resolving import resolve
        from readlist.cli.commands.resolving import arxiv_service, sentence, what_is_left

        result = resolve(
            library,
            self._settings.now(),
            source="snapshot" if self._demo_snapshot else "auto",
            snapshot=self._demo_snapshot or self._settings.snapshot,
            service=lambda: arxiv_service(self._settings, report),
            report=report,
        )
        return " ".join([sentence(result), *what_is_left(result).splitlines()])

    def export(self, library: Library, format_name: str, ids: Sequence[int], _report: Report) -> str:
        from readlist.actions.exporting import default_path, export, save

        done = export(library, format_name, ids)
        path = default_path(self._export_folder, done, everything=len(ids) == browsing.counts(library).total)
        save(library, path, done)
        left = f", {done.left_out} without a record left out" if done.left_out else ""
        return f"{count(done.papers, 'paper')} in {path}{left}"

    def zotero_push(self, library: Library, report: Report) -> str:
        from readlist.actions.syncing import push
        from readlist.cli.commands.zotero import access_of, summary

        result = push(library, access_of(self._session), self._settings.now(), report=report)
        if result.stopped:
            raise ReadlistError(f"{summary(result)}; {result.stopped}")
        return summary(result)

    def fetch_record(self, library: Library, arxiv_id: str, report: Report) -> Record:
        from readlist.actions import reviewing
        from readlist.cli.commands.reviewing import fetch_record

        fetch = fetch_record(self._settings, report, only=self._demo_snapshot)
        return reviewing.look_up(library, arxiv_id, self._settings.now(), fetch)

    def accept_match(self, library: Library, number: int, arxiv_id: str, now: datetime) -> str:
        from readlist.actions import reviewing

        return _told(number, reviewing.accept(library, number, arxiv_id, now, _kept_only))

    def set_match(self, library: Library, number: int, arxiv_id: str, now: datetime) -> str:
        from readlist.actions import reviewing

        return _told(number, reviewing.set_record(library, number, arxiv_id, now, _kept_only))

    def reject_match(self, library: Library, number: int, now: datetime) -> str:
        from readlist.actions import reviewing

        return _told(number, reviewing.reject(library, number, now))

    def not_on_arxiv(self, library: Library, number: int, now: datetime) -> str:
        from readlist.actions import reviewing

        return _told(number, reviewing.not_on_arxiv(library, number, now))


def _told(number: int, decision: Decision) -> str:
    """The paper was just in sight: its number is enough of a name, and leaves room for what matters."""
    return f"p{number} {decision.told}"


def _kept_only(_arxiv_id: str) -> Record | None:
    """Decisions are quick: what they need was fetched before, by a job."""
    return None


def _imported(result: ImportResult) -> str:
    problems = sum(len(source.problems) for source in result.sources)
    told = f"{count(result.entries, 'entry')}, {count(result.papers, 'paper')}, {result.new:,} new"
    if problems:
        first = next(source for source in result.sources if source.problems)
        place = f"line {first.problems[0].line} of {first.source}"
        told += f"; {count(problems, 'line')} not used or in doubt, the first is {place}"
    if result.trashed:
        told += f"; {len(result.trashed):,} of them in the trash"
    return "; ".join([told, *result.errors])


def _open(library: Library, number: int, what: str) -> str:
    from readlist.cli.commands.listing import address_of

    paper = browsing.get(library, number)
    if paper is None:
        raise ReadlistError("this paper is gone")
    return _browse(address_of(paper, what))


def _browse(address: str) -> str:
    from readlist.actions.links import open_in_browser

    open_in_browser(address)
    return f"opened {address}"
