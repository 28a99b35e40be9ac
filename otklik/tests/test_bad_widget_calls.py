"""What strangers send to the widget's door: no site, no visitor and no ticket is theirs to guess."""

from __future__ import annotations

import json
import uuid

import httpx2
import pytest

from otklik.tests.caller import Widget, assert_refused
from otklik.tests.product import Product


@pytest.fixture
def liza(stranger: httpx2.Client, product: Product) -> Widget:
    """A visitor with a conversation."""
    liza = Widget(stranger, product)
    assert liza.says("My secret wish").status_code == 200
    return liza


CALLS = ["hello", "messages", "visitor", "pages", "read", "ticket", "typing", "beat", "history"]


@pytest.mark.parametrize("name", CALLS)
def test_a_widget_of_an_unknown_site_is_told_so(liza: Widget, name: str) -> None:
    for key in ("", "x", "x" * 10_000, None, liza.key + "\0"):
        answer = liza.call(name, key=key, id=str(uuid.uuid4()), text="Hello")
        assert_refused(answer, 404)
        assert answer.json()["error"]["code"] == "unknown_site"


@pytest.mark.parametrize("name", CALLS)
def test_a_page_of_somebody_else_cannot_speak_for_the_visitor(liza: Widget, name: str) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"):
        answer = liza.call(name, headers={"Origin": origin}, id=str(uuid.uuid4()), text="Hello")
        assert_refused(answer, 403)
        assert "access-control-allow-origin" not in answer.headers


def test_a_forged_secret_opens_nobodys_conversation(liza: Widget, stranger: httpx2.Client, product: Product) -> None:
    thief = Widget(stranger, product)
    forged = [liza.secret[:-1] + ("0" if liza.secret[-1] != "0" else "1"), liza.secret.upper(), "x" * 64]
    for thief.secret in forged:
        seen = thief.call("hello").json()
        assert seen["visitor"] is None and seen["messages"] == []
        for name in ("pages", "read", "ticket", "typing", "history"):
            assert_refused(thief.call(name, number=1, pages=[]), 401)
    for thief.secret in ("x", "x" * 5000, f"{liza.secret} {liza.secret}", f"{liza.secret},{liza.secret}"):
        assert_refused(thief.call("ticket"), 401)


def test_ids_of_another_conversation_reveal_nothing(liza: Widget, stranger: httpx2.Client, product: Product) -> None:
    known = liza.call("hello").json()
    message_id, visitor_id = known["messages"][0]["id"], known["visitor"]["id"]
    thief = Widget(stranger, product)

    # The same message id belongs to each conversation by itself.
    answer = thief.call("messages", id=message_id, text="Mine", clientId=visitor_id).json()
    assert answer["message"]["text"] == "Mine"
    assert answer["visitor"]["id"] != visitor_id
    assert [one["text"] for one in thief.call("hello").json()["messages"]] == ["Mine"]
    assert [one["text"] for one in liza.call("hello").json()["messages"]] == ["My secret wish"]

    ticket = thief.call("ticket").json()["ticket"]
    for forged in ("", "x", ticket[:-1] + "A" if ticket[-1] != "A" else ticket[:-1] + "B", ticket.swapcase()):
        assert stranger.get("/widget/stream", params={"ticket": forged, "after": 0}).status_code == 403
        assert stranger.get("/live/stream", params={"ticket": forged}).status_code == 403
    # A ticket of the widget opens no stream of the desk.
    assert stranger.get("/live/stream", params={"ticket": ticket}).status_code == 403


@pytest.mark.parametrize("text", ["", "  \n ", "\0", "x" * 5001, None])
def test_the_widget_refuses_a_text_that_is_none(liza: Widget, text: str | None) -> None:
    assert_refused(liza.call("messages", id=str(uuid.uuid4()), text=text), 400)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xff", b"[" * 50_000, json.dumps({"text": 5}).encode()])
def test_the_widget_refuses_what_is_no_call(stranger: httpx2.Client, body: bytes) -> None:
    for name in CALLS:
        answer = stranger.post(f"/widget/{name}", content=body)
        assert answer.status_code in (400, 404)
        assert_refused(answer, answer.status_code)


def test_the_widget_refuses_a_large_body_and_another_method(stranger: httpx2.Client, liza: Widget) -> None:
    assert_refused(liza.says("Hello", referrer="x" * 70_000), 413)
    assert_refused(stranger.get("/widget/messages"), 405)
    assert_refused(stranger.post("/widget/nothing", json={}), 404)
