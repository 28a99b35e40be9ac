"""Who types, and who has read: told at once to whoever looks on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from django.test import Client

from otklik.chat.actions import agents, replies, sites, typing
from otklik.chat.models import Agent, HookDelivery, Site
from otklik.chat.tests.opened import Visiting
from otklik.chat.tests.receiver import Receiver
from otklik.live.hub import Change


@pytest.fixture
def keys(client: Client, shop: Site) -> dict[str, str]:
    return {"authorization": f"Chatra.Simple {shop.public_key}:{shop.secret_key}"}


@contextmanager
def typing_seen(liza: Visiting) -> Iterator[Iterator[str]]:
    """Names of those who type, as the stream brings them."""
    query = {"ticket": liza.call("ticket")["ticket"]}
    with httpx2.stream("GET", f"{liza.door.address}/widget/stream", params=query, timeout=20) as response:
        lines = response.iter_lines()
        # Once the history is there, the stream listens.
        next(line for line in lines if line.startswith('data: {"id"'))
        yield (json.loads(line[6:])["name"] for line in lines if line.startswith('data: {"name"'))


def test_an_agent_who_types_is_shown_by_name_and_nobody_is_made_for_it(
    client: Client, liza: Visiting, shop: Site, keys: dict[str, str]
) -> None:
    liza.say("Hello")
    olga = agents.find_or_make(shop, email="olga@example.com")
    address = f"/api/clients/{liza.visitor.public_id}/typing"

    def types(**body: Any) -> int:
        return client.post(address, body, content_type="application/json", headers=keys).status_code

    with typing_seen(liza) as names:
        assert types(agentId=olga.public_id) == 200
        assert next(names) == olga.name
        assert types(agentEmail="boris@example.com", agentName="Bo\u202eris") == 200
        assert next(names) == "Boris"
        # What Liza types herself is not told to her.
        liza.call("typing")
        typing.by_agent(liza.conversation, "Pavel")
        assert next(names) == "Pavel"
    assert types() == 400
    assert types(agentId="nobody") == 404
    assert not Agent.objects.filter(email="boris@example.com").exists()


def test_hooks_that_ask_for_it_hear_that_the_visitor_types_and_nothing_is_written_down(
    liza: Visiting, shop: Site, receiver: Receiver
) -> None:
    sites.set_hook(shop, receiver.address, ["visitorTyping"])
    liza.say("Hello")
    before = liza.conversation.version
    liza.call("typing", text="I would like to")
    [taken] = receiver.wait_for(1)

    assert taken.content["client"]["chatId"] == liza.conversation.public_id
    assert taken.headers["x-chatra-signature"].startswith("sha256=")
    # What he types is nobody's to read unless his site says so to him.
    assert b"would like" not in taken.body
    assert liza.conversation.version == before and not HookDelivery.objects.exists()


def test_a_hook_of_all_events_is_not_called_for_each_keystroke(liza: Visiting, shop: Site, receiver: Receiver) -> None:
    sites.set_hook(shop, receiver.address)
    liza.call("messages", id="8f14e45f-ceea-467f-a6d5-09d4b3e8a1c2", text="Hello")
    receiver.wait_for(1)
    liza.call("typing")
    liza.say("And another")

    assert [taken.event for taken in receiver.wait_for(2)] == ["chatStarted", "chatFragment"]


def test_a_stranger_s_typing_is_refused_and_a_flood_of_it_only_ignored(liza: Visiting, oleg: Visiting) -> None:
    assert oleg.ask("typing").status_code == 401
    liza.say("Hello")
    assert {liza.ask("typing").status_code for _ in range(20)} == {200}


def test_a_notice_of_another_kind_is_no_typing_mark() -> None:
    assert typing.read(Change("conversation:1", "message")) is None


def test_liza_sees_that_her_messages_were_read(
    client: Client, liza: Visiting, shop: Site, keys: dict[str, str]
) -> None:
    first, second = liza.say("One"), liza.say("Two")
    third = liza.say("Three")
    with liza.listening(after=3) as stream:
        address = f"/api/messages/{second['id']}/read/?clientId={liza.visitor.public_id}"
        answer = client.post(address, headers=keys)
        told = [next(stream), next(stream)]

    assert answer.status_code == 200 and answer.json()["read"] is True
    assert [(one["id"], one["read"], one["version"]) for one in told] == [
        (first["id"], True, 4),
        (second["id"], True, 5),
    ]
    # The same once more is no news.
    assert client.post(address, headers=keys).status_code == 200
    assert liza.conversation.version == 5
    messages = {one["id"]: one["read"] for one in liza.call("hello")["messages"]}
    assert messages == {first["id"]: True, second["id"]: True, third["id"]: False}


def test_a_message_of_somebody_else_is_not_marked(
    client: Client, liza: Visiting, oleg: Visiting, keys: dict[str, str]
) -> None:
    said = liza.say("Hello")
    oleg.say("Hello")
    address = f"/api/messages/{said['id']}/read?clientId={oleg.visitor.public_id}"

    assert client.post(address, headers=keys).status_code == 404


def test_nobody_marks_what_belongs_to_another_site(client: Client, liza: Visiting, rival: Site) -> None:
    said = liza.say("Hello")
    foreign = {"authorization": f"Chatra.Simple {rival.public_key}:{rival.secret_key}"}

    assert client.post(f"/api/messages/{said['id']}/read", headers=foreign).status_code == 404
    typed = client.post(f"/api/clients/{liza.visitor.public_id}/typing", {}, "application/json", headers=foreign)
    assert typed.status_code == 404


def test_the_whole_history_is_there_for_its_visitor_alone(liza: Visiting, oleg: Visiting, shop: Site) -> None:
    liza.say("Hello")
    olga = agents.find_or_make(shop, email="olga@example.com")
    for number in range(202):
        replies.post(liza.conversation, agent=olga, text=f"Line {number}")
    latest = liza.call("history")
    rest = liza.call("history", before=latest["messages"][0]["number"])

    assert (len(latest["messages"]), latest["isAll"]) == (200, False)
    assert ([one["text"] for one in rest["messages"]], rest["isAll"]) == (["Hello", "Line 0", "Line 1"], True)
    assert oleg.ask("history").status_code == 401
    assert liza.call("history", before=-5) == {"messages": [], "isAll": True}
