"""The pace that all users of a machine share, and what a hostile one of them cannot do with it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from readlist.resolver.arxiv_api.machine import MachinePace
from readlist.resolver.arxiv_api.pace import Pace
from tests.resolver.arxiv_support import MORNING, Ears, FakeTime, client_for
from tests.servers.arxiv import ArxivServer
from tests.servers.arxiv_samples import made_up

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no folder for everybody")


@pytest.fixture
def common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What /tmp is elsewhere."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setenv("READLIST_PACE_FOLDER", str(folder))
    return folder


def user(folder: Path, name: str, fake: FakeTime) -> Pace:
    """The pace of a user with a home of their own."""
    return Pace(folder / name / "arxiv.org", 3.0, clock=fake.clock, sleep=fake.sleep)


def file_of(common: Path) -> Path:
    return common / "readlist-pace" / "arxiv.org"


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_two_users_keep_one_pace(tmp_path: Path, common: Path, fake: FakeTime, mask: int) -> None:
    before = os.umask(mask)
    try:
        with user(tmp_path, "ana", fake).turn():
            pass
    finally:
        os.umask(before)
    with user(tmp_path, "ben", fake).turn():
        assert 3.0 <= fake.slept < 3.2
    assert (common / "readlist-pace").stat().st_mode & 0o7777 == 0o1777
    assert file_of(common).stat().st_mode & 0o7777 == 0o666


def test_two_users_real_clients_at_one_service(
    tmp_path: Path, common: Path, fake: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert common.exists()
    rows = made_up(2)
    starts = []
    with ArxivServer(rows) as server:
        for name, row in zip(("ana", "ben"), rows, strict=True):
            monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / name))
            ears = Ears(fake)
            with client_for(server, tmp_path / name / "data", fake, listener=ears) as client:
                client.records([row["id"]])
            starts += ears.starts
    assert 3.0 <= starts[1] - starts[0] < 3.2


@pytest.mark.usefixtures("common")
def test_another_user_of_the_system_keeps_the_pace(tmp_path: Path, fake: FakeTime) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    for folder in (tmp_path, *tmp_path.parents):
        if "pytest" in str(folder) and folder.stat().st_mode & 0o7777 == 0o700:
            folder.chmod(0o711)
    script = (
        "import os, sys, time; from readlist.resolver.arxiv_api.machine import MachinePace\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "waits = []\n"
        "pace = MachinePace('arxiv.org', clock=lambda: float(sys.argv[1]), sleep=waits.append)\n"
        "with pace.turn(3, lambda *_: 0, ''): pass\n"
        "print(sum(waits))"
    )
    with user(tmp_path, "root", fake).turn():
        pass
    for _ in range(2):  # root's file, and the same again after somebody else has written to it
        ended = subprocess.run(
            [sys.executable, "-c", script, str(fake.now)], check=True, capture_output=True, text=True
        )
        assert float(ended.stdout) == pytest.approx(3)
    with user(tmp_path, "root2", fake).turn():
        assert 3.0 <= fake.slept < 3.2


def test_a_turn_of_another_user_is_waited_for_but_not_for_ever(tmp_path: Path, common: Path, fake: FakeTime) -> None:
    ben = user(tmp_path, "ben", fake)
    told: list[str] = []
    with user(tmp_path, "ana", fake).turn():
        with ben.turn(lambda _s, reason: told.append(reason)):
            assert 60 <= fake.slept < 61
        assert set(told) == {"another user of this machine is asking arXiv"}
        with ben.turn():  # not a minute each time
            assert fake.slept < 65
    assert file_of(common).exists()


def test_a_process_that_dies_frees_its_turn(tmp_path: Path, common: Path, fake: FakeTime) -> None:
    script = (
        "import os; from readlist.resolver.arxiv_api.machine import MachinePace\n"
        f"with MachinePace('arxiv.org', clock=lambda: {MORNING}).turn(3, lambda *_: 0, ''): os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    with user(tmp_path, "ana", fake).turn():
        assert fake.slept == pytest.approx(3.06)
    assert file_of(common).exists()


@pytest.mark.parametrize("text", [b"", b"x" * 5000, b"nan", b"inf", b"1e300", b"-inf", b"\xff\x00", b"99999999999"])
def test_whatever_stands_in_the_file_costs_one_delay_at_most(
    tmp_path: Path, common: Path, fake: FakeTime, text: bytes
) -> None:
    file_of(common).parent.mkdir()
    file_of(common).parent.chmod(0o1777)
    file_of(common).write_bytes(text)
    with user(tmp_path, "ana", fake).turn():
        assert fake.slept <= 3.1
    with user(tmp_path, "ben", fake).turn():
        assert 3.0 <= fake.slept < 6.3


@pytest.mark.parametrize("trick", ["link", "hard link", "pipe", "folder"])
def test_what_is_no_plain_file_is_left_alone(tmp_path: Path, common: Path, fake: FakeTime, trick: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    place = file_of(common)
    place.parent.mkdir()
    place.parent.chmod(0o1777)
    if trick == "link":
        place.symlink_to(victim)
    elif trick == "hard link":
        place.hardlink_to(victim)
    elif trick == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    with user(tmp_path, "ana", fake).turn():
        assert fake.slept == 0
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("trick", ["not sticky", "not for everybody", "link", "file", "gone"])
def test_a_folder_that_is_not_for_everybody_is_not_taken(
    tmp_path: Path, common: Path, fake: FakeTime, trick: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o1777)
    if trick == "not sticky":
        common.chmod(0o777)
    elif trick == "not for everybody":
        common.chmod(0o755)
    elif trick == "link":
        (common / "readlist-pace").symlink_to(elsewhere)
    elif trick == "file":
        (common / "readlist-pace").write_text("")
    else:
        common.rmdir()
    for name in ("ana", "ben"):
        with user(tmp_path, name, fake).turn():
            pass
    assert fake.slept == 0  # each keeps a pace of their own
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_does_not_stop_anybody(
    tmp_path: Path, common: Path, fake: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with user(tmp_path, "ana", fake).turn():
        pass
    assert file_of(common).exists()


def test_where_no_folder_is_common_a_turn_is_free(
    common: Path, fake: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "name", "nt")
    pace = MachinePace("arxiv.org", clock=fake.clock, sleep=fake.sleep)
    monkeypatch.undo()
    with pace.turn(3.0, lambda *_: None, ""), pace.turn(3.0, lambda *_: None, ""):
        assert fake.slept == 0
    assert list(common.iterdir()) == []


def test_the_lock_is_the_systems_own(tmp_path: Path, common: Path, fake: FakeTime) -> None:
    with user(tmp_path, "ana", fake).turn(), file_of(common).open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with file_of(common).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
