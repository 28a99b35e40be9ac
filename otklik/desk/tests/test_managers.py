"""Who may do what in a task by his role there, exactly as the contract's table says, at the addresses of the task (§7);
and managers of those who have the roles."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otklik.conftest import make_employee
from otklik.desk import rights
from otklik.desk.actions import editing, making, managers, members
from otklik.desk.actions.recipients import Circle
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Employee, Event, Role, Task, TaskMember
from otklik.desk.models.reporting import above
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words

__all__ = ["liza", "shop_chat"]

# view, comment, change status, edit, delete
TABLE = {
    "assigner": "yes yes yes yes yes",
    "assignee": "yes yes yes no no",
    "participant": "yes yes no no no",
    "auditor": "yes yes yes yes yes",
    "manager of the assigner": "yes yes yes yes yes",
    "manager of the assignee": "yes yes yes no no",
    "manager of the participant": "yes yes no no no",
    "manager of the manager of the assigner": "yes yes yes yes yes",
    "manager of the manager of the assignee": "yes yes yes no no",
    "manager of the manager of the participant": "yes yes no no no",
    "manager of the auditor": "no no no no no",
    "administrator": "yes yes yes yes yes",
    "nobody": "no no no no no",
}


def manages(manager: Employee, employee: Employee) -> None:
    Employee.objects.filter(pk=employee.pk).update(manager=manager)


def person_of(row: str, task: Task) -> Employee:
    """Somebody who is this to the task, and nothing else."""
    if row == "administrator":
        return make_employee("Dina", Employee.AccountRole.ADMINISTRATOR)
    *over, key = row.split(" of the ")
    person = make_employee("Vera")
    if key != "nobody":
        TaskMember.objects.create(task=task, role=Role.objects.get(key=key), employee=person)
    for level in range(len(over)):
        chief = make_employee(f"Chief{level}")
        manages(chief, person)
        person = chief
    return person


def outcomes(browser: Client, task: Task) -> str:
    """What comes of each, by the task's addresses; the last one ends it."""
    number = task.number

    def now() -> Task:
        return Task.objects.select_related("status").get(pk=task.pk)

    seen = browser.get(reverse("task", args=[number])).status_code == 200
    browser.post(reverse("comments", args=[number]), {"kind": "note", "text": "I was here", "key": "k", "alone": "1"})
    said = task.comments.filter(kind="note", text="I was here").exists()
    delayed = task.status.set.statuses.get(key="delayed")
    browser.post(reverse("status", args=[number]), {"status": delayed.pk, "seen": task.status_id})
    moved = now().status == delayed
    page = browser.get(reverse("task_edit", args=[number]))
    shown = page.context["seen"] if page.status_code == 200 else ""
    given = editing.values_of(now()) | {"name": "Another name", "seen": shown}
    browser.post(reverse("task_edit", args=[number]), given)
    renamed = now().name == "Another name"
    browser.post(reverse("trashing", args=[number]))
    trashed = now().trashed_at is not None
    return " ".join("yes" if one else "no" for one in (seen, said, moved, renamed, trashed))


@pytest.mark.parametrize("row", TABLE)
def test_7_each_role_does_exactly_what_the_table_says(row: str, liza: Writer) -> None:
    task = liza.says("Hello")
    browser = signed_in(person_of(row, task))

    assert outcomes(browser, task) == TABLE[row]


def test_7_a_manager_has_the_tasks_of_the_groups_of_his_people(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee
) -> None:
    """Pavel answers as one of Support."""
    task = liza.says("Hello")
    assert not rights.may_view(task, boris)
    managers.choose(pavel, boris, seen=None, by=olga)
    assert rights.may_change_status(task, boris) and not rights.may_edit(task, boris)
    assert rights.status_changeable([task], boris) == {task.pk} and rights.deletable([task], boris) == set()
    assert task.name in words(signed_in(boris).get("/tasks/"))
    managers.choose(pavel, None, seen=boris.pk, by=olga)
    assert not rights.may_view(task, boris)


