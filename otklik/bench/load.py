"""Load from a process of its own: as many connections as told, each with one request on its way, for some seconds.

`python -m otklik.bench.load` reads its orders as JSON from standard input and prints what it saw as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import uvloop

from otklik.bench.conversation import Conversations


class Caller(asyncio.Protocol):
    """One connection: writes a request, waits for the whole answer, writes the next."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._started = 0.0
        self._answer = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, separator, rest = self._answer.partition(b"\r\n\r\n")
        if not separator or len(rest) < content_length(head):
            return
        self._load.note(head.startswith(b"HTTP/1.1 200"), time.perf_counter() - self._started)
        self._answer = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        self._load.lost()

    def _next(self) -> None:
        wait = self._load.wait()
        if wait is None:
            self._transport.close()
        elif wait > 0:
            asyncio.get_running_loop().call_later(wait, self._write)
        else:
            self._write()

    def _write(self) -> None:
        self._started = time.perf_counter()
        self._transport.write(self._load.request())


def content_length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0


class Load:
    """`rate` is in requests a second over all connections; 0 means as fast as answers come."""

    def __init__(self, orders: dict[str, Any]) -> None:
        self._orders = orders
        self._requests: Iterator[bytes] = requests(orders)
        self._until = time.perf_counter() + orders["seconds"]
        self._interval = 1 / orders["rate"] if orders["rate"] else 0.0
        self._next_at = time.perf_counter()
        self._open = orders["connections"]
        self.done = asyncio.Event()
        self.latencies: list[float] = []
        self.failures = 0

    def wait(self) -> float | None:
        """Seconds until this connection may send again; None: it is over."""
        now = time.perf_counter()
        if now >= self._until:
            return None
        if not self._interval:
            return 0
        self._next_at = max(self._next_at + self._interval, now)
        return self._next_at - now

    def request(self) -> bytes:
        return next(self._requests)

    def note(self, is_ok: bool, seconds: float) -> None:
        self.latencies.append(seconds)
        self.failures += not is_ok

    def lost(self) -> None:
        self._open -= 1
        if not self._open:
            self.done.set()


def requests(orders: dict[str, Any]) -> Iterator[bytes]:
    head = (
        f"POST {orders['path']} HTTP/1.1\r\nHost: {orders['host']}:{orders['port']}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    for body in Conversations(orders["seed"], orders["known"]):
        yield head + str(len(body)).encode() + b"\r\n\r\n" + body


async def run(orders: dict[str, Any]) -> dict[str, Any]:
    load = Load(orders)
    loop = asyncio.get_running_loop()
    started, cpu = time.perf_counter(), time.process_time()
    for _ in range(orders["connections"]):
        await loop.create_connection(lambda: Caller(load), orders["host"], orders["port"])
    await load.done.wait()
    seconds = time.perf_counter() - started
    latencies = sorted(load.latencies)
    return {
        "answers": len(latencies),
        "failures": load.failures,
        "seconds": seconds,
        "rate": len(latencies) / seconds,
        "p50": 1000 * latencies[len(latencies) // 2],
        "p99": 1000 * latencies[len(latencies) * 99 // 100],
        "busy": (time.process_time() - cpu) / seconds,
    }


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(run(json.load(sys.stdin)))))
