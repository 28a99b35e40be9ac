"""Whatever a stranger sends ends as stored, poisons no batch and blocks no conversation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from otklik.desk.actions import contacts
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Contact, Employee, Task
from otklik.integrations.models import Connection, Receipt
from otklik.integrations.tests.arriving import arrival, arrive, client, hook, message

pytestmark = pytest.mark.django_db


def raw(who: dict[str, Any], *messages: dict[str, Any]) -> bytes:
    return json.dumps(hook("chatFragment", who, *messages)).encode()


@pytest.mark.parametrize(
    "body",
    [
        raw(
            client(),
            message("f", file={"name": "a\x00", "url": "https://x.example/\x00\ud800", "contentType": "\ud800"}),
        ),
        raw(client(info={"n": float("nan"), "i": float("inf")}), message("n")),
        raw(client(email="İ" * 240 + "@x.example"), message("e")),
        raw(client(name="\ud800", displayedName="\x00"), message("s", "\ud800\x00 text")),
        raw(client(info={"n": 10**400, "b": True}), message("h")),
        raw(client(), message("t", createdAt=1e300), message("u", createdAt=-5)),
        raw(client(), {"type": "client", "text": "a" * 200_000}),
    ],
)
def test_a_hostile_webhook_is_taken_in_like_any_other(shop: Connection, body: bytes) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))

    arrive(shop, body)
    arrive(shop, hook("chatFragment", client(), message("m2", "still here")))

    assert not Receipt.objects.exclude(state="done").exists()
    assert Comment.objects.filter(text="still here").exists()
    assert Comment.objects.count() >= 3


def test_deep_nesting_is_stored(shop: Connection) -> None:
    arrive(shop, b'{"eventName":' + b"[" * 100_000)

    assert Receipt.objects.get().state == "unknown"


def test_i3_what_came_later_waits_for_a_failed_one_also_in_a_halved_batch(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    first = arrival(shop, hook("chatFragment", client(), message("m2")))
    Receipt.objects.create(connection=shop, body=first.body, conversation="chat-liza", state="failed")

    arrive(shop, hook("chatFragment", client(), message("m3")), hook("chatStarted", client("oleg"), message("o1")))

    assert sorted(str(one.remote_id) for one in Comment.objects.all()) == ["chat-liza/m1", "chat-oleg/o1"]
    assert Receipt.objects.filter(state="waiting").count() == 1


def test_i7_the_card_of_a_joined_contact_is_closed(shop: Connection, olga: Employee) -> None:
    arrive(shop, hook("chatStarted", client(email="liza@example.com"), message("m1")))
    arrive(shop, hook("chatStarted", client("phone"), message("p1")))
    arrive(shop, hook("chatFragment", client("phone", email="liza@example.com"), message("p2")))
    joined = Contact.objects.get(merged_into__isnull=False)

    with pytest.raises(Refused):
        contacts.update(joined, by=olga, fields={"email": "new@example.com"})
    assert Task.objects.filter(contact=joined).count() == 0
