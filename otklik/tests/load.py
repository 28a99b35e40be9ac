"""A remote that tells of many conversations at once, and tells again what it was not thanked for."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

CONNECTIONS = 48
# Until a sender tries again, and until he gives an answer up.
PAUSE = 0.1
GIVE_UP = 15.0


class Load:
    """Conversations of a few webhooks each, told from a thread of its own. The ledger holds what was acknowledged: the
    messages of each conversation, in their order."""

    def __init__(self, hook_url: str, *, name: str, conversations: int, webhooks: int) -> None:
        self.names = [f"{name}-{number}" for number in range(conversations)]
        self.webhooks = webhooks
        self.ledger: dict[str, list[str]] = {name: [] for name in self.names}
        self.repeats = 0
        self._address = urlsplit(hook_url)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._tell_all()), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_over(self) -> bool:
        return not self._thread.is_alive()

    @property
    def acknowledged(self) -> int:
        return sum(map(len, self.ledger.values()))

    @property
    def total(self) -> int:
        return len(self.names) * self.webhooks

    async def _tell_all(self) -> None:
        waiting = iter(self.names)
        await asyncio.gather(*(self._sender(waiting) for _ in range(CONNECTIONS)))

    async def _sender(self, waiting: Iterator[str]) -> None:
        line = Line(self._address)
        for conversation in waiting:
            for number in range(self.webhooks):
                body = webhook(conversation, number)
                # One after the other: a remote's queue keeps the order of a conversation.
                while not await line.post(body):
                    self.repeats += 1
                    await asyncio.sleep(PAUSE)
                self.ledger[conversation].append(message(conversation, number))
        line.hang_up()


class Line:
    """A kept connection; made anew after it broke."""

    def __init__(self, address: SplitResult) -> None:
        self._host, self._port = address.hostname or "", address.port or 80
        self._head = f"POST {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, body: bytes) -> bool:
        """Whether it was acknowledged."""
        try:
            async with asyncio.timeout(GIVE_UP):
                return await self._post(body)
        except (OSError, EOFError, TimeoutError):
            self.hang_up()
            return False

    async def _post(self, body: bytes) -> bool:
        writer = self._writer or await self._call()
        writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await self._reader.readexactly(int(length.partition(b":")[2]))
        return head.startswith(b"HTTP/1.1 200 ")

    async def _call(self) -> asyncio.StreamWriter:
        line = socket.socket()
        line.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(line, (self._host, self._port))
        except BaseException:
            line.close()
            raise
        self._reader, self._writer = await asyncio.open_connection(sock=line)
        return self._writer

    def hang_up(self) -> None:
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        self._writer = None


def message(conversation: str, number: int) -> str:
    """The id of a message, which is its text too."""
    return f"{conversation} says {number}"


def webhook(conversation: str, number: int) -> bytes:
    said = message(conversation, number)
    client = {"id": conversation, "chatId": conversation, "displayedName": f"Visitor {conversation}"}
    return json.dumps(
        {
            "eventName": "chatFragment" if number else "chatStarted",
            "client": client,
            "messages": [{"id": said, "type": "client", "text": said, "message": said, "createdAt": 1_700_000_000_000}],
            "agents": [],
        }
    ).encode()
