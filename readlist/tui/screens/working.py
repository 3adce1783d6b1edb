"""Starting the long jobs from the list: import, resolve, export, Zotero; one at a time, with progress and a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from readlist.actions.browsing import Library
from readlist.actions.progress import Progress, Report
from readlist.tui.screens.deciding import Deciding
from readlist.tui.spans import Line, safe


def progress_line(name: str, progress: Progress, stop: str = "c stops it") -> Line:
    """How far a job is, as one line; ``stop`` says how it is stopped."""
    line: Line = [(safe(progress.stage or name), "heading")]
    if progress.total:
        line.append((f"  {progress.done:,} of {progress.total:,}", "text"))
    elif progress.done:
        line.append((f"  {progress.done:,}", "text"))
    if progress.wait >= 1:
        line.append((f"  waits {progress.wait:.0f} s", "dim"))
    if progress.text:
        line.append(("  " + safe(progress.text), "dim"))
    line.append(("  " + stop, "dim"))
    return line


class Working(Deciding):
    """Keys that start jobs."""

    def run_job(self, name: str, job: Callable[[Library, Report], str] | None) -> None:
        """Start a job, or say why not."""
        if job is None:
            self.say(f"{name} is not available here", "warn")
        elif self.desk.start(name, job):
            self.say(f"{name} has started", more=self.keyboard.says("cancel", "stops it"))
        else:
            self.say(f"{self.desk.running} is not over yet; {self.keyboard.says('cancel', 'stops it')}", "warn")

    def action_cancel(self) -> None:
        self.counted_key()
        if self.desk.cancel():
            self.say(f"{self.desk.running} is being stopped", "warn")
        else:
            self.say("nothing is running", "dim")

    def action_import(self) -> None:
        self.counted_key()
        if self.jobs.import_files is None and self.jobs.import_text is None:
            self.say("importing is not available here", "warn")
            return
        from readlist.tui.screens.importing import ImportPage, Source

        def done(source: Source | None) -> None:
            if source is not None:
                self._import(source.text, source.paths)

        self.app.push_screen(ImportPage(), done)

    def import_pasted(self, text: str) -> None:
        """A listing was pasted into the list: import it."""
        self._import(text, ())

    def _import(self, text: str, paths: tuple[Path, ...]) -> None:
        if text:
            from_text = self.jobs.import_text
            self.run_job("import", from_text and (lambda library, report: from_text(library, text, report)))
        else:
            from_files = self.jobs.import_files
            self.run_job("import", from_files and (lambda library, report: from_files(library, paths, report)))

    def action_resolve(self) -> None:
        self.counted_key()
        self.run_job("resolve", self.jobs.resolve)

    def action_zotero(self) -> None:
        self.counted_key()
        push = self.jobs.zotero_push
        if push is None:
            self.run_job("Zotero", None)
            return
        from readlist.tui.screens.choice import ChoicePage

        def done(choice: str | None) -> None:
            if choice == "send":
                self.run_job("Zotero", push)

        options = [
            ("send", "Create what is new, update what changed, trash there what was removed here"),
            ("no", "Not now"),
        ]
        self.app.push_screen(ChoicePage("Send to Zotero?", options), done)

    def action_export(self) -> None:
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
                self.run_job("export", lambda library, report: export(library, choice, ids, report))

        what = "1 paper" if len(ids) == 1 else f"{len(ids):,} papers"
        options = [(name, name) for name in self.jobs.export_formats]
        self.app.push_screen(ChoicePage(f"Export {what} as", options), done)

    def export_ids(self) -> list[int]:
        """The marked papers, or all that the list shows."""
        raise NotImplementedError
