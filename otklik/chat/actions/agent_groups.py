from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from otklik.chat.actions import site_log
from otklik.chat.models import Agent, AgentGroup, Site
from otklik.people.models import User


@transaction.atomic
def make(site: Site, name: str, *, by: User) -> AgentGroup:
    group = AgentGroup.objects.create(site=site, name=name)
    site_log.record(site, "group_added", by=by, about=name)
    return group


@transaction.atomic
def change(group: AgentGroup, *, name: str, agents: Iterable[Agent], by: User) -> AgentGroup:
    """Its name and who is in it. An agent is in one group at most."""
    group.name = name
    group.save(update_fields=["name"])
    chosen = [agent.pk for agent in agents]
    Agent.objects.filter(group=group).exclude(pk__in=chosen).update(group=None)
    Agent.objects.filter(site=group.site, pk__in=chosen).update(group=group)
    site_log.record(group.site, "group_changed", by=by, about=name)
    return group


@transaction.atomic
def remove(group: AgentGroup, *, by: User) -> None:
    """Its agents stay, without a group."""
    site_log.record(group.site, "group_removed", by=by, about=group.name)
    group.delete()
