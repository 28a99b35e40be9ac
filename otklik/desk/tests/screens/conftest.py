"""Employees before their screens, and clients whose messages have come in."""

from __future__ import annotations

import pytest

from otklik.desk.actions.incoming import Channel
from otklik.desk.models import ContactTemplate, Employee, Group, Project, Source, TaskTemplate
from otklik.desk.tests.screens.stage import Writer


@pytest.fixture
def shop_chat(olga: Employee, support: Group) -> Channel:
    """A site whose conversations belong to the group Support."""
    template = TaskTemplate.objects.get(key="standard")
    clients = Project.objects.create(name="Clients")
    template.project = Project.objects.create(name="Incoming requests", parent=clients)
    template.save()
    source = Source.objects.create(label="Chatra", name="shop.example.com")
    contact_template = ContactTemplate.objects.get(key="contact")
    return Channel(source.pk, "Chatra", template.pk, contact_template.pk, groups=(support.pk,))


@pytest.fixture
def liza(shop_chat: Channel) -> Writer:
    return Writer(shop_chat, "Liza", device="Chrome 130, Windows 10, Moscow")


@pytest.fixture
def oleg(shop_chat: Channel) -> Writer:
    return Writer(shop_chat, "Oleg", device="Safari 17, iPhone, Tver")
