"""The one door of the program. Hot and long-lived paths are plain ASGI of ours; everything else is Django as WSGI in a
thread pool, which is four times cheaper for pages than Django's own ASGI handler."""

import os
import sys
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from a2wsgi import WSGIMiddleware

from otklik.chat import door as chat_door
from otklik.integrations import door as hook_door
from otklik.lib.asgi import Receive, Scope, Send
from otklik.live import stream
from otklik.live.hub import hub

# The writers of batches and the event loop share one interpreter. With Python's five milliseconds a writer would wait
# that long for its turn after each answer of PostgreSQL.
sys.setswitchinterval(0.0005)

pages: Any = WSGIMiddleware(cast(Any, django_application), workers=8)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await _route(scope["path"])(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


def _route(path: str) -> Any:
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
