"""What a template plans in its tasks when they are made: until when, and which steps (contracts/planfix-behaviour.md
§12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from otklik.desk.models import ChecklistItem, Due, TaskTemplate


class Plan(NamedTuple):
    due_count: int | None
    due_unit: str
    # A step on each line.
    checklist: str


NOTHING = Plan(None, "", "")


def plan_of(template: TaskTemplate) -> Plan:
    return Plan(template.due_count, template.due_unit, template.checklist)


def write_many(plans: Iterable[tuple[int, Plan]]) -> None:
    """For new tasks, by their ids; nothing is asked of the database where nothing is planned."""
    plans = list(plans)
    dues = [_due(task, plan) for task, plan in plans if plan.due_count is not None]
    items = [
        ChecklistItem(task_id=task, text=text, place=place)
        for task, plan in plans
        for place, text in enumerate(plan.checklist.split("\n"), start=1)
        if text
    ]
    if dues:
        Due.objects.bulk_create(dues)
    if items:
        ChecklistItem.objects.bulk_create(items)


def _due(task: int, plan: Plan) -> Due:
    count = plan.due_count or 0
    if plan.due_unit == TaskTemplate.DueUnit.DAYS:
        return Due(task_id=task, day=timezone.localdate() + timedelta(days=count))
    at = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=count)
    return Due(task_id=task, day=timezone.localdate(at), at=at)
