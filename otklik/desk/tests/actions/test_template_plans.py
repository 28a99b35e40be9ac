"""What a template plans in its tasks, and groups put in by their people (contracts/planfix-behaviour.md §7, §12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.desk.actions import making, members, task_templates
from otklik.desk.models import Due, Employee, Group, Task, TaskTemplate
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer

__all__ = ["liza", "shop_chat"]
pytestmark = pytest.mark.django_db


def e(employee: Employee) -> str:
    return f"employee-{employee.pk}"


def standard(by: Employee, **more: Any) -> TaskTemplate:
    """The standard template, changed."""
    template = TaskTemplate.objects.get(key="standard")
    now = task_templates.values_of(template)
    return task_templates.change(template, {**now, **more}, seen=now, by=by)


def by_hand(by: Employee, **more: Any) -> Task:
    template = TaskTemplate.objects.get(key="standard").pk
    return making.make({"name": "Call", "description": "", "template": template, **more}, by=by)


def test_7_groups_are_put_in_by_their_people(
    liza: Writer, olga: Employee, pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> None:
    standard(olga, expands_groups=True, assignee=[f"group-{support.pk}"])

    chat, mine = liza.says("Hello"), by_hand(olga)
    support.members.add(boris)

    for task in (chat, mine):
        assert set(members.who_is(task, "assignee")) == {e(pavel), e(alice)}
        assert not Task.objects.visible_to(boris).filter(pk=task.pk).exists()


def test_12_due_date_and_checklist_come_from_the_template(liza: Writer, olga: Employee) -> None:
    standard(olga, due_count=2, due_unit="days", checklist="Ask for the size\n\nSend the bill ")

    for task in (liza.says("Hello"), by_hand(olga)):
        due = Due.objects.get(task=task)
        assert (due.day, due.at) == (timezone.localdate() + timedelta(days=2), None)
        assert list(task.checklist.values_list("text", "place")) == [("Ask for the size", 1), ("Send the bill", 2)]


def test_12_a_due_date_may_be_some_hours_away(liza: Writer, olga: Employee) -> None:
    standard(olga, due_count=4, due_unit="hours")

    task = liza.says("Hello")

    at = Due.objects.get(task=task).at
    assert at and timedelta(hours=3, minutes=58) < at - task.created_at <= timedelta(hours=4)
