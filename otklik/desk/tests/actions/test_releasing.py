"""Who hears of a conversation after all who heard of it have left (§8.1)."""

from __future__ import annotations

from otklik.conftest import make_employee
from otklik.desk.actions import employees, groups
from otklik.desk.models import Employee, Task
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer

__all__ = ["liza", "shop_chat"]


def heard_by(task: Task, *who: Employee) -> None:
    Task.objects.filter(pk=task.pk).update(notified=sorted(one.pk for one in who))


def test_8_1_two_who_leave_a_group_at_once_leave_no_client_unheard(
    liza: Writer, pavel: Employee, olga: Employee
) -> None:
    task, maria, vera = liza.says("Hello"), make_employee("Maria"), make_employee("Vera")
    support = pavel.groups.get()
    support.members.add(maria, vera)
    heard_by(task, pavel, maria)

    groups.save(support, by=olga, name=support.name, members=[vera])

    task.refresh_from_db()
    assert task.notified == [vera.pk]


def test_8_1_one_who_still_sees_the_task_goes_on_hearing_alone(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task, maria, vera = liza.says("Hello"), make_employee("Maria"), make_employee("Vera")
    support = pavel.groups.get()
    support.members.add(maria, vera)
    heard_by(task, pavel, maria)

    groups.save(support, by=olga, name=support.name, members=[vera, maria])

    task.refresh_from_db()
    assert task.notified == sorted([pavel.pk, maria.pk])


def test_8_1_who_is_blocked_one_after_the_other_leaves_no_client_unheard(
    liza: Writer, pavel: Employee, olga: Employee
) -> None:
    task, maria, vera = liza.says("Hello"), make_employee("Maria"), make_employee("Vera")
    pavel.groups.get().members.add(maria, vera)
    heard_by(task, pavel, maria)

    for one in (pavel, maria):
        employees.block(one, by=olga, is_wanted=True)

    task.refresh_from_db()
    assert vera.pk in task.notified and not {pavel.pk, maria.pk} & set(task.notified)
