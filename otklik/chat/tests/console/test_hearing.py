from __future__ import annotations

from django.test import Client

from otklik.chat import hearing
from otklik.chat.actions import notes
from otklik.chat.models import Agent, Conversation, Site
from otklik.chat.tests.console.conftest import say
from otklik.live.hub import Hub
from otklik.live.ticket import read
from otklik.people.models import User


def test_one_hears_of_the_chats_that_one_sees(
    browser: Client, pavel: User, shop: Site, rival: Site, liza: Conversation, pavel_agent: Agent
) -> None:
    theirs = say(rival, "oleg", "A question to the rival")
    wanted = [f"chat:{liza.pk}", f"chats:{shop.pk}", f"chat:{theirs.pk}", f"chats:{rival.pk}", "chat:x", "chats:"]

    answer = browser.post("/chat/live/ticket", {"topic": wanted})

    assert read(answer.json()["ticket"]) == [f"chat:{liza.pk}", f"chats:{shop.pk}"]
    assert hearing.may_hear_chat(pavel, str(liza.pk)) and hearing.may_hear_chats(pavel, str(rival.pk))


def test_i8_a_lost_notice_is_made_up_for(shop: Site, liza: Conversation, olga_agent: Agent) -> None:
    hub = Hub()
    lost = hearing.LostNotices(hub)
    assert lost.look() == []
    hub.subscribe([f"chat:{liza.pk}", f"chats:{shop.pk}", "task:1"])
    assert {change.topic for change in lost.look()} == {f"chat:{liza.pk}", f"chats:{shop.pk}"}
    assert lost.look() == []

    notes.add(liza, by=olga_agent, text="A regular.")
    assert [change.topic for change in lost.look()] == [f"chat:{liza.pk}"]
    say(shop, "oleg", "Another visitor")
    assert [change.topic for change in lost.look()] == [f"chats:{shop.pk}"]
