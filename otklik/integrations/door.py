"""POST /hooks/<kind>/<token>/: the webhook door. Plain ASGI; whoever waits is committed with the next batch, and 200 is
answered only then (I1)."""

from __future__ import annotations

import logging

import msgspec
from django.utils.translation import gettext_noop as _

from otklik.integrations import attention
from otklik.integrations.accounts import Accounts, Unknowable
from otklik.integrations.connector import HearsWriting
from otklik.integrations.errors import NotUnderstood
from otklik.integrations.inbox import Arrival, take_batch
from otklik.integrations.registry import connectors
from otklik.lib.asgi import JSON_HEADERS, Receive, Scope, Send, TooLarge, answer, read_body
from otklik.lib.batch import Batcher
from otklik.lib.notes import note_of

BODY_LIMIT = 1024 * 1024
OK = b'{"ok":true}'

log = logging.getLogger("otklik.hooks")
accounts = Accounts()
batcher: Batcher[Arrival, None] = Batcher(take_batch, limit=400, name="inbox")


async def door(scope: Scope, receive: Receive, send: Send) -> None:
    """Unknown address 404, over 1 MiB 413 without reading it, all else 200 once it is stored."""
    parts = scope["path"].split("/")
    kind, token = (parts[2], parts[3]) if len(parts) in (4, 5) and not "".join(parts[4:]) else ("", "")
    connector = connectors().get(kind)
    try:
        account = await accounts.find(kind, token) if connector and token else None
    except Unknowable:
        await _refuse(send, 503, "later", "Try again in a moment.", [(b"retry-after", b"5")])
        return
    if connector is None or account is None:
        await _refuse(send, 404, "not_found", "There is no such address.")
        return
    if scope["method"] != "POST":
        await _refuse(send, 405, "method", "Webhooks are sent by POST.")
        return
    try:
        body = await read_body(scope, receive, BODY_LIMIT)
    except TooLarge:
        await _refuse(send, 413, "too_large", "At most 1 MiB is taken.")
        return

    if isinstance(connector, HearsWriting) and (conversation := connector.writing_in(body)):
        if account.is_on:
            attention.soon(attention.heard, account.id, conversation)
        await answer(send, 200, OK)
        return

    arrival = Arrival(account, body)
    try:
        arrival.incoming = connector.read(body)
    except NotUnderstood as error:
        arrival.note = str(error)
    except Exception as error:
        # Whatever a stranger sends is kept and shown, never lost for a slip of ours in reading it.
        log.exception("a webhook could not be read")
        arrival.note = note_of(_("It could not be read."), type(error).__name__)
    await batcher.submit(arrival)
    await answer(send, 200, OK)


async def _refuse(
    send: Send, status: int, code: str, message: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    body = msgspec.json.encode({"error": {"code": code, "message": message}})
    await answer(send, status, body, [*JSON_HEADERS, *(headers or [])])
