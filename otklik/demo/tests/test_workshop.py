from __future__ import annotations

from django.db.models import Q

from otklik.chat.models import Conversation, HookDelivery, Note
from otklik.demo import company, workshop


def test_a_site_without_a_desk_has_chats_of_every_kind(db: None) -> None:
    company.make_people({})
    owner = company.make_company().owner.user
    site = workshop.make(owner)
    assert workshop.make(owner) == site

    chats = Conversation.objects.filter(site=site)
    open_chats = chats.filter(is_open=True)
    assert open_chats.filter(assigned_to=None, group=None).count() == 1
    assert open_chats.filter(Q(assigned_to__user=owner)).count() == 1
    assert open_chats.filter(group__name=workshop.GROUP).count() == 1
    assert chats.filter(is_open=False).count() == 1
    assert Note.objects.count() == 1 and not HookDelivery.objects.exists()
    assert [agent.name for agent in site.agents.order_by("id")] == ["Ольга Ветрова", "Павел Громов", "Алиса Семёнова"]
