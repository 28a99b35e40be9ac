"""Every address of the chat's own pages × every role × looking and doing: exactly what `doors.txt` says.

A line of the table: the address's name, GET or POST, then what each of the roles gets: a stranger, the owner of another
site, an agent, an administrator of the site, its owner. `login`: he is asked to sign in. A POST brings a form along
only where it takes one to tell the doors apart: 302, 400 and 422 are open doors, and 403 and 404 closed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from otklik.chat.actions import invitations, replies, sites
from otklik.chat.mail import tokens
from otklik.chat.models import Agent, AgentGroup, ApiKey, HookDelivery, Mail, Site, SiteMember, SiteText, Visitor
from otklik.chat.tests.console.conftest import say
from otklik.chat.tests.test_administration import signed_in
from otklik.people.models import User

TABLE = Path(__file__).with_name("doors.txt")
PLACE = "otklik.config.chat_urls"


@pytest.fixture
def things(shop: Site, olga: User) -> dict[str, dict[str, Any]]:
    """What stands for a parameter: of an address by its name, else of any."""
    chat = say(shop, "liza", "Hello")
    me = Agent.objects.get(site=shop, user=olga)
    group = AgentGroup.objects.create(site=shop, name="Support")
    agent = Agent.objects.create(site=shop, name="Vera", email="vera@example.com", group=group)
    sites.set_hook(shop, "https://desk.example/hooks/x")
    hook = shop.hooks.get()
    delivery = HookDelivery.objects.create(hook=hook, conversation=chat, event="chatStarted", body=b"{}")
    SiteText.objects.create(site=shop, language="de", words={"send": "Los"})
    invitation = invitations.make(shop, "Nora", by=olga)
    answer = replies.post(chat, agent=me, text="Good day")
    Visitor.objects.filter(pk=chat.visitor_id).update(email="liza@example.com", secret_hash=b"x" * 32)
    now = timezone.now()
    mail = Mail.objects.create(
        conversation=chat, kind="unread", address="liza@example.com", first=1, last=1, due_at=now, sent_at=now
    )
    vera = User.objects.create_user("vera@example.com", "x", name="Vera")
    member = SiteMember.objects.create(site=shop, user=vera)
    group_id, hook_id = {"id": group.pk}, {"id": hook.pk}
    return {
        "": {
            "key": shop.public_key, "id": chat.public_id, "number": answer.number, "language": "de", "token": "x",
            "occasion": "online",
        },
        "join": {"token": invitation.token},
        "site_invitation_removal": {"id": invitation.invitation.pk},
        "site_member_removal": {"id": member.pk},
        "chat_upload_removal": {"key": "x"},
        "site_first_word": {"kind": "visitor", "id": chat.visitor_id},
        "site_hook": hook_id,
        "site_hook_secret": hook_id,
        "site_hook_act": hook_id | {"what": "pause"},
        "site_hook_repeat": hook_id | {"delivery": delivery.pk},
        "site_group": group_id,
        "site_group_removal": group_id,
        **{name: {"id": ApiKey.objects.get(site=shop).pk} for name in ("site_key_rotation", "site_key_revocation")},
        **{name: {"id": agent.public_id} for name in AGENTS},
        "mail_stop": {"token": tokens.for_link("stop", mail.pk)},
        "mail_resume": {"token": tokens.for_link("resume", mail.pk)},
    }  # fmt: skip


AGENTS = ("site_agent", "site_agent_presence", "site_agent_invitation", "site_agent_removal")


@pytest.fixture
def browsers(shop: Site, olga: User, pavel: User) -> list[Client]:
    """In the order of the table's columns."""
    boris, nina = (
        User.objects.create_user(f"{name}@example.com", "x", name=name.title()) for name in ("boris", "nina")
    )
    sites.make("Another shop", boris)
    Agent.objects.create(site=shop, user=pavel, name="Pavel", email=pavel.email)
    SiteMember.objects.create(site=shop, user=nina)
    return [Client(), *(signed_in(user) for user in (boris, pavel, nina, olga))]


def addresses(things: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(name, address) of each."""
    for pattern in get_resolver("otklik.chat.urls").url_patterns:
        assert isinstance(pattern, URLPattern) and pattern.name
        wanted = pattern.pattern.converters or pattern.pattern.regex.groupindex
        given = things[""] | things.get(pattern.name, {})
        yield pattern.name, reverse(pattern.name, PLACE, kwargs={name: given[name] for name in wanted})


def outcome(browser: Client, method: str, address: str, form: dict[str, Any]) -> str:
    with transaction.atomic():
        answer = browser.post(address, form) if method == "POST" else browser.get(address)
        transaction.set_rollback(True)
    if answer.status_code == 302 and re.match("/chat/accounts/login/", answer["Location"]):
        return "login"
    return str(answer.status_code)


def test_every_address_is_open_to_exactly_those_whom_the_table_names(
    browsers: list[Client], things: dict[str, dict[str, Any]]
) -> None:
    forms = {"chat_assignment": {"to": "me"}}
    found = {}
    for name, address in addresses(things):
        for method in ("GET", "POST"):
            answers = (outcome(browser, method, address, forms.get(name, {})) for browser in browsers)
            found[f"{name} {method}"] = " ".join(answers)

    lines = (line.split(maxsplit=2) for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    wanted = {f"{name} {method}": " ".join(rest.split()) for name, method, rest in lines}
    wrong = [f"{key} {found.get(key)}" for key in sorted({*found, *wanted}) if found.get(key) != wanted.get(key)]
    assert wrong == [], "\n".join(["These lines differ:", *wrong])
