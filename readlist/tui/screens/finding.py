"""Searching as one types: the query, its faults at their place, and what the word before the cursor can become."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from readlist.actions.browsing import QueryError, parse
from readlist.tui import completion
from readlist.tui.completion import Choice, Word
from readlist.tui.messages import Completed, Found
from readlist.tui.screens.placing import Placing
from readlist.tui.spans import safe
from readlist.tui.widgets.bars import HintBar, MessageLine
from readlist.tui.widgets.lines import LineList
from readlist.tui.widgets.paper_list import PaperList

if TYPE_CHECKING:
    from textual.widgets import Input

    from readlist.tui.screens.searching import Completions, SearchInput


class _Taken(NamedTuple):
    """A choice that was taken: the text before it, and the others, to go through them."""

    text: str
    cursor: int
    word: Word
    choices: list[Choice]
    at: int


class Finding(Placing):
    """A screen with a list that can be searched."""

    shelf: PaperList
    message: MessageLine

    def __init__(self) -> None:
        super().__init__()
        self.query_text = ""
        #: What was looked up in the library last: the filter, the start of its value, and the values.
        self._looked_up: tuple[str, str, dict[str, int]] = ("", "", {})
        self._taken_choice: _Taken | None = None
        #: What is shown is found without the word that is being typed.
        self._meanwhile = False

    def refind(self, focus: int | None = None, *, keep: bool = False) -> None:
        """Read the ids again. ``keep``: the cursor stays on its paper."""
        raise NotImplementedError

    async def action_search(self) -> None:
        self.counted_key()
        if self._search_box() is not None:
            return
        from readlist.tui.screens.searching import Completions, SearchInput, SearchLine

        self.query_one(HintBar).display = False
        box = SearchInput(self.query_text, self._complete, id="search")
        # Waited for, so that what is typed at once after the slash goes into the box.
        await self.mount(Completions(), SearchLine(box))
        self.set_focus(box)

    @property
    def unfinished(self) -> str | None:
        """The query without the word that is being typed, where that may become a filter: ``wang sta`` for now."""
        box = self._search_box()
        if box is None or box.ended or box.value.strip() != self.query_text:
            return None
        found = completion.unfinished(box.value, box.cursor_position)
        if found is None:
            return None
        try:
            parse(found[1], self.desk.clock())
        except QueryError:
            return None
        return found[1].strip()

    def tell_meanwhile(self, found: Found) -> None:
        """Say that what is shown was found without the word that is being typed."""
        self._meanwhile = found.meanwhile
        box = self._search_box()
        word = completion.unfinished(box.value, box.cursor_position) if box is not None else None
        if found.meanwhile and word is not None:
            self.message.show([(f"nothing has “{safe(word[0])}”; shown without it", "dim")])
        self._offer()  # what is said may be of more lines now

    def set_query(self, text: str, focus: int | None = None) -> None:
        """Search for something else; what was found last stays while a query cannot be read."""
        try:
            parse(text, self.desk.clock())
        except QueryError as error:
            self.message.show([(safe(error.why), "warn")])
            self._error_at(error.position)
            return
        self._error_at(None)
        self.message.show([])
        self.query_text = text.strip()
        self.refind(focus)

    def _error_at(self, position: int | None) -> None:
        box = self._search_box()
        if box is not None:
            box.error_at(position)

    def _search_box(self) -> SearchInput | None:
        """The box in which a search is typed, while there is one. (Its module is not loaded before.)"""
        found = self.query("#search")
        return cast("SearchInput", found.first()) if found else None

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value.strip() != self.query_text:
            self.set_query(event.value)
        else:
            self._error_at(None)
            self.message.show([])
        self._offer()

    def on_search_input_over(self, message: SearchInput.Over) -> None:
        """The search box is left: with what it found, or with nothing."""
        box = self._search_box()
        if box is not None:
            self.query("SearchLine").remove()
            self._popup().remove()
        self._taken_choice = None
        self.query_one(HintBar).display = True
        self.shelf.focus()
        if message.cleared:
            self.set_query("", focus=self.shelf.current)
        elif self._meanwhile:
            # The word is all there now.
            self.refind()
        self.message.show([])
        if message.step:
            self.shelf.move_to(self.shelf.cursor + message.step)

    # Completion.

    def _popup(self) -> Completions:
        return cast("Completions", self.query("Completions").first())

    @property
    def _below(self) -> int:
        """The lines under the choices: the one that is typed in, and what is said about it."""
        return 1 + len(self.message.lines)

    def _offer(self) -> None:
        """Show what the word before the cursor can become."""
        box = self._search_box()
        if box is None:
            return
        taken = self._taken_choice
        if taken is not None and box.value == completion.accepted(*taken[:3], taken.choices[taken.at])[0]:
            return  # it is the choice that was just taken; the others stay in sight
        self._taken_choice = None
        word = completion.word_at(box.value, box.cursor_position)
        self._popup().show(self._choices(word), word.start if word is not None else 0, self._below)

    def _choices(self, word: Word | None) -> list[Choice]:
        found: dict[str, int] = {}
        if word is not None and word.name in completion.LOOKED_UP:
            name, start, found = self._looked_up
            # Names are looked up by their beginning, the other values all at once.
            fits = name == word.name and (name != "author" or start == word.value.casefold())
            if not fits:
                found = found if name == word.name else {}
                self.desk.complete(word.name, word.value.casefold() if word.name == "author" else "")
        return completion.choices(word, self.desk.tag_counts(), found)

    def completed(self, message: Completed) -> None:
        """What a filter can be given was looked up."""
        self._looked_up = (message.name, message.start, message.values)
        self._offer()

    def _complete(self, step: int) -> None:
        box = self._search_box()
        if box is None:
            return
        taken = self._taken_choice
        if taken is None:
            word = completion.word_at(box.value, box.cursor_position)
            found = self._choices(word)
            if word is None or not found:
                return
            taken = _Taken(box.value, box.cursor_position, word, found, -1 if step > 0 else 0)
        self._take(taken, (taken.at + step) % len(taken.choices))

    def _take(self, taken: _Taken, at: int) -> None:
        box = self._search_box()
        assert box is not None
        choice = taken.choices[at]
        # After the name of a filter its values are offered; among values one goes on to the next.
        self._taken_choice = None if choice.open else taken._replace(at=at)
        text, cursor = completion.accepted(taken.text, taken.cursor, taken.word, choice)
        box.value = text
        box.cursor_position = cursor
        self._popup().show([] if choice.open else taken.choices, taken.word.start, self._below, at)

    def choose_completion(self, message: LineList.Chosen) -> None:
        """A choice was clicked."""
        box = self._search_box()
        word = completion.word_at(box.value, box.cursor_position) if box is not None else None
        if box is None:
            return
        taken = self._taken_choice
        if taken is None and word is not None:
            taken = _Taken(box.value, box.cursor_position, word, self._popup().choices, 0)
        if taken is not None and message.index < len(taken.choices):
            self._take(taken, message.index)
        self.set_focus(box)
