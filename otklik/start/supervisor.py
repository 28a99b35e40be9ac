"""`otklik demo` and `otklik serve`: PostgreSQL, its tables, the web server and a worker, until a person stops them."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from otklik.config import env
from otklik.config.env import StartRefused
from otklik.start import banner, ports
from otklik.start.child import Child, Watch, environment
from otklik.start.console import Console
from otklik.start.lock import DataLock
from otklik.start.postgres import Postgres

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_PATIENCE = 90.0
STOP_PATIENCE = 10.0
# A part that ends this often before all serve will not do so by itself.
HOPELESS = 3


class Stopped(BaseException):
    """A person or the system asks us to stop."""


class Supervisor:
    """Runs in the main thread and has no other: its children end with the thread that started them."""

    def __init__(self, *, demo: bool, program: Sequence[str] = (sys.executable, "-m", "otklik")) -> None:
        self.demo = demo
        self.program = program
        self.watches: list[Watch] = []
        self.database: Postgres | None = None

    def run(self) -> int:
        env.check()
        self.data = env.made_data_dir()
        with DataLock(self.data) as lock, stop_signals():
            self.console = Console()
            try:
                self._bring_up(lock)
                while True:
                    self._look_after()
            except Stopped:
                self.console.say("Stopping.")
                return 0
            finally:
                self._take_down()
                self.console.close()

    def _bring_up(self, lock: DataLock) -> None:
        ports.claim(self._ports(), patience=10.0 if lock.left_by_crash else 0.0)
        if env.embedded():
            self.console.say("Starting PostgreSQL.")
            self._start_database()
        self.console.say("Bringing the tables up to date; the first time it takes a little longer.")
        self._once("migrate", *(["seed-demo"] if self.demo else []))
        for name in ("web", "worker", "shop") if self.demo else ("web", "worker"):
            self._keep(name)
        self._wait_until_served()
        if self.demo:
            self.console.show(banner.demo(self.data))
        else:
            self.console.show(banner.serve(env.public_url(), first_admin=self._answer_of("first-admin")))

    def _ports(self) -> list[int]:
        return [env.port(), env.port() + 1] if self.demo else [env.port()]

    def _start_database(self) -> None:
        self.database = Postgres(self.data, output=self.console.pipe("database"))
        try:
            self.database.start()
        finally:
            self.console.pump(0)
        if self.database.notice:
            self.console.say(self.database.notice)
        self.watches.append(Watch(self.database, self.console.say))

    def _child(self, name: str, *arguments: str) -> Child:
        return Child(name, [*self.program, name, *arguments], self._environment(), self.console.pipe(name))

    def _environment(self) -> dict[str, str]:
        return environment(OTKLIK_DATA=str(self.data))

    def _answer_of(self, name: str) -> str:
        asked = subprocess.run([*self.program, name], env=self._environment(), stdout=subprocess.PIPE, check=False)
        return asked.stdout.decode().strip()

    def _once(self, name: str, *arguments: str) -> None:
        child = self._child(name, *arguments)
        child.start()
        try:
            while child.poll() is None:
                self.console.pump(0.5)
        finally:
            child.send(signal.SIGTERM)
            self.console.pump(0)
        if child.poll() != 0:
            raise StartRefused(f"The step “{name}” did not succeed; its reason stands above.")

    def _keep(self, name: str) -> None:
        watch = Watch(self._child(name), self.console.say)
        watch.start()
        self.watches.append(watch)

    def _wait_until_served(self) -> None:
        deadline = time.monotonic() + READY_PATIENCE
        while not ports.serves(env.host(), env.port()):
            self._look_after(at_most=0.1)
            for watch in self.watches:
                if watch.failures >= HOPELESS:
                    raise StartRefused(f"“{watch.kept.name}” does not stay up; its reason stands above.")
            if time.monotonic() > deadline:
                raise StartRefused(f"The web server does not answer within {READY_PATIENCE:.0f} seconds.")

    def _look_after(self, at_most: float = 60.0) -> None:
        # Looked at before we wait: what ended in an earlier step wakes nobody now.
        for watch in self.watches:
            try:
                watch.look()
            except (StartRefused, OSError) as refusal:
                watch.put_off(str(refusal))
        self.console.pump(min(at_most, *(watch.waits for watch in self.watches)))

    def _take_down(self) -> None:
        """Children first, so that each can finish what it is at; then PostgreSQL."""
        children = [watch.kept for watch in self.watches if isinstance(watch.kept, Child)]
        deadline = time.monotonic() + STOP_PATIENCE
        for child in children:
            child.send(signal.SIGTERM)
        while any(child.poll() is None for child in children) and time.monotonic() < deadline:
            self.console.pump(0.2)
        for child in children:
            child.send(signal.SIGKILL)
        if self.database:
            self.database.stop()
        while any(child.poll() is None for child in children):
            self.console.pump(0.05)


@contextmanager
def stop_signals() -> Iterator[None]:
    """The first signal raises Stopped where we are, the next ones find us at it already."""
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise Stopped

    # Under nohup a hang-up is ignored before we come, and stays so.
    is_kept = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    taken = [number for number in STOPPING if number != signal.SIGHUP or not is_kept]
    earlier = {number: signal.signal(number, stop) for number in taken}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
