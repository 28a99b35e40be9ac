"""GET /widget/stream?ticket=…&after=…: a conversation as server-sent events. A notice only says that something changed;
what changed is read from the database after the stream's cursor, so that nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import msgspec
from django.core import signing

from otklik.chat.actions import conversations
from otklik.chat.models import Conversation, Message
from otklik.chat.presence import OpenPages
from otklik.chat.wire import message_json
from otklik.lib import pg
from otklik.lib.asgi import Receive, Scope, Send, answer_json, header
from otklik.live.hub import Change, Subscriber, hub
from otklik.live.stream import HEADERS, PING_AFTER, until_gone

SALT = "otklik.chat.stream"
GOOD_FOR = 60
READ_AT_ONCE = 200

# Runs a function in a thread that works with the database.
Run = Callable[..., Awaitable[Any]]


class Ticket(NamedTuple):
    """Opens the stream of one conversation, and nothing else."""

    conversation_id: int
    visitor_id: int


def ticket_for(conversation: Conversation) -> str:
    return signing.dumps([conversation.pk, conversation.visitor_id], salt=SALT)


def read_ticket(value: str) -> Ticket | None:
    try:
        return Ticket(*signing.loads(value, salt=SALT, max_age=GOOD_FOR))
    except signing.BadSignature:
        return None


class Streams:
    """The open streams of this process."""

    def __init__(self, run: Run, pages: OpenPages) -> None:
        self._run = run
        self._pages = pages
        # Which version each heard conversation had at the last look, and how many listen.
        self._heard: dict[int, int] = {}
        self._listeners: dict[int, int] = {}

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        ticket = read_ticket(query.get("ticket", [""])[0])
        if ticket is None:
            message = "This ticket is not valid any more."
            await answer_json(send, 403, {"error": {"code": "ticket", "message": message}})
            return
        given = header(scope, b"last-event-id").decode("latin-1") or query.get("after", [""])[0]
        cursor = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0

        # Subscribed before the first read: what is said in between is noticed.
        subscriber = hub.subscribe([f"conversation:{ticket.conversation_id}"])
        self._listen(ticket.conversation_id)
        gone = asyncio.create_task(until_gone(receive))
        handle = None
        try:
            handle = await self._run(self._open, ticket)
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": b": open\n\n", "more_body": True})
            await self._tell(ticket, cursor, subscriber, send, gone)
        finally:
            gone.cancel()
            hub.unsubscribe(subscriber)
            self._unlisten(ticket.conversation_id)
            if handle is not None:
                # Once the threads have stopped, the process has already said that all its pages are closed.
                with suppress(RuntimeError):
                    await asyncio.shield(self._run(self._pages.closed, handle))

    def _open(self, ticket: Ticket) -> int:
        handle = self._pages.opened(ticket.visitor_id)
        conversations.returned(Conversation(pk=ticket.conversation_id))
        return handle

    async def _tell(
        self, ticket: Ticket, cursor: int, subscriber: Subscriber, send: Send, gone: asyncio.Task[None]
    ) -> None:
        while True:
            changed = await self._run(changed_after, ticket.conversation_id, cursor)
            if changed:
                cursor = changed[-1].version
                body = b"".join(event(message) for message in changed)
                await send({"type": "http.response.body", "body": body, "more_body": True})
            if len(changed) == READ_AT_ONCE:
                continue
            while not await self._is_told(subscriber, gone):
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": b"event: ping\ndata: {}\n\n", "more_body": True})
            if subscriber.is_dropped:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return

    async def _is_told(self, subscriber: Subscriber, gone: asyncio.Task[None]) -> bool:
        """Waits for a notice, as long as a stream may be silent; whether there was one."""
        told = asyncio.ensure_future(subscriber.queue.get())
        try:
            await asyncio.wait({told, gone}, timeout=PING_AFTER, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not told.done():
                told.cancel()
        if gone.done() or not told.done() or told.cancelled():
            return False
        # Many notices need one look.
        while not subscriber.is_dropped and not subscriber.queue.empty():
            subscriber.queue.get_nowait()
        return True

    def _listen(self, conversation_id: int) -> None:
        self._listeners[conversation_id] = self._listeners.get(conversation_id, 0) + 1

    def _unlisten(self, conversation_id: int) -> None:
        self._listeners[conversation_id] -= 1
        if not self._listeners[conversation_id]:
            del self._listeners[conversation_id]
            self._heard.pop(conversation_id, None)

    def look(self) -> list[Change]:
        """Conversations that changed since the last look: a crash between commit and notice costs a second."""
        heard = list(self._listeners)
        if not heard:
            return []
        rows = pg.run("SELECT id, version FROM chat_conversation WHERE id = ANY(%b)", heard)
        # A conversation that was not looked at before counts as changed: its stream may have read before the change.
        changed = [id for id, version in rows if self._heard.get(id) != version]
        self._heard = dict(rows)
        return [Change(f"conversation:{id}", "message") for id in changed]


def changed_after(conversation_id: int, cursor: int) -> list[Message]:
    """Messages that are new or changed since the cursor, in the order of their changes."""
    messages = Message.objects.filter(conversation_id=conversation_id, version__gt=cursor).select_related("agent")
    return list(messages.order_by("version")[:READ_AT_ONCE])


def event(message: Message) -> bytes:
    data = msgspec.json.encode(message_json(message))
    return b"event: message\nid: %d\ndata: %b\n\n" % (message.version, data)
