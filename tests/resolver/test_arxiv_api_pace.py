"""No two requests of this machine closer than the delay, whoever sends them."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from readlist.errors import ServiceError
from readlist.resolver.arxiv_api import ArxivClient, Progress, Step
from readlist.resolver.arxiv_api import pace as pacing
from readlist.resolver.arxiv_api.asking import Asker
from readlist.resolver.arxiv_api.pace import Pace, pace_folder, pace_of
from tests.resolver.arxiv_support import MORNING, Ears, FakeTime, client_for
from tests.servers.arxiv import ArxivServer, Fault
from tests.servers.arxiv_samples import made_up, question_for


def test_first_turn_comes_at_once_and_the_second_after_the_delay(tmp_path: Path) -> None:
    fake = FakeTime()
    pace = Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep)
    starts = []
    for _ in range(3):
        with pace.turn():
            starts.append(fake.now)
    assert starts[0] == MORNING
    assert all(3.0 <= later - earlier < 3.2 for earlier, later in itertools.pairwise(starts))


def test_the_delay_counts_from_the_start_of_the_last_request_not_from_its_end(tmp_path: Path) -> None:
    fake = FakeTime()
    pace = Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep)
    with pace.turn():
        fake.now += 50  # a slow answer
    with pace.turn():
        assert fake.slept == 0


def test_a_second_process_keeps_the_pace_of_the_first(tmp_path: Path) -> None:
    fake = FakeTime()
    for _ in range(2):  # each its own object, as in two processes
        with Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep).turn():
            pass
    assert 3.0 <= fake.slept < 3.2


def test_a_wait_is_told_in_steps_of_at_most_a_second(tmp_path: Path) -> None:
    fake = FakeTime()
    pace = Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep)
    told: list[float] = []
    for _ in range(2):
        with pace.turn(lambda seconds, _reason: told.append(seconds)):
            pass
    assert told == sorted(told, reverse=True)
    assert len(told) >= 3
    assert max(fake.sleeps) <= 1.0


def test_a_clock_set_back_costs_one_delay_and_no_more(tmp_path: Path) -> None:
    fake = FakeTime()
    pace = Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep)
    with pace.turn():
        pass
    fake.now -= 86_400
    with pace.turn():
        assert 3.0 <= fake.slept < 3.2


def test_a_pause_survives_a_clock_set_back(tmp_path: Path) -> None:
    fake = FakeTime()
    pace = Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep)
    pace.pause(60)
    fake.now -= 86_400 * 400
    assert pace.remaining() == (60, True)
    with pace.turn():
        assert fake.slept == pytest.approx(60)


@pytest.mark.parametrize(
    "text", [b'{"started": NaN}', b'{"other": 1}', b"{", b"null", b"[1]", b'{"started": "x"}', b"\xff\xfe"]
)
def test_a_damaged_file_means_waiting_not_failing(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "arxiv.lock").write_bytes(text)
    fake = FakeTime()
    with Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep).turn():
        assert 3.0 <= fake.slept < 3.2


def test_a_pause_holds_for_every_process(tmp_path: Path) -> None:
    fake = FakeTime()
    Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep).pause(120)
    other = Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep)
    assert other.remaining() == (120, True)
    with other.turn():
        assert fake.slept == pytest.approx(120)
    assert other.remaining()[1] is False


def test_only_one_request_at_a_time(tmp_path: Path) -> None:
    fake = FakeTime()
    waited: list[str] = []

    def give_up(_seconds: float) -> None:
        raise KeyboardInterrupt  # what a person does who does not want to wait

    other = Pace(tmp_path, 0.0, clock=fake.clock, sleep=give_up)
    with (
        Pace(tmp_path, 0.0, clock=fake.clock, sleep=fake.sleep).turn(),
        pytest.raises(KeyboardInterrupt),
        other.turn(lambda _s, reason: waited.append(reason)),
    ):
        pass
    assert waited == ["another readlist is asking arXiv"]
    with other.turn():  # the lock is free again
        pass


def test_a_process_that_never_lets_go_is_named(tmp_path: Path) -> None:
    fake = FakeTime()
    with (
        Pace(tmp_path, 0.0, clock=fake.clock, sleep=fake.sleep).turn(),
        pytest.raises(ServiceError, match=r"arxiv\.lock"),
        Pace(tmp_path, 0.0, clock=fake.clock, sleep=fake.sleep).turn(),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServiceError, match=r"cannot be written"), Pace(tmp_path / "file").turn():
        pass


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from readlist.resolver.arxiv_api import Pace\n"
        "with Pace(Path(sys.argv[1]), 0.0).turn(): os._exit(9)"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert ended.returncode == 9
    fake = FakeTime()
    with Pace(tmp_path, 0.0, clock=fake.clock, sleep=fake.sleep).turn():
        pass


def test_two_clients_in_real_time_keep_the_delay_at_the_server(tmp_path: Path) -> None:
    rows = made_up(12)
    delay = 0.05
    starts: list[float] = []
    with ArxivServer(rows) as server:
        # What the pace wrote down when it gave a turn: the server sees a request whenever this machine lets it, and the
        # clock is one that nobody sets, so that a busy machine can only make a gap longer.
        kept = pace_folder(server.url, tmp_path) / "arxiv.lock"

        def note(progress: Progress) -> None:
            if progress.step == Step.REQUEST:
                starts.append(json.loads(kept.read_text())["started"])

        def run(number: int) -> None:
            with ArxivClient(
                tmp_path, url=server.url, delay=delay, listener=note, clock=lambda: MORNING + time.monotonic()
            ) as client:
                for row in rows[number * 6 : number * 6 + 4]:
                    list(client.look_up([question_for(row)]))

        threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asked = len(server.requests)
    assert all(later - earlier >= delay for earlier, later in itertools.pairwise(starts))
    assert len(starts) >= asked >= 8  # more where an answer took too long and was asked for again


def test_every_request_of_a_client_keeps_the_delay(tmp_path: Path) -> None:
    fake = FakeTime()
    ears = Ears(fake)
    rows = made_up(90)
    with ArxivServer(rows) as server, client_for(server, tmp_path, fake, listener=ears) as client:
        server.queue("redirect", "reset-before", "html")
        list(client.look_up([question_for(row) for row in rows]))
        assert client.requests == len(server.requests) == len(ears.starts) >= 5
    assert min(ears.gaps()) >= 3.0


ARXIV = "https://export.arxiv.org/api/query"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (ARXIV, "arxiv.org"),
        ("http://export.arxiv.org/api/query?x=1", "arxiv.org"),
        ("https://oaipmh.arxiv.org/oai", "arxiv.org"),
        ("https://OAIPMH.arXiv.org.:443/oai", "arxiv.org"),
        ("https://arxiv.org/abs/2401.00001", "arxiv.org"),
        ("https://notarxiv.org/api", "notarxiv.org_443"),
        ("https://arxiv.org.example.net/api", "arxiv.org.example.net_443"),
        ("http://127.0.0.1:8000/api/query", "127.0.0.1_8000"),
        ("http://127.0.0.1:8001/api/query", "127.0.0.1_8001"),
        ("http://[::1]/api", "__1_80"),
        ("http://../../etc", "_80"),
        ("no address", "_0"),
        ("http://[::1", "_0"),
        ("https://EXPORT.arXiv.org./api/query", "arxiv.org"),
        ("https://export.arxiv.org../api", "arxiv.org"),
        ("https://ｅxport.arxiv。org/api", "arxiv.org"),
    ],
)
def test_all_of_arxivs_hosts_share_a_pace_and_every_other_has_its_own(tmp_path: Path, url: str, name: str) -> None:
    folder = pace_folder(url, tmp_path / "home")
    assert folder == tmp_path / "state" / "readlist" / "pace" / name
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("host", ["export.arxiv.org", "EXPORT.ARXIV.ORG.", "user@oaipmh.arxiv.org:443"])
def test_no_setting_makes_arxiv_be_asked_faster(tmp_path: Path, host: str) -> None:
    asker = Asker(tmp_path, f"https://{host}/api", delay=0.01)
    assert asker._pace.delay == 3.0
    assert Asker(tmp_path, "http://127.0.0.1:1/api", delay=0.01)._pace.delay == 0.01


def test_two_data_folders_share_one_pace(tmp_path: Path) -> None:
    rows = made_up(2)
    fake = FakeTime()
    with ArxivServer(rows) as server:
        for number, row in enumerate(rows):
            with client_for(server, tmp_path / f"home{number}", fake) as client:
                client.records([row["id"]])
    assert 3.0 <= fake.slept < 3.2


def test_a_redirect_to_another_service_keeps_that_ones_pace(tmp_path: Path) -> None:
    fake = FakeTime()
    rows = made_up(2)
    with ArxivServer(rows) as mirror, ArxivServer(rows) as other:
        other_pace = Pace(pace_folder(other.url, tmp_path), 3.0, clock=fake.clock, sleep=fake.sleep)
        with other_pace.turn():
            pass
        mirror.queue(Fault("status", 302, (("Location", other.url),)))
        with client_for(mirror, tmp_path, fake) as client:
            assert len(client.records([rows[0]["id"]])) == 1
        assert (len(mirror.requests), len(other.requests)) == (1, 1)
    assert 3.0 <= fake.slept < 3.2  # for the other one only: the two are not one service


def test_where_the_state_folder_cannot_be_written_a_private_temporary_one_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("in the way")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = tmp_path / f"readlist-{os.getuid()}"
    assert pace_folder(ARXIV, tmp_path / "home") == mine / "pace" / "arxiv.org"
    assert mine.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("trick", ["link", "open", "file"])
def test_a_temporary_folder_that_others_could_have_made_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trick: str
) -> None:
    (tmp_path / "state").write_text("in the way")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine, elsewhere = tmp_path / f"readlist-{os.getuid()}", tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if trick == "link":
        mine.symlink_to(elsewhere)
    elif trick == "open":
        mine.mkdir()
        mine.chmod(0o777)
    else:
        mine.write_text("")
    assert pace_folder(ARXIV, tmp_path / "home") == tmp_path / "home" / "pace" / "arxiv.org"
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "pace").mkdir()
    (tmp_path / "pace" / "arxiv.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(ServiceError, match="cannot be written"), Pace(tmp_path / "pace").turn():
        pass
    assert (tmp_path / "victim").read_text() == "precious"


class FakeWindows:
    """Byte-range locks as Windows has them: by place in the file, and nobody twice, not even the same process."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], int] = {}

    def locking(self, file: int, mode: int, count: int) -> None:
        assert count == 1
        place = (os.fstat(file).st_ino, os.lseek(file, 0, os.SEEK_CUR))
        if mode == self.LK_UNLCK:
            if self.held.pop(place, None) != file:
                raise PermissionError(13, "Permission denied")
        elif place in self.held:
            raise PermissionError(13, "Permission denied")
        else:
            self.held[place] = file


