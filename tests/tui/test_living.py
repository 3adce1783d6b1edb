"""The living files of the settings follow what is done on the screen, and say so where they cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readlist import settings
from readlist.cli.jobs import jobs as session_jobs
from readlist.cli.output import Output
from readlist.cli.session import Session
from readlist.library import Library, papers
from readlist.paper import Status
from readlist.tui import living
from tests.tui.conftest import NARROW, WIDE, jobs, opened


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "_REST", 0.0)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("READLIST_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text(
        f"""[keys]
template = "[auth:upper][year]"

[[export.target]]
path = "{tmp_path / "reading.bib"}"
format = "bibtex"
query = "status:reading"
"""
    )
    return Session(settings.load(os.environ), Output.of_process(0))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_verdict_reaches_the_file(session: Session, library_path: Path, size: tuple[int, int]) -> None:
    file = session.settings.home / "reading.bib"

    def holds(title: str) -> bool:
        return file.exists() and title in file.read_text()

    async with opened(library_path, size, actions=session_jobs(session)) as drive:
        await drive.press("3")
        await drive.until(lambda: holds("Alpha faces"))
        await drive.press("3")
        await drive.until(lambda: holds("Beta swapping"))
        await drive.press("u")
        await drive.until(lambda: not holds("Beta swapping"))
        assert holds("Alpha faces")


async def test_leaving_at_once_leaves_no_file_behind(
    session: Session, library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "_REST", 3600.0)
    async with opened(library_path, actions=session_jobs(session)) as drive:
        await drive.press_only("3", "q")
    assert "Alpha faces" in (session.settings.home / "reading.bib").read_text()


async def test_what_hinders_a_file_is_told_once_and_the_rest_goes_on(session: Session, library_path: Path) -> None:
    (session.settings.home / "reading.bib").mkdir()
    async with opened(library_path, actions=session_jobs(session)) as drive:
        await drive.press("3")
        await drive.until("not kept up to date")
        await drive.press("2")
        await drive.until("to-read")
        await drive.until(lambda: drive.app.desk.living._due is None and not drive.app.desk.living.busy)
        assert "to-read" in drive.message
        assert drive.app.desk.living.untold == []


async def test_trouble_at_the_end_is_kept_to_be_told(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "_REST", 3600.0)

    def refresh(library: Library) -> list[str]:
        assert papers.many(library, [1])[0].status is Status.READING
        raise KeyError("[bold]no")

    async with opened(library_path, actions=jobs(keep_living=refresh)) as drive:
        await drive.press_only("3", "q")
    assert drive.app.desk.living.untold == ["the living files are not kept up to date: KeyError: '[bold]no'"]


async def test_nothing_is_refreshed_where_nothing_was_done(library_path: Path) -> None:
    asked: list[Library] = []

    def refresh(library: Library) -> list[str]:
        asked.append(library)
        return []

    async with opened(library_path, actions=jobs(keep_living=refresh)) as drive:
        await drive.press("j", "enter", "escape")
    assert asked == []


async def test_a_copied_key_is_made_by_the_template_of_the_settings_and_stays(
    session: Session, library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library_path, actions=session_jobs(session)) as drive:
        taken: list[str] = []
        monkeypatch.setattr(drive.app, "copy_to_clipboard", taken.append)
        await drive.press("Y")
        assert drive.paper(1)["citekey"] == taken[0] == "NAME12025"
