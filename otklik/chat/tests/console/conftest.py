from __future__ import annotations

import pytest
from django.test import Client

from otklik.chat.actions import messages
from otklik.chat.actions.messages import Post
from otklik.chat.models import Agent, AgentGroup, Conversation, Site
from otklik.chat.tests.test_administration import signed_in
from otklik.chat.tests.test_posting import arrival
from otklik.people.models import User


def say(site: Site, who: str, text: str, id: str = "") -> Conversation:
    """A visitor writes; each name is one browser."""
    arriving = arrival(site, who)
    [posted] = messages.post([Post(arriving, id or f"{who}: {text}"[:60], text)])
    assert not isinstance(posted, Exception)
    return Conversation.objects.get(visitor=posted.visitor)


@pytest.fixture
def liza(shop: Site) -> Conversation:
    return say(shop, "liza", "Is <b>the rake</b> in stock? https://shop.example/rake")


@pytest.fixture
def olga_agent(shop: Site, olga: User) -> Agent:
    return Agent.objects.get(site=shop, user=olga)


@pytest.fixture
def support(shop: Site) -> AgentGroup:
    return AgentGroup.objects.create(site=shop, name="Support")


@pytest.fixture
def pavel_agent(shop: Site, pavel: User, support: AgentGroup) -> Agent:
    """Pavel answers visitors of the shop, and administers nothing of it."""
    return Agent.objects.create(site=shop, user=pavel, name="Pavel", email=pavel.email, group=support)


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


@pytest.fixture
def pavels(pavel: User, pavel_agent: Agent) -> Client:
    return signed_in(pavel)
