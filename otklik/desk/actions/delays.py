"""Delayed tasks that become active again by themselves (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import tasks
from otklik.desk.actions.events import record_many
from otklik.desk.actions.status_moving import locked, move
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Delay, Employee, Status, Task

log = logging.getLogger(__name__)

# Of tasks that become active in one step of the job.
BATCH = 200


@transaction.atomic
def delay(task: Task, status: Status, until: datetime | None, *, by: Employee, seen: int = 0) -> Task:
    """The task is delayed; at `until` it gets the status again that it has now. None: until somebody changes it. Of a
    task that is delayed already only the time changes. `seen` as in `tasks.set_status`. Raises NotAllowed, Outdated,
    Refused."""
    task = locked(task)
    if status.key != "delayed":
        raise Refused("status", _("This task has no such status."))
    if until is not None and until <= timezone.now():
        raise Refused("until", _("This time has passed. Choose a later one."))
    known = Delay.objects.filter(task=task).first()
    back: Status | None = task.status
    if task.status_id == status.pk:
        back = known.back if known else None
    task = tasks.set_status(task, status, by=by, seen=seen)
    return _keep(task, until, back, by=by)


@transaction.atomic
def stay(task: Task, *, by: Employee) -> Task:
    """It stays delayed until somebody changes it. Raises NotAllowed."""
    task = locked(task)
    if not rights.may_change_status(task, by):
        raise NotAllowed(_("You may not change the status of this task."))
    return _keep(task, None, None, by=by)


def _keep(task: Task, until: datetime | None, back: Status | None, *, by: Employee) -> Task:
    known = Delay.objects.filter(task=task).first()
    if until is None:
        if known is None:
            return task
        known.delete()
    else:
        Delay.objects.update_or_create(task=task, defaults={"until": until, "back": back})
    task.refresh_from_db(fields=["comment_count", "last_event"])
    data = {"until": until.isoformat() if until else ""}
    record_many([line("delay_changed", task, by, data)])
    task.refresh_from_db(fields=["comment_count", "last_event"])
    return task


def wake_due() -> int:
    """What was delayed until now has its status of before again; returns how many tasks that were. One in the trash
    waits until it is taken out. The row is the record: what a worker that died has left is found again."""
    due = Delay.objects.filter(until__lte=timezone.now(), task__trashed_at=None).order_by("until", "pk")
    return sum(_wake_or_log(pk) for pk in due.values_list("task", flat=True)[:BATCH])


def _wake_or_log(pk: int) -> bool:
    """One that cannot be woken stops no other."""
    try:
        return _wake(pk)
    except Exception:
        log.exception("The delayed task with the id %s was not woken.", pk)
        return False


@transaction.atomic
def _wake(pk: int) -> bool:
    task = Task.objects.select_for_update(of=("self",)).filter(pk=pk, trashed_at=None).first()
    # Under the lock: somebody may have chosen another time or status meanwhile.
    found = Delay.objects.filter(task=pk, until__lte=timezone.now()).select_related("back").first()
    if task is None or found is None:
        return False
    status = found.back if found.back and found.back.set_id == task.status.set_id else _first(task)
    found.delete()
    if task.status.key != "delayed":
        return False
    move(task, status, by=None)
    return True


def _first(task: Task) -> Status:
    """Where the status of before is not in the set any more."""
    rows = list(Status.objects.filter(set=task.status.set_id, is_active=True).order_by("place"))
    return min(rows, key=lambda row: (row.key != "in_progress", row.key != "new", row.place))
