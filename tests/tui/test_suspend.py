"""To the shell and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readlist.tui.app import ReadlistApp
from readlist.tui.widgets.lines import Drawn
from tests.tui.conftest import opened


async def test_the_key_suspends_and_what_was_there_is_drawn_again(
    library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def suspend(app: ReadlistApp) -> None:
        asked.append(app.TITLE)

    monkeypatch.setattr(ReadlistApp, "action_suspend_process", suspend)
    async with opened(library_path) as drive:
        await drive.press("ctrl+z")
        assert asked == ["readlist"]
        drawn: set[Drawn] = set()
        refresh = Drawn.refresh

        def watching(self: Drawn, *regions: Any, **options: Any) -> Any:
            drawn.add(self)
            return refresh(self, *regions, **options)

        monkeypatch.setattr(Drawn, "refresh", watching)
        drive.app.app_resume_signal.publish(drive.app)
        await drive.settle()
        home = drive.app.home
        assert {home.shelf, home.heading, home.message, home.side_pane} <= drawn
