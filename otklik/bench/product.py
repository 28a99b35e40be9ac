"""The product as a user starts it, in a data folder of its own, for the time of a bench."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import urlopen

PATIENCE = 120


class Product:
    """`with Product() as product`: started by `otklik demo`, stopped and removed at the end."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="otklik-bench-")
        self.data = Path(self._folder.name)
        # PostgreSQL's user must pass through when we are root.
        self.data.chmod(0o711)
        self.port = free_port()
        self.told: dict[str, Any] = {}

    def __enter__(self) -> Product:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "otklik", "demo"],
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while not self._is_ready():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError("Otklik did not start; `otklik demo` says why.")
            time.sleep(0.2)
        self.told = json.loads((self.data / "demo.json").read_text())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(60)
        self._folder.cleanup()

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "OTKLIK_PUBLIC_URL")}
        return kept | {"OTKLIK_DATA": str(self.data), "OTKLIK_PORT": str(self.port), "OTKLIK_LOG_LEVEL": "WARNING"}

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200) and (self.data / "demo.json").exists()
        except OSError:
            return False


def free_port() -> int:
    """A port of which the next one is free, too: the demo shop takes it."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