@pytest.fixture
def windows_locking(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of locks as Windows would load it."""
    fake = FakeWindows()
    names = {name: getattr(fake, name) for name in ("locking", "LK_NBLCK", "LK_UNLCK")}
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(**names))
    specification = importlib.util.spec_from_file_location("windows_locking", inspect.getfile(vars(pacing)["try_lock"]))
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        specification.loader.exec_module(module)
    return module


def test_turns_with_windows_locks(tmp_path: Path, windows_locking: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "try_lock", windows_locking.try_lock)
    monkeypatch.setattr(pacing, "unlock", windows_locking.unlock)
    fake = FakeTime()
    pace = Pace(tmp_path, 3.0, clock=fake.clock, sleep=fake.sleep)
    waited: list[str] = []

    def give_up(_seconds: float) -> None:
        raise KeyboardInterrupt

    for _ in range(3):
        with pace.turn():
            other = Pace(tmp_path, 3.0, clock=fake.clock, sleep=give_up)
            with pytest.raises(KeyboardInterrupt), other.turn(lambda _s, reason: waited.append(reason)):
                pass
    assert waited == ["another readlist is asking arXiv"] * 3
    assert 6.0 <= fake.slept < 6.4
    pace.pause(60)
    assert pace.remaining() == (60, True)
    # The state is readable while somebody holds the lock: the locked byte lies behind it.
    assert (tmp_path / "arxiv.lock").stat().st_size < 1 << 16


def test_arxiv_is_never_asked_faster_than_it_allows(tmp_path: Path) -> None:
    assert pace_of("https://export.arxiv.org/api/query", tmp_path, 0.0).delay == 3.0
    assert pace_of("https://arxiv.org/pdf", tmp_path, 5.0).delay == 5.0
    assert pace_of("http://127.0.0.1:9/api/query", tmp_path, 0.0).delay == 0.0
