"""Keys that act on papers, the same wherever a paper is in sight: status, priority, tags, note, pages."""

from __future__ import annotations

from readlist.actions import browsing
from readlist.paper import MatchState, Paper, Status
from readlist.tui.decisions import Decided
from readlist.tui.screens.page import Page
from readlist.tui.spans import clip, safe
from readlist.tui.titles import shown_title

#: The job that opens a PDF: it has nothing to report.
PDF = "PDF"
#: Cells of a title in the heading of a window.
_TITLE = 50


class Deciding(Page):
    """A screen with papers to act on."""

    TELLS_JOBS = True

    def concerned(self) -> list[int]:
        """The papers that a key acts on: the marked ones, else the one at the cursor."""
        raise NotImplementedError

    def after_verdict(self, ids: list[int], status: Status) -> None:
        """Go on to the next paper."""

    def decided(self, decided: Decided, status: Status | None = None) -> None:
        """Something was decided here; ``status``: the verdict, if it was one."""

    def _ids(self) -> list[int]:
        self.counted_key()
        ids = self.concerned()
        if not ids:
            self.say("there is no paper here", "dim")
        return ids

    def action_verdict(self, status: str) -> None:
        ids = self._ids()
        if ids:
            self.decided(self.desk.status(ids, Status(status)), Status(status))
            self.after_verdict(ids, Status(status))

    def action_raise_priority(self) -> None:
        ids = self._ids()
        if ids:
            self.decided(self.desk.raise_priority(ids))

    def action_clear_priority(self) -> None:
        ids = self._ids()
        if ids:
            self.decided(self.desk.priority(ids, 0))

    async def action_tags(self) -> None:
        ids = self._ids()
        if not ids:
            return
        from readlist.tui.screens.tags import TagPage, Wanted

        here = browsing.tags_among(self.desk.library, ids)

        unsaved = Wanted(*self.desk.tagged.pop(tuple(ids), ()))

        def done(wanted: Wanted | None) -> None:
            if wanted is not None and (wanted.add or wanted.remove):
                self.decided(self.desk.tags(ids, wanted.add, wanted.remove))

        await self.app.push_screen(TagPage(len(ids), here, self.desk.tag_counts(), unsaved), done)

    async def action_note(self) -> None:
        paper = self._one("a note")
        if paper is None:
            return
        from readlist.tui.screens.note import NotePage

        # What another window was left with, where that is not in the library (yet).
        draft = self.desk.notes.get(paper.id)

        def keep(text: str) -> None:
            if text.strip() != paper.note or draft is not None:
                self.decided(self.desk.note(paper.id, text))

        def done(text: str | None) -> None:
            if text is not None:
                keep(text)
            elif draft is not None and self.desk.notes.get(paper.id) is draft:
                del self.desk.notes[paper.id]

        await self.app.push_screen(
            NotePage(paper.title, paper.note, self.jobs.edit_text, draft=draft, leave=keep), done
        )

    def action_open_page(self) -> None:
        paper = self._one("opening")
        if paper is None:
            return
        from readlist.actions.links import page_of

        page = page_of(paper)
        if page is not None:
            self.browse(page.address)
        else:
            self._say_no_record(paper)

    async def action_open_one(self) -> None:
        """Choose among all that a paper has on the web."""
        paper = self._one("opening")
        if paper is None:
            return
        from readlist.actions.links import links_of

        found = links_of(paper)
        options = [(link.address, f"{link.label}: {safe(link.address)}") for link in found]
        if paper.arxiv_id:
            options.append(("", "PDF, downloaded once and kept"))
        if not options:
            self._say_no_record(paper)
            return
        from readlist.tui.screens.choice import ChoicePage

        def done(address: str | None) -> None:
            if address:
                self.browse(address)
            elif address is not None:
                self._pdf(paper.id)

        await self.app.push_screen(ChoicePage(f"Open “{clip(shown_title(paper.title), _TITLE)}”", options), done)

    def action_open_pdf(self) -> None:
        paper = self._one("opening")
        if paper is None:
            return
        if paper.arxiv_id is None:
            self._say_no_record(paper)
        else:
            self._pdf(paper.id)

    def _say_no_record(self, paper: Paper) -> None:
        """Say why there is nothing of arXiv's, and the key that helps."""
        from readlist.actions.links import links_of, page_of, why_no_record

        keys, state = self.keyboard, paper.match.state
        if state is MatchState.UNRESOLVED:
            helps = keys.says("resolve", "looks for it")
        elif state is MatchState.REVIEW:
            helps = keys.says("review", "decides it")
        elif page_of(paper) is not None:
            helps = keys.says("open-page", "opens its page")
        elif links_of(paper):
            helps = keys.says("open-one", "opens what there is of it")
        else:
            helps = f"readlist review set {paper.short_id} ARXIV_ID names its record"
        self.say(why_no_record(paper), "warn", helps)

    def _pdf(self, paper_id: int) -> None:
        job = self.jobs.open_pdf
        if job is None:
            self.say("opening the PDF is not available here", "warn")
        elif not self.desk.start(PDF, lambda library, report: job(library, paper_id, report)):
            self.say_running()

    def _one(self, what: str) -> Paper | None:
        """The one paper that a key is for; says so where there are several."""
        self.counted_key()
        ids = self.concerned()
        if len(ids) != 1:
            clear = f"{self.keyboard.shown('back')} clears the marks"
            self.say(f"{what} is for one paper; {clear}" if ids else "there is no paper here", "dim")
            return None
        return browsing.get(self.desk.library, ids[0])

    def action_copy(self, what: str) -> None:
        ids = self._ids()
        if ids:
            self.desk.copy(ids, what, self.jobs.key_template)
