"""A PostgreSQL address, taken apart by libpq itself, so that it means what it means to every other program."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from otklik.start import places

Refuse = Callable[[str], Exception]

SCHEMES = ("postgres://", "postgresql://")
DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def of_embedded(data: Path) -> str:
    """The server that we start ourselves listens on a socket only."""
    return f"postgres:///{places.DATABASE}?host={quote(str(places.socket_dir(data)), safe='')}&user={places.ROLE}"


def django_entry(url: str, *, refuse: Refuse) -> dict[str, Any]:
    options = _parts(url, refuse)
    named = {DJANGO_NAMES[name]: options.pop(name) for name in DJANGO_NAMES if name in options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        # Each thread of the pool that serves pages keeps its connection; one that PostgreSQL's restart cut is noticed.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def conninfo(url: str, *, refuse: Refuse) -> str:
    return make_conninfo("", **_parts(url, refuse))


def _parts(url: str, refuse: Refuse) -> dict[str, Any]:
    # The address may hold a password: no message repeats it, nor what libpq says about it.
    if not url.startswith(SCHEMES):
        raise refuse("only PostgreSQL addresses are understood")
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise refuse("the present one cannot be read; write special characters of a password as %XX") from None
    if not parts.get("dbname"):
        raise refuse("the present one lacks the name of the database at its end")
    return {"application_name": "otklik", "connect_timeout": 10} | parts
