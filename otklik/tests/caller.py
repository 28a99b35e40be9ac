"""Who calls the running product over plain HTTP, without a browser."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from otklik.people.sides import FORM_COOKIES
from otklik.tests.product import PATIENCE, Product


def stranger(product: Product) -> httpx2.Client:
    """Somebody without any sign-in."""
    return httpx2.Client(base_url=product.address, timeout=PATIENCE, headers={"Accept-Language": "en"})


@contextmanager
def signed_in(product: Product, who: str, side: str = "") -> Iterator[httpx2.Client]:
    """An employee in the desk, or with `/chat` in the chat's administration."""
    with stranger(product) as client:
        client.get(f"{side}/accounts/login/")
        email, password = product.sign_in_of(who)
        form = {"login": email, "password": password} | token(client, side)
        assert client.post(f"{side}/accounts/login/", data=form).status_code == 302
        yield client


def token(client: httpx2.Client, side: str = "") -> dict[str, str]:
    """What a form of a page that the client has fetched carries."""
    return {"csrfmiddlewaretoken": client.cookies[FORM_COOKIES["chat" if side else "desk"]]}


class Widget:
    """A visitor's frame, without a page around it."""

    def __init__(self, line: httpx2.Client, product: Product) -> None:
        self.line, self.key = line, product.facts["site_key"]
        self.secret = uuid.uuid4().hex + uuid.uuid4().hex

    def call(self, name: str, *, headers: dict[str, str] | None = None, **content: Any) -> httpx2.Response:
        sent = {"Authorization": f"Visitor {self.secret}"} | (headers or {})
        return self.line.post(f"/widget/{name}", headers=sent, json={"key": self.key, "language": "en"} | content)

    def says(self, text: str, **more: Any) -> httpx2.Response:
        return self.call("messages", id=str(uuid.uuid4()), text=text, **more)


def assert_refused(answer: httpx2.Response, status: int) -> None:
    """With the contract's envelope."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"]
    assert error["message"]
