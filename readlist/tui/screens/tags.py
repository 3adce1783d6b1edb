"""Tags of one or more papers: typed, with completion from the tags there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input, Label

from readlist.tui import registry
from readlist.tui.screens.dialog import Dialog
from readlist.tui.spans import Line, fit, safe
from readlist.tui.widgets.lines import LineList


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tags to add and to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As one types it; the commas keep a sign within a tag from beginning the next one."""
        return ", ".join([*(f"+{tag}" for tag in self.add), *(f"-{tag}" for tag in self.remove)])


def read_tags(text: str) -> Wanted:
    """What was typed: ``+faces -old``, or a list with commas; a tag may hold blanks, so only signs and commas part."""
    add: list[str] = []
    remove: list[str] = []
    for piece in text.split(","):
        current: list[str] = []
        into = add
        for word in piece.split():
            if word[0] in "+-" and len(word) > 1:
                if current:
                    into.append(" ".join(current))
                into = add if word[0] == "+" else remove
                current = [word[1:]]
            else:
                current.append(word)
        if current:
            into.append(" ".join(current))
    return Wanted(tuple(dict.fromkeys(add)), tuple(dict.fromkeys(remove)))


def last_word(text: str) -> tuple[str, str]:
    """The text before the tag that is being typed, and that tag so far."""
    at = max(text.rfind(","), text.rfind(" +"), text.rfind(" -"))
    head, tail = (text[: at + 1], text[at + 1 :]) if at >= 0 else ("", text)
    sign = len(tail) - len(tail.lstrip(" +-"))
    return head + tail[:sign], tail[sign:]


class _Tags(Suggester):
    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.tags = tags

    def matching(self, text: str) -> list[str]:
        start = last_word(text)[1].casefold()
        return [tag for tag in self.tags if tag.casefold().startswith(start)]

    async def get_suggestion(self, value: str) -> str | None:
        head, start = last_word(value)
        found = self.matching(value) if start else []
        return head + start + found[0][len(start) :] if found else None


#: How the boxes before tags are filled: on all of the papers, on some, on none.
_BOXES = {"all": "[x]", "some": "[-]", "none": "[ ]"}


class TagBoxes(LineList):
    """Tags with a box each. What was not touched stays as it is on every paper."""

    def __init__(self, papers: int, here: Mapping[str, int], counts: Mapping[str, int]) -> None:
        super().__init__()
        self._papers, self._here, self._counts = papers, here, counts
        self.shown = list(counts)
        #: The boxes that a person has filled or emptied.
        self.touched: dict[str, str] = {}

    @property
    def count(self) -> int:
        return len(self.shown)

    def before(self, tag: str) -> str:
        """On how many of the papers a tag is: all, some, none."""
        number = self._here.get(tag, 0)
        return "none" if not number else "all" if number >= self._papers else "some"

    def toggle(self, index: int) -> None:
        """Fill an empty box, empty a full one; one that was on some papers goes by all and none back to some."""
        tag = self.shown[index]
        now = self.touched.get(tag, self.before(tag))
        follows = {"some": "all", "all": "none", "none": "some" if self.before(tag) == "some" else "all"}
        self.touched[tag] = follows[now]
        if self.touched[tag] == self.before(tag):
            del self.touched[tag]
        self.changed(index)

    def show(self, tags: Sequence[str]) -> None:
        """Other tags are in sight."""
        self.shown = list(tags)
        self.cursor = self.top = 0
        self.changed()

    def line(self, index: int, width: int) -> Line:
        tag = self.shown[index]
        state = self.touched.get(tag, self.before(tag))
        number = self._here.get(tag, 0)
        shown = f"{number:,} of {self._papers:,}" if 0 < number < self._papers else f"{self._counts.get(tag, number):,}"
        room = max(1, width - len(shown) - 7)
        return [
            (f" {_BOXES[state]} ", "mark" if tag in self.touched else "label"),
            ("# ", "label"),
            (fit(safe(tag), room, self.glyphs.ellipsis), self.tag_role(tag)),
            (shown, "dim"),
        ]

    def empty(self, width: int) -> list[Line]:  # noqa: ARG002
        return [[("  no tag is called that yet", "dim")]]


class TagPage(Dialog[Wanted]):
    """Answers with what to add and to remove.

    ``here``: on how many of the papers each of their tags is. ``tags``: all tags of the library with their numbers.
    ``unsaved``: what was typed for these papers before and could not be saved.
    """

    PLACE = registry.TAGS
    DEFAULT_CSS = "TagPage TagBoxes { height: 8; }"

    def __init__(
        self, papers: int, here: Mapping[str, int], tags: Mapping[str, int], unsaved: Wanted | None = None
    ) -> None:
        super().__init__()
        self._papers, self._here = papers, here
        self._unsaved = unsaved or Wanted()
        self._counts = dict(tags)
        # Those of the papers first: they are the ones to be taken away.
        self._tags = _Tags([*here, *(tag for tag in tags if tag not in here)])

    def compose(self) -> ComposeResult:
        what = "Tags" if self._papers == 1 else f"Tags of {self._papers:,} papers"
        with Vertical():
            yield Label(what if self._here else f"{what}: none yet", markup=False)
            yield Input(
                str(self._unsaved),
                placeholder="faces, to cite    +add -remove",
                suggester=self._tags,
                select_on_focus=False,
                compact=True,
            )
            yield TagBoxes(self._papers, self._here, self._counts)
            yield self.hints()

    def on_mount(self) -> None:
        self._boxes = self.query_one(TagBoxes)
        self._boxes.show(self._tags.matching(""))
        self.set_focus(self.query_one(Input))

    @property
    def situation(self) -> registry.Situation:
        return frozenset({registry.TYPED}) if self.query_one(Input).has_focus else registry.PLAIN

    def on_descendant_focus(self) -> None:
        self.show_hints()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._boxes.show(self._tags.matching(event.value))

    def action_submit(self) -> None:
        typed = read_tags(self.query_one(Input).value)
        chosen = self._boxes.touched.items()
        add = [*typed.add, *(tag for tag, state in chosen if state == "all")]
        remove = [*typed.remove, *(tag for tag, state in chosen if state == "none")]
        self.dismiss(Wanted(tuple(dict.fromkeys(add)), tuple(dict.fromkeys(remove))))

    def action_move(self, by: int) -> None:
        if self.query_one(Input).has_focus:
            self.set_focus(self._boxes)
        elif by < 0 and self._boxes.cursor == 0:
            self.action_type()
        else:
            self._boxes.move_to(self._boxes.cursor + by)

    def action_fill(self) -> None:
        if self._boxes.count:
            self._boxes.toggle(self._boxes.cursor)
            self._boxes.move_to(self._boxes.cursor + 1)

    def action_type(self) -> None:
        self.set_focus(self.query_one(Input))

    def action_complete(self) -> None:
        """What is offered behind the cursor is taken; from the boxes it is the way back."""
        line = self.query_one(Input)
        if line.has_focus:
            line.action_cursor_right()
        else:
            self.set_focus(line)

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        self._boxes.toggle(message.index)
