"""GET /widget/stream?ticket=…&after=…: a conversation as server-sent events. A notice only says that something changed;
what changed is read from the database after the stream's cursor, so that nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import msgspec
from django.core import signing

from otklik.chat.actions import conversations, typing
from otklik.chat.errors import Flooded
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
BYTES_AT_ONCE = 256 * 1024
# More tabs than anybody has open; a loop that opens streams is stopped.
OPEN_AT_ONCE = 20
# A reader who takes nothing for so long is dropped, and catches up by his cursor.
SEND_WITHIN = 30.0

PING = b"event: ping\ndata: {}\n\n"
# What is promised is asked anew: it is told in the visitor's zone, which the stream does not know.
PROMISE = b"event: promise\ndata: {}\n\n"

# Runs a function in a thread that works with the database.
Run = Callable[..., Awaitable[Any]]


class Ticket(NamedTuple):
    """Opens the stream of one conversation, and nothing else."""

    conversation_id: int
    visitor_id: int
    site_id: int


def ticket_for(conversation: Conversation) -> str:
    return signing.dumps([conversation.pk, conversation.visitor_id, conversation.site_id], salt=SALT)


def read_ticket(value: str) -> Ticket | None:
    try:
        return Ticket(*signing.loads(value, salt=SALT, max_age=GOOD_FOR))
    except (signing.BadSignature, TypeError):
        # A ticket of an older release is asked for anew.
        return None


class Streams:
    """The open streams of this process."""

    def __init__(self, run: Run, pages: OpenPages, send_within: float = SEND_WITHIN) -> None:
        self._run = run
        self._pages = pages
        self._send_within = send_within
        # How many streams each visitor has open.
        self._open_of_visitor: Counter[int] = Counter()
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

        if self._open_of_visitor[ticket.visitor_id] >= OPEN_AT_ONCE:
            raise Flooded("Too many pages are open at once.", wait=PING_AFTER)
        with suppress(TimeoutError):
            await self._stream(ticket, cursor, receive, self._within(send))

    def _within(self, send: Send) -> Send:
        async def sending(message: MutableMapping[str, Any]) -> None:
            await asyncio.wait_for(send(message), self._send_within)

        return sending

    async def _stream(self, ticket: Ticket, cursor: int, receive: Receive, send: Send) -> None:
        # Subscribed before the first read: what is said in between is noticed.
        id = ticket.conversation_id
        subscriber = hub.subscribe([f"conversation:{id}", typing.topic(id), f"promise:{ticket.site_id}"])
        self._listen(ticket)
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
            self._unlisten(ticket)
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
            changed, is_all = await self._run(changed_after, ticket.conversation_id, cursor)
            if changed:
                cursor = changed[-1].version
                body = b"".join(event(message) for message in changed)
                await send({"type": "http.response.body", "body": body, "more_body": True})
            if not is_all:
                continue
            has_news = False
            while not has_news:
                told = await self._told(subscriber, gone)
                if gone.done():
                    return
                if subscriber.is_dropped:
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    return
                if any(change.name == "blocked" for change in told):
                    # What he may still hear he asks for anew, at a door that knows him.
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    return
                marks = [typing.read(change) for change in told]
                has_news = any(
                    mark is None and change.name != "promise" for change, mark in zip(told, marks, strict=True)
                )
                said = b"".join(typing_event(mark) for mark in marks if mark and mark.by == "agent")
                said += PROMISE if any(change.name == "promise" for change in told) else b""
                await send({"type": "http.response.body", "body": said or PING, "more_body": True})

    async def _told(self, subscriber: Subscriber, gone: asyncio.Task[None]) -> list[Change]:
        """Waits for notices, as long as a stream may be silent; none when it was."""
        told = asyncio.ensure_future(subscriber.queue.get())
        try:
            await asyncio.wait({told, gone}, timeout=PING_AFTER, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not told.done():
                told.cancel()
        if gone.done() or not told.done() or told.cancelled():
            return []
        # Many notices need one look.
        found = [told.result()]
        while not subscriber.is_dropped and not subscriber.queue.empty():
            found.append(subscriber.queue.get_nowait())
        return [change for change in found if change is not None]

    def _listen(self, ticket: Ticket) -> None:
        self._listeners[ticket.conversation_id] = self._listeners.get(ticket.conversation_id, 0) + 1
        self._open_of_visitor[ticket.visitor_id] += 1

    def _unlisten(self, ticket: Ticket) -> None:
        self._open_of_visitor[ticket.visitor_id] -= 1
        if not self._open_of_visitor[ticket.visitor_id]:
            del self._open_of_visitor[ticket.visitor_id]
        self._listeners[ticket.conversation_id] -= 1
        if not self._listeners[ticket.conversation_id]:
            del self._listeners[ticket.conversation_id]
            self._heard.pop(ticket.conversation_id, None)

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


class Changed(NamedTuple):
    messages: list[Message]
    is_all: bool


def changed_after(conversation_id: int, cursor: int) -> Changed:
    """Messages that are new or changed since the cursor, in the order of their changes: as many as fit at once."""
    sizes = pg.run(
        """
        SELECT version, octet_length(text) FROM chat_message
        WHERE conversation_id = %b AND version > %b ORDER BY version LIMIT %b
        """,
        conversation_id,
        cursor,
        READ_AT_ONCE,
    )
    if not sizes:
        return Changed([], True)
    fitting = _fitting([size for _version, size in sizes])
    upto = sizes[fitting - 1][0]
    # By version once more: what changes in between gets a later one, and is told with the next read.
    messages = Message.objects.filter(conversation_id=conversation_id, version__gt=cursor, version__lte=upto)
    return Changed(list(messages.select_related("agent").order_by("version")), fitting == len(sizes) < READ_AT_ONCE)


def _fitting(sizes: list[int]) -> int:
    """How many go out at once; one always does."""
    total = 0
    for place, size in enumerate(sizes):
        total += size
        if total > BYTES_AT_ONCE:
            return max(place, 1)
    return len(sizes)


def typing_event(mark: typing.Mark) -> bytes:
    return b"event: typing\ndata: %b\n\n" % msgspec.json.encode({"name": mark.name})


def event(message: Message) -> bytes:
    data = msgspec.json.encode(message_json(message))
    return b"event: message\nid: %d\ndata: %b\n\n" % (message.version, data)
