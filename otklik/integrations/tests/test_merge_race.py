"""A message and a merge in the same moment: nothing of a client stays on a card that was merged away (S20, I7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from otklik.desk.actions import merging
from otklik.desk.models import Comment, Contact, Employee, Identity, ServiceEntry, Status, Task
from otklik.integrations.models import Connection, Receipt
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.test_locks import apart, meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(shop: Connection) -> tuple[Contact, Contact]:
    """Liza and Oleg; the next message of Oleg's opens a new task."""
    for who in ("liza", "oleg"):
        arrive(shop, hook("chatStarted", client(who), message(f"{who}-1")))
    one, other = Contact.objects.order_by("pk")
    task = other.tasks.get()
    task.status = Status.objects.get(set=task.status.set_id, key="completed")
    task.save()
    return one, other


def says(shop: Connection, number: int) -> None:
    arrive(shop, hook("chatStarted", client("oleg"), message(f"oleg-{number}", f"text {number}")))


def nothing_is_left_on(other: Contact) -> bool:
    rows = (Task.objects, Identity.objects, ServiceEntry.objects)
    return not any(found.filter(contact=other).exists() for found in rows)


def test_s20_a_message_that_meets_a_merge_opens_its_task_for_the_merged_contact(
    shop: Connection, pair: tuple[Contact, Contact], pavel: Employee
) -> None:
    one, other = pair
    with transaction.atomic():
        merging.merge(one, [other], by=pavel)
        taking = meanwhile(says, shop, 2)
    taking.result()

    assert Task.objects.latest("pk").contact == one
    assert nothing_is_left_on(other)


def test_s20_a_merge_that_meets_a_message_takes_its_task_along(
    shop: Connection, pair: tuple[Contact, Contact], pavel: Employee
) -> None:
    one, other = pair
    with transaction.atomic():
        says(shop, 2)
        merge = meanwhile(lambda: merging.merge(one, [other], by=pavel))
    merge.result()

    assert Task.objects.count() == 3 and one.tasks.count() == 3
    assert nothing_is_left_on(other)


def test_s20_merges_and_messages_at_once_lose_nothing(
    shop: Connection, pair: tuple[Contact, Contact], pavel: Employee
) -> None:
    one, other = pair

    def merge_and_separate() -> None:
        for _round in range(5):
            merging.merge(one, [other], by=pavel)
            merging.unmerge(other, by=pavel)
        merging.merge(one, [other], by=pavel)

    with ThreadPoolExecutor(5) as threads:
        merges = threads.submit(apart, merge_and_separate)
        messages = [threads.submit(apart, says, shop, number) for number in range(2, 22)]
        for done in (merges, *messages):
            done.result()

    assert nothing_is_left_on(other)
    assert Comment.objects.filter(kind="client").count() == 22
    assert not Receipt.objects.exclude(state="done").exists()
