"""PostgreSQL beneath the ORM, for the hot paths: whole batches in single statements, statements without waiting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}

Rows = list[tuple[Any, ...]]


def conninfo() -> str:
    """The database of Django's default connection, for those who speak to it by psycopg alone."""
    settings = connections["default"].settings_dict
    given = {name: str(settings[key]) for key, name in NAMES.items() if settings.get(key)}
    return make_conninfo("", **given)


class Pending:
    """A statement on its way; its answer is waited for when it is asked for."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor

    @property
    def has_rows(self) -> bool:
        """Whether there will be rows; within a pipeline nobody knows yet, and whoever asks for them expects some."""
        return self._cursor.description is not None or self._cursor.pgresult is None

    def rows(self) -> Rows:
        with self._cursor as cursor:
            return cursor.fetchall()


def post(sql: str, *params: Any) -> Pending:
    """Sends one statement inside the present transaction of Django's connection. Within `pipeline()` nothing waits for
    its answer, and an error shows with the next answer that is waited for.

    Parameters are bound by the server. Write `%b` for large ones: in binary, text is not escaped in Python."""
    connection.ensure_connection()
    cursor: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
    cursor.execute(sql, params)
    return Pending(cursor)


def run(sql: str, *params: Any) -> Rows:
    """Runs one statement and waits for its rows. Within `pipeline()` it must be one that gives rows."""
    pending = post(sql, *params)
    return pending.rows() if pending.has_rows else []


@contextmanager
def pipeline() -> Iterator[None]:
    """Statements sent inside wait for nothing but the answers that are asked for: round trips, which would be most of a
    batch's time, shrink to a few."""
    connection.ensure_connection()
    with connection.connection.pipeline():
        yield


def as_json(rows: Any) -> str:
    """Rows for `json_to_recordset(%b::json)`. NUL, which PostgreSQL cannot hold, is cleaned at the doors."""
    return msgspec.json.encode(rows).decode()


def keys_json(keys: Iterable[tuple[int, str]]) -> str:
    """Keys for `json_to_recordset(%b::json) AS wanted(source bigint, remote text)`; far cheaper than two arrays, which
    psycopg builds in Python."""
    return as_json([{"source": source, "remote": remote} for source, remote in keys])


# Batches look up some rows by their keys in tables of any size: always by an index, planned once.
BATCH_SETTINGS = """
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off;
SET plan_cache_mode = force_generic_plan; SET jit = off; SET lock_timeout = '2s'
"""


def become_writer() -> None:
    """Makes the connection of this thread one for batches: it plans a statement once, and waits two seconds at most for
    a lock. For threads that do nothing else."""
    if connection.connection is None or connection.connection.prepare_threshold != 1:
        connection.ensure_connection()
        connection.connection.prepare_threshold = 1
        connection.connection.execute(BATCH_SETTINGS)
        if not connection.in_atomic_block:
            connection.connection.commit()
