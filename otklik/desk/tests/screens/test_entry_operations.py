"""What is done to an entry of the chronicle, and what it tells (contracts/planfix-behaviour.md §6, §9)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from otklik.desk.actions import due_dates, making, notices, notifying, tasks
from otklik.desk.models import Due, Employee, Notice, Notification, Status, Task
from otklik.desk.notification_words import told
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words


def step(task: Task, key: str, by: Employee) -> None:
    tasks.set_status(task, Status.objects.get(set=task.status.set_id, key=key), by=by)


def test_9_an_entry_is_put_off_to_a_time_of_ones_own(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    assert "When it comes back" in words(browser.get(f"/chronicle/{task.number}/later/", headers=by_htmx()))

    at = timezone.localtime() + timedelta(days=3)
    answer = browser.post(
        f"/chronicle/{task.number}/later/", {"until": "own", "at": f"{at:%Y-%m-%dT%H:%M}"}, headers=by_htmx()
    )

    assert answer.status_code == 204 and "Everything is read" in words(browser.get("/"))
    later = Notice.objects.get(employee=pavel).later_at
    assert later and abs(later - at) < timedelta(hours=24)


@pytest.mark.parametrize("at", ["", "soon", "2020-01-01T10:00", "2199-01-01T10:00"])
def test_9_a_time_that_is_none_is_named_beside_the_field(liza: Writer, pavel: Employee, at: str) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    answer = browser.post(f"/chronicle/{task.number}/later/", {"until": "own", "at": at}, headers=by_htmx())

    assert answer.status_code == 422 and "Choose" in words(answer)
    assert "Liza" in words(browser.get("/"))


def test_9_the_due_date_is_changed_from_an_entry(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    address = f"/tasks/{task.number}/times/"
    assert f'href="{address}"' in part(browser.get("/"), f"due-{task.number}")
    dialog = browser.get(address, headers=by_htmx())
    assert "<dialog" in dialog.content.decode()

    answer = browser.post(address, {"day": "2030-05-01", "seen": dialog.context["seen"]}, headers=by_htmx())

    assert answer.status_code == 204 and Due.objects.get(task=task).day == date(2030, 5, 1)


def test_9_two_people_change_the_due_date_of_one_entry_at_once(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    address = f"/tasks/{task.number}/times/"
    seen = browser.get(address, headers=by_htmx()).context["seen"]
    due_dates.change(task, date(2030, 4, 1), seen=None, by=alice)

    answer = browser.post(address, {"day": "2030-05-01", "seen": seen}, headers=by_htmx())

    assert answer.status_code == 422
    assert "Somebody else changed the due date meanwhile" in words(answer)
    assert 'value="2030-05-01"' in answer.content.decode()
    assert Due.objects.get(task=task).day == date(2030, 4, 1)


def test_9_one_completes_an_entry_that_another_has_just_put_into_the_trash(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    signed_in(alice).post(f"/chronicle/{task.number}/completion/")
    assert signed_in(pavel).post(f"/chronicle/{task.number}/completion/", headers=by_htmx()).status_code == 204
    signed_in(olga).post(f"/tasks/{task.number}/trashing/")

    assert "Liza" not in words(signed_in(pavel).get("/"))
    assert signed_in(pavel).post(f"/chronicle/{task.number}/later/", {"until": "hour"}).status_code == 302


def test_9_a_past_step_says_the_status_of_its_own_time(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    notices.read_all(by=alice)
    step(task, "in_progress", pavel)
    step(task, "done", pavel)

    page = words(signed_in(alice).get("/?all"))

    assert page.index("Status: Done") < page.index("Status: In progress")
    assert page.count("Status: Done") == 1


def test_6_the_assigner_always_hears_that_his_task_is_refused_and_why(pavel: Employee, alice: Employee) -> None:
    people = {"assignee": [f"employee-{alice.pk}"], "participant": [], "auditor": []}
    task = making.make({"name": "Count the microphones", "description": "", **people}, by=pavel)
    Task.objects.filter(pk=task.pk).update(notified=[alice.pk])

    tasks.reject(task, by=alice, reason="The store does that")

    assert "Status: Rejected — The store does that" in words(signed_in(pavel).get("/"))
    notifying.plan()
    rows = Notification.objects.filter(employee=pavel, kind="rejected").select_related("task", "event")
    assert set(rows.exclude(state="dropped").values_list("channel", flat=True)) >= {"chronicle", "browser", "email"}
    with translation.override("en"):
        said = told(rows[0])
    assert said["title"] == "A task is rejected" and "The store does that" in said["text"]
