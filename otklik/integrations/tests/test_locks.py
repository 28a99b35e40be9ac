"""Who waits for whom: a webhook and a person, or a sender, that meet in one conversation both come through."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from otklik.desk.actions import comments, tasks
from otklik.desk.models import Comment, Employee, Status, Task
from otklik.integrations.models import Connection, Delivery
from otklik.integrations.tests.arriving import arrive, client, hook, message

pytestmark = pytest.mark.django_db(transaction=True)

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def meanwhile(work: Callable[..., Any], *given: Any) -> Future[Any]:
    """Starts work beside this test, on a connection of its own, and returns when it waits for a lock of the test's."""

    def beside() -> Any:
        try:
            return work(*given)
        finally:
            connection.close()

    threads = ThreadPoolExecutor(1)
    future = threads.submit(beside)
    threads.shutdown(wait=False)
    with connection.cursor() as cursor:
        while not future.done():
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return future
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
