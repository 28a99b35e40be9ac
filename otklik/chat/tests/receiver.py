"""Somebody who takes webhooks: a real HTTP server on a port of its own."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

PATIENCE = 20


class Taken(NamedTuple):
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    @property
    def event(self) -> str:
        return str(self.content["eventName"])

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.content["messages"]]


class Receiver:
    def __init__(self) -> None:
        self.asked: list[Taken] = []
        self._answers: list[tuple[int, dict[str, str]]] = []
        self._news = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def answers(self, *statuses: int, **headers: str) -> None:
        """What it says to the next calls; 200 to all others."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers.extend((status, named) for status in statuses)

    def wait_for(self, count: int) -> list[Taken]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.asked) >= count, PATIENCE), [
                taken.event for taken in self.asked
            ]
            return list(self.asked)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._news:
                    status, headers = receiver._answers.pop(0) if receiver._answers else (200, {})
                    receiver.asked.append(Taken({key.lower(): value for key, value in self.headers.items()}, body))
                    receiver._news.notify_all()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
