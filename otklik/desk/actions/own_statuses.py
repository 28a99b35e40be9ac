"""What each of several assignees answers for himself, and when the whole task follows (contracts/planfix-behaviour.md
§6)."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from otklik.desk import own_statuses
from otklik.desk.actions import status_moving
from otklik.desk.actions.events import record_many
from otklik.desk.actions.system_lines import line
from otklik.desk.models import Employee, Group, OwnStatus, Status, Task, TaskMember
from otklik.desk.own_statuses import Standing

log = logging.getLogger(__name__)


def take(task: Task, status: Status, *, by: Employee, note: str = "") -> Task:
    """Under the task's lock: this assignee has the status for himself; when all have answered, the task follows. The
    same answer again changes nothing."""
    had = OwnStatus.objects.filter(task=task, employee=by).first()
    if had and had.status_id == status.pk:
        return task
    OwnStatus.objects.update_or_create(
        task=task, employee=by, defaults={"status": status, "note": note, "at": timezone.now()}
    )
    _tell(task, status, by=by, note=note)
    return settle(task, by=by)


def take_back(task: Task, *, by: Employee) -> Task:
    """Under the task's lock: he stands again where the task as a whole does."""
    if OwnStatus.objects.filter(task=task, employee=by).delete()[0]:
        _tell(task, task.status, by=by, is_back=True)
        task.refresh_from_db(fields=["comment_count", "last_event"])
    return task


def settle(task: Task, *, by: Employee | None) -> Task:
    """Moves the task on when nobody is awaited any more: after an answer, and after its assignees have changed. Those
    who are no assignees any more have answered nothing. Returns it as it is then."""
    task = status_moving.locked(task)
    if not OwnStatus.objects.filter(task=task).exists():
        return task
    standing = own_statuses.standing(task)
    people = {pk for party in standing.parties for pk in party.people}
    OwnStatus.objects.filter(task=task).exclude(employee__in=people).delete()
    status = _agreed(task, standing)
    if status is None or status.pk == task.status_id:
        return task
    reasons = ("; ".join(filter(None, (own.note for own in standing.answers))))[:500]
    # Who refused stays refused; the others have now what the task has.
    OwnStatus.objects.filter(task=task, status=status).delete()
    status_moving.move(task, status, by=by, note=reasons if status.key == "rejected" else "")
    task.refresh_from_db(fields=["comment_count", "last_event"])
    return task


def settle_later(employees: Iterable[int]) -> None:
    """These people were blocked or let in, or have come into or left a group: what waits for them is looked at by a job
    after the commit, because tasks are locked before whatever else they refer to."""
    from otklik.desk import jobs

    jobs.defer_settling(sorted(employees))


def settle_of(employees: Iterable[int]) -> None:
    """Of each task in which somebody has answered and these people were asked, too."""
    people = list(employees)
    groups = Group.members.through.objects.filter(employee__in=people).values("group")
    asked = TaskMember.objects.filter(Q(employee__in=people) | Q(group__in=groups), role__key="assignee")
    answered = OwnStatus.objects.filter(Q(task__in=asked.values("task")) | Q(employee__in=people))
    for task in Task.objects.filter(pk__in=answered.values("task")).order_by("pk"):
        try:
            with transaction.atomic():
                settle(task, by=None)
        except Exception:
            # One that cannot be settled stops no other.
            log.exception("What the assignees of task %s have answered was not looked at.", task.number)


def forget(task: Task) -> None:
    """The task as a whole was given a status: whatever somebody had for himself is over."""
    OwnStatus.objects.filter(task=task).delete()


def _agreed(task: Task, standing: Standing) -> Status | None:
    """The status that the whole task gets now; None while somebody is awaited or they do not agree. Who refused does
    not hold the others up, as long as one of them accepted."""
    if not standing.parties or standing.awaited:
        return None
    given = {own.status_id: own.status for own in standing.answers}
    others = [status for status in given.values() if status.key != "rejected"]
    if not others:
        return next(iter(given.values()))
    if len(others) == 1:
        return others[0]
    return next((one for one in others if one.key == "in_progress"), None) if task.status.key == "new" else None


def _tell(task: Task, status: Status, *, by: Employee, note: str = "", is_back: bool = False) -> None:
    """The assigner hears of each answer, with the reason."""
    assigners = task.members.filter(role__key="assigner").exclude(employee=None).values_list("employee", flat=True)
    hearers = sorted({*task.notified, *(pk for pk in assigners if pk)})
    data = {"status": status.pk, "key": status.key, "name": status.own_name, "note": note, "is_back": is_back}
    record_many([line("own_status_set", task, by, data, notified=hearers, reason="status")])
