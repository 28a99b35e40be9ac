"""What plain ASGI programs of ours share: bodies with a limit, short answers, the visitor's address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]


class TooLarge(Exception):
    """The body is over the limit; the rest of it was not read."""


def header(scope: Scope, name: bytes) -> bytes:
    """A request header by its lower-case name; empty when absent."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body, at most `limit` bytes; raises TooLarge before reading what is announced as larger."""
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLarge
    return body


async def answer(send: Send, status: int, body: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> None:
    headers = [*(JSON_HEADERS if headers is None else headers), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, content: Any) -> None:
    await answer(send, status, msgspec.json.encode(content))
