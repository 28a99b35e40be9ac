"""Conversations of which only somebody hears who cannot any more (contracts/planfix-behaviour.md §8.1)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from otklik.desk.actions import task_people
from otklik.desk.actions.recipients import Circle
from otklik.desk.models import Task


@transaction.atomic
def release(employees: Iterable[int]) -> None:
    """Where these alone would hear of the client's next message and see the task no more, all whose role hears do."""
    for pk in sorted(set(employees)):
        for task in Task.objects.kept().filter(notified=[pk]).select_for_update(of=("self",)).order_by("pk"):
            if pk in Circle(task).employees:
                continue
            hearers = sorted(task_people.hearing(task) - {pk})
            if hearers:
                Task.objects.filter(pk=task.pk).update(notified=hearers)
