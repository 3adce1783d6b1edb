"""Starting the long jobs from the list: import, resolve, export, Zotero; one at a time, with progress and a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.actions.progress import Report
from readlist.text import count
from readlist.tui.jobs import Outcome, Section
from readlist.tui.messages import JobEnded
from readlist.tui.screens.deciding import Deciding


class Working(Deciding):
    """Keys that start jobs."""

    #: What the last job had to say beyond its sentence.
    last_report: tuple[str, tuple[Section, ...]] | None = None

    def __init__(self) -> None:
        super().__init__()
        #: Where the last export of each format went: of all papers, and of some.
        self._targets: dict[tuple[str, bool], Path] = {}

    def run_job(self, name: str, job: Callable[[Library, Report], str | Outcome] | None) -> None:
        """Start a job, or say why not."""
        if job is None:
            self.say(f"{name} is not available here", "warn")
        elif self.desk.start(name, job):
            self.say(f"{name} has started", more=self.keyboard.says("cancel", "stops it"))
        else:
            self.say_running()

    def after_job(self, ended: JobEnded) -> str:
        """What a person may want to do after a job: read the rest of what it has to say, and the next step."""
        more = [self.keyboard.says("report", "tells all of it")] if ended.outcome.report else []
        if ended.name == "import" and self.jobs.resolve is not None and not ended.outcome.bad:
            more.append(self.keyboard.says("resolve", "finds the arXiv records"))
        return "  ".join(more)

    async def action_import(self) -> None:
        self.counted_key()
        if self.jobs.import_files is None and self.jobs.import_text is None:
            self.say("importing is not available here", "warn")
            return
        await self._ask_for_source("")

    async def import_pasted(self, text: str) -> None:
        """A listing was pasted into the list: show what it is, and import it if that is meant."""
        if self.jobs.import_text is None:
            self.say("importing is not available here", "warn")
        elif len(self.app.screen_stack) == 1:
            await self._ask_for_source(text)

    async def _ask_for_source(self, pasted: str) -> None:
        from readlist.tui.screens.importing import ImportPage, Source

        def done(source: Source | None) -> None:
            if source is not None:
                self._import(source.text, source.names)

        await self.app.push_screen(ImportPage(pasted), done)

    def _import(self, text: str, names: tuple[str, ...]) -> None:
        if text:
            from_text = self.jobs.import_text
            self.run_job("import", from_text and (lambda library, report: from_text(library, text, report)))
        else:
            from_files = self.jobs.import_files
            self.run_job("import", from_files and (lambda library, report: from_files(library, names, report)))

    async def action_report(self) -> None:
        self.counted_key()
        if self.last_report is None:
            self.say("the last job had nothing more to say", "dim")
            return
        from readlist.tui.screens.report import ReportPage

        await self.app.push_screen(ReportPage(*self.last_report))

    def action_resolve(self) -> None:
        self.counted_key()
        self.run_job("resolve", self.jobs.resolve)

    async def action_zotero(self) -> None:
        self.counted_key()
        if self.jobs.zotero_plan is None:
            self.run_job("Zotero", None)
            return
        from readlist.tui.screens.zotero import ZoteroPage

        await self.app.push_screen(ZoteroPage())

    async def action_export(self) -> None:
        ids = self.export_ids()
        export = self.jobs.export
        if export is None or not ids:
            if ids:
                self.run_job("export", None)
            else:
                self.say("there is nothing to export here", "dim")
            return
        from readlist.tui.screens.choice import ChoicePage

        def done(choice: str | None) -> None:
            if choice is not None:
                self._export_to(choice, ids)

        options = [(name, name) for name in self.jobs.export_formats]
        # Waited for, as everywhere: what is typed in one burst behind the key is meant for what it opens.
        await self.app.push_screen(ChoicePage(f"Export {count(len(ids), 'paper')} as", options), done)

    def _export_to(self, format_name: str, ids: list[int]) -> None:
        """Ask for the file, with the last one of this format as the answer that is there already."""
        export = self.jobs.export
        assert export is not None
        everything = len(ids) == browsing.counts(self.desk.library).total
        kind = (format_name, everything)
        from readlist.tui.screens.target import TargetPage

        def done(target: Path | None) -> None:
            if target is not None:
                self._targets[kind] = target
                self.run_job("export", lambda library, report: export(library, format_name, ids, target, report))

        offered = self._targets.get(kind) or self.jobs.export_target(format_name, everything)
        self.app.push_screen(TargetPage(f"Export {count(len(ids), 'paper')} as {format_name} to", offered), done)

    def export_ids(self) -> list[int]:
        """The marked papers, or all that the list shows."""
        raise NotImplementedError
