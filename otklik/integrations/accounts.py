"""What the hot paths know of connections: read once a second, so that a webhook costs no query for it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, close_old_connections

from otklik.desk.actions.incoming import Channel
from otklik.integrations.models import Connection, KindOptions
from otklik.integrations.registry import connector_of
from otklik.lib.tokens import digest

GOOD_FOR = 1.0
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """A connection as a webhook needs it."""

    id: int
    kind: str
    name: str
    is_on: bool
    channel: Channel


def account_of(connection: Connection) -> Account:
    options = KindOptions.objects.filter(kind=connection.kind).first() or KindOptions(kind=connection.kind)
    channel = Channel(
        source_id=connection.source_id,
        label=connector_of(connection.kind).label,
        task_template_id=connection.task_template_id,
        contact_template_id=connection.contact_template_id,
        employees=tuple(connection.employees.order_by("pk").values_list("pk", flat=True)),
        groups=tuple(connection.groups.order_by("pk").values_list("pk", flat=True)),
        fallback_employee_id=connection.created_by_id,
        new_task_if_none_active=options.new_task_if_none_active,
        earlier_lines=options.earlier_lines,
    )
    return Account(connection.pk, connection.kind, connection.name, connection.is_on, channel)


class Accounts:
    """Accounts by kind and the token of their webhook address; at most a second old."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[float, Account | None]] = {}
        self._loading: dict[bytes, asyncio.Future[Account | None]] = {}

    async def find(self, kind: str, token: str) -> Account | None:
        # Looked up by its hash: how long that takes tells nothing about the token.
        key = digest(f"{kind} {token}")
        known = self._known.get(key)
        if known is not None and time.monotonic() - known[0] < GOOD_FOR:
            return known[1]
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = asyncio.ensure_future(self._load(key, kind, token))
        return await loading

    async def _load(self, key: bytes, kind: str, token: str) -> Account | None:
        try:
            account = await self._read(key, kind, token)
            if len(self._known) > MOST:
                self._known.clear()
            self._known[key] = (time.monotonic(), account)
            return account
        finally:
            self._loading.pop(key, None)

    async def _read(self, key: bytes, kind: str, token: str) -> Account | None:
        try:
            return await asyncio.to_thread(_read, kind, token)
        except DatabaseError as error:
            # The webhook itself waits for the database in the inbox; an account of a second ago will do.
            if (known := self._known.get(key)) is not None:
                return known[1]
            raise Unknowable from error


class Unknowable(Exception):
    """The database is away, and this address was not asked for before."""


def _read(kind: str, token: str) -> Account | None:
    close_old_connections()
    try:
        connection: Any = Connection.objects.present().filter(kind=kind, token=token).first()
        return account_of(connection) if connection else None
    finally:
        close_old_connections()
