"""Tasks that their author has not given to anybody yet (contracts/planfix-behaviour.md §6, §12)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions import making, task_people, template_parts
from otklik.desk.actions.events import record
from otklik.desk.actions.making import Values
from otklik.desk.actions.status_moving import locked
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Notice, Status, Task, TaskTemplate


@transaction.atomic
def draft(values: Values, *, by: Employee) -> Task:
    """As `making.make`, but only its author sees it and nobody hears of it; variables stay as they are written until it
    is given (§12). Raises Refused."""
    task, people = making.prepared(values, by=by)
    status = Status.objects.filter(set=task.status.set_id, key="draft").first()
    if status is None:
        raise Refused("template", _("The statuses of this template have no draft."))
    task.status, task.notified = status, [by.pk]
    making.write(task, people, by=by)
    record("task_drafted", task=task, by=by)
    return task


@transaction.atomic
def give(task: Task, *, by: Employee) -> Task:
    """The draft goes to its people, as if it was made now. Raises NotAllowed, Refused."""
    task = locked(task)
    if not task.members.filter(role__key="assigner", employee=by).exists():
        raise NotAllowed(_("Only its author gives a draft to its people."))
    if task.status.key != "draft":
        raise Refused("status", _("This task is no draft any more."))
    template = task.template or TaskTemplate.objects.get(key="standard")
    # Before anything is recorded: the counter of events is the last of all locks.
    template_parts.hold_turns(template)
    people = task_people.of_task(task)
    if not people["assignee"]:
        raise Refused("assignee", _("Choose first who does the task."))
    task.status = making.first_status(task.status.set_id, is_own=making.is_own(task, people, by))
    task.notified = sorted(task_people.hearing(task) | {by.pk})
    task.save(update_fields=["status", "notified"])
    making.accept_own(task, by)
    # Of what was written in the draft nobody else has heard.
    Notice.objects.filter(task=task).exclude(employee=by).delete()
    making.fill_in(
        task, by, is_own_name=task.name != template.task_name,
        is_own_description=task.description != template.description,
    )  # fmt: skip
    making.unfold(task, by)
    record("task_created", task=task, contact=task.contact, by=by, notified=task.notified, reason="assigned")
    return task
