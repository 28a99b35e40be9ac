"""Files are fetched from public places only, and from ourselves; a server on this machine plays the remote."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from otklik.lib.fetch import NotFetched, fetch


class Remote:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(remote) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                remote.asked.append(self.path)
                status, headers, body = remote.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@pytest.fixture
def remote() -> Iterator[Remote]:
    remote = Remote()
    yield remote
    remote.close()


@pytest.fixture
def ourselves(remote: Remote, settings: Any) -> Remote:
    """The server at our own public address, which may lie in a closed network."""
    settings.PUBLIC_URL = remote.address
    return remote


def test_a_file_on_a_private_address_is_refused(remote: Remote) -> None:
    remote.answers["/photo.png"] = (200, {}, b"secret")

    with pytest.raises(NotFetched, match="closed network") as refused:
        fetch(f"{remote.address}/photo.png", limit=100)

    assert refused.value.is_final and not remote.asked


def test_our_own_chat_may_be_on_this_machine(ourselves: Remote) -> None:
    ourselves.answers["/photo.png"] = (200, {}, b"content")

    with fetch(f"{ourselves.address}/photo.png", limit=100) as file:
        assert file.read() == b"content"


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:1/x", "http://localhost:1/x", "http://[::1]:1/x", "//169.254.169.254/"]
)
def test_a_redirect_into_a_closed_network_is_refused(ourselves: Remote, to: str) -> None:
    ourselves.answers["/photo.png"] = (302, {"Location": to}, b"")

    with pytest.raises(NotFetched, match="closed network"):
        fetch(f"{ourselves.address}/photo.png", limit=100)


def test_an_address_that_begins_like_ours_is_not_ours(ourselves: Remote) -> None:
    port = ourselves.address.rpartition(":")[2]

    with pytest.raises(NotFetched, match="closed network"):
        fetch(f"http://127.0.0.1:{port}@localhost:{port}/photo.png", limit=100)

    assert not ourselves.asked


def test_more_than_the_limit_is_not_read(ourselves: Remote) -> None:
    ourselves.answers["/announced"] = (200, {"Content-Length": "101"}, b"x" * 101)
    ourselves.answers["/unannounced"] = (200, {}, b"x" * 101)

    for path in ourselves.answers:
        with pytest.raises(NotFetched, match="larger"):
            fetch(ourselves.address + path, limit=100)


@pytest.mark.parametrize(
    ("status", "headers", "sentence", "is_final"),
    [
        (404, {}, "not there any more", True),
        (503, {}, "refuses", False),
        (200, {}, "empty", True),
        (302, {"Location": "/photo.png"}, "on and on", True),
        (302, {"Location": "file:///etc/passwd"}, "not a web address", True),
        (302, {"Location": "http://["}, "not a web address", True),
    ],
)
def test_what_went_wrong_is_said(
    ourselves: Remote, status: int, headers: dict[str, str], sentence: str, is_final: bool
) -> None:
    ourselves.answers["/photo.png"] = (status, headers, b"")

    with pytest.raises(NotFetched, match=sentence) as failed:
        fetch(f"{ourselves.address}/photo.png", limit=100)

    assert failed.value.is_final is is_final


def test_silence_has_an_end(ourselves: Remote) -> None:
    with pytest.raises(NotFetched, match="does not answer"):
        fetch(f"{ourselves.address}/photo.png", limit=100, seconds=-1)
