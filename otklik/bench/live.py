"""From the visitor's POST to the event in the employee's stream, while the door is half busy; against one POST, one
commit and one notice."""

from __future__ import annotations

import json
import select
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx2
import psycopg
from django.core import signing

from otklik.bench.bare import CHANNEL
from otklik.bench.product import Product
from otklik.live.ticket import SALT

# The chat lets nobody write faster than a person, so several visitors take turns.
VISITORS = 20
MESSAGES = 200
PAUSE = 0.1


@dataclass(frozen=True)
class Delay:
    """Milliseconds."""

    p50: float
    p99: float


def delay_of(seconds: list[float]) -> Delay:
    ordered = sorted(seconds)
    return Delay(1000 * ordered[len(ordered) // 2], 1000 * ordered[len(ordered) * 99 // 100])


class Stream(threading.Thread):
    """An employee's open page: notes when each change of the visitors' tasks is heard."""

    def __init__(self, product: Product, secret: str, topics: list[str]) -> None:
        super().__init__(daemon=True)
        ticket = signing.dumps(topics, key=secret, salt=SALT)
        self._address = f"http://127.0.0.1:{product.port}/live/stream?ticket={ticket}"
        self.heard = threading.Semaphore(0)
        self.is_open = threading.Event()

    def run(self) -> None:
        # The stream ends with the product.
        with (
            suppress(httpx2.TransportError),
            httpx2.Client(timeout=None, trust_env=False) as client,
            client.stream("GET", self._address) as answer,
        ):
            for line in answer.iter_lines():
                if line == "event: open":
                    self.is_open.set()
                elif line.startswith("data:") and "client_wrote" in line:
                    self.heard.release()


def measure(product: Product, database: str) -> Delay:
    """The whole way: the visitor's post, the chat, its webhook, the door, the desk, the stream."""
    secret = (product.data / "secret_key").read_text().strip()
    with httpx2.Client(base_url=f"http://127.0.0.1:{product.port}", trust_env=False, timeout=60) as client:
        visitors = [Visitor(client, product.told["site_key"]) for _ in range(VISITORS)]
        for visitor in visitors:
            visitor.post()
        stream = Stream(product, secret, [f"task:{task_of(database, visitor.first_text)}" for visitor in visitors])
        stream.start()
        stream.is_open.wait(60)
        delays = []
        for place in range(MESSAGES):
            started = time.perf_counter()
            visitors[place % VISITORS].post()
            if not stream.heard.acquire(timeout=60):
                raise RuntimeError("A message was not heard of within a minute.")
            delays.append(time.perf_counter() - started)
            time.sleep(PAUSE)
    return delay_of(delays)


class Visitor:
    """Somebody who writes in the demo site's chat."""

    def __init__(self, client: httpx2.Client, key: str) -> None:
        self._client = client
        self._key = key
        self._secret = uuid.uuid4().hex + uuid.uuid4().hex
        self.first_text = f"bench {uuid.uuid4()}"
        self._text = self.first_text

    def post(self) -> None:
        body: dict[str, Any] = {"key": self._key, "id": str(uuid.uuid4()), "text": self._text, "pages": []}
        answer = self._client.post("/widget/messages", json=body, headers={"Authorization": f"Visitor {self._secret}"})
        answer.raise_for_status()
        self._text = "and one more"


def task_of(database: str, text: str) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with psycopg.connect(database) as connection:
            row = connection.execute("SELECT task_id FROM desk_comment WHERE text = %s", (text,)).fetchone()
        if row:
            return int(row[0])
        time.sleep(0.05)
    raise RuntimeError("The first message did not become a task.")


def measure_floor(port: int, database: str) -> Delay:
    """One POST, one row committed, one notice heard."""
    delays = []
    with (
        psycopg.connect(database, autocommit=True) as connection,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
    ):
        connection.execute(f"LISTEN {CHANNEL}")
        for place in range(MESSAGES):
            mark = json.dumps({"place": place, "at": time.time()})[:60]
            started = time.perf_counter()
            client.post("/tell", content=mark).raise_for_status()
            _wait_for(connection, mark)
            delays.append(time.perf_counter() - started)
            time.sleep(PAUSE)
    return delay_of(delays)


def _wait_for(connection: psycopg.Connection[Any], mark: str) -> None:
    while True:
        for notice in connection.notifies(timeout=0):
            if notice.payload == mark:
                return
        select.select([connection.fileno()], [], [], 1)
