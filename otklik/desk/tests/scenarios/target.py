from __future__ import annotations

from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple


class Asked(NamedTuple):
    method: str
    path: str
    headers: Message
    body: str


class Target:
    """A system elsewhere that scenarios call: remembers each request, and answers as it is told to."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.status = 200
        self.location = ""
        self.is_endless = False
        # Answers with the headers that it was asked with.
        self.is_echo = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Target:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(target) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                target.requests.append(Asked(self.command, self.path, self.headers, body))
                self.send_response(target.status)
                if target.location:
                    self.send_header("Location", target.location)
                self.end_headers()
                self.wfile.write(str(self.headers).encode() if target.is_echo else b"Thank you")
                try:
                    while target.is_endless:
                        self.wfile.write(b"and so on " * 1000)
                except OSError:
                    return

            do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

            def log_message(self, *_words: object) -> None:
                """Quiet."""

        return Handler
