"""Who accepts a new task first does it; the others take part, or leave it (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from otklik.desk.actions import members, task_people
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Task, TaskTemplate
from otklik.desk.own_statuses import CONTESTED


def is_contested(task: Task) -> bool:
    """Whether its template said so when the task was made: a later change touches no task (§12)."""
    return task.joining in CONTESTED


def take(task: Task, *, by: Employee) -> None:
    """Under the task's lock: he becomes the only assignee of a contested task, the others become participants, or
    leave it, as its template said."""
    if not is_contested(task):
        return
    assignees, participants = members.who_is(task, "assignee"), members.who_is(task, "participant")
    winner = task_people.Who(by.pk, None).code
    others = [who for who in assignees if who != winner]
    if not others:
        return
    members.change(task, "assignee", [winner], seen=assignees, by=by)
    if task.joining == TaskTemplate.Joining.FIRST:
        members.change(task, "participant", [*participants, *others], seen=participants, by=by)
    task.refresh_from_db(fields=["comment_count", "last_event", "notified"])


def check_not_taken(task: Task, *, by: Employee) -> None:
    """Under the task's lock. Raises Refused, with the name of who was quicker."""
    assignees = members.who_is(task, "assignee")
    if task.status.key != "new" and task_people.Who(by.pk, None).code not in assignees and is_contested(task):
        names = ", ".join(task_people.names(assignees))
        raise Refused("status", _("Somebody was quicker: this task is with %(name)s.") % {"name": names})
