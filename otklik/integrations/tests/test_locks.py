"""Who waits for whom: a webhook and a person, or a sender, that meet in one conversation both come through."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from otklik.desk.actions import comments, corrections, tasks
from otklik.desk.models import Comment, Employee, Status, Task
from otklik.integrations import correcting, outbox
from otklik.integrations.models import Connection, Correction, Delivery, Link
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.cloud import Cloud

pytestmark = pytest.mark.django_db(transaction=True)

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def meanwhile(work: Callable[..., Any], *given: Any) -> Future[Any]:
    """Starts work beside this test, on a connection of its own, and returns when it waits for a lock of the test's."""

    threads = ThreadPoolExecutor(1)
    future = threads.submit(apart, work, *given)
    threads.shutdown(wait=False)
    until_somebody_waits(future)
    return future


def apart(work: Callable[..., Any], *given: Any) -> Any:
    try:
        return work(*given)
    finally:
        connection.close()


def until_somebody_waits(future: Future[Any]) -> None:
    with connection.cursor() as cursor:
        while not future.done():
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("it did not wait")


@pytest.fixture
def task(shop: Connection) -> Task:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    return Task.objects.get()


def test_a_leaving_is_kept_when_the_status_changes_in_the_same_moment(
    shop: Connection, task: Task, pavel: Employee
) -> None:
    in_progress = Status.objects.get(set=task.status.set_id, key="in_progress")

    with transaction.atomic():
        tasks.set_status(task, in_progress, by=pavel)
        leaving = meanwhile(arrive, shop, hook("visitorLeft", client()))
    leaving.result()

    left = Task.objects.select_related("status").get()
    assert left.left_at is not None
    assert left.status == in_progress


def test_i5_an_echo_waits_for_the_delivery_and_holds_no_task_meanwhile(
    shop: Connection, task: Task, pavel: Employee
) -> None:
    # A sender has the delivery first and its task's mark afterwards. An echo that took them the other way round would
    # end one of both as a deadlock.
    with transaction.atomic():
        comments.add(task, by=pavel, text="Добрый день!", kind=Comment.Kind.REPLY)
        Delivery.objects.update(state="sending", claimed_until=timezone.now() + timedelta(hours=1))
    echo = message("e1", "Добрый день!", "agent", receivedFrom="otklik")

    with transaction.atomic():
        Delivery.objects.select_for_update().get()
        echoed = meanwhile(arrive, shop, hook("chatFragment", client(), echo))
        Task.objects.select_for_update(nowait=True).get()
    echoed.result()

    assert Delivery.objects.values_list("state", "remote_id").get() == ("sent", "e1")
    assert Comment.objects.filter(kind=Comment.Kind.REPLY).get().mark == Comment.Mark.SENT


@pytest.mark.parametrize("what", ["a reply", "a transcript"])
def test_i3_a_sender_and_what_comes_into_its_conversation_wait_for_each_other(
    shop: Connection, task: Task, pavel: Employee, what: str
) -> None:
    comments.add(task, by=pavel, text="one", kind=Comment.Kind.REPLY)
    with transaction.atomic():
        Task.objects.select_for_update().get(pk=task.pk)
        claiming = meanwhile(outbox.drain, Link.objects.get().pk)
        if what == "a reply":
            comments.add(task, by=pavel, text="two", kind=Comment.Kind.REPLY)
        else:
            Link.objects.update(transcript_at=timezone.now())
    claiming.result()

    assert Delivery.objects.earliest("pk").attempt_count == 1


def test_a_new_change_and_the_end_of_the_last_one_wait_for_each_other(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee
) -> None:
    Connection.objects.update(settings=cloud.settings)
    comment = comments.add(task, by=pavel, text="one", kind=Comment.Kind.REPLY)
    outbox.drain(Link.objects.get().pk)
    corrections.edit(comment, by=pavel, text="two")
    cloud.late()

    threads = ThreadPoolExecutor(1)
    bringing = threads.submit(apart, correcting.bring, Correction.objects.get().pk)
    threads.shutdown(wait=False)
    cloud.wait_for(2)
    with transaction.atomic():
        Delivery.objects.select_for_update().get()
        cloud.release()
        until_somebody_waits(bringing)
        corrections.edit(comment, by=pavel, text="three")
    bringing.result()

    correction = Correction.objects.get()
    assert (correction.text, correction.state) == ("three", "due")
