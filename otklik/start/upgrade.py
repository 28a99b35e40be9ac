"""Bring what a new version needs: tables and static files. Harmless when all is up to date, and one at a time."""

import hashlib
import os
from typing import Any, LiteralString

import psycopg

from otklik.config import env

# Two machines that start at once must not migrate at once; the number is arbitrary and ours.
UPGRADE_LOCK = 7_305_218

OLDEST = 150_000

# These extensions of htmx import a module that is not shipped with them, which hashed names do not forgive.
UNUSED = ["django_htmx/ext/*"]


def upgrade() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    with checked_connection() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [UPGRADE_LOCK])
        call_command("migrate", interactive=False, verbosity=0)
    _collect_static()


def _collect_static() -> None:
    from django.conf import settings
    from django.core.management import call_command

    # Hashing and compressing take seconds, so that an ordinary start asks first whether a file has changed.
    stamp, state = settings.DATA_DIR / "static.stamp", _state_of_static()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
    stamp.write_text(state)


def _state_of_static() -> str:
    from django.contrib.staticfiles.finders import get_finders

    found = [storage.path(name) for finder in get_finders() for name, storage in finder.list(UNUSED)]
    facts = [f"{path} {(status := os.stat(path)).st_mtime_ns} {status.st_size}" for path in sorted(found)]
    return hashlib.sha256("\n".join(facts).encode(errors="surrogateescape")).hexdigest()


def checked_connection() -> psycopg.Connection[tuple[Any, ...]]:
    """A connection to a server on which nothing fails silently later."""
    try:
        connection = psycopg.connect(env.conninfo(), autocommit=True)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise env.StartRefused(f"Start PostgreSQL or correct DATABASE_URL: {reason}") from None
    if connection.info.server_version < OLDEST:
        raise env.StartRefused("Update the PostgreSQL of DATABASE_URL: at least version 15 is needed.")
    # With the locale C, upper and lower case are known of English only, and search misses Cyrillic words.
    if not _one(connection, "SELECT current_setting('server_encoding') = 'UTF8' AND lower('Я') = 'я'"):
        raise env.StartRefused(
            "Make the database of DATABASE_URL with ENCODING 'UTF8' and a UTF-8 locale such as C.UTF-8."
        )
    return connection


def _one(connection: psycopg.Connection[tuple[Any, ...]], query: LiteralString) -> object:
    row = connection.execute(query).fetchone()
    return row and row[0]
