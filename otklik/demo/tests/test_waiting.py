from __future__ import annotations

from otklik.chat.actions import sites
from otklik.chat.models import Conversation, HookDelivery
from otklik.demo import company, waiting
from otklik.integrations.chatra.connector import EVENTS


def test_s13_chats_wait_for_those_who_answer(db: None) -> None:
    company.make_people({})
    site = sites.make(company.SHOP, company.make_company().owner.user, language="ru")
    sites.set_hook(site, "https://desk.example.com/hooks/chatra/key/", EVENTS)

    for _again in range(2):
        waiting.make(site)

    chats = Conversation.objects.filter(site=site, is_open=True).select_related("visitor")
    assert sorted(chat.visitor.integration["name"] for chat in chats) == ["Вера Ланская", "Глеб Соснин"]
    assert HookDelivery.objects.exists()
