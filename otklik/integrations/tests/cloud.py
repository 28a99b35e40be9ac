"""The Chatra cloud's stand-in: a real HTTP server on a port of its own that speaks contracts/chatra.md §1 and §2.

It answers by the contract until a test scripts something else: a refusal, silence, nonsense, a late answer, an echo
that is faster than the answer. It remembers what it was asked, keeps the messages it took, and sends webhooks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import httpx2

from otklik.integrations import registry
from otklik.integrations.chatra.connector import ChatraConnector

PATIENCE = 20
# How long the connector waits for an answer in tests: silence must not take the usual twenty seconds.
READ_WITHIN = 1.0


class Asked(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body or b"{}")
        return content


class Answer(NamedTuple):
    status: int = 200
    # None: what the contract says.
    body: bytes | None = None
    headers: dict[str, str] = {}
    # Whether the request is carried out before it is answered so.
    is_done: bool = False
    # Closes the connection without a word.
    is_silent: bool = False
    # Waits for `release`.
    is_late: bool = False


class Cloud:
    """`answers`, `silence`, `nonsense`, `late` script the next calls, in their order; all others are carried out.

    `hook`: an address, or a function that takes a body, to which webhooks go. `echoes`: its webhook about a message
    that came by the API is sent before the call is answered."""

    def __init__(self) -> None:
        self.public_key, self.secret_key = "CLOUDPUBLIC", "CLOUDSECRET"
        self.has_api = True
        self.asked: list[Asked] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.clients: dict[str, dict[str, Any]] = {}
        self.hook: str | Callable[[bytes], None] = ""
        self.echoes = False
        self._scripted: list[Answer] = []
        self._released = threading.Event()
        self._news = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    # ---- where it is

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api"

    @property
    def settings(self) -> dict[str, str]:
        """A connection's settings that lead here, with the right keys."""
        return {"base_url": self.address, "public_key": self.public_key, "secret_key": self.secret_key}

    # ---- what it does next

    def answers(self, *statuses: int, message: str = "", **headers: str) -> None:
        """Refuses the next calls, without carrying them out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = json.dumps({"error": {"code": "scripted", "message": message}}).encode()
        self._scripted += [Answer(status, body, named) for status in statuses]

    def silence(self, *, is_done: bool = True) -> None:
        """Takes the next call, carries it out or not, and hangs up without an answer."""
        self._scripted.append(Answer(is_silent=True, is_done=is_done))

    def nonsense(self, body: bytes = b"<html>Bad gateway</html>", *, is_done: bool = True) -> None:
        """Says 200 to the next call, and something that is no JSON."""
        self._scripted.append(Answer(200, body, {"Content-Type": "text/html"}, is_done=is_done))

    def late(self) -> None:
        """Carries the next call out, and answers only after `release`."""
        self._scripted.append(Answer(is_late=True))

    def release(self) -> None:
        self._released.set()

    # ---- what it got

    @property
    def texts(self) -> list[str]:
        """Of the sends, carried out or not."""
        return [one.content["text"] for one in self.asked if one.method == "POST"]

    def wait_for(self, count: int) -> list[Asked]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.asked) >= count, PATIENCE), self.asked
            return list(self.asked)

    # ---- what it tells

    def tell(self, event: str, client: dict[str, Any], *messages: dict[str, Any], **more: Any) -> int:
        """Sends a webhook once, as the cloud does; the status of the answer."""
        body = {"eventName": event, "client": client, "messages": list(messages), "agents": [], **more}
        content = json.dumps(body, ensure_ascii=False).encode()
        if callable(self.hook):
            self.hook(content)
            return 200
        with httpx2.Client(trust_env=False, timeout=PATIENCE) as http:
            return http.post(self.hook, content=content, headers={"Content-Type": "application/json"}).status_code

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ---- the contract

    def _take(self, asked: Asked) -> Answer:
        with self._news:
            self.asked.append(asked)
            answer = self._scripted.pop(0) if self._scripted else Answer(is_done=True)
            self._news.notify_all()
        if answer.is_done or answer.is_late:
            status, content = self._carry_out(asked)
            made = json.dumps(content, ensure_ascii=False).encode()
            answer = answer._replace(status=status, body=made if answer.body is None else answer.body)
        if answer.is_late:
            self._released.wait(PATIENCE)
        return answer

    def _carry_out(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        if asked.headers.get("authorization") != f"Chatra.Simple {self.public_key}:{self.secret_key}":
            return 401, _error("Wrong keys.")
        if not self.has_api:
            return 403, _error("The API is available on paid plans.")
        _api, kind, *rest = [unquote(part) for part in urlsplit(asked.path).path.strip("/").split("/")] + [""]
        if kind in ("messages", "pushedMessages"):
            return self._message(asked, rest[0])
        if kind == "clients":
            return self._client(asked, rest[0])
        return 404, _error("There is no such call.")

    def _message(self, asked: Asked, message_id: str) -> tuple[int, dict[str, Any]]:
        if asked.method == "POST" and not message_id:
            return self._post(asked.content)
        message = self.messages.get(message_id)
        if message is None:
            return 404, _error("There is no such message.")
        if asked.method == "PUT":
            if not 0 < len(asked.content.get("text", "")) <= 5000:
                return 400, _error("text must have 1 to 5000 characters.")
            message["text"] = asked.content["text"]
        if asked.method == "DELETE":
            del self.messages[message_id]
        return 200, message

    def _post(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if not given.get("clientId") or not 0 < len(given.get("text", "")) <= 5000:
            return 400, _error("clientId and text are needed.")
        with self._news:
            message = {"id": f"cloud-{len(self.asked)}", "type": "agent", "createdAt": int(time.time() * 1000), **given}
            message["message"] = message["text"]
            self.messages[message["id"]] = message
        if self.echoes:
            self.tell("chatFragment", self._who(given["clientId"]), message)
        return 200, message

    def _client(self, asked: Asked, client_id: str) -> tuple[int, dict[str, Any]]:
        client = self.clients.get(client_id)
        if client is None:
            return 404, _error("There is no such client.")
        if asked.method == "PUT":
            client.update(asked.content)
        return 200, client

    def _who(self, client_id: str) -> dict[str, Any]:
        """As `arriving.client` names him."""
        chat_id = client_id.replace("client-", "chat-", 1)
        return {"id": client_id, "chatId": chat_id, "displayedName": "Медная река", **self.clients.get(client_id, {})}

    def _handler(cloud) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {key.lower(): value for key, value in self.headers.items()}
                answer = cloud._take(Asked(self.command, self.path, headers, body))
                if answer.is_silent:
                    self.close_connection = True
                    return
                # Whoever waited too long has hung up.
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._say(answer)

            def _say(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body or b"")))
                self.end_headers()
                self.wfile.write(answer.body or b"")

            do_GET = do_POST = do_PUT = do_DELETE = _any

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


def _error(message: str) -> dict[str, Any]:
    return {"error": {"code": "refused", "message": message}}


@contextmanager
def running_cloud() -> Iterator[Cloud]:
    """A cloud, and the connector with a client that does not wait long for it."""
    cloud = Cloud()
    known = registry.connectors()
    real = known["chatra"]
    transport = httpx2.HTTPTransport(trust_env=False)
    with httpx2.Client(transport=transport, timeout=READ_WITHIN, trust_env=False) as http:
        known["chatra"] = ChatraConnector(http)
        try:
            yield cloud
        finally:
            known["chatra"] = real
            cloud.close()
