"""The door of the program behind a real web server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import httpx2
import pytest
import uvicorn

from otklik.config.asgi import BODY_LIMIT, FILES_LIMIT, application

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 15


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(application, log_config=None, timeout_graceful_shutdown=1, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


def started_post(port: int, path: str, length: int) -> socket.socket:
    """A sender who announces a body and gives two bytes of it."""
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    line.sendall(f"POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Length: {length}\r\n\r\nab".encode())
    return line


def test_senders_who_never_end_stop_no_page(port: int) -> None:
    with ExitStack() as slow:
        # Twice as many as there are threads for pages.
        for _ in range(16):
            slow.enter_context(started_post(port, "/accounts/login/", 100))

        answer = httpx2.get(f"http://127.0.0.1:{port}/accounts/login/", timeout=PATIENCE)

        assert answer.status_code == 200


def test_a_body_that_no_page_takes_is_refused_at_once(port: int) -> None:
    with started_post(port, "/accounts/login/", BODY_LIMIT + 1) as line:
        said = b""
        while part := line.recv(65536):
            said += part

    assert said.startswith(b"HTTP/1.1 413 ")
    assert b"text/html" in said and b"connection: close" in said.lower()


@pytest.mark.parametrize("path", ["/accounts/login/", "/chat/accounts/login/"])
def test_the_refusal_is_in_the_language_of_the_reader(port: int, path: str) -> None:
    assert "Слишком много за один раз" in refusal(port, path, "ru")
    assert "This is too much at once" in refusal(port, path, "en")


def test_an_api_says_it_in_json(port: int) -> None:
    assert '"code":"too_large"' in refusal(port, "/api/messages", "ru")


def refusal(port: int, path: str, language: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        # More than even an address of files takes.
        head = f"POST {path} HTTP/1.1\r\nHost: desk\r\nAccept-Language: {language}\r\n"
        line.sendall(f"{head}Content-Length: {FILES_LIMIT + 1}\r\n\r\nab".encode())
        said = b""
        while part := line.recv(65536):
            said += part
    assert said.startswith(b"HTTP/1.1 413 ")
    return said.decode()


def test_a_form_reaches_its_page(port: int) -> None:
    answer = httpx2.post(f"http://127.0.0.1:{port}/accounts/login/", data={"login": "x" * 100_000}, timeout=PATIENCE)

    assert answer.status_code == 403
    assert "text/html" in answer.headers["Content-Type"]
