from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from otklik.chat.actions import messages, visitors
from otklik.chat.actions.messages import Post
from otklik.chat.models import Agent, Hook, Message, Site, Visitor
from otklik.chat.tests.test_posting import arrival


class Desk:
    """Somebody who speaks the API with a site's keys."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.browser = Client(raise_request_exception=False)
        self.keys = f"Chatra.Simple {site.public_key}:{site.secret_key}"

    def ask(self, method: str, path: str, content: Any = None, **headers: str) -> tuple[int, Any]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode() if content is not None else b""
        response = self.browser.generic(
            method, f"/api{path}", body, "application/json", headers={"Authorization": self.keys} | headers
        )
        return response.status_code, json.loads(response.content)

    def refused(self, method: str, path: str, content: Any = None, **headers: str) -> int:
        status, answer = self.ask(method, path, content, **headers)
        assert set(answer["error"]) == {"code", "message"}, answer
        return status


@pytest.fixture
def desk(shop: Site) -> Desk:
    return Desk(shop)


@pytest.fixture
def liza(shop: Site) -> Visitor:
    messages.post([Post(arrival(shop, "liza"), "m1", "Hello")])
    return Visitor.objects.get(site=shop)


def send(visitor: Visitor, **more: Any) -> dict[str, Any]:
    return {"clientId": visitor.public_id, "text": "Good day", "agentEmail": "pavel@example.com"} | more


@pytest.mark.parametrize("path", ["/messages", "/messages/"])
def test_s16_a_reply_becomes_a_message_of_that_agent(desk: Desk, liza: Visitor, path: str) -> None:
    status, answer = desk.ask("POST", path, send(liza, agentName="Pavel", receivedFrom="otklik"))

    assert status == 200
    assert answer["type"] == "agent" and answer["text"] == "Good day" and answer["clientId"] == liza.public_id
    assert answer["receivedFrom"] == "otklik" and answer["timestamp"] == answer["createdAt"]
    assert desk.ask("GET", f"/messages/{answer['id']}")[1] == answer
    assert Message.objects.get(public_id=answer["id"]).agent_name == "Pavel"


def test_s09_an_unknown_email_makes_a_dummy_agent_once(desk: Desk, liza: Visitor) -> None:
    first = desk.ask("POST", "/messages/", send(liza, agentName="Pavel"))[1]
    again = desk.ask("POST", "/messages/", send(liza, agentEmail="Pavel@Example.com", agentName="Another"))[1]

    assert first["agentId"] == again["agentId"]
    agent = Agent.objects.get(public_id=first["agentId"])
    assert agent.name == "Pavel" and agent.user is None


def test_a_known_agent_speaks_by_his_id(desk: Desk, liza: Visitor, shop: Site) -> None:
    olga = Agent.objects.get(site=shop)
    answer = desk.ask("POST", "/messages/", {"clientId": liza.public_id, "text": "Hi", "agentId": olga.public_id})[1]

    assert answer["agentName"] == "Olga"


def test_the_same_key_again_gets_the_same_answer(desk: Desk, liza: Visitor) -> None:
    first = desk.ask("POST", "/messages/", send(liza), **{"Idempotency-Key": "reply-17"})
    again = desk.ask("POST", "/messages/", send(liza, text="changed"), **{"Idempotency-Key": "reply-17"})

    assert first == again
    assert Message.objects.filter(type="agent").count() == 1


def test_an_agents_message_is_edited_and_deleted(desk: Desk, liza: Visitor) -> None:
    id = desk.ask("POST", "/messages/", send(liza))[1]["id"]

    assert desk.ask("PUT", f"/messages/{id}/", {"text": "Good evening"})[1]["text"] == "Good evening"
    assert desk.ask("DELETE", f"/messages/{id}")[0] == 200
    assert desk.refused("GET", f"/messages/{id}") == 404


def test_a_visitors_message_cannot_be_changed(desk: Desk, liza: Visitor) -> None:
    assert desk.refused("PUT", "/messages/m1", {"text": "I never said that"}) == 400
    assert desk.refused("DELETE", "/messages/m1") == 400
    assert Message.objects.get().text == "Hello"


def test_numbers_are_taken_as_texts(desk: Desk, shop: Site) -> None:
    messages.post([Post(arrival(shop, "oleg", client_id="1017"), "m1", "Hello")])
    status, answer = desk.ask("POST", "/messages/", {"clientId": 1017, "text": 42, "agentEmail": "pavel@example.com"})

    assert status == 200 and answer["text"] == "42" and answer["clientId"] == "1017"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "\x00 "}, 400),
        ({"text": "x" * 5001}, 400),
        ({"text": None}, 400),
        ({"text": {"a": 1}}, 400),
        ({"clientId": "nobody"}, 404),
        ({"clientId": "\x00"}, 404),
        ({"clientId": None}, 400),
        ({"agentEmail": None}, 400),
        ({"agentEmail": "no address"}, 400),
        ({"agentId": "nobody"}, 404),
    ],
)
def test_bad_sends_are_refused_in_the_contracts_words(
    desk: Desk, liza: Visitor, change: dict[str, Any], status: int
) -> None:
    assert desk.refused("POST", "/messages/", send(liza, **change)) == status
    assert Message.objects.count() == 1


def test_what_is_not_json_and_what_does_not_exist(desk: Desk) -> None:
    assert desk.refused("POST", "/messages/", b"{") == 400
    assert desk.refused("POST", "/messages/", b"[]") == 400
    assert desk.refused("POST", "/messages/", b"\xff\xfe") == 400
    assert desk.refused("GET", "/messages/") == 405
    assert desk.refused("GET", "/nothing/at/all") == 404
    assert desk.refused("GET", "/messages/unknown/") == 404


@pytest.mark.parametrize(
    "keys",
    ["", "Chatra.Simple", "Chatra.Simple {public}:wrong", "Chatra.Simple unknown:{secret}", "Bearer {public}:{secret}",
     "Chatra.Simple {public}", "Chatra.Simple \x7f:{secret}"],
)  # fmt: skip
def test_wrong_keys_open_nothing(desk: Desk, liza: Visitor, shop: Site, keys: str) -> None:
    keys = keys.format(public=shop.public_key, secret=shop.secret_key)

    assert desk.refused("GET", f"/clients/{liza.public_id}", Authorization=keys) == 401
    assert desk.refused("POST", "/messages/", send(liza), Authorization=keys) == 401


def test_another_sites_keys_see_nothing_of_this_one(liza: Visitor, rival: Site) -> None:
    stranger = Desk(rival)

    assert stranger.refused("GET", f"/clients/{liza.public_id}") == 404
    assert stranger.refused("GET", "/messages/m1") == 404
    assert stranger.refused("POST", "/messages/", send(liza)) == 404


def test_s19_s21_a_client_with_all_that_is_known(desk: Desk, liza: Visitor) -> None:
    visitors.update(liza, {"name": "Liza", "notes": "Buys in bulk"})
    Visitor.objects.update(integration={"plan": "gold", "name": "Elizaveta"})
    client = desk.ask("GET", f"/clients/{liza.public_id}/")[1]

    assert client["displayedName"] == "Liza"
    assert client["basicInfo"] == {"name": "Liza", "notes": "Buys in bulk"}
    assert client["info"] == {"plan": "gold", "name": "Liza", "notes": "Buys in bulk"}
    assert client["link"].endswith(f"/conversations/{client['chatId']}/")


def test_what_is_absent_stays_and_what_is_null_goes(desk: Desk, liza: Visitor) -> None:
    desk.ask("PUT", f"/clients/{liza.public_id}", {"name": "Liza", "email": "liza@example.com"})
    status, client = desk.ask("PUT", f"/clients/{liza.public_id}/", {"email": None, "phone": 79001234567})

    assert status == 200
    assert client["basicInfo"] == {"name": "Liza", "phone": "79001234567"}
    assert desk.refused("PUT", f"/clients/{liza.public_id}", {"email": "no address"}) == 400


def test_s05_the_connecting_side_sets_the_webhook_address(desk: Desk) -> None:
    status, hook = desk.ask(
        "PUT", "/hooks/", {"address": "https://desk.example/hooks/chatra/x", "events": ["chatStarted"]}
    )

    assert status == 200
    stored = Hook.objects.get()
    assert (stored.address, stored.events, stored.secret) == (hook["address"], ["chatStarted"], hook["secret"])
    assert desk.refused("PUT", "/hooks/", {"address": "ftp://desk.example/"}) == 400
    assert desk.refused("PUT", "/hooks", {"address": "https://desk.example/", "events": ["everything"]}) == 400


def test_agents_are_listed_and_made(desk: Desk) -> None:
    status, made = desk.ask("POST", "/agents/", {"email": "alice@example.com", "name": "Alice"})
    listed = desk.ask("GET", "/agents")[1]["agents"]

    assert status == 200
    assert [agent["name"] for agent in listed] == ["Olga", "Alice"] and made in listed


def test_an_agent_gets_a_picture_and_loses_it(desk: Desk) -> None:
    alice = {"email": "alice@example.com", "name": "Alice"}
    picture = "https://desk.example/alice.webp"

    assert desk.ask("POST", "/agents/", {**alice, "avatar": picture})[1]["avatar"] == picture
    assert desk.ask("POST", "/agents/", alice)[1]["avatar"] == picture
    assert desk.ask("POST", "/agents/", {**alice, "avatar": ""})[1]["avatar"] == ""

    for wrong in ("javascript:alert(1)", "x", "https://desk.example/" + "x" * 500):
        assert desk.ask("POST", "/agents/", {**alice, "avatar": wrong})[0] == 400


def test_the_schema_describes_each_call_once(desk: Desk) -> None:
    paths = desk.ask("GET", "/openapi.json")[1]["paths"]

    assert "/api/messages/" in paths and "/api/messages" not in paths
