"""What is done from the list but not to its papers: other screens, the trash as a whole; and how the list is now."""

from __future__ import annotations

from readlist.actions import browsing
from readlist.text import count
from readlist.tui import registry
from readlist.tui.screens.listed import Listed


class Going(Listed):
    """A list from which every other screen is reached."""

    @property
    def situation(self) -> registry.Situation:
        found = {
            registry.EMPTY: not self.listing.ids,
            registry.TRASH: self.view.removed,
            registry.MARKED: bool(self.listing.marked),
            registry.SEARCHED: bool(self.query_text),
        }
        return frozenset(name for name, so in found.items() if so)

    async def action_empty_trash(self) -> None:
        """Delete what is in the trash, once that was asked for."""
        self.counted_key()
        removed = browsing.counts(self.desk.library).trash
        if not removed:
            self.say("the trash is empty", "dim")
            return
        from readlist.tui.screens.choice import ChoicePage

        def done(choice: str | None) -> None:
            if choice == "yes":
                self.desk.empty_trash()

        options = [("yes", f"Delete {count(removed, 'paper')}"), ("no", "Keep them")]
        await self.app.push_screen(ChoicePage("Empty the trash?", options), done)

    def action_review(self) -> None:
        from readlist.tui.screens.review import ReviewPage, doubtful

        queue = doubtful(self.desk)
        if not queue:
            self.say("no match is in doubt")
        else:
            self.app.push_screen(ReviewPage(queue), lambda _: self.refind(keep=True))

    async def action_statistics(self) -> None:
        from readlist.tui.screens.statistics import StatisticsPage

        await self.app.push_screen(StatisticsPage())
