"""The real web server in a process of its own, over the tests' own database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError
from urllib.parse import quote

from django.conf import settings
from django.db import connection

START = 180
QUIET = 20
PROGRAM = "from otklik.start.cli import main; raise SystemExit(main())"


class RunningDesk:
    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = environment_here() | {
            "OTKLIK_PORT": str(self.port),
            "OTKLIK_PUBLIC_URL": self.address,
        }
        self._otklik("migrate").wait(START)
        self.start()

    def start(self) -> None:
        self.process = self._otklik("web")
        deadline = time.monotonic() + START
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=5):
                    return
            except (URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def _otklik(self, word: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", PROGRAM, word], env=self.environment)


def environment_here() -> dict[str, str]:
    """Of another process that works on the data of this test."""
    return os.environ | {"DATABASE_URL": tests_database_url()}


def tests_database_url() -> str:
    """Where this process keeps its data, as another process may be told."""
    database = settings.DATABASES["default"]
    parts = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    given = {name: str(database[key]) for name, key in parts.items() if database.get(key)}
    return "postgres:///?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())


def wait_for_quiet() -> None:
    """Nobody else is in the midst of a transaction, several looks in a row: what closed pages had asked for, even at
    the moment of closing, is answered. Tables emptied before that may be waited for by both sides."""
    deadline, quiet = time.monotonic() + QUIET, 0
    with connection.cursor() as cursor:
        while quiet < 4 and time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            )
            (busy,) = cursor.fetchone()
            quiet = 0 if busy else quiet + 1
            time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
