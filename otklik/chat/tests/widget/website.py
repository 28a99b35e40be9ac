"""A website of somebody else: a few pages on another origin, with whatever a test puts on them."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SNIPPET = """<script>
  (function (d, w, c) {
    w.ChatraID = '%(key)s';
    var s = d.createElement('script');
    w[c] = w[c] || function () { (w[c].q = w[c].q || []).push(arguments); };
    s.async = true;
    s.src = '%(script)s';
    if (d.head) d.head.appendChild(s);
  })(document, window, 'Chatra');
</script>"""


class Website:
    """Served as localhost, while the chat is at 127.0.0.1: to a browser two sites."""

    def __init__(self, *, key: str, chat: str) -> None:
        self.values = {"key": key, "script": f"{chat}/chatra.js", "chat": chat}
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://localhost:{self._server.server_port}"

    def page(
        self,
        head: str = SNIPPET,
        *,
        path: str = "/",
        title: str = "Garden tools",
        language: str = "en",
        body: str = "",
        headers: dict[str, str] | None = None,
    ) -> str:
        """Puts a page there; its address. `%(key)s`, `%(script)s` and `%(chat)s` are filled in."""
        text = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
          {head % self.values}</head><body><main><h1>{title}</h1>{body % self.values}</main></body></html>"""
        filled = {name: value % self.values for name, value in (headers or {}).items()}
        self.pages[path] = (text, filled)
        return self.address + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text, headers = pages.get(self.path.partition("?")[0], ("", {}))
                self.send_response(200 if text else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
