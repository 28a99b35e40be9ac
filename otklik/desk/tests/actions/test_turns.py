"""Tasks of a template that go to one after the other (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otklik.desk.actions import making, members, tasks, turns
from otklik.desk.actions.incoming import Incoming, Line, Person
from otklik.desk.actions.intake import receive_many
from otklik.desk.models import Employee, Group, Role, Task, TaskTemplate, TemplateMember
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer

__all__ = ["liza", "oleg", "shop_chat"]


def in_turn() -> None:
    TaskTemplate.objects.update(joining=TaskTemplate.Joining.TURN)


def assignees(task: Task) -> list[str]:
    return members.who_is(task, "assignee")


def e(employee: Employee) -> str:
    return f"employee-{employee.pk}"


def by_hand(by: Employee, *who: str) -> Task:
    values = {"name": "Call", "description": "", "project": None, "contact": None, "template": None}
    return making.make(values | {"assignee": list(who)}, by=by)


@pytest.mark.django_db
def test_12_chats_go_to_each_of_the_group_in_turn(liza: Writer, oleg: Writer, pavel: Employee, alice: Employee) -> None:
    in_turn()
    first, second = liza.says("Hello"), oleg.says("Hello")

    assert {*assignees(first), *assignees(second)} == {e(pavel), e(alice)}
    assert len(assignees(first)) == 1 and first.notified in ([pavel.pk], [alice.pk])


@pytest.mark.django_db
def test_12_who_works_here_no_more_is_passed_over(liza: Writer, oleg: Writer, pavel: Employee, alice: Employee) -> None:
    in_turn()
    alice.user.is_active = False
    alice.user.save()
    assert [assignees(writer.says("Hello")) for writer in (liza, oleg)] == [[e(pavel)], [e(pavel)]]


@pytest.mark.django_db
def test_12_by_hand_too_but_for_whom_one_chooses_himself(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> None:
    in_turn()
    template = TaskTemplate.objects.get(key="standard")

    TemplateMember.objects.create(template=template, role=Role.objects.get(key="assignee"), group=support)

    given_to = Counter(assignees(by_hand(olga))[0] for _task in range(4))
    assert given_to == {e(pavel): 2, e(alice): 2}
    assert e(boris) in assignees(by_hand(olga, e(boris)))


@pytest.mark.django_db
def test_12_a_later_change_of_the_template_touches_no_task(liza: Writer, pavel: Employee, support: Group) -> None:
    TaskTemplate.objects.update(joining=TaskTemplate.Joining.FIRST)
    contested = liza.says("Hello")
    TaskTemplate.objects.update(joining=TaskTemplate.Joining.ALL)
    tasks.accept(contested, by=pavel)
    assert assignees(contested) == [e(pavel)]


@pytest.mark.django_db
def test_12_a_task_of_all_stays_one_of_all(liza: Writer, pavel: Employee, support: Group) -> None:
    task = liza.says("Hello")
    TaskTemplate.objects.update(joining=TaskTemplate.Joining.FIRST)
    tasks.accept(task, by=pavel)
    assert assignees(task) == [f"group-{support.pk}"]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_ask_at_once_each_gets_a_number_of_his_own() -> None:
    template = TaskTemplate.objects.get(key="standard")
    numbers: list[int] = []

    def ask() -> None:
        for _time in range(10):
            numbers.append(turns.take(template.pk))
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(40))


people = st.lists(st.integers(1, 9))


@given(people, st.lists(people), st.sets(st.integers(1, 9)))
def test_everybody_stands_once_in_the_order(employees: list[int], groups: list[list[int]], gone: set[int]) -> None:
    order = turns.in_order(employees, groups, without=gone)
    assert order == sorted(set(order)) and not gone & set(order)
    assert set(order) | gone >= {*employees, *(one for group in groups for one in group)}


@pytest.mark.django_db
def test_12_chats_that_come_together_ask_once_who_is_away_and_when_the_company_works(liza: Writer) -> None:
    """The door of the webhooks takes many at a time."""
    in_turn()
    TaskTemplate.objects.update(due_count=3, due_unit=TaskTemplate.DueUnit.WORK_HOURS)
    counts = []
    for size in (2, 9):
        names = [f"{size}-{number}" for number in range(size)]
        lines = [(Line(name, "Hello", True, timezone.now()),) for name in names]
        batch = [
            Incoming(liza.channel, f"chat-{name}", f"client-{name}", person=Person(name), lines=said)
            for name, said in zip(names, lines, strict=True)
        ]
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            receive_many(batch)
        told = [one["sql"] for one in asked if "desk_absence" in one["sql"] or "desk_company" in one["sql"]]
        counts.append(len(told))
    assert counts[0] == counts[1] <= 3
