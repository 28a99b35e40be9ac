"""A connection that was made before our chat told of everything hears of it without being made anew."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from otklik.chat.actions import sites
from otklik.chat.models import Hook
from otklik.integrations.connecting import hook_url
from otklik.integrations.models import Connection

pytestmark = pytest.mark.django_db


def test_our_own_connection_hears_of_what_was_added_and_a_strangers_webhook_does_not(shop: Connection) -> None:
    site = sites.make("Garden tools", shop.created_by.user, language="en")  # type: ignore[union-attr]
    ours = Hook.objects.create(site=site, address=hook_url(shop), events=["chatFragment"])
    foreign = Hook.objects.create(site=site, address="https://example.com/hooks/chatra/x/", events=["chatFragment"])

    for _time in range(2):
        import_module("otklik.integrations.migrations.0008_hear_all_of_our_chat").hear_all(apps, None)

    ours.refresh_from_db()
    foreign.refresh_from_db()
    assert ours.events == ["chatFragment", "visitorTyping", "messageMail"]
    assert foreign.events == ["chatFragment"]
