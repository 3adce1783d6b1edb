"""Places that a person makes: tags over the whole library, and saved searches; renamed, coloured, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from readlist.actions.browsing import Library, QueryError, SavedSearch
from readlist.errors import WrongUsage
from readlist.text import count
from readlist.tui.colours import TAGS, tag_role
from readlist.tui.messages import Counted
from readlist.tui.screens.working import Working
from readlist.tui.views import ALL, View, saved_view, tag_view

if TYPE_CHECKING:
    from readlist.tui.screens.tag_list import TagListPage


class Placing(Working):
    """A screen with places. ``view`` is the one that is shown."""

    view: View
    query_text: str
    #: The window with all tags, while it is open.
    _tag_list: TagListPage | None = None

    def show_view(self, view: View) -> None:
        """Go to a place."""
        raise NotImplementedError

    # The place that is shown.

    def action_place(self) -> None:
        """What can be done to the tag or the saved search of this place."""
        self.counted_key()
        self.menu_of(self.view)

    def menu_of(self, view: View) -> None:
        """Offer what can be done to a place."""
        from readlist.tui.screens.choice import ChoicePage

        tag, search = view.tag, self._saved(view)
        if tag is not None:
            options = [
                ("rename", "Rename it, or merge it into another tag"),
                ("colour", "Give it a colour"),
                ("delete", "Delete it from every paper"),
            ]
            self.app.push_screen(
                ChoicePage(f"The tag {tag}", options), lambda what: self.tag_command(what, tag) if what else None
            )
        elif search is not None:
            options = [("change", "Change its name or its search"), ("delete", "Delete it")]
            self.app.push_screen(
                ChoicePage(f"The saved search {search.name}", options),
                lambda what: self._search_command(what, search) if what else None,
            )
        else:
            self.say("a tag or a saved search can be changed; this place is always there", "dim")

    def _saved(self, view: View) -> SavedSearch | None:
        searches = self.desk.counted.searches if self.desk.counted is not None else []
        return next((search for search in searches if search.id == view.saved), None)

    # Saved searches.

    def action_save_search(self) -> None:
        """Keep this place and the search in it under a name."""
        self.counted_key()
        query = self.view.search(self.query_text)
        if query is None:
            self.say(f"a search in {self.view.name} cannot be saved", "warn")
        elif not query:
            self.say(f"there is no search to save; {self.keyboard.says('search', 'begins one')}", "dim")
        else:
            self._ask_search("Save this search", "", query, self._save)

    def _ask_search(self, question: str, name: str, query: str, then: Callable[[str, str], None]) -> None:
        from readlist.tui.screens.ask import AskPage

        def done(typed: tuple[str, ...] | None) -> None:
            if typed is not None:
                then(typed[0], typed[1])

        page = AskPage(question, [("Name", name), ("Search", query)], self._search_fault)
        self.app.push_screen(page, done)

    def _search_fault(self, typed: tuple[str, ...]) -> str:
        from readlist.actions.searches import checked

        try:
            checked(typed[0], typed[1], self.desk.clock())
        except QueryError as error:
            return error.why
        except WrongUsage as error:
            return str(error)
        return ""

    def _save(self, name: str, query: str) -> None:
        def change(library: Library, now: datetime) -> int:
            from readlist.actions.searches import save_search

            save_search(library, name, query, now)
            return 1

        self.desk.change("saving the search", change)

    def _search_command(self, what: str, search: SavedSearch) -> None:
        if what == "delete":
            if self.view.saved == search.id:
                self.show_view(ALL)

            def forget(library: Library, now: datetime) -> int:
                from readlist.actions.searches import forget_search

                return forget_search(library, search.id, now)

            self.desk.change("deleting the search", forget)
            return

        def changed(name: str, query: str) -> None:
            def change(library: Library, now: datetime) -> int:
                from readlist.actions.searches import change_search

                return change_search(library, search.id, name, query, now)

            self.desk.change("changing the search", change)

        self._ask_search("The saved search", search.name, search.query, changed)

    def follow_searches(self, counted: Counted) -> None:
        """A saved search that is shown may have another name or query now, or be gone."""
        if self.view.saved is None:
            return
        now = next((saved_view(search) for search in counted.searches if search.id == self.view.saved), ALL)
        if now != self.view:
            self.show_view(now)

    # Tags.

    async def action_manage_tags(self) -> None:
        """All tags of the library."""
        self.counted_key()
        tags = self.desk.tag_counts()
        if not tags:
            self.say(f"no paper has a tag; {self.keyboard.says('tags', 'adds some')}", "dim")
            return
        from readlist.tui.screens.tag_list import TagListPage

        def done(tag: str | None) -> None:
            self._tag_list = None
            if tag is not None:
                self.tag_command("show", tag)

        self._tag_list = TagListPage(tags, self.view.tag, self.tag_command)
        await self.app.push_screen(self._tag_list, done)

    def follow_tags(self, counted: Counted) -> None:
        """The window with all tags shows what became of them."""
        if self._tag_list is not None and self._tag_list in self.app.screen_stack:
            self._tag_list.renew(counted.tags)

    def tag_command(self, what: str, tag: str) -> None:
        """Show a tag, rename it, colour it or delete it."""
        if what == "show":
            self.show_view(tag_view(tag))
        elif what == "rename":
            self._ask_tag(tag)
        elif what == "colour":
            self._ask_colour(tag)
        else:
            self._delete_tag(tag)

    def _ask_tag(self, tag: str) -> None:
        from readlist.actions.triage import clean_tag
        from readlist.tui.screens.ask import AskPage

        def fault(typed: tuple[str, ...]) -> str:
            try:
                clean_tag(typed[0])
            except WrongUsage as error:
                return str(error)
            return ""

        def done(typed: tuple[str, ...] | None) -> None:
            if typed is not None and clean_tag(typed[0]) != tag:
                self._rename_or_merge(tag, clean_tag(typed[0]))

        others = [other for other in self.desk.tag_counts() if other != tag]
        self.app.push_screen(AskPage(f"Rename the tag {tag}", [("Name", tag)], fault, others), done)

    def _rename_or_merge(self, old: str, new: str) -> None:
        tags = self.desk.tag_counts()
        there = next((tag for tag in tags if tag.casefold() == new.casefold() != old.casefold()), None)
        if there is None:
            self._rename_tag(old, new)
            return
        from readlist.tui.screens.choice import ChoicePage

        def done(choice: str | None) -> None:
            if choice == "merge":
                self._rename_tag(old, there)

        options = [("merge", f"Merge {old} into {there}"), ("no", "Leave both as they are")]
        question = f"There is a tag {there} already, on {count(tags[there], 'paper')}."
        self.app.push_screen(ChoicePage(question, options), done)

    def _rename_tag(self, old: str, new: str) -> None:
        def change(library: Library, now: datetime) -> int:
            from readlist.actions.tagging import rename_tag

            return rename_tag(library, old, new, now)

        if self._tag_list is not None:
            self._tag_list.renamed(old, new)
        self.say(f"the tag {old} is being renamed", "dim")
        self.desk.change("renaming the tag", change)
        if self.view.tag == old:
            self.show_view(tag_view(new))

    def _ask_colour(self, tag: str) -> None:
        from readlist.tui.screens.choice import ChoicePage

        def done(choice: str | None) -> None:
            if choice is not None:
                self._colour_tag(tag, choice if choice != "none" else None)

        options = [*((name, name) for name in TAGS), ("none", "no colour")]
        roles = {name: tag_role(name) for name in TAGS}
        self.app.push_screen(ChoicePage(f"The colour of the tag {tag}", options, roles), done)

    def _colour_tag(self, tag: str, colour: str | None) -> None:
        def change(library: Library, now: datetime) -> int:
            from readlist.actions.tagging import colour_tag

            return colour_tag(library, tag, colour, now)

        self.desk.change("colouring the tag", change)

    def _delete_tag(self, tag: str) -> None:
        def change(library: Library, now: datetime) -> int:
            from readlist.actions.tagging import delete_tag

            return delete_tag(library, tag, now)

        self.say(f"the tag {tag} is being deleted", "dim")
        self.desk.change("deleting the tag", change)
        if self.view.tag == tag:
            self.show_view(ALL)
