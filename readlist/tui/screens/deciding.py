"""Keys that act on papers, the same wherever a paper is in sight: status, priority, tags, note, pages."""

from __future__ import annotations

from collections.abc import Callable

from readlist.actions import browsing
from readlist.actions.browsing import Library
from readlist.actions.progress import Report
from readlist.paper import Paper, Status
from readlist.tui.screens.page import Page


class Deciding(Page):
    """A screen with papers to act on."""

    def concerned(self) -> list[int]:
        """The papers that a key acts on: the marked ones, else the one at the cursor."""
        raise NotImplementedError

    def current_paper(self) -> Paper | None:
        """The paper at the cursor, in full."""
        ids = self.concerned()
        return browsing.get(self.desk.library, ids[0]) if len(ids) == 1 else None

    def after_verdict(self, ids: list[int], status: Status) -> None:
        """Go on to the next paper."""

    def _ids(self) -> list[int]:
        self.counted_key()
        ids = self.concerned()
        if not ids:
            self.say("there is no paper here", "dim")
        return ids

    def action_verdict(self, status: str) -> None:
        ids = self._ids()
        if ids:
            self.desk.status(ids, Status(status))
            self.after_verdict(ids, Status(status))

    def action_raise_priority(self) -> None:
        ids = self._ids()
        if ids:
            self.desk.raise_priority(ids)

    def action_clear_priority(self) -> None:
        ids = self._ids()
        if ids:
            self.desk.priority(ids, 0)

    async def action_tags(self) -> None:
        ids = self._ids()
        if not ids:
            return
        from readlist.tui.screens.tags import TagPage, Wanted

        here = browsing.tags_among(self.desk.library, ids)

        def done(wanted: Wanted | None) -> None:
            if wanted is not None and (wanted.add or wanted.remove):
                self.desk.tags(ids, wanted.add, wanted.remove)

        await self.app.push_screen(TagPage(len(ids), here, self.desk.tag_counts()), done)

    async def action_note(self) -> None:
        self.counted_key()
        ids = self.concerned()
        if len(ids) != 1:
            self.say(
                "a note is for one paper; clear the marks first (Escape)" if ids else "there is no paper here", "dim"
            )
            return
        paper = browsing.get(self.desk.library, ids[0])
        if paper is None:
            return
        from readlist.tui.screens.note import NotePage

        def done(text: str | None) -> None:
            if text is not None and text.strip() != paper.note:
                self.desk.note(paper.id, text)

        await self.app.push_screen(NotePage(paper.title, paper.note), done)

    def action_open_page(self) -> None:
        self._open("web page", self.jobs.open_page)

    def action_open_pdf(self) -> None:
        self._open("PDF", self.jobs.open_pdf)

    def _open(self, what: str, job: Callable[[Library, int, Report], str] | None) -> None:
        ids = self._ids()
        if not ids:
            return
        if job is None:
            self.say(f"opening the {what} is not available here", "warn")
            return
        paper_id = ids[0]
        if not self.desk.start(f"opening the {what}", lambda library, report: job(library, paper_id, report)):
            self.say(f"{self.desk.running} is not over yet; {self.keyboard.says('cancel', 'stops it')}", "warn")

    def action_copy(self, what: str) -> None:
        self.counted_key()
        paper = self.current_paper()
        if paper is None:
            self.say("copying is for one paper", "dim")
            return
        text = paper.url if what == "link" else paper.citekey
        if not text:
            self.say("no link is known" if what == "link" else "it has no citation key before its first export", "dim")
            return
        self.app.copy_to_clipboard(text)
        self.say(f"copied: {text}")
