"""Automated messages (contracts/chatra.md §1): in somebody's name, without starting an enquiry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from otklik.chat.actions import messages, visitors
from otklik.chat.actions.messages import Post
from otklik.chat.models import Agent, AgentGroup, ChatEvent, Conversation, Hook, HookDelivery, Message, Site, Visitor
from otklik.chat.tests.keyholder import Desk
from otklik.chat.tests.test_api import send
from otklik.chat.tests.test_posting import arrival


def push(desk: Desk, visitor: Visitor, **more: Any) -> dict[str, Any]:
    status, answer = desk.ask("POST", "/pushedMessages", {"clientId": visitor.public_id, "text": "Sale today"} | more)
    assert status == 200, answer
    pushed: dict[str, Any] = answer
    return pushed


def test_a_pushed_message_is_marked_as_such(desk: Desk, anna: Visitor) -> None:
    pushed = push(desk, anna)

    assert pushed["isPushed"] is True and pushed["type"] == "agent" and pushed["text"] == "Sale today"
    assert desk.ask("GET", f"/pushedMessages/{pushed['id']}/")[1] == pushed


def test_it_starts_no_enquiry_and_takes_nobodys_chat(desk: Desk, anna: Visitor, shop: Site) -> None:
    Conversation.objects.update(is_open=False)
    Hook.objects.create(site=shop, address="http://127.0.0.1:9/")

    push(desk, anna)

    assert list(HookDelivery.objects.values_list("event", flat=True)) == ["chatFragment"]
    conversation = Conversation.objects.get()
    assert not conversation.is_open and conversation.assigned_to is None


def test_to_somebody_who_never_wrote_it_is_told_with_what_he_answers(desk: Desk, shop: Site) -> None:
    Agent.objects.create(site=shop, name="Alice")
    Hook.objects.create(site=shop, address="http://127.0.0.1:9/")
    oleg = visitors.identify(arrival(shop, "oleg"), name="Oleg")
    push(desk, oleg)
    withdrawn = push(desk, oleg, text="Sale yesterday")
    desk.ask("DELETE", f"/pushedMessages/{withdrawn['id']}")
    assert not HookDelivery.objects.exists() and not ChatEvent.objects.exists()

    messages.post([Post(arrival(shop, "oleg"), "m1", "Which sale?")])
    told = [(row.event, json.loads(bytes(row.body))["messages"]) for row in HookDelivery.objects.all()]
    assert [(event, [one["text"] for one in said]) for event, said in told] == [
        ("chatStarted", ["Sale today", "Which sale?"])
    ]
    # From then on at once.
    push(desk, oleg, text="Sale tomorrow")
    assert list(HookDelivery.objects.order_by("id").values_list("event", flat=True)) == ["chatStarted", "chatFragment"]


def test_an_agent_of_the_group_speaks(desk: Desk, anna: Visitor, shop: Site) -> None:
    sales = AgentGroup.objects.create(site=shop, name="Sales")
    Agent.objects.create(site=shop, name="Alice", group=sales)

    assert {push(desk, anna, groupId=sales.public_id)["agentName"] for _time in range(5)} == {"Alice"}


def test_a_named_agent_speaks(desk: Desk, anna: Visitor, shop: Site) -> None:
    alice = Agent.objects.create(site=shop, name="Alice")

    assert push(desk, anna, agentId=alice.public_id)["agentName"] == "Alice"


def test_the_same_key_pushes_once(desk: Desk, anna: Visitor) -> None:
    given = {"clientId": anna.public_id, "text": "Sale today"}
    first = desk.ask("POST", "/pushedMessages/", given, **{"Idempotency-Key": "sale-1"})
    again = desk.ask("POST", "/pushedMessages/", given, **{"Idempotency-Key": "sale-1"})

    assert first == again and Message.objects.filter(is_pushed=True).count() == 1


def test_it_is_edited_and_deleted(desk: Desk, anna: Visitor) -> None:
    id = push(desk, anna)["id"]

    assert desk.ask("PUT", f"/pushedMessages/{id}", {"text": "Sale tomorrow"})[1]["text"] == "Sale tomorrow"
    assert desk.ask("DELETE", f"/pushedMessages/{id}/")[1]["deleted"] is True
    assert desk.refused("GET", f"/pushedMessages/{id}") == 404


def test_an_agents_own_message_is_no_pushed_one(desk: Desk, anna: Visitor) -> None:
    id = desk.ask("POST", "/messages", send(anna))[1]["id"]

    assert desk.refused("PUT", f"/pushedMessages/{id}", {"text": "x"}) == 404
    assert desk.refused("DELETE", f"/pushedMessages/{id}") == 404


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"text": ""}, 400),
        ({"text": None}, 400),
        ({"clientId": "nobody"}, 404),
        ({"agentId": "nobody"}, 404),
        ({"groupId": "1"}, 404),
        ({"groupId": "²"}, 404),
        ({"groupId": "9" * 30}, 404),
    ],
)
def test_what_cannot_be_pushed_is_refused(desk: Desk, anna: Visitor, more: dict[str, Any], status: int) -> None:
    given = {"clientId": anna.public_id, "text": "Sale today"} | more

    assert desk.refused("POST", "/pushedMessages", given) == status
    assert not Message.objects.filter(is_pushed=True).exists()


def test_a_site_without_agents_is_told_so(desk: Desk, anna: Visitor) -> None:
    Agent.objects.all().delete()

    assert desk.refused("POST", "/pushedMessages", {"clientId": anna.public_id, "text": "Sale"}) == 400
