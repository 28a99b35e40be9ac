"""Fifty first messages at once make one contact and one task (I4), however many processes take them in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from otklik.desk.models import Comment, Contact, Task
from otklik.integrations.models import Connection, Receipt
from otklik.integrations.tests.arriving import arrive, client, hook, message


def in_a_thread(shop: Connection, place: int, email: str = "") -> None:
    who = client("liza" if not email else f"device-{place}", **({"email": email} if email else {}))
    try:
        arrive(shop, hook("chatStarted", who, message(f"m{place}")))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_i4_fifty_first_messages_of_one_visitor_make_one_task(shop: Connection) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda place: in_a_thread(shop, place), range(50)))

    assert (Contact.objects.count(), Task.objects.count()) == (1, 1)
    assert Comment.objects.count() == 50
    assert list(Comment.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 51))
    assert not Receipt.objects.exclude(state="done").exists()


@pytest.mark.django_db(transaction=True)
def test_i4_one_email_from_many_devices_at_once_makes_one_contact(shop: Connection) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda place: in_a_thread(shop, place, "liza@example.com"), range(20)))

    assert Contact.objects.count() == 1
    assert Comment.objects.count() == 20
