"""Assignees hear once that the due date of their task is near, and once that it has passed (§9); of one that has passed
already nobody hears that it is near. The row is the record: it outlives every restart, and another date begins
anew."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from otklik.desk.actions import task_people
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.models import Due
from otklik.lib import days

# Before a moment; of a whole day they hear in its morning, in the zone of the company.
NEAR = timedelta(hours=1)
MORNING = time(9)
# What passed longer ago, while nothing ran, wakes nobody.
LATE = timedelta(hours=24)
BATCH = 200


def tell() -> int:
    """Returns how many tasks were told of."""
    return _tell_all("due_over", "over_told_at") + _tell_all("due_near", "near_told_at")


def _tell_all(kind: str, column: str) -> int:
    told = 0
    while (step := _tell_some(kind, column)) is not None:
        told += step
    return told


@transaction.atomic
def _tell_some(kind: str, column: str) -> int | None:
    """None: there are no more."""
    now = timezone.now()
    found = _come(kind, now).filter(**{column: None}, task__trashed_at=None).order_by("pk")
    rows = list(found.select_for_update(of=("self",), skip_locked=True).select_related("task__status")[:BATCH])
    if not rows:
        return None
    Due.objects.filter(pk__in=[row.pk for row in rows]).update(**{column: now})
    since = now if kind == "due_near" else now - LATE
    happenings = [_told(kind, row) for row in rows if row.task.is_active and _end(row) > since]
    record_many([one for one in happenings if one.notified])
    return len(happenings)


def _come(kind: str, now: datetime) -> QuerySet[Due]:
    today = timezone.localdate(now)
    if kind == "due_over":
        return Due.objects.filter(Q(at__lte=now) | Q(at=None, day__lt=today))
    last = today if timezone.localtime(now).time() >= MORNING else today - timedelta(days=1)
    return Due.objects.filter(Q(at__lte=now + NEAR) | Q(at=None, day__lte=last))


def _end(due: Due) -> datetime:
    return due.at or days.end(due.day)


def _told(kind: str, due: Due) -> Happening:
    people, data = sorted(task_people.assignees(due.task)), {"event": kind, "due": due.facts}
    return Happening(kind, task_id=due.task_id, data=data, notified=people, reason="due", moves_task=False)
