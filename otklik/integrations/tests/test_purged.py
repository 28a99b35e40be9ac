"""A task that is deleted for good takes along what was to be sent from it, and leaves the conversation usable."""

from __future__ import annotations

from typing import Any

import pytest

from otklik.desk.actions import comments, trash
from otklik.desk.models import Comment, Contact, Employee, Task
from otklik.integrations import outbox
from otklik.integrations.models import Attempt, Connection, Delivery, Link
from otklik.integrations.tests.arriving import arrive, client, feed, hook, message
from otklik.integrations.tests.remote import Chatra

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(shop: Connection) -> Task:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    return Task.objects.get()


def purge(task: Task, olga: Employee) -> None:
    trash.trash(task, by=olga)
    trash.purge(task, by=olga)


def test_s11_what_was_to_be_sent_goes_with_it_and_the_link_stays(
    chatra: Chatra, shop: Connection, task: Task, olga: Employee
) -> None:
    comments.add(task, by=olga, text="First", kind="reply")
    outbox.drain(Link.objects.get().pk)
    comments.add(task, by=olga, text="Never sent", kind="reply")

    purge(task, olga)

    link = Link.objects.get()
    assert link.task is None
    assert not Delivery.objects.exists() and not Attempt.objects.exists()
    outbox.drain(link.pk)
    assert chatra.texts == ["First"]
    assert Contact.objects.count() == 1

    arrive(shop, hook("chatFragment", client(), message("m2", "Hello again")))
    second = Task.objects.get()
    assert (second.reason, feed(second)) == ("purged", [("client", "Hello again")])
    assert Link.objects.get().task == second
    comments.add(second, by=olga, text="Good day!", kind="reply")
    outbox.drain(link.pk)
    assert chatra.texts == ["First", "Good day!"]


@pytest.mark.parametrize("answer", [(200, {"id": "remote-1"}, {}), (500, {}, {}), (400, {}, {})])
def test_a_task_may_be_deleted_while_its_reply_is_on_its_way(
    chatra: Chatra, task: Task, olga: Employee, answer: Any
) -> None:
    comments.add(task, by=olga, text="Good day!", kind="reply")

    def while_it_is_sent(_request: Any) -> Any:
        purge(task, olga)
        return answer

    chatra.answers.append(while_it_is_sent)
    outbox.drain(Link.objects.get().pk)

    assert chatra.texts == ["Good day!"]
    assert not Task.objects.exists() and not Comment.objects.exists() and not Delivery.objects.exists()
