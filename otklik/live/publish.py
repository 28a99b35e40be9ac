"""Tell open pages that something changed: names of changes, never their content."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from otklik.live.hub import Change, hub
from otklik.live.listener import CHANNEL, payloads


def publish(topics: Iterable[str], name: str) -> None:
    """After the commit of the present transaction, open pages that hear one of the topics learn `name`."""
    changes = [Change(topic, name) for topic in topics]
    transaction.on_commit(lambda: tell(changes))


def tell(changes: list[Change]) -> None:
    """Tells at once: own streams directly, other processes by NOTIFY."""
    if hub.is_running:
        hub.tell_from_thread(changes)
        return
    with connection.cursor() as cursor:
        for payload in payloads("", changes):
            cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
