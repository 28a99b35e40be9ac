"""Calls that end in time, whatever the other side does: timeouts of HTTP clients begin anew with every byte."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

import httpcore2
import httpx2

PART = 64 * 1024

_clock = threading.local()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Calls of this thread by a ClockedTransport end within so many seconds."""
    _clock.until = time.monotonic() + seconds
    try:
        yield
    finally:
        _clock.until = None


def _left(timeout: float | None, error: type[Exception]) -> float | None:
    """The timeout of one step: never more than what is left of the call."""
    until = getattr(_clock, "until", None)
    if until is None:
        return timeout
    left: float = until - time.monotonic()
    if left <= 0:
        raise error("the call took too long")
    return left if timeout is None else min(timeout, left)


class ClockedTransport(httpx2.HTTPTransport):
    """For calls inside `within`; outside it is like any other."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        # The only door to the single steps of a call.
        self._pool._network_backend = _Network()


class _Network(httpcore2.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        # One address after the other, because each would get the whole timeout.
        failure: Exception = httpcore2.ConnectError(f"{host} has no address.")
        for address in _addresses(host, port):
            step = _left(timeout, httpcore2.ConnectTimeout)
            try:
                return _Stream(super().connect_tcp(address, port, step, local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In parts: within one write, each part that is taken would begin a timeout anew.
        for start in range(0, len(buffer), PART):
            part = buffer[start : start + PART]
            self._inner.write(part, _left(timeout, httpcore2.WriteTimeout))

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        step = _left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, step))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def close(self) -> None:
        self._inner.close()
