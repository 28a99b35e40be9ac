from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import competing
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, ForbiddenTransition, Status, Task
from otklik.lib.text import clean


@transaction.atomic
def set_status(task: Task, status: Status, *, by: Employee | None, note: str = "") -> Task:
    """Moves the task to another status of its set; None as `by` is the system. A system line in the feed tells it."""
    task = _locked(task)
    if by and not rights.may_change_status(task, by):
        raise NotAllowed(_("You may not change the status of this task."))
    # Nobody can take back that a task was given to others.
    if status.set_id != task.status.set_id or (status.key == "draft" and task.status.key != "draft"):
        raise Refused("status", _("This task has no such status."))
    if status.pk == task.status_id:
        return task
    # Steps are for persons; what happens by itself is decided elsewhere.
    if by and not by.is_unbound and ForbiddenTransition.objects.filter(before=task.status, after=status).exists():
        steps = {"before": task.status.name, "after": status.name}
        raise Refused("status", _("A task cannot go from “%(before)s” to “%(after)s”.") % steps)

    if by and not (by.is_robot or by.is_unbound) and (task.status.key, status.key) == ("new", "in_progress"):
        competing.take(task, by=by)
    before, task.status = task.status, status
    task.completed_at = timezone.now() if status.is_completed else None
    task.save(update_fields=["status", "completed_at"])
    change = status_change(before, status, note)
    line = Comment.objects.create(
        task=task, number=task.comment_count + 1, kind=Comment.Kind.SYSTEM, employee=by, data=change
    )
    record("status_changed", task=task, comment=line, by=by, notified=task.notified, reason="status", **change)
    return task


def status_change(before: Status, after: Status, note: str = "") -> dict[str, Any]:
    """What a system line tells of it. With the names, because a status may be removed later."""
    return {
        "event": "status_changed",
        "from": before.pk,
        "to": after.pk,
        "to_key": after.key,
        "to_name": after.own_name,
        "note": note,
    }


@transaction.atomic
def accept(task: Task, *, by: Employee) -> Task:
    """The assignee takes the task: New becomes In progress (§6). Raises NotAllowed, Refused: somebody was quicker."""
    task = _locked(task)
    competing.check_not_taken(task, by=by)
    return set_status(task, _of(task, "in_progress"), by=by)


def reject(task: Task, *, by: Employee, reason: str) -> Task:
    """The assignee refuses the task and says why."""
    reason = clean(reason).strip()[:500]
    if not reason:
        raise Refused("reason", _("Say why the task is rejected."))
    return set_status(task, _of(task, "rejected"), by=by, note=reason)


def _locked(task: Task) -> Task:
    """Without its status: a row whose status changes while its lock is waited for would drop out of the join."""
    return Task.objects.select_for_update(of=("self",)).get(pk=task.pk)


def _of(task: Task, key: str) -> Status:
    status = Status.objects.filter(set=task.status.set_id, key=key).first()
    if status is None:
        raise Refused("status", _("This task has no such status."))
    return status
