"""The widget's door behind a real web server in a thread, and visitors who come through it."""

from __future__ import annotations

import json
import secrets
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import uvicorn

from otklik.chat import door as chat_door
from otklik.chat.models import Conversation, Site, Visitor
from otklik.lib.asgi import Receive, Scope, Send
from otklik.lib.tokens import digest
from otklik.live.hub import hub

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "lifespan":
        await chat_door.door(scope, receive, send)
        return
    await receive()
    await hub.start()
    await chat_door.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await chat_door.stop()
    await hub.stop()
    await send({"type": "lifespan.shutdown.complete"})


class OpenDoor:
    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(application, log_config=None, timeout_graceful_shutdown=1, lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        self.client = httpx2.Client(base_url=self.address, timeout=20, limits=httpx2.Limits(max_connections=60))

    def close(self) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


class Visiting:
    """A visitor's browser, as far as the protocol goes."""

    def __init__(self, door: OpenDoor, site: Site, secret: str = "") -> None:
        self.door = door
        self.site = site
        self.secret = secret or secrets.token_urlsafe(32)

    def ask(self, call: str, *, headers: dict[str, str] | None = None, **content: Any) -> httpx2.Response:
        content = {"key": self.site.public_key, "language": "en"} | content
        own = {"Authorization": f"Visitor {self.secret}", "User-Agent": CHROME} | (headers or {})
        # Escaped, so that halves of characters can be sent too.
        return self.door.client.post(f"/widget/{call}", content=json.dumps(content), headers=own)

    def call(self, call: str, **content: Any) -> dict[str, Any]:
        response = self.ask(call, **content)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def say(self, text: str, id: str = "", **content: Any) -> dict[str, Any]:
        message: dict[str, Any] = self.call("messages", id=id or str(uuid.uuid4()), text=text, **content)["message"]
        return message

    @property
    def visitor(self) -> Visitor:
        return Visitor.objects.get(secret_hash=digest(self.secret))

    @property
    def conversation(self) -> Conversation:
        return Conversation.objects.get(visitor=self.visitor)

    @contextmanager
    def listening(self, after: int = 0) -> Iterator[Iterator[dict[str, Any]]]:
        """The messages that the stream brings, one after the other."""
        ticket = self.call("ticket")["ticket"]
        address, query = f"{self.door.address}/widget/stream", {"ticket": ticket, "after": after}
        with httpx2.stream("GET", address, params=query, timeout=20) as response:
            assert response.status_code == 200
            yield (json.loads(line[6:]) for line in response.iter_lines() if line.startswith('data: {"id"'))

    @contextmanager
    def hearing_of(self, name: str) -> Iterator[Iterator[str]]:
        """The events of this name that the stream brings."""
        ticket = self.call("ticket")["ticket"]
        with httpx2.stream(
            "GET", f"{self.door.address}/widget/stream", params={"ticket": ticket}, timeout=20
        ) as response:
            assert response.status_code == 200
            lines = response.iter_lines()
            # The first message is there: from now on all is heard.
            next(line for line in lines if line.startswith("id:"))
            yield (line for line in lines if line == f"event: {name}")
