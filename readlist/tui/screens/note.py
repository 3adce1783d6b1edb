"""The note of a paper: edited in place or in the person's own editor, and shown as the Markdown that it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from rich.markdown import Markdown
from textual import events
from textual.app import ComposeResult, SuspendNotSupported
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Label, Static, TextArea

from readlist.errors import ReadlistError
from readlist.tui import registry
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import clip, editable, safe
from readlist.tui.titles import shown_title
from readlist.tui.widgets.bars import Keyed

#: Characters from which on a note is for an editor: each key would lay all of it out again.
_LONGEST = 200_000
#: Characters that are shown as Markdown.
_SHOWN = 20_000

#: Lets a person edit a text elsewhere; None where it stayed as it was.
Editor = Callable[[str], str | None]


class _Box(TextArea):
    """A text to edit, which takes no paste of megabytes."""

    async def _on_paste(self, event: events.Paste) -> None:
        if len(self.text) + len(event.text) > _LONGEST:
            event.stop()
            event.prevent_default()
            editor = cast("Keyed", self.app).keyboard.says("edit-note", "opens your editor")
            self.app.notify(f"that is too long for a note in here; {editor}", severity="warning")
        else:
            # The text area's own handler comes next.
            event.text = editable(event.text.replace("\r\n", "\n").replace("\r", "\n"))


class NotePage(Dialog[str]):
    """Answers with the text, or None where it is as it was.

    Escape keeps it too: nothing that was typed is lost, and undo takes it back. ``draft``: what was typed before and
    could not be saved. ``leave`` is given what is typed where the program ends before the window is closed.
    """

    PLACE = registry.NOTE
    DEFAULT_CSS = """
    NotePage > Vertical { width: 88; }
    NotePage TextArea { height: 14; border: none; background: $panel; margin: 1 0; }
    NotePage TextArea:focus { border: none; }
    NotePage VerticalScroll { height: 14; background: $surface; margin: 1 0; display: none; }
    NotePage Static { width: 1fr; height: auto; }
    """

    def __init__(
        self,
        title: str,
        note: str,
        edit: Editor | None = None,
        *,
        draft: str | None = None,
        leave: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._note, self._edit, self._leave = title, note, edit, leave
        self._shown, self._draft = editable(note), draft
        self._long = len(note) > _LONGEST

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("Note on " + clip(shown_title(self._title), 56), markup=False)
            if self._draft is not None:
                yield Label("This was typed before and is not saved yet.", classes="hint", markup=False)
            shown = self._shown if self._draft is None else editable(self._draft)
            yield _Box(shown[:_LONGEST], soft_wrap=True, tab_behavior="indent", placeholder="Markdown",
                       read_only=self._long)  # fmt: skip
            with VerticalScroll():
                yield Static(markup=False)
            if self._long:
                yield Label("This note is too long to edit here.", classes="hint", markup=False)
            yield self.hints()

    def on_mount(self) -> None:
        self._box, self._view = self.query_one(_Box), self.query_one(VerticalScroll)
        self.set_focus(self._box)
        self._box.move_cursor(self._box.document.end)

    def action_keep(self) -> None:
        self.dismiss(self._typed)

    @property
    def _typed(self) -> str | None:
        """What is to be kept; None where it is as it was."""
        return None if self._long or self._box.text == self._shown else self._box.text

    def leaving(self) -> None:
        if self._leave is not None and (typed := self._typed) is not None:
            self._leave(typed)

    def action_forget(self) -> None:
        self.dismiss(None)

    def action_preview(self) -> None:
        """The text as Markdown, and back."""
        shown = not self._view.display
        if shown:
            text = "\n".join(safe(line) for line in self._box.text[:_SHOWN].split("\n"))
            more = "\n\n*and more, which is not shown here*" if len(self._box.text) > _SHOWN else ""
            # Links are shown with their addresses, and none of them can be followed by a stray click.
            self._view.query_one(Static).update(Markdown(text + more, hyperlinks=False))
            self._view.scroll_home(animate=False)
        self._view.display, self._box.display = shown, not shown
        self.set_focus(self._view if shown else self._box)

    def action_editor(self) -> None:
        """Leave the terminal to the person's editor for a while."""
        if self._edit is None:
            self.notify("no editor can be opened from here", severity="warning", markup=False)
            return
        before = self._note if self._long or self._box.text == self._shown else self._box.text
        try:
            with self.app.suspend():
                text = self._edit(before)
        except SuspendNotSupported:
            self.notify("no editor can be opened in this terminal", severity="warning", markup=False)
        except ReadlistError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            if text is not None:
                # What an editor was told to write is meant to be kept.
                self.dismiss(text)
