"""How processes hear of each other: one connection a process that listens and, some milliseconds apart, announces."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg

from otklik.lib import pg

if TYPE_CHECKING:
    from otklik.live.hub import Change

CHANNEL = "otklik_live"
# NOTIFY takes less than 8000 bytes.
PAYLOAD_LIMIT = 7000
# A notice inside each batch would cost a quarter of the throughput; together they cost nothing.
TOGETHER = 0.02


class Listener:
    log = logging.getLogger("otklik.live")

    def __init__(self, tell: Callable[[list[Change]], None]) -> None:
        self._tell = tell
        self._process = uuid.uuid4().hex[:8]
        self._waiting: dict[Change, None] = {}
        self._has_news: asyncio.Event | None = None

    def announce(self, changes: list[Change]) -> None:
        """Tells other processes soon; only from the loop's thread."""
        if self._has_news is not None:
            self._waiting.update(dict.fromkeys(changes))
            self._has_news.set()

    async def run(self) -> None:
        """Keeps one connection for hearing and one for telling, for ever."""
        self._has_news = asyncio.Event()
        await asyncio.gather(self._keep(self._hear), self._keep(self._speak))

    async def _keep(self, work: Callable[[psycopg.AsyncConnection[tuple[object, ...]]], object]) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(pg.conninfo(), autocommit=True) as connection:
                    await work(connection)  # type: ignore[misc]
            except psycopg.Error as error:
                self.log.warning("waiting for PostgreSQL: %s", error)
                await asyncio.sleep(0.5)

    async def _hear(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for notice in connection.notifies():
            process, changes = parse(notice.payload)
            if process != self._process:
                self._tell(changes)

    async def _speak(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        assert self._has_news is not None
        while True:
            await self._has_news.wait()
            await asyncio.sleep(TOGETHER)
            self._has_news.clear()
            changes, self._waiting = list(self._waiting), {}
            for payload in payloads(self._process, changes):
                await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))


def payloads(process: str, changes: list[Change]) -> Iterator[str]:
    """NOTIFY payloads that together hold all changes."""
    part: list[Change] = []
    size = 0
    for change in changes:
        length = len(json.dumps(change)) + 1
        if part and size + length > PAYLOAD_LIMIT:
            yield json.dumps([process, part])
            part, size = [], 0
        part.append(change)
        size += length
    if part:
        yield json.dumps([process, part])


def parse(payload: str) -> tuple[str, list[Change]]:
    from otklik.live.hub import Change

    process, changes = json.loads(payload)
    return process, [Change(topic, name) for topic, name in changes]
