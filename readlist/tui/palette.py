"""The command palette: every action of the registry that the screen has."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from readlist.tui import registry
from readlist.tui.screens.page import Page


class ActionProvider(Provider):
    """Offers the actions of the screen below the palette."""

    def _actions(self) -> list[registry.Action]:
        screen = self.screen
        found = registry.actions(screen.PLACE, screen.keyboard.keys) if isinstance(screen, Page) else []
        return [action for action in found if action.name != "palette"]

    @staticmethod
    def _title(action: registry.Action) -> str:
        keys = ", ".join(registry.key_name(key) for key in action.keys)
        title = f"{action.label}: {action.description}"
        return f"{title}  ({keys})" if keys else title

    async def discover(self) -> Hits:
        screen = self.screen
        assert isinstance(screen, Page)
        for action in self._actions():
            yield DiscoveryHit(self._title(action), partial(screen.perform, action), help=registry.group_of(action))

    async def search(self, query: str) -> Hits:
        screen = self.screen
        assert isinstance(screen, Page)
        matcher = self.matcher(query)
        for action in self._actions():
            title = self._title(action)
            score = max(matcher.match(title), matcher.match(action.label), matcher.match(action.name))
            if score > 0:
                yield Hit(
                    score, matcher.highlight(title), partial(screen.perform, action), help=registry.group_of(action)
                )
