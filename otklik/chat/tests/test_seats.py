"""From a mail back into its chat, on any device (S24); the link opens one conversation, and only as long as it may."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from otklik.chat.actions import blocking
from otklik.chat.mail import tokens
from otklik.chat.models import Agent, Mail, Site, Visitor
from otklik.chat.tests.opened import OpenDoor, Visiting


@pytest.fixture
def mail(liza: Visiting) -> Mail:
    """An answer that went to Liza by mail."""
    liza.say("Do you have rakes?")
    Visitor.objects.update(email="liza@example.com")
    return Mail.objects.create(
        conversation=liza.conversation, kind="unread", state="sent", first=1, last=1, address="Liza@example.com",
        due_at=timezone.now(), sent_at=timezone.now(),
    )  # fmt: skip


def page_of(mail: Mail) -> str:
    return f"/chat/mail/resume/{tokens.for_link('resume', mail.pk)}/"


def seat_in(mail: Mail) -> str:
    """Empty when the link opens no conversation."""
    answer = Client().get(page_of(mail))
    if answer.status_code == 404:
        return ""
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    found = re.search(r'data-seat="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def texts(visiting: Visiting) -> list[str]:
    return [message["text"] for message in visiting.call("history")["messages"]]


def test_s24_a_link_in_a_mail_opens_the_conversation_on_another_device(
    door: OpenDoor, liza: Visiting, shop: Site, mail: Mail
) -> None:
    phone = Visiting(door, shop, seat_in(mail))

    assert texts(phone) == ["Do you have rakes?"]
    phone.say("I am on my way home now.")
    assert texts(liza) == ["Do you have rakes?", "I am on my way home now."]
    assert Visitor.objects.count() == 1


def test_i7_a_forged_an_old_and_a_foreign_seat_are_a_strangers(
    door: OpenDoor, shop: Site, rival: Site, mail: Mail
) -> None:
    good = seat_in(mail)
    forged = f"{good[:-1]}{'0' if good[-1] != '0' else '1'}"
    of_another_mail = re.sub(r"^s-\w+-", f"s-{mail.pk + 1:x}-", good)
    old = tokens.seat(mail.pk, int(time.time()) - 1)
    for seat in (forged, of_another_mail, old):
        stranger = Visiting(door, shop, seat)
        assert stranger.ask("history").status_code in (401, 403, 404)
    assert Visiting(door, rival, good).ask("history").status_code in (401, 403, 404)
    assert Client().get("/chat/mail/resume/nonsense/").status_code == 404


def test_i7_an_address_that_was_given_up_opens_nothing(door: OpenDoor, shop: Site, mail: Mail) -> None:
    seat = seat_in(mail)
    Visitor.objects.update(email="elizabeth@example.com")
    Site.objects.filter(pk=shop.pk).update(hosts=["shop.example.com"])

    assert Visiting(door, shop, seat).ask("history").status_code in (401, 403, 404)
    assert seat_in(mail) == ""
    assert "not the present one" in Client(headers={"accept-language": "en"}).get(page_of(mail)).content.decode()


def test_a_mail_to_the_team_opens_nothing(mail: Mail) -> None:
    Mail.objects.update(kind="team")
    assert seat_in(mail) == ""


def test_who_is_blocked_is_blocked_on_every_device(door: OpenDoor, liza: Visiting, shop: Site, mail: Mail) -> None:
    seat = seat_in(mail)
    blocking.block(liza.conversation, by=Agent.objects.get(site=shop))

    refused = Visiting(door, shop, seat).ask("messages", id=str(uuid.uuid4()), text="Hello again")
    assert refused.status_code == 403
