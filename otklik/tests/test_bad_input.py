"""What strangers send to the running product over HTTP, and what it answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from otklik.tests.caller import Widget, assert_refused, signed_in
from otklik.tests.product import Product

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def olga(product: Product) -> Iterator[httpx2.Client]:
    """The owner, signed in to the desk."""
    with signed_in(product, "olga") as client:
        yield client


def hook_path(product: Product) -> str:
    return str(product.facts["hook_url"]).removeprefix(product.address)


def said_to(product: Product, request: bytes) -> bytes:
    """The first bytes of the answer to a request that is sent as it stands."""
    with socket.create_connection(("127.0.0.1", product.port), timeout=30) as line:
        line.sendall(request)
        return line.recv(4096)


# ---- the webhook's door


def test_an_unknown_hook_address_is_404(stranger: httpx2.Client, product: Product) -> None:
    path = hook_path(product)
    for unknown in ("/hooks/", "/hooks/chatra/", "/hooks/chatra/x/", path + "x/", path.replace("chatra", "telegram")):
        assert stranger.post(unknown, json={}).status_code == 404


def test_the_hook_takes_posts_only(stranger: httpx2.Client, product: Product) -> None:
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        assert stranger.request(method, hook_path(product)).status_code == 405


@pytest.mark.parametrize("path", ["hook", "/widget/messages", "/api/messages/", "/accounts/login/"])
def test_a_body_that_is_announced_too_large_is_not_waited_for(product: Product, path: str) -> None:
    path = hook_path(product) if path == "hook" else path
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{product.port}\r\nContent-Length: {2 * 1024 * MIB}\r\n\r\n"

    answer = said_to(product, head.encode())

    assert answer.startswith(b"HTTP/1.1 4")
    if path.startswith(("/hooks", "/widget")):
        assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_without_an_announced_end_is_cut_at_the_limit(product: Product) -> None:
    head = f"POST {hook_path(product)} HTTP/1.1\r\nHost: 127.0.0.1:{product.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = b""
    with socket.create_connection(("127.0.0.1", product.port), timeout=30) as line:
        line.sendall(head.encode())
        # Without an end of ours: the server's word alone ends it.
        for _ in range(17):
            line.sendall(chunk)
        answer = line.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_of_exactly_the_limit_is_taken(stranger: httpx2.Client, product: Product) -> None:
    assert stranger.post(hook_path(product), content=b"x" * MIB).status_code == 200
    assert stranger.post(hook_path(product), content=b"x" * (MIB + 1)).status_code == 413


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<xml>not JSON</xml>", "The body is not JSON."),
        (b'["a list"]', "The body is not a JSON object."),
        (b'{"event": "chatStarted"}', "There is no eventName."),
        (b'{"eventName": "teaTime", "client": {}}', "teaTime"),
        (b'{"eventName": "chatStarted"}', "There is no client."),
        (b'{"eventName": "chatStarted", "client": {"id": "1"}}', "The client has no chatId."),
        (b"\xff\xfe\x00 broken", "The body is not JSON."),
        (b"", "The body is not JSON."),
    ],
)
def test_what_is_not_understood_is_stored_and_shown(
    stranger: httpx2.Client, olga: httpx2.Client, product: Product, body: bytes, reason: str
) -> None:
    answer = stranger.post(hook_path(product), content=body)

    assert answer.status_code == 200
    [(pk, kept)] = product.run("SELECT id, body FROM integrations_receipt ORDER BY id DESC LIMIT 1")
    assert bytes(kept) == body
    page = olga.get(connection_path(product)).text
    shown = page.partition(f'id="receipt-open-{pk}"')[2].partition("</details>")[0]
    assert "not understood" in shown
    assert reason in shown


def connection_path(product: Product) -> str:
    [(pk,)] = product.run("SELECT id FROM integrations_connection")
    return f"/integrations/{pk}/"


# ---- the chat's REST


@pytest.fixture
def keys(product: Product) -> dict[str, str]:
    return {"Authorization": f"Chatra.Simple {product.facts['site_key']}:{product.facts['api_secret_key']}"}


def test_rest_refuses_wrong_keys(stranger: httpx2.Client, product: Product) -> None:
    public, secret = product.facts["site_key"], product.facts["api_secret_key"]
    assert_refused(stranger.get("/api/clients/x"), 401)
    for keys in (f"{public}:x", f"x:{secret}", f"{secret}:{public}", f"{public}:", ":", ""):
        assert_refused(stranger.get("/api/clients/x", headers={"Authorization": f"Chatra.Simple {keys}".strip()}), 401)
    assert_refused(stranger.get("/api/clients/x", headers={"Authorization": f"Bearer {public}:{secret}"}), 401)


def test_rest_does_not_know_what_is_not_there(stranger: httpx2.Client, keys: dict[str, str]) -> None:
    new = {"clientId": "nobody", "text": "Hello", "agentEmail": "a@example.com", "agentName": "A"}
    for id in ("x", "%00", "%F0%9F%98%80", "'--", "1" * 500):
        assert_refused(stranger.get(f"/api/clients/{id}", headers=keys), 404)
        assert_refused(stranger.put(f"/api/clients/{id}/", headers=keys, json={"name": "x"}), 404)
        assert_refused(stranger.get(f"/api/messages/{id}", headers=keys), 404)
        assert_refused(stranger.delete(f"/api/messages/{id}/", headers=keys), 404)
    assert_refused(stranger.post("/api/messages/", headers=keys, json=new), 404)
    assert_refused(stranger.get("/api/nothing/", headers=keys), 404)
    assert_refused(stranger.post("/api/clients/x", headers=keys, json={}), 405)


@pytest.mark.parametrize(
    "changed", [{"agentEmail": ""}, *({"text": text} for text in ("", " \n", "я" * 5001, None, ["a"], "\0"))]
)
def test_rest_refuses_a_text_that_is_none(
    stranger: httpx2.Client, keys: dict[str, str], product: Product, changed: dict[str, Any]
) -> None:
    visitor = Widget(stranger, product)
    client_id = visitor.says("Hello").json()["visitor"]["id"]
    message = {"clientId": client_id, "text": "Hello", "agentEmail": "a@example.com", "agentName": "A"}

    assert_refused(stranger.post("/api/messages/", headers=keys, json=message | changed), 400)
    assert stranger.post("/api/messages/", headers=keys, json=message | {"text": "я" * 5000}).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 100_000])
def test_rest_refuses_what_is_no_call(stranger: httpx2.Client, keys: dict[str, str], body: bytes) -> None:
    assert_refused(stranger.post("/api/messages/", headers=keys, content=body), 400)
