"""Webhooks as they arrive, without a web server between."""

from __future__ import annotations

import json
from typing import Any

from otklik.desk.models import Comment, Task
from otklik.integrations import inbox
from otklik.integrations.accounts import account_of
from otklik.integrations.errors import NotUnderstood
from otklik.integrations.models import Connection
from otklik.integrations.registry import connector_of


def arrival(connection: Connection, body: dict[str, Any] | bytes) -> inbox.Arrival:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    one = inbox.Arrival(account_of(connection), raw)
    try:
        one.incoming = connector_of(connection.kind).read(raw)
    except NotUnderstood as error:
        one.note = str(error)
    return one


def arrive(connection: Connection, *bodies: dict[str, Any] | bytes) -> None:
    """One batch."""
    inbox.take_batch([arrival(connection, body) for body in bodies])


def client(who: str = "liza", /, **told: Any) -> dict[str, Any]:
    return {"id": f"client-{who}", "chatId": f"chat-{who}", "displayedName": "Медная река", **told}


def message(remote_id: str, text: str = "", kind: str = "client", **more: Any) -> dict[str, Any]:
    text = text or f"Text of {remote_id}"
    return {"id": remote_id, "type": kind, "text": text, "message": text, "createdAt": 1732265114000, **more}


def hook(event: str, who: dict[str, Any], *messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"eventName": event, "client": who, "messages": list(messages), "agents": [], **more}


def feed(task: Task) -> list[tuple[str, str]]:
    return [(comment.kind, comment.text) for comment in Comment.objects.filter(task=task).order_by("number")]
