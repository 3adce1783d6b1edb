"""What screens and windows share: their keys are those of a place in the registry, shown and explained there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from readlist.tui import registry
from readlist.tui.widgets.bars import HintBar

if TYPE_CHECKING:
    from textual.screen import Screen

    from readlist.tui.app import ReadlistApp
    from readlist.tui.keyboard import Keyboard

    _Screen = Screen[Any]
else:
    _Screen = object


class Placed(_Screen):
    """A screen with a place in the registry."""

    PLACE: ClassVar[str] = ""
    #: What the footer was told last.
    _hinted: tuple[str, registry.Situation] | None = None

    @property
    def home_app(self) -> ReadlistApp:
        """The app, as what it is."""
        return cast("ReadlistApp", self.app)

    @property
    def keyboard(self) -> Keyboard:
        """The keys as the person wants them."""
        return self.home_app.keyboard

    @property
    def place(self) -> str:
        """Whose keys are in force now."""
        return self.PLACE

    @property
    def situation(self) -> registry.Situation:
        """What the footer is to take into account."""
        return registry.PLAIN

    def show_hints(self) -> None:
        """The footer follows what has become of the place."""
        now = (self.place, self.situation)
        if now == self._hinted:  # each move of a cursor comes by here
            return
        bars = self.query(HintBar)
        for bar in bars:
            bar.show(*now)
        self._hinted = now if bars else None

    def on_screen_suspend(self) -> None:
        """Something is in front: the keys are its own."""
        for bar in self.query(HintBar):
            bar.refresh()

    def on_screen_resume(self) -> None:
        for bar in self.query(HintBar):
            bar.refresh()

    def action_help(self) -> None:
        from readlist.tui.screens.help import HelpPage

        self.app.push_screen(HelpPage(self.place))

    async def on_hint_bar_pressed(self, message: HintBar.Pressed) -> None:
        await self.perform(message.action)

    async def perform(self, action: registry.Action) -> None:
        """Do an action as if its first key was pressed."""
        await self.run_action(action.handler.format(1))
