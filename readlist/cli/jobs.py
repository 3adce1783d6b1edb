"""The long jobs that the TUI may start, made from the settings: each returns a sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.actions.progress import Progress, Report
from readlist.cli.output import Output, count
from readlist.cli.session import Session, keep_fault
from readlist.errors import ReadlistError
from readlist.paper import Record
from readlist.settings import Settings
from readlist.tui.jobs import Cancelled, Jobs, Outcome, Section

if TYPE_CHECKING:
    from readlist.actions.importing import ImportResult
    from readlist.actions.reviewing import Decision
    from readlist.actions.syncing import SyncResult
    from readlist.cli.apart import Task


def jobs(session: Session, *, export_folder: Path | None = None, snapshot: Path | None = None) -> Jobs:
    """The jobs of a session. A demo has an export folder and a snapshot of its own, and asks no service."""
    made = _SessionJobs(session, export_folder or session.settings.export_folder, snapshot)
    apart = _Apart(session.settings, snapshot)
    return Jobs(
        import_files=apart.import_files,
        import_text=apart.import_text,
        resolve=apart.resolve,
        export=made.export,
        export_target=made.export_target,
        # A demo that wrote into somebody's real Zotero library would be no demo.
        zotero_plan=None if snapshot else made.zotero_plan,
        zotero_apply=None if snapshot else made.zotero_apply,
        open_address=_browse,
        open_pdf=made.open_pdf,
        edit_text=_edit,
        fetch_record=made.fetch_record,
        accept_match=made.accept_match,
        set_match=made.set_match,
        reject_match=made.reject_match,
        not_on_arxiv=made.not_on_arxiv,
        # The files of the settings are of the person's own library, not of a demo's.
        keep_living=made.keep_living if session.settings.targets and not snapshot else None,
        keep_fault=keep_fault,
        key_template=session.settings.key_template,
    )


def work(task: Task, library: Library, report: Report) -> Outcome:
    """Do a task, in whatever process."""
    made = _SessionJobs(Session(task.settings, Output.of_process(0)), task.settings.export_folder, task.snapshot)
    outcome: Outcome = getattr(made, task.name)(library, *task.arguments, report)
    return outcome


class _Apart:
    """The jobs that keep a processor busy for long: the same in a process of their own."""

    def __init__(self, settings: Settings, snapshot: Path | None) -> None:
        self._settings, self._snapshot = settings, snapshot

    def _run(self, name: str, library: Library, report: Report, *arguments: object) -> Outcome:
        from readlist.cli.apart import Task, run_apart

        return run_apart(Task(name, arguments, library.path, self._settings, self._snapshot), report)

    def import_files(self, library: Library, names: Sequence[str], report: Report) -> Outcome:
        return self._run("import_files", library, report, tuple(names))

    def import_text(self, library: Library, text: str, report: Report) -> Outcome:
        return self._run("import_text", library, report, text)

    def resolve(self, library: Library, report: Report) -> Outcome:
        return self._run("resolve", library, report)


class _SessionJobs:
    def __init__(self, session: Session, export_folder: Path, snapshot: Path | None) -> None:
        self._session, self._settings = session, session.settings
        self._export_folder, self._demo_snapshot = export_folder, snapshot

    def import_files(self, library: Library, names: Sequence[str], report: Report) -> Outcome:
        from readlist.actions.importing import exit_error, import_sources
        from readlist.cli.commands.importing import fetch_page

        result = import_sources(
            library,
            names,
            self._settings.now(),
            # A demo asks no service.
            fetch=None if self._demo_snapshot else lambda address: fetch_page(self._session, address, report),
            report=report,
        )
        error = exit_error(result)
        if error is not None and not result.sources:
            raise error
        return _imported(result)

    def import_text(self, library: Library, text: str, report: Report) -> Outcome:
        from readlist.actions.importing import import_text

        return _imported(import_text(library, text, "pasted", self._settings.now(), report=report))

    def resolve(self, library: Library, report: Report) -> Outcome:
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
        left = what_is_left(result)
        if not left:
            return Outcome(sentence(result))
        # What is left matters most, and the line is short: the rest is in the report.
        told = f"{result.matched:,} of {count(result.tried, 'paper')} matched, {result.review:,} for review"
        told += f", {result.failed:,} left" if result.failed else ""
        lines = [("", line) for line in left.splitlines()]
        return Outcome(told, (Section(sentence(result), tuple(lines)),))

    def export_target(self, format_name: str, everything: bool) -> Path:
        from readlist.actions.exporting import default_path

        return default_path(self._export_folder, format_name, everything=everything)

    def export(self, library: Library, format_name: str, ids: Sequence[int], target: Path, report: Report) -> Outcome:
        from readlist.actions.export_options import general_options, style_of
        from readlist.actions.exporting import export, save

        report(Progress(f"export {format_name}", 0, len(ids)))
        self._settings.need("export", "keys")
        options = general_options(self._settings)
        style = style_of(format_name, options)
        done = export(library, format_name, ids, template=self._settings.key_template, **style)
        written, kept = save(library, target, done)
        told = f"{count(done.papers, 'paper')} in {target}"
        told += "" if written else ", nothing changed"
        told += f", {len(done.left_out):,} left out" if done.left_out else ""
        sections = []
        if kept is not None:
            sections.append(Section("Kept", (("", f"the file held what readlist has not written: {kept}"),)))
        if done.left_out:
            lines = tuple((paper.short_id, paper.title) for paper in done.left_out)
            sections.append(Section("Left out: no arXiv record yet; R looks for it", lines))
        return Outcome(told, tuple(sections))

    def keep_living(self, library: Library) -> list[str]:
        from readlist.actions.living import refresh_targets
        from readlist.cli.session import living_trouble

        return [told for target in refresh_targets(library, self._settings) if (told := living_trouble(target))]

    def zotero_plan(self, library: Library, report: Report) -> Outcome:
        from readlist.actions.syncing import sync
        from readlist.cli.commands.zotero import access_of

        return _synced(sync(library, access_of(self._session), self._settings.now(), dry_run=True, report=report))

    def zotero_apply(
        self, library: Library, leave_out: Collection[int | str], decided: Mapping[int, str], report: Report
    ) -> Outcome:
        """A sync, which then looks for the records of what came from Zotero."""
        from readlist.actions.syncing import sync
        from readlist.cli.commands.zotero import access_of

        result = sync(
            library,
            access_of(self._session),
            self._settings.now(),
            sure=True,  # the person has seen the plan
            leave_out=[number for number in leave_out if isinstance(number, int)],
            leave_keys=[key for key in leave_out if isinstance(key, str)],
            decided=decided,
            report=report,
        )
        synced = _synced(result)
        if not result.pulled:
            return synced
        apart = _Apart(self._settings, self._demo_snapshot)
        return _with_records(synced, lambda: apart.resolve(library, report))

    def open_pdf(self, library: Library, number: int, report: Report) -> str:
        from readlist.actions.links import open_in_viewer
        from readlist.actions.pdfs import fetch_pdf
        from readlist.cli.commands.listing import pdf_access

        paper = browsing.get(library, number)
        if paper is None:
            raise ReadlistError("this paper is gone")
        path = fetch_pdf(paper, pdf_access(self._session), report=report)
        open_in_viewer(path)
        return f"opened {path.name}"

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


def _imported(result: ImportResult) -> Outcome:
    problems = sum(len(source.problems) for source in result.sources)
    told = f"{count(result.entries, 'entry')}, {count(result.papers, 'paper')}, {result.new:,} new"
    if problems:
        told += f"; {count(problems, 'line')} not used or in doubt"
    if result.errors:
        told += f"; {count(len(result.errors), 'source')} not read"
    if result.trashed:
        told += f"; {len(result.trashed):,} of them in the trash"
    sections = [Section("Not read", tuple(("", error) for error in result.errors))] if result.errors else []
    for source in result.sources:
        taken = f"{count(source.entries, 'entry')}, {source.new:,} new, {source.merged:,} known"
        lines = [(f"line {problem.line}", f"{problem.why}: {problem.text}") for problem in source.problems]
        sections.append(Section(f"{source.source} ({source.format}): {taken}", tuple(lines)))
    return Outcome(told, tuple(sections) if problems or result.errors or len(result.sources) > 1 else ())


def _synced(result: SyncResult) -> Outcome:
    from readlist.cli.commands.zotero import summary

    notices = (("Left", result.left), ("To know", result.notices))
    sections = tuple(
        Section(heading, tuple((notice.name, f"{notice.title}: {notice.text}") for notice in rows))
        for heading, rows in notices
        if rows
    )
    told = f"{result.stopped} {summary(result)}" if result.stopped else summary(result)
    return Outcome(told, sections, bad=not result.complete, value=result)


def _with_records(synced: Outcome, resolve: Callable[[], Outcome]) -> Outcome:
    """What a sync ended with, and what came of looking for records; the sync is done, whatever that is."""
    try:
        found = resolve()
    except Cancelled:
        found = Outcome("their records were not looked for to the end")
    except ReadlistError as error:
        found = Outcome("their records were not looked for", (Section("Records", (("", str(error)),)),))
    told = f"{synced.sentence}; {found.sentence}"
    return synced._replace(sentence=told, report=(*synced.report, *found.report))


def _edit(text: str) -> str | None:
    import click

    try:
        return click.edit(text, extension=".md")
    except click.ClickException as error:
        raise ReadlistError(f"the editor did not do it ({error.message}); $EDITOR names another one") from error


def _browse(address: str) -> str:
    from readlist.actions.links import open_in_browser

    open_in_browser(address)
    return f"opened {address}"
