from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection, connections

log = logging.getLogger("otklik.threads")

Result = TypeVar("Result")

# How a connection that is cut shows itself: to the ORM, and to statements beneath it.
CUT = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class DatabaseThreads:
    """A few threads that work with the database, each over a connection of its own, which is closed at the end."""

    def __init__(self, workers: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(workers, name, initializer=self.adopt)
        self._lock = threading.Lock()
        self._connections: list[Any] = []

    def adopt(self) -> None:
        """The present thread's connection is closed together with the others."""
        wrapper = connections["default"]
        with self._lock:
            if wrapper not in self._connections:
                self._connections.append(wrapper)

    def submit(self, work: Callable[..., Result], *args: Any) -> Future[Result]:
        return self._pool.submit(patiently, work, *args)

    def stop(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            for wrapper in self._connections:
                wrapper.inc_thread_sharing()
                wrapper.close()
            self._connections.clear()


def patiently(work: Callable[..., Result], *args: Any, seconds: float = 0) -> Result:
    """Does the work, once more over a new connection when PostgreSQL cut the old one; for so many seconds it is
    repeated while PostgreSQL is on its way back."""
    until = time.monotonic() + seconds
    is_last = False
    while True:
        try:
            return work(*args)
        except CUT as error:
            connection.close()
            if is_last:
                raise
            log.warning("working over a new connection: %s", error)
            is_last = time.monotonic() >= until
            if not is_last:
                time.sleep(0.1)
