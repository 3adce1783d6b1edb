"""No two requests of this machine closer than the delay, whoever sends them."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from readlist.errors import ServiceError
from readlist.resolver.arxiv_api import ArxivClient, Pace
from tests.resolver.arxiv_support import MORNING, Ears, FakeTime, client_for
from tests.servers.arxiv import ArxivServer
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
    with ArxivServer(rows) as server:

        def run(number: int) -> None:
            with ArxivClient(tmp_path, url=server.url, delay=delay, read_timeout=5) as client:
                for row in rows[number * 6 : number * 6 + 4]:
                    list(client.look_up([question_for(row)]))

        threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.requests) == 8
        # The server's own clock is read a little after each start, so a single gap may look a hair shorter.
        assert min(server.gaps()) >= 0.8 * delay
        assert server.requests[-1].started - begun >= 7 * delay


def test_every_request_of_a_client_keeps_the_delay(tmp_path: Path) -> None:
    fake = FakeTime()
    ears = Ears(fake)
    rows = made_up(90)
    with ArxivServer(rows) as server, client_for(server, tmp_path, fake, listener=ears) as client:
        server.queue("redirect", "reset-before", "html")
        list(client.look_up([question_for(row) for row in rows]))
        assert client.requests == len(server.requests) == len(ears.starts) >= 5
    assert min(ears.gaps()) >= 3.0
