"""The floors of the bench, as an ASGI program of its own: an answer and nothing else; a journal row with the same group
commit; one row, commit and notice."""

from __future__ import annotations

import os
import threading
from typing import Any

import psycopg

from otklik.lib.asgi import Receive, Scope, Send, answer, read_body
from otklik.lib.batch import Batcher

LIMIT = 1024 * 1024
TABLE = """
CREATE TABLE IF NOT EXISTS bench_journal (
    id bigserial PRIMARY KEY, body bytea NOT NULL, at timestamptz NOT NULL DEFAULT now()
) WITH (toast_tuple_target = 8160)
"""
CHANNEL = "otklik_bench"

_thread = threading.local()


def connection() -> psycopg.Connection[Any]:
    """One connection for each thread that writes."""
    if not hasattr(_thread, "connection"):
        _thread.connection = psycopg.connect(os.environ["OTKLIK_BENCH_DATABASE"])
        _thread.connection.execute(TABLE)
        _thread.connection.commit()
    own: psycopg.Connection[Any] = _thread.connection
    return own


def journal(bodies: list[bytes]) -> list[None]:
    with connection().transaction():
        connection().execute("INSERT INTO bench_journal (body) SELECT unnest(%b::bytea[])", (bodies,))
    return [None] * len(bodies)


def journal_and_tell(bodies: list[bytes]) -> list[None]:
    journal(bodies)
    with connection().transaction():
        for body in bodies:
            connection().execute("SELECT pg_notify(%s, %s)", (CHANNEL, body[:60].decode("ascii", "replace")))
    return [None] * len(bodies)


writer: Batcher[bytes, None] = Batcher(journal, limit=400)
teller: Batcher[bytes, None] = Batcher(journal_and_tell, limit=400)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = await read_body(scope, receive, LIMIT)
    if scope["path"] == "/journal":
        await writer.submit(body)
    elif scope["path"] == "/tell":
        await teller.submit(body)
    await answer(send, 200, b'{"ok":true}')
