"""That somebody writes, or has read, goes both ways at once or never: nothing of it is stored or repeated."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from otklik.desk.actions import attending
from otklik.desk.models import Comment, Employee, ReplyTarget, Task
from otklik.integrations import mailed
from otklik.integrations.connector import TellsAttention
from otklik.integrations.errors import ConnectorError
from otklik.integrations.models import Connection, Link
from otklik.integrations.registry import connector_of
from otklik.integrations.voices import voice_of

# What waits longer behind slow remotes is out of date.
MOST_WAITING = 20
MOST_REMEMBERED = 10_000

log = logging.getLogger("otklik.attention")
_threads = ThreadPoolExecutor(2, thread_name_prefix="attention")
_room = threading.BoundedSemaphore(MOST_WAITING)


class Attention:
    """What `desk.actions.attending` asks for."""

    def __init__(self) -> None:
        # The latest message of each way of which the remote was told that it is read.
        self._read: dict[int, str] = {}

    def writes(self, target: ReplyTarget, employee: Employee) -> None:
        soon(_tell_writing, target, employee)

    def has_read(self, task: Task) -> None:
        said = task.comments.filter(kind=Comment.Kind.CLIENT, target__isnull=False, target__is_open=True)
        latest = said.order_by("target", "-number").distinct("target").select_related("target")
        for comment in latest:
            target = comment.target
            if target is not None and self._read.get(target.pk) != comment.remote_id:
                soon(self._tell_read, target, comment.remote_id or "")

    def cancel_mail(self, comment: Comment) -> None:
        soon(mailed.cancel, comment)

    def _tell_read(self, target: ReplyTarget, remote_id: str) -> None:
        found = _way(target)
        prefix = f"{target.remote_id}/"
        if found is None or not remote_id.startswith(prefix):
            return
        connection, connector, client = found
        connector.tell_read(connection.settings, client, remote_id.removeprefix(prefix))
        if len(self._read) > MOST_REMEMBERED:
            self._read.clear()
        self._read[target.pk] = remote_id


def _tell_writing(target: ReplyTarget, employee: Employee) -> None:
    found = _way(target)
    if found is None:
        return
    connection, connector, client = found
    voice = voice_of(connection, employee)
    connector.tell_writing(connection.settings, client, name=voice.name, email=voice.email)


def _way(target: ReplyTarget) -> tuple[Connection, TellsAttention, str] | None:
    """None: the account is off, or its remote cannot be told."""
    links = Link.objects.filter(connection__source=target.source_id, remote_id=target.remote_id)
    link = links.filter(connection__is_on=True, connection__removed_at=None).select_related("connection").first()
    if link is None:
        return None
    connector = connector_of(link.connection.kind)
    if not isinstance(connector, TellsAttention) or not connector.tells_attention(link.connection.settings):
        return None
    return link.connection, connector, link.client_remote_id


def heard(connection_id: int, conversation: str) -> None:
    """The client of this conversation is writing."""
    link = Link.objects.filter(connection=connection_id, remote_id=conversation).select_related("identity").first()
    if link is not None and link.task_id:
        attending.client_writes(link.task_id, link.identity.name if link.identity else "")


def soon(work: Callable[..., None], *subject: Any) -> None:
    """Does it in a thread, unless too much waits already."""
    if settings.FIRST_ATTEMPTS and _room.acquire(blocking=False):
        _threads.submit(_run, work, *subject)


def _run(work: Callable[..., None], *subject: Any) -> None:
    close_old_connections()
    try:
        work(*subject)
    except ConnectorError as error:
        log.info("a remote was not told: %s", error)
    except Exception:
        log.exception("a mark of attention failed")
    finally:
        _room.release()
        close_old_connections()


attention = Attention()
