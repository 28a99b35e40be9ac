"""From one entry of the chronicle to the next, in the order in which it shows them (contracts/planfix-behaviour.md
§9)."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from otklik.desk import queries
from otklik.desk.models import Employee, Event, Notice, Task


def beside(employee: Employee, task: Task, *, forward: bool) -> Task | None:
    """The task of the entry after this one, or before it; also when the entry itself is gone meanwhile."""
    unread = queries.unread_notices(employee)
    place = _place(unread.filter(task=task)) or _place(_told(employee, task))
    entries = queries.entries(employee).exclude(task=task)
    if forward:
        found = entries.filter(event__lt=place).order_by("-event").first()
    else:
        found = entries.filter(event__gt=place).order_by("event").first()
    return Task.objects.get(pk=found.task_id) if found else None


def beside_past(employee: Employee, event: int, task: Task, *, forward: bool) -> tuple[Task, int] | None:
    """In the mode «Все»: the next event of another task, and that task."""
    visible = Task.objects.visible_to(employee).kept().exclude(pk=task.pk)
    told = Notice.objects.filter(employee=employee, task__in=visible)
    if forward:
        found = told.filter(event__lt=event).order_by("-event").first()
    else:
        found = told.filter(event__gt=event).order_by("event").first()
    return (Task.objects.get(pk=found.task_id), found.event_id) if found else None


def _told(employee: Employee, task: Task) -> QuerySet[Notice]:
    """By the events of the task: what a person was told of is found by them, and not by the task."""
    of_task = Event.objects.filter(task=task).values("number")
    return Notice.objects.filter(employee=employee, event__in=of_task)


def _place(told: QuerySet[Notice]) -> int:
    return int(told.aggregate(latest=Max("event"))["latest"] or 0)
