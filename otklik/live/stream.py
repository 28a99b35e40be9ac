"""GET /live/stream?ticket=…: server-sent events for a page. Plain ASGI: ten thousand idle streams fit into 200 MB."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs

from otklik.lib.asgi import Receive, Scope, Send, answer_json
from otklik.live import ticket
from otklik.live.hub import Subscriber, hub

PING_AFTER = 20
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # A proxy that collects before it passes on would make live pages slow.
    (b"x-accel-buffering", b"no"),
]


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    given = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    topics = ticket.read(given)
    if topics is None:
        await answer_json(send, 403, {"error": {"code": "ticket", "message": "This ticket is not valid any more."}})
        return

    subscriber = hub.subscribe(topics)
    gone = asyncio.create_task(until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": b"event: open\ndata: {}\n\n", "more_body": True})
        await _tell(subscriber, send, gone)
    finally:
        gone.cancel()
        hub.unsubscribe(subscriber)


async def until_gone(receive: Receive) -> None:
    """Returns when the other side has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _tell(subscriber: Subscriber, send: Send, gone: asyncio.Task[None]) -> None:
    while True:
        get = asyncio.ensure_future(subscriber.queue.get())
        await asyncio.wait({get, gone}, timeout=PING_AFTER, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            get.cancel()
            return
        if not get.done():
            get.cancel()
            await send({"type": "http.response.body", "body": b"event: ping\ndata: {}\n\n", "more_body": True})
            continue
        change = get.result()
        if change is None:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        data = json.dumps({"topic": change.topic, "name": change.name})
        await send(
            {"type": "http.response.body", "body": f"event: change\ndata: {data}\n\n".encode(), "more_body": True}
        )
