"""Reading that may take long: so many people at a time, each for so long (field note 12)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import psycopg
from django.db import OperationalError, connections, transaction

# Of eight threads that serve pages, so many may search at a time: the others are never kept from their work.
AT_A_TIME = 3
# Seconds for which one waits for his turn.
PATIENCE = 2.0
_places = threading.BoundedSemaphore(AT_A_TIME)


class TooBroad(Exception):
    """It would take longer than it may take, or too many people search at this moment."""


class Clock:
    def __init__(self, milliseconds: int, using: str) -> None:
        self.using = using
        self._end = monotonic() + milliseconds / 1000

    def tick(self) -> None:
        """From here on a statement may take what is left of the time. Raises TooBroad when nothing is."""
        left = int(1000 * (self._end - monotonic()))
        if left < 1:
            raise TooBroad
        _allow(left, self.using)


@contextmanager
def limited(milliseconds: int, using: str = "default") -> Iterator[Clock]:
    """Whatever is asked of this database inside may take so long, for as many people as may search at a time. Raises
    TooBroad."""
    if not _places.acquire(timeout=PATIENCE):
        raise TooBroad
    try:
        with within(milliseconds, using) as clock:
            yield clock
    finally:
        _places.release()


@contextmanager
def within(milliseconds: int, using: str = "default") -> Iterator[Clock]:
    """As `limited`, for what everybody does in passing."""
    try:
        with transaction.atomic(using=using):
            clock = Clock(milliseconds, using)
            clock.tick()
            yield clock
            _allow(0, using)
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise
        raise TooBroad from error


def _allow(milliseconds: int, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
