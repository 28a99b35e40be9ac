"""Who may not see a task reads its name nowhere, also not where another task tells of it (§7, §9)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from otklik.desk.actions import making, notification_mail, notifying, task_merging, task_people
from otklik.desk.actions.notifying import Able
from otklik.desk.models import Employee, Notification, NotificationSettings, Task
from otklik.desk.notification_words import told
from otklik.desk.tests.screens.stage import signed_in, words

SECRET = "Salary of Alice"


def make(name: str, by: Employee, *assignees: Employee) -> Task:
    values: dict[str, Any] = {"name": name, "description": ""} | {role: [] for role in task_people.ROLES}
    values["assignee"] = [f"employee-{one.pk}" for one in assignees]
    return making.make(values, by=by)


@pytest.fixture
def merged(db: None, olga: Employee, boris: Employee) -> Task:
    """Boris hears on every way that a task which he does not see was merged into his one."""
    notifying.plan()
    everywhere = {"status": ["chronicle", "browser", "push", "email"]}
    NotificationSettings.objects.create(employee=boris, wanted=everywhere)
    secret, into = make(SECRET, olga), make("Order boxes", olga, boris)
    task_merging.merge(secret, into=into, by=olga)
    notifying.plan()
    return into


def test_7_a_letter_and_a_push_message_tell_the_number_alone(merged: Task, boris: Employee) -> None:
    for channel in ("email", "push"):
        one = Notification.objects.get(employee=boris, channel=channel, kind="status")

        with translation.override("en"):
            text = str(told(one)) + str(notification_mail._written(one))

        assert "Order boxes" in text and "is merged into this task" in text
        assert SECRET not in text


def test_7_a_pop_up_tells_the_number_alone(merged: Task, boris: Employee) -> None:
    with translation.override("en"):
        shown = [told(one)["text"] for one in notifying.hand_out(boris, Able())]

    assert any("is merged into this task" in text for text in shown)
    assert not any(SECRET in text for text in shown)


def test_7_chronicle_and_log_tell_the_number_alone(merged: Task, boris: Employee) -> None:
    browser = signed_in(boris)

    for address in ("/", "/?all", f"/tasks/{merged.number}/", f"/tasks/{merged.number}/history/"):
        page = words(browser.get(address))

        assert "is merged into this task" in page, address
        assert SECRET not in page, address


def test_7_administrators_read_the_name(merged: Task, olga: Employee) -> None:
    assert SECRET in words(signed_in(olga).get(f"/tasks/{merged.number}/history/"))


def test_7_what_another_device_has_shown_is_not_shown_to_who_has_left_the_task(merged: Task, boris: Employee) -> None:
    before = notifying.hand_out(boris, Able())
    merged.members.filter(employee=boris).delete()

    again = notifying.hand_out(boris, Able())

    assert before and not again