def test_7_a_manager_answers_no_client_by_that(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    manages(boris, pavel)
    assert rights.may_note(task, boris) and not rights.may_reply(task, boris)


def test_7_the_page_of_roles_shows_and_changes_what_managers_may(
    liza: Writer, olga: Employee, pavel: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    manages(boris, pavel)
    browser = signed_in(olga)
    page = browser.get(reverse("roles"))
    assert "Manager of the assignee" in words(page)
    assert 'aria-label="Manager of the assignee: Is notified"' not in page.content.decode()
    given = {role.key: ["may_view", "may_edit", "is_notified"] for role in Role.objects.exclude(key="counterparty")}
    browser.post(reverse("roles"), {"seen": page.context["seen"], **given})
    assert rights.may_edit(task, boris) and not rights.may_change_status(task, boris)
    assert not Role.objects.get(key="assignee_manager").is_notified
    page = browser.get(reverse("roles"))
    browser.post(reverse("roles"), {"seen": page.context["seen"], **given, "assignee_manager": []})
    assert not rights.may_view(task, boris)


def test_7_the_page_of_an_employee_has_the_field(olga: Employee, pavel: Employee, boris: Employee) -> None:
    browser, address = signed_in(olga), reverse("employee", args=[pavel.pk])
    given = {"name": "Pavel", "email": pavel.user.email, "role": "user", "manager": boris.pk, "manager_seen": ""}
    assert browser.post(address, given).status_code == 302
    pavel.refresh_from_db()
    assert pavel.manager == boris
    assert Event.objects.filter(kind="employee_changed", data__changes__manager=["", "Boris"]).exists()
    assert "Manager of Pavel" in words(browser.get(reverse("employee", args=[boris.pk])))

    alice = make_employee("Alice")
    answer = browser.post(address, given | {"manager": alice.pk})
    assert answer.status_code == 422 and "Somebody else chose another manager meanwhile: Boris." in words(answer)
    assert f'name="manager_seen" value="{boris.pk}"' in answer.content.decode()
    assert browser.post(address, given | {"manager": alice.pk, "manager_seen": boris.pk}).status_code == 302
    pavel.refresh_from_db()
    assert pavel.manager == alice


def test_7_nobody_is_above_himself(olga: Employee, pavel: Employee, boris: Employee) -> None:
    vera = make_employee("Vera")
    managers.choose(pavel, boris, seen=None, by=olga)
    managers.choose(boris, vera, seen=None, by=olga)
    assert above(pavel.pk) == [boris.pk, vera.pk]
    for who, over in ((vera, pavel), (vera, vera), (boris, pavel)):
        with pytest.raises((Refused, Outdated)):
            managers.choose(who, over, seen=None, by=olga)
    answer = signed_in(olga).post(
        reverse("employee", args=[vera.pk]),
        {"name": "Vera", "email": vera.user.email, "role": "user", "manager": pavel.pk, "manager_seen": ""},
    )
    assert answer.status_code == 422 and "Vera is above Pavel already." in words(answer)


def test_7_only_administrators_choose_managers(pavel: Employee, boris: Employee) -> None:
    """By it one would see what he does not."""
    eva = make_employee("Eva", Employee.AccountRole.TECHNICIAN)
    for by in (eva, pavel, boris):
        with pytest.raises(NotAllowed):
            managers.choose(pavel, by, seen=None, by=by)
    assert 'name="manager"' not in signed_in(eva).get(reverse("employee", args=[pavel.pk])).content.decode()


def test_8_1_managers_of_those_in_a_task_may_be_notified_as_far_as_they_see_it(
    liza: Writer, pavel: Employee, boris: Employee
) -> None:
    """Pavel answers as one of Support; nobody means his managers by everybody in the task."""
    task, vera = liza.says("Hello"), make_employee("Vera")
    manages(boris, pavel)
    manages(vera, boris)
    circle = Circle(task)
    assert circle.chosen([f"employee-{boris.pk}", f"employee-{vera.pk}"]) == {boris.pk, vera.pk}
    assert not circle.everybody & {boris.pk, vera.pk}

    Role.objects.filter(key="assignee_manager").update(may_view=False)
    assert not Circle(task).employees.keys() & {boris.pk, vera.pk}


def test_8_1_a_manager_who_alone_hears_goes_on_until_he_manages_nobody_there(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee
) -> None:
    task, vera = liza.says("Hello"), make_employee("Vera")
    for who, over in ((pavel, boris), (boris, vera)):
        managers.choose(who, over, seen=None, by=olga)
    Task.objects.filter(pk=task.pk).update(notified=[boris.pk, vera.pk])
    managers.choose(boris, None, seen=vera.pk, by=olga)
    task.refresh_from_db()
    assert task.notified == [boris.pk, vera.pk]

    managers.choose(boris, vera, seen=None, by=olga)
    managers.choose(pavel, None, seen=boris.pk, by=olga)
    task.refresh_from_db()
    assert pavel.pk in task.notified and not {boris.pk, vera.pk} & set(task.notified)


@pytest.mark.django_db(transaction=True)
def test_7_two_administrators_at_once_close_no_circle(olga: Employee, pavel: Employee, boris: Employee) -> None:
    start, failed = threading.Barrier(2), []

    def choose(who: Employee, over: Employee) -> Callable[[], None]:
        def run() -> None:
            start.wait()
            try:
                managers.choose(who, over, seen=None, by=olga)
            except Refused:
                failed.append(who)
            finally:
                connections.close_all()

        return run

    threads = [threading.Thread(target=choose(*pair)) for pair in ((pavel, boris), (boris, pavel))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(failed) == 1 and Employee.objects.filter(manager__isnull=False).count() == 1


def test_the_list_asks_as_often_for_a_manager_of_many(liza: Writer, olga: Employee, boris: Employee) -> None:
    people = [make_employee(f"Person{number}") for number in range(6)]
    for one in people:
        task = making.make({"name": f"Of {one.name}", "description": ""}, by=one)
        members.change(task, "assignee", [f"employee-{one.pk}"], seen=members.who_is(task, "assignee"), by=olga)
    browser, counts = signed_in(boris), []
    for size in (1, 6):
        Employee.objects.filter(pk__in=[one.pk for one in people[:size]]).update(manager=boris)
        browser.get("/tasks/")
        with CaptureQueriesContext(connection) as asked:
            page = words(browser.get("/tasks/"))
        assert page.count("Of Person") >= size
        counts.append(len(asked))
    assert counts[0] == counts[1]
