"""What many tests use: a fixed clock, a fresh library, the command line, and the shared folder where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from readlist.library import Library
from tests.support import Cli

# On a busy machine an example may take any time. The same examples are tried each time, so that a run depends on the
# code alone; python -m pytest --hypothesis-profile=search looks for new ones.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", _UNHURRIED, derandomize=True, database=None)
settings.register_profile("search", _UNHURRIED)
settings.load_profile("steady")

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than processors for ``-n auto``: tests wait for servers, threads and timers as well."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Longer proofs only when asked for: ``python -m pytest -m slow``."""
    if config.option.markexpr:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.fixture(autouse=True, scope="session")
def _pace_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What fixtures for several tests ask leaves no trace in the machine's own pace."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READLIST_PACE_FOLDER", str(tmp_path_factory.mktemp("machine") / "none"))
        yield


@pytest.fixture(autouse=True)
def _own_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace of requests is shared by all processes of a user and all users of a machine: each test has its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("READLIST_PACE_FOLDER", str(tmp_path / "machine"))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite3") as opened:
        yield opened


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line in this process, with a home of its own and a clock that stands still."""
    for name in list(os.environ):
        if name.startswith("READLIST_") and name not in {"READLIST_SHARED", "READLIST_PACE_FOLDER"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("READLIST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("READLIST_NOW", NOW.isoformat())
    monkeypatch.chdir(tmp_path)
    return Cli(tmp_path, capsys, monkeypatch)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real dumps and the part of arXiv's metadata; tests that need it are skipped without it."""
    folder = Path(os.environ.get("READLIST_SHARED") or Path(__file__).parents[2] / "shared")
    if not (folder / "dumps").is_dir() or not (folder / "arxiv").is_dir():
        pytest.skip("the shared folder with the real dumps and records is not here")
    return folder


@pytest.fixture(scope="session")
def dumps(shared: Path) -> list[Path]:
    """The four real dumps."""
    return sorted((shared / "dumps").glob("*_*.txt"))


@pytest.fixture(scope="session")
def real_index(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over the shared part of arXiv's metadata, built once."""
    from readlist.resolver.snapshot.build import build

    target = tmp_path_factory.mktemp("snapshot") / "snapshot.sqlite3"
    build(shared / "arxiv" / "arxiv-metadata-part.jsonl.gz", target, NOW)
    return target
