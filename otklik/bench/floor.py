"""The floors of `bare.py` in a process of their own, on the product's database."""

from __future__ import annotations

import subprocess
import sys
import time
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from otklik.bench.product import Product, free_port


class Floor:
    def __init__(self, product: Product, database: str) -> None:
        self.port = free_port()
        self._environment = product.environment() | {"OTKLIK_BENCH_DATABASE": database}

    def __enter__(self) -> Floor:
        # Served just as the product is.
        options = ["--http", "httptools", "--loop", "uvloop", "--no-access-log", "--log-level", "warning"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "otklik.bench.bare:application", "--port", str(self.port), *options],
            env=self._environment,
        )
        while not self._answers():
            time.sleep(0.1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/", timeout=2):
                return True
        except (URLError, OSError):
            return False
