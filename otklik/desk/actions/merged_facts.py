"""What a task leaves empty is filled from the one that is merged into it (§13). The merged one keeps all of it, so that
taking apart only has to empty what is still as it came."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from otklik.desk.models import Due, Favourite, Task, TaskHearing, TaskValue


def fill(task: Task, into: Task) -> dict[str, Any]:
    """`into` is locked, and still to be saved. For `TaskMerge.moved`."""
    filled: dict[str, Any] = {"values": _fill_values(task, into), **_fill_persons(task, into)}
    due = Due.objects.filter(task=task).first()
    if due and not Due.objects.filter(task=into).exists():
        Due.objects.create(
            task=into, day=due.day, at=due.at, near_told_at=due.near_told_at, over_told_at=due.over_told_at
        )
        filled["due"] = due.facts
    if task.additional_data and not into.additional_data:
        into.additional_data = filled["additional"] = task.additional_data
    if task.project_id and not into.project_id:
        into.project_id = filled["project"] = task.project_id
    return filled


def take_back(into: Task, moved: dict[str, Any]) -> None:
    """What somebody has changed since stays as he made it."""
    due = Due.objects.filter(task=into).first()
    if due and due.facts == moved.get("due"):
        due.delete()
    for field, value in moved.get("values", []):
        TaskValue.objects.filter(task=into, field=field, value=value).delete()
    Favourite.objects.filter(task=into, employee__in=moved.get("favourites", [])).delete()
    for employee, mode in moved.get("hearing", []):
        TaskHearing.objects.filter(task=into, employee=employee, mode=mode).delete()
    if into.additional_data == moved.get("additional"):
        into.additional_data = []
    if into.project_id == moved.get("project"):
        into.project = None


def _fill_values(task: Task, into: Task) -> list[list[Any]]:
    """Of fields that tasks of the other one's template have, too."""
    has = TaskValue.objects.filter(task=into).values("field")
    fits = Q(field__template=None) | Q(field__template=into.template_id)
    come = list(TaskValue.objects.filter(fits, task=task).exclude(field__in=has).values_list("field", "value"))
    TaskValue.objects.bulk_create([TaskValue(task=into, field_id=field, value=value) for field, value in come])
    return [list(row) for row in come]


def _fill_persons(task: Task, into: Task) -> dict[str, Any]:
    """Favourites, and who chose to hear of the one task otherwise."""
    has = Favourite.objects.filter(task=into).values("employee")
    fans = list(Favourite.objects.filter(task=task).exclude(employee__in=has).values_list("employee", flat=True))
    Favourite.objects.bulk_create([Favourite(task=into, employee_id=pk) for pk in fans])
    told = TaskHearing.objects.filter(task=into).values("employee")
    hearing = list(TaskHearing.objects.filter(task=task).exclude(employee__in=told).values_list("employee", "mode"))
    # Nobody who hears of the other task falls silent by this.
    louder = [row for row in hearing if row[1] == TaskHearing.Mode.ALL]
    TaskHearing.objects.bulk_create([TaskHearing(task=into, employee_id=pk, mode=mode) for pk, mode in louder])
    return {"favourites": fans, "hearing": [list(row) for row in louder]}
