"""What a template plans in its tasks when they are made: until when, which steps, which values of own fields, and
whether subtasks are to follow (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from otklik.desk.actions import company
from otklik.desk.models import ChecklistItem, Due, TaskTemplate, TaskValue, TemplateValue, Unfolding
from otklik.people.hours import Hours

Unit = TaskTemplate.DueUnit
OF_WORK = (Unit.WORK_HOURS, Unit.WORK_DAYS)


class Plan(NamedTuple):
    due_count: int | None = None
    due_unit: str = ""
    # A step on each line.
    checklist: str = ""
    # (field, value) of own fields that are offered.
    values: Sequence[tuple[int, Any]] = ()
    # By which further tasks or steps are made once the task is there; None: nothing more.
    unfolds_by: int | None = None


NOTHING = Plan()


def plan_of(template: TaskTemplate) -> Plan:
    """Of a task that is made by hand, which unfolds at once."""
    values = TemplateValue.objects.filter(template=template, field__archived_at=None)
    rows = list(values.values_list("field", "value"))
    return Plan(template.due_count, template.due_unit, template.checklist, rows)


def write_many(plans: Iterable[tuple[int, Plan]]) -> None:
    """For new tasks, by their ids; nothing is asked of the database where nothing is planned."""
    plans = list(plans)
    timed = [(task, plan) for task, plan in plans if plan.due_count is not None]
    # Once for all of them: chats that come together become tasks together.
    hours = company.hours() if any(plan.due_unit in OF_WORK for _task, plan in timed) else None
    dues = [_due(task, plan, hours) for task, plan in timed]
    items = [
        ChecklistItem(task_id=task, text=text, place=place)
        for task, plan in plans
        for place, text in enumerate(plan.checklist.split("\n"), start=1)
        if text
    ]
    values = [TaskValue(task_id=task, field_id=pk, value=value) for task, plan in plans for pk, value in plan.values]
    if dues:
        Due.objects.bulk_create(dues)
    if items:
        ChecklistItem.objects.bulk_create(items)
    if values:
        TaskValue.objects.bulk_create(values)
    unfolding = [Unfolding(task_id=task, template_id=plan.unfolds_by) for task, plan in plans if plan.unfolds_by]
    if unfolding:
        Unfolding.objects.bulk_create(unfolding)
        transaction.on_commit(_unfold_soon, robust=True)


def _unfold_soon() -> None:
    """A worker unfolds what waits, at once."""
    from otklik.desk import jobs

    jobs.defer_unfolding()


def _due(task: int, plan: Plan, hours: Hours | None) -> Due:
    """`hours`: the company's, where the plan counts them."""
    count, now = plan.due_count or 0, timezone.now()
    if plan.due_unit == Unit.DAYS:
        return Due(task_id=task, day=timezone.localdate() + timedelta(days=count))
    if plan.due_unit == Unit.WORK_DAYS:
        return Due(task_id=task, day=company.working_day_in(hours, timezone.localdate(), count))
    length = timedelta(hours=count)
    return _due_at(task, company.after_in(hours, now, length) if plan.due_unit == Unit.WORK_HOURS else now + length)


def _due_at(task: int, moment: datetime) -> Due:
    at = moment.replace(second=0, microsecond=0)
    return Due(task_id=task, day=timezone.localdate(at), at=at)
