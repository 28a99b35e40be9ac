"""Replies wait while their account takes none, and go out in the order of writing when it does again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from otklik.desk.actions import comments
from otklik.desk.models import Comment, Employee, Task
from otklik.integrations import connecting, outbox
from otklik.integrations.models import Connection, Delivery
from otklik.integrations.tests.cloud import Cloud

pytestmark = pytest.mark.django_db

TEXTS = ["one", "two", "three"]


def write(task: Task, by: Employee, *texts: str) -> None:
    for text in texts:
        comments.add(task, by=by, text=text, kind="reply")


def sweep() -> None:
    """What the job does that looks for replies which nobody sends."""
    for link_id in outbox.due_links():
        outbox.drain(link_id)


def marks() -> set[str]:
    return set(Comment.objects.filter(kind="reply").values_list("mark", flat=True))


def test_s06_replies_wait_while_the_account_is_off_and_go_out_in_order(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee, olga: Employee
) -> None:
    connecting.switch(shop, on=False, by=olga)
    write(task, pavel, *TEXTS)
    sweep()
    outbox.drain(Delivery.objects.earliest("pk").link_id)
    assert cloud.texts == [] and marks() == {"due"}

    connecting.switch(shop, on=True, by=olga)
    sweep()

    assert cloud.texts == TEXTS and marks() == {"sent"}


def test_waiting_replies_go_out_in_order_after_a_reconnect(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee, olga: Employee
) -> None:
    cloud.secret_key = "ANOTHER"
    write(task, pavel, "one")
    sweep()
    assert Connection.objects.get().paused_reason
    write(task, pavel, "two", "three")
    sweep()
    asked, waits = len(cloud.asked), Delivery.objects.earliest("pk").due_at > timezone.now()
    assert asked == 1 and waits and not cloud.messages and marks() == {"due"}

    connecting.reconnect(Connection.objects.get(), cloud.settings, by=olga)
    sweep()

    assert [one["text"] for one in cloud.messages.values()] == TEXTS and marks() == {"sent"}
    assert Connection.objects.get().paused_reason == ""
