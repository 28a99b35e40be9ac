from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpRequest

from otklik.chat import sending, webhooks
from otklik.chat.actions import messages, visitors
from otklik.chat.actions.messages import Post
from otklik.chat.api import errors
from otklik.chat.api.auth import SiteKeys
from otklik.chat.errors import Flooded
from otklik.chat.flood import Flood
from otklik.chat.hook_call import Outcome
from otklik.chat.models import Agent, Hook, HookDelivery, Message, Site, Visitor
from otklik.chat.tests.keyholder import Desk
from otklik.chat.tests.test_posting import arrival


def send(visitor: Visitor, **more: Any) -> dict[str, Any]:
    return {"clientId": visitor.public_id, "text": "Good day", "agentEmail": "pavel@example.com"} | more


@pytest.mark.parametrize("path", ["/messages", "/messages/"])
def test_s16_a_reply_becomes_a_message_of_that_agent(desk: Desk, anna: Visitor, path: str) -> None:
    status, answer = desk.ask("POST", path, send(anna, agentName="Pavel", receivedFrom="otklik"))

    assert status == 200
    assert answer["type"] == "agent" and answer["text"] == "Good day" and answer["clientId"] == anna.public_id
    assert answer["receivedFrom"] == "otklik" and answer["timestamp"] == answer["createdAt"]
    assert desk.ask("GET", f"/messages/{answer['id']}")[1] == answer
    assert Message.objects.get(public_id=answer["id"]).agent_name == "Pavel"


def test_s09_an_unknown_email_makes_a_dummy_agent_once(desk: Desk, anna: Visitor) -> None:
    first = desk.ask("POST", "/messages/", send(anna, agentName="Pavel"))[1]
    again = desk.ask("POST", "/messages/", send(anna, agentEmail="Pavel@Example.com", agentName="Another"))[1]

    assert first["agentId"] == again["agentId"]
    agent = Agent.objects.get(public_id=first["agentId"])
    assert agent.name == "Pavel" and agent.user is None


def test_a_known_agent_speaks_by_his_id(desk: Desk, anna: Visitor, shop: Site) -> None:
    olga = Agent.objects.get(site=shop)
    answer = desk.ask("POST", "/messages/", {"clientId": anna.public_id, "text": "Hi", "agentId": olga.public_id})[1]

    assert answer["agentName"] == "Olga"


def test_the_same_key_again_gets_the_same_answer(desk: Desk, anna: Visitor) -> None:
    first = desk.ask("POST", "/messages/", send(anna), **{"Idempotency-Key": "reply-17"})
    again = desk.ask("POST", "/messages/", send(anna, text="changed"), **{"Idempotency-Key": "reply-17"})

    assert first == again
    assert Message.objects.filter(type="agent").count() == 1


def test_an_agents_message_is_edited_and_deleted(desk: Desk, anna: Visitor) -> None:
    id = desk.ask("POST", "/messages/", send(anna))[1]["id"]

    assert desk.ask("PUT", f"/messages/{id}/", {"text": "Good evening"})[1]["text"] == "Good evening"
    assert desk.ask("DELETE", f"/messages/{id}")[0] == 200
    assert desk.refused("GET", f"/messages/{id}") == 404


def test_a_visitors_message_cannot_be_changed(desk: Desk, anna: Visitor) -> None:
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
    desk: Desk, anna: Visitor, change: dict[str, Any], status: int
) -> None:
    assert desk.refused("POST", "/messages/", send(anna, **change)) == status
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
def test_wrong_keys_open_nothing(desk: Desk, anna: Visitor, shop: Site, keys: str) -> None:
    keys = keys.format(public=shop.public_key, secret=shop.secret_key)

    assert desk.refused("GET", f"/clients/{anna.public_id}", Authorization=keys) == 401
    assert desk.refused("POST", "/messages/", send(anna), Authorization=keys) == 401


def test_another_sites_keys_see_nothing_of_this_one(anna: Visitor, rival: Site) -> None:
    stranger = Desk(rival)

    assert stranger.refused("GET", f"/clients/{anna.public_id}") == 404
    assert stranger.refused("GET", "/messages/m1") == 404
    assert stranger.refused("POST", "/messages/", send(anna)) == 404


def test_s19_s21_a_client_with_all_that_is_known(desk: Desk, anna: Visitor) -> None:
    visitors.update(anna, {"name": "Liza", "notes": "Buys in bulk"})
    Visitor.objects.update(integration={"plan": "gold", "name": "Elizaveta"})
    client = desk.ask("GET", f"/clients/{anna.public_id}/")[1]

    assert client["displayedName"] == "Liza"
    assert client["basicInfo"] == {"name": "Liza", "notes": "Buys in bulk"}
    assert client["info"] == {"plan": "gold", "name": "Liza", "notes": "Buys in bulk"}
    assert client["link"].endswith(f"/conversations/{client['chatId']}/")


def test_what_is_absent_stays_and_what_is_null_goes(desk: Desk, anna: Visitor) -> None:
    desk.ask("PUT", f"/clients/{anna.public_id}", {"name": "Liza", "email": "anna@example.com"})
    status, client = desk.ask("PUT", f"/clients/{anna.public_id}/", {"email": None, "phone": 79001234567})

    assert status == 200
    assert client["basicInfo"] == {"name": "Liza", "phone": "79001234567"}
    assert desk.refused("PUT", f"/clients/{anna.public_id}", {"email": "no address"}) == 400


def test_s05_the_connecting_side_sets_the_webhook_address(desk: Desk) -> None:
    status, hook = desk.ask(
        "PUT", "/hooks/", {"address": "https://desk.example/hooks/chatra/x", "events": ["chatStarted"]}
    )

    assert status == 200
    stored = Hook.objects.get()
    assert (stored.address, stored.events, stored.secret) == (hook["address"], ["chatStarted"], hook["secret"])
    assert desk.refused("PUT", "/hooks/", {"address": "ftp://desk.example/"}) == 400
    assert desk.refused("PUT", "/hooks", {"address": "https://desk.example/", "events": ["everything"]}) == 400


def test_a_webhook_address_without_events_is_removed_with_what_waits_for_it(desk: Desk, anna: Visitor) -> None:
    address = "https://desk.example/hooks/chatra/x"
    desk.ask("PUT", "/hooks/", {"address": address})
    webhooks.record([webhooks.Happening("chatStarted", anna.conversation)])
    waiting = HookDelivery.objects.get()

    status, hook = desk.ask("PUT", "/hooks/", {"address": address, "events": []})

    assert (status, hook["address"], hook["events"]) == (200, address, [])
    assert not Hook.objects.exists() and not HookDelivery.objects.exists()
    # A sender that had it in hand finds nothing to write to.
    sending._settle(waiting, Outcome(is_sent=True, answer="200"))
    assert not HookDelivery.objects.exists()
    assert desk.ask("PUT", "/hooks/", {"address": address, "events": []})[0] == 200


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


def test_who_calls_in_a_loop_is_told_when_to_come_again(desk: Desk, rival: Site) -> None:
    keys = SiteKeys(Flood(burst=1, a_minute=0.5))
    asked = HttpRequest()
    assert keys.authenticate(asked, desk.keys) == desk.site

    with pytest.raises(Flooded) as flooded:
        keys.authenticate(asked, desk.keys)

    answer = errors.answer(flooded.value)
    assert answer.status_code == 429 and 60 < int(answer["Retry-After"]) <= 121
    assert json.loads(answer.content)["error"]["code"] == "too_many"
    assert keys.authenticate(asked, Desk(rival).keys) == rival, "others are not kept from it"
