"""Who accepts a new task first does it (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from otklik.desk.actions import making, members, tasks
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Employee, Group, Status, Task, TaskTemplate
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, by_htmx, signed_in, words

__all__ = ["liza", "shop_chat"]


def e(employee: Employee) -> str:
    return f"employee-{employee.pk}"


def contested() -> None:
    TaskTemplate.objects.update(joining=TaskTemplate.Joining.FIRST)


def people(task: Task) -> dict[str, set[str]]:
    return {role: set(members.who_is(task, role)) for role in ("assignee", "participant")}


@pytest.mark.django_db
def test_who_accepts_first_does_it_and_the_others_take_part(
    liza: Writer, pavel: Employee, alice: Employee, support: Group
) -> None:
    contested()
    task = liza.says("Hello")

    page = signed_in(alice).post(f"/tasks/{task.number}/acceptance/", headers=by_htmx())
    late = signed_in(pavel).post(f"/tasks/{task.number}/acceptance/", headers=by_htmx())

    assert page.status_code == 200
    assert late.status_code == 422 and "Somebody was quicker: this task is with Alice." in words(late)
    assert people(task) == {"assignee": {e(alice)}, "participant": {f"group-{support.pk}"}}
    task = Task.objects.get(pk=task.pk)
    assert task.status.key == "in_progress" and task.notified == [alice.pk]
    numbers = list(Comment.objects.filter(task=task).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, task.comment_count + 1))
    assert tasks.accept(task, by=alice).status.key == "in_progress"


@pytest.mark.django_db
def test_choosing_in_progress_is_accepting_too(liza: Writer, pavel: Employee, support: Group) -> None:
    contested()
    task = liza.says("Hello")
    status = Status.objects.get(key="in_progress", set=task.status.set_id)

    tasks.set_status(task, status, by=pavel)

    assert people(task)["assignee"] == {e(pavel)}


@pytest.mark.django_db
def test_all_keep_a_task_of_another_template(liza: Writer, pavel: Employee, support: Group) -> None:
    task = liza.says("Hello")

    tasks.accept(task, by=pavel)

    assert people(task) == {"assignee": {f"group-{support.pk}"}, "participant": set()}


@pytest.mark.django_db
def test_6_ones_own_contested_task_is_not_accepted_by_itself(pavel: Employee) -> None:
    contested()

    values = {"name": "Call", "description": "", "project": None, "contact": None, "template": None}
    task = making.make({**values, "assignee": [e(pavel)]}, by=pavel)

    assert task.status.key == "new"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_exactly_one_has_it(
    liza: Writer, pavel: Employee, alice: Employee, support: Group
) -> None:
    contested()
    task = liza.says("Hello")
    start, told = threading.Barrier(2), list[str]()

    def accept(who: Employee) -> None:
        try:
            start.wait(30)
            tasks.accept(task, by=who)
        except Refused as refused:
            told.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(who,)) for who in (pavel, alice)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    [winner] = people(task)["assignee"]
    name = {e(pavel): "Pavel", e(alice): "Alice"}[winner]
    assert len(told) == 1 and name in told[0]
    assert Comment.objects.filter(task=task, data__event="status_changed").count() == 1
