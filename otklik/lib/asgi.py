"""What plain ASGI programs of ours share: bodies with a limit and a deadline, and short answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Program = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]


# Seconds for a whole body. Whoever sends more slowly holds what others wait for.
PATIENCE = 20.0
FILE_PATIENCE = 120.0
# Of a file, as it comes in; the rest waits on disk.
IN_MEMORY = 512 * 1024
PART = 64 * 1024


class TooLarge(Exception):
    """The body is over the limit; the rest of it was not read."""


class TooSlow(Exception):
    """The body did not come in time; the rest of it was not read."""


class Disconnected(Exception):
    """The connection ended in the middle of the body; nobody waits for an answer."""


def header(scope: Scope, name: bytes) -> bytes:
    """A request header by its lower-case name; empty when absent."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


async def read_body(scope: Scope, receive: Receive, limit: int, patience: float = PATIENCE) -> bytes:
    """The whole body, at most `limit` bytes within `patience` seconds; raises TooLarge before reading what is announced
    as larger, else TooSlow or Disconnected, and never answers with half a body."""
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(patience):
            while await _read_on(receive, body):
                if len(body) > limit:
                    raise TooLarge
    except TimeoutError:
        raise TooSlow from None
    if len(body) > limit:
        raise TooLarge
    return bytes(body)


async def _read_on(receive: Receive, body: bytearray) -> bool:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    body += message.get("body", b"")
    return bool(message.get("more_body"))


async def read_file(scope: Scope, receive: Receive, limit: int, patience: float = FILE_PATIENCE) -> IO[bytes]:
    """The same for a body that is too large for memory: a temporary file, which the caller closes."""
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # handed to the caller
    try:
        async with asyncio.timeout(patience):
            part, is_more = bytearray(), True
            while is_more:
                is_more = await _read_on(receive, part)
                if file.tell() + len(part) > limit:
                    raise TooLarge
                file.write(part)
                part.clear()
    except TimeoutError:
        file.close()
        raise TooSlow from None
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def with_whole_body(program: Program, limit: int, patience: float = PATIENCE) -> Program:
    """The same program, called when the body is here: a thread of its is never held by a slow sender. Raises what
    read_body raises."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        if header(scope, b"content-length").strip(b"0") or header(scope, b"transfer-encoding"):
            receive = _replayed(await read_body(scope, receive, limit, patience), receive)
        await program(scope, receive, send)

    return called


def _replayed(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def with_file_body(program: Program, limit: int) -> Program:
    """As `with_whole_body`, for bodies that hold files: they wait on disk."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        with await read_file(scope, receive, limit) as body:
            await program(scope, _replayed_file(body, receive), send)

    return called


def _replayed_file(body: IO[bytes], receive: Receive) -> Receive:
    is_over = False

    async def replay() -> Message:
        nonlocal is_over
        if is_over:
            return await receive()
        part = body.read(PART)
        is_over = len(part) < PART
        return {"type": "http.request", "body": part, "more_body": not is_over}

    return replay


async def answer(send: Send, status: int, body: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> None:
    headers = [*(JSON_HEADERS if headers is None else headers), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, content: Any) -> None:
    await answer(send, status, msgspec.json.encode(content))
