import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from otklik.start import account, orphans, places
from otklik.start.child import LONGEST, Watch
from otklik.start.ports import serves

PARTS = Path(__file__).with_name("parts.py")
PATIENCE = 30.0


class Terminal:
    """A person's window in which Otklik runs."""

    def __init__(self, data: Path, port: int, **changed: str) -> None:
        self.data = data
        self.port = port
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, str(PARTS)],
            env=os.environ | {"OTKLIK_DATA": str(data), "OTKLIK_PORT": str(port)} | changed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def reads(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Wait until a line like this was said so many times; the answer is the last."""
        deadline = time.monotonic() + PATIENCE
        while len(found := list(re.finditer(pattern, self.said))) < times:
            assert self._listen(deadline), f"{pattern!r} was not said in:\n{self.said}"
        return found[-1]

    def ends(self) -> int:
        deadline = time.monotonic() + PATIENCE
        while self._listen(deadline):
            pass
        return self.process.wait(PATIENCE)

    def _listen(self, deadline: float) -> bool:
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        said = os.read(self.process.stdout.fileno(), 65536) if ready else b""
        self.said += said.decode()
        return bool(said)

    def pid(self, name: str, life: int = 1) -> int:
        return int(self.reads(rf"{name} +\| runs as (\d+)", life)[1])

    def database_pid(self) -> int:
        return int((places.cluster_dir(self.data) / "postmaster.pid").read_text().split("\n")[0])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


Start = Callable[..., Terminal]


@contextmanager
def hang_up(handler: signal.Handlers) -> Iterator[None]:
    """What is started within inherits what a hang-up does."""
    earlier = signal.signal(signal.SIGHUP, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, earlier)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(data: Path, port: int) -> Iterator[Start]:
    windows: list[Terminal] = []

    def open_window(**changed: str) -> Terminal:
        windows.append(Terminal(data, port, **changed))
        return windows[-1]

    yield open_window
    for window in windows:
        window.process.send_signal(signal.SIGTERM)
        window.process.wait(PATIENCE)
        assert window.process.stdout
        window.process.stdout.close()


def ended(pid: int) -> bool:
    """Within the patience of the test; a dead process that nobody asked about counts as ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def test_a_start_says_when_it_serves_and_where_the_first_administrator_goes(start: Start, port: int) -> None:
    window = start()

    window.reads(f"Otklik is ready: http://127.0.0.1:{port}\n")
    window.reads(r"The first administrator .*\n\n    http://localhost/setup/\n")

    assert serves("127.0.0.1", port)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_leaves_no_process(start: Start, data: Path, how: signal.Signals) -> None:
    # The tests themselves may run under nohup.
    with hang_up(signal.SIG_DFL):
        window = start()
    window.reads("/setup/")
    pids = [window.pid("web"), window.pid("worker"), window.database_pid()]

    window.process.send_signal(how)

    assert window.ends() == 0
    assert all(ended(pid) for pid in pids)
    assert orphans.workers(places.cluster_dir(data), account.for_cluster(places.cluster_dir(data))) == []


def test_under_nohup_a_hang_up_stops_nothing(start: Start) -> None:
    with hang_up(signal.SIG_IGN):
        window = start()
    window.reads("/setup/")

    window.process.send_signal(signal.SIGHUP)
    # It still looks after its parts.
    os.kill(window.pid("worker"), signal.SIGKILL)

    window.reads(r"worker was ended by SIGKILL; starting it again")
    assert "Stopping." not in window.said


def test_a_killed_part_is_started_again(start: Start) -> None:
    window = start()
    window.reads("/setup/")
    first = window.pid("worker")

    os.kill(first, signal.SIGKILL)

    window.reads(r"worker was ended by SIGKILL; starting it again in 0.5 s")
    assert window.pid("worker", life=2) != first


def test_a_killed_database_is_started_again(start: Start) -> None:
    window = start()
    window.reads("/setup/")
    first = window.database_pid()

    os.kill(first, signal.SIGKILL)

    window.reads(r"database was ended by SIGKILL; starting it again")
    window.reads(r"database runs again")
    assert window.database_pid() != first


def test_who_kills_the_supervisor_kills_all_and_the_next_start_recovers(start: Start) -> None:
    window = start()
    window.reads("/setup/")
    pids = [window.pid("web"), window.pid("worker"), window.database_pid()]

    window.kill()

    assert all(ended(pid) for pid in pids)
    start().reads("/setup/")


def test_a_kill_of_all_at_once_is_recovered_too(start: Start) -> None:
    window = start()
    window.reads("/setup/")
    pids = [window.database_pid(), window.pid("web"), window.pid("worker")]

    window.process.kill()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    window.process.wait()

    start().reads("/setup/")


def test_a_second_start_on_the_same_data_is_refused(start: Start, data: Path) -> None:
    window = start()
    window.reads("/setup/")

    second = start()

    assert second.ends() == 2
    assert second.said.startswith(f"Otklik already runs on {data} (process {window.process.pid}): stop it")
    assert second.said.count("\n") == 1


def test_a_taken_port_is_refused(start: Start, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        window = start()

        assert window.ends() == 2

    assert window.said.startswith("Set OTKLIK_PORT to another port, or stop what uses")


def test_an_odd_value_is_refused_before_anything_starts(start: Start) -> None:
    window = start(OTKLIK_TRUSTED_PROXIES="everybody")

    assert window.ends() == 2
    assert window.said.startswith("Set OTKLIK_TRUSTED_PROXIES")


@pytest.mark.parametrize("name", ["migrate", "web"])
def test_a_part_that_cannot_start_stops_the_start(start: Start, data: Path, name: str) -> None:
    window = start(BROKEN_PART=name)

    assert window.ends() == 2
    assert f"{name:<8} | This part is broken." in window.said
    assert "its reason stands above" in window.said.splitlines()[-1]
    assert orphans.workers(places.cluster_dir(data), account.for_cluster(places.cluster_dir(data))) == []


def test_a_database_elsewhere_is_used_and_not_stopped(start: Start, made_once: Path) -> None:
    from otklik.config import database_url
    from otklik.start.postgres import Postgres

    server = Postgres(made_once, durable=False)
    server.start()
    try:
        window = start(DATABASE_URL=database_url.of_embedded(made_once))
        window.reads("/setup/")
        window.process.send_signal(signal.SIGINT)
        assert window.ends() == 0
        assert server.poll() is None
    finally:
        server.stop()


def test_a_database_that_does_not_answer_is_said_in_a_sentence(start: Start) -> None:
    window = start(DATABASE_URL="postgres://127.0.0.1:1/otklik")

    assert window.ends() == 2
    assert "Start PostgreSQL or correct DATABASE_URL" in window.said


class Dying:
    name = "worker"

    def start(self) -> None:
        pass

    def poll(self) -> int:
        return 1


def test_a_part_that_keeps_ending_is_started_later_each_time() -> None:
    said: list[str] = []
    watch = Watch(Dying(), said.append)

    for _ in range(9):
        watch.start()
        watch.look()

    assert said[0] == "worker ended with code 1; starting it again in 0.5 s."
    assert said[3] == "worker ended with code 1; starting it again in 4 s."
    assert said[-1] == f"worker ended with code 1; starting it again in {LONGEST:g} s."
