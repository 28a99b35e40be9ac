from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Delay, Employee, ForbiddenTransition, Status, Task


def locked(task: Task) -> Task:
    """Without its status: a row whose status changes while its lock is waited for would drop out of the join."""
    return Task.objects.select_for_update(of=("self",)).get(pk=task.pk)


def move(task: Task, status: Status, *, by: Employee | None, note: str = "") -> None:
    """Under the task's lock: it has this status, a line in the feed tells it. Who may do so is asked elsewhere."""
    Delay.objects.filter(task=task).delete()
    before, task.status = task.status, status
    task.completed_at = timezone.now() if status.is_completed else None
    task.save(update_fields=["status", "completed_at"])
    change = status_change(before, status, note)
    line = Comment.objects.create(
        task=task, number=task.comment_count + 1, kind=Comment.Kind.SYSTEM, employee=by, data=change
    )
    hearers, reason = task.notified, "status"
    if status.key == "rejected":
        hearers, reason = sorted({*task.notified, *_assigners(task)}), "rejected"
    record("status_changed", task=task, comment=line, by=by, notified=hearers, reason=reason, **change)


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


def of_set(task: Task, key: str) -> Status:
    """The system status of the task's own set. Raises Refused."""
    status = Status.objects.filter(set=task.status.set_id, key=key).first()
    if status is None:
        raise Refused("status", _("This task has no such status."))
    return status


def check_step(task: Task, status: Status, *, by: Employee | None) -> None:
    """Raises Refused. Steps are for persons; what happens by itself is decided elsewhere."""
    if by is None or by.is_unbound:
        return
    if ForbiddenTransition.objects.filter(before=task.status, after=status).exists():
        steps = {"before": task.status.name, "after": status.name}
        raise Refused("status", _("A task cannot go from “%(before)s” to “%(after)s”.") % steps)


def _assigners(task: Task) -> list[int]:
    """Who gave the task is told that it is refused, and why, also when he hears nothing else of it (§6)."""
    of_task = task.members.filter(role__key="assigner", employee__isnull=False)
    return [employee for employee in of_task.values_list("employee", flat=True) if employee]
