"""Assignees who answer at the same moment (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from otklik.desk.actions import members, tasks
from otklik.desk.errors import DeskError
from otklik.desk.models import Comment, Employee, OwnStatus, Task
from otklik.desk.tests.actions.test_individual_statuses import code, given_to, key_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What was refused."""
    start, told = threading.Barrier(len(deeds)), list[str]()

    def do(deed: Callable[[], object]) -> None:
        try:
            start.wait(30)
            deed()
        except DeskError as refused:
            told.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return told


def numbers_are_whole(task: Task) -> bool:
    numbers = list(Comment.objects.filter(task=task).order_by("number").values_list("number", flat=True))
    return numbers == list(range(1, Task.objects.get(pk=task.pk).comment_count + 1))


def test_two_who_accept_at_once_have_both_accepted(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    told = at_once(lambda: tasks.accept(task, by=pavel), lambda: tasks.accept(task, by=alice))

    assert not told and key_of(task) == "in_progress" and numbers_are_whole(task)
    assert Comment.objects.filter(task=task, data__event="status_changed").count() == 1


def test_one_accepts_while_the_other_refuses(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    told = at_once(lambda: tasks.accept(task, by=pavel), lambda: tasks.reject(task, by=alice, reason="Not mine"))

    assert not told and key_of(task) == "in_progress" and numbers_are_whole(task)
    assert OwnStatus.objects.get(task=task).employee == alice


def test_the_only_assignee_answers_on_two_devices(olga: Employee, pavel: Employee) -> None:
    task = given_to(pavel, by=olga)

    told = at_once(lambda: tasks.accept(task, by=pavel), lambda: tasks.reject(task, by=pavel, reason="Not mine"))

    assert len(told) == 1
    assert key_of(task) in ("in_progress", "rejected") and numbers_are_whole(task)


def test_one_accepts_while_the_assigner_takes_him_out(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    task = given_to(pavel, alice, boris, by=olga)
    three = [code(pavel), code(alice), code(boris)]
    tasks.accept(task, by=boris)

    told = at_once(
        lambda: tasks.accept(task, by=pavel),
        lambda: members.change(task, "assignee", three[1:], seen=three, by=olga),
    )

    # Whoever was first: he is out, his answer counts no more, and Alice is still awaited.
    assert len(told) < 2
    assert key_of(task) == "new" and numbers_are_whole(task)
    assert set(OwnStatus.objects.filter(task=task).values_list("employee", flat=True)) == {boris.pk}


def test_one_accepts_while_the_assigner_takes_out_who_was_awaited(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    task = given_to(pavel, alice, by=olga)

    told = at_once(
        lambda: tasks.accept(task, by=pavel),
        lambda: members.change(task, "assignee", [code(pavel)], seen=[code(pavel), code(alice)], by=olga),
    )

    assert not told and key_of(task) == "in_progress" and numbers_are_whole(task)
