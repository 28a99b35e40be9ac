"""The one door of the program. Hot and long-lived paths are plain ASGI of ours; everything else is Django as WSGI in a
thread pool, which is four times cheaper for pages than Django's own ASGI handler."""

import asyncio
import os
import re
import sys
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

import msgspec
from a2wsgi import WSGIMiddleware

from otklik.chat import door as chat_door
from otklik.config.too_large import PATHS as TOO_LARGE
from otklik.integrations import door as hook_door
from otklik.lib.asgi import (
    JSON_HEADERS,
    Disconnected,
    Message,
    Program,
    Receive,
    Scope,
    Send,
    TooLarge,
    TooSlow,
    answer,
    header,
    with_file_body,
    with_whole_body,
)
from otklik.live import stream
from otklik.live.hub import hub

# The writers of batches and the event loop share one interpreter. With Python's five milliseconds a writer would wait
# that long for its turn after each answer of PostgreSQL.
sys.setswitchinterval(0.0005)

# Above what Django takes, so that its own answer comes first.
BODY_LIMIT = 3 * 1024 * 1024
# Addresses that take files, and how much of them at once: above what the desk and the chat take of them.
TAKE_FILES = re.compile(
    r"/tasks/[0-9]+/(files|comments)/|/contacts/imports/|/chat/chats/[^/]+/(files|messages)/|/api/messages/?"
)
FILES_LIMIT = 27 * 1024 * 1024
# They wait on disk meanwhile.
_with_files_at_once = asyncio.Semaphore(20)


def _threads(workers: int) -> Program:
    # The queue of an answer has no limit: who reads slowly holds no thread either.
    return cast(Program, WSGIMiddleware(cast(Any, django_application), workers=workers, send_queue_size=0))


# Pages speak to our own chat as to a stranger, through its API. On the same threads, enough of them at once would wait
# for each other.
PAGES, API = _threads(8), _threads(4)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await _answered(_route(scope["path"]), scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


async def _answered(program: Program, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await program(scope, receive, send)
    except TooLarge:
        await _refuse(send, 413, "too_large", "This is more than is taken at once.")
    except TooSlow:
        await _refuse(send, 408, "too_slow", "The body did not come in time.")
    except Disconnected:
        return


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = msgspec.json.encode({"error": {"code": code, "message": message}})
    # The rest of the body is not for the next request.
    await answer(send, status, body, [*JSON_HEADERS, (b"connection", b"close")])


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    # WSGI cannot tell X_Forwarded_For from X-Forwarded-For, and no proxy takes the first one away.
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    program = API if scope["path"].startswith("/api/") else PAGES
    scope = {**scope, "headers": headers}
    try:
        if not _brings_files(scope):
            await with_whole_body(program, BODY_LIMIT)(scope, receive, send)
            return
        async with _with_files_at_once:
            await with_file_body(program, FILES_LIMIT)(scope, receive, send)
    except TooLarge:
        if program is API:
            raise
        await PAGES(_asks_why(scope), _nothing_more, _closing(send))


def _asks_why(scope: Scope) -> Scope:
    """The same person asks for the page that says it in his language."""
    body = {b"content-length", b"content-type", b"transfer-encoding"}
    headers = [(name, value) for name, value in scope["headers"] if name not in body]
    path = TOO_LARGE["chat" if scope["path"].startswith("/chat/") else "desk"]
    return {**scope, "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers}


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _closing(send: Send) -> Send:
    """The rest of the body is not for the next request."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return closing


def _brings_files(scope: Scope) -> bool:
    """Who neither is signed in nor has keys is refused anyway, and fills no disk before."""
    is_somebody = bool(header(scope, b"cookie") or header(scope, b"authorization"))
    return is_somebody and scope["method"] == "POST" and bool(TAKE_FILES.fullmatch(scope["path"]))


def _route(path: str) -> Program:
    if path.startswith("/hooks/"):
        return hook_door.door
    if path.startswith("/widget/") and path != "/widget/frame/":
        return chat_door.door
    if path == "/live/stream":
        return stream.stream
    return pages


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await hub.start()
            await chat_door.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await chat_door.stop()
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
