from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from otklik.chat.models import Agent, Hook, Site, SiteMember
from otklik.chat.models.hook import standard_events
from otklik.people.models import User


@transaction.atomic
def make(name: str, owner: User, language: str = "ru", hosts: Sequence[str] = ()) -> Site:
    """A website with a chat: its keys, its owner, and the owner as its first agent."""
    site = Site.objects.create(name=name, language=language, hosts=list(hosts))
    SiteMember.objects.create(site=site, user=owner, is_owner=True)
    Agent.objects.create(site=site, user=owner, name=owner.name or owner.email, email=owner.email)
    return site


@transaction.atomic
def set_hook(site: Site, address: str, events: Sequence[str] | None = None) -> Hook:
    """The site's chats are told to this address. The same address again changes its events and keeps its secret."""
    Site.objects.select_for_update().get(pk=site.pk)
    hook = Hook.objects.filter(site=site, address=address).first() or Hook(site=site, address=address)
    hook.events = standard_events() if events is None else list(events)
    hook.is_active = True
    hook.save()
    return hook
