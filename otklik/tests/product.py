"""The whole product as a person has it: `python -m otklik demo` on a data folder and ports of its own."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from otklik.config import database_url
from otklik.start import kinship
from otklik.start.ports import serves

# Generous, because a machine that tests has much to do at once; nobody waits so long when all is well.
PATIENCE = 120.0
Row = tuple[Any, ...]


class Product:
    """Started with `start`, ended with `stop`, or killed, wholly or in part."""

    def __init__(self) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="otklik-product-"))
        # PostgreSQL's user must pass through when we are root.
        self.data.chmod(0o711)
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the product serves."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "DATABASE_URL"))}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "otklik", "demo"],
                env=kept | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # A run of tests that is killed must leave nothing behind.
                preexec_fn=kinship.ends_with_us(signal.SIGINT),
            )
        self.wait_until_served()

    @property
    def _environment(self) -> dict[str, str]:
        # Servers of mail on this machine go by that name; by its number it stays closed to sites.
        return {"OTKLIK_DATA": str(self.data), "OTKLIK_PORT": str(self.port), "OTKLIK_INTERNAL_HOSTS": "localhost"}

    def wait_until_served(self) -> None:
        self.wait(lambda: serves("127.0.0.1", self.port) and serves_shop(self.port + 1))

    def wait(self, condition: Callable[[], object]) -> None:
        """Until it holds; a product that ends meanwhile, or a condition that never holds, is told with the log."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process and self.process.poll() is None, f"The product has ended:\n{self.said}"
            assert time.monotonic() < deadline, f"In vain waited for. The product said:\n{self.said[-4000:]}"
            time.sleep(0.05)

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.data)

    @property
    def _log(self) -> Path:
        return self.data / "said.log"

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    # ---- its parts

    def pid(self, role: str) -> int:
        """The process of `web`, `worker`, `shop` or `postgres`."""
        return self._children()[role]

    def kill(self, role: str) -> int:
        """`kill -9` of one part; its number, which the next one will not have."""
        pid = self.pid(role)
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_all(self) -> None:
        """`kill -9` of all at once, the supervisor first, so that it can put nothing right."""
        assert self.process
        parts = list(self._children().values())
        self.process.kill()
        for pid in parts:
            os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def is_replaced(self, role: str, killed: int) -> bool:
        return self._children().get(role, killed) != killed

    def _children(self) -> dict[str, int]:
        assert self.process
        found = {}
        for pid in _pids_below(self.process.pid):
            words = _command(pid)
            if words:
                found["postgres" if words[0].endswith("/postgres") else words[-1]] = pid
        return found

    # ---- what it knows

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What demo.json tells a person."""
        told: dict[str, Any] = json.loads((self.data / "demo.json").read_text(encoding="utf-8"))
        return told

    def sign_in_of(self, who: str) -> tuple[str, str]:
        """E-mail and password of an employee by the beginning of his address."""
        person = next(one for one in self.facts["employees"] if one["email"].startswith(f"{who}@"))
        return person["email"], person["password"]

    def task_of(self, text: str) -> int:
        """The number of the latest task in which somebody wrote this, once it is there."""
        query: LiteralString = """
            SELECT t.number FROM desk_task t JOIN desk_comment c ON c.task_id = t.id WHERE c.text = %s
            ORDER BY t.number DESC"""
        self.wait(lambda: self.run(query, text))
        return int(self.run(query, text)[0][0])

    def wait_until_quiet(self) -> None:
        """Until nothing is on its way between chat and desk: a sender that is killed keeps its claim for a while."""
        self.wait(
            lambda: (
                not self.run(
                    """SELECT 1 FROM chat_hookdelivery WHERE state = 'due'
                   UNION ALL SELECT 1 FROM integrations_delivery WHERE state IN ('due', 'sending')"""
                )
            )
        )

    def run(self, query: LiteralString, *values: object) -> list[Row]:
        """Asks, or changes, the product's database directly."""
        with psycopg.connect(database_url.of_embedded(self.data)) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []


def serves_shop(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    """One with a free one above it, below those that the system gives out by itself."""
    while True:
        port = random.randrange(20_000, 30_000, 2)
        try:
            with socket.create_server(("127.0.0.1", port)), socket.create_server(("127.0.0.1", port + 1)):
                return port
        except OSError:
            continue


def _pids_below(parent: int) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _command(pid: int) -> list[str]:
    """The words by which a process was started; none when it has ended."""
    try:
        return [word.decode() for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") if word]
    except OSError:
        return []
