from __future__ import annotations

import random

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from otklik.chat import promise
from otklik.chat.actions import hours, site_log, visitors
from otklik.chat.errors import ChatError
from otklik.chat.models import Agent, AgentGroup, Site
from otklik.lib.text import clean_name
from otklik.people import pictures
from otklik.people.models import User


def find_or_make(site: Site, *, email: str, name: str = "") -> Agent:
    """The agent with this e-mail. An unknown one makes a dummy agent: a name without a person who signs in."""
    email = visitors.cleaned({"email": email})["email"]
    if not email:
        raise ChatError(_("An agent needs an e-mail address."), code="bad_email")
    agent = _find(site, email)
    if agent is not None:
        return agent
    try:
        with transaction.atomic():
            made = Agent.objects.create(site=site, email=email, name=clean_name(name) or email.partition("@")[0])
            hours.tell(site.pk)
            return made
    except IntegrityError:
        # Another call for the same e-mail was first.
        return Agent.objects.get(site=site, email__iexact=email)


@transaction.atomic
def of_user(site: Site, user: User) -> Agent:
    """In whose name this person answers. Whoever administers the site may have spoken through the API only, or not at
    all, until now."""
    site = Site.objects.select_for_update().get(pk=site.pk)
    own = Agent.objects.filter(site=site, user=user).order_by("id").first()
    if own is not None:
        return own
    namesake = _find(site, user.email)
    hours.tell(site.pk)
    if namesake is None:
        return Agent.objects.create(site=site, user=user, name=user.name or user.email, email=user.email)
    if namesake.user_id is not None:
        # The address on the profile is somebody else's by now: he speaks without it.
        return Agent.objects.create(site=site, user=user, name=user.name or user.email)
    namesake.user = user
    namesake.save(update_fields=["user"])
    return namesake


def any_of(site: Site, group: AgentGroup | None = None) -> Agent:
    """A random agent of the group, or of the site, for a message that nobody in particular says. Those who are online
    come first, then persons, then mere names."""
    agents = list(Agent.objects.filter(site=site) if group is None else group.agents.all())
    if not agents:
        raise ChatError(_("There is no agent yet in whose name this could be said."), code="no_agent")
    persons = [agent for agent in agents if agent.user_id]
    is_closed = bool(promise.closed([site.pk]))
    is_there = [agent for agent in persons if promise.status_of(agent, is_closed=is_closed) == Agent.Presence.ONLINE]
    return random.choice(is_there or persons or agents)


def show_picture(agent: Agent, address: str) -> Agent:
    """Visitors see this picture beside what the agent writes; an empty address takes it away."""
    agent.avatar_url = address
    agent.save(update_fields=["avatar_url"])
    return agent


@transaction.atomic
def add(site: Site, *, name: str, email: str, group: AgentGroup | None, by: User) -> Agent:
    """Somebody in whose name the API may answer; he signs in only when he is invited."""
    email = visitors.cleaned({"email": email})["email"]
    if email and _find(site, email):
        raise ChatError(
            _("There is an agent with this e-mail."), fields={"email": _("There is an agent with this e-mail.")}
        )
    agent = Agent.objects.create(site=site, name=clean_name(name), email=email, group=group)
    site_log.record(site, "agent_added", by=by, about=agent.name)
    hours.tell(site.pk)
    return agent


@transaction.atomic
def change(agent: Agent, *, name: str, group: AgentGroup | None, by: User) -> Agent:
    """What visitors read above his messages from now on; what he has written keeps the name that it had."""
    agent.name, agent.group = clean_name(name), group
    agent.save(update_fields=["name", "group"])
    site_log.record(agent.site, "agent_changed", by=by, about=agent.name)
    hours.tell(agent.site_id)
    return agent


def change_picture(agent: Agent, body: bytes | None) -> Agent:
    """A picture made by `people.pictures`; None takes it away."""
    before = agent.avatar_url
    agent = show_picture(agent, pictures.keep_apart(body) if body else "")
    pictures.forget_apart(before)
    return agent


@transaction.atomic
def be(agent: Agent, presence: str, *, by: User) -> Agent:
    """Online, offline or invisible, as somebody says by hand (S22)."""
    agent.presence = Agent.Presence(presence)
    agent.save(update_fields=["presence"])
    hours.tell(agent.site_id)
    site_log.record(agent.site, "agent_presence", by=by, about=f"{agent.name} – {presence}")
    return agent


@transaction.atomic
def remove(agent: Agent, *, by: User) -> None:
    """He answers here no more; what he has written stays, under his name."""
    site_log.record(agent.site, "agent_removed", by=by, about=agent.name)
    pictures.forget_apart(agent.avatar_url)
    agent.delete()
    hours.tell(agent.site_id)


def _find(site: Site, email: str) -> Agent | None:
    return Agent.objects.filter(site=site, email__iexact=email).first()
