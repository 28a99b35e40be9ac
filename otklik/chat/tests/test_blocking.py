from __future__ import annotations

import ipaddress
import uuid
from typing import Any

import pytest
from django.test import Client

from otklik.chat.actions import blocking
from otklik.chat.models import (
    AddressBlock,
    Agent,
    Conversation,
    File,
    Message,
    OpenTab,
    PageView,
    Site,
    Visitor,
    Watching,
)
from otklik.chat.tests.opened import OpenDoor, Visiting
from otklik.chat.tests.test_administration import signed_in, text
from otklik.people.models import User

HOME, OFFICE = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "198.51.100.4"}


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.0/8")]


def say(who: Visiting, text: str, **headers: str) -> Any:
    return who.ask("messages", headers=headers, id=str(uuid.uuid4()), text=text)


def test_a_blocked_visitor_costs_no_storage(liza: Visiting, shop: Site, olga: User) -> None:
    liza.say("Buy my watches")
    olga_agent = Agent.objects.get(site=shop, user=olga)
    assert blocking.block(liza.conversation, by=olga_agent)
    seen = liza.visitor.last_seen_at

    refused = say(liza, "Buy my watches!!!")
    assert refused.status_code == 403
    assert refused.json()["error"] == {
        "code": "blocked",
        "message": "This chat does not take messages from you any more.",
    }
    russian = liza.ask("messages", id=str(uuid.uuid4()), text="x", language="ru")
    assert "больше не принимает" in russian.json()["error"]["message"]
    page = {"title": "Home", "link": "https://shop.example/"}
    assert liza.ask("pages", pages=[page]).status_code == 403
    assert liza.ask("visitor", name="Mr. Watch").status_code == 403
    Watching.objects.create(site=shop, sees_visitors=True, sees_typing=True)
    assert liza.ask("beat", tab=str(uuid.uuid4()), page=page).status_code == 403
    assert liza.ask("typing", text="Watches").status_code == 403 and liza.ask("history").status_code == 403
    assert liza.ask("ticket").status_code == 403 and liza.ask("read", number=1).status_code == 403
    query = {"key": shop.public_key, "id": str(uuid.uuid4()), "name": "watch.txt"}
    own = {"Authorization": f"Visitor {liza.secret}"}
    assert liza.door.client.post("/widget/files", params=query, content=b"x", headers=own).status_code == 403

    assert (Message.objects.count(), PageView.objects.count(), File.objects.count()) == (1, 0, 0)
    assert not OpenTab.objects.exists()
    assert liza.visitor.name == "" and liza.visitor.last_seen_at == seen
    assert not liza.conversation.is_open


def test_a_blocked_one_does_not_stop_his_neighbours_and_may_come_back(
    liza: Visiting, oleg: Visiting, shop: Site, olga: User
) -> None:
    liza.say("Buy my watches")
    olga_agent = Agent.objects.get(site=shop, user=olga)
    blocking.block(liza.conversation, by=olga_agent)

    oleg.say("Is the rake in stock?")
    assert say(liza, "Watches").status_code == 403
    assert blocking.unblock(liza.conversation, by=olga_agent)
    liza.say("Sorry.")
    assert liza.conversation.is_open


def test_his_address_takes_in_nobody_new_for_a_time(
    liza: Visiting, oleg: Visiting, door: OpenDoor, shop: Site, olga: User
) -> None:
    assert say(liza, "Buy my watches", **HOME).status_code == 200
    assert say(oleg, "I live here too", **HOME).status_code == 200
    olga_agent = Agent.objects.get(site=shop, user=olga)
    blocking.block(liza.conversation, by=olga_agent, address_hours=1)

    before = Visitor.objects.count()
    assert say(Visiting(door, shop), "It is me again", **HOME).status_code == 403
    assert Visitor.objects.count() == before
    # Who was known there writes on, and so does everybody elsewhere.
    assert say(oleg, "Hello?", **HOME).status_code == 200
    assert say(Visiting(door, shop), "Hello", **OFFICE).status_code == 200
    AddressBlock.objects.update(until="2020-01-01T00:00Z")
    assert say(Visiting(door, shop), "Tomorrow", **HOME).status_code == 200


def test_blocked_ones_are_listed_and_let_in_again(liza: Visiting, shop: Site, olga: User, pavel: User) -> None:
    assert say(liza, "Buy my watches", **HOME).status_code == 200
    browser = signed_in(olga)
    chat: Conversation = liza.conversation
    browser.post(f"/chat/chats/{chat.public_id}/block/", {"hours": "24"})

    page = text(browser, "/chat/blocked/")
    assert chat.visitor.displayed_name in page and "203.0.113.7" in page and "Blocked by Olga" in page
    assert chat.visitor.displayed_name not in text(signed_in(pavel), "/chat/blocked/")
    answer = browser.post(f"/chat/chats/{chat.public_id}/messages/", {"kind": "reply", "text": "No."})
    assert answer.status_code == 422

    back = browser.post(f"/chat/chats/{chat.public_id}/unblocking/", {"from": "blocked"}, follow=True)
    assert "may write again" in back.content.decode() and "Nobody is blocked" in back.content.decode()
    assert not AddressBlock.objects.exists()
    page = text(browser, f"/chat/chats/{chat.public_id}/")
    assert "Olga blocked the visitor" in page and "Olga let the visitor write again" in page


def test_odd_hours_block_no_address(liza: Visiting, olga: User) -> None:
    assert say(liza, "Buy my watches", **HOME).status_code == 200
    browser: Client = signed_in(olga)
    browser.post(f"/chat/chats/{liza.conversation.public_id}/block/", {"hours": "99999"})

    assert liza.conversation.blocked_at and not AddressBlock.objects.exists()
