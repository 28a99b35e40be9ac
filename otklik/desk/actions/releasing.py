"""Conversations of which only somebody hears who cannot any more (contracts/planfix-behaviour.md §8.1)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from otklik.desk.actions import task_people
from otklik.desk.actions.recipients import Circle
from otklik.desk.models import Employee, Task


@transaction.atomic
def release(employees: Iterable[int]) -> None:
    """Where these alone, or with those who are blocked, would hear of the client's next message and none of them sees
    the task any more, all whose role hears do."""
    ids = sorted(set(employees))
    if not ids:
        return
    blocked = Employee.objects.filter(user__is_active=False).values_list("pk", flat=True)
    theirs = Task.objects.kept().filter(notified__overlap=ids, notified__contained_by=[*ids, *blocked])
    for task in theirs.select_related("status").select_for_update(of=("self",)).order_by("pk"):
        seeing = Circle(task).employees.keys()
        hearers = sorted(task_people.hearing(task) & seeing)
        if hearers and not seeing & set(task.notified):
            Task.objects.filter(pk=task.pk).update(notified=hearers)
