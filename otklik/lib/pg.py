"""PostgreSQL beneath the ORM, for the hot paths: whole batches in single statements."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def conninfo() -> str:
    """The database of Django's default connection, for those who speak to it by psycopg alone."""
    settings = connections["default"].settings_dict
    given = {name: str(settings[key]) for key, name in NAMES.items() if settings.get(key)}
    return make_conninfo("", **given)


def run(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Runs one statement inside the present transaction of Django's connection; its rows, if it gives any.

    Parameters are bound by the server. Write `%b` for large ones: in binary, text is not escaped in Python."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, params)  # type: ignore[arg-type]  # a plain str; every caller passes a literal
        return cursor.fetchall() if cursor.description else []


def as_json(rows: Any) -> str:
    """Rows for `json_to_recordset(%b::json)`. NUL, which PostgreSQL cannot hold, is cleaned at the doors."""
    return msgspec.json.encode(rows).decode()


def prepare_statements() -> None:
    """From now on the connection of this thread plans a repeated statement once."""
    connection.ensure_connection()
    connection.connection.prepare_threshold = 3
